"""Signals by the clock: the nightly look at everybody, the re-evaluation of who waits, and retention.

Each may run at any time and twice over: it does what is still to be done.
"""

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import getdate, nowdate

from vsv_app.services.attendance import ledger
from vsv_app.services.dispatch import daily, nightly
from vsv_app.site.privacy import retention, traces
from vsv_app.site.privacy.error_redaction import ANOTHER_CAME_BETWEEN, redacts_errors
from vsv_app.site.school_clock import running_school, school_now
from vsv_app.site.signals import reevaluation_queue
from vsv_app.stores.frappe_store import FrappeStore

CLOSED = ("Dismissed", "Resolved")
ROWS_AT_ONCE = 5000
SIGNAL = "Early Warning Signal"


@redacts_errors
def evaluate_everybody() -> None:
	"""The ledger and every rule for everybody: a job for each part of the school, spread over the workers that there are."""
	store, here = FrappeStore(commits=True), running_school()
	if here is None:
		return
	now = school_now(here)
	daily.write_due_days(store, here, now)
	since = ledger.last_look(store)
	for groups in nightly.parts(store, now):
		_enqueue(
			"evaluate_groups",
			"long",
			f"groups-{groups[0]}",
			groups=list(groups),
			since=since and since.isoformat(),
			looked_at=now.isoformat(),
		)
	_enqueue("evaluate_the_rest", "long", "rest")


@redacts_errors
def evaluate_groups(groups: list[str], since: str | None = None, looked_at: str | None = None) -> None:
	"""One part of the night: the ledger and the rules for the learners of some student groups."""
	here = running_school()
	if here is None:
		return
	changed_since = datetime.fromisoformat(since) if since else None
	nightly.look_at_part(FrappeStore(commits=True), here, groups, school_now(here), changed_since)
	frappe.enqueue(
		"vsv_app.site.jobs.attendance_jobs.sum_up_ledger",
		queue="long",
		job_id="vsv-ledger",
		deduplicate=True,
		looked_at=looked_at,
	)


@redacts_errors
def evaluate_the_rest() -> None:
	"""What is left of the night: signals of learners who are in no group any more, and what nobody has answered."""
	store, here = FrappeStore(commits=True), running_school()
	if here is not None:
		# Those who are in no group today have days of this year too.
		ledger.reconcile(store, here, school_now(here))
		nightly.evaluate_rest(store, here, school_now(here))
		nightly.escalate(store, here, school_now(here))
		nightly.look_again(store, here, school_now(here))


@redacts_errors
def evaluate_who_waits() -> None:
	"""Evaluate anew the learners whose attendance a person has made, changed or cancelled.

	Where that fails, they wait for the night and not for the next job, which one of them could make fail again.
	"""
	here, students = running_school(), reevaluation_queue.take()
	if here is None or not students:
		return
	try:
		nightly.evaluate_learners(FrappeStore(commits=True), here, students, school_now(here))
	except ANOTHER_CAME_BETWEEN:
		reevaluation_queue.add(students)  # the worker does the job once more
		raise


@redacts_errors
def clear_old_records() -> None:
	"""Delete closed signals past the school's retention period, and all that hangs on them; 0 keeps them.

	A signal that a plan answers to goes after the plan.
	"""
	days = frappe.db.get_single_value("Early Warning Settings", "signal_days")
	if not days:
		return
	before = getdate(nowdate()) - timedelta(days=days)
	in_plans = frappe.get_all("Support Plan Signal", pluck="signal", distinct=True)
	past = {"status": ("in", CLOSED), "closed_on": ("<", before), "name": ("not in", in_plans or [""])}
	while True:
		old = frappe.get_all(
			SIGNAL,
			filters=past,
			pluck="name",
			limit=ROWS_AT_ONCE,
		)
		if not old:
			return
		_forget_what_hangs_on(old)
		frappe.db.delete(SIGNAL, {"name": ("in", old)})
		frappe.db.commit()  # a job of its own; a chunk at a time keeps locks short; nosemgrep


def _forget_what_hangs_on(signals: list[str]) -> None:
	"""Rows rather than documents, as a school has thousands; files alone lie on the disk too."""
	for kind in ("Early Warning Alert", "Signal Step"):
		frappe.db.delete(kind, {"signal": ("in", signals)})
	retention.let_go(SIGNAL, signals)
	for table in frappe.get_meta(SIGNAL).get_table_fields():
		frappe.db.delete(table.options, {"parent": ("in", signals)})
	traces.remove(SIGNAL, signals)


def _enqueue(job: str, queue: str, name: str, **arguments: Any) -> None:
	"""One job of ours; while one of the same name waits or runs, no second."""
	frappe.enqueue(
		f"{__name__}.{job}",
		queue=queue,
		job_id=f"vsv-{name}",
		deduplicate=True,
		**arguments,
	)

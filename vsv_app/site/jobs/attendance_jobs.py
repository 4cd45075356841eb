"""Attendance by the clock: the days that are over, and the ledger."""

from datetime import datetime, timedelta

import frappe

from vsv_app.services.attendance import ledger, settling
from vsv_app.services.dispatch import daily, nightly
from vsv_app.site.attendance import waiting_days
from vsv_app.site.privacy.error_redaction import redacts_errors
from vsv_app.site.school_clock import running_school, school_now
from vsv_app.stores.frappe_store import FrappeStore

LOOK_BACK = timedelta(minutes=15)
"""What changed since then is looked at where the roll or the timetable did."""


@redacts_errors
def write_due_days() -> None:
	"""Write the attendance of those whose day is over, and look at what it means."""
	store, here = FrappeStore(commits=True), running_school()
	if here is None:
		return
	written = daily.write_due_days(store, here, school_now(here))
	if written:
		nightly.evaluate_learners(store, here, sorted(written), school_now(here))


@redacts_errors
def write_waiting_days() -> None:
	"""Compute the days anew of which a leave, a record, a badge or the roll has changed, and look at what it means."""
	store, here, waiting = FrappeStore(commits=True), running_school(), waiting_days.take()
	if here is None or not waiting:
		return
	now = school_now(here)
	days = waiting_days.days_of(waiting)
	touched = {s for one in daily.correct_late(store, days, now) for s in one.touched}
	if any(student == waiting_days.EVERYBODY for student, _first, _last in waiting):
		changed_since = now - LOOK_BACK
		touched |= ledger.reconcile(store, here, now, since=changed_since).touched
	if touched:
		nightly.evaluate_learners(store, here, sorted(touched), now)


@redacts_errors
def sum_up_ledger(looked_at: str | None = None) -> None:
	"""Add up the ledger of the academic year for the settings."""
	store, here = FrappeStore(commits=True), running_school()
	if here is not None:
		moment = datetime.fromisoformat(looked_at) if looked_at else None
		ledger.sum_up(store, here, school_now(here), looked_at=moment)


@redacts_errors
def ask_for_held_days() -> int:
	"""Ask for the days that wait for a person: the officers first, then up the ladder."""
	here = running_school()
	if here is None:
		return 0
	return settling.ask(FrappeStore(commits=not frappe.flags.in_test), here, school_now(here))

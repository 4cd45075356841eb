"""Attendance by the clock: the days that are over, and the ledger."""

from datetime import datetime

import frappe

from vsv_app.services.attendance import ledger, settling
from vsv_app.services.dispatch import daily, nightly
from vsv_app.site.privacy.error_redaction import names_nobody
from vsv_app.site.school_clock import running_school, school_now
from vsv_app.stores.frappe_store import FrappeStore


@names_nobody
def write_due_days() -> None:
	"""Write the attendance of those whose day is over, and look at what it means."""
	store, here = FrappeStore(commits=True), running_school()
	if here is None:
		return
	written = daily.write_due_days(store, here, school_now(here))
	if written:
		nightly.evaluate_learners(store, here, sorted(written), school_now(here))


@names_nobody
def sum_up_ledger(looked_at: str | None = None) -> None:
	"""Add up the ledger of the academic year for the settings."""
	store, here = FrappeStore(commits=True), running_school()
	if here is not None:
		moment = datetime.fromisoformat(looked_at) if looked_at else None
		ledger.sum_up(store, here, school_now(here), looked_at=moment)


@names_nobody
def ask_for_held_days() -> int:
	"""Ask for the days that wait for a person: the officers first, then up the ladder."""
	here = running_school()
	if here is None:
		return 0
	return settling.ask(FrappeStore(commits=not frappe.flags.in_test), here, school_now(here))

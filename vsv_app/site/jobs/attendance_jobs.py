"""Attendance by the clock: the close of the day."""

from vsv_app.services.dispatch import daily
from vsv_app.site.privacy.error_redaction import names_nobody
from vsv_app.site.school_clock import running_school, school_now
from vsv_app.stores.frappe_store import FrappeStore


@names_nobody
def close_due_days() -> None:
	"""Write the attendance of days whose hour has come, and look at what it means."""
	store, here = FrappeStore(commits=True), running_school()
	if here is not None and daily.close_due_days(store, here, school_now(here)):
		daily.nightly(store, here, school_now(here))

"""Acknowledging was the end of it. Signals that stand acknowledged come back, as if they were acknowledged today."""

from vsv_app.services.signals import look_again
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


def execute() -> None:
	look_again.give_days(FrappeStore(), school_now())

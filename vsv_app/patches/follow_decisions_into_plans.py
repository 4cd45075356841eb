"""Decisions that are in a plan followed it only when it was saved. Those of plans that were closed or answered before are brought in step."""

from vsv_app.services.care.meetings import decisions
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


def execute() -> None:
	decisions.follow_plans(FrappeStore(), school_now())

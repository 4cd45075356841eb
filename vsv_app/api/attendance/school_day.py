"""What an attendance officer does about a day, and what an administrator asks of the set-up."""

from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date, formatdate, getdate

from vsv_app.engine.access.roles import ADMINISTRATOR, OFFICER
from vsv_app.engine.attendance.timetable import BellSchedule, SchoolCalendar
from vsv_app.services.attendance import day_close
from vsv_app.services.school import SETTINGS
from vsv_app.site.desk import readiness
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar

BELLS = "Bell Schedule"
MAY_CLOSE = frozenset({OFFICER, ADMINISTRATOR, "System Manager"})


class NoSchoolDay(frappe.ValidationError):
	"""A day that has no attendance: it is still to come, or there is no school."""


@frappe.whitelist(methods=["GET"])
def what_is_missing() -> list[dict[str, Any]]:
	"""What somebody has to put right, each with the button that does it; empty when all is in place."""
	frappe.has_permission(SETTINGS, "read", throw=True)
	return readiness.what_is_missing()


@frappe.whitelist(methods=["GET"])
def waits_for(day: str) -> list[str]:
	"""Why the machine does not close this day by itself."""
	_check_may_close()
	_school_day(getdate(day))
	return [readiness.words(door) for door in day_close.doors_to_wait_for(FrappeStore())]


@frappe.whitelist(methods=["POST"])
def close(day: str) -> dict[str, Any]:
	"""Write the days that are over now: how many records, how many days are held, and whose could not be written, with why."""
	_check_may_close()
	store, asked = FrappeStore(), getdate(day)
	now = _school_day(asked)
	closed = day_close.write_days(store, asked, now)
	frappe.enqueue(
		"vsv_app.site.jobs.signal_jobs.evaluate_everybody",
		job_id="vsv-after-a-close",
		deduplicate=True,
		enqueue_after_commit=True,
	)
	names = learners.names(store, closed.unplanned)
	return {
		"written": closed.written,
		"corrected": closed.corrected,
		"conflicts": closed.conflicts,
		"held": closed.held,
		"waiting": closed.waiting,
		"unplanned": sorted(names.values()),
		"refused": sorted(closed.refused.values()),
	}


@frappe.whitelist(methods=["GET"])
def groups() -> list[str]:
	"""The student groups of this school year, for a form that asks about one."""
	frappe.has_permission(BELLS, "read", throw=True)
	today = school_now().date()
	return sorted({one.group for one in learners.memberships(FrappeStore(), today, today)})


@frappe.whitelist(methods=["GET"])
def planned(day: str, group: str) -> dict[str, Any]:
	"""What a day is for a group: its sessions and hours, or why there is no school; by what is saved."""
	frappe.has_permission(BELLS, "read", throw=True)
	store, asked = FrappeStore(), getdate(day)
	school_calendar, program = calendar.load(store), learners.program_of(store, group)
	schedule = school_calendar.schedule(asked, group, program)
	plan = school_calendar.plan(asked, group, program)
	long = format_date(asked, "EEEE d MMMM yyyy")
	if schedule is None or plan is None:
		return {"sentences": [_("{0}: no school.").format(long), _why_no_school(school_calendar, schedule, asked)], "sessions": []}  # fmt: skip
	return {
		"sentences": [
			_("{0}, by {1}.").format(long, schedule.name),
			_("Late from {0} minutes after the beginning of a session, absent from {1}. Not arrived by {2}.").format(
				plan.late_after, plan.absent_after, _clock(plan.cut_off)
			),
			_("Missing all of it counts for {0} minutes.").format(plan.minutes),
		],
		"sessions": [
			{"label": one.label, "starts": _clock(one.starts), "ends": _clock(one.ends), "counted": one.counted}
			for one in plan.sessions
		],
	}  # fmt: skip


def _why_no_school(school_calendar: SchoolCalendar, schedule: BellSchedule | None, day: date) -> str:
	if school_calendar.year(day) is None:
		return str(_("It lies in no Academic Year."))
	if schedule is None:
		return str(_("No Bell Schedule holds for this group on this day."))
	if day in schedule.exceptions:
		return str(_("{0} says that it is closed.").format(schedule.name))
	if day in schedule.holidays:
		return str(_("It is in the Holiday List of {0}.").format(schedule.name))
	return str(_("{0} has no sessions on this weekday.").format(schedule.name))


def _clock(minute: int) -> str:
	return f"{minute // 60:02}:{minute % 60:02}"


def _check_may_close() -> None:
	if MAY_CLOSE.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("An attendance officer or an administrator closes a day."),
			exc=frappe.PermissionError,
			title=_("Not Yours To Close"),
		)


def _school_day(day: date) -> datetime:
	"""The school's own time, where `day` is a school day that has begun; raises NoSchoolDay."""
	store = FrappeStore()
	now = school_now()
	if day > now.date() or not calendar.load(store).is_school_day(day):
		frappe.throw(
			_("{0} is still to come, or there is no school then.").format(formatdate(day)),
			exc=NoSchoolDay,
			title=_("No School Day"),
		)
	return now

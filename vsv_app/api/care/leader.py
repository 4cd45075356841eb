"""The leader's page: how the school does this year, beside last year. It names nobody and leaves small groups out."""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, format_date

from vsv_app.engine.access.roles import COORDINATOR, LEADER
from vsv_app.services import school
from vsv_app.services.care.school_wide import figures
from vsv_app.services.care.school_wide.figures import Attendance, Stretch
from vsv_app.site.desk.early_leavers_in_words import in_words
from vsv_app.site.desk.report_columns import smallest_group
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.vsv_app.report.equity_view import equity_view

MAY_SEE = frozenset({LEADER, COORDINATOR})
BY = ("Gender", "Circumstance", "Age")
"""How the learners are told apart to see whether the school notices and helps all of them alike."""


@frappe.whitelist(methods=["GET"])
def overview() -> dict[str, Any]:
	"""Attendance, answers, what stalls, plans, leavers and equity of this school year, beside the same stretch of last year."""
	if frappe.session.user != "Administrator" and MAY_SEE.isdisjoint(frappe.get_roles()):
		frappe.throw(_("This page is for who leads the school."), exc=frappe.PermissionError)
	store = FrappeStore()
	here = school.load(store)
	today = school_now(here).date()
	timetable = calendar.load(store)
	this, last = figures.stretches(timetable, today)
	smallest = smallest_group()
	if this is None:
		return {"year": None, "smallest": smallest}
	notice = cint(frappe.db.get_single_value("Early Warning Settings", "agreement_notice_days"))
	answers, days = figures.answers(store, here, timetable, this, today)
	before = figures.answers(store, here, timetable, last, last.until)[0] if last else None
	return {
		"year": this.year,
		"until": _day(this.until),
		"last_year": last.year if last else None,
		"smallest": smallest,
		"attendance": _attendance(store, timetable, this, last, smallest),
		"signals": {
			"raised": answers.raised,
			"in_time": answers.in_time,
			"late": answers.late,
			"never": answers.never,
			"waiting": answers.waiting,
			"percent": _rounded(answers.percent),
			"before": _rounded(before.percent) if before else None,
			"raised_before": before.raised if before else None,
			"days": days,
		},
		"stalls": [
			{"kind": _(one.kind), "count": one.count, "oldest": _day(one.oldest) if one.oldest else ""}
			for one in figures.stalls(store, here, timetable, this, today, notice, smallest)
		],
		"groups": [
			{"group": group, "learners": count}
			for group, count in figures.open_by_group(store, here, timetable, this, today, smallest).items()
		],
		"plans": _plans(store, this, smallest),
		"plans_before": _plans(store, last, smallest) if last else None,
		"leavers": _leavers(store, this, smallest),
		"leavers_counted": in_words(school.early_leavers(store)),
		"leavers_before": _leavers(store, last, smallest) if last else None,
		"equity": [{"by": _(by), "groups": _equity(by)} for by in BY],
	}


def _attendance(
	store: FrappeStore, timetable: Any, this: Stretch, last: Stretch | None, smallest: int
) -> dict[str, Any]:
	now = figures.attendance(store, timetable, this, smallest)
	then = figures.attendance(store, timetable, last, smallest) if last else Attendance(None, (), None)
	return {
		"percent": _rounded(now.percent),
		"before": _rounded(then.percent),
		"since": _day(now.since) if now.since else "",
		"weeks": [
			{"week": format_date(monday, "d MMM"), "now": _rounded(percent), "before": _rounded(earlier)}
			for monday, percent, earlier in figures.side_by_side(now, then, this, last)
		],
	}


def _plans(store: FrappeStore, of: Stretch, smallest: int) -> dict[str, Any]:
	found = figures.plans(store, of, smallest)
	return {
		"begun": found.begun,
		"closed": found.closed,
		"goals": found.goals,
		"met": found.met,
		"percent": _rounded(found.percent),
	}


def _leavers(store: FrappeStore, of: Stretch, smallest: int) -> dict[str, Any]:
	found = figures.leavers(store, of, smallest)
	return {"learners": found.learners, "without": found.without, "percent": _rounded(found.percent)}


def _equity(by: str) -> list[dict[str, Any]]:
	_columns, rows, _message = equity_view.execute({"by": by})
	return [
		{
			"group": row["group"],
			"learners": row["learners"],
			"signal_share": _rounded(row["signal_share"]),
			"plan_share": _rounded(row["plan_share"]),
		}
		for row in rows
	]


def _rounded(value: float | None) -> float | None:
	return None if value is None else round(value, 1)


def _day(day: date) -> str:
	return format_date(day, "d MMMM")

"""Whom signals and plans reach, by group of learners: whether some are flagged more, or helped less, than others.

Over whole school years alone: of two periods of one's own choice the one taken from the other would tell on one learner.
"""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, getdate, nowdate

from vsv_app.engine.care.plans import age_on
from vsv_app.engine.group_figures import parts
from vsv_app.services.attendance import roll
from vsv_app.site.desk.report_columns import column, in_plain_text, smallest_group
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar

AGES = ((0, 12), (12, 14), (14, 16), (16, 18), (18, 200))
NOTHING_KNOWN = "?"


class NoSuchYear(frappe.ValidationError):
	"""A school year that has not begun, or that nobody has set."""


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
	filters = frappe._dict(filters or {})
	store = FrappeStore()
	since, until = _year(store, filters.academic_year)
	smallest = smallest_group()
	stays = roll.stays(store, since, until)
	groups = _groups(filters.by or "Gender", stays, since, until)
	flagged = _during("Early Warning Signal", "raised_on", since, until)
	helped = _during("Support Plan", "creation", since, until)
	with_signal = {part.group: part for part in parts(groups, flagged, smallest)}
	with_plan = {part.group: part for part in parts(groups, helped, smallest)}
	rows = [
		{
			"group": _("not known") if group == NOTHING_KNOWN else _(group),
			"learners": part.learners,
			"with_signal": part.of_them,
			"signal_share": part.percent,
			"with_plan": with_plan[group].of_them,
			"plan_share": with_plan[group].percent,
			"note": _("Too few learners")
			if None in (part.learners, part.of_them, with_plan[group].of_them)
			else None,
		}
		for group, part in with_signal.items()
	]
	message = _("Learners of the school year so far, those with a signal and those for whom a plan was begun. Numbers below {0} are left out, and others that would give them away.").format(smallest)  # fmt: skip
	return _columns(), rows, message


def _year(store: FrappeStore, wanted: str | None) -> tuple[date, date]:
	"""From the beginning of a school year, or of the running one, up to its end or today."""
	today = getdate(nowdate())
	begun = [year for year in calendar.load(store).years if year.start <= today]
	years = [year for year in begun if year.name == wanted] if wanted else begun
	if not years:
		frappe.throw(_("Choose an Academic Year that has begun."), exc=NoSuchYear, title=_("No School Year"))
	last = max(years, key=lambda year: year.start)
	return last.start, min(last.end, today)


def _during(doctype: str, field: str, since: Any, until: Any) -> set[str]:
	within = [[field, ">=", since], [field, "<", add_days(until, 1)]]
	return set(frappe.get_all(doctype, within, pluck="student"))


def _groups(by: str, stays: dict[str, Any], since: Any, until: Any) -> dict[str, list[str]]:
	"""The learners of the period by what they have in common; each is in one group, but for circumstances."""
	of_learner: dict[str, list[str]]
	if by == "Circumstance":
		of_learner = _circumstances(list(stays), since, until)
	elif by == "Gender":
		rows = frappe.get_all("Student", {"name": ("in", list(stays) or [""])}, ["name", "gender"])
		of_learner = {row.name: [row.gender or NOTHING_KNOWN] for row in rows}
	elif by == "Program":
		of_learner = {student: [stay.program or NOTHING_KNOWN] for student, stay in stays.items()}
	elif by == "Age":
		of_learner = {student: [_age(stay.born, until)] for student, stay in stays.items()}
	else:
		of_learner = {student: [stay.group] for student, stay in stays.items()}
	found: dict[str, list[str]] = {}
	for student, groups in of_learner.items():
		for group in groups:
			found.setdefault(group, []).append(student)
	return found


def _circumstances(students: list[str], since: Any, until: Any) -> dict[str, list[str]]:
	rows = frappe.get_all(
		"Learner Circumstance",
		[["student", "in", students or [""]], ["from_date", "<=", until]],
		["student", "circumstance", "to_date"],
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		if (not row.to_date or row.to_date >= since) and row.circumstance not in found.get(row.student, []):
			found.setdefault(row.student, []).append(row.circumstance)
	return {student: found.get(student, ["None Of These"]) for student in students}


def _age(born: Any, on: Any) -> str:
	if not born:
		return NOTHING_KNOWN
	years = age_on(born, on)
	low, high = next(band for band in AGES if band[0] <= years < band[1])
	return f"{low}-{high - 1}" if high < 200 else f"{low}+"


def _columns() -> list[dict[str, Any]]:
	return [
		column("group", _("Group"), width=180),
		column("learners", _("Learners"), "Int", width=90),
		column("with_signal", _("With A Signal"), "Int", width=120),
		column("signal_share", _("Share With A Signal"), "Percent", width=150),
		column("with_plan", _("With A Plan"), "Int", width=110),
		column("plan_share", _("Share With A Plan"), "Percent", width=150),
		column("note", _("Note"), width=150),
	]

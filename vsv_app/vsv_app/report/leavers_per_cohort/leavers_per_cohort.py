"""The share of each cohort that left early, as the school counts it: who began a programme in a year, and has left since."""

from collections import Counter
from datetime import date
from typing import Any

import frappe
from frappe import _

from vsv_app.engine.care.early_leavers import EARLY, QUALIFIED
from vsv_app.engine.group_figures import Start, cohorts
from vsv_app.engine.small_groups import suppressed
from vsv_app.services import school
from vsv_app.site.desk.early_leavers_in_words import in_words
from vsv_app.site.desk.report_columns import column, in_plain_text, smallest_group
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
	filters = frappe._dict(filters or {})
	smallest = smallest_group()
	starts = _starts(filters)
	reasons = _reasons(starts, smallest)
	rows = [
		{
			"program": cohort.program,
			"year": cohort.year,
			"began": cohort.began,
			"left": cohort.left,
			"qualified": cohort.qualified,
			"early": cohort.early,
			"share": cohort.percent,
			"reasons": reasons.get((cohort.program, cohort.year)) if cohort.left is not None else None,
		}
		for cohort in cohorts(starts, smallest)
	]
	return _columns(), rows, "\n".join(_said(smallest))


def _said(smallest: int) -> list[str]:
	"""What the figures are counted from, and what they may be held against."""
	return [
		_("Left: a date of leaving is on the learner's record. With a qualification, and early: as set under Who Counts As An Early Leaver in Early Warning Settings. Cohorts of fewer than {0} learners show their size alone.").format(smallest),
		in_words(school.early_leavers(FrappeStore())),
		_("The EU aims at less than 9 % early leavers by 2030, the Netherlands at fewer than 18,000 new ones in 2026. Both are figures of a country, the first of all its people of 18 to 24, and neither is one of a school."),
	]  # fmt: skip


def _starts(filters: Any) -> list[Start]:
	"""The first submitted enrolment of each learner in each programme."""
	rows = frappe.get_all(
		"Program Enrollment",
		{"docstatus": 1},
		["student", "program", "academic_year", "enrollment_date"],
		order_by="enrollment_date",
	)
	first: dict[tuple[str, str], Any] = {}
	for row in rows:
		first.setdefault((row.student, row.program), row)
	known = frappe.get_all(
		"Student", {"name": ("in", sorted({row.student for row in rows}) or [""])}, pluck="name"
	)
	students, store = set(known), FrappeStore()
	counts = school.early_leavers(store)
	left = {
		one.student: counts.of(one) for one in learners.leavers(store, date(1900, 1, 1), date(9999, 12, 31))
	}
	return [
		Start(
			row.student,
			row.program,
			row.academic_year,
			row.student in left,
			left.get(row.student) == QUALIFIED,
			left.get(row.student) == EARLY,
		)
		for row in first.values()
		if row.student in students
		and (filters.program or "").casefold() in (row.program or "").casefold()
		and filters.academic_year in (None, "", row.academic_year)
	]


def _reasons(starts: list[Start], smallest: int) -> dict[tuple[str, str], str]:
	"""Why learners of a cohort left, with how many; reasons of few are put together."""
	left = {start.student: start for start in starts if start.left}
	written = dict(
		frappe.get_all(
			"Student", {"name": ("in", list(left) or [""])}, ["name", "reason_for_leaving"], as_list=True
		)
	)
	counted: dict[tuple[str, str], Counter[str]] = {}
	for start in starts:
		if start.left:
			reason = (written.get(start.student) or "").strip() or _("not written down")
			counted.setdefault((start.program, start.year), Counter())[reason] += 1
	return {
		cohort: "; ".join(
			[f"{reason}: {n}" for reason, n in sorted(suppressed(counts, smallest).items()) if n]
			+ ([_("others, each of few")] if None in suppressed(counts, smallest).values() else [])
		)
		for cohort, counts in counted.items()
	}


def _columns() -> list[dict[str, Any]]:
	return [
		column("program", _("Program"), width=200),
		column("year", _("Began In"), width=120),
		column("began", _("Learners"), "Int", width=90),
		column("left", _("Left School"), "Int", width=80),
		column("qualified", _("With A Qualification"), "Int", width=150),
		column("early", _("Left Early"), "Int", width=90),
		column("share", _("Share That Left Early"), "Percent", width=150),
		column("reasons", _("Reasons"), width=320),
	]

"""The share of each cohort that left without a certificate: who began a programme in a year, and has left since."""

from collections import Counter
from typing import Any

import frappe
from frappe import _

from vsv_app.engine.group_figures import Start, cohorts
from vsv_app.engine.small_groups import suppressed
from vsv_app.site.desk.report_columns import column, in_plain_text, smallest_group


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
			"with_certificate": cohort.with_certificate,
			"share": cohort.percent,
			"reasons": reasons.get((cohort.program, cohort.year)) if cohort.left is not None else None,
		}
		for cohort in cohorts(starts, smallest)
	]
	message = _("Left: a date of leaving is on the learner's record. With a certificate: a leaving certificate number is too. Cohorts of fewer than {0} learners show their size alone.").format(smallest)  # fmt: skip
	return _columns(), rows, message


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
	students = {
		row.name: row
		for row in frappe.get_all(
			"Student",
			{"name": ("in", sorted({row.student for row in rows}) or [""])},
			["name", "date_of_leaving", "leaving_certificate_number"],
		)
	}
	return [
		Start(
			row.student,
			row.program,
			row.academic_year,
			bool(students[row.student].date_of_leaving),
			bool(students[row.student].date_of_leaving and students[row.student].leaving_certificate_number),
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
		column("with_certificate", _("With A Certificate"), "Int", width=140),
		column("share", _("Left Without"), "Percent", width=120),
		column("reasons", _("Reasons"), width=320),
	]

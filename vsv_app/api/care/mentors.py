"""What the grid of mentors asks: who looks after which group, last year's mentors, a list; and to keep what was filled in."""

from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from vsv_app.site.care import mentor_grid
from vsv_app.site.school_clock import school_now

MOST = 500


class NotAMentor(frappe.ValidationError):
	"""A row of the grid that cannot be kept."""


@frappe.whitelist(methods=["GET"])
def grid() -> dict[str, Any]:
	"""The groups of this school year with their mentors, and who may be one."""
	_check_may_assign()
	today = school_now().date()
	return {
		"rows": [{**asdict(one), "since": str(one.since or "")} for one in mentor_grid.rows(today)],
		"people": [{"value": user, "label": name} for user, name in mentor_grid.people().items()],
		"today": str(today),
	}


@frappe.whitelist(methods=["GET"])
def last_year(how: str) -> list[dict[str, str]]:
	"""For groups without a mentor, who it was last year; nothing is written."""
	_check_may_assign()
	if how not in (mentor_grid.SAME_CLASS, mentor_grid.SAME_LEARNERS):
		frappe.throw(_("Mentors stay with their class, or go along with their learners."), exc=NotAMentor)
	return [asdict(one) for one in mentor_grid.last_year(how, school_now().date())]


@frappe.whitelist(methods=["POST"])
def look(content: str) -> dict[str, Any]:
	"""What a list of group, mentor and from fills in; nothing is written."""
	_check_may_assign()
	taken, refused = mentor_grid.from_list(content, school_now().date())
	return {"rows": taken, "refused": refused}


@frappe.whitelist(methods=["POST"])
def save(rows: list[dict[str, Any]] | str) -> int:
	"""Keep what was filled in, group by group; returns how many groups."""
	_check_may_assign()
	today, known = school_now().date(), mentor_grid.people()
	wanted = frappe.parse_json(rows)
	groups = {one.group for one in mentor_grid.rows(today)}
	for row in wanted[:MOST]:
		mentor, since = row.get("mentor") or None, getdate(row.get("since") or today)
		if row.get("group") not in groups or (mentor and mentor not in known):
			frappe.throw(
				_("{0}: choose a group of this school year and somebody with the role School Mentor.").format(row.get("group")),
				exc=NotAMentor,
				title=_("Not Possible"),
			)  # fmt: skip
		mentor_grid.save(row["group"], mentor, since, today)
	return len(wanted[:MOST])


def _check_may_assign() -> None:
	frappe.has_permission(mentor_grid.DOCTYPE, "create", throw=True)

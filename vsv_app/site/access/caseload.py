"""Who has a task with whom today, and for whom the app is there at all."""

import frappe
from frappe.utils import getdate, nowdate

from vsv_app.engine.access import roles

OURS = frozenset({roles.SITE, *roles.OURS})


def may_open_app() -> bool:
	"""Whether the app's tile is shown to the current user."""
	return not OURS.isdisjoint(frappe.get_roles())


def mentors(user: str, student: str) -> bool:
	"""Whether a user has a task with a learner today."""
	condition = learners_of(user)
	rows = frappe.db.sql(f"select 1 from ({condition}) own where own.student = %s limit 1", (student,))  # noqa: S608 escaped below
	return bool(rows)


def learners_of(user: str) -> str:
	"""The learners of a user's assignments that hold today, as a subquery with the column `student`."""
	who = frappe.db.escape(user)
	today = frappe.db.escape(str(getdate(nowdate())))
	holds = f"a.mentor = {who} and a.from_date <= {today} and (a.to_date is null or a.to_date >= {today})"
	return (
		f"select a.student from `tabMentor Assignment` a where {holds} and a.student is not null"  # noqa: S608 escaped above
		" union select m.student from `tabMentor Assignment` a"
		" join `tabStudent Group Student` m on m.parent = a.student_group and m.active = 1"
		f" where {holds}"
	)

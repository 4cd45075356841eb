"""Who sees which learner: those with a task for the whole school see all, mentors and care team members their own.

Each hook exists twice, as Frappe asks it in two ways: for lists a condition, for one document True or False.
"""

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

WHOLE_SCHOOL = frozenset(
	{"System Manager", "Early Warning Administrator", "Care Team Coordinator", "School Leader"}
)
ALSO_WHOLE_SCHOOL = {
	"Badge Check In": frozenset({"Attendance Officer"}),
	"Mentor Assignment": frozenset({"Attendance Officer"}),
}
OURS = frozenset(
	{
		*WHOLE_SCHOOL,
		"Attendance Officer",
		"Care Team Member",
		"School Mentor",
		"Gateway Installer",
	}
)
NOBODY = "1=0"
EVERYBODY = ""


def may_open_app() -> bool:
	"""Whether the app's tile is shown to the current user."""
	return not OURS.isdisjoint(frappe.get_roles())


def own_learners(user: str | None = None, doctype: str = "Early Warning Signal") -> str:
	"""SQL condition: rows about learners that the user has a task with today."""
	user = user or frappe.session.user
	if _sees_whole_school(user, doctype):
		return EVERYBODY
	if user == "Guest":
		return NOBODY
	return f"`tab{doctype}`.student in ({_learners_of(user)})"


def has_learner_permission(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Whether a document is about a learner that the user has a task with today."""
	user = user or frappe.session.user
	if _sees_whole_school(user, doc.doctype):
		return True
	if user == "Guest" or not doc.get("student"):
		return False
	return mentors(user, doc.student)


def own_assignments(user: str | None = None, doctype: str = "Mentor Assignment") -> str:
	"""SQL condition: the user's own assignments."""
	user = user or frappe.session.user
	if _sees_whole_school(user, doctype):
		return EVERYBODY
	return f"`tabMentor Assignment`.mentor = {frappe.db.escape(user)}"


def has_assignment_permission(
	doc: Document, ptype: str = "read", user: str | None = None, **_more: Any
) -> bool:
	"""Whether an assignment is the user's own."""
	user = user or frappe.session.user
	return _sees_whole_school(user, doc.doctype) or doc.mentor == user


def mentors(user: str, student: str) -> bool:
	"""Whether a user has a task with a learner today."""
	condition = _learners_of(user)
	rows = frappe.db.sql(f"select 1 from ({condition}) own where own.student = %s limit 1", (student,))  # noqa: S608 escaped below
	return bool(rows)


def _sees_whole_school(user: str, doctype: str) -> bool:
	if user == "Administrator":
		return True
	roles = WHOLE_SCHOOL | ALSO_WHOLE_SCHOOL.get(doctype, frozenset())
	return not roles.isdisjoint(frappe.get_roles(user))


def _learners_of(user: str) -> str:
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

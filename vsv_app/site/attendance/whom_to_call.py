"""Of learners who are not in: in a few words what is known, and whom to call: mentors by name, families with their numbers."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe import _

from vsv_app.services import mentors
from vsv_app.services.attendance.office import not_in
from vsv_app.services.attendance.office.not_in import Missing
from vsv_app.stores.frappe_store import FrappeStore


def what(one: Missing) -> str:
	"""What is known of somebody who is not in."""
	if one.kind == not_in.NOT_SEEN:
		return _("Not seen yet")
	if one.kind == not_in.UNKNOWN:
		return _("Nobody knows")
	if one.kind == not_in.LEAVE:
		return _("Leave")
	return _("Absent, reason known") if one.excused else _("Absent, reason not known")


def mentor_names(students: Sequence[str], day: date) -> dict[str, list[str]]:
	"""The names of each learner's mentors on a day."""
	own = mentors.load(FrappeStore(), day, list(students))
	names: dict[str, str] = {}
	for student in students:
		for mentor in own.of(student):
			if mentor not in names:
				names[mentor] = frappe.utils.get_fullname(mentor)
	return {student: [names[mentor] for mentor in own.of(student)] for student in students}


def family_numbers(students: Sequence[str]) -> dict[str, list[dict[str, str]]]:
	"""Name and number of each learner's guardians; the number is empty where the school has none."""
	links = frappe.get_all(
		"Student Guardian",
		{"parent": ("in", list(students) or [""]), "parenttype": "Student"},
		["parent", "guardian"],
		order_by="parent, idx",
	)
	guardians = {
		row.name: {"name": row.guardian_name or "", "number": row.mobile_number or ""}
		for row in frappe.get_all(
			"Guardian",
			{"name": ("in", [link.guardian for link in links] or [""])},
			["name", "guardian_name", "mobile_number"],
		)
	}
	found: dict[str, list[dict[str, str]]] = {}
	for link in links:
		if link.guardian in guardians:
			found.setdefault(link.parent, []).append(guardians[link.guardian])
	return found

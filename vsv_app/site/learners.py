"""What the site knows about a learner that the engine asks for."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from vsv_app.engine.care.plans import age_on
from vsv_app.engine.partners.consent import comes_of_age

SETTINGS = "Early Warning Settings"
OF_AGE = 18
"""A guardian no longer looks on from this age; the learner can show what is there."""


class OtherLearner(frappe.ValidationError):
	"""A link to a record about somebody else."""


def age(student: str, on: date | None = None) -> int | None:
	"""Whole years, None where the date of birth is not known."""
	born = frappe.db.get_value("Student", student, "date_of_birth")
	return age_on(getdate(born), on or getdate(nowdate())) if born else None


def check_same(student: str, *records: tuple[str, str | None]) -> None:
	"""Raises OtherLearner where one of the records, as (doctype, name or None), is about somebody else.

	Who may read a document may have Frappe list fields of what it links to.
	"""
	for doctype, name in records:
		if name and frappe.db.get_value(doctype, name, "student") != student:
			frappe.throw(
				_("{0} {1} is about another learner.").format(_(doctype), name),
				exc=OtherLearner,
				title=_("Another Learner"),
			)


def consent_age() -> int:
	return int(frappe.db.get_single_value(SETTINGS, "consent_age") or 0)


def consents_from(student: str) -> date | None:
	"""The day from which the learner's own consent counts; None where the date of birth is not known."""
	born = frappe.db.get_value("Student", student, "date_of_birth")
	return comes_of_age(getdate(born) if born else None, consent_age())


def coordinator() -> str | None:
	"""None where who is set has left."""
	return _here(frappe.db.get_single_value(SETTINGS, "coordinator"))


def leader() -> str | None:
	return _here(frappe.db.get_single_value(SETTINGS, "leader"))


def guardian_users(student: str) -> dict[str, str]:
	"""User by guardian, of the learner's guardians who have one."""
	rows = frappe.get_all("Student Guardian", {"parent": student, "parenttype": "Student"}, pluck="guardian")
	users = frappe.get_all("Guardian", {"name": ("in", rows or [""])}, ["name", "user"])
	return {row.name: row.user for row in users if row.user}


def family_users(student: str) -> list[str]:
	"""The portal users of a learner and the guardians."""
	own = frappe.db.get_value("Student", student, "user")
	return list(dict.fromkeys([*([own] if own else []), *guardian_users(student).values()]))


def _here(user: str | None) -> str | None:
	return user if user and frappe.db.get_value("User", user, "enabled") else None

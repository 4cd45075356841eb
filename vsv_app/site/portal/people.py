"""Who somebody in the portal is: which learners' self, whose guardian, which partners' contact. Asked anew at each request."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.site import learners
from vsv_app.site.access.gate.people import is_at_desk

OF_AGE = learners.OF_AGE


class NotYours(frappe.PermissionError):
	"""Somebody asks for a learner or an organisation that is not theirs."""


def learners_of(user: str) -> dict[str, str]:
	"""Learner or Guardian, by the learners whom a user is or raises."""
	found = dict.fromkeys(_children(user), GUARDIAN)
	found.update(
		dict.fromkeys(frappe.get_all("Student", {"user": user, "enabled": 1}, pluck="name"), LEARNER)
	)
	return found


def is_family(user: str) -> bool:
	"""Whether a user is a learner, or is written down as somebody's guardian; of a grown-up's guardian the page says so."""
	return bool(
		frappe.db.exists("Student", {"user": user, "enabled": 1})
		or frappe.db.exists("Guardian", {"user": user})
	)


def capacity(student: str) -> str:
	"""As what the current user acts for a learner; raises NotYours."""
	found = learners_of(frappe.session.user).get(student) if frappe.session.user != "Guest" else None
	if found is None:
		frappe.throw(_("You have no access to this learner."), exc=NotYours, title=_("No Access"))
	return found


def organisations_of(user: str) -> list[str]:
	"""The partners outside the school whom a user stands for; nobody who works at the school does."""
	if is_at_desk(user):
		return []
	named = frappe.get_all("Stakeholder Contact", {"user": user, "parenttype": "Stakeholder"}, pluck="parent")
	return frappe.get_all("Stakeholder", {"name": ("in", named or [""]), "enabled": 1}, pluck="name")


def check_own_link(record: Document, _event: str | None = None) -> None:
	"""Before a Student or Guardian is saved: who writes it does not make oneself somebody's family."""
	user = frappe.session.user
	if user == "Administrator" or record.flags.by_the_app:
		return
	before = record.get_doc_before_save()
	links = _own_links(record, user) - (_own_links(before, user) if before else set())
	if links and is_at_desk(user):
		frappe.throw(
			_("Somebody else of the school writes down that you are of this family."),
			exc=NotYours,
			title=_("Not By Yourself"),
		)


def _own_links(record: Document, user: str) -> set[str]:
	"""What in a record makes a user somebody's self or guardian."""
	own = set(frappe.get_all("Guardian", {"user": user}, pluck="name"))
	named = {row.guardian for row in record.get("guardians") or []}
	return (own & named) | ({user} if record.user == user else set())


def check_organisation(stakeholder: str | None) -> None:
	"""Raises NotYours unless the current user stands for this partner."""
	if (
		frappe.session.user == "Guest"
		or not stakeholder
		or stakeholder not in organisations_of(frappe.session.user)
	):
		frappe.throw(_("You have no access to this organisation."), exc=NotYours, title=_("No Access"))


@contextmanager
def by_the_system() -> Iterator[None]:
	"""Where Education's own steps ask for rights that nobody in the portal has; the person was checked before."""
	user = frappe.session.user
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.set_user(user)


def _children(user: str) -> list[str]:
	guardians = frappe.get_all("Guardian", {"user": user}, pluck="name")
	named = frappe.get_all(
		"Student Guardian", {"guardian": ("in", guardians or [""]), "parenttype": "Student"}, pluck="parent"
	)
	enabled = frappe.get_all("Student", {"name": ("in", named or [""]), "enabled": 1}, pluck="name")
	return [student for student in enabled if (learners.age(student) or 0) < OF_AGE]

"""Whom to sign in as: every made-up person, their role, and the page that shows what there is for them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import frappe
from frappe.utils import get_url
from frappe.utils.password import update_password

from vsv_app.engine.access import roles
from vsv_app.services import mentors
from vsv_app.site.demo_data import made, people
from vsv_app.site.desk.routes import page
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

PAGES = {
	roles.MENTOR: page("mentor-board"),
	roles.COORDINATOR: page("mentor-board"),
	roles.MEMBER: page("mentor-board"),
	roles.OFFICER: page("not-in-today"),
	roles.LEADER: page("school-at-a-glance"),
	roles.ADMINISTRATOR: page("early-warning-settings"),
	roles.INSTALLER: page("attendance-gateway"),
}
"""Where each role begins; in this order they are listed."""
FAMILY, PARTNER = "/family", "/partner"
GUARDIAN_OF, LEARNER, OF_A_PARTNER = "Guardian", "Learner", "Partner"


class NoSchool(frappe.ValidationError):
	"""There is no made-up school on this site."""


@dataclass(frozen=True)
class Person:
	"""Somebody to sign in as. `waiting`: open signals about their learners."""

	user: str
	name: str
	role: str
	page: str
	language: str
	waiting: int = 0

	@property
	def address(self) -> str:
		return get_url(self.page)


def listed() -> list[Person]:
	"""Everybody of the made-up school, role by role; mentors with the most to do first. Raises NoSchool."""
	own = made.known(FrappeStore())
	if own is None:
		raise NoSchool("There is no made-up school on this site. Make it first: vsv-demo-data")
	return list(_people(own.names.get("User", [])))


def set_password(password: str) -> None:
	"""Give everybody of the made-up school this password."""
	for person in listed():
		update_password(person.user, password)
	frappe.db.commit()  # a command owns its transaction


def lines(persons: list[Person]) -> Iterator[str]:
	"""As a table for a terminal."""
	rows = [(one.user, one.name, _said(one), one.language, one.address) for one in persons]
	heads = ("sign in as", "name", "role", "in", "page to open")
	widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
	for row in (heads, *rows):
		yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _said(person: Person) -> str:
	return f"{person.role}, {person.waiting} open signals" if person.waiting else person.role


def _people(users: list[str]) -> Iterator[Person]:
	known = frappe.get_all(
		"User", {"name": ("in", users or [""])}, ["name", "full_name", "language", "user_type"]
	)
	role_of = dict(
		frappe.get_all(
			"Has Role", {"parenttype": "User", "role": ("in", list(PAGES))}, ["parent", "role"], as_list=True
		)
	)
	waiting = _open_signals()
	found = [_person(one, role_of.get(one.name), waiting[one.name]) for one in known]
	order = [*PAGES, OF_A_PARTNER, LEARNER, GUARDIAN_OF]
	yield from sorted(found, key=lambda one: (order.index(one.role), -one.waiting, one.user))


def _open_signals() -> Counter[str]:
	"""How many signals wait for each mentor."""
	students = frappe.get_all("Early Warning Signal", {"status": "Open"}, pluck="student")
	people_of = mentors.load(FrappeStore(), school_now().date(), sorted(set(students)))
	return Counter(mentor for student in students for mentor in people_of.of(student))


def _person(user: frappe._dict, role: str | None, waiting: int) -> Person:
	if role:
		return Person(user.name, user.full_name, role, PAGES[role], user.language, waiting)
	if user.name == people.PARTNER:
		return Person(user.name, user.full_name, OF_A_PARTNER, PARTNER, user.language)
	kind = GUARDIAN_OF if frappe.db.exists("Guardian", {"user": user.name}) else LEARNER
	return Person(user.name, user.full_name, kind, FAMILY, user.language)

"""Who asks: one person of each of the fourteen kinds, with an API key, and what each stands to the learners of the crawl.

Nobody has a task with `other`. Mentor and member have one with `own`; the learner, the guardian and the partner have
something in the portal, and it is about other learners still.
"""

from dataclasses import dataclass

import frappe

from vsv_app.engine.access import roles
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.rest import Person

GUEST, LEARNER, GUARDIAN, PARTNER = "guest", "learner", "guardian", "partner"
PORTAL = (GUEST, LEARNER, GUARDIAN, PARTNER)
OFFICE = "office"
"""Who keeps the school's books and its programme: many roles of ERPNext and Education, none of ours."""
DESK = {
	"mentor": (roles.MENTOR,),
	"member": (roles.MEMBER,),
	"coordinator": (roles.COORDINATOR, "Report Manager"),
	"officer": (roles.OFFICER,),
	"administrator": (roles.ADMINISTRATOR,),
	"leader": (roles.LEADER,),
	"installer": (roles.INSTALLER,),
	"teacher": (roles.TEACHER,),
	"site": (roles.SITE,),
	OFFICE: (
		"Academics User", "Accounts Manager", "Accounts User", "HR Manager", "HR User", "Employee", "Item Manager", "Purchase Manager",
		"Purchase User", "Sales Manager", "Sales User", "Stock Manager", "Stock User", "Projects Manager", "Quality Manager",
		"Manufacturing Manager", "Maintenance Manager", "Website Manager", "Newsletter Manager", "Report Manager", "Dashboard Manager",
		"Workspace Manager", "Inbox User", "Support Team", "Knowledge Base Editor", "Translator", "Prepared Report User",
	),
}  # fmt: skip
KINDS = (*PORTAL, *DESK)
WITH_A_TASK = ("mentor", "member")


@dataclass(frozen=True)
class Caller:
	"""Somebody who asks: with which headers, and with which roles on the site."""

	kind: str
	user: str
	roles: frozenset[str]
	headers: tuple[tuple[str, str], ...]

	@property
	def portal(self) -> bool:
		return self.kind in PORTAL


def make_people(own: str) -> dict[str, Caller]:
	"""One of each kind; `own` is the learner with whom mentor and member have a task."""
	users = {kind: factories.make_user(*given) for kind, given in DESK.items()}
	users |= {kind: care.make_portal_user() for kind in (LEARNER, GUARDIAN, PARTNER)}
	frappe.get_doc("User", users[LEARNER]).add_roles("Student")
	for kind in WITH_A_TASK:
		factories.make_assignment(users[kind], student=own)
	_group, grown_up = care.make_learner(date_of_birth=care.ADULT, user=users[LEARNER])
	_group, child = care.make_learner(date_of_birth=care.child_born())
	care.make_guardian(child, user=users[GUARDIAN])
	partner = care.make_stakeholder(users[PARTNER])
	agreement = care.make_agreement(partner)
	care.make_consent(grown_up, partner)
	care.make_referral(grown_up, partner, agreement.name)
	people = {kind: Person(user) for kind, user in users.items()} | {GUEST: Person.guest()}
	return {
		kind: Caller(
			kind,
			people[kind].user,
			frozenset(frappe.get_roles(people[kind].user)),
			tuple(people[kind].headers.items()),
		)
		for kind in KINDS
	}

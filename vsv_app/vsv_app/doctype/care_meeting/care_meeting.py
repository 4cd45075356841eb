import re
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.access.roles import MEMBER
from vsv_app.site.care import meeting_pages
from vsv_app.site.documents import server_fields
from vsv_app.site.portal import people
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners

CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


class NotInvited(frappe.ValidationError):
	"""Somebody who cannot be invited as it was written."""


class CareMeeting(Document):
	def before_insert(self) -> None:
		server_fields.clear(self)
		self.chair = self.chair or frappe.session.user
		if not self.people:
			self.invite_the_care_team()

	def before_validate(self) -> None:
		server_fields.restore(self)

	def validate(self) -> None:
		self.name_the_time()
		self.name_people()

	def invite_the_care_team(self) -> None:
		team = learners.people_with_role(FrappeStore(), MEMBER)
		for user in dict.fromkeys([self.chair, *team]):
			self.append("people", {"user": user, "was_there": 1})

	def name_the_time(self) -> None:
		"""14:00, as people say it: no seconds."""
		if not self.starts_at:
			return
		said = CLOCK.fullmatch(self.starts_at.strip())
		if not said:
			frappe.throw(_("Write the time as 14:00."), title=_("Starts At"))
		self.starts_at = f"{int(said[1]):02}:{said[2]}"

	def name_people(self) -> None:
		"""A partner comes for an organisation that this account is a contact of."""
		for person in self.people:
			if person.user:
				self.find_partner(person)
				person.person_name = person.person_name or frappe.utils.get_fullname(person.user)
			if not person.person_name:
				frappe.throw(_("Say who is invited in row {0}.").format(person.idx), exc=NotInvited, title=_("People"))  # fmt: skip

	def find_partner(self, person: Any) -> None:
		of = people.organisations_of(person.user)
		if person.stakeholder and person.stakeholder not in of:
			frappe.throw(
				_("{0} is no contact of {1}. Add the account to the partner's contacts first.").format(
					frappe.bold(person.user), person.stakeholder
				),
				exc=NotInvited,
				title=_("People"),
			)
		if not person.stakeholder and of:
			person.stakeholder = of[0]

	def minutes(self) -> dict[str, Any]:
		"""What was decided, for print."""
		return meeting_pages.minutes(self)

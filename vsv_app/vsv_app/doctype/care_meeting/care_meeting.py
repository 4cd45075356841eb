import re
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, getdate, now_datetime, nowdate

from vsv_app.engine.access.roles import MEMBER
from vsv_app.services.care.meetings import agenda
from vsv_app.site.care import family_mails, meeting_pages
from vsv_app.site.documents import server_fields
from vsv_app.site.portal import people
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners

INVITED = "You are invited to a care meeting"
MOVED = "A care meeting was moved"
CALLED_OFF = "A care meeting was called off"
NOT_ANY_MORE = "You are no longer expected at a care meeting"
"""What the bell says; nobody is named, as it goes out as a mail too. Said in the recipient's language where it is sent."""
WHEN_AND_WHERE = ("meeting_on", "starts_at", "place")
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
		server_fields.restore(self, keep=("status",) if self.flags.calls_off else ())

	def validate(self) -> None:
		self.name_the_time()
		self.name_people()
		self.note_whom_to_tell()

	def on_update(self) -> None:
		self.tell_people()

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

	def note_whom_to_tell(self) -> None:
		"""Who is new, and everybody where it is moved or called off; of a day that has passed nobody is told."""
		before = self.get_doc_before_save()
		known = {row.user: row.told_on for row in before.people} if before else {}
		moved = before is not None and any(cstr(before.get(field)) != cstr(self.get(field)) for field in WHEN_AND_WHERE)  # fmt: skip
		called_off = before is not None and before.status != self.status == agenda.CALLED_OFF
		if self.status == agenda.HELD or getdate(self.meeting_on) < getdate(nowdate()):
			moved = called_off = False
			known = {row.user: known.get(row.user) for row in self.people}
		if moved:
			self.moved_on = now_datetime()
		self.flags.tell = []
		for row in self.people:
			subject = (
				CALLED_OFF if called_off else INVITED if row.user not in known else MOVED if moved else None
			)
			row.told_on = now_datetime() if subject and row.user else known.get(row.user)
			if subject and row.user and not row.stakeholder:
				self.flags.tell.append((row.user, subject))
		self.note_who_is_off_the_list(before)

	def note_who_is_off_the_list(self, before: Any) -> None:
		"""Whoever counted on a meeting to come, and on the day that it had for them; nothing is left on a partner's page to read it from."""
		self.flags.mail = []
		if before is None or not before.status == self.status == agenda.PLANNED:
			return
		if getdate(before.meeting_on) < getdate(nowdate()):
			return
		here = {row.user for row in self.people}
		gone = {row.user: row.stakeholder for row in before.people if row.user and row.user not in here}
		for user, partner in sorted(gone.items()):
			if partner:
				self.flags.mail.append((user, before.meeting_on))
			else:
				self.flags.tell.append((user, NOT_ANY_MORE))

	def tell_people(self) -> None:
		"""Staff by the bell, in words that name nobody; partners get a mail that something waits on their page, or that nothing does any more."""
		for user, subject in self.flags.tell or ():
			if user != frappe.session.user:
				FrappeStore().notify(user, subject, self.doctype, self.name)
		for user, day in self.flags.mail or ():
			family_mails.no_longer_expected(user, NOT_ANY_MORE, getdate(day))
		self.flags.tell, self.flags.mail = [], []

	def call_off(self) -> None:
		"""The meeting does not take place; what stands comes back at the next one. Whoever calls has looked at the right to it."""
		self.status = agenda.CALLED_OFF
		self.flags.calls_off = True
		self.save()

	def minutes(self) -> dict[str, Any]:
		"""What was decided, for print."""
		return meeting_pages.minutes(self)

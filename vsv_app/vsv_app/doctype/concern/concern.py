import frappe
from frappe import _
from frappe.utils import now_datetime

from vsv_app.engine.access import table
from vsv_app.engine.access.conditions import Circumstances
from vsv_app.engine.access.rights import READ
from vsv_app.engine.access.roles import COORDINATOR
from vsv_app.engine.care import concerns
from vsv_app.engine.care.concerns import Concern as Facts
from vsv_app.site import learners
from vsv_app.site.access import restricted_reads
from vsv_app.site.documents import refusals, server_fields
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.stores.frappe_store import FrappeStore

NOTED = "A concern was noted, and you are named in it"
CALL = "A learner asks for help, and you are named to read it"


class BeginsOpen(frappe.ValidationError):
	"""A new concern that claims to be handled already."""


class NotYoursToOpen(frappe.PermissionError):
	"""Somebody else than who noted a restricted concern, or the coordinator, would open it to more people."""


class NoReader(frappe.ValidationError):
	"""A restricted concern that nobody could read."""


def _may_be_named(user: str) -> bool:
	"""Whether somebody who is named can read a restricted concern at all."""
	named = Circumstances(named=True, restricted=True)
	return table.may("Concern", frappe.get_roles(user), READ, named)


class Concern(LearnerDocument):
	def before_insert(self) -> None:
		server_fields.clear(self)
		self.begin_open()
		self.note_who()
		self.restrict()

	def before_validate(self) -> None:
		server_fields.restore(self)
		self.name_readers()

	def validate(self) -> None:
		self.validate_opening()
		self.validate_who_names_readers()
		self.validate_readers()
		learners.check_same(self.student, ("Support Plan", self.plan))
		self.note_answer()
		self.take_step()

	def on_update(self) -> None:
		self.tell_who_is_named()

	def onload(self) -> None:
		self.note_read("Form")

	def before_print(self, _settings: object = None) -> None:
		self.note_read("Print")

	def begin_open(self) -> None:
		if self.status != concerns.OPEN:
			frappe.throw(_("A concern begins open."), exc=BeginsOpen, title=_("Begins Open"))

	def note_who(self) -> None:
		self.noted_by, self.noted_on = frappe.session.user, now_datetime()
		self.from_learner = int(bool(self.flags.from_learner))

	def restrict(self) -> None:
		"""Some kinds begin with the fewest readers: whom the noter named, and the coordinator."""
		self.visibility = concerns.first_visibility(self.kind, self.visibility)
		named = [row.user for row in self.readers]
		coordinator = learners.coordinator()
		if self.visibility == concerns.RESTRICTED and coordinator and coordinator not in named:
			self.append("readers", {"user": coordinator})

	def validate_opening(self) -> None:
		"""What was told in confidence is opened by whom it was told to, or by the coordinator."""
		before = self.get_doc_before_save()
		opens = (
			before is not None
			and before.visibility == concerns.RESTRICTED
			and self.visibility != concerns.RESTRICTED
		)
		user = frappe.session.user
		if (
			opens
			and user not in (self.noted_by, "Administrator")
			and COORDINATOR not in frappe.get_roles(user)
		):
			frappe.throw(
				_("Only who noted this concern, or the coordinator, opens it to more people."),
				exc=NotYoursToOpen,
				title=_("Named People Only"),
			)

	def validate_who_names_readers(self) -> None:
		"""Who was named reads it, and names nobody further."""
		before = self.get_doc_before_save()
		if before is None or before.visibility != concerns.RESTRICTED:
			return
		user = frappe.session.user
		named = {row.user for row in before.readers}
		names_others = user in named and COORDINATOR in frappe.get_roles(user)
		if (
			named != {row.user for row in self.readers}
			and user not in (self.noted_by, "Administrator")
			and not names_others
		):
			frappe.throw(
				_(
					"Only who noted this concern, or the coordinator among its readers, names others or takes them off."
				),
				exc=NotYoursToOpen,
				title=_("Named People Only"),
			)

	def name_readers(self) -> None:
		"""By the server: who notes a concern may choose users, and need not be able to read their records."""
		for row in self.readers:
			row.full_name = frappe.db.get_value("User", row.user, "full_name") if row.user else None

	def validate_readers(self) -> None:
		if self.visibility == concerns.RESTRICTED and not any(
			_may_be_named(row.user) for row in self.readers
		):
			frappe.throw(
				_(
					"Nobody could read it. Name somebody of the care team, or set the coordinator in the settings."
				),
				exc=NoReader,
				title=_("Who Reads It?"),
			)

	def note_answer(self) -> None:
		"""The learner reads it on the own page, and is told that something waits there."""
		if self.has_value_changed("answer") and (self.answer or "").strip():
			self.answered_on, self.answered_by = now_datetime(), frappe.session.user

	def take_step(self) -> None:
		before = self.get_doc_before_save()
		if before is None or before.status == self.status:
			return
		wanted, self.status = self.status, before.status
		with refusals.in_words():
			concerns.step(self.facts(), wanted)
		self.status = wanted
		if wanted == concerns.IN_HAND and not self.responsible:
			self.responsible = frappe.session.user
		if wanted == concerns.CLOSED:
			self.closed_on, self.closed_by = now_datetime(), frappe.session.user

	def tell_who_is_named(self) -> None:
		"""Whoever is named to see to it or to read it hears of it once; the bell names nobody."""
		before = self.get_doc_before_save()
		if self.status == concerns.CLOSED or self.flags.from_learner:
			return
		readers = [row.user for row in self.readers]
		named = readers if self.visibility == concerns.RESTRICTED else [*readers, self.responsible]
		known = {before.responsible, *(row.user for row in before.readers)} if before else set()
		if before and before.responsible != self.responsible:
			known.discard(self.responsible)
		subject = CALL if self.kind == concerns.ASKED_FOR_HELP else NOTED
		for user in dict.fromkeys(named):
			if user and user != frappe.session.user and user not in known:
				FrappeStore().notify(user, subject, self.doctype, self.name)

	def note_read(self, way: str) -> None:
		if self.visibility == concerns.RESTRICTED and not self.is_new():
			restricted_reads.note(frappe.session.user, self.doctype, self.name, way)

	def facts(self) -> Facts:
		return Facts(
			self.kind,
			self.status,
			self.visibility,
			self.noted_by or "",
			frozenset(row.user for row in self.readers),
			self.what_was_done or "",
		)

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, nowdate

from vsv_app.engine.partners import referrals
from vsv_app.engine.partners.consent import Consent, shared_by
from vsv_app.engine.partners.referrals import Referral as Facts
from vsv_app.site import learners
from vsv_app.site.documents import one_at_a_time, refusals, server_fields
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.stores.frappe_store import FrappeStore

BY_STEPS = (
	"consent_status", "consent_asked_on", "consent_asked_by", "consent_answered_on", "consent_answered_by", "consent_note",
	"answer_seen_on",
)  # fmt: skip
"""Read-only fields that the steps below write."""
CONSENT_IS_GONE = "Consent was withdrawn, and a referral ended with it"
"""Said in the recipient's language where it is sent; nobody is named, as it goes out as a mail too."""


class BeginsAsDraft(frappe.ValidationError):
	"""A new referral that claims to be sent already."""


class AskedAlready(frappe.ValidationError):
	"""The same question about the same learner, to the same partner, that is open already."""


class Referral(LearnerDocument):
	def before_insert(self) -> None:
		server_fields.clear(self)
		self.validate_not_asked_already()
		if self.status != referrals.DRAFT:
			frappe.throw(_("A referral begins as a draft."), exc=BeginsAsDraft, title=_("Begins As Draft"))
		self.referred_by = frappe.session.user

	def before_validate(self) -> None:
		server_fields.restore(self, keep=BY_STEPS if self.flags.takes_steps else ())

	def validate(self) -> None:
		learners.check_same(self.student, ("Support Plan", self.plan))
		self.keep_what_was_sent()
		self.ask_anew_after_changes()
		self.take_step()

	def validate_not_asked_already(self) -> None:
		one_at_a_time.wait_for("Student", self.student)
		same = {"student": self.student, "stakeholder": self.stakeholder, "question": self.question}
		known = one_at_a_time.found("Referral", {**same, "status": ("in", referrals.OPEN)})
		if known:
			frappe.throw(
				_("{0} is asked this about the learner already: {1}.").format(self.stakeholder, known),
				exc=AskedAlready,
				title=_("Referred Already"),
			)

	def keep_what_was_sent(self) -> None:
		before = self.get_doc_before_save()
		if before is None or before.status == referrals.DRAFT:
			return
		same = {row.field for row in before.fields_shown} == {row.field for row in self.fields_shown}
		if not same or before.question != self.question or before.agreement != self.agreement:
			frappe.throw(
				_("What was sent stays as it was. Withdraw this referral and make a new one."),
				exc=refusals.WrittenOnce,
				title=_("Sent Already"),
			)
		said = [
			("family_may_read", before.replied_on),
			("reply", before.replied_on),
			("result", before.status == referrals.CLOSED),
		]
		if any(
			stands and str(before.get(field) or "") != str(self.get(field) or "") for field, stands in said
		):
			frappe.throw(
				_("What the partner replied and what came of it stay as they were written."),
				exc=refusals.WrittenOnce,
				title=_("Answered Already"),
			)

	def ask_anew_after_changes(self) -> None:
		"""A family's answer is about what it was asked; whoever changes that asks again."""
		before = self.get_doc_before_save()
		if before is None or before.consent_status == referrals.NOT_ASKED or self.flags.takes_steps:
			return
		same = {row.field for row in before.fields_shown} == {row.field for row in self.fields_shown}
		if self.status == referrals.DRAFT and not (same and before.purpose == self.purpose):
			self.consent_status = referrals.NOT_ASKED

	def take_step(self) -> None:
		before = self.get_doc_before_save()
		if before is None or self.status == before.status:
			return
		wanted, self.status = self.status, before.status
		with refusals.in_words():
			referrals.step(
				self.facts(),
				wanted,
				agreement=self.agreement_facts(),
				consents=self.consents(),
				today=getdate(nowdate()),
			)
		self.status = wanted
		self.note_step()

	def note_step(self) -> None:
		if self.status == referrals.SENT:
			self.sent_on = now_datetime()
		if self.status in (referrals.ACCEPTED, referrals.DECLINED):
			self.replied_on, self.replied_by = now_datetime(), frappe.session.user
		if referrals.LIFE.is_closed(self.status):
			self.closed_on = now_datetime()
		# What a partner or a family says waits until who referred has seen it.
		by_others = self.flags.from_partner or self.flags.consent_is_gone
		self.answer_seen_on = None if by_others else now_datetime()

	@frappe.whitelist(methods=["POST"])
	def ask_family(self) -> None:
		"""Ask on the family's page whether the partner may see this; the learner's own word counts from the age of consent."""
		self.check_permission("write")
		if referrals.covered(self.facts(), self.consents(), getdate(nowdate())):
			frappe.throw(_("A consent that holds is recorded. Send the referral."), exc=refusals.StepTooEarly)
		with refusals.in_words():
			referrals.check_asking(self.facts(), agreement=self.agreement_facts(), today=getdate(nowdate()))
		self.consent_status, self.consent_note = referrals.ASKED, None
		self.consent_asked_on, self.consent_asked_by = now_datetime(), frappe.session.user
		self.consent_answered_on = self.consent_answered_by = None
		self.flags.takes_steps = True
		self.save()

	@frappe.whitelist(methods=["POST"])
	def send(self) -> None:
		"""Let the partner see it."""
		self.check_permission("write")
		self.status = referrals.SENT
		self.save()

	@frappe.whitelist(methods=["POST"])
	def seen(self) -> None:
		"""Somebody at school took note of the partner's answer."""
		self.check_permission("write" if frappe.session.user != self.referred_by else "read")
		self.db_set("answer_seen_on", now_datetime())

	def answer_of_family(self, given: bool, note: str) -> None:
		"""What the family says on its page, from somebody whose word counts. Given, it may be sent by itself."""
		self.consent_status = referrals.GIVEN if given else referrals.REFUSED
		self.consent_answered_on, self.consent_answered_by = now_datetime(), frappe.session.user
		self.consent_note = note or None
		self.flags.takes_steps = True
		self.save(ignore_permissions=True)  # the portal has checked whose word it is
		if not (given and self.send_when_given):
			return
		frappe.db.savepoint("sends_itself")
		try:
			self.status = referrals.SENT
			self.save(ignore_permissions=True)
		except refusals.StepTooEarly:
			frappe.db.rollback(save_point="sends_itself")
			frappe.clear_messages()  # an agreement may have ended meanwhile: who referred sees to it
			self.reload()

	def withdraw_without_consent(self) -> bool:
		"""Close it when consent no longer covers what it shows, and tell who referred; the partner's view is closed in any case."""
		covered = shared_by(self.consents(), self.student, self.stakeholder, getdate(nowdate()))
		if not self.facts().fields - covered:
			return False
		self.status = referrals.WITHDRAWN
		self.flags.consent_is_gone = frappe.session.user != self.referred_by
		self.save(ignore_permissions=True)  # who withdraws a consent need not be allowed to edit referrals
		if self.flags.consent_is_gone and self.referred_by:
			FrappeStore().notify(self.referred_by, CONSENT_IS_GONE, self.doctype, self.name)
		return True

	def shown(self) -> frozenset[str]:
		"""What the partner sees at this moment."""
		return referrals.visible(self.facts(), self.agreement_facts(), self.consents(), getdate(nowdate()))

	def consents(self) -> list[Consent]:
		names = frappe.get_all(
			"Consent Record", {"student": self.student, "stakeholder": self.stakeholder}, pluck="name"
		)
		return [frappe.get_doc("Consent Record", name).facts() for name in names]

	def agreement_facts(self):
		return frappe.get_doc("Stakeholder Agreement", self.agreement).facts() if self.agreement else None

	def facts(self) -> Facts:
		return Facts(
			self.student,
			self.stakeholder,
			self.status,
			frozenset(row.field for row in self.fields_shown),
			self.question or "",
			self.reply or "",
			self.result or "",
			self.purpose or "",
			self.consent_status or referrals.NOT_ASKED,
		)

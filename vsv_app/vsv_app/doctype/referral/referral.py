import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime, nowdate

from vsv_app.engine.partners import referrals
from vsv_app.engine.partners.consent import Consent, shared_by
from vsv_app.engine.partners.referrals import Referral as Facts
from vsv_app.site import learners
from vsv_app.site.documents import refusals, server_fields


class BeginsAsDraft(frappe.ValidationError):
	"""A new referral that claims to be sent already."""


class Referral(Document):
	def before_insert(self) -> None:
		server_fields.clear(self)
		if self.status != referrals.DRAFT:
			frappe.throw(_("A referral begins as a draft."), exc=BeginsAsDraft, title=_("Begins As Draft"))
		self.referred_by = frappe.session.user

	def before_validate(self) -> None:
		server_fields.restore(self)

	def validate(self) -> None:
		learners.check_same(self.student, ("Support Plan", self.plan))
		self.keep_what_was_sent()
		self.take_step()

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
		said = [("reply", before.replied_on), ("result", before.status == referrals.CLOSED)]
		if any(stands and (before.get(field) or "") != (self.get(field) or "") for field, stands in said):
			frappe.throw(
				_("What the partner replied and what came of it stay as they were written."),
				exc=refusals.WrittenOnce,
				title=_("Answered Already"),
			)

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

	def withdraw_without_consent(self) -> None:
		"""Close it when consent no longer covers what it shows; the partner's view is closed in any case."""
		covered = shared_by(self.consents(), self.student, self.stakeholder, getdate(nowdate()))
		if self.facts().fields - covered:
			self.status = referrals.WITHDRAWN
			self.save(
				ignore_permissions=True
			)  # who withdraws a consent need not be allowed to edit referrals

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
		)

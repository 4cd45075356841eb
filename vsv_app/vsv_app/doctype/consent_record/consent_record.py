import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, nowdate

from vsv_app.engine.partners import consent
from vsv_app.engine.partners.consent import Consent
from vsv_app.site import learners
from vsv_app.site.documents import refusals, server_fields
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.stores.frappe_store import FrappeStore

TAKEN_BACK = "A consent was taken back"
"""Said in the recipient's language where it is sent; nobody is named, as it goes out as a mail too."""
WITHDRAWAL = ("withdrawn_on", "withdrawn_by", "withdrawal_reason")


class ConsentRecord(LearnerDocument):
	def onload(self) -> None:
		self.set_onload("ask_anew", self.facts().asked_anew(getdate(nowdate())))

	def before_insert(self) -> None:
		server_fields.clear(self)
		self.recorded_by = frappe.session.user

	def before_validate(self) -> None:
		server_fields.restore(self, keep=WITHDRAWAL if self.flags.withdraws else ())

	def validate(self) -> None:
		self.validate_giver()
		self.facts()
		self.keep_what_was_agreed()

	def validate_giver(self) -> None:
		if self.is_new():
			refusals.check_how(self.how, from_portal=bool(self.flags.from_portal), title=_("Consent"))
			with refusals.in_words():
				consent.check_giver(self.given_by, learners.age(self.student), learners.consent_age())

	def keep_what_was_agreed(self) -> None:
		before = self.get_doc_before_save()
		if before is None:
			return
		same = {row.field for row in before.fields_shown} == {row.field for row in self.fields_shown}
		if not same:
			frappe.throw(
				_("A consent stays as it was given. Record a new one, or withdraw this one."),
				exc=refusals.WrittenOnce,
				title=_("Consent"),
			)

	@frappe.whitelist(methods=["POST"])
	def withdraw(self, reason: str = "") -> None:
		"""From this moment the partner sees nothing more that rests on it."""
		self.check_permission("write")
		self.take_back(reason)

	def take_back(self, reason: str = "") -> None:
		"""Withdraw, on behalf of somebody whose right to it was checked before."""
		if frappe.db.get_value(self.doctype, self.name, "withdrawn_on"):
			return
		self.withdrawn_on, self.withdrawn_by = now_datetime(), frappe.session.user
		self.withdrawal_reason = (reason or "").strip() or None
		self.flags.withdraws = True
		self.save(ignore_permissions=True)
		if not self.close_referrals():
			self.tell_who_asked()

	def tell_who_asked(self) -> None:
		"""No referral ends with it: whoever recorded or asked for it, or else the coordinator, is told; the words stand here."""
		of = {"student": self.student, "stakeholder": self.stakeholder}
		asked = frappe.db.get_value(
			"Referral", of, ["consent_asked_by", "referred_by"], order_by="creation desc"
		)
		known = (self.recorded_by, *(asked or ()), learners.coordinator(), learners.leader())
		store = FrappeStore()
		for user in known:
			if user and store.may_open(user, self.doctype, self.name):
				if user != frappe.session.user:
					store.notify(user, TAKEN_BACK, self.doctype, self.name)
				return

	def close_referrals(self) -> bool:
		"""Referrals that show something which no other consent allows are withdrawn with it; returns whether one was."""
		standing = {
			"student": self.student,
			"stakeholder": self.stakeholder,
			"status": ("in", ("Sent", "Accepted")),
		}
		ended = False
		for name in frappe.get_all("Referral", standing, pluck="name"):
			ended = frappe.get_doc("Referral", name).withdraw_without_consent() or ended
		return ended

	def facts(self) -> Consent:
		with refusals.in_words():
			return Consent(
				self.student,
				self.stakeholder,
				frozenset(row.field for row in self.fields_shown),
				self.given_by,
				getdate(self.since),
				getdate(self.until) if self.until else None,
				getdate(self.withdrawn_on) if self.withdrawn_on else None,
				learners.consents_from(self.student),
			)

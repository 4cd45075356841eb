from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, getdate, now_datetime, nowdate

from vsv_app.engine.partners import agreements
from vsv_app.engine.partners.agreements import SCHOOL, Signature, Terms
from vsv_app.engine.partners.agreements import StakeholderAgreement as Facts
from vsv_app.site.documents import refusals, server_fields
from vsv_app.site.portal import pages

SIGNED = ("stakeholder", "person_name", "how", "signed_on", "version", "fingerprint", "user")
REVIEWED = ("reviewed_on", "present", "what_moved", "adjustments")
FED_BACK = ("stakeholder", "person_name", "feedback", "sent_on", "user")


class BeginsAsDraft(frappe.ValidationError):
	"""A new agreement that claims to be further than a draft."""


class NamedTwice(frappe.ValidationError):
	"""A party or a kind of data that stands twice."""


class StakeholderAgreement(Document):
	def before_insert(self) -> None:
		server_fields.clear(self)
		self.begin_as_draft()

	def before_validate(self) -> None:
		server_fields.restore(self)

	def validate(self) -> None:
		self.validate_named_once()
		self.ask_again_when_terms_change()
		self.keep_what_was_signed()
		self.stamp_signatures()
		self.stamp_feedback()
		self.take_step()
		self.set_next_review()

	def begin_as_draft(self) -> None:
		if self.status != agreements.DRAFT:
			frappe.throw(_("An agreement begins as a draft."), exc=BeginsAsDraft, title=_("Begins As Draft"))
		self.version = 1

	def validate_named_once(self) -> None:
		for rows, field in ((self.parties, "stakeholder"), (self.shared, "field")):
			named = [row.get(field) or SCHOOL for row in rows]
			if len(set(named)) != len(named):
				frappe.throw(
					_("Name each party and each kind of data once."), exc=NamedTwice, title=_("Named Twice")
				)

	def ask_again_when_terms_change(self) -> None:
		before = self.get_doc_before_save()
		if before is None:
			self.facts()
			return
		with refusals.in_words():
			status, self.version = agreements.edited(before.facts(), self.facts())
		if self.version != before.version:
			self.discussed_since = None
			if status != agreements.DRAFT:
				self.status, self.discussed_since = status, now_datetime()

	def keep_what_was_signed(self) -> None:
		before = self.get_doc_before_save()
		if before is not None:
			refusals.keep_rows(before.signatures, self.signatures, SIGNED, _("Signature"))
			refusals.keep_rows(before.reviews, self.reviews, REVIEWED, _("Review"))
			refusals.keep_rows(before.feedback, self.feedback, FED_BACK, _("Feedback"))

	def stamp_signatures(self) -> None:
		before = self.get_doc_before_save()
		known = {row.name for row in before.signatures} if before else set()
		for row in self.signatures:
			if row.name not in known:
				refusals.check_how(row.how, from_portal=bool(self.flags.from_portal), title=_("Signature"))
				row.signed_on, row.user = now_datetime(), frappe.session.user
				row.version, row.fingerprint = self.version, self.facts().terms.fingerprint

	def stamp_feedback(self) -> None:
		before = self.get_doc_before_save()
		known = {row.name: row for row in before.feedback} if before else {}
		for row in self.feedback:
			if row.name not in known:
				row.sent_on, row.answered_on, row.answered_by = now_datetime(), None, None
				row.user = frappe.session.user if self.flags.from_portal else None
			self.stamp_answer(row, known.get(row.name))

	def stamp_answer(self, row: Any, before: Any) -> None:
		"""Who answered, and when: the partner is told of each answer that is new."""
		said = (row.answer or "").strip()
		if said == ((before.answer if before else "") or "").strip():
			row.answered_on = before.answered_on if before else None
			row.answered_by = before.answered_by if before else None
		else:
			row.answered_on = now_datetime() if said else None
			row.answered_by = frappe.session.user if said else None

	def take_step(self) -> None:
		before = self.get_doc_before_save()
		asked_again = before and before.status != agreements.DRAFT and self.version != before.version
		if before is None or self.status == before.status or asked_again:
			return
		wanted, self.status = self.status, before.status
		with refusals.in_words():
			agreements.step(self.facts(), wanted, today=getdate(nowdate()), reason=self.ending_reason or "")
		self.status = wanted
		if wanted == agreements.IN_REVIEW:
			self.in_review_since = nowdate()
		if wanted == agreements.UNDER_DISCUSSION:
			self.discussed_since = now_datetime()

	def set_next_review(self) -> None:
		"""Counted from the last review, or from the beginning."""
		last = max([getdate(row.reviewed_on) for row in self.reviews] or [None], key=str)
		begins = last or (getdate(self.starts_on) if self.starts_on else None)
		self.next_review = add_months(begins, self.review_months or 1) if begins else None

	def in_words(self) -> dict[str, Any]:
		"""As all parties read it on paper."""
		return pages.agreement_in_words(self)

	def facts(self) -> Facts:
		"""The agreement as the engine sees it; refuses terms that bind nobody."""
		with refusals.in_words():
			terms = Terms(
				goals=self.common_goals or "",
				roles={row.stakeholder or SCHOOL: _part_of(row) for row in self.parties},
				contact=self.contact_point or "",
				shared={row.field: row.ground or "" for row in self.shared},
				starts=getdate(self.starts_on) if self.starts_on else None,
				ends=getdate(self.ends_on) if self.ends_on else None,
				review_months=self.review_months or 0,
			)
		return Facts(
			terms,
			self.status,
			self.version or 1,
			tuple(
				Signature(
					row.stakeholder or SCHOOL,
					row.person_name,
					getdate(row.signed_on),
					row.version,
					row.fingerprint,
				)
				for row in self.signatures
				if row.signed_on
			),
			tuple(getdate(row.reviewed_on) for row in self.reviews),
			getdate(self.in_review_since) if self.in_review_since else None,
			bool(self.discussed_since),
		)


def _part_of(row: Any) -> str:
	"""Role and responsibilities of a party; nothing as long as it does not say what the party does."""
	return "\n".join(filter(None, (row.role, row.responsibilities))) if row.responsibilities else ""

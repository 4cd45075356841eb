from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from vsv_app.engine.messages import DIGEST
from vsv_app.services import enrolment, school
from vsv_app.stores.frappe_store import FrappeStore


class NotAFingerprint(frappe.ValidationError):
	"""Something else than a keyed fingerprint, perhaps a card number, which must not be stored."""


class PeriodReversed(frappe.ValidationError):
	"""It ends before it begins."""


class StudentBadge(Document):
	def validate(self) -> None:
		self.validate_fingerprint()
		self.validate_period()

	def on_update(self) -> None:
		self.claim_earlier_taps()

	def validate_fingerprint(self) -> None:
		if not DIGEST.fullmatch(self.badge_digest or ""):
			frappe.throw(
				_("This is no badge fingerprint. Never enter a card's number: tap the badge at a terminal in enrolment mode, and choose the learner here."),
				exc=NotAFingerprint,
				title=_("Not a Fingerprint"),
			)  # fmt: skip

	def validate_period(self) -> None:
		if self.valid_from and self.valid_to and getdate(self.valid_to) < getdate(self.valid_from):
			frappe.throw(
				_("Valid To lies before Valid From. Change one of them, or leave it empty."),
				exc=PeriodReversed,
				title=_("Period Reversed"),
			)

	def claim_earlier_taps(self) -> None:
		"""A badge that finds its learner brings along the taps that counted for nobody so far."""
		if self.student and self.has_value_changed("student"):
			store = FrappeStore()
			now = datetime.now(school.load(store).zone).replace(tzinfo=None)
			enrolment.claim(store, self.badge_digest, now)

from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.gateways.messages import DIGEST
from vsv_app.services import school
from vsv_app.services.attendance import badge_enrolment
from vsv_app.site.documents import periods
from vsv_app.stores.frappe_store import FrappeStore


class NotAFingerprint(frappe.ValidationError):
	"""Something else than a keyed fingerprint, perhaps a card number, which must not be stored."""


class StudentBadge(Document):
	def validate(self) -> None:
		self.validate_fingerprint()
		periods.validate(self, "valid_from", "valid_to")

	def on_update(self) -> None:
		self.claim_earlier_taps()

	def validate_fingerprint(self) -> None:
		if not DIGEST.fullmatch(self.badge_digest or ""):
			frappe.throw(
				_("This is no badge fingerprint. Never enter a card's number: tap the badge at a terminal in enrolment mode, and choose the learner here."),
				exc=NotAFingerprint,
				title=_("Not a Fingerprint"),
			)  # fmt: skip

	def claim_earlier_taps(self) -> None:
		"""A badge that finds its learner brings along the taps that counted for nobody so far."""
		if self.student and self.has_value_changed("student"):
			store = FrappeStore()
			now = datetime.now(school.load(store).zone).replace(tzinfo=None)
			badge_enrolment.claim(store, self.badge_digest, now)

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from vsv_app.engine.gateways.messages import DIGEST
from vsv_app.services.attendance.badges import enrolment, handing_out
from vsv_app.site.attendance import waiting_days
from vsv_app.site.documents import periods
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


class NotAFingerprint(frappe.ValidationError):
	"""Something else than a keyed fingerprint, perhaps a card number, which must not be stored."""


class StudentBadge(LearnerDocument):
	def validate(self) -> None:
		self.validate_fingerprint()
		periods.validate(self, "valid_from", "valid_to")

	def before_save(self) -> None:
		self.note_who_held_it()

	def on_update(self) -> None:
		self.claim_earlier_taps()
		self.mark_rest_of_fob()

	@staticmethod
	def after_insert_of(rows: Sequence[dict[str, Any]]) -> None:
		"""What saving does, for many that went in as rows."""
		carried = [row["badge_digest"] for row in rows if row["student"]]
		waiting_days.note_all(enrolment.claim_all(FrappeStore(), carried, school_now()))

	def validate_fingerprint(self) -> None:
		if not DIGEST.fullmatch(self.badge_digest or ""):
			frappe.throw(
				_("This is no badge fingerprint. Never enter a card's number: tap the badge at a terminal in enrolment mode, and choose the learner here."),
				exc=NotAFingerprint,
				title=_("Not a Fingerprint"),
			)  # fmt: skip

	def note_who_held_it(self) -> None:
		"""A tap counts for who held the badge at its own time. That it was to expire was said of who had it before."""
		before = self.get_doc_before_save()
		if before is None or (before.student or None) == (self.student or None):
			return
		now = school_now()
		known = [(row.student, row.from_moment, row.until_moment) for row in self.holders]
		rows = enrolment.handed_over(known, before.student, self.student, now)
		self.set(
			"holders",
			[{"student": who, "from_moment": since, "until_moment": until} for who, since, until in rows],
		)
		if self.student and before.student and self.valid_to == before.valid_to:
			self.valid_to = None

	def claim_earlier_taps(self) -> None:
		"""A badge that finds its learner brings along the taps that counted for nobody so far, and the rest of its fob."""
		if not self.has_value_changed("student"):
			return
		store, now = FrappeStore(), school_now()
		changed = enrolment.claim(store, self.badge_digest, now)
		enrolment.give_rest_of_fob(store, self.badge_digest, self.student, now)
		waiting_days.note_all(changed)

	def mark_rest_of_fob(self) -> None:
		"""A fob that is lost is lost at readers of every kind."""
		if self.fob and self.get_doc_before_save() and self.has_value_changed("status"):
			handing_out.mark(FrappeStore(), self.name, self.status, school_now())

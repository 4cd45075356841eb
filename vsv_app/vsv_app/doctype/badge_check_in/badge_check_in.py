from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from vsv_app.site.documents.learner_document import LearnerDocument

ROWS_AT_ONCE = 10_000


class NotForHands(frappe.ValidationError):
	"""Somebody tries to change what a terminal sent."""


class BadgeCheckIn(LearnerDocument):
	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(
				_(
					"A check-in stays as the terminal sent it. Correct the learner's Student Attendance instead."
				),
				exc=NotForHands,
				title=_("Check-ins Are Not Edited"),
			)

	@staticmethod
	def clear_old_logs(days: int = 400) -> None:
		"""Called nightly by Log Settings; 0 keeps everything. A chunk at a time, so that the doors never wait."""
		if not days:
			return
		before = getdate(nowdate()) - timedelta(days=days)
		while old := frappe.get_all(
			"Badge Check In", {"school_day": ("<", before)}, pluck="name", limit=ROWS_AT_ONCE
		):
			frappe.db.delete("Badge Check In", {"name": ("in", old)})
			frappe.db.commit()  # Log Settings runs this as a job of its own; nosemgrep

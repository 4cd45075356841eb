from collections.abc import Sequence
from typing import Any

import frappe

from vsv_app.site.documents.learner_document import LearnerDocument


class EarlyWarningAlert(LearnerDocument):
	def after_insert(self) -> None:
		refresh_open_boards([self.recipient])

	@staticmethod
	def after_insert_of(rows: Sequence[dict[str, Any]]) -> None:
		"""What `after_insert` does, for many that went in as rows."""
		refresh_open_boards([row["recipient"] for row in rows])


def refresh_open_boards(recipients: Sequence[str]) -> None:
	"""A board that its reader has open asks anew, once; what about is not said on the wire."""
	for recipient in dict.fromkeys(recipients):
		frappe.publish_realtime("vsv_signal", user=recipient, after_commit=True)

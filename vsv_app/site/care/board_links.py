"""What the bell leads to: a mentor from a notification about an own learner to the card on the mentor board."""

import frappe
from frappe.model.document import Document

from vsv_app.engine.access import roles
from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.site.access import caseload
from vsv_app.site.care import asked_of_user
from vsv_app.site.desk.home import BOARD
from vsv_app.site.desk.routes import page

OUR_OWN = "Alert"
"""Notifications of this type are ours, or written by the administrator."""
WHOSE_LEARNERS = ("Mentor Assignment",)
"""Says whose learners are on the board: that somebody stands in, or is back."""
PLAN = "Support Plan"
NOT_ON_THE_BOARD = ("Care Reminder", "Attendance Hold")
"""What has a screen of its own, or says itself what is late."""


def lead_to_the_board(notification: Document, _event: str | None = None) -> None:
	"""Before a notification of ours is kept. Several at once lead to the board itself.

	Who does an action of a plan that is not theirs to read is led to where what is asked of them stands.
	"""
	kind, name, reader = notification.document_type, notification.document_name, notification.for_user
	if (
		notification.type != OUR_OWN
		or kind not in (*ABOUT_LEARNERS, *WHOSE_LEARNERS)
		or kind in NOT_ON_THE_BOARD
	):
		return
	if name and kind == PLAN and not frappe.has_permission(PLAN, "read", doc=name, user=reader):
		notification.link = asked_of_user.page_of(reader)
		return
	if roles.MENTOR not in frappe.get_roles(reader):
		return
	if not name or kind in WHOSE_LEARNERS:
		notification.link = path()
	elif (student := _learner(kind, name)) and caseload.mentors(reader, student):
		notification.link = path(name)


def path(record: str = "") -> str:
	"""The board, opened on the card that a record is about."""
	return page(BOARD, *([record] if record else []))


def _learner(kind: str, name: str) -> str | None:
	if not frappe.get_meta(kind).has_field("student"):
		return None
	return frappe.db.get_value(kind, name, "student")

"""What a learner may ask for: to see everything that the app keeps, and to have it erased.

Records about learners hang on the Student, with or without a user. Whoever has one may ask by Frappe's own requests too:
see `personal_data_requests`.
"""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from vsv_app.engine.access import table
from vsv_app.engine.access.declaration import REFERENCE, STUDENT, VISIBILITY
from vsv_app.engine.access.roles import COORDINATOR
from vsv_app.engine.care.concerns import CLOSED, RESTRICTED
from vsv_app.site import learners
from vsv_app.site.access import restricted_reads
from vsv_app.site.privacy import retention, traces

NOT_ABOUT_THE_LEARNER = (
	"owner",
	"modified_by",
	"idx",
	"docstatus",
	"fingerprint",
	"alert_key",
	"open_key",
	"evidence_digest",
)


@frappe.whitelist(methods=["GET"])
def export_learner(student: str) -> dict[str, Any]:
	"""Everything that is kept about a learner, for the coordinator to hand over."""
	_check(student)
	return record_of(student, _may_hand_over)


@frappe.whitelist(methods=["POST"])
def erase_learner(student: str, dry_run: int = 1) -> dict[str, int]:
	"""Delete what the app keeps about a learner and say how much of each kind; with `dry_run` only say it."""
	_check(student)
	counted = {
		kind: count
		for kind in table.OF_A_LEARNER
		if (count := len(frappe.get_all(kind, {STUDENT: student}, pluck="name")))
	}
	if not dry_run:
		erase(student)
	return counted


def record_of(student: str, shown: Callable[[Any], bool]) -> dict[str, Any]:
	"""Everything that is kept about a learner of which `shown` holds; `left_out` says how many records are not in it."""
	found: dict[str, Any] = {
		"student": student,
		"student_name": frappe.db.get_value("Student", student, "student_name"),
		"made_on": str(now_datetime()),
		"left_out": 0,
		"records": {},
	}
	for kind in table.OF_A_LEARNER:
		names = frappe.get_all(kind, {STUDENT: student}, pluck="name", order_by="creation")
		documents = [frappe.get_doc(kind, name) for name in names]
		in_it = [document for document in documents if shown(document)]
		found["left_out"] += len(documents) - len(in_it)
		found["records"][kind] = [_plain(document.as_dict(no_nulls=True)) for document in in_it]
	fields = ["name", "date", "status", "vsv_minutes_late", "vsv_minutes_missed", "vsv_excused", "vsv_reason", "vsv_source"]  # fmt: skip
	attendance = frappe.get_all(
		"Student Attendance", {"student": student, "docstatus": 1}, fields, order_by="date"
	)
	found["records"]["Student Attendance"] = attendance
	return found


def erase(student: str, *, open_restricted: bool = True) -> None:
	"""Delete what the app keeps about a learner; `open_restricted`: records too that only named people read and are at work on."""
	# Without the taps that it rested on, the machine must not make anew what it wrote.
	written = {STUDENT: student, "vsv_source": "Badge"}
	frappe.db.set_value("Student Attendance", written, "vsv_source", "Import", update_modified=False)
	gone: list[str] = []
	for kind in table.OF_A_LEARNER:
		keep: list[str] = []
		if kind in table.RESTRICTABLE and not open_restricted:
			at_work = {STUDENT: student, VISIBILITY: RESTRICTED, "status": ("!=", CLOSED)}
			keep = frappe.get_all(kind, at_work, pluck="name")
		for name in frappe.get_all(kind, {STUDENT: student}, pluck="name"):
			if name not in keep:
				_forget_what_points_at(kind, name)
				retention.delete(kind, name)
				gone.append(name)
	_forget_what_points_at("Student", student)
	traces.remove_mentions(gone, student)
	traces.remove_what_names_many()
	traces.remove_copies({"owner": ("in", learners.family_users(student) or [""])})


def is_restricted(document: Any) -> bool:
	"""Whether a record is for its named readers alone."""
	return document.doctype in table.RESTRICTABLE and document.get(VISIBILITY) == RESTRICTED


def _check(student: str) -> None:
	if COORDINATOR not in frappe.get_roles():
		frappe.throw(
			_("This is for the care team's coordinator to do."),
			exc=frappe.PermissionError,
			title=_("Not Permitted"),
		)
	if not frappe.db.exists("Student", student):
		frappe.throw(_("There is no such learner."), exc=frappe.DoesNotExistError)


def _may_hand_over(document: Any) -> bool:
	"""A restricted record is for its named readers, here too; reading it this way is noted as any other."""
	if not is_restricted(document):
		return True
	if not document.has_permission("read"):
		return False
	restricted_reads.note(frappe.session.user, document.doctype, document.name, "Form")
	return True


def _plain(values: Any) -> Any:
	"""Field values as JSON takes them, without what Frappe keeps for itself."""
	if isinstance(values, dict):
		return {key: _plain(value) for key, value in values.items() if key not in NOT_ABOUT_THE_LEARNER}
	if isinstance(values, list):
		return [_plain(value) for value in values]
	return values if isinstance(values, int | float | bool) else str(values)


def _forget_what_points_at(kind: str, name: str) -> None:
	"""Reminders and texts name a record and not its learner; without the record they say nothing."""
	about = dict(zip(REFERENCE, (kind, name), strict=True))
	for other in table.REFERRING:
		frappe.db.delete(other, about)

"""Why an attendance record says what it says, for everybody who may read it."""

from typing import Any

import frappe

from vsv_app.engine.attendance.explanation import explain_mark
from vsv_app.services.attendance import mark_facts
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


@frappe.whitelist(methods=["GET"])
def why(record: str) -> list[dict[str, Any]]:
	"""Taps, doors, notices, timetable and the rule behind a record, in sentences of the reader's language."""
	frappe.get_doc("Student Attendance", record).check_permission("read")
	facts = mark_facts.of_record(FrappeStore(), record, school_now())
	return [
		{"heading": said(part.heading), "sentences": [said(sentence) for sentence in part.sentences]}
		for part in explain_mark(facts)
	]

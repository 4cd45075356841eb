"""Ways in that were found by hand before the crawl was there. They are tried each time.

With the doors open each of them shows something: that is how the crawl proves that it sees what there is to see.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from vsv_app.tests.security.every_way_in.arguments import HIT, WHOLE, Aim
from vsv_app.tests.security.every_way_in.people import GUARDIAN, LEARNER, PARTNER
from vsv_app.tests.security.every_way_in.sandbox import Request
from vsv_app.tests.security.every_way_in.ways import MADE, Way

METHOD = "/api/method/"
STAFF, FAMILIES = ("teacher", "mentor", "officer"), (GUARDIAN, PARTNER, LEARNER)


@dataclass(frozen=True)
class Known:
	"""A way in, and as whom it was found."""

	way: Way
	people: tuple[str, ...]


def past_the_gate(aim: Aim) -> Iterator[Known]:
	"""What the gate alone closes: methods that ask no right, or that of the kind alone."""
	kind, field, like = aim.canary.doctype, aim.canary.field, _like(aim)
	yield _one(
		"search_link with filter_fields", STAFF, "frappe.desk.search.search_link",
		doctype=kind, txt="", ignore_user_permissions=1, filters=like, page_length=100,
	)  # fmt: skip
	yield _one(
		"search_widget with filter_fields", STAFF, "frappe.desk.search.search_widget",
		doctype=kind, txt="", ignore_user_permissions=1, filter_fields=json.dumps([field]), as_dict=1, page_length=100,
	)  # fmt: skip
	yield _one(
		"every value of a column", STAFF, "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
		doctype=kind, workflow_state_field=field, states="[]",
	)  # fmt: skip
	yield _one("a count that asks no right", FAMILIES, "frappe.client.get_count", doctype=kind, filters=like)


def past_education(aim: Aim) -> Iterator[Known]:
	"""Education's methods that tell families who else is in a group. The record aimed at is a learner."""
	student, group = aim.canary.student, aim.around.group
	tool = "education.education.doctype.student_attendance_tool.student_attendance_tool"
	yield _one(
		"presence of a group", FAMILIES, f"{tool}.get_student_attendance_records",
		based_on="Student Group", student_group=group, date=aim.around.day,
	)  # fmt: skip
	api = "education.education.api"
	yield _one("learners of a group", FAMILIES, f"{api}.get_student_group_students", student_group=group)
	yield _one("guardians of a learner", FAMILIES, f"{api}.get_student_guardians", student=student)


def past_the_hooks(aim: Aim) -> Iterator[Known]:
	"""What hooks of other kinds of records close: tasks, files, reports that run for somebody."""
	canary, me, everybody = aim.canary, aim.around.me, (*STAFF, *FAMILIES)
	of = {"reference_type": canary.doctype, "reference_name": canary.name}
	assign = Request(
		"POST",
		"/api/resource/ToDo",
		{**of, "allocated_to": me, "assigned_by": me, "description": "x"},
		as_json=True,
	)
	yield Known(Way("a task on any record", (assign,)), everybody)
	count = {"doctype": canary.doctype, "current_filters": _like(aim), "field": "assigned_to"}
	counted = Request("POST", f"{METHOD}frappe.desk.listview.get_group_by_count", count)
	yield Known(Way("group by assigned_to", (counted,)), STAFF)
	yield _one(
		"a file by its id", everybody, "frappe.utils.file_manager.add_attachments",
		doctype="User", name=me, attachments=json.dumps([canary.file_id]),
	)  # fmt: skip
	hung = {"attached_to_doctype": canary.doctype, "attached_to_name": canary.name}
	hang = Request(
		"POST",
		"/api/resource/File",
		{**hung, "file_name": "x.txt", "content": "x", "is_private": 1},
		as_json=True,
	)
	yield Known(Way("a file hung on any record", (hang,)), everybody)
	bare = canary.file.removeprefix("/private/files/")
	for label, address in (
		("a file by another spelling", f"/files/../../private/files/{bare}"),
		("the site's passwords", "/files/../../site_config.json"),
	):
		make = Request(
			"POST", "/api/resource/File", {"file_url": address, "is_private": 1, "file_name": "x.txt"}
		)
		yield Known(Way(label, (make, Request("GET", f"/api/resource/File/{MADE}"))), everybody)
	yield _one("global search", everybody, "frappe.utils.global_search.search", text=WHOLE)
	yield _one(
		"a prepared report", everybody, "frappe.core.doctype.prepared_report.prepared_report.make_prepared_report",
		report_name=aim.around.reports[1], filters="{}",
	)  # fmt: skip
	mail = {
		"report": aim.around.reports[0], "report_type": "Report Builder", "user": aim.around.reader, "email_to": me, "format": "CSV",
		"frequency": "Daily", "enabled": 1, "filters": "{}", "no_of_rows": 100,
	}  # fmt: skip
	make = Request("POST", "/api/resource/Auto Email Report", mail, as_json=True)
	read = Request(
		"GET", f"{METHOD}frappe.email.doctype.auto_email_report.auto_email_report.download", {"name": MADE}
	)
	yield Known(Way("a report by mail as somebody else", (make, read)), ("coordinator",))


def _like(aim: Aim) -> str:
	return json.dumps([[aim.canary.doctype, aim.canary.field, "like", f"{HIT}%"]])


def _one(label: str, people: tuple[str, ...], method: str, **values: object) -> Known:
	return Known(Way(label, (Request("POST", f"{METHOD}{method}", values),)), people)

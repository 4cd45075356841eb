"""Ways in that were found by hand before the crawl was there, in the words of who found them. They are tried each time.

With the gate open each of them shows something: that is how the crawl proves that it can fail.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from vsv_app.tests.security.every_way_in.arguments import HIT, WHOLE, Aim
from vsv_app.tests.security.every_way_in.sandbox import Request
from vsv_app.tests.security.every_way_in.ways import MADE, Way

METHOD = "/api/method/"


@dataclass(frozen=True)
class Known:
	"""A way in, and as whom it was found; `gated` where it is the gate that closes it, and not a hook of the record's own kind."""

	way: Way
	people: tuple[str, ...]
	gated: bool = True


def known(aim: Aim) -> Iterator[Known]:
	"""Each as it was found, aimed at one record."""
	canary, kind, field = aim.canary, aim.canary.doctype, aim.canary.field
	like = json.dumps([[kind, field, "like", f"{HIT}%"]])
	staff, families = ("teacher", "mentor", "officer"), ("guardian", "partner", "learner")
	yield _one(
		"search_link with filter_fields", staff, "frappe.desk.search.search_link",
		doctype=kind, txt="", ignore_user_permissions=1, filters=like, page_length=100,
	)  # fmt: skip
	yield _one(
		"search_widget with filter_fields", staff, "frappe.desk.search.search_widget",
		doctype=kind, txt="", ignore_user_permissions=1, filter_fields=json.dumps([field]), as_dict=1, page_length=100,
	)  # fmt: skip
	yield _one(
		"every value of a column", staff, "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
		doctype=kind, workflow_state_field=field, states="[]",
	)  # fmt: skip
	yield _one("get_count asks no right", families, "frappe.client.get_count", doctype=kind, filters=like)
	todo = {
		"reference_type": kind,
		"reference_name": canary.name,
		"allocated_to": aim.around.me,
		"assigned_by": aim.around.me,
		"description": "x",
	}
	count = {"doctype": kind, "current_filters": like, "field": "assigned_to"}
	yield _one("group by assigned_to", staff, "frappe.desk.listview.get_group_by_count", **count)
	assign = Request("POST", "/api/resource/ToDo", todo, as_json=True)
	counted = Request("POST", f"{METHOD}frappe.desk.listview.get_group_by_count", count)
	yield Known(Way("group by assigned_to after assigning", (assign, counted)), staff)
	yield Known(Way("a task on any record", (assign,)), (*staff, *families), gated=False)
	yield _one(
		"add_attachments by the file's id", (*staff, *families), "frappe.utils.file_manager.add_attachments",
		doctype="User", name=aim.around.me, attachments=json.dumps([canary.file_id]),
	)  # fmt: skip
	yield _one(
		"global search", (*staff, *families), "frappe.utils.global_search.search", text=WHOLE, gated=False
	)
	yield _one("global search", families, "frappe.utils.global_search.web_search", text=WHOLE, gated=False)
	for report in aim.around.reports:
		yield _one(
			"a prepared report", (*staff, *families), "frappe.core.doctype.prepared_report.prepared_report.make_prepared_report",
			report_name=report, filters="{}", gated=False,
		)  # fmt: skip
	for person in (aim.around.reader, "Administrator"):
		mail = {
			"report": aim.around.reports[0], "user": person, "email_to": aim.around.me, "format": "CSV", "frequency": "Daily", "enabled": 1,
			"filters": "{}", "no_of_rows": 100, "report_type": "Report Builder",
		}  # fmt: skip
		made = Request("POST", "/api/resource/Auto Email Report", mail, as_json=True)
		for then in ("download", "send_now"):
			path = f"{METHOD}frappe.email.doctype.auto_email_report.auto_email_report.{then}"
			asked = Request("GET" if then == "download" else "POST", path, {"name": MADE})
			yield Known(
				Way(f"auto email report, {then}", (made, asked)), ("site", "coordinator"), gated=False
			)
	hung = {
		"attached_to_doctype": kind,
		"attached_to_name": canary.name,
		"file_name": "x.txt",
		"content": "x",
		"is_private": 1,
	}
	yield Known(
		Way("a file hung on any record", (Request("POST", "/api/resource/File", hung, as_json=True),)),
		(*staff, *families),
		gated=False,
	)


def known_of_a_group(aim: Aim) -> Iterator[Known]:
	"""Education's methods that tell families who else is in a group. The record aimed at is a learner."""
	everybody = ("guardian", "partner", "learner")
	student, group = aim.canary.student, aim.around.group
	tool = "education.education.doctype.student_attendance_tool.student_attendance_tool.get_student_attendance_records"
	yield _one(
		"presence of a group",
		everybody,
		tool,
		based_on="Student Group",
		student_group=group,
		date=aim.around.day,
	)
	api = "education.education.api"
	yield _one("learners of a group", everybody, f"{api}.get_student_group_students", student_group=group)
	yield _one("guardians of a learner", everybody, f"{api}.get_student_guardians", student=student)


def _one(label: str, people: tuple[str, ...], method: str, gated: bool = True, **values: object) -> Known:
	return Known(Way(label, (Request("POST", f"{METHOD}{method}", values),)), people, gated)

"""Student Attendance on a Frappe site, a day at a time: the rows that Education's own controller would leave.

	AttendanceRefused   what Education would refuse, all of it at once

Education inserts, checks and submits one document after the other, which costs 17 statements a record. Here the
same checks run once over all of them and the rows go in together. Where other software must see each document
(an event hook, an override, a script, a webhook, a workflow, ...), or the school has set it, each is made as one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from education.education.doctype.student_attendance.student_attendance import get_holiday_list
from erpnext.setup.doctype.holiday_list.holiday_list import is_holiday
from frappe import _
from frappe.model.naming import get_default_naming_series
from frappe.utils import formatdate, getdate, strip_html_tags
from frappe.utils.global_search import get_formatted_value, sync_value_in_queue

from vsv_app.stores import frappe_rows
from vsv_app.stores.queries.sql import any_of, select, table
from vsv_app.stores.store import RowsRefused

DOCTYPE = "Student Attendance"
STATUSES = ("Present", "Absent", "Leave")
FETCHED = frozenset({"student_name", "student_mobile_number", "link_nvfk"})
MANDATORY = frozenset({"student", "date", "status"})
KNOWN_SETTINGS = {"autoname": "naming_series:", "track_changes": None}
"""What a school may have customised of the doctype, with the values that the rows are written for."""
BEFORE_ALL, BEFORE_ONE = "vsv_attendance", "vsv_one_attendance"


class AttendanceRefused(RowsRefused, frappe.ValidationError):  # type: ignore[misc] # Frappe has no type information
	"""Attendance that Education does not allow. `reasons` says why, by learner."""


def submit_attendance(rows: Sequence[Mapping[str, Any]]) -> list[str]:
	"""Insert and submit; returns the names. Raises AttendanceRefused before anything is written."""
	if not rows:
		return []
	if must_go_one_by_one():
		return _submit_documents(rows)
	return _submit_rows(rows)


def cancel_attendance(names: Sequence[str]) -> None:
	"""Cancel submitted records, as rows where nobody else has to see each."""
	if must_go_one_by_one():
		for name in names:
			document = frappe.get_doc(DOCTYPE, name)
			document.flags.ignore_permissions = True  # the machine takes back what it wrote
			document.cancel()
		return
	stamp = {"docstatus": 2, "modified": frappe.utils.now(), "modified_by": frappe.session.user}
	frappe.db.set_value(DOCTYPE, {"name": ("in", list(names))}, stamp, update_modified=False)
	frappe_rows.refresh_open_lists(DOCTYPE, list(names))


def must_go_one_by_one() -> str | None:
	"""What has to see each attendance document being made, None where nothing does."""
	if frappe.db.get_single_value("Early Warning Settings", "one_document_at_a_time"):
		return "Early Warning Settings"
	return frappe_rows.other_software(DOCTYPE) or _customised()


def _customised() -> str | None:
	"""What the school has changed of the doctype so that rows of ours would lack something."""
	meta = frappe.get_meta(DOCTYPE)
	for setting, known in KNOWN_SETTINGS.items():
		if (meta.get(setting) or None) != known:
			return f"{DOCTYPE}.{setting}"
	for field in meta.fields:
		if (field.fetch_from and field.fieldname not in FETCHED) or (
			field.reqd and field.fieldname not in MANDATORY
		):
			return f"{DOCTYPE}.{field.fieldname}"
	return None


def _submit_documents(rows: Sequence[Mapping[str, Any]]) -> list[str]:
	"""All of them, or none where one is refused: by Education, or by the software that is to see them."""
	names, reasons = [], {}
	frappe.db.savepoint(BEFORE_ALL)
	for row in rows:
		frappe.db.savepoint(BEFORE_ONE)
		try:
			names.append(_submit_document(row))
		except frappe.ValidationError as refused:
			frappe.db.rollback(save_point=BEFORE_ONE)
			frappe.clear_last_message()  # it goes to whoever reads the reasons, and not to this screen
			reasons[row["student"]] = strip_html_tags(str(refused))
	if reasons:
		frappe.db.rollback(save_point=BEFORE_ALL)
		raise AttendanceRefused(reasons)
	return names


def _submit_document(row: Mapping[str, Any]) -> str:
	document = frappe.get_doc({"doctype": DOCTYPE, **row})
	document.flags.ignore_permissions = True  # the machine closes the day, for everybody
	document.insert()
	document.submit()
	return str(document.name)


def _submit_rows(rows: Sequence[Mapping[str, Any]]) -> list[str]:
	standard = _standard()
	documents = [{**standard, **row, "docstatus": 1} for row in rows]
	_fill_from_course_schedules(documents)
	groups, students = _groups(documents), _students(documents)
	_fill_what_is_fetched(documents, groups, students)
	names = _names(documents)
	_check(documents, groups, students)
	for document, name in zip(documents, names, strict=True):
		document["name"] = name
	_insert(documents)
	_tell_the_desk(documents)
	return names


def _standard() -> dict[str, Any]:
	"""What a new document has in it."""
	new = frappe_rows.standard(DOCTYPE)
	return {
		**frappe_rows.stamped(),
		**new,
		**dict.fromkeys(("vsv_arrived_at", "vsv_left_at")),  # for which a new document has the time of day
		"naming_series": new["naming_series"] or get_default_naming_series(DOCTYPE),
	}


def _fill_from_course_schedules(documents: Sequence[dict[str, Any]]) -> None:
	schedules = table("Course Schedule")
	wanted = _distinct(document["course_schedule"] for document in documents)
	query = select(schedules, schedules.name, schedules.schedule_date, schedules.student_group)
	known = {row[0]: row[1:] for row in _fetch(query, schedules.name, wanted)}
	for document in documents:
		if document["course_schedule"] in known:
			document["date"], document["student_group"] = known[document["course_schedule"]]


def _groups(documents: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str | None, set[str]]]:
	"""(program, active members) by student group."""
	groups, members = table("Student Group"), table("Student Group Student")
	wanted = _distinct(document["student_group"] for document in documents)
	found: dict[str, tuple[str | None, set[str]]] = {
		name: (program, set())
		for name, program in _fetch(select(groups, groups.name, groups.program), groups.name, wanted)
	}
	query = select(members, members.parent, members.student).where(members.active == 1)
	for group, student in _fetch(query, members.parent, wanted):
		found[group][1].add(student)
	return found


def _students(documents: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str | None, str | None]]:
	"""(name, mobile number) by learner."""
	students = table("Student")
	query = select(students, students.name, students.student_name, students.student_mobile_number)
	wanted = _distinct(document["student"] for document in documents)
	return {row[0]: row[1:] for row in _fetch(query, students.name, wanted)}


def _fill_what_is_fetched(
	documents: Sequence[dict[str, Any]],
	groups: Mapping[str, tuple[str | None, set[str]]],
	students: Mapping[str, tuple[str | None, str | None]],
) -> None:
	nothing: tuple[None, None] = (None, None)
	for document in documents:
		document["student_name"], document["student_mobile_number"] = students.get(
			document["student"], nothing
		)
		document["link_nvfk"] = groups.get(document["student_group"], (None, ()))[0]


def _check(
	documents: Sequence[Mapping[str, Any]],
	groups: Mapping[str, tuple[str | None, set[str]]],
	students: Mapping[str, tuple[str | None, str | None]],
) -> None:
	"""Education's own checks, over all records at once."""
	holidays = _holidays(documents)
	taken = _taken(documents)
	reasons: dict[str, str] = {}
	for document in documents:
		student, group, day = document["student"], document["student_group"], getdate(document["date"])
		key = _slot(student, document["course_schedule"], group, day)
		if student not in students:
			reasons[student] = _("There is no learner {0}.").format(student)
		elif group not in groups:
			reasons[student] = _("{0} has no student group {1}.").format(student, group)
		elif student not in groups[group][1]:
			reasons[student] = _("{0} is not an active member of student group {1}.").format(student, group)
		elif document["status"] not in STATUSES:
			reasons[student] = _("{0}: {1} is no attendance status.").format(student, document["status"])
		elif day in holidays:
			reasons[student] = _("{0}: {1} is a holiday.").format(student, formatdate(day))
		elif key in taken:
			reasons[student] = _("{0} has an attendance record for {1} already.").format(
				student, formatdate(day)
			)
		taken.add(key)
	missing = _missing_links(documents)
	if reasons or missing:
		raise AttendanceRefused({**reasons, **missing})


def _holidays(documents: Sequence[Mapping[str, Any]]) -> set[Any]:
	holiday_list = get_holiday_list()
	return {
		day for day in {getdate(document["date"]) for document in documents} if is_holiday(holiday_list, day)
	}


def _taken(documents: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
	"""The slots of those days that have a record. Read as it stands now: a locked read, not the snapshot."""
	attendance = table(DOCTYPE)
	query = (
		select(
			attendance,
			attendance.student,
			attendance.course_schedule,
			attendance.student_group,
			attendance.date,
		)
		.where(attendance.docstatus < 2)
		.for_update()
	)
	days = list({getdate(document["date"]) for document in documents})
	return {_slot(*row) for row in _fetch(query, attendance.date, days)}


def _slot(student: str, course_schedule: str | None, group: str | None, day: Any) -> tuple[Any, ...]:
	return (student, course_schedule) if course_schedule else (student, group, day)


def _missing_links(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
	"""What link fields name that does not exist, other than learner and group, which are checked by themselves."""
	found = {}
	for field in frappe.get_meta(DOCTYPE).get_link_fields():
		if field.fieldname in ("student", "student_group", "link_nvfk"):
			continue
		target = table(field.options)
		wanted = _distinct(document.get(field.fieldname) for document in documents)
		known = {row[0] for row in _fetch(select(target, target.name), target.name, wanted)}
		for name in wanted:
			if name not in known:
				found[f"{field.fieldname} {name}"] = _("There is no {0} {1}.").format(_(field.options), name)
	return found


def _names(documents: Sequence[dict[str, Any]]) -> list[str]:
	return frappe_rows.names_of_series(
		[(f"{document['naming_series']}.#####", document) for document in documents]
	)


def _insert(documents: Sequence[dict[str, Any]]) -> None:
	columns, rows = frappe_rows.values_of(DOCTYPE, documents)
	for statement, some in frappe_rows.inserts(DOCTYPE, columns, rows):
		frappe.db.sql(
			statement, [value for row in some for value in row]
		)  # columns of the doctype; nosemgrep


def _tell_the_desk(documents: Sequence[Mapping[str, Any]]) -> None:
	"""What saving would have told others: the search index, and open lists."""
	searched = frappe.get_meta(DOCTYPE).get_global_search_fields()
	if searched and not frappe.local.conf.get("disable_global_search"):
		for document in documents:
			sync_value_in_queue(_search_entry(document, searched))
	frappe_rows.refresh_open_lists(DOCTYPE, [document["name"] for document in documents])


def _search_entry(document: Mapping[str, Any], searched: Sequence[Any]) -> dict[str, Any]:
	content = [
		get_formatted_value(document[field.fieldname], field)
		for field in searched
		if document.get(field.fieldname)
	]
	return {
		"doctype": DOCTYPE,
		"name": document["name"],
		"content": " ||| ".join(content),
		"published": 0,
		"title": (document["student_name"] or "")[: frappe.db.VARCHAR_LEN],
		"route": "",
	}


def _distinct(values: Iterable[str | None]) -> list[str]:
	return list(dict.fromkeys(value for value in values if value))


def _fetch(query: Any, field: Any, wanted: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
	return _sql(query.where(any_of(field, wanted)), wanted) if wanted else ()


def _sql(query: Any, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
	return frappe.db.sql(query.get_sql(), tuple(values))  # type: ignore[no-any-return] # PyPika with bound values; nosemgrep

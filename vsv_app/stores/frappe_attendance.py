"""Student Attendance on a Frappe site, a day at a time: the rows that Education's own controller would leave.

	AttendanceRefused   what Education would refuse, all of it at once

Education inserts, checks and submits one document after the other, which costs 17 statements a record. Here the
same checks run once over all of them and the rows go in together. Where other software must see each document
(an event hook, an override, a script, a webhook, a workflow, ...), or the school has set it, each is made as one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import frappe
from education.education.doctype.student_attendance.student_attendance import get_holiday_list
from erpnext.setup.doctype.holiday_list.holiday_list import is_holiday
from frappe import _
from frappe.model.naming import get_default_naming_series, parse_naming_series
from frappe.utils import formatdate, getdate, now, strip_html_tags
from frappe.utils.global_search import get_formatted_value, sync_value_in_queue

from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import RowsRefused

DOCTYPE = "Student Attendance"
ROWS_A_STATEMENT = 1000
STATUSES = ("Present", "Absent", "Leave")
FETCHED = frozenset({"student_name", "student_mobile_number", "link_nvfk"})
MANDATORY = frozenset({"student", "date", "status"})
# Hooks on every doctype of apps that are always there: what they do depends on records, which are looked for by themselves.
KNOWN_HOOKS = {DOCTYPE: ("vsv_app.",), "*": ("vsv_app.", "frappe.", "erpnext.", "education.")}
KNOWN_SETTINGS = {"autoname": "naming_series:", "track_changes": None}
"""What a school may have customised of the doctype, with the values that the rows are written for."""
BEFORE_ALL, BEFORE_ONE = "vsv_attendance", "vsv_one_attendance"
REACT_TO_A_DOCTYPE = {
	"Assignment Rule": ("document_type", {"disabled": 0}),
	"Document Naming Rule": ("document_type", {"disabled": 0}),
	"Energy Point Rule": ("reference_doctype", {"enabled": 1}),
	"Milestone Tracker": ("document_type", {"disabled": 0}),
	"Notification": ("document_type", {"enabled": 1}),
	"Service Level Agreement": ("document_type", {"enabled": 1}),
	"Server Script": ("reference_doctype", {"disabled": 0}),
	"Webhook": ("webhook_doctype", {"enabled": 1}),
	"Workflow": ("document_type", {"is_active": 1}),
}


class AttendanceRefused(RowsRefused, frappe.ValidationError):  # type: ignore[misc] # Frappe has no type information
	"""Attendance that Education does not allow. `reasons` says why, by learner."""


def submit_attendance(rows: Sequence[Mapping[str, Any]]) -> list[str]:
	"""Insert and submit; returns the names. Raises AttendanceRefused before anything is written."""
	if not rows:
		return []
	if must_go_one_by_one():
		return _submit_documents(rows)
	return _submit_rows(rows)


def must_go_one_by_one() -> str | None:
	"""What has to see each attendance document being made, None where nothing does."""
	if frappe.db.get_single_value("Early Warning Settings", "one_document_at_a_time"):
		return "Early Warning Settings"
	return _other_software() or _customised()


def _other_software() -> str | None:
	"""What acts on attendance documents: a hook of another app, or a record that reacts to the doctype."""
	for hook in ("override_doctype_class", "extend_doctype_class"):
		if frappe.get_hooks(hook, {}).get(DOCTYPE):
			return hook
	events = frappe.get_doc_hooks()  # by doctype, also where an app names several in one key
	for doctype, known in KNOWN_HOOKS.items():
		for path in _paths(events.get(doctype, {})):
			if not path.startswith(known):
				return str(path)
	for doctype, (field, switched_on) in REACT_TO_A_DOCTYPE.items():
		if frappe.db.exists("DocType", doctype) and frappe.db.exists(
			doctype, {field: DOCTYPE, **switched_on}
		):
			return doctype
	return None


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


def _paths(events: Mapping[str, Iterable[str] | str]) -> list[str]:
	return [path for paths in events.values() for path in ([paths] if isinstance(paths, str) else paths)]


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
	names = _take_names(documents)
	_check(documents, groups, students)
	for document, name in zip(documents, names, strict=True):
		document["name"] = name
	_insert(documents)
	_tell_the_desk(documents)
	return names


def _standard() -> dict[str, Any]:
	"""Every stored column with what a new document has in it, other apps' custom fields included."""
	stamp, user = now(), frappe.session.user
	new = frappe.new_doc(DOCTYPE, as_dict=True)
	stored = (
		f.fieldname
		for f in frappe.get_meta(DOCTYPE).fields
		if f.fieldtype not in frappe.model.no_value_fields
	)
	return {
		"owner": user,
		"creation": stamp,
		"modified": stamp,
		"modified_by": user,
		"idx": 0,
		**{field: new.get(field) for field in stored},
		**dict.fromkeys(("vsv_arrived_at", "vsv_left_at")),  # for which a new document has the time of day
		"naming_series": new.get("naming_series") or get_default_naming_series(DOCTYPE),
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


def _take_names(documents: Sequence[Mapping[str, Any]]) -> list[str]:
	"""Names of the naming series, taken as one block: the counter ends where Education would have left it."""
	counted: dict[str, int] = {}

	def count(prefix: str, digits: int) -> str:
		counted[prefix] = counted.get(prefix, 0) + 1
		return "0" * digits

	_parse(documents, count)
	following = {prefix: _take_numbers(prefix, many) for prefix, many in sorted(counted.items())}

	def number(prefix: str, digits: int) -> str:
		following[prefix] += 1
		return f"{following[prefix] - 1:0{digits}}"

	return _parse(documents, number)


def _parse(documents: Sequence[Mapping[str, Any]], number: Callable[[str, int], str]) -> list[str]:
	return [
		parse_naming_series(f"{document['naming_series']}.#####", doc=document, number_generator=number)
		for document in documents
	]


def _take_numbers(prefix: str, many: int) -> int:
	"""Take `many` numbers of a series; returns the first. The row stays locked until the transaction ends."""
	series = table("Series")
	current = _sql(select(series, series.current).where(series.name == VALUE).for_update(), [prefix])
	if current:
		_sql(update(series, "current").where(series.name == VALUE), [(current[0][0] or 0) + many, prefix])
		return (current[0][0] or 0) + 1
	frappe.db.sql("INSERT INTO `tabSeries` (`name`, `current`) VALUES (%s, %s)", (prefix, many))  # nosemgrep
	return 1


def _insert(documents: Sequence[Mapping[str, Any]]) -> None:
	columns = list(documents[0])
	numbers = {
		f.fieldname for f in frappe.get_meta(DOCTYPE).fields if f.fieldtype in frappe.model.numeric_fieldtypes
	}
	empty = {
		column: 0 if column in numbers else None for column in columns
	}  # Frappe's number columns hold no NULL
	names = ", ".join(f"`{column}`" for column in columns)
	one = f"({', '.join(['%s'] * len(columns))})"
	for start in range(0, len(documents), ROWS_A_STATEMENT):
		some = documents[start : start + ROWS_A_STATEMENT]
		marks = ", ".join([one] * len(some))
		values = [empty[c] if document[c] is None else document[c] for document in some for c in columns]
		frappe.db.sql(f"INSERT INTO `tab{DOCTYPE}` ({names}) VALUES {marks}", values)  # noqa: S608 columns of the doctype; nosemgrep


def _tell_the_desk(documents: Sequence[Mapping[str, Any]]) -> None:
	"""What saving would have told others: the search index, and open lists once for all."""
	searched = frappe.get_meta(DOCTYPE).get_global_search_fields()
	if searched and not frappe.local.conf.get("disable_global_search"):
		for document in documents:
			sync_value_in_queue(_search_entry(document, searched))
	frappe.publish_realtime("list_update", {"doctype": DOCTYPE}, doctype=DOCTYPE, after_commit=True)


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

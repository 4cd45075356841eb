"""Records for tests on a site, in one place. Names begin with `_Test`; each function sets what the caller did not."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import frappe
from frappe.utils import get_first_day, getdate, nowdate

from vsv_app.engine.signals.signal_lifecycle import RAISED, Measured, Step
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import signal_steps
from vsv_app.stores.queries.signals.signal_steps import Taken
from vsv_app.stores.queries.sql import STANDARD_COLUMNS

_number = count(1)
STAMP = datetime(2026, 8, 1, 12, 0)  # noqa: DTZ001 as Frappe: naive


def school_day(back: int = 0) -> date:
	"""A weekday: today or the last one before it, and `back` school days earlier."""
	day = getdate(nowdate())
	while True:
		if day.weekday() < 5:
			if not back:
				return day
			back -= 1
		day -= timedelta(days=1)


def make_academic_year() -> str:
	"""The academic year that today is in, with a holiday list that has no holiday on a weekday."""
	today = getdate(nowdate())
	start = date(today.year if today.month >= 8 else today.year - 1, 8, 1)
	name = f"_Test {start.year}-{start.year + 1}"
	if not frappe.db.exists("Academic Year", name):
		frappe.get_doc(
			doctype="Academic Year",
			academic_year_name=name,
			year_start_date=start,
			year_end_date=date(start.year + 1, 7, 31),
		).insert()
	make_holiday_list()
	return name


def make_holiday_list(holidays: Sequence[date] = ()) -> str:
	"""The company's holiday list for tests, with these holidays."""
	name = "_Test School Holidays"
	today = getdate(nowdate())
	if frappe.db.exists("Holiday List", name):
		holiday_list = frappe.get_doc("Holiday List", name)
	else:
		holiday_list = frappe.new_doc("Holiday List", holiday_list_name=name)
	holiday_list.from_date = get_first_day(today) - timedelta(days=400)
	holiday_list.to_date = get_first_day(today) + timedelta(days=430)
	holiday_list.set("holidays", [{"holiday_date": day, "description": "_Test"} for day in holidays])
	holiday_list.save()
	company = (
		frappe.defaults.get_defaults().get("company") or frappe.get_all("Company", limit=1, pluck="name")[0]
	)
	frappe.db.set_value("Company", company, "default_holiday_list", name)
	frappe.clear_document_cache("Company", company)
	return name


def make_group(learners: int = 5, *, program: str | None = None) -> tuple[str, list[str]]:
	"""A student group with that many learners, written as rows: (group, learners)."""
	year = make_academic_year()
	at = f"{next(_number):03}-{frappe.generate_hash(length=6)}"
	group = f"_Test Group {at}"
	frappe.get_doc(
		doctype="Student Group",
		student_group_name=group,
		academic_year=year,
		group_based_on="Activity",
		program=program,
	).insert()
	students = [f"_Test Learner {at}-{number:04}" for number in range(learners)]
	_rows("Student", ["first_name", "student_name", "enabled", "student_mobile_number"], [
		[student, student, student, 1, f"06{index:08}"] for index, student in enumerate(students)
	])  # fmt: skip
	_rows(
		"Student Group Student",
		["parent", "parentfield", "parenttype", "student", "student_name", "active"],
		[
			[frappe.generate_hash(length=14), group, "students", "Student Group", student, student, 1]
			for student in students
		],
	)
	return group, students


def make_program() -> str:
	name = "_Test Program"
	if not frappe.db.exists("Program", name):
		frappe.get_doc(doctype="Program", program_name=name).insert()
	return name


def make_bell_schedule(**data: Any) -> str:
	"""Monday to Friday, 8:30 to 12:30 and 13:00 to 15:00."""
	name = data.pop("schedule_name", f"_Test Bells {frappe.generate_hash(length=6)}")
	sessions = [
		{"weekday": weekday, "session": label, "starts": starts, "ends": ends}
		for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
		for label, starts, ends in (
			("Morning", "08:30:00", "12:30:00"),
			("Afternoon", "13:00:00", "15:00:00"),
		)
	]
	return (
		frappe.get_doc({"doctype": "Bell Schedule", "schedule_name": name, "sessions": sessions, **data})
		.insert()
		.name
	)


def make_user(*roles: str) -> str:
	"""A Desk user with just these roles, who reads English whatever the site's language is."""
	email = f"_test-{frappe.generate_hash(length=8)}@school.example"
	user = frappe.get_doc(
		doctype="User", email=email, first_name=email.split("@")[0], language="en", send_welcome_email=0
	)
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)
	user.add_roles(*roles)
	return email


def make_assignment(mentor: str, **data: Any) -> str:
	"""A mentor assignment that began a month ago and holds until further notice."""
	values = {"task": "Mentor", "from_date": getdate(nowdate()) - timedelta(days=30), **data}
	return frappe.get_doc({"doctype": "Mentor Assignment", "mentor": mentor, **values}).insert().name


def make_rule(**data: Any) -> str:
	"""A rule on unexcused minutes."""
	values = {
		"rule_code": f"_test-{frappe.generate_hash(length=8)}",
		"title": "_Test Unexcused Minutes",
		"indicator": "unexcused_minutes",
		"comparison": "at least",
		"threshold": 600,
		"window_kind": "School Weeks",
		"window_length": 4,
		**data,
	}
	return frappe.get_doc({"doctype": "Early Warning Rule", **values}).insert().name


def make_signal(student: str, **data: Any) -> str:
	"""An open signal about a learner, raised in one step."""
	rule, store = data.pop("rule", None) or make_rule(), FrappeStore()
	values = {
		"student": student,
		"student_name": student,
		"rule": rule,
		"status": "Open",
		"severity": "Watch",
		"raised_on": frappe.utils.now_datetime(),
		"open_key": f"{student}|{rule}",
		"step_count": 1,
		**data,
	}
	signal = store.add_document("Early Warning Signal", values)
	kept = signal_steps.kept(store, [signal])[signal]
	measured = Measured(
		**{field: getattr(kept.state, field) for field in signal_steps.MEASURED if field != "rule_version"}
	)
	raised = Step(RAISED, kept.state.raised_on, measured=measured)
	signal_steps.append(store, [Taken(signal, student, 1, raised, kept.state)])
	return signal


def make_alert(signal: str, student: str, recipient: str) -> str:
	"""An alert that was sent to somebody."""
	values = {
		"signal": signal,
		"student": student,
		"student_name": student,
		"recipient": recipient,
		"level": "Mentor",
		"sent_on": frappe.utils.now_datetime(),
		"alert_key": f"{signal}|{recipient}|Mentor",
	}
	return FrappeStore().add_document("Early Warning Alert", values)


def make_gateway(**data: Any) -> str:
	"""A gateway with one terminal at the door."""
	name = data.pop("gateway_id", f"test-{frappe.generate_hash(length=8)}")
	values = {"gateway_id": name, "terminals": [{"terminal": "door", "direction": "unknown"}], **data}
	return frappe.get_doc({"doctype": "Attendance Gateway", **values}).insert().name


def make_badge(student: str | None, **data: Any) -> str:
	"""An active badge."""
	values = {"badge_digest": secrets.token_hex(16), "status": "Active", **data}
	return frappe.get_doc({"doctype": "Student Badge", "student": student, **values}).insert().name


def make_check_in(student: str, **data: Any) -> str:
	"""A recognised tap of this morning."""
	at = datetime.combine(school_day(), datetime.min.time()) + timedelta(hours=8, minutes=20)
	values = {
		"name": f"_test-{frappe.generate_hash(length=12)}",
		"student": student,
		"student_name": student,
		"tapped_at": at,
		"school_day": at.date(),
		"direction": "in",
		"outcome": "Recognised",
		**data,
	}
	return FrappeStore().add_document("Badge Check In", values)


def _rows(doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
	user = frappe.session.user
	FrappeStore().insert_rows(
		doctype,
		[*STANDARD_COLUMNS, *columns],
		[[row[0], user, STAMP, STAMP, user, 0, index, *row[1:]] for index, row in enumerate(rows, start=1)],
	)

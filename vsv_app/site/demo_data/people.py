"""The made-up school as a site keeps it: everything that a school has before its first check-in.

Rows where hundreds arrive, as Education's own documents would leave them without the customers, mails and portal
accounts that they bring along; documents for the rest.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe import _, _lt
from frappe.utils.password import update_password

from vsv_app.embedded import records
from vsv_app.embedded.school import FIRST_NAMES, LAST_NAMES, SESSIONS, Learner, MadeUpSchool, make_school
from vsv_app.engine.attendance.timetable import WEEKDAYS
from vsv_app.engine.gateways.messages import badge_digest
from vsv_app.services.gateways import provisioning
from vsv_app.services.school import SETTINGS
from vsv_app.site.demo_data.made import Made

COORDINATOR, LEADER = records.COORDINATOR, records.LEADER
STAFF = {
	COORDINATOR: ("Care Coordinator", "Care Team Coordinator"),
	LEADER: ("School Leader", "School Leader"),
	"careteam@school.example": ("Care Team Member", "Care Team Member"),
	"attendance@school.example": ("Attendance Officer", "Attendance Officer"),
	"administrator@school.example": ("Early Warning Administrator", "Early Warning Administrator"),
	"installer@school.example": ("Gateway Installer", "Gateway Installer"),
}
LOOK_LEARNERS_UP = ("School Mentor", "Care Team Coordinator", "Care Team Member", "Attendance Officer")
REGISTER = "Instructor"
"""Education's own role, with which Frappe lets somebody choose a learner by name."""
PARTNER = "partner@youthwork.example"
PROGRAM, BELLS, HOLIDAYS = "Demo Secondary", "Demo School Day", "Demo School Holidays"
ACCOUNTS = 14
"""Learners who have a portal account of their own, and whose guardian has one; each with a story in `care`."""
PLAYED_AT_LEAST = timedelta(weeks=10)
A_LEAVER_IN = 50
LEFT_FOR = (_lt("Went to work"), _lt("Went to work"), _lt("Moved to another school"))
"""Why learners of the year have left before the weeks that are played; those who moved have a certificate."""
TERMINALS = ("main-1", "main-2", "side")


class DemoLearner(Learner):
	"""A made-up learner under names that no school has."""

	@property
	def student(self) -> str:
		return f"DEMO-STU-{self.number:05}"

	@property
	def email(self) -> str:
		return f"learner{self.number:04}@learners.example"

	@property
	def guardian(self) -> str:
		return f"DEMO-GRD-{self.number:05}"

	@property
	def guardian_email(self) -> str:
		return f"guardian{self.number:04}@families.example"

	@property
	def guardian_name(self) -> str:
		chosen = random.Random(self.card)  # noqa: S311 a model, not a secret
		return f"{chosen.choice(FIRST_NAMES)} {self.name.split(' ', 1)[1]}"


@dataclass(frozen=True)
class Founded:
	"""The school on the site: its keys, and the learners who have accounts."""

	school: MadeUpSchool
	keys: records.Keys
	accounts: tuple[DemoLearner, ...]


def imagine(*, seed: int, today: date, learners: int, weeks: int) -> MadeUpSchool:
	"""The school of `make demo`, its groups and learners under names of their own."""
	school = make_school(seed=seed, today=today, learners=learners, weeks=weeks)
	renamed = (DemoLearner(**{**vars(one), "group": f"Demo {one.group}"}) for one in school.learners)
	return replace(school, learners=tuple(renamed))


def found(made: Made, school: MadeUpSchool, company: str, password: str, now: datetime) -> Founded:
	"""Write the school's records; `now` is naive, the school's own."""
	accounts = _with_accounts(school)
	keys = records.Keys(
		provisioning.badge_key(made.store), secrets.token_hex(32), secrets.token_urlsafe(24), ""
	)
	with made.store.transaction():
		_settings(made)
		_holidays(made, school, company)
		_users(made, school, accounts, password)
		_learners(made, school, accounts, now)
		year = _academic_year(made, school)
		_groups(made, school, year, now)
		_leavers(made, school, year, now)
		_badges(made, school, bytes.fromhex(keys.badge_key), now)
		_bell_schedule(made)
		_gateway(made, keys)
	return Founded(school, keys, accounts)


def _settings(made: Made) -> None:
	if not frappe.db.get_single_value(SETTINGS, "school_code"):
		made.change(SETTINGS, SETTINGS, "school_code", records.SCHOOL_CODE)
	for field, value in (("enabled", 1), ("coordinator", COORDINATOR), ("leader", LEADER)):
		made.change(SETTINGS, SETTINGS, field, value)


def _holidays(made: Made, school: MadeUpSchool, company: str) -> None:
	"""Education asks the company for its holidays; one that has none gets a list without any."""
	if frappe.db.get_value("Company", company, "default_holiday_list"):
		return
	first, last = _year(school)
	name = made.document("Holiday List", {"holiday_list_name": HOLIDAYS, "from_date": first, "to_date": last})
	made.change("Company", company, "default_holiday_list", name)
	frappe.clear_document_cache("Company", company)


def _users(made: Made, school: MadeUpSchool, accounts: Sequence[DemoLearner], password: str) -> None:
	chance = random.Random(f"{school.seed}/staff")  # noqa: S311 a model, not a secret
	desk = {
		email: (f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}", "School Mentor")
		for email in school.groups.values()
	} | STAFF
	# Frappe counts the users of the last hour, and stops an administrator at sixty.
	began = datetime.combine(school.school_days[0], datetime.min.time())
	portal = {PARTNER: "Robin Partner"}
	portal |= {one.email: one.name for one in accounts}
	portal |= {one.guardian_email: one.guardian_name for one in accounts}
	people = [(email, name, "System User") for email, (name, _role) in desk.items()]
	people += [(email, name, "Website User") for email, name in portal.items()]
	dutch = {*list(school.groups.values())[1::2]}
	for one in accounts[::2]:
		dutch |= {one.email, one.guardian_email}
	made.rows(
		"User",
		[
			{
				"name": email, "email": email, "enabled": 1, "user_type": kind,
				"first_name": name.split(" ", 1)[0], "last_name": name.split(" ", 1)[1], "full_name": name,
				"language": "nl" if email in dutch else "en",
			}
			for email, name, kind in people
		],
		began,
	)  # fmt: skip
	made.rows(
		"Has Role",
		[
			{
				"name": frappe.generate_hash(length=14), "parent": email, "parenttype": "User", "parentfield": "roles",
				"role": role,
			}
			for email, (_name, own) in desk.items()
			for role in ((own, REGISTER) if own in LOOK_LEARNERS_UP else (own,))
		],
		began,
	)  # fmt: skip
	# Nobody has these addresses, so no mail goes there; the bell in Desk rings nevertheless.
	made.rows(
		"Notification Settings",
		[
			{"name": email, "user": email, "enabled": 1, "enable_email_notifications": 0}
			for email, _name, _kind in people
		],
		began,
	)
	for email, _name, _kind in people:
		update_password(email, password)


def _learners(made: Made, school: MadeUpSchool, accounts: Sequence[DemoLearner], now: datetime) -> None:
	first, _last = _year(school)
	own = {one.number for one in accounts}
	chance = random.Random(f"{school.seed}/gender")  # noqa: S311 a model, not a secret
	genders = _genders()
	learners: Any = school.learners
	made.rows(
		"Student",
		[
			{
				"name": one.student, "naming_series": "EDU-STU-.YYYY.-", "enabled": 1, "student_name": one.name,
				"first_name": one.name.split(" ", 1)[0], "last_name": one.name.split(" ", 1)[1],
				"student_email_id": one.email, "user": one.email if one.number in own else None,
				"joining_date": max(one.enrolled, first), "date_of_birth": one.born,
				"gender": chance.choice(genders),
			}
			for one in learners
		],
		now,
	)  # fmt: skip
	made.rows(
		"Guardian",
		[
			{
				"name": one.guardian, "guardian_name": one.guardian_name, "email_address": one.guardian_email,
				"user": one.guardian_email if one.number in own else None,
			}
			for one in learners
		],
		now,
	)  # fmt: skip
	made.rows(
		"Student Guardian",
		[
			{
				"name": f"{one.student}-1", "idx": 1, "parent": one.student, "parenttype": "Student",
				"parentfield": "guardians", "guardian": one.guardian, "guardian_name": one.guardian_name,
				"relation": "Others",
			}
			for one in learners
		],
		now,
	)  # fmt: skip


def _groups(made: Made, school: MadeUpSchool, year: str, now: datetime) -> None:
	first, _last = _year(school)
	made.document("Program", {"program_name": PROGRAM})
	learners: Any = school.learners
	made.rows(
		"Student Group",
		[
			{
				"name": group, "student_group_name": group, "academic_year": year, "group_based_on": "Batch",
				"program": PROGRAM, "disabled": 0,
			}
			for group in school.groups
		],
		now,
	)  # fmt: skip
	made.rows(
		"Student Group Student",
		[
			{
				"name": f"{one.student}-group", "idx": 1 + number % 25, "parent": one.group,
				"parenttype": "Student Group", "parentfield": "students", "student": one.student,
				"student_name": one.name, "group_roll_number": 1 + number % 25, "active": 1,
			}
			for number, one in enumerate(learners)
		],
		now,
	)  # fmt: skip
	made.rows(
		"Program Enrollment",
		[
			{
				"name": f"DEMO-ENR-{one.number:05}", "docstatus": 1, "student": one.student, "student_name": one.name,
				"program": PROGRAM, "academic_year": year, "enrollment_date": max(one.enrolled, first),
			}
			for one in learners
		],
		now,
	)  # fmt: skip
	for group, mentor in school.groups.items():
		made.document(
			"Mentor Assignment",
			{"mentor": mentor, "task": "Mentor", "student_group": group, "from_date": first},
		)


def _leavers(made: Made, school: MadeUpSchool, year: str, now: datetime) -> None:
	"""Learners who began the year and have left: in the figures about the cohort, on no list of today."""
	first, _last = _year(school)
	chance = random.Random(f"{school.seed}/leavers")  # noqa: S311 a model, not a secret
	genders = _genders()
	students, enrolments = [], []
	for number in range(max(len(LEFT_FOR) * 2, len(school.learners) // A_LEAVER_IN)):
		name, why = f"DEMO-STU-L{number:04}", LEFT_FOR[number % len(LEFT_FOR)]
		given, family = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
		students.append(
			{
				"name": name, "naming_series": "EDU-STU-.YYYY.-", "enabled": 0, "student_name": f"{given} {family}",
				"first_name": given, "last_name": family, "student_email_id": f"left{number:04}@learners.example",
				"joining_date": first, "date_of_leaving": first + timedelta(days=3 + number), "reason_for_leaving": str(why),
				"gender": chance.choice(genders), "leaving_certificate_number": f"DEMO-{number:04}" if why is LEFT_FOR[-1] else None,
			}
		)  # fmt: skip
		enrolments.append(
			{
				"name": f"DEMO-ENR-L{number:04}", "docstatus": 1, "student": name, "student_name": f"{given} {family}",
				"program": PROGRAM, "academic_year": year, "enrollment_date": first,
			}
		)  # fmt: skip
	made.rows("Student", students, now)
	made.rows("Program Enrollment", enrolments, now)


def _genders() -> list[str | None]:
	known = frappe.get_all("Gender", {"name": ("in", ("Female", "Male"))}, pluck="name", order_by="name")
	return known or [None]


def _academic_year(made: Made, school: MadeUpSchool) -> str:
	"""The school's own year where it has one that covers the weeks, else a made-up one."""
	first, last = _year(school)
	covering = {"year_start_date": ("<=", first), "year_end_date": (">=", first + PLAYED_AT_LEAST)}
	if known := frappe.db.get_value("Academic Year", covering):
		return str(known)
	name = f"Demo {first.year}-{(first.year + 1) % 100:02}"
	values = {"academic_year_name": name, "year_start_date": first, "year_end_date": last}
	return made.document("Academic Year", values)


def _badges(made: Made, school: MadeUpSchool, badge_key: bytes, now: datetime) -> None:
	learners: Any = school.learners
	made.rows(
		"Student Badge",
		[
			{
				"name": f"DEMO-BADGE-{one.number:06}", "student": one.student, "student_name": one.name,
				"status": "Active", "badge_digest": badge_digest(badge_key, one.card),
			}
			for one in learners
		],
		now,
	)  # fmt: skip


def _bell_schedule(made: Made) -> None:
	"""For the made-up program alone, so that a school's own schedules keep their meaning."""
	made.document(
		"Bell Schedule",
		{
			"schedule_name": BELLS, "enabled": 1, "program": PROGRAM, "late_after_minutes": 5,
			"absent_after_minutes": 30, "not_arrived_cut_off": "09:30:00",
		},
		sessions=[
			{"weekday": weekday, "session": label, "starts": f"{starts}:00", "ends": f"{ends}:00"}
			for weekday in WEEKDAYS[:5]
			for label, starts, ends in SESSIONS
		],
	)  # fmt: skip


def _gateway(made: Made, keys: records.Keys) -> None:
	name = made.document(
		"Attendance Gateway",
		{"gateway_id": records.GATEWAY, "location": _("Made-up door"), "enabled": 1},
		terminals=[
			{"terminal": terminal, "protocol": "rdm6300", "direction": "unknown", "enabled": 1}
			for terminal in TERMINALS
		],
	)
	made.store.set_secret("Attendance Gateway", name, "mac_key", keys.mac_key)
	made.store.set_secret("Attendance Gateway", name, "mqtt_password", keys.gateway_password)


def _with_accounts(school: MadeUpSchool) -> tuple[DemoLearner, ...]:
	"""Learners with the most to tell, from as many groups as there are."""
	told = {"sliding away": 0, "skips Mondays": 1, "leaves early": 2, "late riser": 3}
	learners: Any = school.learners
	return tuple(sorted(learners, key=lambda one: (told.get(one.habit, 9), one.number))[:ACCOUNTS])


def _year(school: MadeUpSchool) -> tuple[date, date]:
	first = school.school_days[0]
	return first, first + timedelta(weeks=44)

"""The made-up school as records: everything that a real one has before its first check-in."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.embedded.school import SESSIONS, LearnerDay, MadeUpSchool
from vsv_app.engine.attendance.timetable import WEEKDAYS
from vsv_app.engine.gateways.messages import badge_digest
from vsv_app.services.gateways import provisioning
from vsv_app.services.school import SETTINGS
from vsv_app.services.signals import rule_packs
from vsv_app.stores.sqlite_store import SqliteStore
from vsv_app.stores.store import Store

SCHOOL_CODE = "demo"
GATEWAY = "front-door"
TERMINALS = ("main-1", "main-2", "side")
COORDINATOR, LEADER = "coordinator@school.example", "leader@school.example"
ZONE = "Europe/Amsterdam"


@dataclass(frozen=True)
class Keys:
	"""What the gateway and the listener of this school hold; fresh in every school that is made."""

	badge_key: str
	mac_key: str
	gateway_password: str
	listener_password: str


def found(
	store: SqliteStore, school: MadeUpSchool, terminals: Iterable[tuple[str, str]], now: datetime
) -> Keys:
	"""Write the school's records. `terminals`: (name, protocol); `now` is naive, the school's own."""
	keys = Keys(
		provisioning.badge_key(store),
		secrets.token_hex(32),
		secrets.token_urlsafe(24),
		secrets.token_urlsafe(24),
	)
	with store.transaction():
		_settings(store, keys)
		rule_packs.seed(store, now)
		_people(store, school)
		_groups(store, school, now)
		_badges(store, school, bytes.fromhex(keys.badge_key), now)
		_bell_schedule(store, school, now)
		store.add_document(
			"Attendance Gateway",
			{
				"name": GATEWAY,
				"gateway_id": GATEWAY,
				"location": "Front door",
				"enabled": 1,
				"mac_key": keys.mac_key,
				"mqtt_password": keys.gateway_password,
			},
			{
				"terminals": [
					{"terminal": name, "protocol": protocol, "direction": "unknown", "enabled": 1}
					for name, protocol in terminals
				]
			},
		)
	return keys


def report_absences(store: Store, days: Iterable[LearnerDay], now: datetime) -> int:
	"""Leave applications of those whose family told the school; returns how many."""
	reported = [(one.learner.student, one.day) for one in days if one.arrives is None and one.reported]
	rows = [
		(f"EDU-SLA-{day:%Y%m%d}-{student}", *_standard(now, 1), student, day, day, 0, "Ill")
		for student, day in reported
	]
	if rows:
		columns = (*_STANDARD, "student", "from_date", "to_date", "mark_as_present", "reason")
		store.insert_rows("Student Leave Application", columns, rows)
	return len(rows)


_STANDARD = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")


def _standard(now: datetime, docstatus: int = 0) -> tuple[Any, ...]:
	return "Administrator", now, now, "Administrator", docstatus, 0


def _settings(store: SqliteStore, keys: Keys) -> None:
	store.set_single(
		SETTINGS,
		{
			"school_code": SCHOOL_CODE,
			"time_zone": ZONE,
			"enabled": 1,
			"coordinator": COORDINATOR,
			"leader": LEADER,
			"mqtt_password": keys.listener_password,
		},
	)


def _people(store: SqliteStore, school: MadeUpSchool) -> None:
	start = _year_start(school)
	moment = datetime.combine(start, datetime.min.time())
	users = {email: f"Mentor of {group}" for group, email in school.groups.items()}
	users |= {COORDINATOR: "Care coordinator", LEADER: "School leader"}
	_insert(
		store,
		"User",
		moment,
		[{"name": email, "email": email, "full_name": name, "enabled": 1} for email, name in users.items()],
	)
	_insert(
		store,
		"Student",
		moment,
		[
			{
				"name": learner.student,
				"student_name": learner.name,
				"enabled": 1,
				"joining_date": max(learner.enrolled, start),
				"date_of_birth": learner.born,
			}
			for learner in school.learners
		],
	)


def _groups(store: SqliteStore, school: MadeUpSchool, now: datetime) -> None:
	start = _year_start(school)
	year = f"{start.year}-{(start.year + 1) % 100:02}"
	_insert(
		store,
		"Academic Year",
		now,
		[{"name": year, "year_start_date": start, "year_end_date": _year_end(school)}],
	)
	_insert(store, "Program", now, [{"name": "Secondary", "program_name": "Secondary"}])
	_insert(
		store,
		"Student Group",
		now,
		[
			{
				"name": group,
				"academic_year": year,
				"group_based_on": "Batch",
				"program": "Secondary",
				"disabled": 0,
			}
			for group in school.groups
		],
	)
	members = [
		{
			"name": f"{learner.group}-{learner.number}",
			"parent": learner.group,
			"student": learner.student,
			"student_name": learner.name,
			"active": 1,
		}
		for learner in school.learners
	]
	_insert(store, "Student Group Student", now, members)
	for group, mentor in school.groups.items():
		store.add_document(
			"Mentor Assignment",
			{
				"mentor": mentor,
				"mentor_name": f"Mentor of {group}",
				"task": "Mentor",
				"student_group": group,
				"from_date": start,
			},
		)


def _badges(store: SqliteStore, school: MadeUpSchool, badge_key: bytes, now: datetime) -> None:
	_insert(
		store,
		"Student Badge",
		now,
		[
			{
				"name": f"BADGE-{learner.number:06}",
				"student": learner.student,
				"student_name": learner.name,
				"status": "Active",
				"badge_digest": badge_digest(badge_key, learner.card),
			}
			for learner in school.learners
		],
	)


def _bell_schedule(store: SqliteStore, school: MadeUpSchool, now: datetime) -> None:
	sessions = [
		{
			"weekday": weekday,
			"session": label,
			"starts": _time(starts),
			"ends": _time(ends),
			"counted_minutes": int((_time(ends) - _time(starts)).total_seconds()) // 60,
		}
		for weekday in WEEKDAYS[:5]
		for label, starts, ends in SESSIONS
	]
	values = {
		"name": "School day",
		"schedule_name": "School day",
		"enabled": 1,
		"creation": now,
		"modified": now,
	}
	values |= {"late_after_minutes": 5, "absent_after_minutes": 30, "not_arrived_cut_off": _time("09:30")}
	store.add_document("Bell Schedule", values, {"sessions": sessions})


def _insert(store: SqliteStore, doctype: str, now: datetime, rows: list[Mapping[str, Any]]) -> None:
	columns = list(rows[0])
	standard = dict(zip(_STANDARD[1:], _standard(now), strict=True))
	store.insert_rows(
		doctype,
		[*columns, *standard],
		[[*(row[column] for column in columns), *standard.values()] for row in rows],
	)


def _time(text: str) -> timedelta:
	hours, minutes = text.split(":")
	return timedelta(hours=int(hours), minutes=int(minutes))


def _year_start(school: MadeUpSchool) -> date:
	return school.school_days[0]


def _year_end(school: MadeUpSchool) -> date:
	return _year_start(school) + timedelta(weeks=44)

"""A small school for the tests of the services, the same on every store.

Two groups of four learners, a bell schedule for each, mentors, badges and a gateway, in a school year that no real site
has records of. Messages are made by an encoder of its own, so that a mistake shared with the app cannot hide.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from vsv_app.engine.gateways import messages
from vsv_app.services import school
from vsv_app.services.attendance import day_close, ingest, ledger
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.gateways import health
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.services.signals import rule_packs
from vsv_app.stores.queries.sql import STANDARD_COLUMNS, VALUE, select, table, update
from vsv_app.stores.sqlite_store import SqliteStore

TODAY = date(2031, 11, 24)
ZONE = ZoneInfo("Europe/Amsterdam")
STAMP = datetime(2031, 8, 1, 12, 0)
MAC_KEY = "11" * 32
BADGE_KEY = "22" * 32
EPOCH = "0123456789abcdef"
GATEWAY = "t-door"
SCHOOL = "t-school"
YEAR = "T-2031-32"
GROUPS = ("T-1A", "T-1B")
MENTORS = {"T-1A": "t-mentor-a@school.example", "T-1B": "t-mentor-b@school.example"}
COORDINATOR, LEADER = "t-coordinator@school.example", "t-leader@school.example"
LEARNERS = {group: tuple(f"T-{group[-2:]}-{n}" for n in range(1, 5)) for group in GROUPS}
A1, A2, A3, A4 = LEARNERS["T-1A"]
B1 = LEARNERS["T-1B"][0]
TIMES = (("Morning", 510, 750), ("Afternoon", 780, 900))
"""8:30 to 12:30 and 13:00 to 15:00: 360 minutes a day."""


def digest(student: str) -> str:
	"""The digest of a learner's badge; the card number is made from the name."""
	return hmac.new(bytes.fromhex(BADGE_KEY), f"CARD{student}".encode(), hashlib.sha256).hexdigest()[:32]


def at(clock: str, day: date = TODAY) -> datetime:
	"""A naive local moment: at("08:25")."""
	hours, minutes = clock.split(":")
	return datetime.combine(day, datetime.min.time()) + timedelta(hours=int(hours), minutes=int(minutes))


class World:
	"""A school on a store. `seq` counts the check-ins of its gateway."""

	def __init__(self, store: Any) -> None:
		self.store = store
		self.seq = 0
		self.roster = ingest.Roster()
		with store.transaction():
			self._quiet_the_site()
			self._people()
			self._timetable()
			rule_packs.seed(store, STAMP)
			store.run(
				update(table("Early Warning Rule"), "enabled").where(
					table("Early Warning Rule").pack == VALUE
				),
				[1, "start"],
			)
		self.school = school.load(store)

	# messages

	def message(
		self, events: Sequence[dict[str, Any]], *, gateway: str = GATEWAY, key: str = MAC_KEY, **fields: Any
	) -> bytes:
		"""A signed check-ins message; `fields` replace what it would say, None leaves a field out."""
		body = {
			"v": 1,
			"gateway": gateway,
			"epoch": EPOCH,
			"first_seq": next((e["seq"] for e in events if isinstance(e.get("seq"), int)), 1),
			"oldest_seq": None,
			"events": list(events),
			"sent_at": "2031-11-24T08:30:00.000+01:00",
			**fields,
		}
		body = {name: value for name, value in body.items() if value is not None}
		text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
		body["mac"] = hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()
		return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

	def event(
		self, student: str, moment: datetime, *, seq: int | None = None, **fields: Any
	) -> dict[str, Any]:
		if seq is None:
			self.seq += 1
			seq = self.seq
		stamp = moment.replace(tzinfo=ZONE).isoformat(timespec="milliseconds")
		return {
			"seq": seq,
			"terminal": "door",
			"badge": digest(student),
			"at": stamp,
			"clock": "synced",
			"direction": "unknown",
			**fields,
		}

	def take(
		self, payload: bytes, *, gateway: str = GATEWAY, now: datetime | None = None, again: bool = False
	) -> ingest.Taken:
		"""Hand a message to `services.ingest`, as the listener does."""
		topic = f"vsv/v1/{SCHOOL}/{gateway}/checkins"
		moment = (now or at("08:40")).replace(tzinfo=ZONE)
		incoming = Incoming(self.school, gateway, topic, payload, moment, again)
		return ingest.take_over(self.store, self.roster, incoming)

	def tap(self, student: str, *moments: datetime, **fields: Any) -> ingest.Taken:
		"""The learner's badge at the door at these moments, and the message delivered, as if each had a door of their own."""
		self.forget_time()
		now = max([at("08:40"), *(moment + timedelta(minutes=1) for moment in moments)])
		events = [self.event(student, moment, **fields) for moment in moments]
		return self.take(self.message(events), now=now)

	def acked(self, taken: ingest.Taken) -> int | None:
		return json.loads(taken.ack)["seq"] if taken.ack else None

	def say(self, kind: str, *, gateway: str = GATEWAY, now: datetime, **fields: Any) -> frozenset[date]:
		"""A signed health or status message of the gateway, delivered; returns the days of which doors could see something else."""
		stamp = now.replace(tzinfo=ZONE).isoformat(timespec="milliseconds")
		body = {"v": 1, "gateway": gateway, "at": stamp, "clock": "synced", **fields}
		payload = messages.sign(body, bytes.fromhex(MAC_KEY))
		topic = f"vsv/v1/{SCHOOL}/{gateway}/{kind}"
		incoming = Incoming(self.school, gateway, topic, payload, now.replace(tzinfo=ZONE))
		if kind == "health":
			return health.note_health(self.store, incoming)
		if kind == "enrolment":
			enrolment.take_new_card(self.store, incoming)
		else:
			health.note_status(self.store, incoming)
		return frozenset()

	def watch(self, terminal: str, state: str, moment: datetime, **fields: Any) -> dict[str, Any]:
		"""An event that tells from when on a terminal could read, or could not."""
		self.seq += 1
		stamp = moment.replace(tzinfo=ZONE).isoformat(timespec="milliseconds")
		return {
			"kind": "watch", "seq": self.seq, "terminal": terminal, "state": state, "at": stamp, "clock": "synced", **fields,
		}  # fmt: skip

	def everybody_in(self, day: date, *but: str, terminal: str = "door") -> None:
		"""All come in time and stay, but for those named."""
		students = [s for some in LEARNERS.values() for s in some if s not in but]
		moments = [("08:20", "in"), ("15:05", "out")]
		events = [
			self.event(s, at(clock, day), terminal=terminal, direction=way)
			for clock, way in moments
			for s in students
		]
		self.forget_time()
		self.take(self.message(events), now=at("15:06", day))

	def forget_time(self) -> None:
		"""The next taps come as if from a door of their own, which knows nothing of the time of those before."""
		epoch = table("Gateway Epoch")
		self.store.run(update(epoch, "certain_until").where(epoch.gateway == VALUE), [None, GATEWAY])

	def believe_silence_from(self, percent: int) -> None:
		"""The share of the usual turnout from which on silence is believed."""
		self.store.set_single(school.SETTINGS, {"turnout_least": percent})

	def night(self, now: datetime, *, since: datetime | None = None) -> ledger.Reconciled:
		"""The nightly reconciliation, with a gateway that was heard of until then."""
		self.online(seen=now)
		done = ledger.reconcile(self.store, self.school, now, since=since or now - timedelta(days=400))
		ledger.sum_up(self.store, self.school, now)
		return done

	def change(self, doctype: str, name: str, now: datetime = STAMP, **fields: Any) -> None:
		"""Change a record as a person or another app does."""
		source = table(doctype)
		values = [*fields.values(), now, name]
		self.store.run(update(source, *fields, "modified").where(source.name == VALUE), values)

	def day_of(self, student: str, day: date = TODAY) -> tuple[Any, ...]:
		"""What became of a learner's day: ("recorded", status, source, late, missed), ("held", cause), or ()."""
		fields = ("status", "vsv_source", "vsv_minutes_late", "vsv_minutes_missed", "docstatus")
		records = self.rows("Student Attendance", *fields, student=student, date=day)
		standing = [("recorded", *row[:4]) for row in records if row[4] == 1]
		held = [("held", row[2]) for row in self.holds(student=student, school_day=day) if row[3] == "Open"]
		found = [*standing, *held]
		assert len(found) < 2, found
		return found[0] if found else ()

	# days

	def close(
		self, day: date = TODAY, students: Sequence[str] | None = None, *, now: datetime | None = None
	) -> day_close.DayWritten:
		"""Write the days that are over, with a gateway that was heard of until then."""
		moment = now or at("17:00", day)
		g = table("Attendance Gateway")
		seen = update(g, "status", "last_seen").where(g.name == VALUE)
		self.store.run(seen, ["Online", max(moment, at("17:00")), GATEWAY])
		return day_close.write_days(self.store, day, moment, students)

	def whole_day(self, day: date, absent: Sequence[str] = (), late: Sequence[str] = ()) -> None:
		"""Everybody comes in time and stays, but for those named; then the day is closed."""
		for students in LEARNERS.values():
			for student in students:
				if student not in absent:
					self.tap(student, at("08:50" if student in late else "08:20", day), at("15:05", day))
		self.close(day)

	def school_days(self, count: int, until: date = TODAY) -> list[date]:
		"""The last `count` weekdays before `until`, ascending."""
		days = (until - timedelta(days=n) for n in range(1, 3 * count + 7))
		return sorted([day for day in days if day.weekday() < 5][:count])

	def online(self, gateway: str = GATEWAY, backlog: int = 0, seen: datetime | None = None) -> None:
		g = table("Attendance Gateway")
		query = update(g, "status", "backlog", "oldest_unconfirmed", "last_seen").where(g.name == VALUE)
		waits = 2 * 3600 if backlog else 0
		self.store.run(query, ["Online", backlog, waits, seen or at("08:40"), gateway])

	# what is there

	def rows(self, doctype: str, *fields: str, **where: Any) -> list[tuple[Any, ...]]:
		source = table(doctype)
		query = select(source, *(source[field] for field in fields))
		for field in where:
			query = query.where(source[field] == VALUE)
		return [tuple(row) for row in self.store.fetch(query, list(where.values()))]

	def bell(self, recipient: str) -> list[tuple[str, str | None]]:
		"""(subject, name of the document where it is about one) of each notification of a person, the oldest first."""
		if isinstance(self.store, SqliteStore):
			return self.rows("Notification", "subject", "document_name", recipient=recipient)
		told = self.rows("Notification Log", "creation", "subject", "document_name", for_user=recipient)
		return [(subject, name) for _creation, subject, name in sorted(told, key=itemgetter(0))]

	def add_row(self, doctype: str, **values: object) -> str:
		"""A record of somebody else's making, as the store keeps it: a site would ask for its partner and its learner."""
		name = f"T-{doctype}-{len(self.rows(doctype, 'name'))}"
		self._rows(doctype, [{"name": name, **values}])
		return name

	def add_year(self, name: str, first: date, last: date) -> None:
		self.store.insert_rows(
			"Academic Year", ("name", "year_start_date", "year_end_date"), [(name, first, last)]
		)

	def add_group(self, group: str, year: str, *students: str) -> None:
		"""A group of another year, with who was in it."""
		self.store.insert_rows(
			"Student Group",
			("name", "academic_year", "group_based_on", "disabled"),
			[(group, year, "Batch", 0)],
		)
		members = [(f"{group}-{student}", group, student, 1) for student in students]
		if members:
			self.store.insert_rows("Student Group Student", ("name", "parent", "student", "active"), members)

	def add_session(self, group: str, session: str, starts: int, ends: int) -> None:
		"""The one session of a group's days, Monday to Friday, in full hours."""
		bells = f"T-Bells {group}"
		self.store.insert_rows(
			"Bell Schedule",
			(
				"name",
				"schedule_name",
				"student_group",
				"enabled",
				"late_after_minutes",
				"absent_after_minutes",
			),
			[(bells, bells, group, 1, 5, 30)],
		)
		self.store.insert_rows(
			"Bell Schedule Session",
			("name", "parent", "parenttype", "parentfield", "idx", "weekday", "session", "starts", "ends", "counted_minutes"),
			[
				(
					f"{bells} {n}", bells, "Bell Schedule", "sessions", n, weekday, session,
					timedelta(hours=starts), timedelta(hours=ends), 60 * (ends - starts),
				)
				for n, weekday in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), start=1)
			],
		)  # fmt: skip

	def check_ins(self) -> list[tuple[Any, ...]]:
		"""(seq, learner, outcome) in the order of numbers."""
		return sorted(self.rows("Badge Check In", "seq", "student", "outcome", gateway=GATEWAY))

	def attendance(self, student: str, day: date = TODAY) -> dict[str, Any]:
		"""The one record of a learner's day."""
		fields = (
			"name", "status", "vsv_source", "vsv_minutes_late", "vsv_minutes_missed", "vsv_minutes_left_early",
			"vsv_excused", "vsv_conflict", "leave_application", "student_group", "docstatus",
		)  # fmt: skip
		(row,) = self.rows("Student Attendance", *fields, student=student, date=day)
		return dict(zip(fields, row, strict=True))

	def holds(self, **where: Any) -> list[tuple[Any, ...]]:
		"""(learner, day, cause, status) of days that are or were held."""
		return sorted(self.rows("Attendance Hold", "student", "school_day", "cause", "status", **where))

	def signals(self, **where: Any) -> list[tuple[Any, ...]]:
		"""(rule, learner, status) of signals about learners of this school."""
		found = self.rows("Early Warning Signal", "rule", "student", "status", **where)
		return sorted(row for row in found if str(row[1]).startswith("T-1"))

	def signal(self, rule: str, student: str, **where: Any) -> str:
		((name,),) = self.rows("Early Warning Signal", "name", rule=rule, student=student, **where)
		return str(name)

	def set_aside(self, gateway: str = GATEWAY) -> list[tuple[Any, ...]]:
		"""(reason, status, times, explanation) of what was set aside."""
		return sorted(
			self.rows("Set Aside Message", "reason", "status", "times", "explanation", gateway=gateway)
		)

	def mark_by_hand(self, student: str, status: str, day: date = TODAY, **fields: Any) -> str:
		"""A submitted record as a teacher leaves it."""
		name = f"T-ATT-{student}-{day}"
		self._rows(
			"Student Attendance",
			[
				{
					"name": name,
					"student": student,
					"student_name": student,
					"student_group": _group(student),
					"date": day,
					"status": status,
					"vsv_source": "Teacher",
					**fields,
				}
			],
			docstatus=1,
		)
		return name

	def leave(self, student: str, first: date, last: date, *, present: bool = False) -> str:
		name = f"T-SLA-{student}-{first}"
		self._rows(
			"Student Leave Application",
			[
				{
					"name": name,
					"student": student,
					"from_date": first,
					"to_date": last,
					"mark_as_present": int(present),
					"reason": "Ill",
				}
			],
			docstatus=1,
		)
		return name

	def _quiet_the_site(self) -> None:
		"""On a site that has records of its own: its gateways and rules stay out of the tests."""
		for doctype in ("Attendance Gateway", "Early Warning Rule"):
			self.store.run(update(table(doctype), "enabled").where(table(doctype).enabled == VALUE), [0, 1])
		self.store.set_single(
			school.SETTINGS,
			{
				"school_code": SCHOOL,
				"time_zone": "Europe/Amsterdam",
				"enabled": 1,
				"close_day_at": "17:00:00",
				"coordinator": COORDINATOR,
				"leader": LEADER,
				"escalate_after_days": 3,
				"badge_key": BADGE_KEY,
				# Silence is believed, however few come, where a test does not say otherwise.
				"turnout_least": 0,
			},
		)

	def _people(self) -> None:
		users = {email: f"Mentor of {group}" for group, email in MENTORS.items()}
		users |= {COORDINATOR: "Coordinator", LEADER: "Leader"}
		self._rows(
			"User",
			[
				{"name": email, "email": email, "full_name": name, "enabled": 1}
				for email, name in users.items()
			],
		)
		self._rows(
			"Academic Year",
			[{"name": YEAR, "year_start_date": date(2031, 8, 1), "year_end_date": date(2032, 7, 31)}],
		)
		self._rows(
			"Student Group",
			[
				{"name": group, "academic_year": YEAR, "group_based_on": "Batch", "disabled": 0}
				for group in GROUPS
			],
		)
		everybody = [(group, student) for group, students in LEARNERS.items() for student in students]
		self._rows(
			"Student",
			[
				{"name": s, "student_name": f"Name of {s}", "enabled": 1, "joining_date": date(2031, 8, 1)}
				for _group, s in everybody
			],
		)
		self._rows(
			"Student Group Student",
			[{"name": f"{group}-{s}", "parent": group, "student": s, "active": 1} for group, s in everybody],
		)
		self._rows(
			"Student Badge",
			[
				{
					"name": f"T-BADGE-{s}",
					"student": s,
					"student_name": f"Name of {s}",
					"status": "Active",
					"badge_digest": digest(s),
				}
				for _group, s in everybody
			],
		)
		for group, mentor in MENTORS.items():
			self._rows(
				"Mentor Assignment",
				[
					{
						"name": f"T-MA-{group}",
						"mentor": mentor,
						"mentor_name": f"Mentor of {group}",
						"task": "Mentor",
						"student_group": group,
						"from_date": date(2031, 8, 1),
					}
				],
			)

	def _timetable(self) -> None:
		for group in GROUPS:
			sessions = [
				{
					"weekday": weekday,
					"session": label,
					"starts": timedelta(minutes=starts),
					"ends": timedelta(minutes=ends),
					"counted_minutes": ends - starts,
				}
				for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
				for label, starts, ends in TIMES
			]
			values = {
				"name": f"T-Bells {group}",
				"schedule_name": f"T-Bells {group}",
				"enabled": 1,
				"student_group": group,
			}
			values |= {
				"late_after_minutes": 5,
				"absent_after_minutes": 30,
				"not_arrived_cut_off": timedelta(hours=9, minutes=30),
			}
			self.store.add_document("Bell Schedule", values, {"sessions": sessions})
		self.add_gateway(GATEWAY)

	def add_gateway(self, name: str, *, key: str = MAC_KEY, enabled: int = 1) -> None:
		values = {"name": name, "gateway_id": name, "enabled": enabled, "mac_key": key}
		self.store.add_document(
			"Attendance Gateway",
			values,
			{"terminals": [{"terminal": "door", "direction": "unknown", "enabled": 1}]},
		)

	def _rows(self, doctype: str, rows: Sequence[dict[str, Any]], docstatus: int = 0) -> None:
		standard = {
			"owner": "Administrator",
			"creation": STAMP,
			"modified": STAMP,
			"modified_by": "Administrator",
			"docstatus": docstatus,
			"idx": 0,
		}
		assert set(standard) < set(STANDARD_COLUMNS)
		stamped = [{**standard, **row} for row in rows]
		self.store.insert_rows(doctype, list(stamped[0]), [list(row.values()) for row in stamped])


def _group(student: str) -> str:
	return next(group for group, students in LEARNERS.items() if student in students)

"""The same facts come to the same days, whatever the order in which they became known.

A made-up week is told in many orders: taps and outages of two gateways, leave and its cancellation, a badge that changes hands, a
late enrolment, a closing, a person's mark. Each arrival is followed by what its event sets off, or by nothing at all; days are
written in between, or not. The nightly reconciliation comes last.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.world import GATEWAY, LEARNERS, TODAY, World, at, digest
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.dispatch import daily
from vsv_app.stores.queries.attendance import calendar

EVERYBODY = [student for students in LEARNERS.values() for student in students]
FAR = "t-far"
BEGAN, NIGHT = at("16:00"), at("04:20", TODAY + timedelta(days=1))
DAYS = [TODAY - timedelta(days=n) for n in (6, 5, 4, 3, 0)]
"""Tuesday to Friday, and Monday."""

Arrival = Callable[[World, datetime], Any]


class Week:
	"""One made-up week: `chains` of arrivals, of which each keeps its own order."""

	def __init__(self, seed: int) -> None:
		self.chance = random.Random(seed)
		self.chains: list[list[Arrival]] = [self._gateway(GATEWAY), self._gateway(FAR)]
		self.chains += [self._leave(n) for n in range(3)]
		self.chains += [[self._late_enrolment()], [self._closing()], [self._mark()], [self._badge()]]
		self.chains += [[self._heard(GATEWAY)], [self._heard(FAR)]]

	def order(self, seed: int) -> Iterator[Arrival]:
		chance = random.Random(seed)
		left = [list(chain) for chain in self.chains]
		while any(left):
			chain = chance.choice([one for one in left if one])
			yield chain.pop(0)

	def _gateway(self, gateway: str) -> list[Arrival]:
		"""The messages of a week of one gateway, a day at a time, with a door that is blind now and then."""
		chance, seq, messages = self.chance, 0, []
		own = EVERYBODY[:5] if gateway == GATEWAY else EVERYBODY[3:]
		for day in DAYS:
			events: list[tuple[datetime, dict[str, Any]]] = []
			if chance.random() < 0.4:
				start = at("07:10", day) + timedelta(minutes=chance.randrange(120))
				events.append((start, {"kind": "watch", "terminal": "side", "state": "closed"}))
				end = start + timedelta(minutes=chance.randrange(1, 200))
				events.append((end, {"kind": "watch", "terminal": "side", "state": "reading"}))
			for student in own:
				for moment in self._times(day):
					terminal = "side" if EVERYBODY.index(student) % 2 else "door"
					tap = {"terminal": terminal, "badge": digest(student), "direction": "unknown"}
					if chance.random() < 0.05:
						tap["clock"] = "unsynced"
					events.append((moment, tap))
			made = []
			for moment, event in sorted(events, key=lambda one: one[0]):
				seq += 1
				made.append((seq, moment, event))
			messages.append(_message(gateway, made))
		return messages

	def _times(self, day: date) -> list[datetime]:
		kind = self.chance.random()
		if kind < 0.25:
			return []
		came = at("08:20", day) + timedelta(minutes=self.chance.randrange(10))
		if kind < 0.4:
			came = at("08:40", day) + timedelta(minutes=self.chance.randrange(90))
		left = (
			at("15:05", day)
			if kind > 0.5
			else at("13:30", day) + timedelta(minutes=self.chance.randrange(60))
		)
		return [came, left]

	def _leave(self, number: int) -> list[Arrival]:
		student, day = self.chance.choice(EVERYBODY), self.chance.choice(DAYS)
		present, part = self.chance.random() < 0.3, self.chance.random() < 0.4
		name = f"T-SLA-{number}"

		def submit(world: World, now: datetime) -> dict[date, set[str]]:
			world._rows(
				"Student Leave Application",
				[
					{
						"name": name,
						"student": student,
						"from_date": day,
						"to_date": day,
						"mark_as_present": int(present),
						"vsv_from_time": timedelta(hours=13) if part else None,
					}
				],
				docstatus=1,
			)
			world.change("Student Leave Application", name, now, docstatus=1)
			return {day: {student}}

		def cancel(world: World, now: datetime) -> dict[date, set[str]]:
			world.change("Student Leave Application", name, now, docstatus=2)
			return {day: {student}}

		return [submit, cancel] if self.chance.random() < 0.5 else [submit]

	def _late_enrolment(self) -> Arrival:
		student = EVERYBODY[1]

		def arrives(world: World, now: datetime) -> None:
			world.change("Student Group Student", f"T-1A-{student}", now, active=1)
			world.change("Student Group", "T-1A", now, disabled=0)

		return arrives

	def _closing(self) -> Arrival:
		day = self.chance.choice(DAYS)

		def arrives(world: World, now: datetime) -> dict[date, None]:
			calendar.close_school(world.store, ["T-Bells T-1B"], day, "Closed", now)
			return {day: None}

		return arrives

	def _mark(self) -> Arrival:
		student, day = self.chance.choice(EVERYBODY), self.chance.choice(DAYS)
		status = self.chance.choice(["Present", "Absent"])

		def arrives(world: World, now: datetime) -> dict[date, set[str]] | None:
			group = next(group for group, some in LEARNERS.items() if student in some)
			standing = world.rows(
				"Student Attendance", "name", "docstatus", student=student, date=day, student_group=group
			)
			own = [name for name, docstatus in standing if docstatus == 1]
			if own:  # as a person who corrects what the terminals wrote
				for name in own:
					world.change("Student Attendance", name, now, status=status, vsv_source="Teacher")
			else:
				name = world.mark_by_hand(student, status, day)
				world.change("Student Attendance", name, now, status=status)
			return {day: {student}}

		return arrives

	def _badge(self) -> Arrival:
		"""One learner's badge is another's from a moment on."""
		before, after, moment = EVERYBODY[0], EVERYBODY[2], at("12:00", DAYS[2])

		def arrives(world: World, now: datetime) -> None:
			world.change("Student Badge", f"T-BADGE-{before}", now, status="Returned")
			enrolment.enrol(world.store, digest(before), after, moment)
			world.change("Student Badge", f"T-BADGE-{before}", now, status="Active")

		return arrives

	def _heard(self, gateway: str) -> Arrival:
		return lambda world, _now: world.online(gateway, seen=at("17:00"))


def _message(gateway: str, events: list[tuple[int, datetime, dict[str, Any]]]) -> Arrival:
	def arrives(world: World, now: datetime) -> dict[date, set[str] | None]:
		made = []
		for seq, moment, event in events:
			full = world.event(EVERYBODY[0], moment, seq=seq, **event)
			if event.get("kind") == "watch":
				full = {k: v for k, v in full.items() if k not in ("badge", "direction")}
			made.append(full)
		if not made:
			return {}
		taken = world.take(world.message(made, gateway=gateway), gateway=gateway, now=now)
		assert taken.ack
		found: dict[date, set[str] | None] = dict(taken.students)
		return found | dict.fromkeys(taken.days)

	return arrives


def told(world: World, week: Week, order: int) -> dict[tuple[str, date], tuple[Any, ...]]:
	"""Tell a week in one order; returns what became of each learner's day."""
	chance = random.Random(order)
	world.add_gateway(FAR)
	world.believe_silence_from(50)
	world.change("Student Group Student", f"T-1A-{EVERYBODY[1]}", BEGAN - timedelta(days=2), active=0)
	now = BEGAN
	for arrives in week.order(order):
		now += timedelta(minutes=1)
		touched = arrives(world, now)
		if chance.random() < 0.4 and touched:
			daily.correct_late(world.store, touched, now)
		if chance.random() < 0.2:
			world.close(chance.choice(DAYS), now=now)
	for gateway in (GATEWAY, FAR):
		world.online(gateway, seen=at("17:00"))
	done = world.night(NIGHT, since=BEGAN)
	world.online(FAR, seen=at("17:00"))
	assert done.balance.missing == 0
	return {(student, day): world.day_of(student, day) for student in EVERYBODY for day in DAYS}


@pytest.mark.parametrize("seed", range(4))
def test_every_order_comes_to_the_same_end(store: Any, tmp_path: Path, seed: int) -> None:
	week, ends = Week(seed), []
	for order in range(4):
		ends.append(told(World(fresh(store, tmp_path, order)), week, order))
	for end in ends[1:]:
		assert {key: (ends[0][key], end[key]) for key in end if end[key] != ends[0][key]} == {}


def fresh(store: Any, tmp_path: Path, number: int) -> Any:
	"""A store in which nothing has happened."""
	if hasattr(store, "path"):
		return type(store)(tmp_path / f"order-{number}.sqlite")
	import frappe

	from vsv_app.tests import factories

	frappe.db.rollback()
	factories.make_holiday_list()
	return store

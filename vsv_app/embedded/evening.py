"""The evening of the demo: days are written where a door was looking, held where not, and an officer settles what is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vsv_app.embedded import records
from vsv_app.embedded.school import MadeUpSchool
from vsv_app.engine.attendance.day_outcome import AWAY, THERE
from vsv_app.engine.attendance.door_watch import OFF, READING
from vsv_app.engine.sentences import from_template
from vsv_app.services.attendance import day_close, roll, settling
from vsv_app.stores.queries.attendance import calendar, holds, student_attendance
from vsv_app.stores.queries.gateways import accounts, door_watches
from vsv_app.stores.sqlite_store import SqliteStore


@dataclass(frozen=True)
class HeldLearners:
	"""How many are held for one reason."""

	sentence: str
	learners: int


@dataclass(frozen=True)
class Evening:
	"""What was held and what the officer said, and how the day adds up, in learners."""

	held: tuple[HeldLearners, ...]
	there: int
	away: int
	expected: int
	by_machine: int
	by_person: int
	left: int

	@property
	def adds_up(self) -> bool:
		return self.expected == self.by_machine + self.by_person + self.left


def settle(
	store: SqliteStore, school: MadeUpSchool, unseen: Sequence[str], ended: datetime, now: datetime
) -> Evening:
	"""Write the day, and let the officer settle what is held; `ended`: when the live part did; `unseen`: the cards
	that were held to the blind terminal.

	Their owners sat in class, so their teachers have seen them.
	"""
	_leave_running(store, ended, now)
	day_close.write_days(store, school.today, now)
	groups = [one for one in settling.waiting(store) if one.day == school.today]
	in_class = {one.student for one in school.learners if one.card in set(unseen)}
	held = [one for group in groups for one in group.held]
	there = [one.name for one in held if one.student in in_class]
	away = [one.name for one in held if one.student not in in_class]
	settled = [
		settling.settle(store, names, answer, now).count for names, answer in ((there, THERE), (away, AWAY))
	]
	return Evening(
		tuple(HeldLearners(from_template(group.words), len(group.held)) for group in groups),
		*settled,
		*_sums(store, school, now),
	)


def _leave_running(store: SqliteStore, ended: datetime, now: datetime) -> None:
	"""The gateway of the demo ends with its live part; that of the made-up school reads on until the evening."""
	accounts.seen(store, records.GATEWAY, {"status": "Online", "last_seen": now, "backlog": 0})
	tells = door_watches.tells(store, records.GATEWAY)
	for terminal, (at, state) in door_watches.newest(store, records.GATEWAY).items():
		if state == OFF:
			store.add_document(
				"Door Watch",
				{
					"name": f"{records.GATEWAY}-{terminal}-reads-on",
					"gateway": records.GATEWAY,
					"terminal": terminal,
					"state": READING,
					"at": max(at + timedelta(seconds=1), ended),
					"source": door_watches.TOLD if tells else door_watches.HEALTH,
				},
			)


def _sums(store: SqliteStore, school: MadeUpSchool, now: datetime) -> tuple[int, int, int, int]:
	"""(learners who had school, recorded by the machine, by a person, held)."""
	expected = len(roll.call(store, calendar.load(store), school.today).people)
	machine = person = 0
	for _student, source, count in student_attendance.counted(store, school.today, school.today):
		if source == roll.MACHINE:
			machine += count
		else:
			person += count
	return expected, machine, person, len(holds.days(store, school.today, school.today))

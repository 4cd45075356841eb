"""Attendance ledger: for each learner on the roll and each school day that is over, exactly one of a machine's record, a
person's record, held with its cause, or no school. `expected = recorded + held`, or there is a sentence about what is missing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from vsv_app.engine.attendance.learner_days import Enrolment
from vsv_app.engine.attendance.timetable import DayPlan, SchoolCalendar, Track

OVER_AFTER = 30
"""Minutes after a learner's own last session, in which people still tap out."""


@dataclass(frozen=True)
class Balance:
	"""What a stretch of days adds up to, in learner days."""

	expected: int = 0
	by_machine: int = 0
	by_person: int = 0
	held: int = 0

	@property
	def recorded(self) -> int:
		return self.by_machine + self.by_person

	@property
	def missing(self) -> int:
		return self.expected - self.recorded - self.held

	@property
	def adds_up(self) -> bool:
		return self.missing == 0

	def __add__(self, other: "Balance") -> "Balance":
		return Balance(
			self.expected + other.expected,
			self.by_machine + other.by_machine,
			self.by_person + other.by_person,
			self.held + other.held,
		)


def over_at(plan: DayPlan, not_before: int = 0) -> datetime:
	"""When a learner's day is over: after the own last session, and not before a minute of the day that the school set."""
	minute = max(plan.sessions[-1].ends + OVER_AFTER, not_before)
	return datetime.combine(plan.day, time()) + timedelta(minutes=min(minute, 24 * 60))


def expected_days(
	calendar: SchoolCalendar, enrolment: Enrolment, first: date, last: date
) -> tuple[Track, range]:
	"""The learner's school days between two days, inclusive, as slots of a track."""
	track = calendar.track(enrolment.group, enrolment.program, enrolment.before)
	start = track.first_from(max(first, enrolment.since))
	end = track.first_after(min(last, enrolment.until or last))
	return track, range(start, max(start, end))

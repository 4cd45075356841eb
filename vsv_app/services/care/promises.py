"""Everything that is asked of somebody and is not answered: one list for *Needs you now*, the digest and the ladder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care.promises import AHEAD_SCHOOL_DAYS, Promise, most_pressing
from vsv_app.services import mentors
from vsv_app.services.mentors import Mentors
from vsv_app.services.school import School
from vsv_app.services.signals import contesting
from vsv_app.stores.queries.attendance import contested_records
from vsv_app.stores.queries.care import care_reminders, deadlines
from vsv_app.stores.queries.partners import agreement_deadlines
from vsv_app.stores.store import Store

DEFAULT_NOTICE_DAYS = 60
LONGEST_HOLIDAY_DAYS = 60
"""How far back or ahead a school day is looked for."""


@dataclass(frozen=True)
class Ground:
	"""What the sources of promises are asked with: the school as it is on a day, and up to which day to look ahead."""

	store: Store
	school: School
	calendar: SchoolCalendar
	today: date
	until: date
	notice_days: int
	"""An agreement that ends within so many days asks to be renewed."""

	def ahead(self, due: date) -> date:
		"""From which day something is shown that has a day of its own."""
		return school_day_before(self.calendar, due, AHEAD_SCHOOL_DAYS)


Source = Callable[[Ground], Iterable[Promise]]

SOURCES: tuple[Source, ...] = (
	lambda on: deadlines.actions(on.store, on.until, on.ahead),
	lambda on: deadlines.goals(on.store, on.until, on.ahead),
	lambda on: deadlines.reviews(on.store, on.until, on.ahead),
	lambda on: deadlines.agreement_reviews(on.store, on.until, on.ahead),
	lambda on: agreement_deadlines.renewals(on.store, on.today + timedelta(days=on.notice_days)),
	lambda on: deadlines.unanswered_messages(on.store),
	lambda on: contested_records.without_answer(on.store, contesting.answerers(on.store, on.school)),
	lambda on: contested_records.answers_to_see(on.store),
	lambda on: agreement_deadlines.consents_to_ask_anew(on.store, on.today, on.school.consent_age),
)
"""Each gives the promises of a kind from the documents that own the questions. What names nobody is the mentors'."""


def standing(
	store: Store,
	school: School,
	calendar: SchoolCalendar,
	today: date,
	*,
	until: date | None = None,
	notice_days: int = DEFAULT_NOTICE_DAYS,
) -> list[Promise]:
	"""What stands unanswered on a day, the most pressing first.

	`until`: also what has a later day up to and with this one; without it, what comes up within the school days in
	which it is shown ahead. What nobody in particular has in hand is held by the learner's mentors of the day, or by
	the coordinator where there is none.
	"""
	last = until or school_day_after(calendar, today, AHEAD_SCHOOL_DAYS)
	ground = Ground(store, school, calendar, today, last, notice_days)
	found = [promise for source in SOURCES for promise in source(ground)]
	of_nobody = sorted({one.student for one in found if not one.held_by and one.student})
	people = mentors.load(store, today, of_nobody) if of_nobody else None
	return sorted((_in_hand(one, people, school) for one in found), key=most_pressing)


def waiting_for(
	store: Store, school: School, calendar: SchoolCalendar, user: str, today: date
) -> list[Promise]:
	"""What waits for one person on a day: what one has in hand oneself, and what climbed up to one."""
	climbed = care_reminders.standing_at(store, user)
	return [
		one
		for one in standing(store, school, calendar, today)
		if one.about in climbed or (one.shows(today) and user in one.held_by)
	]


def overdue(
	store: Store, school: School, calendar: SchoolCalendar, today: date, notice_days: int
) -> list[Promise]:
	"""What is past its day, and agreements that end within `notice_days`."""
	return [
		one
		for one in standing(store, school, calendar, today, until=today, notice_days=notice_days)
		if one.overdue(today) or one.kind in ASKED_AHEAD
	]


ASKED_AHEAD = ("Renewal", "Consent")
"""Kinds that ask for something from the first day on which they stand."""


def school_day_before(calendar: SchoolCalendar, day: date, school_days: int) -> date:
	"""The day that is so many school days before another; calendar days where the school has none near."""
	return _counted(calendar, day, -school_days)


def school_day_after(calendar: SchoolCalendar, day: date, school_days: int) -> date:
	"""The day that is so many school days after another; calendar days where the school has none near."""
	return _counted(calendar, day, school_days)


def _counted(calendar: SchoolCalendar, day: date, school_days: int) -> date:
	step, left, at = (1 if school_days > 0 else -1), abs(school_days), day
	for _ in range(LONGEST_HOLIDAY_DAYS + left):
		if not left:
			return at
		at += timedelta(days=step)
		left -= calendar.is_school_day(at)
	return at if not left else day + timedelta(days=school_days)


def _in_hand(promise: Promise, people: Mentors | None, school: School) -> Promise:
	if promise.held_by:
		return promise
	mine = tuple(people.of(promise.student)) if people and promise.student else ()
	return promise.held_by_these(mine or ((school.coordinator,) if school.coordinator else ()))

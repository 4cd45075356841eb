"""Everything that is asked of somebody and is not answered: one list for *Needs you now*, the digest and the ladder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.access.roles import OFFICER
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care.concerns import RESTRICTED, SMALL
from vsv_app.engine.care.promises import (
	ABSENCE,
	AHEAD_SCHOOL_DAYS,
	HELP,
	LOOK_AGAIN,
	MEETING,
	MESSAGE,
	NEXT_STEP,
	NOTED,
	REPORT,
	Promise,
	most_pressing,
)
from vsv_app.services.attendance.office import reported
from vsv_app.services.care.board import contesting
from vsv_app.services.mentors import Mentors, OfDay
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import contested_records
from vsv_app.stores.queries.care import (
	care_meetings,
	care_reminders,
	concerns,
	contact_log,
	deadlines,
)
from vsv_app.stores.queries.partners import agreement_deadlines, referrals
from vsv_app.stores.queries.signals import signals, statutory_filings
from vsv_app.stores.store import Store

CONCERN = "Concern"
"""What is named people's to read: nobody stands in for them, and whether it may be opened is not asked, as that is noted as a read."""
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
	mentors: OfDay

	def ahead(self, due: date) -> date:
		"""From which day something is shown that has a day of its own."""
		return school_day_before(self.calendar, due, AHEAD_SCHOOL_DAYS)


Source = Callable[[Ground], Iterable[Promise]]


def _calls_for_help(on: Ground) -> Iterable[Promise]:
	"""Calls for help that nobody took in hand, due the same school day; who is named to read one has it in hand."""
	for one in concerns.calls_for_help(on.store):
		asked = one.noted_on.date()
		named = one.readers if one.visibility == RESTRICTED else ()
		yield Promise(
			HELP, CONCERN, one.name, "", on.calendar.school_day_from(asked),
			held_by=named, student=one.student, asked_on=asked,
		)  # fmt: skip


def _help_in_hand(on: Ground) -> Iterable[Promise]:
	"""Whoever took a call for help in hand says what was done within a school week; its readers where that is nobody."""
	for one in concerns.help_in_hand(on.store):
		asked = one.noted_on.date()
		who = one.responsible
		held = (who,) if who and on.store.is_here(who) else tuple(one.readers)
		yield Promise(
			NEXT_STEP, CONCERN, one.name, "", on.calendar.school_weeks_after(asked, 1),
			held_by=held, student=one.student, asked_on=asked,
		)  # fmt: skip


def _concerns_noted(on: Ground) -> Iterable[Promise]:
	"""What else was noted and nobody took in hand, due within a school week, urgent ones the next school day.

	In the hands of who is named to see to it, or of who is named to read a restricted one; of the mentors where that is
	nobody. A small thing that a mentor notes of an own learner, for nobody else, is no question to anybody.
	"""
	noted = concerns.others_open(on.store)
	people = on.mentors.of(sorted({one.student for one in noted})) if noted else None
	for one in noted:
		asked, confided = one.noted_on.date(), one.visibility == RESTRICTED
		who = one.responsible
		sees_to_it = bool(who) and on.store.is_here(who or "") and (not confided or who in one.readers)
		others = {user for user in (who, *one.readers) if user and user != one.noted_by}
		own = people is not None and one.noted_by in people.all_of(one.student)
		if own and not others and one.severity in SMALL and who is None:
			continue
		held = (who,) if who and sees_to_it else one.readers if confided else ()
		urgent = one.severity == "Urgent"
		yield Promise(
			NOTED, CONCERN, one.name, "",
			on.calendar.school_days_after(asked, 1) if urgent else on.calendar.school_weeks_after(asked, 1),
			held_by=held, student=one.student, asked_on=asked,
		)  # fmt: skip


def _reports_to_file(on: Ground) -> Iterable[Promise]:
	"""Reports to an authority that nobody has filed, for the attendance officers, three school days before they are due."""
	holders = tuple(learners.people_with_role(on.store, OFFICER))
	for one in statutory_filings.to_check(on.store):
		if one.due_on and one.due_on <= on.until:
			yield Promise(
				REPORT, "Statutory Report", one.name, "", one.due_on,
				held_by=holders, otherwise=on.school.coordinator or "", student=one.student,
				shows_from=on.ahead(one.due_on),
			)  # fmt: skip


def _meetings_to_close(on: Ground) -> Iterable[Promise]:
	"""Care meetings whose day has passed and that nobody closed, for who called them."""
	for one in care_meetings.not_closed(on.store, on.today):
		yield Promise(
			MEETING, "Care Meeting", one.name, "", on.calendar.school_days_after(one.on, 1),
			held_by=(one.chair,) if one.chair else (), otherwise=on.school.coordinator or "", asked_on=one.on,
		)  # fmt: skip


def _signals_to_look_at(on: Ground) -> Iterable[Promise]:
	"""Signals that somebody acknowledged, on the day to look again, or the next one with school."""
	for signal, student, _severity, day in signals.to_look_at_again(on.store, until=on.until):
		if day is not None:
			yield Promise(
				LOOK_AGAIN,
				"Early Warning Signal",
				signal,
				"",
				on.calendar.school_day_from(day),
				student=student,
				shows_from=on.calendar.school_day_from(day),
			)


def _absences_reported(on: Ground) -> Iterable[Promise]:
	"""Absences that learners reported themselves, for who answers, due the next school day."""
	holders = tuple(contesting.answerers(on.store, on.school))
	for one in reported.waiting(on.store, on.calendar, on.today):
		asked = one.on.date()
		yield Promise(
			ABSENCE, "Student Leave Application", one.name, "", on.calendar.school_days_after(asked, 1),
			held_by=holders, student=one.student, asked_on=asked, what=one.reason,
		)  # fmt: skip


SOURCES: tuple[Source, ...] = (
	lambda on: deadlines.actions(on.store, on.until, on.ahead),
	lambda on: deadlines.goals(on.store, on.until, on.ahead),
	lambda on: deadlines.reviews(on.store, on.until, on.ahead),
	lambda on: deadlines.plans_not_begun(
		on.store,
		lambda day: on.calendar.school_weeks_after(day, 1),
		lambda day: school_day_after(on.calendar, day, AHEAD_SCHOOL_DAYS),
	),
	lambda on: deadlines.agreement_reviews(on.store, on.until, on.ahead),
	lambda on: agreement_deadlines.renewals(on.store, on.today + timedelta(days=on.notice_days)),
	lambda on: deadlines.unanswered_messages(on.store),
	lambda on: _absences_reported(on),
	lambda on: contested_records.without_answer(on.store, contesting.answerers(on.store, on.school)),
	lambda on: contested_records.answers_to_see(on.store),
	lambda on: contact_log.next_steps(on.store, on.until, on.ahead),
	lambda on: _calls_for_help(on),
	lambda on: _help_in_hand(on),
	lambda on: _signals_to_look_at(on),
	lambda on: _concerns_noted(on),
	lambda on: _reports_to_file(on),
	lambda on: _meetings_to_close(on),
	lambda on: agreement_deadlines.consents_to_ask_anew(on.store, on.today, on.school.consent_age),
	lambda on: care_meetings.open_decisions(on.store, on.until, on.ahead),
	lambda on: referrals.unanswered(on.store, on.school.coordinator),
	lambda on: referrals.answers_not_seen(on.store),
	lambda on: referrals.without_result(on.store),
	lambda on: referrals.families_words(on.store),
	lambda on: agreement_deadlines.waiting_for_signatures(on.store),
	lambda on: agreement_deadlines.feedback_without_answer(
		on.store, lambda day: on.calendar.school_weeks_after(day, 1)
	),
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
	the coordinator where there is none, or else by the leader.
	"""
	last = until or school_day_after(calendar, today, AHEAD_SCHOOL_DAYS)
	ground = Ground(store, school, calendar, today, last, notice_days, OfDay(store, today))
	found = [promise for source in SOURCES for promise in source(ground)]
	of_learners = sorted({one.student for one in found if one.student})
	people = ground.mentors.of(of_learners) if of_learners else None
	hands = _Hands(store, people, school)
	return sorted((hands.of(one) for one in found), key=most_pressing)


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
	"""What is past its day, agreements that end within `notice_days`, and reports to the authority on their last day."""
	return [
		one
		for one in standing(store, school, calendar, today, until=today, notice_days=notice_days)
		if one.overdue(today) or one.kind in ASKED_AHEAD or (one.kind == REPORT and one.due == today)
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


class _Hands:
	"""Whose hands something is in on a day: never those of somebody who has left."""

	def __init__(self, store: Store, people: Mentors | None, school: School) -> None:
		self._store, self._people, self._school = store, people, school
		self._known: dict[str, bool] = {}

	def of(self, promise: Promise) -> Promise:
		"""Whoever has it in hand and is here; else who else sees to it, the learner's mentors, the coordinator, the leader."""
		holders = self._there(promise)
		here = tuple(who for who in holders if self._here(who))
		if not here and self._here(promise.otherwise):
			here = (promise.otherwise,)
		# What was told to named people alone is not for mentors to read where these have left.
		confided = promise.doctype == CONCERN and bool(holders)
		if not here and not confided and self._people and promise.student:
			here = tuple(self._people.of(promise.student))
		above = self._school.coordinator or self._school.leader
		return promise.held_by_these(here or ((above,) if above else ()))

	def _there(self, promise: Promise) -> tuple[str, ...]:
		"""Who has it in hand while somebody is away or has no task with the learner any more.

		Who reads a call for help is named, so that nobody stands in for them.
		"""
		people, student = self._people, promise.student
		if not (promise.held_by and people and student) or promise.doctype == CONCERN:
			return promise.held_by
		there = [other for who in promise.held_by for other in people.in_place_of(who, student) or [who]]
		if promise.kind == NEXT_STEP and not {
			*people.all_of(student),
			self._school.coordinator or "",
		}.intersection(promise.held_by):
			there += people.of(student)
		if promise.kind == MESSAGE:
			# What a family says of a plan is the holder's first, and the mentors' as any message.
			there += people.of(student)
		return tuple(dict.fromkeys(there))

	def _here(self, user: str) -> bool:
		if not user:
			return False
		if user not in self._known:
			self._known[user] = self._store.is_here(user)
		return self._known[user]

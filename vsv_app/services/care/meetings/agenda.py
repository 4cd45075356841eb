"""Who is on the agenda of a care meeting, and why: everything that stands unanswered, and what was promised last time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care import agenda as engine
from vsv_app.engine.care.agenda import Reason
from vsv_app.services.attendance import roll
from vsv_app.services.care import promises
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.care import care_meetings
from vsv_app.stores.queries.care.care_meetings import Decision, Meeting, OnAgenda
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.store import Store

TO_DISCUSS, DISCUSSED, NEXT_TIME = "To Discuss", "Discussed", "Next Time"
PLANNED, HELD, CALLED_OFF = "Planned", "Held", "Called Off"
OPEN, IN_PLAN, DONE, NOT_DONE = "Open", "In Plan", "Done", "Not Done"
ALL_PROMISES = timedelta(days=3650)
"""What was decided for a later day is spoken about too."""


@dataclass(frozen=True)
class Entry:
	"""A learner on the agenda: why, and what the meeting wrote down."""

	student: str
	name: str
	group: str | None
	status: str
	reasons: tuple[Reason, ...]
	why: str
	note: str
	decisions: tuple[Decision, ...]


def of(
	store: Store, school: School, calendar: SchoolCalendar, meeting: Meeting, today: date
) -> tuple[Entry, ...]:
	"""The agenda: of a meeting to come what stands now, of one that was held whom it spoke about."""
	written = care_meetings.learners(store, meeting.name)
	standing: Mapping[str, tuple[Reason, ...]] = {}
	if meeting.status == PLANNED:
		standing = engine.in_order(_reasons(store, school, calendar, meeting, today, written))
	decided: dict[str, list[Decision]] = {}
	for one in care_meetings.decided_at(store, meeting.name):
		decided.setdefault(one.student, []).append(one)
	students = list(dict.fromkeys([*standing, *written, *decided]))
	members = roll.own_groups(learners.memberships(store, today, today, students)) if students else {}
	names = learners.names(store, students) if students else {}
	return tuple(
		_entry(
			student,
			names,
			members,
			written.get(student),
			standing.get(student, ()),
			decided.get(student, []),
			held=meeting.status == HELD,
		)
		for student in students
	)


def still_open(store: Store, decisions: Iterable[Decision]) -> dict[str, bool | None]:
	"""Whether each decision was done; None where it stands open. What became an action of a plan is followed there."""
	some = list(decisions)
	in_plan = care_meetings.done_in_plan(store, [one.name for one in some if one.status == IN_PLAN])
	ended: dict[str, bool | None] = {DONE: True, NOT_DONE: False, "Dropped": False}
	return {one.name: ended.get(in_plan.get(one.name, one.status)) for one in some}


def _reasons(
	store: Store,
	school: School,
	calendar: SchoolCalendar,
	meeting: Meeting,
	today: date,
	written: Mapping[str, OnAgenda],
) -> Iterable[tuple[str, Reason]]:
	on = max(meeting.on, today)
	last = care_meetings.last_held(store, meeting.on, meeting.name)
	promised = care_meetings.decided_at(store, last.name) if last else []
	spoken_about = {one.name for one in promised if one.status != OPEN}
	spoken_about |= {one.name for one in care_meetings.decided_at(store, meeting.name)}
	for promise in promises.standing(store, school, calendar, today, until=on + ALL_PROMISES):
		reason = engine.of_promise(promise, on)
		# What is decided now is no reason. An action that a decision became bears its name, and is what was promised.
		if promise.student and reason is not None and not {promise.thing, promise.name} & spoken_about:
			yield promise.student, reason
	for why, signals in (
		(engine.ESCALATED, care_meetings.escalated(store)),
		(engine.TIER_THREE, care_meetings.of_tier_three(store)),
	):
		for one in signals:
			day = one.raised_on.date()
			yield (
				one.student,
				Reason(why, "Early Warning Signal", one.name, one.rule_title or "", day),
			)
	if last is not None:
		yield from _of_last_time(store, last, promised)
	for item in never_held(store, meeting, last, today):
		if not (item.student in written and written[item.student].added_by):
			yield item.student, Reason(engine.PUT_ON, who=item.added_by or "")
	for student, item in written.items():
		if item.added_by:
			yield student, Reason(engine.PUT_ON, who=item.added_by)


def never_held(store: Store, meeting: Meeting, last: Meeting | None, today: date) -> list[OnAgenda]:
	"""Whom somebody put on a meeting that passed without being held, since the one that was held last."""
	return care_meetings.never_held(store, last.on if last else None, min(meeting.on, today))


def _of_last_time(store: Store, last: Meeting, promised: list[Decision]) -> Iterable[tuple[str, Reason]]:
	"""What the last meeting promised and was answered since, or became an action; what stands open is a promise by itself."""
	done = still_open(store, promised)
	for one in promised:
		if one.status != OPEN:
			yield one.student, _promised(one, done[one.name])
	for student, item in care_meetings.learners(store, last.name).items():
		if item.status == NEXT_TIME:
			yield student, Reason(engine.NEXT_TIME, day=last.on)


def _promised(one: Decision, done: bool | None) -> Reason:
	return Reason(
		engine.LAST_TIME, "Care Decision", one.name, one.what, one.due_on, one.who, one.answer or "", done
	)


def _entry(
	student: str,
	names: Mapping[str, str],
	members: Mapping[str, Membership],
	item: OnAgenda | None,
	reasons: tuple[Reason, ...],
	decided: list[Decision],
	*,
	held: bool,
) -> Entry:
	own = members.get(student)
	return Entry(
		student,
		names.get(student) or student,
		own.group if own else None,
		item.status if item else DISCUSSED if decided and held else TO_DISCUSS,
		reasons,
		(item.why or "") if item else "",
		(item.note or "") if item else "",
		tuple(decided),
	)

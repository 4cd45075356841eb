"""Somebody is away: a colleague stands in for all their learners and groups, for a period, with a note.

AwayAlready(ValueError)   somebody stands in already in this period
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.access.roles import MENTOR
from vsv_app.engine.sentences import say
from vsv_app.services.mentors import ALERTED
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.learners import Mentoring
from vsv_app.stores.store import Store

SUBSTITUTE = "Substitute"
LONGEST_DAYS = 183
STANDS_IN = "You stand in for a colleague"
IS_AWAY = "A colleague stands in for you"
IS_BACK = "The colleague for whom you stood in is back"
ENDED = "You stand in for a colleague no more"
LONGEST_CHAIN = 10
"""A substitute may be away too, and have a substitute: so often at most."""


class AwayAlready(ValueError):
	"""A second period of being away that overlaps the first."""


def colleagues(store: Store, user: str, today: date) -> dict[str, str]:
	"""Who could stand in, by user what they are called: other mentors."""
	users = learners.people_with_role(store, MENTOR) or sorted(
		{one.mentor for one in learners.mentorings(store, today)}
	)
	others = [one for one in users if one not in (user, "Administrator", "Guest")]
	named = learners.full_names(store, others)
	return dict(sorted(((one, named.get(one, one)) for one in others), key=lambda pair: pair[1].casefold()))


def go_away(
	store: Store,
	user: str,
	now: datetime,
	*,
	substitute: str,
	from_date: date | str | None,
	to_date: date | str | None,
	note: str | None = None,
) -> dict[str, Any]:
	"""Somebody is away from a day up to and with another: the substitute gets the tasks of each day; both are told."""
	today = now.date()
	if substitute not in colleagues(store, user, today):
		raise ValueError(say("Choose a colleague who stands in."))
	start, end = _period(from_date, to_date, today)
	if _away_between(store, user, start, end):
		raise AwayAlready(
			say("Somebody stands in for you in these days already. Say first that you are back.")
		)
	if _away_between(store, substitute, start, end):
		raise ValueError(say("This colleague is away in these days too. Choose somebody else."))
	own = [
		one
		for one in learners.mentorings(store, start, user, until=end)
		if one.task in ALERTED and (one.student or one.group)
	]
	if not own:
		raise ValueError(say("You have no learners in these days."))
	name = learners.full_names(store, [substitute]).get(substitute)
	with store.transaction():
		made = [
			store.add_document(
				"Mentor Assignment",
				{
					"creation": now,
					"modified": now,
					"mentor": substitute,
					"mentor_name": name,
					"task": SUBSTITUTE,
					"student": one.student,
					"student_group": one.group,
					"from_date": max(start, one.from_date),
					"to_date": min(end, one.to_date or end),
					"stands_in_for": user,
					"came_back": 0,
					"hand_over_note": (note or "").strip() or None,
				},
			)
			for one in _each_once(own)
		]
		store.notify(substitute, STANDS_IN, "Mentor Assignment", made[0])
		store.notify(user, IS_AWAY, "Mentor Assignment", own[0].name)
	return {"away": away(store, user, today)}


def come_back(store: Store, user: str, now: datetime) -> dict[str, Any]:
	"""Somebody is back: what asks for something comes to them again; the substitute sees the learners until tonight."""
	today = now.date()
	standing = _standing_for(store, user, today)
	if not standing:
		raise ValueError(say("Nobody stands in for you."))
	begun = [one for one in standing if one.from_date <= today]
	ahead = [one.name for one in standing if one.from_date > today]
	names = [one.name for one in standing]
	with store.transaction():
		for one in standing:
			end_with(store, one, today, now, ended=names)
		for one in begun:
			store.change_document("Mentor Assignment", one.name, {"to_date": today, "came_back": 1}, now)
		if ahead:
			learners.forget_assignments(store, ahead)
		for substitute in sorted({one.mentor for one in standing}):
			about = next((one.name for one in begun if one.mentor == substitute), None)
			if about:
				store.notify(substitute, IS_BACK, "Mentor Assignment", about)
	return {"away": None}


def end_with(
	store: Store,
	task: Mentoring,
	last: date,
	now: datetime,
	*,
	ended: Collection[str] = (),
	depth: int = LONGEST_CHAIN,
) -> None:
	"""Whoever stands in for the holder of a task that ends does so to its last day, and so do their substitutes; each is told.

	`ended`: the tasks that end. What the same person has to do with these learners besides, keeps its substitute.
	"""
	gone = {task.name, *ended}
	held = [
		one
		for one in learners.mentorings(store, last, task.mentor, until=date.max)
		if one.name not in gone and one.task in ALERTED and _of_the_same(one, task)
	]
	if depth <= 0 or any(one.to_date is None for one in held):
		return
	last = max([last, *(one.to_date for one in held if one.to_date)])
	ending = [
		one
		for one in learners.stand_ins_for(store, task.mentor, last)
		if one.name not in gone and _of_the_same(one, task) and (one.to_date is None or one.to_date > last)
	]
	gone.update(one.name for one in ending)
	for one in ending:
		end_with(store, one, last, now, ended=gone, depth=depth - 1)
		if one.from_date > max(last, now.date()):
			learners.forget_assignments(store, [one.name])
			continue
		until = max(last, one.from_date)
		if until != one.to_date:
			store.change_document("Mentor Assignment", one.name, {"to_date": until}, now)
			store.notify(one.mentor, ENDED, "Mentor Assignment", one.name)


def away(store: Store, user: str, today: date) -> dict[str, Any] | None:
	"""Who stands in for somebody, from when to when, and what they were told; None where nobody does."""
	standing = _standing_for(store, user, today)
	if not standing:
		return None
	first = standing[0]
	return {
		"substitute": first.mentor,
		"substitute_name": first.mentor_name or first.mentor,
		"from": min(one.from_date for one in standing).isoformat(),
		"to": max(one.to_date or one.from_date for one in standing).isoformat(),
		"note": first.note or "",
		"now": any(one.from_date <= today for one in standing),
	}


def standing_in(store: Store, user: str, today: date) -> list[dict[str, Any]]:
	"""For whom somebody stands in today, until when, for which groups and learners, with the note."""
	tasks: dict[str, list[Mentoring]] = {}
	for one in learners.mentorings(store, today, user):
		if one.away:
			tasks.setdefault(one.away, []).append(one)
	named = learners.full_names(store, sorted(tasks))
	singles = sorted({one.student for some in tasks.values() for one in some if one.student})
	called = learners.names(store, singles) if singles else {}
	return [
		{
			"for": person,
			"for_name": named.get(person, person),
			"until": max(one.to_date or today for one in some).isoformat(),
			"note": next((one.note for one in some if one.note), ""),
			"groups": [one.group or called.get(one.student or "", one.student) for one in some],
		}
		for person, some in tasks.items()
	]


def _of_the_same(one: Mentoring, other: Mentoring) -> bool:
	return (one.group, one.student) == (other.group, other.student)


def _standing_for(store: Store, user: str, day: date) -> list[Mentoring]:
	return [one for one in learners.stand_ins_for(store, user, day) if not one.came_back]


def _each_once(tasks: Iterable[Mentoring]) -> list[Mentoring]:
	return list({(one.group, one.student, one.from_date): one for one in tasks}.values())


def _away_between(store: Store, user: str, start: date, end: date) -> bool:
	return any(
		one.from_date <= end and one.to_date and start <= one.to_date
		for one in _standing_for(store, user, start)
	)


def _period(from_date: date | str | None, to_date: date | str | None, today: date) -> tuple[date, date]:
	try:
		start, end = (
			day if isinstance(day, date) else date.fromisoformat(day) if day else None
			for day in (from_date, to_date)
		)
	except ValueError:
		raise ValueError(say("Choose a day.")) from None
	start = start or today
	if end is None or not today <= start <= end <= start + timedelta(days=LONGEST_DAYS):
		raise ValueError(say("Choose from which day to which, from today on and at most half a year."))
	return start, end

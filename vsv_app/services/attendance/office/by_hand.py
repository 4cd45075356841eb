"""A check-in by hand: a learner forgot the badge, and somebody at school notes that they came in.

It counts as a tap of this minute, stays on record with who noted it, and can be taken back on the same day.

NotPossible(ValueError)   what somebody says cannot be so; the sentence says why
"""

from dataclasses import dataclass
from datetime import datetime

from vsv_app.engine.sentences import say
from vsv_app.services.attendance import day_close, roll
from vsv_app.services.attendance.office.not_in import NotPossible
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import check_ins, office_day
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.store import Store

MOST_FOUND, MOST_ASKED = 8, 60


@dataclass(frozen=True)
class Found:
	"""A learner whose name fits. `came`: the first check-in of today."""

	student: str
	name: str
	group: str
	came: datetime | None = None


@dataclass(frozen=True)
class CheckedIn:
	"""A check-in by hand. `marked`: what a person has written of the day already, which stays."""

	name: str
	student: str
	student_name: str
	at: datetime
	marked: str = ""


def find(store: Store, text: str, now: datetime) -> list[Found]:
	"""Learners of a group of today whose name has all the words, those whose name begins so first."""
	words = text.casefold().split()
	if not words:
		return []
	named = office_day.named_like(store, words)[:MOST_ASKED]
	members = roll.own_groups(
		learners.memberships(store, now.date(), now.date(), [one for one, _name in named])
	)
	came: dict[str, datetime] = {}
	for tap in check_ins.taps(store, now.date(), sorted(members)):
		came.setdefault(tap.student, tap.at)
	found = [
		Found(student, name, members[student].group, came.get(student))
		for student, name in named
		if student in members
	]
	found.sort(key=lambda one: (not one.name.casefold().startswith(words[0]), one.name))
	return found[:MOST_FOUND]


def check_in(store: Store, school: School, student: str, now: datetime) -> CheckedIn:
	"""The learner comes in now; `now` is naive, the school's own."""
	member = _member(store, student, now)
	at = now.replace(microsecond=0)
	sent_as = at.replace(tzinfo=school.zone).isoformat(timespec="milliseconds")
	name = office_day.check_in(store, student, member.student_name, at, sent_as, store.acting_user)
	day_close.write_days(store, now.date(), now, [student])
	marked = [
		one.status
		for one in office_day.away(store, now.date())
		if one.student == student and one.source != roll.MACHINE and not one.lesson
	]
	return CheckedIn(name, student, member.student_name, at, marked[0] if marked else "")


def take_back(store: Store, name: str, now: datetime) -> str:
	"""A check-in that the acting user noted today was none; returns the learner."""
	known = office_day.check_in_by_hand(store, name)
	if known is None or known[3] == office_day.TAKEN_BACK:
		raise NotPossible(say("This check-in was taken back already."))
	student, day, by, _outcome = known
	if by != store.acting_user or day != now.date():
		raise NotPossible(say("A check-in by hand is taken back on its own day, by who noted it."))
	office_day.take_back(store, name, by, now)
	day_close.write_days(store, day, now, [student])
	return student


def _member(store: Store, student: str, now: datetime) -> Membership:
	members = roll.own_groups(learners.memberships(store, now.date(), now.date(), [student]))
	if student not in members:
		raise NotPossible(say("This learner is in no group of this school year."))
	return members[student]

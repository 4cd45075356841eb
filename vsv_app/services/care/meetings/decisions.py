"""What a care meeting writes down: who is spoken about, what was concluded, and who does what by when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.sentences import say
from vsv_app.services.care.meetings import agenda
from vsv_app.services.care.meetings.agenda import (
	CALLED_OFF,
	DISCUSSED,
	DONE,
	HELD,
	IN_PLAN,
	NEXT_TIME,
	NOT_DONE,
	OPEN,
	PLANNED,
	TO_DISCUSS,
)
from vsv_app.stores.queries.care import care_meetings
from vsv_app.stores.queries.care.care_meetings import Decision, Meeting, OnAgenda
from vsv_app.stores.queries.sql import VALUE, delete
from vsv_app.stores.store import Store

SUBJECT = "The care meeting asks something of you"
ANSWERED = "Something that the care meeting decided was answered"
SPOKEN_ABOUT = "The care meeting spoke about a learner whom you put on its agenda"
PUT_OFF = "The care meeting put off a learner whom you put on its agenda, to its next meeting"
LONGEST = 500
"""Characters of a decision, a conclusion or an answer: a sentence or two."""


class NotPossible(ValueError):
	"""Something that a meeting cannot write down as it was said; the sentence says what to change."""


def put_on(store: Store, meeting: Meeting, student: str, name: str, by: str, now: datetime) -> None:
	"""Somebody wants a learner to be spoken about."""
	_check_planned(meeting)
	with store.transaction():
		known = care_meetings.learners(store, meeting.name).get(student)
		if known is None:
			_add(store, meeting, student, name, now, added_by=by)
		else:
			_add_askers(store, known, [by], now)


def conclude(
	store: Store,
	meeting: Meeting,
	student: str,
	name: str,
	group: str | None,
	now: datetime,
	*,
	note: str = "",
	why: Sequence[str] = (),
	status: str = DISCUSSED,
) -> None:
	"""Write down what the meeting found about a learner, or that it comes back next time."""
	_check_planned(meeting)
	if status not in (DISCUSSED, NEXT_TIME, TO_DISCUSS):
		raise NotPossible("A learner is discussed, or put off to next time.")
	values = {"status": status, "note": _short(note), "student_group": group, "why": "\n".join(why)}
	with store.transaction():
		known = care_meetings.learners(store, meeting.name).get(student)
		if known is None:
			_add(store, meeting, student, name, now, **values)
		else:
			store.change_document("Care Meeting Learner", known.name, values, now)


def decide(
	store: Store,
	meeting: Meeting,
	student: str,
	name: str,
	by: str,
	now: datetime,
	*,
	what: str,
	who: str,
	due: date | None,
	in_plan: bool = False,
) -> str:
	"""Somebody is to do something by a day: an action of the learner's running plan, or a promise of its own."""
	_check_planned(meeting)
	missing = []
	if not what.strip():
		missing.append("Say what is to be done.")
	if not who:
		missing.append("Say who does it.")
	if due is None:
		missing.append("Say by which day.")
	elif due < now.date():
		missing.append("The day has passed. Choose a later one.")
	plan = care_meetings.running_plan(store, student) if in_plan else None
	if in_plan and plan is None:
		missing.append("This learner has no plan that is being carried out. It can be a promise of its own.")
	if missing:
		raise NotPossible(missing[0])
	with store.transaction():
		made = store.add_document(
			"Care Decision",
			{
				"creation": now,
				"modified": now,
				"student": student,
				"student_name": name,
				"meeting": meeting.name,
				"what": _short(what),
				"who": who,
				"due_on": due,
				"status": IN_PLAN if plan else OPEN,
				"decided_by": by,
				"decided_on": now.date(),
				"plan": plan,
			},
		)
		decided = care_meetings.decision(store, made)
		if plan and decided:
			care_meetings.add_action(store, plan, decided, now)
		if who != by:
			about = ("Support Plan", plan) if plan else ("Care Decision", made)
			if store.may_open(who, *about):
				store.notify(who, SUBJECT, *about)
			else:
				store.notify(who, SUBJECT, "Care Decision", made)
	return made


def take_back(store: Store, meeting: Meeting, name: str) -> None:
	"""A decision that was written down by mistake, while the meeting goes on; one that is in a plan is changed there."""
	_check_planned(meeting)
	decision = _decision(store, name)
	if decision.meeting != meeting.name or decision.status != OPEN:
		raise NotPossible("This is followed already, and stays as it was written.")
	with store.transaction():
		store.run(delete(care_meetings.DECISION).where(care_meetings.DECISION.name == VALUE), [name])


def answer(store: Store, name: str, by: str, now: datetime, *, done: bool, words: str = "") -> Decision:
	"""Who was asked says what came of it; who asked is told."""
	decision = _decision(store, name)
	if decision.status != OPEN:
		raise NotPossible("This was answered already.")
	if not done and not words.strip():
		raise NotPossible("Say in a few words why it was not done.")
	with store.transaction():
		_answer(store, decision, by, now, done=done, words=words)
	return decision


def follow_plan(
	store: Store,
	plan: str,
	actions: Mapping[str, str],
	by: str,
	now: datetime,
	*,
	closed: bool,
	only: str = "",
) -> None:
	"""What became of decisions that are actions of a plan (status by name); what it leaves undone is a promise again.

	`only`: of this one decision alone.
	"""
	with store.transaction():
		for decision in care_meetings.followed_in(store, plan):
			if only and decision.name != only:
				continue
			_follow(store, decision, actions.get(decision.name), by, now, over=closed)


def follow_plans(store: Store, now: datetime) -> int:
	"""Bring every decision in step with its plan, also where the plan changed unseen or is gone; returns how many changed."""
	followed = care_meetings.followed(store)
	stand = care_meetings.plans_that_stand(store, sorted({one.plan for one in followed if one.plan}))
	actions = care_meetings.done_in_plan(store, [one.name for one in followed])
	with store.transaction():
		return sum(
			_follow(
				store, one, actions.get(one.name), store.acting_user or "", now, over=one.plan not in stand
			)
			for one in followed
		)


def hold(store: Store, meeting: Meeting, now: datetime) -> None:
	"""The meeting is over: its minutes stand, and whom somebody put on it and nobody spoke about comes back next time."""
	_check_planned(meeting)
	if meeting.on > now.date():
		raise NotPossible("The meeting lies ahead. Change its day, or close it when it was held.")
	with store.transaction():
		written = care_meetings.learners(store, meeting.name)
		decided = {one.student for one in care_meetings.decided_at(store, meeting.name)}
		for item in written.values():
			if item.status == TO_DISCUSS:
				status = DISCUSSED if item.student in decided else NEXT_TIME
				store.change_document("Care Meeting Learner", item.name, {"status": status}, now)
		carried = _put_off(store, meeting, now.date())
		for item in carried:
			if item.student not in {*written, *decided}:
				name = item.student_name or item.student
				written[item.student] = _add(store, meeting, item.student, name, now, status=NEXT_TIME)
		asked = care_meetings.askers(store, [*carried, *written.values()])
		for student, users in asked.items():
			if student in written:
				_add_askers(store, written[student], users, now)
		care_meetings.close(store, meeting.name, HELD, now)
		_tell_who_asked(store, meeting, asked)


def _tell_who_asked(store: Store, meeting: Meeting, asked: Mapping[str, Sequence[str]]) -> None:
	"""Whoever put a learner on the agenda hears what became of it, and finds there as much of it as is theirs to read."""
	written = care_meetings.learners(store, meeting.name)
	for student, users in asked.items():
		item = written.get(student)
		subject = PUT_OFF if item is not None and item.status == NEXT_TIME else SPOKEN_ABOUT
		for who in users:
			if who == store.acting_user:
				continue
			about = ("Care Meeting", meeting.name)
			if item is not None and store.may_open(who, "Care Meeting Learner", item.name):
				about = ("Care Meeting Learner", item.name)
			store.notify(who, subject, *about)


def _put_off(store: Store, meeting: Meeting, today: date) -> list[OnAgenda]:
	"""Whom the last meeting put off to this one, or one in between that was never held was to speak about."""
	last = care_meetings.last_held(store, meeting.on, meeting.name)
	items = agenda.never_held(store, meeting, last, today)
	if last is not None:
		before = care_meetings.learners(store, last.name).values()
		items += [item for item in before if item.status == NEXT_TIME]
	return items


def _follow(
	store: Store, decision: Decision, action: str | None, by: str, now: datetime, *, over: bool
) -> bool:
	"""What became of a decision's action in a plan, becomes of the decision; returns whether anything changed."""
	if action in ("Done", "Dropped"):
		_answer(store, decision, by, now, done=action == "Done", words="")
	elif over or action is None:
		store.change_document("Care Decision", decision.name, {"status": OPEN, "plan": None}, now)
	else:
		return False
	return True


def _answer(store: Store, decision: Decision, by: str, now: datetime, *, done: bool, words: str) -> None:
	store.change_document(
		"Care Decision",
		decision.name,
		{
			"status": DONE if done else NOT_DONE,
			"answer": _short(words),
			"answered_by": by,
			"answered_on": now,
		},
		now,
	)
	if decision.decided_by and decision.decided_by != by:
		store.notify(decision.decided_by, ANSWERED, "Care Decision", decision.name)


def _add(store: Store, meeting: Meeting, student: str, name: str, now: datetime, **values: Any) -> OnAgenda:
	store.add_document(
		"Care Meeting Learner",
		{
			"creation": now,
			"modified": now,
			"meeting": meeting.name,
			"meeting_on": meeting.on,
			"student": student,
			"student_name": name,
			"status": TO_DISCUSS,
			**values,
		},
	)
	return care_meetings.learners(store, meeting.name)[student]


def _add_askers(store: Store, item: OnAgenda, users: Sequence[str], now: datetime) -> None:
	"""Who asks first is who put the learner on; the others stand beside."""
	known = care_meetings.askers(store, [item])[item.student]
	new = [user for user in dict.fromkeys(users) if user not in known]
	if new and not item.added_by:
		first, *new = new
		store.change_document("Care Meeting Learner", item.name, {"added_by": first}, now)
		known = [first]
	if new:
		care_meetings.add_askers(store, item.name, new, len(known) - 1, now)


def _decision(store: Store, name: str) -> Decision:
	found = care_meetings.decision(store, name)
	if found is None:
		raise NotPossible("This decision is not there any more.")
	return found


def _check_planned(meeting: Meeting) -> None:
	if meeting.status == CALLED_OFF:
		raise NotPossible("This meeting was called off. What is new belongs to the next one.")
	if meeting.status != PLANNED:
		raise NotPossible("This meeting was held. What is new belongs to the next one.")


def _short(text: str) -> str:
	text = text.strip()
	if len(text) > LONGEST:
		raise NotPossible(say("Please write no more than {0} characters.", str(LONGEST)))
	return text

"""A care meeting on both stores: its agenda fills itself, and what it decides comes back until it is done."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, A2, A3, B1, COORDINATOR, LEADER, MENTORS, TODAY, World, at
from vsv_app.engine.care import agenda as why
from vsv_app.services.care import mentor_board, plans, promises, reminders
from vsv_app.services.care.meetings import agenda, decisions
from vsv_app.services.care.mentor_board import NotYours
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_meetings
from vsv_app.stores.queries.care.care_meetings import Meeting
from vsv_app.stores.queries.sql import VALUE, table, update
from vsv_app.stores.sqlite_store import SqliteStore

NOW = at("18:00")
MENTOR = MENTORS["T-1A"]


def meet(world: World, on: date = TODAY) -> Meeting:
	name = world.store.add_document(
		"Care Meeting",
		{"creation": NOW, "modified": NOW, "meeting_on": on, "status": "Planned", "chair": COORDINATOR},
	)
	found = care_meetings.meeting(world.store, name)
	assert found is not None
	return found


def on_agenda(
	world: World, meeting: Meeting, today: date = TODAY
) -> dict[str, list[tuple[str, bool | None]]]:
	"""(why, whether it was done) by learner of this school, in the order of the agenda."""
	found = agenda.of(world.store, world.school, calendar.load(world.store), meeting, today)
	return {
		one.student: [(reason.why, reason.done) for reason in one.reasons]
		for one in found
		if one.student.startswith("T-1")
	}


def again(world: World, meeting: Meeting) -> Meeting:
	found = care_meetings.meeting(world.store, meeting.name)
	assert found is not None
	return found


def decide(world: World, meeting: Meeting, student: str = A2, **values: object) -> str:
	said: dict[str, object] = {
		"what": "Visit the family",
		"who": MENTOR,
		"due": TODAY + timedelta(days=7),
		**values,
	}
	return decisions.decide(world.store, meeting, student, student, COORDINATOR, NOW, **said)  # type: ignore[arg-type]


def running_plan(world: World, **rows: list[dict[str, object]]) -> str:
	"""A plan of A2 that is being carried out."""
	stated = {"student": A2, "status": "Draft", "responsible": MENTOR, "cause": "x"}
	plan = world.store.add_document("Support Plan", {"creation": NOW, "modified": NOW, **stated}, rows)
	p = table("Support Plan")
	world.store.run(update(p, "status").where(p.name == VALUE), ["Active", plan])
	return plan


@pytest.fixture
def may_open(world: World) -> None:
	"""A site reminds only those who may open the decision."""
	if isinstance(world.store, SqliteStore):
		return
	import frappe

	for user, role in ((MENTOR, "School Mentor"), (COORDINATOR, "Care Team Coordinator")):
		frappe.get_doc(
			doctype="Has Role", parent=user, parenttype="User", parentfield="roles", role=role
		).db_insert()
		frappe.clear_cache(user=user)


def test_an_escalated_signal_is_on_the_agenda_by_itself(world: World) -> None:
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1])
	evaluation.evaluate_now(world.store, world.school, NOW)
	meeting = meet(world)
	assert A1 not in on_agenda(world, meeting)
	nightly.escalate(world.store, world.school, NOW + timedelta(days=9))
	assert (why.ESCALATED, None) in on_agenda(world, meeting)[A1]


def test_a_review_of_this_week_is_spoken_about_and_a_later_one_is_not(world: World) -> None:
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1])
	evaluation.evaluate_now(world.store, world.school, NOW)
	((signal,), *_more) = world.rows("Early Warning Signal", "name", student=A1)
	plan = plans.start(world.store, A1, A1, MENTOR, NOW, [signal])["plan"]
	p = table("Support Plan")
	meeting = meet(world)
	for ahead, on in ((10, False), (6, True), (-1, True)):
		values = ["Active", TODAY + timedelta(days=ahead), plan]
		world.store.run(update(p, "status", "next_review").where(p.name == VALUE), values)
		found = on_agenda(world, meeting).get(A1, [])
		assert ((why.REVIEW, None) in found) is on


def test_somebody_puts_a_learner_on_it_and_who_was_not_spoken_about_comes_back(world: World) -> None:
	meeting = meet(world)
	decisions.put_on(world.store, meeting, B1, B1, MENTOR, NOW)
	decisions.put_on(world.store, meeting, B1, B1, COORDINATOR, NOW)
	assert on_agenda(world, meeting) == {B1: [(why.PUT_ON, None)]}
	decisions.hold(world.store, meeting, NOW)
	following = meet(world, TODAY + timedelta(days=14))
	assert on_agenda(world, following) == {B1: [(why.NEXT_TIME, None)]}


def test_a_decision_is_a_promise_that_climbs_until_it_is_answered(world: World, may_open: None) -> None:
	meeting = meet(world)
	name = decide(world, meeting)
	timetable = calendar.load(world.store)

	def waits(user: str, day: date) -> list[str]:
		found = promises.waiting_for(world.store, world.school, timetable, user, day)
		return [one.name for one in found if one.kind == "Decision"]

	due = TODAY + timedelta(days=7)
	assert waits(MENTOR, TODAY) == []
	assert waits(MENTOR, due - timedelta(days=1)) == [name]
	for day in range(8, 30):
		reminders.send(world.store, world.school, timetable, NOW + timedelta(days=day), notice_days=60)
	told = [row[:2] for row in world.rows("Care Reminder", "recipient", "level", reference_name=name)]
	assert sorted(told) == sorted([(MENTOR, "Mentor"), (COORDINATOR, "Coordinator"), (LEADER, "Leader")])
	decisions.answer(world.store, name, MENTOR, NOW, done=True, words="They came to school together.")
	assert waits(MENTOR, due) == []
	with pytest.raises(decisions.NotPossible):
		decisions.answer(world.store, name, MENTOR, NOW, done=True)


def test_the_next_meeting_sees_what_was_promised_and_whether_it_was_done(world: World) -> None:
	meeting = meet(world)
	done, open_still = decide(world, meeting, A2), decide(world, meeting, A3)
	decisions.hold(world.store, meeting, NOW)
	decisions.answer(world.store, done, MENTOR, NOW, done=True)
	following = meet(world, TODAY + timedelta(days=14))
	found = on_agenda(world, following)
	assert found == {A2: [(why.LAST_TIME, True)], A3: [(why.LAST_TIME, None)]}
	decisions.answer(world.store, open_still, MENTOR, NOW, done=False, words="Nobody opened the door.")
	assert on_agenda(world, following)[A3] == [(why.LAST_TIME, False)]


def test_a_decision_becomes_an_action_of_a_plan_that_runs_and_is_followed_there(world: World) -> None:
	meeting = meet(world)
	with pytest.raises(decisions.NotPossible, match="no plan"):
		decide(world, meeting, A2, in_plan=True)
	plan = running_plan(world, actions=[{"what": "A talk a week", "status": "Planned"}])
	name = decide(world, meeting, A2, in_plan=True)
	actions = world.rows("Support Plan Action", "what", "who", "to_date", "idx", parent=plan)
	assert sorted(actions, key=lambda row: row[3])[1] == (
		"Visit the family",
		MENTOR,
		TODAY + timedelta(days=7),
		2,
	)
	until = TODAY + timedelta(days=9)
	standing = promises.standing(world.store, world.school, calendar.load(world.store), TODAY, until=until)
	assert [one.kind for one in standing if one.student == A2] == ["Action"]
	decisions.hold(world.store, meeting, NOW)
	following = meet(world, TODAY + timedelta(days=14))
	assert on_agenda(world, following)[A2] == [(why.LAST_TIME, None)]
	a = table("Support Plan Action")
	world.store.run(update(a, "status").where(a.name == VALUE), ["Done", name])
	assert on_agenda(world, following)[A2] == [(why.LAST_TIME, True)]


@pytest.mark.parametrize(
	("field", "says", "became"),
	[
		(None, None, ("In Plan", True)),
		("status of action", "Done", ("Done", True)),
		("status of action", "Dropped", ("Not Done", True)),
		("status of plan", "Closed", ("Open", False)),
		("name of plan", "gone", ("Open", False)),
	],
)
def test_the_night_brings_a_decision_in_step_with_its_plan(
	world: World, field: str | None, says: str, became: tuple[str, bool]
) -> None:
	plan = running_plan(world)
	p, a = table("Support Plan"), table("Support Plan Action")
	name = decide(world, meet(world), A2, in_plan=True)
	column, _of, which = (field or "").partition(" of ")
	if which:
		of, key = (p, plan) if which == "plan" else (a, name)
		world.store.run(update(of, column).where(of.name == VALUE), [says, key])
	for _twice in range(2):
		nightly.look_again(world.store, world.school, NOW)
	((status, its_plan),) = world.rows("Care Decision", "status", "plan", name=name)
	assert (status, bool(its_plan)) == became


def test_who_is_put_off_comes_back_until_somebody_speaks_about_them(world: World) -> None:
	meeting = meet(world)
	decisions.put_on(world.store, meeting, B1, B1, MENTOR, NOW)
	decisions.hold(world.store, meeting, NOW)
	for weeks in (1, 2):
		day = timedelta(days=7 * weeks)
		meeting = meet(world, TODAY + day)
		assert on_agenda(world, meeting, TODAY + day) == {B1: [(why.NEXT_TIME, None)]}
		decisions.hold(world.store, meeting, NOW + day)
	meeting = meet(world, TODAY + timedelta(days=21))
	decisions.conclude(world.store, meeting, B1, B1, "T-1B", NOW)
	decisions.hold(world.store, meeting, NOW + timedelta(days=21))
	assert on_agenda(world, meet(world, TODAY + timedelta(days=28))) == {}


def test_who_was_put_on_a_meeting_that_was_never_held_reaches_the_next(world: World) -> None:
	missed = meet(world)
	decisions.put_on(world.store, missed, B1, B1, MENTOR, NOW)
	week = timedelta(days=7)
	following = meet(world, TODAY + week)
	assert on_agenda(world, following) == {}, "It can be held still."
	assert on_agenda(world, following, TODAY + week) == {B1: [(why.PUT_ON, None)]}
	decisions.hold(world.store, following, NOW + week)
	third = meet(world, TODAY + 2 * week)
	assert on_agenda(world, third, TODAY + 2 * week) == {B1: [(why.NEXT_TIME, None)]}
	decisions.conclude(world.store, third, B1, B1, "T-1B", NOW)
	decisions.hold(world.store, third, NOW + 2 * week)
	assert on_agenda(world, meet(world, TODAY + 3 * week), TODAY + 3 * week) == {}


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"what": " "}, "what is to be done"),
		({"who": ""}, "who does it"),
		({"due": None}, "by which day"),
		({"due": TODAY - timedelta(days=1)}, "has passed"),
		({"what": "x" * 501}, "no more than 500"),
	],
)
def test_a_decision_says_what_who_and_when(world: World, values: dict[str, object], sentence: str) -> None:
	meeting = meet(world)
	with pytest.raises(decisions.NotPossible, match=sentence):
		decide(world, meeting, **values)
	assert world.rows("Care Decision", "name", student=A2) == []


def test_the_minutes_of_a_meeting_that_was_held_stand(world: World) -> None:
	meeting = meet(world)
	name = decide(world, meeting)
	decisions.conclude(
		world.store, meeting, A2, A2, "T-1A", NOW, note="Sleeps badly.", why=["Signal escalated"]
	)
	mistaken = decide(world, meeting, what="A slip")
	decisions.take_back(world.store, meeting, mistaken)
	decisions.hold(world.store, meeting, NOW)
	held = again(world, meeting)
	(entry,) = agenda.of(world.store, world.school, calendar.load(world.store), held, TODAY)
	assert (entry.student, entry.status, entry.why, entry.note) == (
		A2,
		"Discussed",
		"Signal escalated",
		"Sleeps badly.",
	)
	assert [one.name for one in entry.decisions] == [name]
	for late in (
		lambda: decide(world, held),
		lambda: decisions.put_on(world.store, held, B1, B1, MENTOR, NOW),
		lambda: decisions.take_back(world.store, held, name),
		lambda: decisions.hold(world.store, held, NOW),
	):
		with pytest.raises(decisions.NotPossible, match="was held"):
			late()


def test_it_is_answered_on_the_board_by_who_was_asked(world: World) -> None:
	name = decide(world, meet(world))
	for who in (COORDINATOR, MENTORS["T-1B"]):
		with pytest.raises(NotYours):
			mentor_board.act(world.store, who, {"action": "decision_done", "decision": name}, NOW)
	with pytest.raises(decisions.NotPossible, match="few words"):
		mentor_board.act(world.store, MENTOR, {"action": "decision_not_done", "decision": name}, NOW)
	said = {"action": "decision_not_done", "decision": name, "note": "Nobody is at home."}
	assert mentor_board.act(world.store, MENTOR, said, NOW) == {"student": A2, "decision": name}
	assert world.rows("Care Decision", "status", "answer", name=name) == [("Not Done", "Nobody is at home.")]


def test_the_learners_timeline_tells_of_it(world: World) -> None:
	meeting = meet(world)
	name = decide(world, meeting, A1)
	decisions.conclude(world.store, meeting, A1, A1, "T-1A", NOW, note="Sleeps badly.")
	decisions.answer(world.store, name, MENTOR, NOW + timedelta(hours=1), done=True, words="We were there.")
	told = mentor_board.timeline_of(world.store, MENTOR, A1, TODAY)
	assert [(one["title"], one["text"]) for one in told if one["kind"] in ("Meeting", "Decision")] == [
		("What became of a decision", "Done\nWe were there."),
		("Decision of the care meeting", "Visit the family"),
		("Discussed in the care meeting", "Sleeps badly."),
	]


def test_a_meeting_that_lies_ahead_is_not_over(world: World) -> None:
	meeting = meet(world, TODAY + timedelta(days=1))
	with pytest.raises(decisions.NotPossible, match="lies ahead"):
		decisions.hold(world.store, meeting, NOW)


def test_who_put_a_learner_on_hears_what_became_of_it(world: World) -> None:
	meeting = meet(world)
	for student in (A1, A2, A3):
		decisions.put_on(world.store, meeting, student, student, MENTOR, NOW)
	decisions.conclude(world.store, meeting, A1, A1, "T-1A", NOW)
	decide(world, meeting, A2)
	meet(world, TODAY + timedelta(days=14))
	decisions.hold(world.store, meeting, NOW)
	subjects = told(world, MENTOR)
	assert subjects.count(decisions.SPOKEN_ABOUT) == 2
	assert subjects.count(decisions.PUT_OFF) == 1
	timeline = mentor_board.timeline_of(world.store, MENTOR, A3, TODAY)
	assert [one["title"] for one in timeline if one["kind"] == "Meeting"] == [
		"Put off by the care meeting, to that of 8 December"
	]


def test_who_asked_hears_too_when_a_later_meeting_speaks_of_it(world: World) -> None:
	first = meet(world, TODAY - timedelta(days=14))
	decisions.put_on(world.store, first, A1, A1, MENTOR, NOW)
	decisions.hold(world.store, first, NOW)
	second = meet(world)
	decisions.conclude(world.store, second, A1, A1, "T-1A", NOW)
	decisions.hold(world.store, second, NOW)
	assert told(world, MENTOR) == [decisions.PUT_OFF, decisions.SPOKEN_ABOUT]


def told(world: World, user: str) -> list[str]:
	"""What the bell said about learners whom somebody put on an agenda, in its order."""
	return [
		subject
		for subject, _name in world.bell(user)
		if subject in (decisions.SPOKEN_ABOUT, decisions.PUT_OFF)
	]


def test_everybody_who_asked_hears_of_it_also_at_the_meetings_after(world: World) -> None:
	one, two, three = MENTOR, MENTORS["T-1B"], LEADER
	first = meet(world, TODAY - timedelta(days=14))
	for who in (one, two, one, two):
		decisions.put_on(world.store, first, B1, B1, who, NOW)
	decisions.hold(world.store, first, NOW)
	assert [told(world, who) for who in (one, two, three)] == [[decisions.PUT_OFF], [decisions.PUT_OFF], []]
	second = meet(world, TODAY - timedelta(days=7))
	decisions.put_on(world.store, second, B1, B1, three, NOW)
	decisions.hold(world.store, second, NOW)
	assert [len(told(world, who)) for who in (one, two, three)] == [2, 2, 1]
	third = meet(world)
	decisions.conclude(world.store, third, B1, B1, "T-1B", NOW)
	decisions.hold(world.store, third, NOW)
	spoken = [told(world, who)[-1] for who in (one, two, three)]
	assert spoken == [decisions.SPOKEN_ABOUT] * 3
	assert [len(told(world, who)) for who in (one, two, three)] == [3, 3, 2]


def test_who_asks_for_a_learner_on_the_agenda_by_itself_is_told_too(world: World) -> None:
	meeting = meet(world)
	decisions.conclude(world.store, meeting, B1, B1, "T-1B", NOW)
	decisions.put_on(world.store, meeting, B1, B1, MENTOR, NOW)
	decisions.put_on(world.store, meeting, B1, B1, LEADER, NOW)
	decisions.hold(world.store, meeting, NOW)
	assert told(world, MENTOR) == told(world, LEADER) == [decisions.SPOKEN_ABOUT]

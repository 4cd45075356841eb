"""From the board: talks with their next steps, answers to families, calls for help, being away, and the timeline."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.services.world import A1, A2, A4, B1, COORDINATOR, LEADER, LEARNERS, MENTORS, TODAY, World, at
from vsv_app.engine.care import promises as kinds
from vsv_app.services import mentors, substitutes
from vsv_app.services.care import contacts, digest, mentor_board, promises, reminders
from vsv_app.services.care.board import contesting
from vsv_app.services.care.board import waiting as waiting_for
from vsv_app.services.care.mentor_board import NotYours
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import contact_log
from vsv_app.stores.queries.signals import facts

MENTOR, OTHER = MENTORS["T-1A"], MENTORS["T-1B"]
THIRD = COORDINATOR
"""Who stands in where neither of the mentors is there."""


@pytest.fixture
def school(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
	"""On a site the days of these tests lie ahead of its clock, so that an assignment gives nobody a right to open things."""
	if hasattr(world.store, "_commits"):
		import frappe

		from vsv_app.vsv_app.doctype.contact_log import contact_log as controller

		monkeypatch.setattr(controller, "GRACE_MINUTES", 20 * 366 * 24 * 60)
		for user in (*MENTORS.values(), THIRD):
			for role in ("School Mentor", "Care Team Coordinator"):
				row = {"parent": user, "parenttype": "User", "parentfield": "roles", "role": role}
				frappe.get_doc(doctype="Has Role", **row).db_insert()
			frappe.clear_cache(user=user)
	return world


def act(
	world: World, kind: str, clock: str = "09:00", day: date = TODAY, by: str = MENTOR, **more: Any
) -> dict:
	action = {"action": kind, "student": A1, **more}
	return mentor_board.act(world.store, by, action, at(clock, day))


def overview(world: World, by: str = MENTOR, clock: str = "10:00", day: date = TODAY) -> dict:
	return mentor_board.overview(world.store, world.school, by, at(clock, day))


def waiting(world: World, kind: str, by: str = MENTOR, clock: str = "10:00", day: date = TODAY) -> list[dict]:
	return [one for one in overview(world, by, clock, day)["waiting"] if one["kind"] == kind]


def log(world: World, name: str) -> dict:
	fields = (
		"with_whom", "person_name", "not_reached", "channel", "contact_on", "contact_by", "note", "agreed", "next_step",
		"next_step_on", "next_step_done",
	)  # fmt: skip
	((row),) = world.rows("Contact Log", *fields, name=name)
	return dict(zip(fields, row, strict=True))


# talks


def test_a_talk_needs_no_more_than_how_it_was_held(school: World) -> None:
	done = act(school, "log_talk", channel="In Person")
	kept = log(school, done["contact"])
	assert (kept["with_whom"], kept["not_reached"], kept["contact_on"]) == ("Learner", 0, at("09:00"))
	assert (kept["next_step_on"], waiting(school, kinds.NEXT_STEP)) == (None, [])


def test_a_talk_says_with_whom_when_whether_they_were_reached_and_what_was_agreed(school: World) -> None:
	done = act(
		school, "log_talk", channel="Phone Call", with_whom="Guardian", person_name=" Mrs Aydin ", reached="0",
		contact_on="2031-11-21T16:30", note="No answer", agreed="", next_step="Call again", next_step_on="2031-11-26",
	)  # fmt: skip
	kept = log(school, done["contact"])
	assert kept == {
		"with_whom": "Guardian", "person_name": "Mrs Aydin", "not_reached": 1, "channel": "Phone Call",
		"contact_on": at("16:30", date(2031, 11, 21)), "contact_by": MENTOR, "note": "No answer", "agreed": None,
		"next_step": "Call again", "next_step_on": date(2031, 11, 26), "next_step_done": 0,
	}  # fmt: skip
	last = next(one for one in overview(school)["learners"] if one["student"] == A1)["last_contact"]
	assert (last["with_whom"], last["reached"]) == ("Guardian", False)


@pytest.mark.parametrize(
	"wrong",
	[
		{"channel": "Owl"},
		{"channel": "In Person", "with_whom": "Nobody"},
		{"channel": "In Person", "contact_on": "2031-11-24T12:00"},
		{"channel": "In Person", "contact_on": "2031-01-01T12:00"},
		{"channel": "In Person", "contact_on": "2031-11-23T12:00+01:00"},
		{"channel": "In Person", "contact_on": "yesterday"},
		{"channel": "In Person", "next_step_on": "2031-11-24"},
	],
)
def test_a_talk_that_cannot_have_been_is_refused(school: World, wrong: dict) -> None:
	with pytest.raises(ValueError, match="Choose"):
		act(school, "log_talk", **wrong)
	assert not school.rows("Contact Log", "name", student=A1)


def test_a_next_step_comes_back_until_it_is_done(school: World) -> None:
	done = act(school, "log_talk", channel="In Person", next_step="Ask the coach about the timetable")
	assert log(school, done["contact"])["next_step_on"] == TODAY + timedelta(days=7)
	assert waiting(school, kinds.NEXT_STEP) == []
	(shown,) = waiting(school, kinds.NEXT_STEP, day=TODAY + timedelta(days=4))
	assert (shown["text"], shown["days_left"], shown["overdue"], shown["student_name"]) == (
		"Ask the coach about the timetable",
		3,
		False,
		f"Name of {A1}",
	)
	late = TODAY + timedelta(days=9)
	assert waiting(school, kinds.NEXT_STEP, day=late)[0]["overdue"]
	assert [one.recipient for one in digest.of_today(school.store, late) if one.kinds.get("Next Step")] == [
		MENTOR
	]
	with pytest.raises(NotYours):
		act(school, "next_step_done", by=OTHER, contact=done["contact"], day=late)
	act(school, "next_step_done", contact=done["contact"], day=late)
	assert waiting(school, kinds.NEXT_STEP, day=late) == []
	fields = ("next_step_done", "next_step_done_by")
	assert school.rows("Contact Log", *fields, name=done["contact"]) == [(1, MENTOR)]


def test_a_next_step_climbs_when_nobody_does_it(school: World) -> None:
	act(school, "log_talk", channel="In Person", next_step="Call the mother")
	told = []
	for days in range(8, 19):
		now = at("04:40", TODAY + timedelta(days=days))
		reminders.send(school.store, school.school, calendar.load(school.store), now, notice_days=60)
		told = [row[0] for row in sorted(school.rows("Care Reminder", "recipient", "sent_on", kind="Next Step"), key=lambda row: row[1])]  # fmt: skip
	assert told == [MENTOR, COORDINATOR, LEADER]


def test_who_takes_the_group_over_sees_the_next_step_too(school: World) -> None:
	act(school, "log_talk", channel="In Person", next_step="Call the mother")
	school.change("Mentor Assignment", "T-MA-T-1A", to_date=TODAY)
	school.change("Mentor Assignment", "T-MA-T-1B", student_group="T-1A")
	later = TODAY + timedelta(days=7)
	assert [one["text"] for one in waiting(school, kinds.NEXT_STEP, by=OTHER, day=later)] == [
		"Call the mother"
	]


@pytest.mark.parametrize(
	("more", "counts"),
	[
		({}, 1),
		({"with_whom": "Guardian"}, 0),
		({"reached": False}, 0),
		({"with_whom": "Guardian", "reached": False}, 0),
	],
)
def test_only_a_talk_with_the_learner_who_was_reached_counts_as_one(
	school: World, more: dict, counts: int
) -> None:
	act(school, "log_talk", channel="Phone Call", **more)
	until = TODAY + timedelta(days=1)
	known = facts.load(school.store, [facts.MENTOR_TALKS], TODAY - timedelta(days=30), until, [A1])
	assert len(known.by_learner().get(A1, {}).get(facts.MENTOR_TALKS, ())) == counts
	assert len(contacts.talks_by_learner(school.store, TODAY, TODAY, [A1])) == counts
	assert len(contact_log.last_talks(school.store, [A1])) == counts


# families


def message(world: World, student: str = A1) -> str:
	return world.store.add_document(
		"Family Message",
		{
			"student": student, "kind": "Question", "status": "Open", "message": "May she come later on Monday?",
			"person_name": "Mrs Aydin", "capacity": "Guardian", "sent_on": at("07:00"), "creation": at("07:00"),
			"modified": at("07:00"),
		},
	)  # fmt: skip


def test_a_family_is_answered_from_the_board_and_the_message_waits_no_more(school: World) -> None:
	name = message(school)
	(shown,) = waiting(school, kinds.MESSAGE)
	assert (shown["name"], shown["text"], shown["student"]) == (name, "May she come later on Monday?", A1)
	with pytest.raises(ValueError, match="Write your answer"):
		act(school, "answer_message", message=name, answer=" ")
	with pytest.raises(NotYours):
		act(school, "answer_message", by=OTHER, message=name, answer="No")
	act(school, "answer_message", message=name, answer="Yes, until ten.")
	assert school.rows("Family Message", "status", "answer", name=name) == [("Answered", "Yes, until ten.")]
	assert waiting(school, kinds.MESSAGE) == []
	with pytest.raises(ValueError, match="answered this message already"):
		act(school, "answer_message", message=name, answer="No.")


# calls for help


def help_call(world: World, *readers: str, clock: str = "07:10") -> str:
	values = {
		"student": A1, "student_name": f"Name of {A1}", "kind": "Asked For Help", "severity": "Concern", "status": "Open",
		"from_learner": 1, "what": "Can I talk to somebody?", "visibility": "Named People Only",
		"noted_by": "t-learner@school.example", "noted_on": at(clock), "creation": at(clock), "modified": at(clock),
	}  # fmt: skip
	rows = [{"user": user} for user in readers]
	if not hasattr(world.store, "_commits"):
		return world.store.add_document("Concern", values, {"readers": rows})
	name = f"T-CON-{clock}"
	world._rows(
		"Concern", [{"name": name, **{k: v for k, v in values.items() if k not in ("creation", "modified")}}]
	)
	for at_, row in enumerate(rows, 1):
		link = {"parent": name, "parenttype": "Concern", "parentfield": "readers", **row}
		world._rows("Named Reader", [{"name": f"{name}-{at_}", **link}])
	return name


def test_a_call_for_help_comes_first_with_a_clock_and_without_its_text(school: World) -> None:
	message(school)
	name = help_call(school, MENTOR, COORDINATOR)
	shown = overview(school)
	first = shown["waiting"][0]
	assert (first["kind"], first["name"], first["hours"], first["urgent"]) == (kinds.HELP, name, 2, True)
	assert (first["due"], first["text"]) == (TODAY.isoformat(), "")
	assert "112" in shown["emergency_text"]
	assert waiting(school, kinds.HELP, by=OTHER) == []


def test_only_who_is_named_reads_it_and_takes_it_in_hand(school: World) -> None:
	name = help_call(school, COORDINATOR)
	with pytest.raises(NotYours):
		mentor_board.call_for_help(school.store, MENTOR, name, at("10:00"))
	for kind in ("take_help", "close_help"):
		with pytest.raises(NotYours):
			act(school, kind, concern=name, what_was_done="Talked")
	read = mentor_board.call_for_help(school.store, COORDINATOR, name, at("10:00"), "nl")
	assert (read["text"], read["hours"], read["in_hand_with"]) == ("Can I talk to somebody?", 2, "")
	assert read["emergency_text"].startswith("Is er nu iemand in gevaar?")


def test_who_takes_it_in_hand_is_known_and_it_is_closed_with_what_was_done(school: World) -> None:
	if hasattr(school.store, "_commits"):
		pytest.skip("the concern's own rules are held by the tests on a site")
	name = help_call(school, MENTOR, COORDINATOR)
	done = act(school, "take_help", concern=name)
	assert (done["status"], done["text"]) == ("In Hand", "Can I talk to somebody?")
	assert waiting(school, kinds.HELP) == []
	(held,) = waiting(school, kinds.NEXT_STEP)
	assert (held["title"], held["name"], held["text"]) == (waiting_for.HELP_IN_HAND, name, "")
	assert waiting(school, kinds.NEXT_STEP, by=COORDINATOR) == []
	with pytest.raises(ValueError, match="Mentor of T-1A has it in hand"):
		act(school, "take_help", by=COORDINATOR, concern=name)
	with pytest.raises(ValueError, match="what was done"):
		act(school, "close_help", concern=name, what_was_done=" ")
	act(school, "close_help", concern=name, what_was_done="Talked in the break")
	assert school.rows("Concern", "status", "responsible", "what_was_done", name=name) == [
		("Closed", MENTOR, "Talked in the break")
	]
	assert waiting(school, kinds.NEXT_STEP) == []
	with pytest.raises(ValueError, match="closed"):
		act(school, "take_help", concern=name)


def test_a_call_for_help_climbs_within_hours_without_its_text(school: World) -> None:
	help_call(school, MENTOR, clock="09:00")

	def climb(clock: str, day: date = TODAY) -> list[str]:
		reminders.climb_with_calls_for_help(
			school.store, school.school, calendar.load(school.store), at(clock, day)
		)
		rows = sorted(school.rows("Care Reminder", "sent_on", "recipient", "level", kind=kinds.HELP))
		return [row[1] for row in rows]

	assert climb("10:50") == []
	assert climb("11:00") == [COORDINATOR]
	assert climb("11:05") == [COORDINATOR]
	assert climb("13:00") == [COORDINATOR, LEADER]
	assert climb("15:00") == [COORDINATOR, LEADER]
	assert waiting(school, kinds.HELP, by=LEADER, clock="13:10")[0]["text"] == ""


def test_a_call_of_the_weekend_is_due_on_the_next_school_day(school: World) -> None:
	help_call(school, MENTOR, clock="09:00")
	saturday = TODAY - timedelta(days=2)
	(name,) = [row[0] for row in school.rows("Concern", "name", student=A1)]
	school.change("Concern", name, noted_on=at("20:00", saturday))
	found = promises.standing(school.store, school.school, calendar.load(school.store), TODAY)
	assert [one.due for one in found if one.kind == kinds.HELP] == [TODAY]
	reminders.climb_with_calls_for_help(
		school.store, school.school, calendar.load(school.store), at("21:00", TODAY - timedelta(days=1))
	)
	assert not school.rows("Care Reminder", "name", kind=kinds.HELP)


# away


def go_away(world: World, **more: Any) -> dict:
	period = {"from_date": "2031-11-25", "to_date": "2031-12-05", "note": "Ask A2 about her brother"}
	return act(world, "go_away", substitute=OTHER, **{**period, **more})


def test_a_colleague_stands_in_for_all_learners_of_the_period_and_both_see_it(school: World) -> None:
	away = go_away(school)["away"]
	assert (away["substitute_name"], away["from"], away["to"]) == (
		"Mentor of T-1B",
		"2031-11-25",
		"2031-12-05",
	)
	assert overview(school)["away"]["note"] == "Ask A2 about her brother"
	assert overview(school, OTHER)["standing_in"] == []
	shown = overview(school, OTHER, day=TODAY + timedelta(days=1))
	assert shown["standing_in"] == [
		{
			"for": MENTOR, "for_name": "Mentor of T-1A", "until": "2031-12-05",
			"note": "Ask A2 about her brother", "groups": ["T-1A"],
		}
	]  # fmt: skip
	assert {one["student"] for one in shown["learners"]} == {*LEARNERS["T-1A"], *LEARNERS["T-1B"]}
	mine = overview(school, day=TODAY + timedelta(days=1))
	assert {one["student"] for one in mine["learners"]} == set(LEARNERS["T-1A"]), "who is away keeps sight"
	assert overview(school, OTHER, day=date(2031, 12, 6))["standing_in"] == []


def test_what_asks_for_something_goes_to_who_stands_in(school: World) -> None:
	act(school, "log_talk", channel="In Person", next_step="Call the mother", next_step_on="2031-11-26")
	go_away(school)
	day = TODAY + timedelta(days=1)
	assert mentors.load(school.store, TODAY).of(A1) == [MENTOR]
	assert mentors.load(school.store, day).of(A1) == [OTHER]
	assert mentors.load(school.store, day).all_of(A1) == [MENTOR, OTHER]
	assert mentors.load(school.store, date(2031, 12, 6)).of(A1) == [MENTOR]
	message(school)
	assert [one["student"] for one in waiting(school, kinds.MESSAGE, by=OTHER, day=day)] == [A1]
	assert waiting(school, kinds.MESSAGE, day=day) == []
	assert [one["text"] for one in waiting(school, kinds.NEXT_STEP, by=OTHER, day=day)] == ["Call the mother"]


def test_a_signal_of_these_days_is_told_to_who_stands_in(school: World) -> None:
	for day in school.school_days(4):
		school.whole_day(day, absent=[A1])
	go_away(school, from_date="2031-11-24")
	evaluation.evaluate_school(school.store, school.school, TODAY - timedelta(days=1), at("09:30"))
	told = {row[0] for row in school.rows("Early Warning Alert", "recipient", student=A1)}
	assert told == {OTHER}


def test_who_is_back_has_it_all_again_and_the_substitute_until_tonight(school: World) -> None:
	go_away(school, from_date="2031-11-24")
	day = TODAY + timedelta(days=2)
	act(school, "come_back", day=day)
	assert overview(school, day=day)["away"] is None
	assert overview(school, OTHER, day=day)["standing_in"] == []
	assert mentors.load(school.store, day).of(A1) == [MENTOR, OTHER]
	assert mentors.load(school.store, day + timedelta(days=1)).of(A1) == [MENTOR]
	with pytest.raises(ValueError, match="Nobody stands in"):
		act(school, "come_back", day=day)
	go_away(school, from_date="2031-12-01")
	act(school, "come_back", day=day)
	assert len(school.rows("Mentor Assignment", "name", task="Substitute", student_group="T-1A")) == 1


@pytest.mark.parametrize(
	"wrong",
	[
		{"substitute": MENTOR}, {"substitute": "t-nobody@school.example"}, {"to_date": "2031-11-20"}, {"to_date": ""},
		{"from_date": "2031-11-01"}, {"to_date": "2033-01-01"}, {"to_date": "soon"},
	],
)  # fmt: skip
def test_nobody_is_away_who_says_nonsense(school: World, wrong: dict) -> None:
	with pytest.raises(ValueError, match="Choose"):
		act(
			school,
			"go_away",
			**{"substitute": OTHER, "from_date": "2031-11-25", "to_date": "2031-12-05", **wrong},
		)


def test_nobody_is_away_twice_at_once_or_without_learners(school: World) -> None:
	go_away(school)
	with pytest.raises(ValueError, match="Say first that you are back"):
		go_away(school, from_date="2031-12-05", to_date="2031-12-09")
	with pytest.raises(ValueError, match="no learners"):
		act(school, "go_away", by=LEADER, substitute=OTHER, from_date="2031-11-25", to_date="2031-12-05")


# timeline


def test_the_timeline_tells_all_of_a_learner_the_newest_first(school: World) -> None:
	for day in school.school_days(4):
		school.whole_day(day, absent=[A1])
	evaluation.evaluate_school(school.store, school.school, TODAY - timedelta(days=1), at("07:00"))
	name = message(school)
	act(
		school,
		"log_talk",
		"09:00",
		channel="Phone Call",
		with_whom="Guardian",
		note="Is worried",
		agreed="Comes on Monday",
	)
	act(school, "log_talk", "09:10", channel="In Person", next_step="Ask the coach")
	act(school, "answer_message", "09:20", message=name, answer="Yes.")
	act(school, "start_plan", "09:30", signals=[school.signal("START-AWAY-3", A1)])
	told = mentor_board.timeline_of(school.store, MENTOR, A1, TODAY, "nl")
	assert [one["on"] for one in told] == sorted((one["on"] for one in told), reverse=True)
	assert {one["kind"] for one in told} == {"Signal", "Talk", "Message", "Plan"}
	guardian = next(one for one in told if one["note"] == "Is worried")
	assert (guardian["title"], guardian["by"]) == ("Talk with a guardian", "Mentor of T-1A")
	assert "Comes on Monday" in guardian["text"]
	assert any("Next step on 1 december: Ask the coach" in one["text"] for one in told)
	assert {one["text"] for one in told if one["kind"] == "Message"} == {
		"Yes.",
		"May she come later on Monday?",
	}
	assert any(one["kind"] == "Signal" and "Gemeld op" in one["text"] for one in told)
	with pytest.raises(NotYours):
		mentor_board.timeline_of(school.store, MENTOR, B1, TODAY)


def test_an_action_that_begins_with_its_plan_is_not_newer_than_what_happened_since(school: World) -> None:
	for day in school.school_days(4):
		school.whole_day(day, absent=[A1])
	evaluation.evaluate_school(school.store, school.school, TODAY - timedelta(days=1), at("07:00"))
	plan = act(school, "start_plan", "09:00", signals=[school.signal("START-AWAY-3", A1)])["plan"]
	((begun,),) = school.rows("Support Plan", "creation", name=plan)
	school.add_row(
		"Support Plan Action",
		parent=plan, parenttype="Support Plan", parentfield="actions", idx=1, what="A talk", from_date=begun.date(),
	)  # fmt: skip
	act(school, "log_talk", "09:10", channel="In Person")
	told = [one["kind"] for one in mentor_board.timeline_of(school.store, MENTOR, A1, TODAY)]
	assert told[0] == "Talk"
	assert "Action" in told


def test_a_restricted_concern_is_on_the_timeline_of_who_is_named_alone(school: World) -> None:
	help_call(school, COORDINATOR, clock="07:20")
	help_call(school, MENTOR, clock="07:10")
	told = mentor_board.timeline_of(school.store, MENTOR, A1, TODAY)
	assert [(one["kind"], one["on"], one["text"]) for one in told] == [
		("Call For Help", "2031-11-24 07:10", "Can I talk to somebody?")
	]


def test_what_a_care_meeting_decided_and_what_became_of_it(school: World) -> None:
	decision = {
		"name": "T-DEC-1", "student": A1, "what": "Ask the coach", "who": MENTOR, "status": "Done", "decided_by": COORDINATOR,
		"decided_on": TODAY - timedelta(days=3), "due_on": TODAY, "answer": "He knows", "answered_on": at("09:00"),
		"answered_by": MENTOR,
	}  # fmt: skip
	school._rows("Care Decision", [decision])
	told = mentor_board.timeline_of(school.store, MENTOR, A1, TODAY)
	assert [(one["kind"], one["text"], one["by"]) for one in told] == [
		("Decision", "Done\nHe knows", "Mentor of T-1A"),
		("Decision", "Ask the coach", "Coordinator"),
	]


def test_a_record_that_was_contested_and_the_answer(school: World) -> None:
	school.whole_day(school.school_days(1)[0], absent=[A1])
	evaluation.evaluate_school(school.store, school.school, TODAY - timedelta(days=1), at("07:00"))
	record = school.attendance(A1, school.school_days(1)[0])["name"]
	contesting.contest(school.store, record, MENTOR, "Mentor", at("08:00"), "Was at the dentist")
	told = [
		one for one in mentor_board.timeline_of(school.store, MENTOR, A1, TODAY) if one["kind"] == "Contested"
	]
	assert [(one["title"], one["text"]) for one in told] == [
		("The record of 21 November is contested", "Was at the dentist")
	]


def test_another_learner_has_another_timeline(school: World) -> None:
	act(school, "log_talk", channel="In Person", note="About A1")
	assert mentor_board.timeline_of(school.store, MENTOR, A2, TODAY) == []


def test_each_kind_of_promise_has_a_title_on_the_board() -> None:
	assert set(waiting_for.TITLES) == {waiting_for.SIGNAL, *kinds.KINDS}


def test_two_who_are_away_do_not_stand_in_for_each_other(school: World) -> None:
	go_away(school)
	with pytest.raises(ValueError, match="away in these days too"):
		act(school, "go_away", by=OTHER, substitute=MENTOR, from_date="2031-11-26", to_date="2031-11-27")
	people = mentors.load(school.store, TODAY + timedelta(days=1))
	assert people.of(A1) == [OTHER]


def test_who_stands_in_for_a_substitute_ends_when_the_first_is_back(school: World) -> None:
	go_away(school, from_date="2031-11-24")
	third = COORDINATOR
	store, day = school.store, TODAY + timedelta(days=1)
	(first,) = learners.stand_ins_for(store, MENTOR, TODAY)
	for begins in (TODAY, TODAY + timedelta(days=5)):
		values = {
			"creation": at("08:00"), "modified": at("08:00"), "mentor": third, "mentor_name": "Coordinator",
			"task": "Substitute", "student_group": "T-1A", "from_date": begins,
			"to_date": TODAY + timedelta(days=3 if begins == TODAY else 9), "stands_in_for": OTHER, "came_back": 0,
		}  # fmt: skip
		store.add_document("Mentor Assignment", values)
	assert mentors.load(store, day).of(A1) == [third]
	act(school, "come_back", day=day)
	assert school.rows("Mentor Assignment", "to_date", mentor=third) == [(day,)]
	assert mentors.load(store, day + timedelta(days=1)).of(A1) == [MENTOR]
	assert A1 not in mentors.learners_of(store, third, day + timedelta(days=1))
	assert first.mentor == OTHER


def test_a_substitute_who_is_away_hands_on_and_has_it_again_when_back_early(school: World) -> None:
	"""A is away and B stands in; B falls ill and C stands in for B; B is back before the day that was said."""
	third, store = THIRD, school.store
	own = {"mentor": third, "task": "Mentor", "student": A4, "from_date": TODAY - timedelta(days=90)}
	store.add_document("Mentor Assignment", {"creation": at("07:00"), "modified": at("07:00"), **own})
	go_away(school, from_date="2031-11-24", to_date="2031-12-05")
	act(
		school,
		"go_away",
		by=OTHER,
		substitute=third,
		from_date="2031-11-25",
		to_date="2031-11-28",
		note="Ask A1",
	)
	tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
	assert mentors.load(store, TODAY).of(A1) == [OTHER]
	for learner in (A1, B1):
		assert mentors.load(store, tomorrow).of(learner) == [third]
	assert {one["for"] for one in substitutes.standing_in(store, third, tomorrow)} == {OTHER}
	assert sorted(substitutes.standing_in(store, third, tomorrow)[0]["groups"]) == ["T-1A", "T-1B"]
	act(school, "come_back", by=OTHER, day=tomorrow)
	for day in (tomorrow, later):
		assert mentors.load(store, day).of(A1)[0] == OTHER
		assert mentors.load(store, day).of(B1)[0] == OTHER
		assert third not in mentors.load(store, later).of(A1)
	assert A1 not in mentors.learners_of(store, third, later)
	assert substitutes.away(store, OTHER, later) is None
	standing = substitutes.away(store, MENTOR, later)
	assert standing is not None
	assert (standing["substitute"], standing["to"]) == (OTHER, "2031-12-05"), (
		"A is away still, and B stands in"
	)
	act(school, "come_back", day=later)
	assert mentors.load(store, later + timedelta(days=1)).of(A1) == [MENTOR]


def test_a_substitute_ends_with_the_task_unless_the_person_keeps_another(school: World) -> None:
	go_away(school, from_date="2031-11-24")
	store, last = school.store, TODAY + timedelta(days=2)
	(task,) = learners.mentorings(store, TODAY, MENTOR)
	substitutes.end_with(store, task, last, at("10:00"))
	assert school.rows("Mentor Assignment", "to_date", mentor=OTHER, stands_in_for=MENTOR) == [(last,)]
	other = learners.Mentoring(MENTOR, None, "Mentor", None, "T-1A", TODAY, None, "T-another")
	substitutes.end_with(store, other, TODAY, at("10:00"))
	assert school.rows("Mentor Assignment", "to_date", mentor=OTHER, stands_in_for=MENTOR) == [(last,)]

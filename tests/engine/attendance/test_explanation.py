"""A mark says in sentences what it rests on."""

from datetime import date, datetime, time

from vsv_app.engine.attendance.day_outcome import ANSWERS, THERE
from vsv_app.engine.attendance.door_watch import BLIND_STATES
from vsv_app.engine.attendance.explanation import (
	BLIND,
	SAID,
	Answered,
	Blindness,
	Mark,
	MarkFacts,
	SaidOfDay,
	SeenTap,
	explain_mark,
)
from vsv_app.engine.attendance.timetable import DayPlan, Session
from vsv_app.engine.sentences import Sentence

DAY = date(2031, 11, 24)
PLAN = DayPlan(DAY, (Session("Morning", 510, 750, 240), Session("Afternoon", 780, 900, 120)), 5, 30, 570)


def at(hour: int, minute: int) -> datetime:
	return datetime.combine(DAY, time(hour, minute))


def said(facts: MarkFacts) -> dict[str, list[str]]:
	parts = explain_mark(facts)
	assert all(isinstance(one, Sentence) for part in parts for one in (part.heading, *part.sentences))
	return {str(part.heading): [str(one) for one in part.sentences] for part in parts}


def test_an_absence_of_the_machine_names_its_witnesses() -> None:
	told = said(MarkFacts(Mark("Absent", "Badge", minutes_missed=360), PLAN, doors=("main", "side")))
	assert told == {
		"What is written": [
			"Absent, 360 minutes missed.",
			"The machine wrote it, from what stands below.",
			"Nobody held the badge to a door, and the doors in question could read while the learner could have come in.",
		],
		"Timetable": [
			"School was: Morning 08:30-12:30, Afternoon 13:00-15:00.",
			"Late after 5 minutes, a session is missed after 30.",
		],
		"Taps": ["The badge was held to no door."],
		"Doors": ["The doors in question: main, side.", "They could read all day, as far as is known."],
		"Notices": ["Nothing was said about this day."],
	}


def test_lateness_says_from_when_on_somebody_is_late() -> None:
	told = said(
		MarkFacts(
			Mark("Present", "Badge", minutes_late=20, minutes_missed=20),
			PLAN,
			(SeenTap(at(8, 50), "main"),),
			("main",),
		)
	)
	assert "20 minutes late: up to 5 minutes nobody is late." in told["What is written"]
	assert told["Taps"] == ["In: 08:50, at main."]


def test_what_a_person_settled_says_who_when_and_why_it_was_held() -> None:
	facts = MarkFacts(
		Mark("Present", "Officer"),
		PLAN,
		doors=("side",),
		blind=(Blindness("side", at(7, 41), at(9, 35), "silent"),),
		answered=Answered("A door was not reading.", THERE, "Ann", "25 November", "Seen in class"),
	)
	told = said(facts)
	assert told["What is written"] == [
		"Present, nothing missed.",
		"The day was held: A door was not reading.",
		"Settled by Ann on 25 November: there.",
		"Note: Seen in class",
		"The machine never changes what a person wrote.",
	]
	assert told["Doors"][1] == "Door side could not read from 07:41 to 09:35: its reader gave no answer."


def test_taps_of_an_uncertain_time_and_leave_for_a_part_of_the_day() -> None:
	told = said(
		MarkFacts(
			Mark("Present", "Badge", minutes_leave=120),
			PLAN,
			(SeenTap(at(0, 0), "main", certainty="Day Certain"), SeenTap(at(0, 0), "side", certainty="Held")),
			None,
			notice=SaidOfDay("LEAVE-1", "Dentist", starts="13:00"),
		)
	)
	assert "120 minutes are leave: neither missed nor attended." in told["What is written"]
	assert told["Taps"][1] == "At side, on a day that nobody knows: it counts on none."
	assert told["Doors"] == ["No door keeps attendance of this day."]
	assert told["Notices"] == [
		"LEAVE-1 is leave from 13:00 to 24:00.",
		"The reason that was given: Dentist.",
	]


def test_every_answer_and_every_way_of_not_reading_has_its_sentence() -> None:
	assert set(SAID) == set(ANSWERS)
	assert set(BLIND) == set(BLIND_STATES)

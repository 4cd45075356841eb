"""A day is a function of facts: absent only where a door was looking."""

import random
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.made import MONDAY, at_second, plan, plans, tap
from vsv_app.engine.attendance.day_outcome import (
	DOOR_BLIND,
	LOW_TURNOUT,
	TIME_UNKNOWN,
	DayFacts,
	Held,
	judge,
)
from vsv_app.engine.attendance.door_watch import (
	BlindSpan,
	Told,
	blind_spans,
	doors_in_question,
)
from vsv_app.engine.attendance.presence import DayMark, Notice, Tap, derive, silences
from vsv_app.engine.attendance.timetable import DayPlan
from vsv_app.engine.attendance.turnout import Turnout, usual_share

SIDE, MAIN = ("gate", "side"), ("gate", "main")
taps = st.builds(
	at_second,
	st.integers(0, 86399),
	st.sampled_from(["in", "out", "unknown"]),
	st.sampled_from(["synced", "synced", "holdover", "unsynced"]),
)


def moment(text: str) -> datetime:
	return datetime.combine(MONDAY, time.fromisoformat(text))


def blind(start: str, end: str, why: str = "closed") -> BlindSpan:
	return BlindSpan(SIDE, moment(start), moment(end), why)


def outcome(
	taps: list[Tap] | tuple[Tap, ...] = (),
	*,
	notice: Notice | None = None,
	spans: list[BlindSpan] | None = None,
	**more: object,
) -> str:
	found = judge(DayFacts(plan(), taps, notice, spans or [], **more))  # type: ignore[arg-type]
	return found.cause if isinstance(found, Held) else found.status


@pytest.mark.parametrize(
	("taps", "spans", "expected"),
	[
		# Nobody was seen, and the doors were looking, an absence.
		([], [], "Absent"),
		# The door was down while people came in.
		([], [blind("07:41", "09:35")], DOOR_BLIND),
		# A cable that was put back at once hides nobody.
		([], [blind("08:20:00", "08:21:30")], "Absent"),
		# Down in the night, and when coming in would have changed nothing any more.
		([], [blind("02:00", "06:30")], "Absent"),
		([], [blind("14:00", "15:00")], "Absent"),
		# Down over lunch, who came then was there in the afternoon.
		([], [blind("12:40", "13:10")], DOOR_BLIND),
		# Seen late at the door that was just put right, when they came in is not known.
		([tap("09:20")], [blind("07:50", "09:15")], DOOR_BLIND),
		# Seen in time, whatever a door did later, nothing rests on silence.
		([tap("08:20")], [blind("08:25", "15:00")], "Present"),
		# Late by the own tap while every door was looking.
		([tap("09:20")], [blind("10:00", "11:00")], "Present"),
		# Left at noon by the own tap; coming back may have gone unseen.
		([tap("08:20"), tap("12:00", "out")], [blind("12:30", "13:20")], DOOR_BLIND),
		([tap("08:20"), tap("12:00", "out")], [], "Present"),
		# Left early by the own tap, that is no silence.
		([tap("08:20"), tap("14:30", "out")], [blind("14:35", "15:30")], "Present"),
	],
)
def test_absent_only_where_a_door_was_looking(taps: list[Tap], spans: list[BlindSpan], expected: str) -> None:
	assert outcome(taps, spans=spans) == expected


def test_a_held_day_says_what_it_would_have_come_to_and_which_door() -> None:
	found = judge(DayFacts(plan(), blind=[blind("07:41", "09:35")]))
	assert found == Held(DOOR_BLIND, DayMark("Absent", minutes_missed=360), (blind("07:41", "09:35"),))


def test_few_came_in() -> None:
	closed = Turnout("the school", 8, 1)
	assert outcome(turnout=closed) == LOW_TURNOUT
	# Who came is there, however few they are; who came late came late.
	assert outcome([tap("08:20")], turnout=closed) == "Present"
	assert outcome([tap("08:50")], turnout=closed) == "Present"


@pytest.mark.parametrize(
	("expected", "seen", "usual", "low"),
	[(8, 1, 0.9, True), (25, 0, 0.95, True), (25, 20, 0.95, False), (25, 12, 0.95, False), (25, 11, 0.95, True), (4, 0, 0.9, False), (0, 0, 0.9, False), (600, 300, 0.5, False)],
)  # fmt: skip
def test_turnout_is_held_against_what_is_usual(expected: int, seen: int, usual: float, low: bool) -> None:
	assert Turnout("1A", expected, seen, usual).is_low() is low


def test_what_is_usual() -> None:
	assert usual_share([(10, 9), (10, 8), (10, 2)]) == 0.8
	assert usual_share([(10, 2)]) == 0.9
	assert usual_share([(0, 0), (0, 0), (0, 0)]) == 0.9


def test_a_tap_of_an_uncertain_day_keeps_silence_from_being_an_absence() -> None:
	assert outcome(undated=True) == TIME_UNKNOWN
	assert outcome([tap("08:20")], undated=True) == "Present"


def test_leave_needs_no_witness() -> None:
	spans = [blind("07:00", "16:00")]
	assert outcome(notice=Notice("L-1"), spans=spans) == "Leave"
	assert outcome(notice=Notice("L-1", present=True), spans=spans) == "Present"
	# The dentist in the afternoon explains nothing about the morning.
	assert outcome(notice=Notice("L-1", starts=780, ends=930), spans=spans) == DOOR_BLIND
	assert (
		outcome([tap("08:20"), tap("12:00", "out")], notice=Notice("L-1", starts=780, ends=930), spans=spans)
		== "Present"
	)


def test_the_dentist_in_the_afternoon() -> None:
	away = Notice("L-1", starts=780, ends=930)
	mark = derive(plan(), [tap("08:20"), tap("12:00", "out")], away)
	assert (mark.status, mark.minutes_missed, mark.minutes_leave) == ("Present", 0, 150)
	mark = derive(plan(), [], away)
	assert (mark.status, mark.minutes_missed, mark.minutes_leave) == ("Absent", 210, 150)


@given(
	plans(),
	st.lists(taps, max_size=6),
	st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 1439)), max_size=3),
	st.randoms(),
)
def test_the_same_facts_give_the_same_outcome(
	plan: DayPlan, taps: list[Tap], blind: list[tuple[int, int]], shuffle: random.Random
) -> None:
	spans = [
		BlindSpan(
			SIDE,
			moment("00:00") + timedelta(minutes=min(pair)),
			moment("00:00") + timedelta(minutes=max(pair)),
			"closed",
		)
		for pair in blind
	]
	facts = DayFacts(plan, tuple(taps), None, tuple(spans))
	other = list(taps)
	shuffle.shuffle(other)
	assert judge(DayFacts(plan, tuple(other), None, tuple(spans))) == judge(facts)


@given(plans(), st.lists(taps, max_size=6))
def test_blind_all_day_means_that_nothing_is_held_against_anybody_from_silence(
	plan: DayPlan, taps: list[Tap]
) -> None:
	"""Whoever is marked absent or late then is so by own taps alone: no stretch in which a further tap could have changed it."""
	day = BlindSpan(SIDE, moment("00:00"), moment("23:59:59"), "off")
	found = judge(DayFacts(plan, tuple(taps), None, (day,)))
	if isinstance(found, DayMark) and found.minutes_missed:
		assert silences(plan, taps) == [] or all(
			(end - start) < 120 or start < 0 for start, end in silences(plan, taps)
		)


# What the doors told


def told(*pairs: tuple[str, str]) -> list[Told]:
	return [Told(moment(at), state) for at, state in pairs]


def test_blind_spans_are_what_was_told() -> None:
	start, end = moment("07:00"), moment("16:00")
	states = told(("06:00", "reading"), ("07:41", "closed"), ("09:35", "reading"), ("15:00", "off"))
	found = blind_spans(SIDE, states, start, end, known_until=end)
	assert [(span.start, span.end, span.why) for span in found] == [
		(moment("07:41"), moment("09:35"), "closed"),
		(moment("15:00"), moment("16:00"), "off"),
	]


def test_nothing_is_known_after_the_last_word_of_a_gateway() -> None:
	states = told(("06:00", "reading"), ("08:00", "closed"))
	found = blind_spans(SIDE, states, moment("07:00"), moment("16:00"), known_until=moment("08:10"))
	assert [(span.start, span.end, span.why) for span in found] == [
		(moment("08:00"), moment("08:10"), "closed"),
		(moment("08:10"), moment("16:00"), "unheard"),
	]


def test_a_terminal_that_never_told_anything_is_not_blind() -> None:
	assert blind_spans(SIDE, [], moment("07:00"), moment("16:00"), known_until=moment("16:00")) == []


def test_which_doors_are_asked() -> None:
	assert doors_in_question([SIDE], [MAIN], [SIDE, MAIN]) == (SIDE,)
	assert doors_in_question([], [MAIN], [SIDE, MAIN]) == (MAIN,)
	assert doors_in_question([], [], [SIDE, MAIN]) == (MAIN, SIDE)

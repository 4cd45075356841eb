"""From taps to what a day comes to, by example and at random."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.engine.made import AFTERNOON, MONDAY, MORNING, at_second, clock, plan, plans, session, tap
from vsv_app.engine.attendance.presence import TOGGLE_GUARD, DayMark, Notice, Tap, derive, not_arrived
from vsv_app.engine.attendance.timetable import DayPlan

taps = st.builds(
	at_second,
	st.integers(0, 86399),
	st.sampled_from(["in", "out", "unknown"]),
	st.sampled_from(["synced", "synced", "synced", "holdover", "unsynced"]),
)
set_taps = st.builds(at_second, st.integers(0, 86399), st.sampled_from(["in", "out", "unknown"]))
notices = st.none() | st.builds(Notice, st.just("LEAVE-1"), st.booleans())
stretches = st.lists(st.integers(0, 86399), unique=True, min_size=2, max_size=12).map(
	lambda ends: list(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)


def seen(*stays: tuple[int, int]) -> list[Tap]:
	"""A tap in and a tap out for each stretch, in seconds since midnight."""
	return [at_second(at, way) for stay in stays for at, way in zip(stay, ("in", "out"), strict=True)]


def joined(stays: list[tuple[int, int]]) -> list[tuple[int, int]]:
	"""Stretches as a sorted list without overlaps."""
	apart: list[tuple[int, int]] = []
	for start, end in sorted(stays):
		if apart and start <= apart[-1][1]:
			apart[-1] = apart[-1][0], max(apart[-1][1], end)
		else:
			apart.append((start, end))
	return apart


# At random


@given(plans(), st.lists(taps, max_size=10), notices)
def test_minutes_stay_within_the_day(plan: DayPlan, taps: list[Tap], notice: Notice | None) -> None:
	mark = derive(plan, taps, notice)
	assert mark.status in ("Present", "Absent", "Leave")
	assert 0 <= mark.minutes_missed <= plan.minutes
	assert mark.minutes_late >= 0
	assert mark.minutes_left_early >= 0
	assert mark.minutes_late + mark.minutes_left_early <= mark.minutes_missed
	if mark.status != "Present":
		assert mark.minutes_missed == plan.minutes


@given(plans(), st.lists(taps, max_size=8), notices, st.randoms())
def test_the_order_of_taps_does_not_matter(
	plan: DayPlan, taps: list[Tap], notice: Notice | None, random
) -> None:
	shuffled = list(taps)
	random.shuffle(shuffled)
	assert derive(plan, shuffled, notice) == derive(plan, taps, notice)


@given(
	plans(),
	st.lists(
		st.builds(at_second, st.sampled_from([30600, 36000]), st.sampled_from(["in", "out", "unknown"])),
		max_size=5,
	),
	st.randoms(),
)
def test_nor_does_it_for_taps_of_the_same_moment(plan: DayPlan, taps: list[Tap], random) -> None:
	shuffled = list(taps)
	random.shuffle(shuffled)
	assert derive(plan, shuffled) == derive(plan, taps)


@given(plans(), stretches, stretches)
def test_more_presence_never_means_more_minutes_missed(
	plan: DayPlan, stays: list[tuple[int, int]], more: list[tuple[int, int]]
) -> None:
	less = derive(plan, seen(*stays))
	assert derive(plan, seen(*joined(stays + more))).minutes_missed <= less.minutes_missed


def test_coming_back_in_a_short_break_is_not_punished() -> None:
	# Two short gaps are forgiven. To be seen for one more minute must not join them into one that is not.
	once = [tap("8:35"), tap("9:00", "out"), tap("9:04"), tap("15:30", "out")]
	twice = [tap("8:30"), tap("8:31", "out"), *once]
	assert derive(plan(), once).minutes_missed == derive(plan(), twice).minutes_missed == 0


@given(plans(), stretches)
def test_minutes_missed_are_those_of_a_second_by_second_count(
	plan: DayPlan, stays: list[tuple[int, int]]
) -> None:
	"""Without tolerance, and counted in full, the gaps of a session are the seconds in which nobody was there."""
	whole = [
		session(f"{s.starts // 60}:{s.starts % 60:02}", f"{s.ends // 60}:{s.ends % 60:02}")
		for s in plan.sessions
	]
	strict = DayPlan(MONDAY, tuple(whole), 0, 24 * 60, plan.cut_off)
	missed = derive(strict, seen(*stays)).minutes_missed
	there = sum(
		max(0, min(end, s.ends * 60) - max(start, s.starts * 60))
		for s in whole
		for start, end in joined(stays)
	)
	away = strict.minutes * 60 - there
	# Each gap is rounded down; between n stretches of k sessions there are at most n + k gaps.
	assert away - 60 * (len(stays) + len(whole)) <= missed * 60 <= away


@given(plans(), st.lists(set_taps, min_size=1, max_size=6))
def test_a_clock_that_was_not_set_makes_nobody_late(plan: DayPlan, taps: list[Tap]) -> None:
	mark = derive(plan, [Tap(one.at, one.direction, "unsynced") for one in taps])
	assert (mark.status, mark.minutes_missed, mark.time_uncertain) == ("Present", 0, True)


@given(plans(), st.lists(set_taps, min_size=1, max_size=6), st.lists(set_taps, max_size=3))
def test_one_uncertain_tap_does_not_override_good_ones(
	plan: DayPlan, good: list[Tap], uncertain: list[Tap]
) -> None:
	unset = [Tap(one.at, one.direction, "unsynced") for one in uncertain]
	assert derive(plan, [*good, *unset]) == derive(plan, good)


@given(plans(), st.lists(set_taps, min_size=1, max_size=6), st.integers(0, 86399))
def test_to_be_in_the_building_before_the_bell_is_never_worse_than_no_tap(
	plan: DayPlan, taps: list[Tap], second: int
) -> None:
	early = at_second(second % (plan.sessions[0].starts * 60), "unknown")
	assert derive(plan, [early, *taps]).minutes_missed <= derive(plan, taps).minutes_missed


@given(plans(), st.lists(set_taps, max_size=6), st.integers(0, 1439), st.integers(0, 1439))
def test_leave_for_a_part_of_the_day_is_neither_missed_nor_attended(
	plan: DayPlan, taps: list[Tap], one: int, other: int
) -> None:
	starts, ends = sorted((one, other))
	mark = derive(plan, taps, Notice("LEAVE-1", starts=starts, ends=ends))
	assert mark.minutes_missed + (mark.minutes_leave if mark.status != "Leave" else 0) <= plan.minutes
	# A leave never makes a day worse than it would be without.
	assert mark.status == "Leave" or mark.minutes_missed <= max(
		derive(plan, taps).minutes_missed, plan.minutes - mark.minutes_leave
	)


@given(plans(), st.lists(set_taps, max_size=6))
def test_a_clock_that_runs_on_is_trusted(plan: DayPlan, taps: list[Tap]) -> None:
	held = [Tap(one.at, one.direction, "holdover") for one in taps]
	assert derive(plan, held) == derive(plan, taps)
	assert not derive(plan, taps).time_uncertain


@given(plans(), st.lists(taps, max_size=4))
def test_leave_is_leave_whatever_was_tapped(plan: DayPlan, taps: list[Tap]) -> None:
	mark = derive(plan, taps, Notice("LEAVE-1"))
	assert (mark.status, mark.excused, mark.notice) == ("Leave", True, "LEAVE-1")
	assert (mark.conflict is None) == (not taps)


@given(plans(), st.integers(0, 86399))
def test_a_double_tap_is_one_tap(plan: DayPlan, second: int) -> None:
	for way in ("in", "unknown"):
		one = [at_second(second, way)]
		assert derive(plan, one * 2) == derive(plan, one)
		later = at_second(min(86399, second + TOGGLE_GUARD * 60 - 1), way)
		assert derive(plan, [*one, later]) == derive(plan, one)


@given(plans(), st.integers(0, 86399))
def test_only_an_in_tap_before_school_is_a_full_day(plan: DayPlan, second: int) -> None:
	mark = derive(plan, [at_second(second, "in")])
	if second <= plan.sessions[0].starts * 60:
		assert (mark.status, mark.minutes_missed) == ("Present", 0)
	assert mark.left is None


# By example


@pytest.mark.parametrize(
	("taps", "status", "missed", "late", "early"),
	[
		([], "Absent", 360, 0, 0),
		([tap("8:20")], "Present", 0, 0, 0),
		([tap("8:35")], "Present", 0, 0, 0),
		([tap("8:35:01")], "Present", 5, 5, 0),
		([tap("8:42")], "Present", 12, 12, 0),
		# The border. Half an hour is late and more is the whole session away, and the day goes on.
		([tap("9:00")], "Present", 30, 30, 0),
		([tap("9:00:01")], "Present", 210, 0, 0),
		([tap("12:30")], "Present", 210, 0, 0),
		([tap("13:10")], "Present", 220, 10, 0),
		# After the last bell nobody was at school.
		([tap("15:30")], "Absent", 360, 0, 0),
		([tap("16:00"), tap("16:05", "out")], "Absent", 360, 0, 0),
		([tap("7:00"), tap("7:30", "out")], "Absent", 360, 0, 0),
		# Early leave; five minutes are forgiven at the end as well.
		([tap("8:20"), tap("15:25", "out")], "Present", 0, 0, 0),
		([tap("8:20"), tap("14:30", "out")], "Present", 60, 0, 60),
		([tap("8:20"), tap("12:00", "out")], "Present", 150, 0, 0),
		([tap("8:20"), tap("11:00", "out")], "Present", 210, 0, 60),
		# To the dentist and back, which is neither late nor early.
		([tap("8:20"), tap("10:00", "out"), tap("11:00")], "Present", 60, 0, 0),
		# Out over lunch costs nothing.
		([tap("8:20"), tap("12:00", "out"), tap("12:55")], "Present", 0, 0, 0),
		# Whoever only taps out was there before.
		([tap("15:30", "out")], "Present", 0, 0, 0),
		([tap("14:30", "out")], "Present", 60, 0, 60),
		([tap("8:00", "out")], "Absent", 360, 0, 0),
		# One reader for both ways.
		([tap("8:20", "unknown"), tap("10:00", "unknown"), tap("11:00", "unknown")], "Present", 60, 0, 0),
		([tap("8:20", "unknown"), tap("8:24:59", "unknown")], "Present", 0, 0, 0),
		([tap("8:20", "unknown"), tap("8:25", "unknown")], "Present", 0, 0, 0),
		([tap("8:12", "unknown"), tap("8:18", "unknown")], "Present", 0, 0, 0),
		([tap("8:12", "unknown"), tap("8:18", "unknown"), tap("8:40", "unknown")], "Present", 10, 10, 0),
		([tap("8:20", "unknown"), tap("14:30", "unknown")], "Present", 60, 0, 60),
		([tap("8:20", "unknown"), tap("12:10", "unknown"), tap("12:50", "unknown")], "Present", 0, 0, 0),
		([tap("8:20", "unknown"), tap("12:10", "unknown"), tap("13:20", "unknown")], "Present", 20, 20, 0),
		([tap("8:20", "unknown"), tap("12:10", "unknown")], "Present", 0, 0, 0),
		([tap("15:40", "unknown")], "Absent", 360, 0, 0),
		([tap("8:20"), tap("14:30", "out"), tap("14:31", "out")], "Present", 60, 0, 60),
		([tap("8:20"), tap("8:21"), tap("14:30", "out")], "Present", 60, 0, 60),
	],
)  # fmt: skip
def test_a_day_of_two_sessions(taps: list[Tap], status: str, missed: int, late: int, early: int) -> None:
	mark = derive(plan(), taps)
	assert (mark.status, mark.minutes_missed, mark.minutes_late, mark.minutes_left_early) == (
		status, missed, late, early
	)  # fmt: skip


def test_arrival_and_leaving_are_those_of_the_taps() -> None:
	mark = derive(plan(), [tap("14:30", "out"), tap("8:42"), tap("8:43")])
	assert (mark.arrived, mark.left) == (tap("8:42").at, tap("14:30").at)
	assert derive(plan(), [tap("14:30", "out")]).arrived is None


def test_a_lesson_counts_for_what_the_school_says() -> None:
	# A fifth of the lesson is a fifth of what it counts for.
	mark = derive(plan(session("8:30", "9:20", counted=60)), [tap("8:40")])
	assert (mark.minutes_late, mark.minutes_missed) == (12, 12)


def test_a_lesson_is_never_missed_for_more_than_it_counts() -> None:
	# Three gaps of nearly twenty minutes each, which rounded up would come to the whole hour.
	lesson = plan(session("8:30", "9:30"))
	taps = [tap("8:49:40"), tap("8:50", "out"), tap("9:09:40"), tap("9:10:20", "out")]
	mark = derive(lesson, taps)
	assert (mark.minutes_late, mark.minutes_left_early, mark.minutes_missed) == (19, 19, 57)


def test_leave_that_counts_as_being_there() -> None:
	mark = derive(plan(), [], Notice("LEAVE-2", present=True))
	assert mark == DayMark("Present", excused=True, notice="LEAVE-2")


def test_leave_and_a_tap_are_a_conflict_that_is_shown() -> None:
	mark = derive(plan(), [tap("12:30"), tap("8:20")], Notice("LEAVE-3"))
	assert mark.conflict == "On leave (LEAVE-3), but checked in at 08:20"


@pytest.mark.parametrize(
	("taps", "notice", "minute", "expected"),
	[
		([], None, "9:29", False),
		([], None, "9:30", True),
		([], Notice("LEAVE-1"), "9:30", False),
		([tap("9:00")], None, "9:30", False),
	],
)
def test_not_arrived(taps: list[Tap], notice: Notice | None, minute: str, expected: bool) -> None:
	assert not_arrived(plan(), taps, notice, clock(minute)) is expected


@example(datetime.combine(MONDAY, tap("23:59").at.time()))
@given(st.datetimes(tap("0:00").at, tap("23:59").at))
def test_parts_of_a_second_do_not_count(at: datetime) -> None:
	exact, cut = derive(plan(), [Tap(at)]), derive(plan(), [Tap(at.replace(microsecond=0))])
	assert exact.minutes_missed == cut.minutes_missed


def test_the_made_day_counts_six_hours() -> None:
	assert plan().minutes == MORNING.counted + AFTERNOON.counted == 360

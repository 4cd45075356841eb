"""What a rule would have done: whom, when, for whose desk, beside which rules, and against who left."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.services.world import A1, A2, A3, A4, B1, LEARNERS, MENTORS, TODAY, World, at
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.looking_back.doubt import shares
from vsv_app.engine.signals.preview import CannotPreview
from vsv_app.engine.signals.rules import ANY_OF, AT_LEAST, Condition, Rule
from vsv_app.services.signals import evaluation, preview
from vsv_app.services.signals.preview import NothingToShow
from vsv_app.stores.queries.sql import VALUE, table, update

MONDAYS = [TODAY - timedelta(weeks=n) for n in (8, 7, 6, 5, 4, 3, 2, 1)]
TWO_DAYS = Rule(
	"TWO-DAYS", "12 hours in two weeks",
	(Condition("unexcused_minutes", AT_LEAST, 720, Window("School Weeks", 2)),),
)  # fmt: skip

YEAR_TO_DATE = replace(TWO_DAYS.conditions[0], window=Window("Year To Date"))


@pytest.fixture
def past(world: World) -> World:
	"""Eight weeks: A1 is away on each Monday, A2 for one day early on, B1 for three days three weeks ago."""
	for day in MONDAYS:
		world.mark_by_hand(A1, "Absent", day)
	world.mark_by_hand(A2, "Absent", MONDAYS[0])
	for n in (0, 1, 2):
		world.mark_by_hand(B1, "Absent", MONDAYS[5] + timedelta(days=n))
	return world


def test_whom_and_when(past: World) -> None:
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	assert dict(found.first) == {A1: MONDAYS[1], B1: MONDAYS[5] + timedelta(days=1)}
	assert found.names == {A1: f"Name of {A1}", B1: f"Name of {B1}"}
	assert found.learners == sum(map(len, LEARNERS.values()))
	weeks = {week.monday: week for week in found.weeks}
	assert sorted(weeks) == [*MONDAYS, TODAY]
	assert [len(weeks[monday].flagged) for monday in (*MONDAYS, TODAY)] == [0, 1, 1, 1, 1, 2, 2, 1, 0]
	assert [weeks[monday].raised for monday in (*MONDAYS, TODAY)] == [0, 1, 0, 0, 0, 1, 0, 0, 0]
	assert weeks[MONDAYS[5]].flagged == (A1, B1)


def test_a_day_in_two_academic_years_counts_once(past: World) -> None:
	before = preview.preview(past.store, TWO_DAYS, TODAY)
	year = ("Of One Programme", MONDAYS[0] - timedelta(days=40), TODAY + timedelta(days=40))
	past.store.insert_rows("Academic Year", ("name", "year_start_date", "year_end_date"), [year])
	assert preview.preview(past.store, TWO_DAYS, TODAY) == before


def test_for_whose_desk(past: World) -> None:
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	assert found.alerts == {
		MENTORS["T-1A"]: {MONDAYS[1]: 1},
		MENTORS["T-1B"]: {MONDAYS[5]: 1},
	}
	assert found.busiest == (MENTORS["T-1B"], MONDAYS[5], 1)


def test_beside_which_rules(past: World) -> None:
	"""Of the pack that is switched on, three days in a row flag B1 too, and ten percent nobody before 20 school days."""
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	assert {(one.rule, one.both, one.share) for one in found.overlap} >= {("START-AWAY-3", 1, 0.5)}
	assert "START-NOT-ARRIVED" not in {one.rule for one in found.overlap}
	itself = replace(TWO_DAYS, code="START-AWAY-3")
	assert "START-AWAY-3" not in {one.rule for one in preview.preview(past.store, itself, TODAY).overlap}


def leave(world: World, student: str, day: date, reason: str | None) -> None:
	s = table("Student")
	world.store.run(
		update(s, "date_of_leaving", "reason_for_leaving").where(s.name == VALUE), [day, reason, student]
	)


def test_against_who_left(past: World) -> None:
	assert preview.preview(past.store, TWO_DAYS, TODAY).validity is None
	leave(past, A1, MONDAYS[5], "Left without a qualification")
	leave(past, A3, MONDAYS[6], "Moved")
	leave(past, A4, MONDAYS[6], None)
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	assert found.validity is not None
	# Warned were A1 and B1; with a reason left A1 and A3.
	assert (found.validity.precision, found.validity.recall) == (0.5, 0.5)
	assert found.validity.lead_days == 28
	assert found.reasons == {"Left without a qualification": 1, "Moved": 1}
	early = preview.preview(past.store, TWO_DAYS, TODAY, reasons=["Left without a qualification"])
	assert early.validity is not None
	assert early.validity.recall == 1
	assert early.reasons == found.reasons, "what is not counted can still be chosen"
	assert (found.counted, early.counted) == (
		("Left without a qualification", "Moved"),
		("Left without a qualification",),
	)
	past.store.set_single("Early Warning Settings", {"leaver_elsewhere_reasons": "Moved"})
	set_so = preview.preview(past.store, TWO_DAYS, TODAY)
	assert (set_so.validity, set_so.counted, set_so.reasons) == (early.validity, early.counted, early.reasons)
	assert (
		preview.preview(past.store, TWO_DAYS, TODAY, reasons=list(found.reasons)).validity == found.validity
	)
	nobody = preview.preview(past.store, TWO_DAYS, TODAY, reasons=[])
	assert (nobody.validity, nobody.reasons) == (None, found.reasons)


def test_who_left_is_not_flagged_afterwards(past: World) -> None:
	leave(past, A1, MONDAYS[0], "Moved")
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	assert A1 not in found.first


def test_a_former_member_of_a_group_is_part_of_the_past(past: World) -> None:
	m = table("Student Group Student")
	past.store.run(update(m, "active").where(m.student == VALUE), [0, A1])
	assert A1 in preview.preview(past.store, TWO_DAYS, TODAY).first


def test_the_load_of_a_former_member_is_that_of_the_mentor_then(past: World) -> None:
	before = preview.preview(past.store, TWO_DAYS, TODAY).alerts
	m = table("Student Group Student")
	past.store.run(update(m, "active").where(m.student == VALUE), [0, A1])
	assert preview.preview(past.store, TWO_DAYS, TODAY).alerts == before


def test_what_stood_before_the_weeks_that_are_shown_is_flagged_and_no_new_alert(past: World) -> None:
	"""Three hundred and sixty-four days after the first Monday, A1 has stood since the second."""
	later = MONDAYS[4] + timedelta(days=364)
	found = preview.preview(past.store, replace(TWO_DAYS, conditions=(YEAR_TO_DATE,)), later)
	assert found.weeks[0].monday == MONDAYS[4]
	assert A1 in found.weeks[0].flagged
	assert found.weeks[0].raised == 0
	assert found.first[A1] == MONDAYS[1]
	assert MENTORS["T-1A"] not in found.alerts


def test_too_little_past_is_said(world: World) -> None:
	with pytest.raises(NothingToShow, match="records of 0 school weeks; a preview needs at least 4"):
		preview.preview(world.store, TWO_DAYS, TODAY)


def test_a_window_longer_than_the_records_is_said(past: World) -> None:
	long = replace(TWO_DAYS, conditions=(replace(TWO_DAYS.conditions[0], window=Window("School Weeks", 30)),))
	with pytest.raises(NothingToShow, match=r"looks back over 30 school weeks.*Choose a shorter window"):
		preview.preview(past.store, long, TODAY)


def test_a_rule_about_the_running_day_is_refused(past: World) -> None:
	door = Rule("DOOR", "Not arrived", (Condition("not_arrived_today", AT_LEAST, 1, Window("Today")),))
	with pytest.raises(CannotPreview, match="the running day alone"):
		preview.preview(past.store, door, TODAY)


def test_as_a_screen_gets_it(past: World) -> None:
	leave(past, A1, MONDAYS[5], "Left without a qualification")
	told = preview.as_json(preview.preview(past.store, TWO_DAYS, TODAY), limit=1)
	assert told["flagged"] == [{"student": A1, "name": f"Name of {A1}", "first": MONDAYS[1].isoformat()}]
	assert (told["flagged_total"], told["learners"]) == (2, 8)
	assert told["weeks"][1] == {
		"monday": MONDAYS[1].isoformat(), "flagged": 1, "raised": 1, "names": [f"Name of {A1}"],
	}  # fmt: skip
	assert told["busiest"] == {
		"mentor": "Mentor of T-1B", "monday": MONDAYS[5].isoformat(), "alerts": 1,
	}  # fmt: skip
	assert told["validity"]["lead_days"] == 28


def test_a_screen_gets_whom_in_each_week_and_the_load_of_each_mentor_in_each(past: World) -> None:
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	told = preview.as_json(found, limit=1)
	for week, shown in zip(found.weeks, told["weeks"], strict=True):
		assert shown["names"] == [f"Name of {student}" for student in week.flagged[:1]]
		assert shown["flagged"] == len(week.flagged)
	assert any(len(week.flagged) > 1 for week in found.weeks), "of whom one is named, as the limit says"
	for shown in told["mentors"]:
		assert sum(shown["by_week"].values()) == shown["alerts"]
		assert max(shown["by_week"].values()) == shown["most_in_a_week"]
	by_week = {week: n for shown in told["mentors"] for week, n in shown["by_week"].items()}
	assert by_week == {week.monday.isoformat(): week.raised for week in found.weeks if week.raised}, (
		"one mentor each week, here"
	)


def test_a_pack_shows_what_the_next_night_would_bring(past: World) -> None:
	rule = table("Early Warning Rule")
	past.store.run(update(rule, "enabled").where(rule.pack == VALUE), [0, "start"])
	now = at("07:00", TODAY)
	shown = preview.tomorrow(past.store, "start", now)
	assert past.signals() == []
	past.store.run(update(rule, "enabled").where(rule.pack == VALUE), [1, "start"])
	evaluation.evaluate_now(past.store, past.school, now)
	raised = past.signals()
	assert raised
	assert sum(shown.rules.values()) == len(raised)
	assert shown.learners == len({student for _rule, student, _status in raised})
	desks = {f"Mentor of {group}": {s for _r, s, _st in raised if s in LEARNERS[group]} for group in LEARNERS}
	assert shown.mentors == {mentor: len(students) for mentor, students in desks.items() if students}
	assert len(shown.live) == 2
	assert preview.tomorrow(past.store, "start", now).rules == {}, "what is on brings nothing new"


def test_each_place_of_the_line_says_what_a_preview_with_that_threshold_would(past: World) -> None:
	leave(past, A1, MONDAYS[5], "Left without a qualification")
	leave(past, B1, MONDAYS[7], "Left without a qualification")
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	line = found.line
	for place, threshold in enumerate(line.places):
		moved = replace(TWO_DAYS, conditions=(replace(TWO_DAYS.conditions[0], threshold=threshold),))
		told = preview.preview(past.store, moved, TODAY)
		assert line.at_all[place] == len(told.first)
		assert list(line.flagged[place]) == [len(week.flagged) for week in told.weeks]
		assert list(line.raised[place]) == [week.raised for week in told.weeks]
		assert line.desks[place] == told.busiest
		assert told.validity is not None
		assert line.outcomes[place] == shares(told.validity)
	assert line.places.index(720) == preview.as_json(found)["line"]["place"]
	assert len({tuple(flagged) for flagged in line.flagged}) > 2


def test_the_line_of_the_condition_that_is_chosen_moves(past: World) -> None:
	late = Condition("times_late", AT_LEAST, 1, Window("School Weeks", 2))
	both = replace(TWO_DAYS, conditions=(late, TWO_DAYS.conditions[0]), combination=ANY_OF)
	assert preview.preview(past.store, both, TODAY).line.places[0] == 1
	line = preview.preview(past.store, both, TODAY, condition=1).line
	assert (line.condition, line.places) == (1, preview.preview(past.store, TWO_DAYS, TODAY).line.places)


def test_a_screen_gets_no_name_of_a_learner_with_the_line(past: World) -> None:
	told = preview.as_json(preview.preview(past.store, TWO_DAYS, TODAY))["line"]
	assert not [one for group in LEARNERS.values() for one in group if one in str(told)]


def test_few_leavers_are_told_as_a_count_without_a_share(past: World) -> None:
	leave(past, A1, MONDAYS[5], "Left without a qualification")
	told = preview.as_json(preview.preview(past.store, TWO_DAYS, TODAY))["shares"]
	nothing = {"share": None, "low": None, "high": None}
	assert told["recall"] == {"hits": 1, "of": 1, **nothing}
	assert told["precision"] == {"hits": 1, "of": 2, **nothing}
	assert told["base"]["of"] == 8
	assert told["lift"] is None


def test_errors_by_group_leave_out_small_groups_and_language_for_who_may_not_read_it(past: World) -> None:
	leave(past, A1, MONDAYS[5], "Left without a qualification")
	s = table("Student")
	for student, gender in ((A1, "Female"), (A2, "Male")):
		past.store.run(update(s, "gender").where(s.name == VALUE), [gender, student])
	found = preview.preview(past.store, TWO_DAYS, TODAY)
	assert preview.GENDER in found.groups
	assert preview.FIRST_LANGUAGE not in found.groups
	assert [one.group for one in found.groups[preview.GENDER]] == ["Female", "Male", "not known"]
	told = [share for one in found.groups[preview.GENDER] for share in (one.false_alarms, one.misses)]
	assert not [share for share in told if share is not None and share.of], (
		"of nobody alone: all others are few"
	)


def test_within_so_many_talks_a_week(past: World) -> None:
	"""A1 and B1 get a signal, in different weeks."""
	leave(past, A1, MONDAYS[5], "Left without a qualification")
	assert preview.preview(past.store, TWO_DAYS, TODAY).reach is None
	reach = preview.preview(past.store, TWO_DAYS, TODAY, talks=1).reach
	assert reach is not None
	assert (reach.asked, reach.talked, reach.waited, reach.learners, reach.reached) == (2, 2, 0, 2, 1)


def test_what_stood_at_the_end_of_a_school_year_is_over_when_the_next_begins(past: World) -> None:
	y = table("Academic Year")
	begins = MONDAYS[6]
	past.store.run(update(y, "year_end_date"), [begins - timedelta(days=1)])
	past.add_year("Next", begins, TODAY + timedelta(days=90))
	found = preview.preview(past.store, replace(TWO_DAYS, conditions=(YEAR_TO_DATE,)), TODAY)
	weeks = {week.monday: week.flagged for week in found.weeks}
	assert A1 in weeks[MONDAYS[5]]
	assert A1 not in weeks[MONDAYS[6]]


def test_weeks_across_years_are_replayed_with_what_lay_before_the_year(past: World) -> None:
	"""The year before ended a week before this one began; what was missed then counts, by the timetable of that time."""
	july = [date(2031, 7, day) for day in (21, 22, 23)]
	past.add_year("T-2030-31", date(2030, 9, 1), date(2031, 7, 31))
	past.add_group("T-0A", "T-2030-31", A3)
	past.change("Student", A3, joining_date=date(2030, 9, 1))
	# T-1A has the school's own timetable from here on, so that there was school in July too.
	bells = table("Bell Schedule")
	past.store.run(update(bells, "student_group").where(bells.name == VALUE), [None, "T-Bells T-1A"])
	august = date(2031, 8, 4)
	for day in (*july, august, august + timedelta(days=1)):
		past.mark_by_hand(A3, "Absent", day)
	ten = Rule(
		"TEN", "10 sessions",
		(Condition("unauthorised_sessions", AT_LEAST, 10, Window("School Weeks Across Years", 10)),),
	)  # fmt: skip
	within = replace(ten, conditions=(replace(ten.conditions[0], window=Window("School Weeks", 10)),))
	assert preview.preview(past.store, ten, TODAY).first[A3] == august + timedelta(days=1)
	assert A3 not in preview.preview(past.store, within, TODAY).first

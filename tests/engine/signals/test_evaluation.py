"""Rules over learners: each finding against a plain second judgement, over calendars and records at random."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import reference
from tests.engine.made import MONDAY, YEAR, calendars, enrolled, other_facts, row, rows, school
from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.signals.evaluation import (
	CLEAR,
	KEEP,
	RAISE,
	UPDATE,
	Finding,
	OpenSignal,
	evaluate,
	fact_of,
)
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import OtherFacts
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.rules import ALL_OF, ANY_OF, AT_LEAST, AT_MOST, Condition, Rule, Scope

FOUR_WEEKS = Window("School Weeks", 4)
LATE = Rule("late", "Often late", (Condition("times_late", AT_LEAST, 2, FOUR_WEEKS, clear_below=1),))
AWAY = Rule("away", "Away", (Condition("unexcused_minutes", AT_LEAST, 300, Window("Rolling Days", 20)),))
ILL = Rule(
	"ill", "Away for days", (Condition("consecutive_days_absent", AT_LEAST, 2, Window("Year To Date")),)
)
RATE = Rule(
	"rate", "Much absence",
	(Condition("absence_rate", AT_LEAST, 20, Window("School Days", 10)), Condition("times_late", AT_LEAST, 1, FOUR_WEEKS)),
	combination=ANY_OF, minimum_school_days=3,
)  # fmt: skip
FINE = Rule("fine", "Hardly away", (Condition("absence_rate", AT_MOST, 5, Window("Term"), clear_below=10),))
DOOR = Rule("door", "Not arrived", (Condition("not_arrived_today", AT_LEAST, 1, Window("Today")),), live=True)
BOTH = Rule("both", "Late and away", (LATE.conditions[0], AWAY.conditions[0]), combination=ALL_OF)
FAILING = Rule(
	"failing", "Failing and away",
	(Condition("failed_courses", AT_LEAST, 1, Window("Year To Date")), Condition("absence_rate", AT_LEAST, 10, FOUR_WEEKS)),
	combination=ALL_OF,
)  # fmt: skip
TROUBLE = Rule(
	"trouble", "Incidents, or a low result",
	(Condition("incidents", AT_LEAST, 2, FOUR_WEEKS), Condition("average_result", AT_MOST, 40, Window("Term"))),
	combination=ANY_OF,
)  # fmt: skip
ALL_RULES = (LATE, AWAY, ILL, RATE, FINE, DOOR, BOTH, FAILING, TROUBLE)
NAMES = ("Adam", "Lina", "Noor")
days = st.dates(MONDAY - timedelta(weeks=4), MONDAY + timedelta(weeks=4))


@st.composite
def schools(draw: st.DrawFn) -> dict:
	"""All that evaluate is given, for three learners."""
	calendar = draw(calendars())
	track = calendar.track("1A", "vmbo")
	enrolments = {
		name: enrolled(name, draw(days)) for name in draw(st.permutations(NAMES)) if draw(st.integers(0, 4))
	}
	made = [one for name in NAMES for one in draw(rows(track, name))]
	standing = [
		OpenSignal(
			f"{name}/{code}", name, code, draw(st.integers(0, 50)), draw(st.none() | st.integers(0, 500))
		)
		for name in NAMES
		for code in sorted(draw(st.sets(st.sampled_from([rule.code for rule in ALL_RULES]), max_size=3)))
	]
	return {
		"rows": made,
		"enrolments": enrolments,
		"rules": list(ALL_RULES),
		"calendar": calendar,
		"on": draw(days),
		"open_signals": standing,
		"not_arrived": draw(st.frozensets(st.sampled_from(NAMES))),
		"more": draw(other_facts(*NAMES)),
	}


def run(given: dict) -> list[Finding]:
	return list(
		evaluate(
			given["rows"],
			given["enrolments"],
			given["rules"],
			given["calendar"],
			on=given["on"],
			open_signals=given["open_signals"],
			not_arrived=given["not_arrived"],
			more=given["more"],
		)
	)


def by_learner_and_rule(findings: list[Finding]) -> dict[tuple[str, str], Finding]:
	told = {(finding.student, finding.rule.code): finding for finding in findings}
	assert len(told) == len(findings), "two findings about one learner and rule"
	return told


def plainly(given: dict, student: str, rule: Rule) -> str | None:
	"""What is to be done about one learner and rule, by the words of DESIGN and nothing of evaluate's code."""
	enrolment: Enrolment = given["enrolments"][student]
	calendar: SchoolCalendar = given["calendar"]
	own = [one for one in given["rows"] if one[0] == student]
	values = tuple(
		reference.value(
			c.indicator, c.window, own, calendar,
			on=given["on"], since=enrolment.since, not_arrived=student in given["not_arrived"], more=given["more"],
			student=student,
		)
		for c in rule.conditions
	)  # fmt: skip
	signal = next((s for s in given["open_signals"] if (s.student, s.rule) == (student, rule.code)), None)
	if signal is None:
		looked_at = {
			day
			for c in rule.conditions
			for day in reference.days_of(c.window, given["on"], calendar)
			if day >= enrolment.since
		}
		return RAISE if rule.fires(values) and len(looked_at) >= rule.minimum_school_days else None
	if not rule.fires(values, is_open=True):
		known = all(INDICATORS[c.indicator].needs in {None, *given["more"].kept} for c in rule.conditions)
		return CLEAR if known else KEEP
	if signal.dismissed_value is None:
		return UPDATE
	upward, value = rule.conditions[0].upward, values[0]
	if value is None:
		return None
	grown = value > signal.dismissed_value if upward else value < signal.dismissed_value
	return RAISE if grown else None


# At random


@given(schools())
def test_each_finding_is_that_of_the_plain_judgement(given: dict) -> None:
	told = by_learner_and_rule(run(given))
	for student in given["enrolments"]:
		for rule in ALL_RULES:
			finding = told.pop((student, rule.code), None)
			assert (finding.action if finding else None) == plainly(given, student, rule)
	assert told == {}, "findings about somebody who is not enrolled"


@given(schools())
def test_doing_it_again_changes_nothing(given: dict) -> None:
	"""Once a school has acted on the findings, the same day raises nothing and clears nothing any more."""
	standing = {(signal.student, signal.rule): signal for signal in given["open_signals"]}
	for finding in run(given):
		key = finding.student, finding.rule.code
		if finding.action == CLEAR:
			del standing[key]
		else:
			standing[key] = OpenSignal(f"{key}", *key, finding.value, indicator=finding.told[0].indicator)
	again = run({**given, "open_signals": standing.values()})
	raised_at_the_border = [f for f in again if f.action == RAISE]
	assert raised_at_the_border == []
	assert all(finding.action in (UPDATE, KEEP) for finding in again)


@given(schools())
def test_a_learner_alone_comes_to_the_same_as_in_the_whole_school(given: dict) -> None:
	whole = by_learner_and_rule(run(given))
	alone: dict = {}
	for student, enrolment in given["enrolments"].items():
		own = [one for one in given["rows"] if one[0] == student]
		alone |= by_learner_and_rule(run({**given, "rows": own, "enrolments": {student: enrolment}}))
	assert alone == whole


@given(schools(), st.randoms())
def test_order_does_not_matter(given: dict, random) -> None:
	def shuffled(values) -> list:
		values = list(values)
		random.shuffle(values)
		return values

	other = {
		**given,
		"enrolments": dict(shuffled(given["enrolments"].items())),
		"rules": shuffled(given["rules"]),
		"open_signals": shuffled(given["open_signals"]),
	}
	assert by_learner_and_rule(run(other)) == by_learner_and_rule(run(given))


@given(schools())
def test_rules_do_not_touch_each_other(given: dict) -> None:
	apart = [finding for rule in ALL_RULES for finding in run({**given, "rules": [rule]})]
	assert by_learner_and_rule(apart) == by_learner_and_rule(run(given))


@given(schools())
def test_no_second_signal_while_one_stands(given: dict) -> None:
	standing = {(s.student, s.rule) for s in given["open_signals"] if s.dismissed_value is None}
	for finding in run(given):
		key = finding.student, finding.rule.code
		assert (finding.action == RAISE) <= (key not in standing)
		assert (finding.signal is None) <= (finding.action == RAISE)


@given(schools())
def test_evidence_is_the_learners_own_within_the_window_and_each_once(given: dict) -> None:
	own = {one[8]: one for one in given["rows"]}
	others = {one[6]: one for one in given["more"].rows}
	for finding in run(given):
		assert finding.window_start <= finding.window_end == given["on"]
		assert (finding.action in (CLEAR, KEEP)) <= (finding.evidence == ())
		records = [evidence.record for evidence in finding.evidence]
		assert len(set(records)) == len(records)
		for evidence in finding.evidence:
			if evidence.doctype != "Student Attendance":
				assert others[evidence.record][:2] == (finding.student, evidence.day)
				continue
			student, day, *_ = own[evidence.record]
			assert student == finding.student
			assert day == evidence.day
			assert finding.window_start <= day <= finding.window_end
			assert evidence.fact == fact_of(own[evidence.record])
		assert list(finding.evidence) == sorted(finding.evidence, key=lambda e: (e.day, e.record))


# By example


def findings(
	made: list[ExceptionRow],
	*rules: Rule,
	on: date = MONDAY,
	signals: tuple[OpenSignal, ...] = (),
	**enrolment: object,
) -> list[Finding]:
	return list(evaluate(made, {"Lina": enrolled(**enrolment)}, rules, school(), on=on, open_signals=signals))


LATE_TWICE = [
	row(MONDAY - timedelta(days=4), "Present", late=8, missed=8),
	row(MONDAY, "Present", late=6, missed=6),
]


def test_a_signal_names_its_value_its_window_and_its_records() -> None:
	(finding,) = findings(LATE_TWICE, LATE)
	assert (finding.action, finding.student, finding.group, finding.value) == (RAISE, "Lina", "1A", 2)
	assert (finding.window_start, finding.window_end) == (date(2026, 11, 2), MONDAY)
	assert [(e.record, e.fact, e.value) for e in finding.evidence] == [
		("Lina-2026-11-19-day", "8 min late", 8.0),
		("Lina-2026-11-23-day", "6 min late", 6.0),
	]


@pytest.mark.parametrize(
	("rows_now", "dismissed", "expected"),
	[
		(LATE_TWICE, None, [UPDATE]),
		# Between the clearing value and the threshold it goes on.
		(LATE_TWICE[:1], None, [UPDATE]),
		([], None, [CLEAR]),
		(LATE_TWICE, 2, []),
		(LATE_TWICE, 1, [RAISE]),
		([], 2, [CLEAR]),
	],
)
def test_a_signal_that_stands(
	rows_now: list[ExceptionRow], dismissed: float | None, expected: list[str]
) -> None:
	standing = OpenSignal("SIG-1", "Lina", "late", 2, dismissed)
	told = findings(rows_now, LATE, signals=(standing,))
	assert [finding.action for finding in told] == expected
	assert all(finding.signal == "SIG-1" for finding in told)


def test_too_little_data_raises_nothing_and_leaves_what_stands() -> None:
	careful = replace(LATE, minimum_school_days=4)
	assert findings(LATE_TWICE, careful, since=MONDAY - timedelta(days=4)) == []
	assert len(findings(LATE_TWICE, careful, since=MONDAY - timedelta(days=5))) == 1
	standing = OpenSignal("SIG-1", "Lina", "late", 2)
	told = findings(LATE_TWICE, careful, since=MONDAY - timedelta(days=4), signals=(standing,))
	assert [finding.action for finding in told] == [UPDATE]


@pytest.mark.parametrize(
	("scope", "expected"),
	[
		(Scope(), 1),
		(Scope(group="1A"), 1),
		(Scope(group="1B"), 0),
		(Scope(program="vmbo"), 1),
		(Scope(program="havo"), 0),
		(Scope(age_from=12, age_to=12), 1),
		(Scope(age_from=13), 0),
		(Scope(age_to=11), 0),
	],
)
def test_whom_a_rule_is_about(scope: Scope, expected: int) -> None:
	"""Born a day more than twelve years ago."""
	rule = replace(LATE, scope=scope)
	assert len(findings(LATE_TWICE, rule, born=date(2014, 11, 22))) == expected


def test_ages_change_on_the_birthday_and_need_one() -> None:
	rule = replace(LATE, scope=Scope(age_from=12))
	assert len(findings(LATE_TWICE, rule, born=date(2014, 11, 23))) == 1
	assert findings(LATE_TWICE, rule, born=date(2014, 11, 24)) == []
	assert findings(LATE_TWICE, rule) == []
	# Two learners of one group are each of their own age.
	enrolments = {
		"Adam": enrolled("Adam", born=date(2014, 1, 1)),
		"Lina": enrolled("Lina", born=date(2015, 1, 1)),
	}
	made = [(name, *one[1:]) for name in ("Adam", "Lina") for one in LATE_TWICE]
	assert [f.student for f in evaluate(made, enrolments, [rule], school(), on=MONDAY)] == ["Adam"]


def test_rules_hold_from_and_to_their_dates() -> None:
	assert findings(LATE_TWICE, replace(LATE, valid_from=MONDAY + timedelta(days=1))) == []
	assert findings(LATE_TWICE, replace(LATE, valid_to=MONDAY - timedelta(days=1))) == []


def test_who_has_no_records_is_judged_where_a_rule_may_hold_without() -> None:
	(finding,) = findings([], FINE)
	assert (finding.action, finding.value, finding.evidence) == (RAISE, 0, ())


def test_who_has_not_arrived_is_named_without_any_record() -> None:
	told = evaluate(
		[],
		{"Adam": enrolled("Adam"), "Lina": enrolled()},
		[DOOR],
		school(),
		on=MONDAY,
		not_arrived=frozenset({"Lina"}),
	)
	assert [(f.student, f.action, f.value) for f in told] == [("Lina", RAISE, 1.0)]


def test_records_of_before_a_late_enrolment_are_no_evidence_of_the_rate() -> None:
	came = MONDAY - timedelta(days=4)
	rule = Rule("rate", "Much absence", (Condition("absence_rate", AT_LEAST, 10, Window("School Weeks", 4)),))
	(finding,) = findings([row(MONDAY - timedelta(days=10)), row(MONDAY)], rule, since=came)
	# One of the three days since then.
	assert finding.value == pytest.approx(100 / 3)
	assert [evidence.day for evidence in finding.evidence] == [MONDAY]


def test_a_new_academic_year_begins_clean() -> None:
	before = [row(YEAR.start - timedelta(days=n)) for n in range(5, 0, -1)]
	assert findings(before, AWAY, ILL, on=YEAR.start + timedelta(days=2)) == []


@pytest.mark.parametrize(
	("record", "fact"),
	[
		(row(MONDAY, "Leave"), "On leave"),
		(row(MONDAY), "Absent"),
		(row(MONDAY, excused="Excused"), "Absent, excused"),
		(row(MONDAY, "Present", late=6, missed=6), "6 min late"),
		(row(MONDAY, "Present", early=20, missed=20), "left 20 min early"),
		(row(MONDAY, "Present", missed=60), "60 min of lessons missed"),
		(
			row(MONDAY, "Present", late=6, early=20, missed=86),
			"6 min late, left 20 min early, 60 min of lessons missed",
		),
		(row(MONDAY, "Present"), "Present"),
	],
)
def test_facts(record: ExceptionRow, fact: str) -> None:
	assert fact_of(record) == fact


RESULTS = frozenset({"results"})


def result(percent: float, day: date = MONDAY) -> tuple:
	return ("Lina", day, "results", percent, "Dutch", "Assessment Result", f"EDU-RES-{day}")


FAILS = Rule("fails", "Fails a course", (Condition("failed_courses", AT_LEAST, 1, FOUR_WEEKS),))


def judged(rule: Rule, more: OtherFacts, *signals: OpenSignal) -> list[Finding]:
	return list(
		evaluate([], {"Lina": enrolled()}, [rule], school(), on=MONDAY, open_signals=signals, more=more)
	)


def test_a_learner_without_any_absence_is_judged_by_results() -> None:
	(finding,) = judged(FAILS, OtherFacts([result(40)], RESULTS))
	assert (finding.action, finding.value) == (RAISE, 1)
	assert [(e.doctype, e.record, e.fact) for e in finding.evidence] == [
		("Assessment Result", "EDU-RES-2026-11-23", "Dutch: 40 %")
	]


def test_a_source_that_is_gone_keeps_what_stands_and_one_that_says_nothing_clears_it() -> None:
	standing = OpenSignal("SIG-1", "Lina", "fails", 1)
	assert [f.action for f in judged(FAILS, OtherFacts(), standing)] == [KEEP]
	assert [f.action for f in judged(FAILS, OtherFacts((), RESULTS), standing)] == [CLEAR]
	assert judged(FAILS, OtherFacts()) == []


def test_a_dismissed_value_is_compared_with_its_own_measure() -> None:
	"""Dismissed for two failed courses: one more lateness says nothing about that."""
	either = Rule(
		"either", "Late or failing",
		(LATE.conditions[0], FAILS.conditions[0]),
		combination=ANY_OF,
	)  # fmt: skip
	dismissed = OpenSignal("SIG-1", "Lina", "either", 1, dismissed_value=1, indicator="failed_courses")
	given = {"enrolments": {"Lina": enrolled()}, "rules": [either], "calendar": school(), "on": MONDAY}
	known = {
		**given,
		"more": OtherFacts([result(40)], RESULTS),
		"open_signals": [dismissed],
		"not_arrived": frozenset(),
	}
	assert run({**known, "rows": LATE_TWICE}) == []


def test_a_finding_names_the_version_that_its_signal_was_raised_under() -> None:
	standing = OpenSignal("SIG-1", "Lina", "late", 2, version=1)
	(told,) = findings(LATE_TWICE, replace(LATE, version=3), signals=(standing,))
	assert (told.action, told.raised_under, told.rule.version) == (UPDATE, 1, 3)

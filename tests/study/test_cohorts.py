"""What contradicts itself is told with its lines, and a slip in one line changes no figure of the others."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.study import made
from tests.study.made import DAYS, LEARNERS, LEAVERS
from vsv_app.engine.signals.indicators.facts import RESULTS
from vsv_app.study.learner_file import CohortError, Reading

LINES = made.text().count("\n")
NEXT = LINES + 1
"""The number of the first line that a test adds."""


@pytest.mark.parametrize(
	("line", "sentence"),
	[
		("L99,2025-13-01,present,,", "'2025-13-01' is no date; write YYYY-MM-DD"),
		("L99,13/13/2025,present,,", "'13/13/2025' is no date with the day first"),
		("L99,09/13/2025,present,,", "Say --dates mdy where it is meant so"),
		("L99,01-09-25,present,,", "'01-09-25' is no date"),
		("L99,0925-09-01,present,,", "is in the year 925"),
		("L99,2025-09-01,skipped,,", "'skipped' is no fact; choose from"),
		("L99,2025-09-01,late,,", "late needs a value"),
		("L99,2025-09-01,late,NA,", "late needs a value"),
		("L99,2025-09-01,late,ten,", "'ten' is no number"),
		("L99,2025-09-01,late,nan.,", "'nan.' is no number"),
		("L99,2025-09-01,late,inf,", "a value of inf is not possible"),
		("L99,2025-09-01,late,-5,", "a value of -5 is not possible"),
		("L99,2025-09-01,result,140,Maths", "a value of 140 is not possible for result"),
		("L99,2025-09-01,incident,4,", "a value of 4 is not possible for incident"),
		("L99,2025-09-01,group,,girls", "'girls' names no group"),
		(",2025-09-01,present,,", "it names no learner"),
		(",2025-09-01,term,,one", "a term needs its last day under until"),
		(",2025-09-01,school day,9000,", "a school day of 9000 minutes is not possible"),
	],
)
def test_a_line_that_cannot_be_read_is_named(line: str, sentence: str) -> None:
	with pytest.raises(CohortError, match=f"^line {NEXT}: ") as error:
		made.read(made.text(line))
	assert sentence in str(error.value)


CONTRADICTIONS = [
	(["X1,2025-10-01,enrolled,,", "X1,2025-09-15,left,,"], "Learners left before they were enrolled", NEXT + 1),
	([f"L01,{DAYS[3]},present,,"], "Lines say the same twice", NEXT),
	([f"L01,{DAYS[3]},late,5,", f"L01,{DAYS[3]},late,5,"], "Lines say the same twice", NEXT + 1),
	([f"L00,{DAYS[LEAVES]},absent,,".replace("LEAVES", "")] if (LEAVES := made.LEAVES + 3) else [], "Facts lie after the learner had left", NEXT),
	(["X1,2025-10-01,enrolled,,", "X1,2025-09-15,late,9,"], "Facts lie before the learner was enrolled", NEXT + 1),
	([f"L01,{DAYS[3]},late,4000,"], "more minutes than the day has school", NEXT),
	([f"L01,{DAYS[3]},absent,0,"], "records of attendance are of 0 minutes".capitalize(), NEXT),
	([f"L01,{DAYS[3]},absent,,"], "on which another says present", NEXT),
	([f"X1,{DAYS[3]},absent,,", f"X1,{DAYS[3]},absent,,Excused"], "for the whole of a day twice", NEXT + 1),
	(["L01,2025-09-06,absent,,"], "of days without school", NEXT),
	([f"L00,{DAYS[70]},left,,"], "two days of leaving", NEXT),
	(["L01,2024-09-01,born,,"], "younger than 3 or older than 100", NEXT),
	(["L01,NA,left,,"], "of the fact 'left' without a date", NEXT),
	(["L01,2205-09-01,present,,"], "outside the school years (2025-26) by their date", NEXT),
	(["L01,2025-09-02,absent,30,,Dentist, then home"], "more cells than the first line", NEXT),
	(["L01,2099-09-01,left,,"], "beyond the last school year", NEXT),
	(["L01,2025-09-02,late,3,Bus"], "absences with the label 'Bus', which counts as unexcused; say --excused Bus".capitalize(), NEXT),
]  # fmt: skip


@pytest.mark.parametrize(
	("lines", "said", "number"), CONTRADICTIONS, ids=[said for _l, said, _n in CONTRADICTIONS]
)
def test_a_contradiction_is_told_with_its_count_and_line(lines: list[str], said: str, number: int) -> None:
	_years, notes = made.years(made.text(*lines))
	(note,) = [note for note in notes if said.casefold() in note.casefold()]
	assert note.endswith(f": 1 (line {number})")


def test_a_clean_file_has_nothing_to_be_told_of() -> None:
	(cohort,), notes = made.years(made.text())
	assert notes == []
	assert (len(cohort.members), cohort.outcomes, len(cohort.days)) == (LEARNERS, LEAVERS, len(DAYS))


@pytest.mark.parametrize(
	"slip",
	[
		"L01,2016-08-20,enrolled,,", "L01,1925-09-03,enrolled,,", "L01,2205-09-03,present,,", "L01,1925-09-03,absent,,",
		"L01,2016-09-05,result,70,Maths", "L01,2099-01-01,left,,", "L01,2026-07-20,absent,,",
	],
)  # fmt: skip
def test_a_day_of_years_ago_or_a_slip_stretches_no_calendar(slip: str) -> None:
	for present in (True, False):
		text = made.text(slip)
		if not present:
			text = "\n".join(line for line in text.splitlines() if ",present," not in line)
			text += "\n" + "\n".join(f"L01,{day},late,5," for day in (DAYS[0], DAYS[-1]))
			# A file of 60 facts has no edge that is small beside the rest, unless there are more.
			text += "\n" + "\n".join(
				f"L{n:02},{day},late,{n + 1}," for n in range(1, 40, 2) for day in DAYS[::10]
			)
		(cohort,), _notes = made.years(text)
		assert (cohort.days[0], cohort.days[-1]) == (DAYS[0], DAYS[-1])
		assert len(cohort.members) == LEARNERS


def test_an_earlier_enrolment_counts_from_the_first_day_of_the_year() -> None:
	(cohort,), notes = made.years(made.text("L01,2016-08-20,enrolled,,"))
	assert notes == []
	assert {date.fromordinal(member.since) for member in cohort.members} == {DAYS[0]}


def two_years() -> str:
	"""Who left in the first year is not in the second; who stayed is in both."""
	later = [day + timedelta(days=364) for day in DAYS]
	lines = [*made.school()]
	lines += [f"L{n:02},{day},present,," for n in range(1, LEARNERS, 2) for day in later]
	lines += [f"N{n:02},{day},present,," for n in range(10) for day in later[:50]]
	lines += [f"N{n:02},{later[50]},left,," for n in range(10)]
	return "\n".join((made.HEAD, *lines))


def test_several_years_are_several_cohorts() -> None:
	found, notes = made.years(two_years())
	assert notes == []
	assert [(c.name, len(c.members), c.outcomes, len(c.days)) for c in found] == [
		("2025-26", LEARNERS, LEAVERS, len(DAYS)),
		("2026-27", LEARNERS - LEAVERS + 10, 10, len(DAYS)),
	]


def test_a_school_year_begins_when_it_is_said_to() -> None:
	found, _notes = made.years(two_years(), year_starts=(1, 1))
	assert [cohort.name for cohort in found] == ["2025", "2026", "2027"]


def test_who_does_not_come_back_after_summer_left_in_the_year_before() -> None:
	found, _notes = made.years(two_years() + "\nL01,2026-08-20,left,,\nL03,2026-06-30,left,,")
	assert [cohort.outcomes for cohort in found] == [LEAVERS + 2, 10]


def test_who_comes_back_is_there_again() -> None:
	found, _notes = made.years(two_years() + "\nL00,2026-09-07,enrolled,,\nL00,2026-09-08,present,,")
	(back,) = [member for member in found[1].members if member.name == "L00"]
	assert date.fromordinal(back.since) == date(2026, 9, 7)
	assert back.outcome == 0


def test_a_year_without_a_line_of_a_learner_is_told() -> None:
	text = "\n".join(line for line in two_years().splitlines() if ",present," not in line)
	found, notes = made.years(
		text
		+ "".join(f"\nN00,2026-{m}-05,late,{m}," for m in (10, 11))
		+ "".join(f"\nM{n},2026-1{n % 3}-0{n},late,5," for n in range(1, 9))
	)
	assert len(found) == 2
	assert any("has no line in a school year" in note for note in notes)


@pytest.mark.parametrize(
	("outcomes", "expected"),
	[
		(("left",), LEAVERS),
		(("failed",), 2),
		(("repeated",), 1),
		(("left", "failed", "repeated"), LEAVERS + 2),
	],
)
def test_other_outcomes_than_leaving(outcomes: tuple[str, ...], expected: int) -> None:
	lines = ["L01,2026-02-20,failed,,", "L03,2026-02-20,failed,,", "L03,2026-02-21,repeated,,"]
	(cohort,), _notes = made.years(made.text(*lines), outcomes=outcomes)
	assert cohort.outcomes == expected
	assert len(cohort.members) == LEARNERS


def test_marks_out_of_ten_are_asked_about() -> None:
	marks = [f"L{n:02},{DAYS[5]},result,{n % 10}.5,Maths" for n in range(10)]
	with pytest.raises(CohortError, match=r"None of the 10 results is above 9.5. .* Say --scale 10"):
		made.read(made.text(*marks))
	file = made.read(made.text(*marks), Reading(scale=10))
	(cohort,) = made.cohorts.of(file)
	results = [row[3] for batch in cohort.batches() for row in batch.more.rows if row[2] == RESULTS]
	assert sorted(results) == [10.0 * (n + 0.5) for n in range(10)]


def test_a_scale_that_the_marks_contradict_is_refused_or_told() -> None:
	with pytest.raises(
		CohortError, match=f"line {NEXT}: a value of 62 is not possible for result. Marks go up to 10"
	):
		made.read(made.text(f"L01,{DAYS[5]},result,62,Maths"), Reading(scale=10))
	file = made.read(made.text(f"L01,{DAYS[5]},result,8,Maths"), Reading(scale=100))
	assert any("check --scale" in str(note) for note in file.notes)
	assert not len(made.read(made.text(f"L01,{DAYS[5]},result,62,Maths")).notes)


def test_labels_that_excuse() -> None:
	lines = [
		f"L01,{DAYS[n]},absent,60,{label}"
		for n, label in enumerate(("excused", "Unexcused", "", "Ziek", "ziek"))
	]
	file = made.read(made.text(*lines))
	assert [str(note) for note in file.notes] == [
		f"Absences with the label 'Ziek', which counts as unexcused; say --excused Ziek if it does not: 1 (line {NEXT + 3})",
		f"Absences with the label 'ziek', which counts as unexcused; say --excused ziek if it does not: 1 (line {NEXT + 4})",
	]
	said = made.read(made.text(*lines), Reading(excused=frozenset({"ZIEK"})))
	assert len(said.notes) == 0
	(cohort,) = made.cohorts.of(said)
	rows = [
		row
		for batch in cohort.batches()
		for row in batch.rows
		if row[0] == "L01" and row[2] == "Absent" and row[4]
	]
	assert [row[6] for row in rows] == ["Excused", None, None, "Excused", "Excused"]


def test_an_absence_of_several_days_is_each_of_its_school_days() -> None:
	text = made.text().replace("label\n", "label,until\n", 1) + "L07,2025-09-04,absent,,,2025-09-09\n"
	(cohort,), _notes = made.years(text)
	days = [
		row[1] for batch in cohort.batches() for row in batch.rows if row[0] == "L07" and row[8] == str(NEXT)
	]
	assert days == [date(2025, 9, 4), date(2025, 9, 5), date(2025, 9, 8), date(2025, 9, 9)]


def test_school_days_and_terms_of_the_file_make_the_calendar() -> None:
	text = made.text().replace("label\n", "label,until\n", 1)
	text += "".join(f",{day},school day,300,,\n" for day in DAYS[:100])
	text += f",{DAYS[0]},term,,autumn,{DAYS[49]}\n,{DAYS[50]},term,,winter,{DAYS[99]}\n"
	(cohort,), _notes = made.years(text)
	assert cohort.days == DAYS[:100]
	assert set(cohort.calendar.track().minutes) == {300}
	assert [term.name for term in cohort.calendar.terms] == ["autumn", "winter"]


def test_a_fact_of_a_week_end_counts_and_makes_no_school_day() -> None:
	saturday = DAYS[-1] + timedelta(days=1)
	(cohort,), notes = made.years(made.text(f"L01,{saturday},incident,2,"))
	assert notes == []
	assert cohort.days[-1] == DAYS[-1]
	assert [row[1] for batch in cohort.batches() for row in batch.more.rows] == [saturday]


def test_a_day_without_school_is_none() -> None:
	text = "\n".join(line for line in made.text().splitlines() if ",present," not in line)
	(cohort,), _notes = made.years(
		text + f"\n,{DAYS[32]},no school,,\nL01,{DAYS[0]},late,5,\nL01,{DAYS[-1]},late,5,"
	)
	assert cohort.days == [day for day in DAYS if day != DAYS[32]]


KINDS = (
	"present",
	"absent",
	"late",
	"left early",
	"result",
	"missing",
	"incident",
	"enrolled",
	"left",
	"finished",
	"failed",
	"born",
)
LINE = st.builds(
	lambda who, day, fact, value: f"P{who},{day},{fact},{value if fact in ('late', 'left early', 'absent', 'result') else 1},",
	st.integers(0, 4), st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.sampled_from(KINDS), st.integers(0, 100),
)  # fmt: skip


@given(st.lists(LINE, min_size=1, max_size=60))
def test_whatever_a_file_says_its_cohorts_can_be_judged(lines: list[str]) -> None:
	"""No fact lies outside its learner's stay, no outcome before it, and the engine takes all of it."""
	try:
		found, _notes = made.years("\n".join((made.HEAD, "Z,2025-09-01,result,90,", *lines)))
	except CohortError:
		return
	for cohort in found:
		names = [member.name for member in cohort.members]
		assert names == sorted(set(names))
		for member in cohort.members:
			assert member.since <= cohort.days[-1].toordinal()
			assert not member.until or member.until >= member.since
			assert not member.outcome or member.outcome >= member.since
		for batch in cohort.batches(2):
			assert list(batch.rows) == sorted(batch.rows, key=lambda row: (row[0], row[1]))
			for row in batch.rows:
				stay = batch.enrolments[row[0]]
				assert stay.since <= row[1] <= (stay.until or row[1])
			assert {row[2] for row in batch.more.rows} <= cohort.sources

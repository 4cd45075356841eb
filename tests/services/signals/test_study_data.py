"""A school's records as a file of the study: what is in it, what never is, and that the study reads it."""

import re
from datetime import timedelta

import pytest

from tests.services.world import A1, A2, A3, B1, LEARNERS, TODAY, World, at
from vsv_app.stores.queries.sql import VALUE, table, update
from vsv_app.study import cohorts, learner_file, school_records
from vsv_app.study.school_records import HEADS, Line, NoRecords, Written

KEY = b"k" * 32
DAYS = [TODAY - timedelta(weeks=n) for n in range(8, 0, -1)]
SECRET = "Said in confidence"


@pytest.fixture
def past(world: World) -> World:
	"""Eight weeks: A1 is away on each Monday, and leaves; A2 once with leave, A3 late, B1 for some minutes."""
	for day in DAYS:
		world.mark_by_hand(A1, "Absent", day)
	world.mark_by_hand(A2, "Absent", DAYS[1], vsv_excused="Excused", vsv_reason=SECRET)
	world.mark_by_hand(A3, "Present", DAYS[2], vsv_minutes_late=20, vsv_minutes_missed=20)
	world.mark_by_hand(B1, "Present", DAYS[3], vsv_minutes_missed=90)
	return world


def leave(world: World, student: str, why: str | None) -> None:
	s = table("Student")
	query = update(s).set(s.date_of_leaving, VALUE).set(s.reason_for_leaving, VALUE).where(s.name == VALUE)
	world.store.run(query, [TODAY - timedelta(days=3), why, student])


def written(world: World, **options: object) -> tuple[list[Line], Written]:
	told = Written()
	return list(school_records.lines(world.store, TODAY, KEY, told, **options)), told  # type: ignore[arg-type]


def of(lines: list[Line], student: str, *facts: str) -> list[tuple[str, ...]]:
	digest = school_records._digest(student, KEY, school_records.DIGITS)
	return [line[1:5] for line in lines if line[0] == digest and line[2] in facts]


def test_what_the_day_counts_for(past: World) -> None:
	lines, told = written(past)
	assert of(lines, A1, "absent") == [(str(day), "absent", "", "") for day in DAYS]
	assert of(lines, A2, "absent") == [(str(DAYS[1]), "absent", "", "Excused")]
	assert of(lines, A3, "absent", "late") == [(str(DAYS[2]), "late", "20", "")]
	assert of(lines, B1, "absent", "late") == [(str(DAYS[3]), "absent", "90", "")]
	assert told.learners == sum(map(len, LEARNERS.values()))
	days = [line for line in lines if line[2] == "school day"]
	assert days[0][1] == str(DAYS[0])
	assert {line[3] for line in days} == {"360"}


def test_it_names_nobody_and_tells_nothing_that_was_written(past: World) -> None:
	past.add_row(
		"Concern", student=A1, student_name=f"Name of {A1}", kind="Abuse", severity="Urgent", visibility="Named People Only",
		what=SECRET, noted_on=at("10:00", DAYS[2]), noted_by="Administrator",
	)  # fmt: skip
	past.add_row(
		"Concern", student=A2, kind="Bullying", severity="Watch", visibility="People With A Task", what=SECRET,
		noted_on=at("10:00", DAYS[2]), noted_by="Administrator",
	)  # fmt: skip
	lines, _told = written(past, groups=school_records.GROUPS)
	text = "\n".join(",".join(line) for line in lines)
	for student in (learner for group in LEARNERS.values() for learner in group):
		assert student not in text
	assert SECRET not in text
	assert "Name of" not in text
	# A restricted one is not even counted.
	assert of(lines, A1, "incident") == []
	assert of(lines, A2, "incident") == [(str(DAYS[2]), "incident", "1", "")]
	assert all(re.fullmatch(r"[0-9a-f]{16}|", line[0]) for line in lines)


def test_a_digest_says_nothing_in_the_next_file(past: World) -> None:
	one = {line[0] for line in school_records.lines(past.store, TODAY, b"1" * 32, Written())} - {""}
	other = {line[0] for line in school_records.lines(past.store, TODAY, b"2" * 32, Written())} - {""}
	assert one
	assert not one & other


@pytest.mark.parametrize(
	("why", "reasons", "fact"),
	[
		("Work", None, "left"),
		("Work", ("Work",), "left"),
		("Moved", ("Work",), "finished"),
		(None, None, "finished"),
	],
)
def test_who_left_early_by_the_reason(
	past: World, why: str | None, reasons: tuple[str, ...] | None, fact: str
) -> None:
	leave(past, A1, why)
	lines, told = written(past, reasons=reasons)
	assert [line[1] for line in of(lines, A1, "left", "finished")] == [fact]
	assert told.left == (fact == "left")


def test_who_counts_as_an_early_leaver_is_what_the_school_has_set(past: World) -> None:
	leave(past, A1, "Moved house")
	past.store.set_single("Early Warning Settings", {"leaver_elsewhere_reasons": "moved house"})
	lines, told = written(past)
	assert [line[1] for line in of(lines, A1, "left", "finished")] == ["finished"]
	assert told.left == 0


def test_a_group_of_few_is_not_named(past: World) -> None:
	lines, _told = written(past, groups=("programme",))
	assert {line[4] for line in lines if line[2] == "group"} <= {"programme: others"}
	assert not [line for line in written(past)[0] if line[2] == "group"]


def test_the_study_reads_it(past: World) -> None:
	leave(past, A1, "Work")
	lines, _told = written(past)
	text = [",".join(cells) + "\n" for cells in (HEADS, *lines)]
	file = learner_file.read(text)
	(cohort,) = cohorts.of(file)
	assert [str(note) for note in file.notes] == []
	assert len(cohort.members) == sum(map(len, LEARNERS.values()))
	assert cohort.outcomes == 1
	rows = [row for batch in cohort.batches() for row in batch.rows]
	assert len(rows) == len(DAYS) + 3


def test_without_attendance_there_is_nothing_to_write(world: World) -> None:
	with pytest.raises(NoRecords, match="no attendance"):
		next(school_records.lines(world.store, TODAY, KEY, Written()))

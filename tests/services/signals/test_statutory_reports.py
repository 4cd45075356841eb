"""Reports to an authority: prepared once per limit reached, with deadline, facts and what the school did."""

import csv
from datetime import date, datetime, timedelta
from html import escape
from io import StringIO

import pytest

from tests.services.world import A1, A2, B1, TODAY, World, at
from vsv_app.engine.signals.statutory_reports import NOT_NEEDED, REPORTED, TO_CHECK, IllegalReport
from vsv_app.services.care import mentor_board
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import evaluation, rule_packs, statutory_reports
from vsv_app.stores.queries.signals import statutory_filings
from vsv_app.stores.queries.signals.statutory_filings import Report
from vsv_app.stores.queries.sql import VALUE, table, update

RULE = "NL-UNEXCUSED-16H"
NOW = at("18:00")
THREE_MONDAYS = [TODAY - timedelta(weeks=n) for n in (2, 1, 0)]
STUDENT, ATTENDANCE = table("Student"), table("Student Attendance")


@pytest.fixture
def dutch(world: World) -> World:
	"""The statutory pack switched on; A1 and A2 are 15, A1 was away for three days of six hours in three weeks."""
	rule_packs.switch(world.store, "nl-statutory", True, NOW)
	for student in (A1, A2):
		world.store.run(
			update(STUDENT, "date_of_birth").where(STUDENT.name == VALUE),
			[TODAY.replace(year=2016), student],
		)
	for day in THREE_MONDAYS:
		world.mark_by_hand(A1, "Absent", day)
	return world


def prepare(world: World, day: datetime = NOW) -> list[str]:
	return statutory_reports.prepare(world.store, day.date(), day)


def listed(world: World) -> list[Report]:
	return statutory_filings.listed(world.store, students=[A1, A2, B1])


def excuse(world: World, day: object) -> None:
	change = (
		update(ATTENDANCE, "vsv_excused").where(ATTENDANCE.student == VALUE).where(ATTENDANCE.date == VALUE)
	)
	world.store.run(change, ["Excused", A1, day])


def test_what_a_report_says(dutch: World) -> None:
	(name,) = prepare(dutch)
	(report,) = listed(dutch)
	assert report == Report(
		name=name, student=A1, student_name=f"Name of {A1}", student_group="T-1A", status=TO_CHECK,
		# Four working days are left of this week, and the fifth is the next Monday.
		due_on=TODAY + timedelta(days=7),
		report_to="DUO verzuimregister", kind="16 hours in 4 weeks", rule=RULE, hours=18.0, period_from=THREE_MONDAYS[0], period_to=TODAY,
		facts="\n".join(f"{day}: 6.0 h" for day in THREE_MONDAYS), reasons=None, what_school_did=None,
		reported_on=None, reported_by=None, authority_reference=None, register_status=None,
		not_needed_because=None,
	)  # fmt: skip


def test_each_limit_is_reported_once(dutch: World) -> None:
	prepare(dutch)
	assert prepare(dutch) == []
	assert prepare(dutch, NOW + timedelta(days=1)) == []
	for n in (2, 3, 4):
		dutch.mark_by_hand(A1, "Absent", TODAY + timedelta(days=n))
	assert len(prepare(dutch, NOW + timedelta(days=4))) == 1
	assert [report.period_from for report in listed(dutch)] == [THREE_MONDAYS[0], TODAY + timedelta(days=2)]


def test_who_stays_away_is_reported_once_in_seven_days(dutch: World) -> None:
	for n in (1, 2, 3, 4, 7, 8, 9, 10, 11):
		dutch.mark_by_hand(A1, "Absent", TODAY + timedelta(days=n))
	made = [n for n in range(13) for _report in prepare(dutch, NOW + timedelta(days=n))]
	# Each day since the Monday that was reported was missed, and seven days later is the next Monday.
	assert made == [0, 7]
	first, second = listed(dutch)
	assert (second.period_from, second.period_to, second.hours) == (
		TODAY + timedelta(days=1), TODAY + timedelta(days=7), 30.0,
	)  # fmt: skip
	assert second.facts is not None
	assert first.facts != second.facts


def test_a_report_that_was_not_needed_relieves_of_nothing(dutch: World) -> None:
	(name,) = prepare(dutch)
	statutory_reports.move(
		dutch.store, name, NOT_NEEDED, "officer@school.example", NOW, not_needed_because="Ill"
	)
	for n in (1, 2, 3):
		dutch.mark_by_hand(A1, "Absent", TODAY + timedelta(days=n))
	assert len(prepare(dutch, NOW + timedelta(days=3))) == 1


def test_a_report_without_days_stands_in_nobodys_way(dutch: World) -> None:
	dutch.add_row("Statutory Report", student=A2, rule=RULE, status=TO_CHECK, report_key="by hand")
	assert len(prepare(dutch)) == 1
	assert {report.status for report in listed(dutch)} == {TO_CHECK}


def test_a_birthday_that_came_since_takes_no_report_away(dutch: World) -> None:
	"""The limit was reached on the day before the eighteenth birthday, and the next look is after it."""
	born = (TODAY + timedelta(days=1)).replace(year=TODAY.year - 18)
	dutch.store.run(update(STUDENT, "date_of_birth").where(STUDENT.name == VALUE), [born, A1])
	assert len(prepare(dutch, NOW + timedelta(days=1))) == 1


def test_a_report_that_waits_over_the_summer_is_not_taken_for_corrected(dutch: World) -> None:
	"""What it rests on is of the academic year before."""
	prepare(dutch)
	dutch.add_year("T-2032-33", date(2032, 8, 1), date(2033, 7, 31))
	dutch.add_group("T-2A", "T-2032-33", A1)
	schedules = table("Bell Schedule")
	dutch.store.run(update(schedules, "student_group").where(schedules.name == VALUE), [None, "T-Bells T-1B"])
	prepare(dutch, datetime(2032, 9, 1, 18, 0))
	assert [report.status for report in listed(dutch)] == [TO_CHECK]


def test_ten_sessions_count_across_the_summer_and_go_to_the_authority_in_its_own_words(world: World) -> None:
	"""The learner was in another group then, with a timetable of its own that ended at noon."""
	store = world.store
	world.add_year("T-2030-31", date(2030, 9, 1), date(2031, 7, 31))
	world.add_group("T-0A", "T-2030-31", A1)
	world.change("Student", A1, joining_date=date(2030, 9, 1))
	world.add_session("T-0A", "Morning", 9, 12)
	rule_packs.switch(store, "england-absence", True, NOW)
	august = date(2031, 8, 4)
	july = [date(2031, 7, day) for day in (21, 22, 23, 24)]
	for day in (*july, *(august + timedelta(days=n) for n in (0, 1, 2))):
		world.mark_by_hand(A1, "Absent", day)
	now = datetime(2031, 8, 6, 18, 0)
	# Mornings of a school that ended at noon are a session each, and whole days two.
	(name,) = statutory_reports.prepare(store, now.date(), now)
	(report,) = statutory_filings.listed(store, names=[name])
	assert (report.period_from, report.period_to, report.kind) == (
		july[0],
		now.date(),
		"Penalty notice to be considered",
	)
	assert report.facts is not None
	assert report.facts.splitlines()[0] == f"{july[0]}: 1 half-day"
	assert report.facts.splitlines()[-1] == f"{now.date()}: 2 half-days"
	assert report.hours == 4 * 3 + 3 * 6
	evaluation.evaluate_school(store, world.school, now.date(), now)
	raised = {row[0]: row[1] for row in world.signals()}
	assert raised["ENG-UNAUTHORISED-10"] == raised["ENG-UNAUTHORISED-6"] == A1
	signal = world.signal("ENG-UNAUTHORISED-10", A1)
	((said, start, end),) = world.rows(
		"Early Warning Signal", "explanation", "window_start", "window_end", name=signal
	)
	assert "10 half-days" in said
	assert (start.year, end) == (2031, now.date())
	assert start < july[0]
	evidence = world.rows("Early Warning Evidence", "date", parent=signal)
	assert sorted(day for (day,) in evidence)[0] == july[0]
	assert statutory_reports.prepare(store, now.date(), now) == []


def test_whom_the_duty_is_not_about(dutch: World) -> None:
	for day in THREE_MONDAYS:
		dutch.mark_by_hand(B1, "Absent", day)
	# Of B1 no birthday is known, and A1 comes of age.
	dutch.store.run(
		update(STUDENT, "date_of_birth").where(STUDENT.name == VALUE), [TODAY.replace(year=2013), A1]
	)
	assert prepare(dutch) == []


def test_long_ago_is_no_news(dutch: World) -> None:
	assert prepare(dutch, NOW + timedelta(days=40)) == []


def test_a_correction_closes_what_waits_and_counts_again_when_taken_back(dutch: World) -> None:
	prepare(dutch)
	excuse(dutch, TODAY)
	assert prepare(dutch) == []
	(report,) = listed(dutch)
	assert (report.status, report.not_needed_because) == (NOT_NEEDED, statutory_reports.CORRECTED)
	# The days before count on towards the next limit.
	dutch.mark_by_hand(A1, "Absent", TODAY + timedelta(days=1))
	assert len(prepare(dutch, NOW + timedelta(days=1))) == 1


def test_a_correction_that_leaves_the_limit_reached_changes_the_hours(dutch: World) -> None:
	prepare(dutch)
	missed = update(ATTENDANCE, "vsv_minutes_missed").where(ATTENDANCE.student == VALUE)
	dutch.store.run(missed.where(ATTENDANCE.date == VALUE), [300, A1, THREE_MONDAYS[0]])
	prepare(dutch)
	assert [(report.status, report.hours) for report in listed(dutch)] == [(TO_CHECK, 17.0)]


def test_what_the_school_did_is_written_down_beforehand(dutch: World) -> None:
	"""A signal came first, the mentor took it on, and one of the absences has a reason."""
	rule_packs.switch(dutch.store, "start", False, NOW)
	evaluation.evaluate_school(dutch.store, dutch.school, TODAY, NOW)
	mentor_board.acknowledge(
		dutch.store, dutch.signal("NL-UNEXCUSED-8H", A1), "t-mentor-a@school.example", NOW
	)
	dutch.store.run(update(ATTENDANCE, "vsv_reason").where(ATTENDANCE.student == VALUE), ["Overslept", A1])
	dutch._rows(
		"Contact Log",
		[
			{
				"name": f"T-CALL-{when:%m%d}", "student": A1, "with_whom": "Guardian", "channel": "Phone Call",
				"contact_on": when, "contact_by": "Administrator", "interpreter": "None",
			}
			for when in (at("16:00", THREE_MONDAYS[0]), at("16:00", THREE_MONDAYS[0] - timedelta(days=1)))
		],
	)  # fmt: skip
	dutch._rows(
		"Support Plan",
		[
			{
				"name": "T-PLAN", "student": A1, "status": "Active", "responsible": "Administrator", "version": 1,
				"starts_on": THREE_MONDAYS[1],
			}
		],
	)  # fmt: skip
	change = update(table("Early Warning Signal"), "raised_on")
	dutch.store.run(change.where(table("Early Warning Signal").student == VALUE), [at("07:00"), A1])
	prepare(dutch)
	(report,) = listed(dutch)
	assert report.reasons == "Overslept"
	assert report.what_school_did is not None
	assert report.what_school_did.splitlines()[:2] == [
		f"{THREE_MONDAYS[0]}: Contact with guardian: phone call",
		f"{THREE_MONDAYS[1]}: Support plan begun",
	]
	assert f"{TODAY}: Alert to the mentor" in report.what_school_did.splitlines()
	assert f"{TODAY}: Taken on: 8 hours of unexcused absence in 4 school weeks" in report.what_school_did


def test_its_steps(dutch: World) -> None:
	(name,) = prepare(dutch)
	with pytest.raises(IllegalReport, match="what the school did"):
		statutory_reports.move(dutch.store, name, REPORTED, "officer@school.example", NOW)
	statutory_reports.move(
		dutch.store, name, REPORTED, "officer@school.example", NOW,
		what_school_did="Talked with the family", authority_reference="M-1",
	)  # fmt: skip
	(report,) = listed(dutch)
	assert (report.status, report.reported_on, report.reported_by, report.authority_reference) == (
		REPORTED, NOW, "officer@school.example", "M-1",
	)  # fmt: skip
	with pytest.raises(IllegalReport, match="it was sent"):
		statutory_reports.move(dutch.store, name, TO_CHECK, "officer@school.example", NOW)
	with pytest.raises(statutory_reports.NoSuchReport):
		statutory_reports.move(dutch.store, "T-none", REPORTED, "officer@school.example", NOW)


def test_what_a_person_found_needless_is_not_prepared_again(dutch: World) -> None:
	(name,) = prepare(dutch)
	statutory_reports.move(
		dutch.store, name, NOT_NEEDED, "officer@school.example", NOW, not_needed_because="At an exam"
	)
	assert prepare(dutch) == []


def test_as_a_spreadsheet_opens_it(dutch: World) -> None:
	(name,) = prepare(dutch)
	report = statutory_filings.listed(dutch.store, names=[name])
	dutch.store.run(
		update(table("Statutory Report"), "reasons").where(table("Statutory Report").name == VALUE),
		['=HYPERLINK("http://evil.example")', name],
	)
	text = statutory_reports.as_csv(statutory_filings.listed(dutch.store, names=[name]))
	assert text.startswith("\ufeff")
	heads, row = csv.reader(StringIO(text[1:]))
	told = dict(zip(heads, row, strict=True))
	assert told["Hours missed"] == "18.0"
	assert told["Due on"] == str(report[0].due_on)
	assert told["Days and hours"] == report[0].facts
	assert told["Reasons"] == '\'=HYPERLINK("http://evil.example")', "nothing that a spreadsheet would run"


@pytest.mark.parametrize(
	"text", ["=1+1", "+31 6", "-2", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "\uff1d1+1"]
)
def test_nothing_runs_in_a_spreadsheet(dutch: World, text: str) -> None:
	(name,) = prepare(dutch)
	r = table("Statutory Report")
	dutch.store.run(update(r, "authority_reference").where(r.name == VALUE), [text, name])
	for mark, separator in ((".", ","), (",", ";")):
		made = statutory_reports.as_csv(statutory_filings.listed(dutch.store, names=[name]), mark=mark)
		heads, row = csv.reader(StringIO(made[1:], newline=""), delimiter=separator)
		cell = dict(zip(heads, row, strict=True))["Reference"]
		assert cell == f"'{text}"


def test_a_dutch_spreadsheet_opens_it_by_a_double_click(dutch: World) -> None:
	"""Where numbers have a comma, a comma parts no cells."""
	(name,) = prepare(dutch)
	made = statutory_reports.as_csv(statutory_filings.listed(dutch.store, names=[name]), mark=",")
	assert made.startswith("\ufeffReport number;Learner;")
	heads, row = csv.reader(StringIO(made[1:]), delimiter=";")
	assert dict(zip(heads, row, strict=True))["Hours missed"] == "18,0"
	page = statutory_reports.as_html(
		statutory_filings.listed(dutch.store, names=[name]), "t-school", NOW, mark=","
	)
	assert "<th>Hours missed</th><td>18,0</td>" in page


def test_as_a_page_to_print(dutch: World) -> None:
	(name,) = prepare(dutch)
	dutch.store.run(
		update(table("Statutory Report"), "reasons").where(table("Statutory Report").name == VALUE),
		["<script>alert(1)</script>", name],
	)
	page = statutory_reports.as_html(statutory_filings.listed(dutch.store, names=[name]), "t-school", NOW)
	((kept,),) = dutch.rows("Statutory Report", "reasons", name=name)
	assert "<script>" not in page
	assert escape(kept) in page
	assert "script&gt;alert(1)" in page
	assert f"Name of {A1}" in page
	assert "DUO verzuimregister" in page


def test_the_night_prepares_them_and_a_correction_does_at_once(dutch: World) -> None:
	dutch.everybody_in(TODAY, A1)
	dutch.close()
	nightly.look_at_part(dutch.store, dutch.school, ["T-1A"], NOW)
	assert [report.status for report in listed(dutch)] == [TO_CHECK]
	excuse(dutch, TODAY)
	nightly.evaluate_learners(dutch.store, dutch.school, [A1], NOW)
	assert [report.status for report in listed(dutch)] == [NOT_NEEDED]

"""Facts beside attendance, from the school's records to signals: no data is never zero."""

from datetime import date, datetime, timedelta

import pytest

from tests.services.world import A1, A2, A3, A4, B1, LEARNERS, TODAY, YEAR, World, at
from vsv_app.engine.signals.indicators.facts import SOURCES, OtherFacts
from vsv_app.services.signals import evaluation, rule_packs
from vsv_app.stores.queries.signals import facts
from vsv_app.stores.queries.sql import VALUE, table, update

SINCE = date(2031, 8, 1)


def known(world: World, *sources: str, students: list[str] | None = None) -> OtherFacts:
	return facts.load(world.store, sources or SOURCES, SINCE, TODAY, students)


def ours(rows: object) -> list[tuple]:
	"""Those about learners of this school, which on a site need not be the only ones."""
	return sorted(row for row in rows if str(row[0]).startswith("T-1"))  # type: ignore[attr-defined]


def assess(world: World, results: dict[str, float], *, day: date = TODAY, course: str = "Dutch") -> str:
	"""An assessment of T-1A out of 10, with the results of some."""
	plan = f"T-AP-{course}-{day}"
	world._rows(
		"Assessment Plan",
		[
			{
				"name": plan,
				"student_group": "T-1A",
				"course": course,
				"academic_year": YEAR,
				"schedule_date": day,
			}
		],
		docstatus=1,
	)
	rows = [
		{
			"name": f"T-AR-{course}-{day}-{student}", "assessment_plan": plan, "student": student, "course": course,
			"academic_year": YEAR, "maximum_score": 10, "total_score": score,
		}
		for student, score in results.items()
	]  # fmt: skip
	if rows:
		world._rows("Assessment Result", rows, docstatus=1)
	return plan


def log(world: World, student: str, severity: str | None, day: date = TODAY) -> str:
	name = f"T-LOG-{student}-{day}-{severity}"
	world._rows(
		"Student Log",
		[{"name": name, "student": student, "type": "General", "date": day, "vsv_severity": severity}],
	)
	return name


def test_a_school_that_keeps_nothing_else_has_no_data(world: World, request: pytest.FixtureRequest) -> None:
	if request.node.callspec.params["store"] == "site":
		assert ours(known(world).rows) == []
	else:
		assert (known(world).rows, known(world).kept) == ([], frozenset())


def test_results_in_percent_with_the_day_of_the_assessment(world: World) -> None:
	assess(world, {A1: 4, A2: 8.5})
	told = known(world, "results")
	assert [row[:5] for row in ours(told.rows)] == [
		(A1, TODAY, "results", 40.0, "Dutch"),
		(A2, TODAY, "results", 85.0, "Dutch"),
	]
	assert known(world, "results", students=[A2]).kept == {"results"}
	# The school keeps results and has none of this learner.
	alone = known(world, "results", students=[B1])
	assert (alone.kept, alone.rows) == ({"results"}, [])


def test_an_assessment_is_missing_once_others_have_a_result(world: World) -> None:
	assess(world, {})
	assert ours(known(world, "missing assessments").rows) == []
	assess(world, {A1: 6, A2: 7, A3: 9}, course="Maths")
	told = known(world, "missing assessments")
	assert [(row[0], row[4]) for row in ours(told.rows)] == [(A4, "Maths")]


def test_only_marked_entries_of_the_log_are_incidents(world: World) -> None:
	log(world, A1, None)
	log(world, A1, "Serious")
	log(world, A2, "Minor", TODAY + timedelta(days=1))
	assert [(row[0], row[3], row[4]) for row in ours(known(world, "incidents").rows)] == [(A1, 3, "serious")]


def test_activities_plans_and_circumstances(world: World) -> None:
	world._rows(
		"Student Group",
		[{"name": "T-Judo", "academic_year": YEAR, "group_based_on": "Activity", "disabled": 0}],
	)
	world._rows("Student Group Student", [{"name": "T-J-1", "parent": "T-Judo", "student": A1, "active": 1}])
	for name, student, end in (("T-C-1", A2, None), ("T-C-2", A3, date(2031, 9, 1))):
		world._rows(
			"Learner Circumstance",
			[
				{
					"name": name, "student": student, "circumstance": "Newcomer", "from_date": date(2031, 8, 20),
					"to_date": end, "purpose": "Extra lessons",
				}
			],
		)  # fmt: skip
	world._rows(
		"Early Warning Signal",
		[
			{
				"name": "T-EWS-1", "student": A3, "rule": "START-AWAY-3", "rule_title": "Away", "status": "In Plan",
				"raised_on": datetime(2031, 11, 3, 8), "open_key": "T-key",
			}
		],
	)  # fmt: skip
	told = known(world)
	assert {"activities", "plans", "circumstances"} <= told.kept
	assert [(row[0], row[2]) for row in ours(told.rows)] == [
		(A1, "activities"),
		(A2, "circumstances"),
		(A3, "plans"),
	]


def note(world: World, student: str, severity: str, kind: str = "Bullying", **fields: object) -> str:
	"""A concern that somebody noted today."""
	name = f"T-CONCERN-{student}-{severity}-{kind}"
	values = {
		"name": name, "student": student, "kind": kind, "severity": severity, "visibility": "People With A Task",
		"noted_on": at("23:30"), "noted_by": "Administrator", "what": "Seen in the yard", **fields,
	}  # fmt: skip
	world._rows("Concern", [values])
	return name


def test_concerns_are_incidents_unless_they_are_restricted_positive_or_mere_information(world: World) -> None:
	log(world, A1, "Minor")
	note(world, A1, "Urgent")
	note(world, A2, "Watch", "Distress")
	note(world, A2, "Info", "Conflict")
	note(world, A3, "Concern", "Positive")
	note(world, A3, "Concern", "Home", visibility="Named People Only")
	note(world, A4, "Concern", "Home", noted_on=at("00:00", TODAY + timedelta(days=1)))
	told = known(world, "incidents")
	assert told.kept == {"incidents"}
	assert [(row[0], row[1], row[3], row[4], row[5]) for row in ours(told.rows)] == [
		(A1, TODAY, 1, "minor", "Student Log"),
		(A1, TODAY, 3, "Bullying", "Concern"),
		(A2, TODAY, 1, "Distress", "Concern"),
	]


def talk(world: World, student: str, on: datetime, with_whom: str = "Learner") -> str:
	name = f"T-TALK-{student}-{on:%m%d%H%M}-{with_whom}"
	values = {
		"name": name, "student": student, "with_whom": with_whom, "channel": "In Person", "contact_on": on,
		"contact_by": "t-mentor-a@school.example", "interpreter": "None",
	}  # fmt: skip
	world._rows("Contact Log", [values])
	return name


def test_talks_with_the_learner_protect_and_those_with_others_are_no_talks(world: World) -> None:
	talk(world, A1, at("23:59"))
	talk(world, A1, at("00:00", TODAY + timedelta(days=1)))
	talk(world, A2, at("10:00"), "Guardian")
	told = known(world, "mentor talks")
	assert told.kept == {"mentor talks"}
	assert [row[:5] for row in ours(told.rows)] == [(A1, TODAY, "mentor talks", 1, "In Person")]


def test_plans_that_rest_on_an_agreement_and_their_career_guidance(world: World) -> None:
	plans = [
		{
			"name": f"T-PLAN-{student}", "student": student, "status": status, "responsible": "Administrator",
			"starts_on": date(2031, 9, 1), "version": 1,
		}
		for student, status in ((A1, "Active"), (A2, "Draft"), (A3, "Closed"), (A4, "Agreed"))
	]  # fmt: skip
	world._rows("Support Plan", plans)
	kinds = {code: name for code, name in world.rows("Intervention Type", "intervention_code", "name")}
	if "CAREER" not in kinds:
		kinds |= {code: f"T-{code}" for code in ("CAREER", "TUTORING")}
		world._rows(
			"Intervention Type",
			[
				{"name": name, "intervention": name, "intervention_code": code, "tier": "2"}
				for code, name in kinds.items()
			],
		)
	actions = [
		{
			"name": f"T-ACT-{student}-{number}", "parent": f"T-PLAN-{student}", "parenttype": "Support Plan",
			"parentfield": "actions", "what": "Visit a company", "intervention_type": kinds[code], "status": "Planned",
		}
		for number, (student, code) in enumerate(((A1, "CAREER"), (A1, "CAREER"), (A2, "CAREER"), (A4, "TUTORING")))
	]  # fmt: skip
	world._rows("Support Plan Action", actions)
	told = known(world, "plans", "career plans")
	assert [(row[0], row[2], row[4]) for row in ours(told.rows)] == [
		(A1, "career plans", kinds["CAREER"]),
		(A1, "plans", "Active"),
		(A4, "plans", "Agreed"),
	]


def test_courses_are_named_for_the_lessons_that_were_missed(world: World) -> None:
	world._rows("Course Schedule", [{"name": "T-CS-1", "course": "PE", "schedule_date": TODAY}])
	record = world.mark_by_hand(A1, "Absent", course_schedule="T-CS-1", vsv_minutes_missed=60)
	rows = [(A1, TODAY, "Absent", 0, 60, 0, None, "T-CS-1", record)]
	told = facts.load(world.store, ["lessons"], SINCE, TODAY, None, rows)
	assert (told.kept, dict(told.courses)) == ({"lessons"}, {"T-CS-1": "PE"})


def test_the_school_sets_its_own_pass_mark(world: World) -> None:
	world.store.set_single("Early Warning Settings", {"pass_mark": 60})
	assert known(world, "results").pass_mark == 60


# Through to signals


@pytest.fixture
def abc(world: World) -> World:
	"""The pack ABC alone switched on, after three weeks of school that everybody came to."""
	rule = table("Early Warning Rule")
	world.store.run(update(rule, "enabled").where(rule.enabled == VALUE), [0, 1])
	rule_packs.switch(world.store, "abc", True, at("07:00"))
	return world


def judge(world: World) -> evaluation.Evaluated:
	return evaluation.evaluate_school(world.store, world.school, TODAY, at("18:00"))


def test_a_failed_course_and_two_incidents_are_two_of_three(abc: World) -> None:
	assess(abc, {A1: 4, A2: 9})
	for day in abc.school_days(2):
		log(abc, A1, "Moderate", day)
	judge(abc)
	assert {(rule, student) for rule, student, _ in abc.signals()} == {
		("ABC-COURSE", A1),
		("ABC-BEHAVIOUR", A1),
		("ABC-TWO-OF-THREE", A1),
	}
	name = abc.signal("ABC-TWO-OF-THREE", A1)
	evidence = abc.rows("Early Warning Evidence", "reference_doctype", "fact", parent=name)
	assert sorted(evidence) == [
		("Assessment Result", "Dutch: 40 %"),
		("Student Log", "Incident, moderate"),
		("Student Log", "Incident, moderate"),
	]
	((told, indicator),) = abc.rows("Early Warning Signal", "explanation", "indicator", name=name)
	assert indicator == "incidents"
	assert told.startswith("Noted in 2 incidents between")
	assert told.endswith("One more condition of this rule holds.")


def test_two_missing_assessments_are_a_signal_once_there_was_time_to_mark_them(abc: World) -> None:
	days = abc.school_days(12)
	there = {student: 8.0 for student in LEARNERS["T-1A"] if student != A1}
	for course, day in (("Dutch", days[0]), ("Maths", days[1])):
		assess(abc, there, day=day, course=course)
	# Of one that was held last week a teacher may still have the work on the desk.
	assess(abc, {student: 8.0 for student in there if student != A2}, day=TODAY, course="History")
	judge(abc)
	assert abc.signals() == [("ABC-MISSING", A1, "Open")]
	evidence = abc.rows(
		"Early Warning Evidence", "reference_doctype", "fact", parent=abc.signal("ABC-MISSING", A1)
	)
	assert sorted(evidence) == [
		("Assessment Plan", "Dutch: no result"),
		("Assessment Plan", "Maths: no result"),
	]


def test_a_corrected_result_resolves_the_signal(abc: World) -> None:
	assess(abc, {A1: 4, A2: 9})
	judge(abc)
	result = table("Assessment Result")
	abc.store.run(update(result, "total_score").where(result.student == VALUE), [7, A1])
	judge(abc)
	assert abc.signals() == [("ABC-COURSE", A1, "Resolved")]


def test_a_source_that_is_gone_leaves_what_stands(abc: World) -> None:
	"""All results are withdrawn, to be entered anew: nobody's signal is resolved by a gap in the records."""
	assess(abc, {A1: 4, A2: 9})
	judge(abc)
	result = table("Assessment Result")
	for student in (A1, A2):
		abc.store.run(update(result, "docstatus").where(result.student == VALUE), [2, student])
	if known(abc, "results").kept:
		pytest.skip("this site has results of its own in that year")
	judge(abc)
	assert abc.signals() == [("ABC-COURSE", A1, "Open")]


def test_a_signal_keeps_the_version_it_was_raised_under(abc: World) -> None:
	assess(abc, {A1: 4, A2: 9})
	judge(abc)
	rule = table("Early Warning Rule")
	abc.store.run(update(rule, "version").where(rule.name == VALUE), [2, "ABC-COURSE"])
	assess(abc, {A1: 3, A2: 9}, course="Maths")
	judge(abc)
	name = abc.signal("ABC-COURSE", A1)
	((version, value, told),) = abc.rows(
		"Early Warning Signal", "rule_version", "observed_value", "explanation", name=name
	)
	assert (version, value) == (1, 2)
	assert told.endswith("It was raised under version 1 of the rule, which is at version 2 now.")

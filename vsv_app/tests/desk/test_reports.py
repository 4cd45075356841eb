"""Each report with figures worked out by hand, as the people who read it, and refused to those who must not."""

from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, add_years, getdate, now_datetime, nowdate

from vsv_app.modules import MODULES
from vsv_app.services.attendance.office import not_in
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

READERS = {
	"Not In Today": {"School Mentor", "Care Team Member", "Care Team Coordinator", "Attendance Officer"},
	"Case Load per Mentor": {"School Mentor", "Care Team Coordinator", "School Leader"},
	"Overdue": {"School Mentor", "Care Team Member", "Care Team Coordinator"},
	"Effect of Interventions": {"Care Team Coordinator", "Early Warning Administrator", "School Leader"},
	"Leavers per Cohort": {"Care Team Coordinator", "School Leader"},
	"Equity View": {"Care Team Coordinator", "School Leader"},
	"Gateway Health": {"Early Warning Administrator", "Gateway Installer", "Attendance Officer"},
}
ROLES = sorted({role for roles in READERS.values() for role in roles} | {"Instructor", "Student"})


class ReportTestCase(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def read(self, report: str, user: str = "Administrator", **filters: Any) -> list[dict[str, Any]]:
		frappe.set_user(user)
		try:
			return run(report, filters)["result"]
		finally:
			frappe.set_user("Administrator")


class TestWhoReads(ReportTestCase):
	def test_each_role_runs_its_reports_and_no_other(self) -> None:
		factories.make_academic_year()
		users = {role: factories.make_user(role) for role in ROLES}
		for report, readers in READERS.items():
			for role, user in users.items():
				if role in readers:
					self.read(report, user)
				else:
					with self.assertRaises(frappe.PermissionError, msg=(report, role)):
						self.read(report, user)

	def test_they_are_all_in_the_module(self) -> None:
		found = frappe.get_all("Report", {"module": ("in", MODULES), "is_standard": "Yes"}, pluck="name")
		self.assertLessEqual(set(READERS), set(found))


class TestNotInToday(ReportTestCase):
	def setUp(self) -> None:
		self.group, self.students = factories.make_group(4)
		self.day = factories.school_day(1)
		self.absent, self.sick, self.there, self.away = self.students
		self.mark(self.absent, "Absent")
		self.mark(self.sick, "Absent", vsv_excused="Excused")
		self.mark(self.there, "Present")
		self.mark(self.away, "Leave")
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.absent)
		care.make_guardian(self.absent, mobile_number="0611111111")

	def mark(self, student: str, status: str, **data: Any) -> None:
		values = {"student": student, "student_group": self.group, "date": self.day, "status": status, **data}
		frappe.get_doc({"doctype": "Student Attendance", **values}).insert().submit()

	def rows(self, user: str) -> dict[str, dict[str, Any]]:
		rows = self.read("Not In Today", user, day=str(self.day), student_group=self.group)
		return {row["student"]: row for row in rows}

	def test_the_officer_sees_who_is_away_and_whom_to_call(self) -> None:
		rows = self.rows(factories.make_user("Attendance Officer"))
		self.assertEqual(
			{student: row["what"] for student, row in rows.items()},
			{self.absent: "Absent, reason not known", self.sick: "Absent, reason known", self.away: "Leave"},
		)
		self.assertIn("0611111111", rows[self.absent]["family"])
		self.assertEqual(rows[self.absent]["mentors"], frappe.utils.get_fullname(self.mentor))

	def test_a_mentor_sees_own_learners_alone(self) -> None:
		self.assertEqual(set(self.rows(self.mentor)), {self.absent})
		self.assertEqual(self.rows(factories.make_user("School Mentor")), {})

	def test_who_was_not_seen_though_the_hour_has_come(self) -> None:
		frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
		group, (seen, missing) = factories.make_group(2)
		factories.make_bell_schedule(student_group=group)
		factories.make_check_in(seen)
		day = factories.school_day()
		noon, early = (datetime.combine(day, time(hour)) for hour in (12, 7))
		factories.make_gateway(status="Online", last_seen=noon)
		late = [row for row in not_in.look(FrappeStore(), day, noon).rows if row.group == group]
		self.assertEqual([(row.student, row.kind) for row in late], [(missing, not_in.NOT_SEEN)])
		for moment, other in ((early, day), (noon, factories.school_day(1))):
			rows = not_in.look(FrappeStore(), other, moment).rows
			self.assertEqual([row for row in rows if row.kind == not_in.NOT_SEEN], [])

	def test_a_day_told_in_lessons_is_told_once(self) -> None:
		self.assertEqual(len(self.rows("Administrator")), 3)


class TestCaseLoad(ReportTestCase):
	def setUp(self) -> None:
		group, students = factories.make_group(3)
		self.mentor, self.single = factories.make_user("School Mentor"), factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student_group=group)
		factories.make_assignment(self.single, student=students[0])
		factories.make_signal(students[0], severity="Urgent")
		factories.make_signal(students[0])
		factories.make_signal(students[1], status="Acknowledged")
		care.make_plan(students[2])
		care.make_contact(students[0])
		care.make_contact(students[1], contact_on=add_days(now_datetime(), -29))
		frappe.get_doc(
			doctype="Care Reminder", recipient=self.mentor, status="Sent", reminder_key="_Test"
		).insert()

	def figures(self, user: str, **filters: Any) -> dict[str, tuple[int, ...]]:
		keys = ("learners", "open", "urgent", "in_hand", "plans", "overdue", "not_spoken")
		rows = self.read("Case Load per Mentor", user, **filters)
		return {row["mentor"]: tuple(row[key] for key in keys) for row in rows}

	def test_what_each_mentor_carries(self) -> None:
		found = self.figures(factories.make_user("School Leader"))
		# Three learners; of the first two signals, one urgent; the second's is in hand; one plan; one reminder;
		# the second was last spoken to 29 days ago, the third never.
		self.assertEqual(found[self.mentor], (3, 2, 1, 1, 1, 1, 2))
		self.assertEqual(found[self.single], (1, 2, 1, 0, 0, 0, 0))
		longer = self.figures(factories.make_user("School Leader"), without_contact_days=30)
		self.assertEqual(longer[self.mentor][-1], 1)

	def test_how_long_the_oldest_signal_waits_also_since_it_came_back(self) -> None:
		mine = {"mentor": self.mentor}
		signals = frappe.get_all("Early Warning Signal", {"status": "Open"}, pluck="name")
		for name in signals:
			frappe.db.set_value("Early Warning Signal", name, "raised_on", add_days(now_datetime(), -30))

		def oldest() -> int | None:
			rows = self.read("Case Load per Mentor", factories.make_user("School Leader"))
			return next(row["oldest"] for row in rows if row["mentor"] == mine["mentor"])

		self.assertEqual(oldest(), 30)
		for name in signals:
			frappe.db.set_value("Early Warning Signal", name, "reopened_on", add_days(now_datetime(), -4))
		self.assertEqual(oldest(), 4)

	def test_a_call_that_reached_nobody_is_nobody_spoke(self) -> None:
		before = self.figures(self.mentor)[self.mentor][-1]
		for contact in frappe.get_all("Contact Log", pluck="name"):
			frappe.db.set_value("Contact Log", contact, "not_reached", 1)
		self.assertEqual((before, self.figures(self.mentor)[self.mentor][-1]), (2, 3))

	def test_a_mentor_is_told_of_the_own_load_alone(self) -> None:
		self.assertEqual(self.figures(self.mentor), {self.mentor: (3, 2, 1, 1, 1, 1, 2)})


class TestOverdue(ReportTestCase):
	def setUp(self) -> None:
		for doctype in ("Support Plan", "Family Message", "Stakeholder Agreement"):
			frappe.db.delete(doctype)
		frappe.db.set_single_value("Early Warning Settings", "agreement_notice_days", 60)
		_group, self.student = care.make_learner()
		_group, self.other = care.make_learner()
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)
		self.plans = []
		for student in (self.student, self.other):
			plan = care.activate(care.make_plan(student, status="Proposed", responsible=self.mentor))
			frappe.db.set_value("Support Plan", plan.name, "next_review", add_days(nowdate(), -3))
			frappe.db.set_value("Support Plan Goal", plan.goals[0].name, "due_on", add_days(nowdate(), -1))
			self.plans.append(plan.name)
		care.make_message(self.student, sent_on=add_days(now_datetime(), -5))
		care.make_message(self.student, sent_on=add_days(now_datetime(), -1))  # not overdue yet
		agreement = care.make_agreement(care.make_stakeholder())
		frappe.db.set_value("Stakeholder Agreement", agreement.name, "ends_on", add_days(nowdate(), 59))

	def kinds(self, user: str, **filters: Any) -> list[tuple[str, int]]:
		return sorted((row["kind"], row["days"]) for row in self.read("Overdue", user, **filters))

	def test_the_coordinator_sees_all_and_for_how_long(self) -> None:
		coordinator = factories.make_user("Care Team Coordinator")
		expected = [("Goal", 1), ("Goal", 1), ("Message", 2), ("Renewal", -59), ("Review", 3), ("Review", 3)]
		self.assertEqual(self.kinds(coordinator), expected)
		self.assertEqual(self.kinds(coordinator, kind="Review"), [("Review", 3), ("Review", 3)])

	def test_a_mentor_sees_the_plans_of_own_learners(self) -> None:
		rows = self.read("Overdue", self.mentor)
		self.assertEqual(
			{row["document"] for row in rows if row["doctype"] == "Support Plan"}, {self.plans[0]}
		)
		(goal,) = [row for row in rows if row["kind"] == "Goal"]
		self.assertEqual((goal["what"], goal["student_name"]), ("Come on time", self.student))


class TestEffect(ReportTestCase):
	def setUp(self) -> None:
		frappe.db.delete("Support Plan")
		for table in ("Support Plan Action", "Support Plan Goal"):
			frappe.db.delete(table)
		frappe.db.set_single_value("Early Warning Settings", "smallest_group", 3)
		self.rare = frappe.get_doc(doctype="Intervention Type", intervention="_Test Rare").insert().name
		_group, students = factories.make_group(4)
		# Four closed plans with talks, whose goals are met in three of them; a dropped goal counts neither way.
		for index, student in enumerate(students):
			self.close(student, "Met" if index < 3 else "Not Met", dropped=index == 0, rare=index == 1)
		_group, planned = care.make_learner()
		self.close(planned, "Met", tried="Planned")  # never carried out: of no intervention
		_group, refused = care.make_learner()
		plan = care.make_plan(refused)
		plan.update({"status": "Closed", "outcome": "Not Agreed", "closing_reason": "No"})
		plan.save()

	def close(
		self, student: str, goal: str, *, dropped: bool = False, rare: bool = False, tried: str = "Done"
	) -> None:
		done = {"who": "Administrator", "status": tried}
		actions = [{"what": "Talk", "intervention_type": care.make_intervention(), **done}]
		actions += [{"what": "Rare", "intervention_type": self.rare, **done}] if rare else []
		goals = [care.goal(), care.goal(what="Another")] if dropped else [care.goal()]
		plan = care.activate(care.make_plan(student, status="Proposed", goals=goals, actions=actions))
		plan.goals[0].status = goal
		if dropped:
			plan.goals[1].status = "Dropped"
		met = goal == "Met"
		plan.update({"status": "Closed", "outcome": "Goals Met" if met else "Left", "closing_reason": "Done"})
		plan.save()

	def test_goals_met_by_intervention_and_none_about_few(self) -> None:
		rows = {
			row["intervention"]: row
			for row in self.read("Effect of Interventions", factories.make_user("School Leader"))
		}
		talks = rows[care.make_intervention()]
		self.assertEqual((talks["plans"], talks["goals"], talks["met"], talks["share"]), (4, 4, 3, 75.0))
		rare = rows[self.rare]
		self.assertEqual((rare["plans"], rare["goals"], rare["met"], rare["share"]), (1, None, None, None))
		self.assertEqual(self.read("Effect of Interventions", closed_to=add_days(nowdate(), -1)), [])


class TestLeavers(ReportTestCase):
	def setUp(self) -> None:
		frappe.db.delete("Program Enrollment")
		self.program = factories.make_program()
		self.year = factories.make_academic_year()
		_group, students = factories.make_group(8)
		for student in students:
			self.enrol(student, self.year)
		# Of eight who began four left, and one of those with a certificate, so three of eight left without.
		for index, student in enumerate(students[:4]):
			values = {"date_of_leaving": nowdate(), "reason_for_leaving": "Work" if index < 3 else "Moved"}
			values |= {"leaving_certificate_number": "C-1"} if index == 0 else {}
			frappe.db.set_value("Student", student, values)
		self.small = "_Test Small Year"
		if not frappe.db.exists("Academic Year", self.small):
			frappe.get_doc(doctype="Academic Year", academic_year_name=self.small, year_start_date="2001-08-01", year_end_date="2002-07-31").insert()  # fmt: skip
		_group, few = factories.make_group(2)
		for student in few:
			self.enrol(student, self.small)
		frappe.db.set_value("Student", few[0], "date_of_leaving", nowdate())

	def enrol(self, student: str, year: str) -> None:
		frappe.get_doc(
			doctype="Program Enrollment", name=frappe.generate_hash(length=10), student=student,
			program=self.program, academic_year=year, enrollment_date=nowdate(), docstatus=1,
		).db_insert()  # fmt: skip

	def test_the_share_that_left_without_and_nothing_about_few(self) -> None:
		frappe.db.set_single_value("Early Warning Settings", "smallest_group", 3)
		rows = {
			row["year"]: row for row in self.read("Leavers per Cohort", factories.make_user("School Leader"))
		}
		whole = rows[self.year]
		self.assertEqual((whole["began"], whole["left"], whole["qualified"], whole["share"]), (8, 4, 1, 37.5))
		# One moved, which is few, so the three who went to work would tell of it and are left out too.
		self.assertNotIn("Moved", whole["reasons"])
		self.assertNotIn("Work", whole["reasons"])
		self.assertEqual(whole["early"], 3)
		few = rows[self.small]
		self.assertEqual((few["began"], few["left"], few["share"], few["reasons"]), (2, None, None, None))

	def test_the_school_says_who_counts_as_an_early_leaver(self) -> None:
		settings = {
			"leaver_age_from": 12,
			"leaver_age_to": 26,
			"leaver_elsewhere_reasons": "moved\n",
			"leaver_certificate_counts": 0,
		}
		for field, value in {"smallest_group": 3, **settings}.items():
			frappe.db.set_single_value("Early Warning Settings", field, value)
		work = frappe.get_all(
			"Student", {"date_of_leaving": nowdate(), "reason_for_leaving": "Work"}, pluck="name"
		)
		frappe.db.set_value("Student", work[1], "date_of_birth", add_years(nowdate(), -27))
		frappe.set_user(factories.make_user("School Leader"))
		try:
			found = run("Leavers per Cohort", {})
		finally:
			frappe.set_user("Administrator")
		(whole,) = (row for row in found["result"] if row["year"] == self.year)
		# Three went to work, one of them on the day of turning 27; the fourth moved; a number is no qualification here.
		self.assertEqual((whole["left"], whole["qualified"], whole["early"], whole["share"]), (4, 0, 2, 25))
		self.assertIn("from 12 up to and including 26", found["message"])
		self.assertIn("less than 9 %", found["message"])


class TestEquity(ReportTestCase):
	def setUp(self) -> None:
		frappe.db.delete("Early Warning Signal")
		frappe.db.delete("Support Plan")
		frappe.db.sql("update `tabStudent Group Student` set active = 0")
		frappe.db.sql("update `tabStudent Group` set disabled = 1")
		frappe.db.sql("delete from `tabStudent Group Student`")
		frappe.db.set_single_value("Early Warning Settings", "smallest_group", 5)
		_group, self.students = factories.make_group(27)
		for gender in ("Female", "Male", "Other"):
			if not frappe.db.exists("Gender", gender):
				frappe.get_doc(doctype="Gender", gender=gender).insert()
		self.put("Female", self.students[:12])
		self.put("Male", self.students[12:24])
		self.put("Other", self.students[24:])  # three: too few
		for student in (*self.students[:6], *self.students[12:18]):
			factories.make_signal(student)
		for student in self.students[:2]:
			care.make_plan(student)

	def put(self, gender: str, students: list[str]) -> None:
		frappe.db.set_value("Student", {"name": ("in", students)}, "gender", gender)

	def rows(self, **filters: Any) -> dict[str, dict[str, Any]]:
		leader = factories.make_user("School Leader")
		return {row["group"]: row for row in self.read("Equity View", leader, **filters)}

	def test_no_period_of_ones_own_choice_tells_on_one_learner(self) -> None:
		"""With one day more in a second period, the difference would be whom that day is about."""
		whole = self.rows(by="Gender")
		for days in (0, 1, 30):
			period = {"from_date": add_days(nowdate(), -days), "to_date": add_days(nowdate(), -days)}
			self.assertEqual(self.rows(by="Gender", **period), whole)

	def test_a_school_year_is_told_by_itself(self) -> None:
		ended = getdate(f"{getdate(nowdate()).year - 3}-07-31")
		frappe.get_doc(
			doctype="Academic Year", academic_year_name="_Test Long Ago",
			year_start_date=add_days(ended, -300), year_end_date=ended,
		).insert()  # fmt: skip
		before = self.rows(by="Gender", academic_year="_Test Long Ago")
		self.assertEqual(sum(row["with_signal"] or 0 for row in before.values()), 0)
		with self.assertRaisesRegex(frappe.ValidationError, "Academic Year that has begun"):
			self.rows(by="Gender", academic_year="_Test Never")

	def test_shares_by_group_and_what_would_tell_on_somebody_left_out(self) -> None:
		rows = self.rows(by="Gender")
		# Three others are few; alone they could be had from the whole, so the smallest other group goes along.
		self.assertIsNone(rows["Other"]["learners"])
		self.assertIsNone(rows["Female"]["learners"])
		male = rows["Male"]
		self.assertEqual((male["learners"], male["with_signal"], male["signal_share"]), (12, 6, 50.0))
		self.assertEqual([rows[group]["with_plan"] for group in ("Female", "Male", "Other")], [None, 0, None])

	def test_large_groups_are_told_whole(self) -> None:
		self.put("Female", self.students[24:])
		rows = self.rows(by="Gender")
		self.assertEqual(rows["Male"]["signal_share"], 50.0)  # 6 of 12
		self.assertEqual((rows["Female"]["learners"], rows["Female"]["with_signal"]), (15, 6))
		self.assertEqual(rows["Female"]["signal_share"], 40.0)

	def test_the_threshold_is_the_schools(self) -> None:
		frappe.db.set_single_value("Early Warning Settings", "smallest_group", 2)
		rows = self.rows(by="Gender")
		self.assertEqual(rows["Other"]["learners"], 3)
		self.assertEqual((rows["Female"]["with_plan"], rows["Male"]["with_plan"]), (2, 0))

	def test_every_grouping_runs(self) -> None:
		for by in ("Program", "Student Group", "Age", "Circumstance"):
			rows = self.rows(by=by)
			self.assertEqual(sum(row["learners"] or 0 for row in rows.values()), 27, by)


class TestGatewayHealth(ReportTestCase):
	def test_what_troubles_a_door_comes_first(self) -> None:
		well, ill, off = (factories.make_gateway() for _index in range(3))
		seen = now_datetime() - timedelta(minutes=7)
		frappe.db.set_value("Attendance Gateway", well, {"status": "Online", "last_seen": seen, "clock": "synced", "backlog": 0, "disk_free_mb": 9000})  # fmt: skip
		frappe.db.set_value("Attendance Gateway", ill, {"status": "Offline", "last_seen": seen, "clock": "unsynced", "backlog": 12, "disk_free_mb": 80})  # fmt: skip
		frappe.db.set_value("Attendance Gateway", off, "enabled", 0)
		_group, (student,) = factories.make_group(1)
		check_in = factories.make_check_in(student)
		frappe.db.set_value("Badge Check In", check_in, {"gateway": well, "school_day": nowdate()})
		rows = {
			row["gateway"]: row
			for row in self.read("Gateway Health", factories.make_user("Gateway Installer"))
		}
		self.assertEqual((rows[well]["trouble"], rows[well]["minutes"], rows[well]["today"]), ("", 7, 1))
		self.assertEqual(rows[ill]["trouble"], "not online; holds check-ins; clock not set; disk nearly full")
		self.assertEqual((rows[off]["status"], rows[off]["trouble"]), ("Switched Off", ""))
		only = {row["gateway"] for row in self.read("Gateway Health", only_trouble=1)}
		self.assertIn(ill, only)
		self.assertNotIn(well, only)

"""One story for each user of MISSION.md: the main job, done by the REST calls that the screens make."""

import json
from typing import Any

import frappe
from frappe.utils import add_days, nowdate

from vsv_app.site.jobs import care_jobs
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.rest import Person, RequestsTestCase

BOARD, PORTAL = "vsv_app.api.care.board", "vsv_app.api.portal"
RUN = "/api/method/frappe.desk.query_report.run"


class StoriesTestCase(RequestsTestCase):
	def setUp(self) -> None:
		frappe.set_user("Administrator")
		self.group, (self.student, self.other) = factories.make_group(2)
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		factories.make_bell_schedule(student_group=self.group)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)

	def person(self, *roles: str) -> Person:
		"""Somebody who signs in from now on; what was made before is there to see."""
		return self.sign_in(factories.make_user(*roles))

	def sign_in(self, user: str) -> Person:
		person = Person(user)
		frappe.db.commit()
		return person

	def report(self, person: Person, name: str, **filters: Any) -> list[dict[str, Any]]:
		return self.ok(person.get(RUN, report_name=name, filters=filters))["result"]


class TestLearner(StoriesTestCase):
	def test_sees_own_attendance_and_plan_agrees_and_asks_for_help(self) -> None:
		user = care.make_portal_user()
		frappe.db.set_value("Student", self.student, "user", user)
		plan = care.make_plan(self.student, status="Proposed", responsible=self.mentor)
		care.agree(plan, "School")
		late = {"student": self.student, "student_group": self.group, "date": factories.school_day(1)}
		frappe.get_doc({"doctype": "Student Attendance", "status": "Absent", **late}).insert().submit()
		learner = self.sign_in(user)
		(shown,) = self.ok(learner.get(f"/api/method/{PORTAL}.family.family"))
		self.assertEqual((shown["capacity"], len(shown["attendance"])), ("Learner", 1))
		self.assertEqual(shown["plans"][0]["goals"][0]["what"], "Come on time")
		agreed = self.ok(
			learner.call(f"{PORTAL}.family.decide", plan=plan.name, decision="Agrees", version=1)
		)
		self.assertEqual(agreed, {"status": "Agreed"})
		self.ok(
			learner.call(f"{PORTAL}.family.ask_for_help", student=self.student, message="I am afraid to come")
		)
		self.refused(learner.call(f"{PORTAL}.family.send_message", student=self.other, message="hello"))
		self.refused(learner.get("/api/resource/Support Plan"))
		frappe.db.rollback()
		concern = frappe.get_last_doc("Concern", {"student": self.student})
		self.assertEqual(concern.visibility, "Named People Only")
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": self.mentor, "document_name": concern.name}))  # fmt: skip


class TestGuardian(StoriesTestCase):
	def setUp(self) -> None:
		super().setUp()
		frappe.db.set_value("Student", self.student, "date_of_birth", care.child_born())
		self.user = care.make_portal_user()
		care.make_guardian(self.student, user=self.user)

	def test_reports_an_absence_signs_the_plan_and_gets_an_answer(self) -> None:
		plan = care.make_plan(self.student, status="Proposed", responsible=self.mentor)
		guardian, mentor = self.sign_in(self.user), self.sign_in(self.mentor)
		(shown,) = self.ok(guardian.get(f"/api/method/{PORTAL}.family.family"))
		self.assertTrue(shown["plans"][0]["asked"])
		for language, words in (("nl", "Wat we willen bereiken"), ("en", "What we want to reach")):
			page = guardian.get("/family", _lang=language)
			self.assertEqual((page.status, words in page.body), (200, True), language)
		day = str(factories.school_day())
		made = self.ok(guardian.call(f"{PORTAL}.family.report_absence", student=self.student, from_date=day, to_date=day, reason="Ill"))  # fmt: skip
		self.assertTrue(made["submitted"])
		self.ok(guardian.call(f"{PORTAL}.family.decide", plan=plan.name, decision="Agrees", version=1))
		message = self.ok(guardian.call(f"{PORTAL}.family.send_message", student=self.student, message="Could we talk?", kind="Question"))  # fmt: skip
		self.ok(mentor.put(f"/api/resource/Family Message/{message['name']}", answer="Come on Thursday"))
		(shown,) = self.ok(guardian.get(f"/api/method/{PORTAL}.family.family"))
		self.assertEqual(shown["messages"][0]["answer"], "Come on Thursday")
		self.assertIn("Leave", [row["fact"] for row in shown["attendance"]])
		self.assertEqual(self.stored("Support Plan", plan.name).agreements[0].party, "Guardian")


class TestMentor(StoriesTestCase):
	def test_from_an_alert_to_a_talk_and_a_plan(self) -> None:
		signal = factories.make_signal(self.student, severity="Urgent", indicator="unexcused_minutes", observed_value=900, threshold=600, explanation="15 hours missed in four weeks")  # fmt: skip
		noise = factories.make_signal(self.student)
		foreign = factories.make_signal(self.other)
		factories.make_alert(signal, self.student, self.mentor)
		mentor = self.sign_in(self.mentor)
		board = self.ok(mentor.get(f"/api/method/{BOARD}.overview"))
		self.assertEqual([learner["student"] for learner in board["learners"]], [self.student])
		self.ok(mentor.call(f"{BOARD}.act", action="acknowledge", signal=signal))
		self.ok(mentor.call(f"{BOARD}.act", action="dismiss", signal=noise, reason="Known and handled"))
		self.ok(mentor.call(f"{BOARD}.act", action="log_talk", student=self.student, channel="In Person", note="Moved house", signal=signal))  # fmt: skip
		started = self.ok(mentor.call(f"{BOARD}.act", action="start_plan", student=self.student, signals=[signal]))  # fmt: skip
		self.refused(mentor.call(f"{BOARD}.act", action="acknowledge", signal=foreign))
		path = f"/api/resource/Support Plan/{started['plan']}"
		self.refused(mentor.put(path, status="Proposed"))
		does = {"what": "A talk a week", "who": self.mentor, "intervention_type": care.make_intervention()}
		frappe.db.commit()
		self.ok(mentor.put(path, status="Proposed", actions=[does], next_review=add_days(nowdate(), 28)))
		plan = self.stored("Support Plan", started["plan"])
		self.assertEqual((plan.status, plan.responsible), ("Proposed", self.mentor))
		self.assertEqual((plan.goals[0].baseline, plan.goals[0].target), (15, 5))
		self.assertEqual(frappe.db.get_value("Early Warning Signal", signal, "status"), "In Plan")
		self.assertEqual(frappe.db.get_value("Early Warning Signal", noise, "status"), "Dismissed")
		self.assertEqual(frappe.db.get_value("Early Warning Alert", {"signal": signal}, "status"), "Acted On")
		self.assertEqual(
			[row["mentor"] for row in self.report(mentor, "Case Load per Mentor")], [self.mentor]
		)


class TestCoordinator(StoriesTestCase):
	def test_runs_a_plan_to_agreed_refers_to_a_partner_and_watches_deadlines(self) -> None:
		kind = care.make_intervention()
		coordinator = self.person("Care Team Coordinator")
		plan = self.ok(
			coordinator.post(
				"/api/resource/Support Plan",
				student=self.student,
				cause="Late since the move",
				starts_on=nowdate(),
				next_review=add_days(nowdate(), 28),
				goals=[care.goal()],
				actions=[{"what": "A talk a week", "who": coordinator.user, "intervention_type": kind}],
			)
		)
		path = f"/api/resource/Support Plan/{plan['name']}"
		self.ok(coordinator.put(path, status="Proposed"))
		self.refused(coordinator.put(path, status="Active"))
		said = [{"party": party, "person_name": party, "how": "In Person", "decision": "Agrees"} for party in ("Learner", "School")]  # fmt: skip
		self.assertEqual(self.ok(coordinator.put(path, agreements=said))["status"], "Agreed")
		self.assertEqual(self.ok(coordinator.put(path, status="Active"))["status"], "Active")
		self.refer(coordinator, plan["name"])
		frappe.db.rollback()
		frappe.db.set_value("Support Plan", plan["name"], "next_review", add_days(nowdate(), -2))
		frappe.db.commit()
		overdue = [row for row in self.report(coordinator, "Overdue") if row["document"] == plan["name"]]
		self.assertEqual([(row["kind"], row["days"]) for row in overdue], [("Review", 2)])
		self.follow_up(coordinator, plan["name"])
		handed = self.ok(coordinator.get("/api/method/vsv_app.site.privacy.personal_data.export_learner", student=self.student))  # fmt: skip
		self.assertEqual(len(handed["records"]["Support Plan"]), 1)

	def follow_up(self, coordinator: Person, plan: str) -> None:
		"""Nothing is lost in a mailbox: what is overdue reminds once, and is done when it was done."""
		about = [["reference_name", "=", plan]]
		frappe.db.set_single_value("Early Warning Settings", "enabled", 1)
		care_jobs.remind()
		care_jobs.remind()
		frappe.db.commit()
		(reminder,) = self.ok(coordinator.get("/api/resource/Care Reminder", filters=about, fields=["status", "recipient"]))  # fmt: skip
		self.assertEqual((reminder["status"], reminder["recipient"]), ("Sent", coordinator.user))
		self.ok(coordinator.put(f"/api/resource/Support Plan/{plan}", next_review=add_days(nowdate(), 14)))
		frappe.db.rollback()
		care_jobs.remind()
		frappe.db.commit()
		(reminder,) = self.ok(
			coordinator.get("/api/resource/Care Reminder", filters=about, fields=["status"])
		)
		self.assertEqual(reminder["status"], "Done")

	def refer(self, coordinator: Person, plan: str) -> None:
		partner = self.ok(coordinator.post("/api/resource/Stakeholder", stakeholder_name=f"_Test {plan}", kind="Youth Work"))  # fmt: skip
		frappe.db.rollback()  # a new look at what others committed
		agreement = care.make_agreement(partner["name"])
		frappe.db.commit()
		values = {"student": self.student, "stakeholder": partner["name"]}
		fields = [{"field": "Name"}, {"field": "Question"}]
		referral = self.ok(coordinator.post("/api/resource/Referral", **values, agreement=agreement.name, plan=plan, question="A place?", fields_shown=fields))  # fmt: skip
		path = f"/api/resource/Referral/{referral['name']}"
		self.refused(coordinator.put(path, status="Sent"))  # no consent yet
		consent = {"given_by": "Learner", "person_name": "L", "purpose": "A place", "since": nowdate()}
		self.ok(coordinator.post("/api/resource/Consent Record", **values, **consent, fields_shown=fields))
		self.assertEqual(self.ok(coordinator.put(path, status="Sent"))["status"], "Sent")


class TestAttendanceOfficer(StoriesTestCase):
	def test_sees_who_is_not_in_corrects_and_files_the_report(self) -> None:
		day = factories.school_day(1)
		record = frappe.get_doc(doctype="Student Attendance", student=self.student, student_group=self.group, date=day, status="Absent")  # fmt: skip
		record.insert().submit()
		rule = factories.make_rule(statutory=1, report_to="_Test Register", basis="_Test")
		filed = frappe.get_doc(
			doctype="Statutory Report", student=self.student, student_name=self.student, status="To Check",
			rule=rule, report_to="_Test Register", hours=16, due_on=nowdate(), report_key=f"_Test {self.student}",
		).insert(ignore_permissions=True)  # fmt: skip
		officer = self.person("Attendance Officer", "Academics User")
		(row,) = self.report(officer, "Not In Today", day=str(day), student_group=self.group)
		self.assertEqual((row["student"], row["mentors"]), (self.student, frappe.utils.get_fullname(self.mentor)))  # fmt: skip
		self.ok(officer.put(f"/api/resource/Student Attendance/{record.name}", vsv_excused="Excused"))
		(row,) = self.report(officer, "Not In Today", day=str(day), student_group=self.group)
		self.assertEqual(row["what"], "Absent, reason known")
		path = f"/api/resource/Statutory Report/{filed.name}"
		self.ok(officer.put(path, status="Reported", what_school_did="Called twice, a visit"))
		answer = officer.get(
			"/api/method/vsv_app.api.signals.statutory_reports.statutory_csv", names=[filed.name]
		)
		self.assertEqual(answer.status, 200)
		self.assertEqual(self.stored("Statutory Report", filed.name).reported_by, officer.user)


class TestAdministrator(StoriesTestCase):
	def test_previews_and_switches_on_a_rule_and_enrols_a_badge(self) -> None:
		for back in range(1, 21):
			values = {
				"student": self.student,
				"student_group": self.group,
				"date": factories.school_day(back),
			}
			frappe.get_doc({"doctype": "Student Attendance", "status": "Absent", **values}).insert().submit()
		rule = factories.make_rule(enabled=0)
		badge = factories.make_badge(None)
		administrator = self.person("Early Warning Administrator")
		document = self.ok(administrator.get(f"/api/resource/Early Warning Rule/{rule}"))
		found = self.ok(
			administrator.call("vsv_app.api.signals.rules.preview_rule", rule=json.dumps(document))
		)
		self.assertIn(self.student, json.dumps(found))
		self.ok(administrator.put(f"/api/resource/Early Warning Rule/{rule}", enabled=1, threshold=480))
		self.ok(
			administrator.call("vsv_app.api.gateways.doors.enrol_badge", badge=badge, student=self.student)
		)
		self.assertEqual(self.stored("Student Badge", badge).student, self.student)
		self.assertEqual(self.stored("Early Warning Rule", rule).enabled, 1)
		settings = "/api/resource/Early Warning Settings/Early Warning Settings"
		self.ok(administrator.put(settings, escalate_after_days=4))
		self.refused(administrator.get("/api/resource/Support Plan"))


class TestPartner(StoriesTestCase):
	def test_signs_sees_only_what_was_shared_replies_and_closes(self) -> None:
		user = care.make_portal_user()
		partner = care.make_stakeholder(user)
		agreement = care.make_agreement(partner)
		care.make_consent(self.student, partner)
		referral = care.make_referral(self.student, partner, agreement.name)
		fresh = care.make_agreement(partner, active=False)
		fresh.status = "Under Discussion"
		fresh.save()
		person = self.sign_in(user)
		(shown,) = self.ok(person.get(f"/api/method/{PORTAL}.partner.partner"))
		self.assertEqual(set(shown["referrals"][0]["fields"]), {"Name", "Question"})
		self.ok(person.call(f"{PORTAL}.partner.sign", agreement=fresh.name, stakeholder=partner, version=1))
		self.ok(
			person.call(f"{PORTAL}.partner.reply", referral=referral.name, accept="1", text="Come on Monday")
		)
		self.ok(person.call(f"{PORTAL}.partner.agreement_feedback", agreement=agreement.name, stakeholder=partner, text="Works well"))  # fmt: skip
		self.ok(
			person.call(
				f"{PORTAL}.partner.close_referral", referral=referral.name, result="Goes twice a week"
			)
		)
		self.refused(person.call(f"{PORTAL}.partner.reply", referral=referral.name, accept="0", text="again"))
		self.assertEqual(self.stored("Referral", referral.name).status, "Closed")
		self.assertEqual(self.stored("Stakeholder Agreement", fresh.name).signatures[0].stakeholder, partner)

	def test_sees_nothing_of_others_and_nothing_more_once_consent_is_gone(self) -> None:
		users = [care.make_portal_user() for _index in range(2)]
		partner, _another = (care.make_stakeholder(user) for user in users)
		agreement = care.make_agreement(partner)
		consent = care.make_consent(self.student, partner)
		referral = care.make_referral(self.student, partner, agreement.name)
		person, stranger = (self.sign_in(user) for user in users)
		(shown,) = self.ok(stranger.get(f"/api/method/{PORTAL}.partner.partner"))
		self.assertEqual((shown["referrals"], shown["agreements"]), ([], []))
		self.refused(
			stranger.call(f"{PORTAL}.partner.reply", referral=referral.name, accept="1", text="Ours now")
		)
		(shown,) = self.ok(person.get(f"/api/method/{PORTAL}.partner.partner"))
		self.assertEqual(len(shown["referrals"]), 1)
		mentor = self.sign_in(self.mentor)
		self.ok(mentor.post("/api/method/run_doc_method", dt="Consent Record", dn=consent.name, method="withdraw", args=json.dumps({"reason": "No longer"})))  # fmt: skip
		(shown,) = self.ok(person.get(f"/api/method/{PORTAL}.partner.partner"))
		self.assertEqual(shown["referrals"], [])
		self.refused(
			person.call(f"{PORTAL}.partner.reply", referral=referral.name, accept="1", text="Come on Monday")
		)


class TestSchoolLeader(StoriesTestCase):
	def test_reads_figures_that_name_nobody_and_keeps_agreements(self) -> None:
		factories.make_signal(self.student)
		partner = care.make_stakeholder()
		leader = self.person("School Leader")
		for name in ("Leavers per Cohort", "Equity View", "Effect of Interventions", "Case Load per Mentor"):
			filters = {"by": "Gender"} if name == "Equity View" else {}
			self.assertNotIn(self.student, json.dumps(self.report(leader, name, **filters), default=str))
		made = self.ok(
			leader.post(
				"/api/resource/Stakeholder Agreement",
				title=f"_Test {partner}",
				common_goals="Nobody leaves without a next step",
				contact_point="desk@school.example",
				starts_on=nowdate(),
				parties=[
					{"responsibilities": "Refers"},
					{"stakeholder": partner, "responsibilities": "Replies"},
				],
				shared=[{"field": "Name", "ground": "Consent"}],
			)
		)
		self.assertEqual(made["status"], "Draft")
		self.refused(leader.get("/api/resource/Support Plan"))
		self.refused(leader.get("/api/resource/Concern"))


class TestInstaller(StoriesTestCase):
	def test_adds_a_gateway_gives_it_its_keys_and_sees_that_it_works(self) -> None:
		installer = self.person("Gateway Installer")
		name = f"test-{frappe.generate_hash(length=8)}"
		terminals = [{"terminal": "door", "direction": "in"}]
		self.ok(installer.post("/api/resource/Attendance Gateway", gateway_id=name, location="Main door", terminals=terminals))  # fmt: skip
		code = self.ok(installer.call("vsv_app.api.gateways.doors.make_code", gateway=name))["code"]
		given = installer.call("vsv_app.api.gateways.device.provision", gateway=name, code=code)
		self.assertEqual((given.status, given.body["gateway"]), (200, name))
		self.assertEqual(
			installer.call("vsv_app.api.gateways.device.provision", gateway=name, code=code).status, 403
		)
		rows = {row["gateway"]: row for row in self.report(installer, "Gateway Health")}
		self.assertIn("never seen", rows[name]["trouble"])
		frappe.db.rollback()
		seen = {"status": "Online", "clock": "synced", "last_seen": frappe.utils.now_datetime()}
		frappe.db.set_value("Attendance Gateway", name, seen)
		frappe.db.commit()
		rows = {row["gateway"]: row for row in self.report(installer, "Gateway Health")}
		self.assertEqual((rows[name]["trouble"], rows[name]["terminals"]), ("", 1))
		self.refused(installer.get("/api/resource/Early Warning Signal"))

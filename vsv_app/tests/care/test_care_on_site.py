"""Plans that are followed, interventions that are measured, partners whose view closes: on a site."""

from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from vsv_app.api.care import plans
from vsv_app.patches import count_absence_of_goals_in_hours, give_next_steps_a_day
from vsv_app.services import school
from vsv_app.services.care import reminders
from vsv_app.site.portal import pages
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories


class CareTestCase(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()


class ProgressTestCase(CareTestCase):
	def setUp(self) -> None:
		self.group, (self.student, _other) = factories.make_group(2)
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		factories.make_bell_schedule(student_group=self.group)
		self.today = getdate(nowdate())
		self.began = self.today - timedelta(days=14)
		self.mentor = factories.make_user("School Mentor")
		factories.make_assignment(self.mentor, student=self.student)

	def make_plan(self) -> str:
		goals = [
			care.goal(what="Be there", indicator="unexcused_minutes", baseline=12, target=0),
			care.goal(what="Speak up"),
		]
		return care.make_plan(self.student, starts_on=self.began, goals=goals, responsible=self.mentor).name

	def miss(self, days_before_start: int) -> None:
		day = self.began - timedelta(days=days_before_start)
		while day.weekday() > 4:
			day -= timedelta(days=1)
		values = {"student": self.student, "student_group": self.group, "date": day, "status": "Absent"}
		frappe.get_doc({"doctype": "Student Attendance", **values}).insert().submit()


class TestProgress(ProgressTestCase):
	def test_the_indicator_before_the_plan_and_since(self) -> None:
		self.miss(1)
		self.miss(8)
		plan = self.make_plan()
		frappe.set_user(self.mentor)
		there, spoken = plans.plan_progress(plan)
		self.assertEqual((there["unit"], there["baseline"], there["target"]), ("hours", 12, 0))
		self.assertTrue(all(point["on"] < str(self.began) for point in there["before"]))
		self.assertTrue(all(point["on"] >= str(self.began) for point in there["since"]))
		# Two days of 360 minutes lie in the four school weeks before the start; the first week knows of none.
		self.assertEqual(there["before"][0]["value"], 0)
		self.assertEqual(max(point["value"] for point in there["since"]), 12)
		self.assertEqual(there["since"][-1]["on"], str(self.today))
		self.assertEqual((spoken["before"], spoken["since"]), ([], []))
		# 0 in the field of the last value says nothing as long as nobody has looked.
		self.assertIsNone(spoken["in_words"]["now"])

	def test_it_is_for_those_who_may_read_the_plan(self) -> None:
		plan = self.make_plan()
		for user in (factories.make_user("School Mentor"), factories.make_user("School Leader")):
			frappe.set_user(user)
			self.assertRaises(frappe.PermissionError, plans.plan_progress, plan)


class TestWhereAGoalBegins(ProgressTestCase):
	def test_measure_unit_and_the_value_now_are_filled_in(self) -> None:
		self.miss(1)
		plan = self.make_plan()
		frappe.set_user(self.mentor)
		begins = {"measure": "Unexcused absence, in four school weeks", "unit": "hours", "baseline": 6}
		self.assertEqual(plans.goal_begins("unexcused_minutes", self.student), begins)
		self.assertEqual(plans.goal_begins("unexcused_minutes", "Somebody Else", plan), begins)
		goal = frappe.get_doc("Support Plan", plan).goals[0]
		self.assertEqual((goal.unit, goal.baseline), ("hours", 12))

	def test_it_is_for_those_who_may_write_the_plan(self) -> None:
		plan = self.make_plan()
		leader, other = factories.make_user("School Leader"), factories.make_user("School Mentor")
		for user, about in ((leader, None), (leader, plan), (other, None), (other, plan)):
			frappe.set_user(user)
			with self.assertRaises(frappe.PermissionError):
				plans.goal_begins("times_late", self.student, about)

	def test_no_goal_tells_a_circumstance_to_those_who_may_not_read_it(self) -> None:
		values = {"student": self.student, "circumstance": "Newcomer", "purpose": "Help with Dutch"}
		frappe.get_doc({"doctype": "Learner Circumstance", **values}).insert()
		plan = self.make_plan()
		frappe.set_user(self.mentor)
		self.assertRaises(frappe.ValidationError, plans.goal_begins, "newcomer", self.student)
		document = frappe.get_doc("Support Plan", plan)
		document.append("goals", care.goal(indicator="newcomer", baseline=0, target=1))
		self.assertRaises(frappe.ValidationError, document.save)
		frappe.db.set_value("Support Plan Goal", document.goals[0].name, "indicator", "newcomer")
		self.assertEqual(plans.plan_progress(plan)[0]["since"], [])


class TestGoalsThatWereInMinutes(CareTestCase):
	def test_they_are_in_hours_now_and_stay_agreed(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		goals = [care.goal(indicator="unexcused_minutes", baseline=1560, target=480), care.goal()]
		plan = care.activate(care.make_plan(student, goals=goals, status="Proposed"))
		count_absence_of_goals_in_hours.execute()
		plan.reload()
		values = [(goal.baseline, goal.target) for goal in plan.goals]
		self.assertEqual(values, [(26, 8), (6, 1)])
		plan.save()
		self.assertEqual((plan.status, plan.version), ("Active", 1))


class TestEffectOfAnIntervention(CareTestCase):
	def test_the_type_tells_what_it_came_to(self) -> None:
		frappe.db.delete("Support Plan")
		frappe.db.set_single_value("Early Warning Settings", "smallest_group", 2)
		kind = care.make_intervention()
		member = factories.make_user("Care Team Member")
		frappe.set_user(member)
		self.assertEqual(plans.intervention_effect(kind)["plans"], 0)
		frappe.set_user("Administrator")
		for goal in ("Met", "Met", "Not Met"):
			_group, student = care.make_learner(date_of_birth=care.ADULT)
			plan = care.activate(care.make_plan(student, status="Proposed"))
			plan.goals[0].status, plan.actions[0].status = goal, "Done"
			plan.update({"status": "Closed", "closing_reason": "Over", "outcome": "Goals Met" if goal == "Met" else "Left"})  # fmt: skip
			plan.save()
		frappe.set_user(member)
		found = plans.intervention_effect(kind)
		self.assertEqual((found["plans"], found["goals"], found["met"]), (3, 3, 2))
		frappe.set_user("Administrator")
		frappe.db.set_single_value("Early Warning Settings", "smallest_group", 4)
		self.assertIsNone(plans.intervention_effect(kind)["goals"])


class TestPartnersView(CareTestCase):
	def setUp(self) -> None:
		self.user = care.make_portal_user()
		self.partner = care.make_stakeholder(self.user)
		_group, self.student = care.make_learner(date_of_birth=care.ADULT)
		self.agreement = care.make_agreement(self.partner)
		self.consent = care.make_consent(self.student, self.partner)
		self.referral = care.make_referral(self.student, self.partner, self.agreement.name)

	def seen(self) -> int:
		frappe.set_user(self.user)
		try:
			(organisation,) = pages.partner()
			return len(organisation["referrals"])
		finally:
			frappe.set_user("Administrator")

	def test_withdrawal_closes_it_with_the_next_request(self) -> None:
		self.assertEqual(self.seen(), 1)
		self.consent.withdraw("No longer")
		self.assertEqual(self.seen(), 0)
		self.assertEqual(frappe.db.get_value("Referral", self.referral.name, "status"), "Withdrawn")

	def test_a_consent_that_runs_out_closes_it_without_anybody(self) -> None:
		frappe.db.set_value("Consent Record", self.consent.name, {"since": add_days(nowdate(), -9), "until": add_days(nowdate(), -1)})  # fmt: skip
		self.assertEqual(self.seen(), 0)

	def test_a_guardians_consent_is_asked_anew_of_a_learner_who_came_of_age_and_ends_after_four_weeks(
		self,
	) -> None:
		frappe.db.set_single_value("Early Warning Settings", "consent_age", 16)
		frappe.db.set_value("Consent Record", self.consent.name, "given_by", "Guardian")
		frappe.db.delete("Care Reminder")
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student=self.student)
		frappe.db.set_value("Consent Record", self.consent.name, "recorded_by", mentor)
		store = FrappeStore()
		here, days = school.load(store), calendar.load(store)
		today = getdate(nowdate())
		for since, reminded, seen in ((-1, 0, 1), (0, 1, 1), (28, 1, 1), (29, 1, 0)):
			frappe.db.delete("Care Reminder")
			born = (today - timedelta(days=since)).replace(year=(today - timedelta(days=since)).year - 16)
			frappe.db.set_value("Student", self.student, "date_of_birth", born)
			reminders.send(store, here, days, now_datetime(), notice_days=0)
			about = {"reference_name": self.consent.name, "kind": "Consent"}
			told = frappe.get_all("Care Reminder", about, pluck="recipient")
			self.assertEqual((since, told, self.seen()), (since, [mentor] * reminded, seen))
		record = frappe.get_doc("Consent Record", self.consent.name)
		record.onload()
		self.assertTrue(record.get_onload("ask_anew"))
		care.make_consent(self.student, self.partner)
		frappe.db.delete("Care Reminder")
		reminders.send(store, here, days, now_datetime(), notice_days=0)
		self.assertFalse(frappe.db.exists("Care Reminder", {"kind": "Consent"}))
		self.assertEqual(self.seen(), 1)

	def test_an_agreement_that_ended_closes_it(self) -> None:
		self.agreement.update({"status": "Ended", "ending_reason": "Over"})
		self.agreement.save()
		self.assertEqual(self.seen(), 0)

	def test_a_withdrawal_at_the_desk_is_for_those_who_may_write(self) -> None:
		stranger = factories.make_user("School Mentor")
		frappe.set_user(stranger)
		self.assertRaises(frappe.PermissionError, self.consent.withdraw, "x")
		frappe.set_user("Administrator")
		self.assertEqual(self.seen(), 1)


class TestNextStep(CareTestCase):
	def setUp(self) -> None:
		group, (self.student, _other) = factories.make_group(2)
		factories.make_bell_schedule(student_group=group)

	def test_without_a_day_it_comes_back_a_school_week_after_the_talk(self) -> None:
		known = calendar.load(FrappeStore())
		today = getdate(nowdate())
		for back, base in ((0, today), (2, today - timedelta(days=2)), (200, today)):
			contact = care.make_contact(
				self.student, contact_on=add_days(now_datetime(), -back), next_step="Call the mother"
			)
			day = known.school_weeks_after(base, 1)
			expected = day if day >= today else known.school_weeks_after(today, 1)
			self.assertEqual(getdate(contact.next_step_on), expected, back)
			self.assertGreaterEqual(getdate(contact.next_step_on), today)

	def test_a_day_that_was_said_a_step_that_is_done_and_no_step_stay_as_they_are(self) -> None:
		day = add_days(nowdate(), 3)
		self.assertEqual(
			str(care.make_contact(self.student, next_step="Call", next_step_on=day).next_step_on), day
		)
		for more in ({"next_step": "Call", "next_step_done": 1}, {"next_step": " "}, {}):
			self.assertIsNone(care.make_contact(self.student, **more).next_step_on)

	def test_steps_of_before_come_back_and_what_is_done_does_not(self) -> None:
		names = [care.make_contact(self.student, next_step="Call").name for _one in range(2)]
		frappe.db.set_value("Contact Log", {"name": ("in", names)}, "next_step_on", None)
		frappe.db.set_value("Contact Log", names[1], "next_step_done", 1)
		give_next_steps_a_day.execute()
		days = [frappe.db.get_value("Contact Log", name, "next_step_on") for name in names]
		self.assertEqual(days[0], calendar.load(FrappeStore()).school_weeks_after(getdate(nowdate()), 1))
		self.assertIsNone(days[1])


class TestTakingInHand(CareTestCase):
	def setUp(self) -> None:
		_group, (self.student, _other) = factories.make_group(2)

	def test_whoever_takes_a_concern_in_hand_has_it_in_hand(self) -> None:
		member = factories.make_user("Care Team Coordinator")
		for named, expected in ((None, member), ("Administrator", "Administrator")):
			concern = care.make_concern(self.student, responsible=named)
			frappe.set_user(member)
			concern = frappe.get_doc("Concern", concern.name)
			concern.status = "In Hand"
			concern.save()
			frappe.set_user("Administrator")
			self.assertEqual(frappe.db.get_value("Concern", concern.name, "responsible"), expected)


class TestOpeningARestrictedConcern(CareTestCase):
	def test_it_is_opened_by_who_noted_it_or_the_coordinator_alone(self) -> None:
		_group, student = care.make_learner()
		noter, named = (factories.make_user("School Mentor") for _index in range(2))
		coordinator = factories.make_user("Care Team Coordinator")
		for user in (noter, named):
			factories.make_assignment(user, student=student)
		for user, may in ((named, False), (noter, True), (coordinator, True)):
			frappe.set_user(noter)
			readers = [{"user": one} for one in (noter, named, coordinator)]
			concern = care.make_concern(student, visibility="Named People Only", readers=readers)
			frappe.set_user(user)
			concern = frappe.get_doc("Concern", concern.name)
			concern.visibility = "People With A Task"
			if may:
				concern.save()
			else:
				self.assertRaises(frappe.PermissionError, concern.save)
			stands = frappe.db.get_value("Concern", concern.name, "visibility")
			self.assertEqual(stands, "People With A Task" if may else "Named People Only")

"""What waits for a family on its page: consent, absences, answers; in its own language, and told by one mail a day."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from vsv_app.api.partners import referring
from vsv_app.api.portal import account, consents, family, partner, writing
from vsv_app.services import school
from vsv_app.services.care import plans, promises
from vsv_app.site.care import family_mails
from vsv_app.site.portal import absences, pages
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

PARTNER_ANSWERS = "Come on Monday"


class QuestionsTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.user = care.make_portal_user()
		self.group, self.student = care.make_learner(date_of_birth=care.child_born())
		self.guardian = care.make_guardian(self.student, user=self.user)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def shown(self, user: str | None = None) -> dict:
		before = frappe.session.user
		frappe.set_user(user or self.user)
		(shown,) = pages.family()
		frappe.set_user(before)
		return shown


class TestConsent(QuestionsTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.member = factories.make_user("Care Team Coordinator")
		self.contact = care.make_portal_user()
		self.partner = care.make_stakeholder(self.contact)
		self.agreement = care.make_agreement(self.partner).name

	def refer(self, **more: object) -> str:
		frappe.set_user(self.member)
		made = referring.refer(
			self.student, self.partner, self.agreement, "Is there a place?", ["Name", "Question"],
			"Somebody to talk to after school", **more,
		)  # fmt: skip
		frappe.set_user("Administrator")
		return made["name"]

	def answer(self, referral: str, given: int, user: str | None = None, note: str = "") -> dict:
		asked_on = str(frappe.db.get_value("Referral", referral, "consent_asked_on"))
		frappe.set_user(user or self.user)
		try:
			return consents.answer(referral, given, asked_on, note)
		finally:
			frappe.set_user("Administrator")

	def kinds(self, user: str) -> list[tuple[str, str]]:
		store, here = FrappeStore(), school.load(FrappeStore())
		mine = promises.waiting_for(store, here, calendar.load(store), user, getdate(nowdate()))
		return [(one.kind, one.thing) for one in mine if one.student == self.student]

	def test_the_path_knows_the_partners_what_they_may_see_and_who_is_asked(self) -> None:
		frappe.set_user(self.member)
		begins = referring.begins(self.student)
		(one,) = [one for one in begins["partners"] if one["stakeholder"] == self.partner]
		self.assertEqual([field["value"] for field in one["fields"]], ["Name", "Question"])
		self.assertEqual((begins["asked"], begins["has_page"]), ("Guardian", True))

	def test_consent_is_given_on_the_page_and_the_referral_goes_by_itself(self) -> None:
		referral = self.refer()
		(asked,) = self.shown()["asked"]
		self.assertEqual(
			(asked["stakeholder"], asked["fields"], asked["mine"]), (self.partner, ["Name", "Question"], True)
		)
		frappe.set_user(self.contact)
		self.assertEqual(pages.partner()[0]["referrals"], [])
		self.assertEqual(self.answer(referral, 1), {"status": "Sent", "consent": "Given"})
		given = frappe.get_doc("Consent Record", {"student": self.student, "stakeholder": self.partner})
		self.assertEqual(
			(given.how, given.given_by, given.guardian, given.recorded_by),
			("Portal", "Guardian", self.guardian, self.user),
		)
		self.assertTrue(
			frappe.db.exists("Notification Log", {"for_user": self.member, "document_name": referral})
		)
		self.assertEqual(self.shown()["asked"], [])
		frappe.set_user(self.contact)
		self.assertEqual([one["name"] for one in pages.partner()[0]["referrals"]], [referral])

	def test_it_can_wait_for_a_person_to_send_it(self) -> None:
		referral = self.refer(send_when_given=0)
		self.assertEqual(self.answer(referral, 1)["status"], "Draft")
		self.assertIn(("Referral", "Given"), self.kinds(self.member))
		frappe.set_user(self.member)
		frappe.get_doc("Referral", referral).send()
		self.assertEqual(frappe.db.get_value("Referral", referral, "status"), "Sent")

	def test_no_is_an_answer_and_both_know(self) -> None:
		referral = self.refer()
		self.assertEqual(self.answer(referral, 0, note="Not now")["consent"], "Refused")
		self.assertEqual(frappe.db.get_value("Referral", referral, "consent_note"), "Not now")
		self.assertFalse(frappe.db.exists("Consent Record", {"student": self.student}))
		self.assertIn(("Referral", "Refused"), self.kinds(self.member))
		with self.assertRaises(writing.NotPossible):
			self.answer(referral, 1)

	def test_what_was_changed_meanwhile_is_asked_anew(self) -> None:
		referral = self.refer()
		asked_on = str(frappe.db.get_value("Referral", referral, "consent_asked_on"))
		document = frappe.get_doc("Referral", referral)
		document.purpose = "Something else"
		document.save()
		self.assertEqual(document.consent_status, "Not Asked")
		frappe.set_user(self.user)
		with self.assertRaises(writing.NotPossible):
			consents.answer(referral, 1, asked_on)

	def test_below_the_age_the_learner_is_not_asked_and_from_it_on_the_guardian_is_not(self) -> None:
		learner = care.make_portal_user()
		frappe.db.set_value("Student", self.student, "user", learner)
		referral = self.refer()
		self.assertEqual([one["mine"] for one in self.shown(learner)["asked"]], [False])
		with self.assertRaises(writing.NotPossible):
			self.answer(referral, 1, learner)
		frappe.db.set_value("Student", self.student, "date_of_birth", add_days(nowdate(), -17 * 365))
		with self.assertRaises(writing.NotPossible):
			self.answer(referral, 1)
		self.assertEqual(self.answer(referral, 1, learner)["consent"], "Given")

	def test_a_desk_says_nothing_in_the_familys_name(self) -> None:
		referral = frappe.get_doc("Referral", self.refer())
		referral.consent_status = "Given"
		referral.save()
		self.assertEqual(referral.consent_status, "Asked")

	def test_a_partners_answer_waits_for_who_referred_and_the_family_sees_what_it_may(self) -> None:
		referral = self.refer()
		self.answer(referral, 1)
		frappe.set_user(self.contact)
		for unsaid in ("", "yes"):
			with self.assertRaises(writing.NotPossible):
				partner.reply(referral, unsaid, PARTNER_ANSWERS)
		partner.reply(referral, "1", PARTNER_ANSWERS)
		frappe.set_user("Administrator")
		self.assertIn(("Referral", "answer"), self.kinds(self.member))
		(seen,) = self.shown()["referred"]
		self.assertEqual((seen["status"], seen["words"]), ("They take it on.", ""))
		frappe.set_user(self.member)
		frappe.get_doc("Referral", referral).seen()
		self.assertNotIn(("Referral", "answer"), self.kinds(self.member))
		frappe.set_user(self.contact)
		partner.close_referral(referral, "Goes every week")
		frappe.set_user("Administrator")
		self.assertIn(("Referral", "answer"), self.kinds(self.member), "what came of it waits anew")

	def test_the_family_reads_the_answer_where_the_partner_lets_it(self) -> None:
		referral = self.refer()
		self.answer(referral, 1)
		frappe.set_user(self.contact)
		partner.reply(referral, "0", "There is no place", family=1)
		frappe.set_user("Administrator")
		self.assertEqual(self.shown()["referred"][0]["words"], "There is no place")


class TestAbsences(QuestionsTestCase):
	def setUp(self) -> None:
		super().setUp()
		factories.make_bell_schedule(student_group=self.group)

	def next_saturday(self) -> str:
		today = getdate(nowdate())
		return str(today + timedelta(days=(5 - today.weekday()) % 7 or 7))

	def report(self, day: str, **more: object) -> dict:
		frappe.set_user(self.user)
		return family.report_absence(self.student, day, day, "Ill", **more)

	def test_a_day_without_school_is_refused_with_the_next_school_day(self) -> None:
		saturday = self.next_saturday()
		with self.assertRaises(absences.NoSchool) as refused:
			self.report(saturday)
		monday = frappe.utils.format_date(add_days(saturday, 2), "EEEE d MMMM")
		self.assertIn(monday, str(refused.exception))

	def test_what_is_reported_is_listed_and_not_reported_twice(self) -> None:
		day = absences.next_school_day(self.student, calendar.load(FrappeStore()))
		self.report(day, from_time="10:00", to_time="12:00")
		(one,) = pages.family()[0]["reported"]
		self.assertEqual(
			(one["reason"], one["hours"], one["may_withdraw"]), ("Ill", "from 10:00 to 12:00", True)
		)
		with self.assertRaises(absences.NoSchool):
			self.report(day)

	def test_taken_back_it_no_longer_counts_and_a_teachers_record_stays(self) -> None:
		day = absences.next_school_day(self.student, calendar.load(FrappeStore()))
		leave = self.report(day)["name"]
		mark = {"leave_application": leave, "docstatus": 1}
		self.assertEqual(frappe.db.count("Student Attendance", mark), 1)
		frappe.set_user("Administrator")
		following = str(calendar_day_after(day))
		second = self.report(following)["name"]
		frappe.set_user("Administrator")
		teachers = frappe.db.get_value("Student Attendance", {"leave_application": second})
		frappe.db.set_value("Student Attendance", teachers, "leave_application", None)
		frappe.set_user(self.user)
		for one in (leave, second):
			self.assertEqual(family.withdraw_absence(one), {"withdrawn": True})
		self.assertEqual(frappe.db.count("Student Attendance", mark), 0)
		self.assertEqual(frappe.db.get_value("Student Attendance", teachers, "docstatus"), 1)
		self.assertEqual(pages.family()[0]["reported"], [])

	def test_what_something_rests_on_is_not_taken_back(self) -> None:
		leave = self.report(absences.next_school_day(self.student, calendar.load(FrappeStore())))["name"]
		record = frappe.db.get_value("Student Attendance", {"leave_application": leave})
		about = {"reference_doctype": "Student Attendance", "reference_name": record}
		frappe.get_doc(
			doctype="Early Warning Evidence", parent="x", parenttype="Early Warning Signal", **about
		).db_insert()
		with self.assertRaises(absences.NoSchool):
			family.withdraw_absence(leave)

	def test_the_same_for_a_second_child(self) -> None:
		_group, other = care.make_learner(date_of_birth=care.child_born())
		frappe.get_doc(
			doctype="Student Guardian",
			parent=other,
			parenttype="Student",
			parentfield="guardians",
			guardian=self.guardian,
		).db_insert()
		made = self.report(absences.next_school_day(self.student, calendar.load(FrappeStore())), also=[other])
		self.assertEqual(made["count"], 2)
		self.assertEqual(frappe.db.count("Student Leave Application", {"student": other}), 1)
		with self.assertRaises(frappe.PermissionError):
			self.report(str(calendar_day_after(nowdate())), also=[care.make_learner()[1]])


class TestOwnLanguage(QuestionsTestCase):
	def test_a_plan_that_was_started_from_signals_is_in_each_readers_language(self) -> None:
		mentor = factories.make_user("School Mentor")
		signal = factories.make_signal(
			self.student,
			rule_title="Unexcused absence",
			indicator="unexcused_minutes",
			observed_value=720,
			threshold=600,
			explanation="Away for 12 hours.",
			explanation_nl="12 uur weg.",
		)
		made = plans.start(FrappeStore(), self.student, self.student, mentor, now_datetime(), [signal], "en")
		frappe.db.set_value("Support Plan", made["plan"], "status", "Proposed")
		plan = frappe.get_doc("Support Plan", made["plan"])
		frappe.db.set_value("Support Plan Goal", plan.goals[0].name, "what", plan.goals[0].what)
		english = self.shown()["plans"][0]
		self.assertEqual((english["cause"], english["cause_lang"]), ("Away for 12 hours.", ""))
		frappe.local.lang = "nl"
		try:
			dutch = self.shown()["plans"][0]
			self.assertEqual(dutch["cause"], "12 uur weg.")
			self.assertEqual(dutch["goals"][0]["what"], "Ongeoorloofd verzuim: hoogstens 5 uur")
			self.assertNotIn("counted", dutch["goals"][0]["measure"])
			frappe.db.set_value("Support Plan", plan.name, "cause", "He sleeps badly")
			mixed = self.shown()["plans"][0]
			self.assertEqual((mixed["cause"], mixed["cause_lang"]), ("He sleeps badly", "en"))
		finally:
			frappe.local.lang = "en"

	def test_who_the_mentor_is_and_which_number_to_call(self) -> None:
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student=self.student)
		frappe.db.set_single_value("Early Warning Settings", "school_phone", "+31 20 1234567")
		self.assertEqual(self.shown()["mentors"], [frappe.utils.get_fullname(mentor)])
		self.assertEqual(pages.telephone(), "+31 20 1234567")


class TestHelp(QuestionsTestCase):
	def test_who_asked_for_help_reads_the_answer(self) -> None:
		learner, mentor = care.make_portal_user(), factories.make_user("School Mentor")
		frappe.db.set_value("Student", self.student, "user", learner)
		factories.make_assignment(mentor, student=self.student)
		frappe.set_user(learner)
		family.ask_for_help(self.student, "I am afraid to come")
		self.assertEqual([one["answer"] for one in pages.family()[0]["help"]], [None])
		frappe.set_user(mentor)
		concern = frappe.get_doc("Concern", {"student": self.student})
		concern.answer = "Come to me at ten"
		concern.save()
		(told,) = self.shown(learner)["help"]
		self.assertIn(frappe.utils.get_fullname(mentor), told["answered"])
		self.assertEqual(told["answer"], "Come to me at ten")
		self.assertEqual(self.shown()["help"], [], "what was told in confidence is not the guardian's")


class TestMails(QuestionsTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.now = datetime.combine(getdate(nowdate()), time(10))

	def send(self, now: datetime | None = None) -> list[str]:
		"""To whom mails go; as the queue would keep them."""
		with patch.object(family_mails.frappe, "sendmail") as mail:
			family_mails.send(now or self.now)
		for call in mail.call_args_list:
			kept = {
				key: call.kwargs[key] for key in ("reference_doctype", "reference_name", "unsubscribe_method")
			}
			frappe.get_doc(doctype="Email Queue", sender="a@b.example", message="x", **kept).db_insert()
			self.assertNotIn(self.student, str(call.kwargs["args"]))
		return [address for call in mail.call_args_list for address in call.kwargs["recipients"]]

	def answered(self, minutes_ago: int = 1) -> None:
		care.make_message(
			self.student, sent_by=self.user, capacity="Guardian", status="Answered",
			answered_on=now_datetime() - timedelta(minutes=minutes_ago),
		)  # fmt: skip

	def test_a_plan_that_asks_and_an_answer_make_one_mail(self) -> None:
		self.assertEqual(self.send(), [])
		care.make_plan(self.student, status="Proposed")
		frappe.db.set_value("Family Message", care.make_message(self.student).name, {"sent_by": self.user, "status": "Answered", "answered_on": now_datetime()})  # fmt: skip
		self.assertEqual(self.send(), [self.user])
		self.assertEqual(self.send(), [], "the same is not told twice")

	def test_at_most_one_a_day(self) -> None:
		care.make_plan(self.student, status="Proposed")
		self.send()
		later = care.make_message(self.student)
		tomorrow = self.now + timedelta(days=1)
		frappe.db.set_value("Family Message", later.name, {"sent_by": self.user, "status": "Answered", "answered_on": now_datetime() + timedelta(hours=1)})  # fmt: skip
		self.assertEqual(self.send(), [])
		self.assertEqual(self.send(tomorrow), [self.user])

	def test_who_stopped_them_gets_none_and_can_have_them_again(self) -> None:
		care.make_plan(self.student, status="Proposed")
		frappe.set_user(self.user)
		account.choose_mails(0)
		frappe.set_user("Administrator")
		self.assertEqual(self.send(), [])
		frappe.set_user(self.user)
		account.choose_mails(1)
		frappe.set_user("Administrator")
		self.assertEqual(self.send(), [self.user])

	def test_a_partner_is_told_of_a_referral_and_the_family_of_a_question(self) -> None:
		contact = care.make_portal_user()
		stakeholder = care.make_stakeholder(contact)
		agreement = care.make_agreement(stakeholder).name
		draft = care.make_draft_referral(self.student, stakeholder, agreement, "Name")
		draft.ask_family()
		self.assertEqual(self.send(), [self.user])
		care.make_consent(self.student, stakeholder, "Name", given_by="Guardian")
		draft.reload()
		draft.send()
		self.assertEqual(self.send(), [contact])


def calendar_day_after(day: str) -> str:
	"""The next weekday."""
	found = getdate(add_days(day, 1))
	while found.weekday() > 4:
		found += timedelta(days=1)
	return str(found)

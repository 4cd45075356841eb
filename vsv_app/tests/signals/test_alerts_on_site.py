"""Who is told what, when and how often: escalation, reminders, the morning's mail, quiet hours, texts to guardians."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes, message_from_string
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, urlparse

import frappe
from frappe.database import get_db
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate
from frappe.utils.verified_command import get_signed_params

from vsv_app.api.portal import family
from vsv_app.engine.care.promises import KINDS
from vsv_app.services import mentors, school
from vsv_app.services.care import digest, plans, reminders
from vsv_app.services.care.digest import Digest
from vsv_app.services.signals import alerting
from vsv_app.site.care import asked_of_user, digest_mails, family_mails
from vsv_app.site.desk.routes import page
from vsv_app.site.jobs import care_jobs
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Person

SETTINGS = "Early Warning Settings"


def monday() -> date:
	"""The Monday of this week: a school day with four more after it."""
	today = getdate(nowdate())
	return today - timedelta(days=today.weekday())


def at(day: date, clock: str) -> datetime:
	hours, minutes = clock.split(":")
	return datetime.combine(day, datetime.min.time()) + timedelta(hours=int(hours), minutes=int(minutes))


class AlertsTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.group, (self.student, self.other) = factories.make_group(2)
		factories.make_bell_schedule(student_group=self.group)
		self.mentor = factories.make_user("School Mentor")
		self.coordinator = factories.make_user("Care Team Coordinator")
		self.leader = factories.make_user("School Leader")
		factories.make_assignment(self.mentor, student=self.student)
		# What stands on the site already is nobody's business here.
		frappe.db.sql("update `tabEarly Warning Signal` set status = 'Resolved' where status = 'Open'")
		frappe.db.sql("update `tabCare Reminder` set status = 'Done'")
		frappe.db.delete("Support Plan")
		frappe.db.delete("Family Message")
		frappe.db.delete("Stakeholder Agreement")
		self.set_up(
			coordinator=self.coordinator, leader=self.leader, escalate_after_days=2,
			quiet_from="18:00:00", quiet_to="07:30:00", daily_digest=1, sms_to_guardians=0, digest_sent_on=None,
		)  # fmt: skip
		self.store = FrappeStore()

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def set_up(self, **values: Any) -> None:
		frappe.db.set_single_value(SETTINGS, values)

	def told(self, doctype: str, name: str) -> list[str]:
		"""Who was reminded; that somebody was given an action of a plan is said when it begins."""
		about = {"document_type": doctype, "document_name": name, "subject": ("not like", f"%{plans.GIVEN}%")}
		return frappe.get_all("Notification Log", about, pluck="for_user", order_by="creation")


class TestEscalation(AlertsTestCase):
	def raise_signal(self, student: str, on: datetime) -> str:
		signal = factories.make_signal(student)
		here = school.load(self.store)
		own = [self.mentor] if student == self.student else []
		alerting.raise_first(self.store, here, [(alerting.About(signal, student, student), own)], on)
		return signal

	def escalate(self, on: datetime) -> int:
		return alerting.escalate(self.store, school.load(self.store), calendar.load(self.store), on)

	def alerts(self, signal: str) -> list[tuple[str, str, str]]:
		rows = frappe.get_all(
			"Early Warning Alert", {"signal": signal}, ["recipient", "level", "status"], order_by="sent_on"
		)
		return [(row.recipient, row.level, row.status) for row in rows]

	def test_mentor_then_coordinator_then_leader_after_school_days_without_an_act(self) -> None:
		signal = self.raise_signal(self.student, at(monday(), "09:00"))
		self.assertEqual(self.escalate(at(monday() + timedelta(days=1), "05:00")), 0)  # one school day
		self.assertEqual(self.escalate(at(monday() + timedelta(days=2), "05:00")), 1)  # two
		self.assertEqual(self.escalate(at(monday() + timedelta(days=2), "06:00")), 0)  # the same day again
		self.assertEqual(self.escalate(at(monday() + timedelta(days=4), "05:00")), 1)
		self.assertEqual(self.escalate(at(monday() + timedelta(days=30), "05:00")), 0)  # nobody is left
		self.assertEqual(
			[(who, level) for who, level, _status in self.alerts(signal)],
			[(self.mentor, "Mentor"), (self.coordinator, "Coordinator"), (self.leader, "Leader")],
		)
		self.assertEqual(
			self.told("Early Warning Signal", signal), [self.mentor, self.coordinator, self.leader]
		)

	def test_each_is_told_in_the_own_language_and_of_nobody_by_name(self) -> None:
		frappe.db.set_value("User", self.mentor, "language", "nl")
		signal = self.raise_signal(self.student, at(monday(), "09:00"))
		(subject,) = frappe.get_all("Notification Log", {"document_name": signal}, pluck="subject")
		self.assertEqual(subject, "Een vroeg signaal vraagt om uw aandacht")

	def test_a_weekend_does_not_count(self) -> None:
		friday = monday() + timedelta(days=4)
		self.raise_signal(self.student, at(friday, "16:00"))
		self.assertEqual(self.escalate(at(friday + timedelta(days=3), "05:00")), 0)  # Monday: one school day
		self.assertEqual(self.escalate(at(friday + timedelta(days=4), "05:00")), 1)

	def test_an_answer_ends_it(self) -> None:
		signal = self.raise_signal(self.student, at(monday(), "09:00"))
		frappe.db.set_value("Early Warning Signal", signal, "status", "Acknowledged")
		self.assertEqual(self.escalate(at(monday() + timedelta(days=10), "05:00")), 0)

	def test_a_learner_without_a_mentor_is_the_coordinators(self) -> None:
		signal = self.raise_signal(self.other, at(monday(), "09:00"))
		self.assertEqual(self.alerts(signal), [(self.coordinator, "Coordinator", "Sent")])

	def test_who_has_left_is_never_told(self) -> None:
		frappe.db.set_value("User", self.coordinator, "enabled", 0)
		signal = self.raise_signal(self.other, at(monday(), "09:00"))
		self.assertEqual(self.alerts(signal), [(self.leader, "Leader", "Sent")])
		mine = self.raise_signal(self.student, at(monday(), "09:00"))
		self.escalate(at(monday() + timedelta(days=2), "05:00"))
		self.assertEqual(
			[(who, level) for who, level, _status in self.alerts(mine)],
			[(self.mentor, "Mentor"), (self.leader, "Leader")],
		)

	def test_a_mentor_who_has_left_is_no_mentor_any_more(self) -> None:
		frappe.db.set_value("User", self.mentor, "enabled", 0)
		self.assertEqual(
			mentors.load(self.store, factories.school_day(), [self.student]).of(self.student), []
		)

	def test_never_two_alerts_for_one_fact(self) -> None:
		signal = self.raise_signal(self.student, at(monday(), "09:00"))
		with self.assertRaises(frappe.UniqueValidationError):
			alerting.raise_first(
				self.store,
				school.load(self.store),
				[(alerting.About(signal, self.student, None), [self.mentor])],
				at(monday(), "09:05"),
			)


class TestReminders(AlertsTestCase):
	def test_overdue_reminds_then_escalates_and_ends_when_it_is_done(self) -> None:
		plan = care.activate(care.make_plan(self.student, status="Proposed", responsible=self.mentor))
		day = monday()
		frappe.db.set_value("Support Plan", plan.name, "next_review", day - timedelta(days=1))
		for on, expected in ((0, 1), (0, 0), (1, 0), (2, 1), (4, 1), (20, 0)):
			self.assertEqual(self.remind(day + timedelta(days=on)), expected, on)
		rows = frappe.get_all(
			"Care Reminder", {"reference_name": plan.name}, ["recipient", "level", "status"], order_by="sent_on"
		)  # fmt: skip
		self.assertEqual(
			[(row.recipient, row.level, row.status) for row in rows],
			[
				(self.mentor, "Mentor", "Escalated"),
				(self.coordinator, "Coordinator", "Escalated"),
				(self.leader, "Leader", "Sent"),
			],
		)
		frappe.db.set_value("Support Plan", plan.name, "next_review", day + timedelta(days=90))
		self.assertEqual(self.remind(day + timedelta(days=21)), 0)
		status = frappe.get_all("Care Reminder", {"recipient": self.leader}, pluck="status")
		self.assertEqual(status, ["Done"])

	def test_a_review_that_was_begun_and_never_written_down_stays_overdue(self) -> None:
		plan = care.activate(care.make_plan(self.student, status="Proposed", responsible=self.mentor))
		plan.status = "In Review"
		plan.save()
		frappe.db.set_value("Support Plan", plan.name, "next_review", monday() - timedelta(days=1))
		self.assertEqual(self.remind(monday()), 1)
		self.assertEqual(self.told("Support Plan", plan.name), [self.mentor])

	def test_an_agreement_is_to_be_renewed_from_the_day_that_the_settings_say(self) -> None:
		agreement = care.make_agreement(care.make_stakeholder())
		day = getdate(agreement.ends_on) - timedelta(days=60)
		self.assertEqual(
			[self.remind(day - timedelta(days=1)), self.remind(day)], [1, 1]
		)  # the first is of its review
		kinds = frappe.get_all("Care Reminder", {"reference_name": agreement.name}, pluck="kind")
		self.assertEqual(sorted(kinds), ["Agreement", "Renewal"])

	def test_the_leader_may_open_what_the_leader_is_told(self) -> None:
		plan = care.activate(care.make_plan(self.student, status="Proposed", responsible=self.mentor))
		frappe.db.set_value("Support Plan", plan.name, "next_review", monday() - timedelta(days=1))
		for on in (0, 2, 4):
			self.remind(monday() + timedelta(days=on))
		signal = factories.make_signal(self.student)
		factories.make_alert(signal, self.student, self.leader)
		frappe.set_user(self.leader)
		(told,) = frappe.get_all(
			"Notification Log", {"for_user": self.leader}, ["document_type", "document_name"]
		)
		self.assertEqual(told.document_type, "Care Reminder")
		for doctype, name in ((told.document_type, told.document_name), ("Early Warning Signal", signal)):
			self.assertTrue(frappe.get_doc(doctype, name).has_permission("read"), doctype)
			self.assertEqual(frappe.get_list(doctype, pluck="name"), [name])
		self.assertFalse(frappe.get_doc("Support Plan", plan.name).has_permission("read"))

	def test_an_overdue_action_is_of_who_does_it(self) -> None:
		doer = factories.make_user("Care Team Member")
		team = [{"part": "Care Team", "person_name": "_Test", "user": doer}]
		plan = care.make_plan(self.student, status="Proposed", responsible=self.mentor, team=team)
		plan.actions[0].update({"who": doer, "to_date": add_days(nowdate(), 1)})
		plan.save()
		care.activate(plan)
		self.assertEqual(self.remind(getdate(nowdate()) + timedelta(days=2)), 1)
		self.assertEqual(self.told("Support Plan", plan.name), [doer])

	def test_a_doer_who_may_not_open_the_plan_or_is_gone_is_not_sent_to_a_closed_door(self) -> None:
		teacher, gone = factories.make_user("Instructor"), factories.make_user("Care Team Member")
		frappe.db.set_value("User", gone, "enabled", 0)
		plan = care.make_plan(
			self.student,
			status="Proposed",
			responsible=self.mentor,
			team=[{"part": "Care Team", "person_name": "_Test", "user": gone}],
			actions=[
				{"what": "A word after the lesson", "intervention_type": care.make_intervention(), "who": who}
				for who in (teacher, gone)
			],
		)
		for action in plan.actions:
			action.to_date = add_days(nowdate(), 1)
		plan.save()
		care.activate(plan)
		self.assertEqual(self.remind(getdate(nowdate()) + timedelta(days=2)), 2)
		self.assertEqual(set(self.told("Support Plan", plan.name)), {self.mentor})
		links = frappe.get_all(
			"Notification Log", {"for_user": ("in", (teacher, gone))}, ["for_user", "link"]
		)
		self.assertEqual([(one.for_user, one.link) for one in links], [(teacher, page("asked-of-you"))])

	def test_the_job_does_the_same(self) -> None:
		plan = care.activate(care.make_plan(self.student, status="Proposed", responsible=self.mentor))
		frappe.db.set_value("Support Plan", plan.name, "next_review", add_days(nowdate(), -1))
		self.assertEqual(care_jobs.remind(), 1)
		self.assertEqual(care_jobs.remind(), 0)

	def remind(self, day: date) -> int:
		here = school.load(self.store)
		return reminders.send(self.store, here, calendar.load(self.store), at(day, "05:00"), notice_days=60)


class TestDigest(AlertsTestCase):
	def setUp(self) -> None:
		super().setUp()
		frappe.db.set_value("User", self.mentor, "language", "nl")
		make_mail_account()
		self.signal = factories.make_signal(self.student, severity="Urgent")
		factories.make_alert(self.signal, self.student, self.mentor)

	def queued(self, user: str) -> list[Any]:
		about = {
			"reference_doctype": "User",
			"reference_name": user,
			"unsubscribe_method": digest_mails.UNSUBSCRIBE,
		}
		return [
			frappe.get_doc("Email Queue", name) for name in frappe.get_all("Email Queue", about, pluck="name")
		]

	def test_one_mail_a_morning_in_the_readers_language_that_names_nobody(self) -> None:
		now = datetime.combine(factories.school_day(), datetime.min.time()) + timedelta(hours=8)
		self.assertEqual(care_jobs.write_now(now), (1, 0))
		self.assertEqual(care_jobs.write_now(now + timedelta(minutes=10)), (0, 0))
		(mail,) = self.queued(self.mentor)
		self.assertEqual([row.recipient for row in mail.recipients], [self.mentor])
		text = body(mail)
		self.assertIn("Goedemorgen", text)
		self.assertIn("1", text)
		for secret in (self.student, self.signal, "Urgent"):
			self.assertNotIn(secret, text)
		self.assertIn("unsubscribe_url", text)

	def test_a_plan_that_has_not_begun_is_no_plan_to_review(self) -> None:
		plan = care.make_plan(self.student, responsible=self.mentor)
		frappe.db.set_value(
			"Support Plan", plan.name, "modified", add_days(nowdate(), -30), update_modified=False
		)
		(own,) = [
			one for one in digest.of_today(self.store, getdate(nowdate())) if one.recipient == self.mentor
		]
		self.assertEqual(own.kinds, {"Not Begun": 1})
		with digest_mails.in_language("nl"):
			said = digest_mails.lines(own)
		self.assertIn("Plannen die nog niet zijn begonnen: 1", said)
		self.assertFalse([line for line in said if line.startswith("Plannen om te bespreken")])

	def test_each_kind_of_promise_has_its_line(self) -> None:
		for kind in KINDS:
			said = digest_mails.lines(Digest("somebody@example.org", kinds={kind: 1}))
			self.assertEqual(len(said), 1, kind)

	def test_an_officer_is_led_to_the_officers_screen(self) -> None:
		officer = factories.make_user("Attendance Officer")
		self.assertEqual(asked_of_user.page_of(officer), page("not-in-today"))
		self.assertEqual(asked_of_user.page_of(self.mentor), page("mentor-board"))

	def test_what_comes_up_later_waits_for_the_next_morning(self) -> None:
		day = factories.school_day(1)
		self.assertEqual(care_jobs.write_now(at(day, "08:00")), (1, 0))
		another = factories.make_user("School Mentor")
		factories.make_assignment(another, student=self.other)
		factories.make_alert(factories.make_signal(self.other), self.other, another)
		self.assertEqual(care_jobs.write_now(at(day, "14:00")), (0, 0))
		self.assertEqual(care_jobs.write_now(at(factories.school_day(), "08:00"))[0] > 0, True)

	def test_quiet_hours_and_days_without_school(self) -> None:
		day = factories.school_day()
		for clock in ("07:29", "18:00", "23:59", "00:00"):
			self.assertEqual(care_jobs.write_now(at(day, clock)), (0, 0), clock)
		saturday = monday() + timedelta(days=5)
		self.assertEqual(care_jobs.write_now(at(saturday, "10:00")), (0, 0))
		self.set_up(daily_digest=0)
		self.assertEqual(care_jobs.write_now(at(day, "07:30")), (0, 0))
		self.set_up(daily_digest=1)
		self.assertEqual(care_jobs.write_now(at(day, "07:30")), (1, 0))

	def test_it_counts_own_learners_alone(self) -> None:
		foreign = factories.make_signal(self.other)
		factories.make_alert(foreign, self.other, self.mentor)  # a mentor of the past
		care.make_message(self.student)
		care.make_message(self.other)
		care.activate(care.make_plan(self.student, status="Proposed", responsible=self.mentor, next_review=add_days(nowdate(), 3)))  # fmt: skip
		(own,) = [
			one for one in digest.of_today(self.store, getdate(nowdate())) if one.recipient == self.mentor
		]
		self.assertEqual(
			(own.signals, own.urgent, own.overdue, own.kinds), (1, 1, 0, {"Message": 1, "Review": 1})
		)

	def test_nothing_waits_no_mail(self) -> None:
		frappe.db.set_value("Early Warning Signal", self.signal, "status", "Acknowledged")
		self.assertEqual(digest.of_today(self.store, getdate(nowdate())), [])

	def test_a_site_without_a_mail_account_goes_on(self) -> None:
		frappe.db.set_value(
			"Email Account", {"default_outgoing": 1}, {"default_outgoing": 0, "enable_outgoing": 0}
		)
		frappe.clear_cache(doctype="Email Account")
		self.assertEqual(care_jobs.write_now(at(factories.school_day(), "08:00")), (0, 0))


class TestStoppingTheDigest(CommittedTestCase):
	def test_the_link_in_the_mail_stops_it_in_the_readers_language(self) -> None:
		make_mail_account()
		guest, now = Person.guest(), at(factories.school_day(), "08:00")
		for language, good_morning, stop, stopped in (
			("en", "Good morning,", "Unsubscribe", "You get no more daily mails."),
			("nl", "Goedemorgen,", "Afmelden", "Je krijgt geen dagelijkse mails meer."),
		):
			mentor = factories.make_user("School Mentor")
			frappe.db.set_value("User", mentor, "language", language)
			waiting = Digest(mentor, signals=1)
			self.assertTrue(digest_mails.send_digest(waiting, now))
			plain, html = parts_as_received(mentor)
			frappe.db.commit()  # the request is another connection
			for text in (plain, html):
				self.assertIn(good_morning, text)
				self.assertIn(page("mentor-board"), text)
			(link,) = re.findall(r'<a href="([^"]+)"[^>]*>' + stop, html)
			self.assertIn(f"{stop}: {unescape(link)}", plain)
			address = urlparse(unescape(link))
			asked = dict(parse_qsl(address.query))
			for forged in ({**asked, "_signature": "0" * 128}, {**asked, "name": "Administrator"}):
				guest.get(address.path, **forged)
			self.assertFalse(self.stopped(mentor))
			answer = guest.get(address.path, **asked)
			self.assertEqual(answer.status, 200, answer.body)
			self.assertTrue(self.stopped(mentor))
			self.assertFalse(digest_mails.send_digest(waiting, now + timedelta(days=1)))
			self.assertIn(stopped, str(answer.body))

	def test_the_link_in_a_familys_mail_stops_it_and_on_the_page_it_begins_again(self) -> None:
		user = care.make_portal_user()
		frappe.db.set_value("User", user, "language", "nl")
		frappe.db.commit()  # the request is another connection
		signed = dict(
			parse_qsl(get_signed_params({"email": user, "doctype": "Notification Settings", "name": user}))
		)
		for told, expected in (({**signed, "name": "Administrator"}, False), (signed, True)):
			answer = Person.guest().get(family_mails.UNSUBSCRIBE, **told)
			self.assertIs(self.stopped(user), expected)
		self.assertIn("Je krijgt deze mails niet meer.", str(answer.body))
		self.assertFalse(family_mails.gets_mails(user))
		family_mails.choose(user, wanted=True)
		self.assertTrue(family_mails.gets_mails(user))

	def stopped(self, mentor: str) -> bool:
		frappe.db.rollback()  # a new look at what the request committed
		return bool(frappe.db.exists("Email Unsubscribe", {"email": mentor}))


class TestTwoWorkers(CommittedTestCase):
	def test_what_one_sends_the_other_cannot_take(self) -> None:
		"""While a text or the digests are on their way, a second connection finds them taken."""
		frappe.db.set_single_value(SETTINGS, {"enabled": 1, "daily_digest": 1, "sms_to_guardians": 0, "quiet_from": "18:00:00", "quiet_to": "07:30:00", "digest_sent_on": None})  # fmt: skip
		group, student = care.make_learner(date_of_birth=care.child_born())
		factories.make_bell_schedule(student_group=group)
		guardian = care.make_guardian(student, mobile_number="0612345678", vsv_text_messages=1)
		message = care.make_message(student)
		text = frappe.get_doc(
			doctype="Guardian Text", guardian=guardian, kind="Answer", status="Waiting",
			reference_doctype="Family Message", reference_name=message.name, text_key=f"_T|{message.name}",
		).insert()  # fmt: skip
		frappe.db.commit()
		free: list[tuple] = []
		with (
			patch("vsv_app.site.care.guardian_texts.send_sms", side_effect=lambda *_a, **_k: free.append(self.free("tabGuardian Text", "name", text.name))),
			patch.object(frappe.db, "commit"),
		):  # fmt: skip
			self.assertTrue(care_jobs.guardian_texts._send(text.name, frappe.utils.now_datetime()))
			self.assertFalse(care_jobs.guardian_texts._send(text.name, frappe.utils.now_datetime()))
		with patch.object(
			care_jobs.digest, "of_today",
			side_effect=lambda *_a: free.append(self.free("tabSingles", "field", "digest_sent_on")) or [],
		):  # fmt: skip
			care_jobs.write_now(at(factories.school_day(), "08:00"))
			care_jobs.write_now(at(factories.school_day(), "08:10"))
		self.assertEqual(free, [(), ()])

	def free(self, table: str, field: str, value: str) -> tuple:
		"""The rows that another connection could take now."""
		conf = frappe.local.conf
		other = get_db(
			host=conf.db_host,
			user=conf.db_name,
			password=conf.db_password,
			port=conf.db_port,
			cur_db_name=conf.db_name,
		)
		other.connect()
		try:
			return other.sql(f"select 1 from `{table}` where `{field}` = %s for update skip locked", value)
		finally:
			other.close()


def make_mail_account() -> None:
	account = "_Test Digests"
	if not frappe.db.exists("Email Account", account):
		frappe.get_doc(
			doctype="Email Account", email_account_name=account, email_id="school@school.example",
			enable_outgoing=1, default_outgoing=1, smtp_server="127.0.0.1", no_smtp_authentication=1,
		).insert()  # fmt: skip


def body(mail: Any) -> str:
	"""The text of a queued mail, decoded."""
	parts = message_from_string(mail.message).walk()
	return "\n".join(
		part.get_payload(decode=True).decode() for part in parts if part.get_content_maintype() == "text"
	)


def parts_as_received(recipient: str) -> tuple[str, str]:
	"""The plain text and the HTML of the newest mail to somebody, as the mail program gets them."""
	about = {"reference_doctype": "User", "reference_name": recipient}
	frappe.get_last_doc("Email Queue", about).send()
	mail = message_from_bytes(frappe.flags.sent_mail)
	texts = {part.get_content_type(): part.get_payload(decode=True).decode() for part in mail.walk() if part.get_content_maintype() == "text"}  # fmt: skip
	return texts["text/plain"], texts["text/html"]


class Gateway(BaseHTTPRequestHandler):
	"""What an SMS provider is to a site: an address that takes a number and a text."""

	got: ClassVar[list[dict[str, str]]] = []
	status: ClassVar[int] = 200

	def do_GET(self) -> None:
		self.got.append({key: values[0] for key, values in parse_qs(urlparse(self.path).query).items()})
		self.send_response(self.status)
		self.end_headers()

	def log_message(self, *_arguments: Any) -> None:
		"""Say nothing on the terminal."""


@contextmanager
def sms_gateway() -> Iterator[type[Gateway]]:
	Gateway.got.clear()
	Gateway.status = 200
	server = HTTPServer(("127.0.0.1", 0), Gateway)
	thread = threading.Thread(target=server.serve_forever)
	thread.start()
	settings = frappe.get_single("SMS Settings")
	settings.update({
		"sms_gateway_url": f"http://127.0.0.1:{server.server_port}/send", "message_parameter": "text",
		"receiver_parameter": "to", "parameters": [{"parameter": "key", "value": "abc"}],
	})  # fmt: skip
	settings.save()
	try:
		yield Gateway
	finally:
		server.shutdown()
		thread.join()
		server.server_close()


class TestTexts(AlertsTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.set_up(sms_to_guardians=1, daily_digest=0)
		self.day = factories.school_day()
		frappe.db.delete("Guardian Text")
		frappe.db.delete("Student Attendance", {"date": self.day})
		frappe.db.set_value("Student", self.student, "date_of_birth", care.child_born())
		self.user = care.make_portal_user()
		self.guardian = care.make_guardian(
			self.student, user=self.user, mobile_number="06 1234-5678", vsv_text_messages=1, vsv_language="nl"
		)
		care.make_guardian(self.student, mobile_number="0600000000")  # did not choose texts

	def be_absent(self, **data: Any) -> None:
		values = {"student": self.student, "student_group": self.group, "date": self.day, "status": "Absent"}
		frappe.get_doc({"doctype": "Student Attendance", **values, **data}).insert().submit()

	def test_an_absence_is_told_once_in_their_language_without_a_name(self) -> None:
		self.be_absent()
		with sms_gateway() as gateway:
			self.assertEqual(care_jobs.write_now(at(self.day, "17:10")), (0, 1))
			self.assertEqual(care_jobs.write_now(at(self.day, "17:20")), (0, 0))
		(sent,) = gateway.got
		self.assertEqual((sent["to"], sent["key"]), ("0612345678", "abc"))
		self.assertIn("afwezig", sent["text"])
		self.assertNotIn(self.student, sent["text"])

	def test_quiet_hours_keep_it_for_the_morning(self) -> None:
		self.be_absent()
		with sms_gateway() as gateway:
			self.assertEqual(care_jobs.write_now(at(self.day, "19:00")), (0, 0))
			self.assertEqual(gateway.got, [])
			following = next(
				self.day + timedelta(days=n)
				for n in (1, 2, 3)
				if (self.day + timedelta(days=n)).weekday() < 5
			)
			self.assertEqual(care_jobs.write_now(at(following, "07:30")), (0, 1))

	def test_what_is_no_longer_so_in_the_morning_is_not_told(self) -> None:
		self.be_absent()
		plan = care.make_plan(self.student, status="Proposed")
		late = at(self.day, "22:00")
		frappe.db.set_value("Support Plan", plan.name, "modified", late, update_modified=False)
		with sms_gateway() as gateway:
			self.assertEqual(care_jobs.guardian_texts.gather(late), 2)
			frappe.db.set_value("Student Attendance", {"student": self.student}, "vsv_excused", "Excused")
			plan.reload()
			care.agree(plan, "Guardian")
			self.assertEqual(care_jobs.guardian_texts.send_waiting(late), 0)
		self.assertEqual((gateway.got, frappe.get_all("Guardian Text")), ([], []))

	def test_a_text_says_which_day_it_is_about(self) -> None:
		self.be_absent()
		with sms_gateway() as gateway:
			care_jobs.guardian_texts.gather(at(self.day, "22:00"))
			care_jobs.guardian_texts.send_waiting(at(self.day + timedelta(days=3), "08:00"))
		self.assertIn(frappe.utils.format_date(self.day), gateway.got[0]["text"])

	def test_nobody_is_told_who_did_not_choose_it_or_where_the_school_did_not(self) -> None:
		self.be_absent()
		frappe.db.set_value("Guardian", self.guardian, "vsv_text_messages", 0)
		with sms_gateway() as gateway:
			self.assertEqual(care_jobs.write_now(at(self.day, "17:10")), (0, 0))
			frappe.db.set_value("Guardian", self.guardian, "vsv_text_messages", 1)
			self.set_up(sms_to_guardians=0)
			self.assertEqual(care_jobs.write_now(at(self.day, "17:10")), (0, 0))
		self.assertEqual(gateway.got, [])

	def test_a_guardian_chooses_for_oneself(self) -> None:
		frappe.set_user(self.user)
		self.assertEqual(family.choose_texts(0), {"wanted": False, "has_number": True})
		self.assertFalse(frappe.db.get_value("Guardian", self.guardian, "vsv_text_messages"))
		family.choose_texts(1)
		self.assertTrue(frappe.db.get_value("Guardian", self.guardian, "vsv_text_messages"))
		for user in (care.make_portal_user(), "Guest"):
			frappe.set_user(user)
			self.assertRaises(frappe.PermissionError, family.choose_texts, 1)

	def test_an_excused_absence_and_a_learner_of_age_are_not_told(self) -> None:
		self.be_absent(vsv_excused="Excused")
		with sms_gateway() as gateway:
			care_jobs.write_now(at(self.day, "17:10"))
			frappe.db.set_value("Student Attendance", {"student": self.student}, "vsv_excused", "")
			frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
			care_jobs.write_now(at(self.day, "17:10"))
		self.assertEqual(gateway.got, [])

	def test_a_gateway_that_refuses_is_asked_three_times_and_no_number_is_logged(self) -> None:
		self.be_absent()
		before = set(frappe.get_all("Error Log", pluck="name"))
		with sms_gateway() as gateway:
			gateway.status = 500
			for minute in range(5):
				self.assertEqual(care_jobs.write_now(at(self.day, f"17:1{minute}")), (0, 0))
		self.assertEqual(len(gateway.got), 3)
		self.assertEqual(frappe.get_all("Guardian Text", pluck="status"), ["Failed"])
		for name in set(frappe.get_all("Error Log", pluck="name")) - before:
			log = frappe.get_doc("Error Log", name)
			self.assertNotIn("0612345678", f"{log.method} {log.error}")

	def test_a_plan_that_asks_and_a_message_that_was_answered(self) -> None:
		care.make_plan(self.student, status="Proposed")
		message = care.make_message(self.student, sent_by=self.user, capacity="Guardian")
		message.answer = "Thank you"
		message.save()
		now = frappe.utils.now_datetime()
		with sms_gateway() as gateway:
			self.assertEqual(care_jobs.guardian_texts.gather(now), 2)
			self.assertEqual(care_jobs.guardian_texts.send_waiting(now), 2)
		self.assertEqual({text["to"] for text in gateway.got}, {"0612345678"})
		self.assertEqual(len({text["text"] for text in gateway.got}), 2)

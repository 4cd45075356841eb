"""Threat: two or more requests at once make what there may be one of. Real requests, each in a thread with a connection of its own."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread
from typing import Any

import frappe
from frappe.utils import add_days, nowdate

from vsv_app.site.portal import invitations
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.hooks_alone import without_gate
from vsv_app.tests.rest import Answer, Person

AT_ONCE = 4
TIMES = 3


class TestAtOnce(CommittedTestCase):
	def setUp(self) -> None:
		without_gate(self)
		frappe.set_user("Administrator")
		self.coordinators = [
			Person(factories.make_user("Care Team Coordinator", "Attendance Officer"))
			for _one in range(AT_ONCE)
		]
		frappe.db.commit()

	def learner(self, **data: Any) -> str:
		_group, student = care.make_learner(date_of_birth=care.ADULT, **data)
		frappe.db.commit()
		return student

	def at_once(self, *asked: Callable[[], Answer]) -> list[Answer]:
		"""Each in a thread of its own, begun together."""
		start, found = Barrier(len(asked)), []

		def ask(one: Callable[[], Answer]) -> None:
			start.wait()
			found.append(one())

		threads = [Thread(target=ask, args=(one,)) for one in asked]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		frappe.db.rollback()
		return found

	def by_each(self, path: str, **values: Any) -> list[Answer]:
		return self.at_once(*(partial(person.post, path, **values) for person in self.coordinators))

	def assert_one(self, answers: list[Answer], kind: str, filters: dict[str, Any]) -> None:
		statuses = sorted(answer.status for answer in answers)
		self.assertEqual(frappe.db.count(kind, filters), 1, f"{kind} {statuses}")
		self.assertFalse([answer.body for answer in answers if answer.status not in (200, 417)])
		self.assertIn(200, statuses)

	def test_a_learner_has_one_plan(self) -> None:
		for _time in range(TIMES):
			student = self.learner()
			answers = self.by_each("/api/resource/Support Plan", student=student)
			self.assert_one(answers, "Support Plan", {"student": student})

	def test_a_learner_has_one_plan_however_it_is_begun(self) -> None:
		for _time in range(TIMES):
			student = self.learner()
			signals = [factories.make_signal(student) for _one in range(2)]
			frappe.db.commit()
			one, two, three, four = self.coordinators
			path, act = "/api/resource/Support Plan", "/api/method/vsv_app.api.care.board.act"
			answers = self.at_once(
				partial(one.post, path, student=student),
				partial(two.post, act, action="start_plan", student=student, signals=[signals[0]]),
				partial(three.post, act, action="start_plan", student=student, signals=[signals[1]]),
				partial(four.post, "/api/v2/document/Support Plan", student=student),
			)
			self.assertEqual(
				frappe.db.count("Support Plan", {"student": student}), 1, str([one.status for one in answers])
			)

	def test_a_partner_is_asked_once(self) -> None:
		for _time in range(TIMES):
			student, partner = self.learner(), care.make_stakeholder()
			agreement = care.make_agreement(partner).name
			frappe.db.commit()
			answers = self.by_each(
				"/api/method/vsv_app.api.partners.referring.refer", student=student, stakeholder=partner,
				agreement=agreement, question="Is there a place?", fields=["Name"], purpose="x", ask=0,
			)  # fmt: skip
			self.assert_one(answers, "Referral", {"student": student})

	def test_a_learner_stands_on_an_agenda_once(self) -> None:
		meeting = care.make_meeting(meeting_on=add_days(nowdate(), 3)).name
		frappe.db.commit()
		for _time in range(TIMES):
			student = self.learner()
			answers = self.by_each(
				"/api/method/vsv_app.api.care.meetings.put_on", student=student, meeting=meeting
			)
			self.assert_one(answers, "Care Meeting Learner", {"student": student})

	def test_a_record_is_contested_once_by_somebody(self) -> None:
		for _time in range(TIMES):
			user = care.make_portal_user()
			group, student = care.make_learner(date_of_birth=care.ADULT, user=user)
			record = frappe.get_doc(doctype="Student Attendance", student=student, student_group=group, date=factories.school_day(), status="Absent").insert()  # fmt: skip
			record.submit()
			person = Person(user)
			frappe.db.commit()
			contest = "/api/method/vsv_app.api.portal.family.contest"
			answers = self.at_once(
				*[partial(person.post, contest, record=record.name, note="I was there")] * AT_ONCE
			)
			self.assertEqual(
				frappe.db.count("Contested Record", {"attendance": record.name}),
				1,
				str([one.status for one in answers]),
			)

	def test_an_absence_is_reported_once(self) -> None:
		for _time in range(TIMES):
			user = care.make_portal_user()
			student = self.learner(user=user)
			person, day = Person(user), add_days(nowdate(), 7)
			frappe.db.commit()
			values = {"student": student, "from_date": day, "to_date": day, "reason": self.reason()}
			report = "/api/method/vsv_app.api.portal.family.report_absence"
			answers = self.at_once(*[partial(person.post, report, **values)] * AT_ONCE)
			made = frappe.db.count("Student Leave Application", {"student": student})
			self.assertEqual(made, 1, str([one.body for one in answers]))

	def reason(self) -> str:
		return frappe.get_all("Absence Reason", {"enabled": 1, "guardian_may_report": 1}, pluck="name")[0]

	def test_somebody_is_invited_once(self) -> None:
		for _time in range(TIMES):
			student = self.learner()
			person = invitations.family_of([(student, None)], ("Learner",))[0]
			answers = self.by_each("/api/method/vsv_app.api.portal.invitations.invite", student=student, who="Learners", how="Letter")  # fmt: skip
			found = frappe.db.count("Family Invitation", person.about)
			self.assertEqual(found, 1, str([(one.status, str(one.body)[:300]) for one in answers]))

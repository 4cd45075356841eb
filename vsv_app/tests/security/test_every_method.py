"""Threat: somebody calls a method of the app with the names of records that are not theirs.

Every whitelisted method, as everybody who has no business with it, with names that exist.
"""

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.utils import add_days, nowdate

import vsv_app
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.rest import Person

PORTAL = "vsv_app.api.portal"
OK, FORBIDDEN = 200, 403
GUEST = "guest"
COORDINATOR, OFFICER, ADMINISTRATOR = "coordinator", "officer", "administrator"
INSTALLER, LEADER, MANAGER = "installer", "leader", "system manager"
MENTORS = ("mentor of others", "mentor until yesterday", "mentor from tomorrow")
MEMBER, TEACHER = "member", "teacher"
FAMILY = ("other learner", "other guardian")
PARTNER = "other partner"
REASON = '{"reason": "x"}'


@dataclass(frozen=True)
class Call:
	"""How a method is called, and by whom of the people below it may be. Who it may be, sees nothing of these records."""

	verb: str
	values: dict[str, Any] = field(default_factory=dict)
	by: frozenset[str] = frozenset()


class TestEveryMethod(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.make_records()
		cls.people = {name: Person(user) for name, user in cls.make_users().items()}
		frappe.db.commit()
		cls.calls = cls.calls_of_methods()

	@classmethod
	def make_records(cls) -> None:
		group, cls.student = care.make_learner(date_of_birth=care.ADULT)
		cls.group = group
		cls.partner = care.make_stakeholder(care.make_portal_user())
		cls.agreement = care.make_agreement(cls.partner).name
		cls.consent = care.make_consent(cls.student, cls.partner).name
		cls.referral = care.make_referral(cls.student, cls.partner, cls.agreement).name
		cls.plan = care.make_plan(cls.student, status="Proposed").name
		cls.signal = factories.make_signal(cls.student)
		cls.concern = care.make_concern(
			cls.student, visibility=RESTRICTED, readers=[{"user": factories.make_user("Care Team Member")}]
		).name
		cls.meeting = care.make_meeting().name
		care.put_on_agenda(cls.meeting, cls.student)
		cls.decision = care.make_decision(cls.student, "Administrator")
		cls.badge, cls.gateway = factories.make_badge(cls.student), factories.make_gateway()
		record = frappe.get_doc(
			doctype="Student Attendance", student=cls.student, student_group=group, date=factories.school_day(), status="Absent",
		).insert()  # fmt: skip
		record.submit()
		cls.record = record.name
		cls.contested = frappe.get_doc(
			doctype="Contested Record", student=cls.student, attendance=record.name, school_day=record.date,
			contested_by="Administrator", contested_on=record.creation, capacity="Mentor", words="x",
		).insert().name  # fmt: skip
		cls.leave = care.make_leave(cls.student, factories.school_day(2)).name
		cls.invitation = care.make_invitation(cls.student).name
		cls.set_aside = frappe.get_doc(
			doctype="Set Aside Message", reason="Not Understood", fingerprint=frappe.generate_hash()
		).insert(ignore_permissions=True).name  # fmt: skip

	@classmethod
	def make_users(cls) -> dict[str, str]:
		mentors = dict(zip(MENTORS, (factories.make_user("School Mentor") for _one in MENTORS), strict=True))
		_group, other = care.make_learner(date_of_birth=care.ADULT, user=care.make_portal_user())
		_group, child = care.make_learner(date_of_birth=care.child_born())
		guardian, partner = care.make_portal_user(), care.make_portal_user()
		care.make_guardian(child, user=guardian)
		care.make_stakeholder(partner)
		of = {"student": cls.student}
		factories.make_assignment(mentors[MENTORS[0]], student=other)
		factories.make_assignment(mentors[MENTORS[1]], **of, from_date=add_days(nowdate(), -9), to_date=add_days(nowdate(), -1))  # fmt: skip
		factories.make_assignment(mentors[MENTORS[2]], **of, from_date=add_days(nowdate(), 1))
		return {
			**mentors,
			MEMBER: factories.make_user("Care Team Member"),
			COORDINATOR: factories.make_user("Care Team Coordinator"),
			OFFICER: factories.make_user("Attendance Officer"),
			ADMINISTRATOR: factories.make_user("Early Warning Administrator"),
			LEADER: factories.make_user("School Leader"),
			INSTALLER: factories.make_user("Gateway Installer"),
			TEACHER: factories.make_user("Instructor"),
			MANAGER: factories.make_user("System Manager"),
			FAMILY[0]: frappe.db.get_value("Student", other, "user"),
			FAMILY[1]: guardian,
			PARTNER: partner,
		}

	@classmethod
	def calls_of_methods(cls) -> dict[str, Call]:
		student, day = {"student": cls.student}, nowdate()
		tomorrow = {"day": add_days(day, 1)}
		signed_in = frozenset(cls.people)
		read_rules = frozenset({*MENTORS, MEMBER, COORDINATOR, OFFICER, ADMINISTRATOR, LEADER, MANAGER})
		configure = frozenset({ADMINISTRATOR, MANAGER})
		at_meetings, meeting = frozenset({*MENTORS, MEMBER, COORDINATOR}), {"meeting": cls.meeting}
		at_doors = frozenset({*configure, INSTALLER})
		reports = frozenset({COORDINATOR, OFFICER})
		settle, officer = frozenset({OFFICER, ADMINISTRATOR}), frozenset({OFFICER})
		assign = frozenset({COORDINATOR, ADMINISTRATOR})
		read_bells = frozenset({*MENTORS, COORDINATOR, OFFICER, ADMINISTRATOR, LEADER, MANAGER})
		at_door = {"gateway": cls.gateway, "terminal": "door"}
		invite = frozenset({OFFICER, ADMINISTRATOR, COORDINATOR})
		rule = frappe.as_json({"title": "x", "indicator": "times_late", "threshold": 1})
		return {
			f"{PORTAL}.family.family": Call("get", by=signed_in),
			f"{PORTAL}.partner.partner": Call("get", by=signed_in),
			f"{PORTAL}.family.decide": Call("post", {"plan": cls.plan, "decision": "Agrees", "version": 1}),
			f"{PORTAL}.family.report_absence": Call("post", {**student, "from_date": day, "to_date": day, "reason": "Ill"}),
			f"{PORTAL}.family.withdraw_absence": Call("post", {"leave": "none"}),
			f"{PORTAL}.consents.answer": Call("post", {"referral": cls.referral, "given": 1, "asked_on": "x"}),
			f"{PORTAL}.account.choose_mails": Call("post", {"wanted": 1}, frozenset({*FAMILY, PARTNER})),
			f"{PORTAL}.invitations.groups": Call("get", by=frozenset({*MENTORS, *invite})),
			f"{PORTAL}.invitations.begins": Call("get", student, invite),
			f"{PORTAL}.invitations.invite": Call("post", {**student, "how": "Letter"}, invite),
			f"{PORTAL}.invitations.came_back": Call("post", {"names": [cls.invitation]}, invite),
			f"{PORTAL}.invitations.once_more": Call("post", {"names": [cls.invitation], "how": "Letter"}, invite),
			f"{PORTAL}.invitations.letters": Call("post", {"names": [cls.invitation]}, invite),
			f"{PORTAL}.invitations.take_access_back": Call("post", {"name": cls.invitation}, invite),
			f"{PORTAL}.invitations.withdraw": Call("post", {"names": [cls.invitation]}, invite),
			"vsv_app.api.partners.referring.begins": Call("get", student, frozenset({COORDINATOR})),
			"vsv_app.api.partners.referring.refer": Call(
				"post", {**student, "stakeholder": cls.partner, "agreement": cls.agreement, "question": "x", "fields": "[]"}, frozenset({COORDINATOR})
			),
			f"{PORTAL}.family.contest": Call("post", {"record": cls.record, "note": "x"}),
			f"{PORTAL}.family.withdraw_contest": Call("post", {"contested": cls.contested}),
			f"{PORTAL}.family.send_message": Call("post", {**student, "message": "x"}),
			f"{PORTAL}.family.ask_for_help": Call("post", {**student, "message": "x"}),
			f"{PORTAL}.family.choose_texts": Call("post", {"wanted": 0}, frozenset({FAMILY[1]})),
			f"{PORTAL}.family.withdraw_consent": Call("post", {"consent": cls.consent}),
			f"{PORTAL}.partner.reply": Call("post", {"referral": cls.referral, "accept": "1", "text": "x"}),
			f"{PORTAL}.partner.close_referral": Call("post", {"referral": cls.referral, "result": "x"}),
			f"{PORTAL}.partner.sign": Call("post", {"agreement": cls.agreement, "stakeholder": cls.partner, "version": 1}),
			f"{PORTAL}.partner.agreement_feedback": Call("post", {"agreement": cls.agreement, "stakeholder": cls.partner, "text": "x"}),
			f"{PORTAL}.account.choose_language": Call("post", {"language": "en"}, signed_in),
			"vsv_app.api.care.board.overview": Call("get", by=frozenset({*MENTORS, MEMBER, COORDINATOR, ADMINISTRATOR, LEADER})),
			"vsv_app.api.care.board.timeline": Call("get", student, frozenset({*MENTORS, MEMBER, COORDINATOR, ADMINISTRATOR, LEADER})),
			"vsv_app.api.care.board.call_for_help": Call("get", {"concern": cls.concern}),
			"vsv_app.api.care.board.act": Call("post", {"action": "acknowledge", "signal": cls.signal}, frozenset({COORDINATOR})),
			"vsv_app.api.care.leader.overview": Call("get", by=frozenset({COORDINATOR, LEADER})),
			"vsv_app.api.care.meetings.meetings": Call("get", by=at_meetings),
			"vsv_app.api.care.meetings.overview": Call("get", meeting, at_meetings),
			"vsv_app.api.care.meetings.learners_to_put_on": Call("get", by=at_meetings),
			"vsv_app.api.care.meetings.known": Call("get", {**meeting, **student}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.put_on": Call("post", {**meeting, **student}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.plan_meeting": Call("post", {"meeting_on": day}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.conclude": Call("post", {**meeting, **student}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.decide": Call("post", {**meeting, **student, "what": "x", "who": "x"}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.take_back": Call("post", {**meeting, "decision": cls.decision}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.answer": Call("post", {"decision": cls.decision, "done": 1}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.hold": Call("post", meeting, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.move": Call("post", {**meeting, "meeting_on": day}, frozenset({COORDINATOR})),
			"vsv_app.api.care.meetings.call_off": Call("post", meeting, frozenset({COORDINATOR})),
			"vsv_app.api.care.plans.plans_by_status": Call("get", by=frozenset({*MENTORS, MEMBER, COORDINATOR})),
			"vsv_app.api.care.plans.plan_progress": Call("get", {"plan": cls.plan}, frozenset({COORDINATOR})),
			"vsv_app.api.care.plans.goal_begins": Call("get", {**student, "indicator": "times_late", "plan": cls.plan}, frozenset({COORDINATOR})),
			"vsv_app.api.care.plans.intervention_effect": Call(
				"get", {"intervention": care.make_intervention()}, frozenset({*MENTORS, MEMBER, COORDINATOR, ADMINISTRATOR, LEADER})
			),
			"vsv_app.api.signals.rules.preview_rule": Call("post", {"rule": rule}, frozenset({ADMINISTRATOR})),
			"vsv_app.api.signals.rules.indicators": Call("get", by=read_rules),
			"vsv_app.api.signals.rules.packs": Call("get", by=read_rules),
			"vsv_app.api.signals.rules.switch_pack": Call("post", {"pack": "none", "enabled": False}, configure),
			"vsv_app.api.signals.signals.history": Call("get", {"signal": cls.signal}, frozenset({COORDINATOR, ADMINISTRATOR})),
			"vsv_app.api.signals.statutory_reports.statutory_csv": Call("get", by=reports),
			"vsv_app.api.signals.statutory_reports.statutory_pdf": Call("get", by=reports),
			"vsv_app.api.gateways.doors.make_code": Call("post", {"gateway": cls.gateway}, at_doors),
			"vsv_app.api.gateways.doors.order": Call("post", {"gateway": cls.gateway, "command": "identify"}, at_doors),
			"vsv_app.api.gateways.doors.enrol_badge": Call(
				"post", {"badge": cls.badge, "student": cls.student}, frozenset({OFFICER, ADMINISTRATOR, INSTALLER})
			),
			"vsv_app.api.attendance.settling.overview": Call("get", by=settle),
			"vsv_app.api.attendance.settling.settle": Call("post", {"holds": "[]", "answer": "There"}, settle),
			"vsv_app.api.attendance.settling.closing": Call("get", {"holds": "[]"}, settle),
			"vsv_app.api.attendance.settling.undo": Call("post", by=settle),
			"vsv_app.api.attendance.settling.date_taps": Call("post", {"taps": "[]", "day": day}, settle),
			"vsv_app.api.attendance.contesting.of_record": Call("get", {"record": cls.record}, reports),
			"vsv_app.api.attendance.contesting.keep": Call("post", {"contested": "none", "answer": "x"}, reports),
			"vsv_app.api.attendance.contesting.correct": Call("post", {"contested": "none", "status": "Present"}, reports),
			"vsv_app.api.attendance.contesting.seen": Call("post", {"contested": cls.contested}),
			"vsv_app.api.attendance.reported_absences.decline": Call("post", {"leave": cls.leave, "answer": "x"}, reports),
			"vsv_app.api.attendance.contesting.withdraw": Call("post", {"contested": cls.contested}),
			"vsv_app.api.attendance.not_in_today.overview": Call("get", {"day": day}, frozenset({*MENTORS, MEMBER, COORDINATOR, OFFICER})),
			"vsv_app.api.attendance.not_in_today.give_reason": Call("post", {"students": "[]", "day": day, "reason": "none"}, officer),
			"vsv_app.api.attendance.not_in_today.note_call": Call("post", {"students": "[]", "day": day, "outcome": "On The Way"}, officer),
			"vsv_app.api.attendance.not_in_today.came_after_all": Call("post", {"students": "[]", "day": day}, officer),
			"vsv_app.api.attendance.not_in_today.find": Call("get", {"text": "zzzz"}, officer),
			"vsv_app.api.attendance.not_in_today.check_in": Call("post", {"student": "none"}, officer),
			"vsv_app.api.attendance.not_in_today.undo": Call("post", {"day": day, "what": "{}"}, officer),
			"vsv_app.api.signals.statutory_reports.to_report": Call("get", by=frozenset({*reports, ADMINISTRATOR})),
			"vsv_app.api.attendance.explanation.why": Call("get", {"record": cls.record}, officer),
			"vsv_app.api.gateways.doors.watched": Call("get", {"gateway": cls.gateway}, frozenset({*at_doors, OFFICER})),
			"vsv_app.api.attendance.school_day.what_is_missing": Call("get", by=configure),
			"vsv_app.api.attendance.school_day.waits_for": Call("get", tomorrow, frozenset({*configure, OFFICER})),
			"vsv_app.api.attendance.school_day.close": Call("post", tomorrow, frozenset({*configure, OFFICER})),
			"vsv_app.api.attendance.school_day.groups": Call("get", by=read_bells),
			"vsv_app.api.attendance.school_day.planned": Call("get", {"day": day, "group": cls.group}, read_bells),
			"vsv_app.api.attendance.badges.overview": Call("get", by=settle),
			"vsv_app.api.attendance.badges.people": Call("get", student, settle),
			"vsv_app.api.attendance.badges.read_new": Call("post", at_door, settle),
			"vsv_app.api.attendance.badges.stop_reading": Call("post", {"gateway": cls.gateway}, settle),
			"vsv_app.api.attendance.badges.read": Call("get", {**at_door, "since": day}, settle),
			"vsv_app.api.attendance.badges.give": Call("post", {"badge": cls.badge, **student}, settle),
			"vsv_app.api.attendance.badges.take_back": Call("post", {"badge": cls.badge, **student}, settle),
			"vsv_app.api.attendance.badges.mark": Call("post", {"badge": cls.badge, "status": "Active"}, settle),
			"vsv_app.api.attendance.badges.look": Call("post", {"content": "x"}, settle),
			"vsv_app.api.attendance.badges.bring_in": Call("post", {"content": "x", "form": "hex", "learner_column": 0, "number_column": 1}, settle),
			"vsv_app.api.care.asked.of_me": Call("get", by=frozenset({*MENTORS, MEMBER, COORDINATOR, OFFICER, ADMINISTRATOR, LEADER, INSTALLER, TEACHER, MANAGER})),
			"vsv_app.api.care.asked.answer_action": Call("post", {"action": "none", "done": 1}, frozenset()),
			"vsv_app.api.care.mentors.grid": Call("get", by=assign),
			"vsv_app.api.care.mentors.last_year": Call("get", {"how": "class"}, assign),
			"vsv_app.api.care.mentors.look": Call("post", {"content": "x"}, assign),
			"vsv_app.api.care.mentors.save": Call("post", {"rows": "[]"}, assign),
			"vsv_app.api.signals.rules.preview_pack": Call("get", {"pack": "start"}, frozenset({ADMINISTRATOR})),
			"vsv_app.api.gateways.set_aside.try_again": Call("post", {"names": [cls.set_aside]}, configure),
			"vsv_app.api.gateways.set_aside.dismiss": Call("post", {"names": [cls.set_aside]}, configure),
			"vsv_app.site.privacy.personal_data.export_learner": Call("get", student, frozenset({COORDINATOR})),
			"vsv_app.site.privacy.personal_data.erase_learner": Call("post", student, frozenset({COORDINATOR})),
			"vsv_app.site.access.connection_counts.get_open_count": Call("get", {"doctype": "Support Plan", "name": cls.plan}, frozenset({COORDINATOR})),
			"vsv_app.site.access.connection_counts.get_group_by_count": Call(
				"get", {"doctype": "Support Plan", "current_filters": "[]", "field": "assigned_to"}, at_meetings
			),
		}  # fmt: skip

	BY_SIGNATURE = (
		"vsv_app.api.gateways.device.roster",
		"vsv_app.api.gateways.device.provision",
		"vsv_app.site.care.digest_mails.unsubscribe",
		"vsv_app.site.care.family_mails.unsubscribe",
		"vsv_app.api.portal.invitations.redeem",
	)
	"""What guests may call: who asks is shown by a signature or by a one-time code, and tried in tests of their own."""

	def test_every_method_that_there_is_stands_here(self) -> None:
		for module in pkgutil.walk_packages(vsv_app.__path__, "vsv_app."):
			if ".tests" not in module.name and "embedded" not in module.name:
				importlib.import_module(module.name)
		ours = {
			f"{method.__module__}.{method.__qualname__}"
			for method in frappe.whitelisted
			if method.__module__.startswith("vsv_app.") and "." not in method.__qualname__
		}
		self.assertEqual(ours, {*self.calls, *self.BY_SIGNATURE})
		open_to_guests = {f"{one.__module__}.{one.__qualname__}" for one in frappe.guest_methods if one.__module__.startswith("vsv_app.")}  # fmt: skip
		self.assertEqual(open_to_guests, set(self.BY_SIGNATURE))

	def test_nobody_without_business_with_it_is_answered(self) -> None:
		frappe.db.commit()
		for method, call in self.calls.items():
			for who, person in {**self.people, GUEST: Person.guest()}.items():
				ask = person.get if call.verb == "get" else person.post
				answer = ask(f"/api/method/{method}", **call.values)
				said = (method, who, answer.status, str(answer.body)[:300])
				if who in call.by:
					self.assertNotEqual(answer.status, FORBIDDEN, said)
					if who not in (COORDINATOR, OFFICER, ADMINISTRATOR):
						self.assertNotIn(self.student, str(answer.body), said)
				else:
					self.assertEqual(answer.status, FORBIDDEN, said)

	def test_the_method_of_a_consent_is_for_who_may_write_it(self) -> None:
		for who, person in self.people.items():
			answer = person.post(
				"/api/method/run_doc_method",
				method="withdraw",
				dt="Consent Record",
				dn=self.consent,
				args=REASON,
			)
			if who != COORDINATOR:
				self.assertEqual(answer.status, FORBIDDEN, (who, str(answer.body)[:300]))
		frappe.db.rollback()
		self.assertTrue(frappe.db.get_value("Consent Record", self.consent, "withdrawn_on"))

	def test_a_withdrawal_takes_no_other_field_along(self) -> None:
		consent = care.make_consent(self.student, self.partner)
		frappe.db.commit()
		forged = {
			**consent.as_dict(convert_dates_to_str=True),
			"recorded_by": "Guest",
			"withdrawn_by": "Guest",
		}
		answer = self.people[COORDINATOR].post(
			"/api/method/run_doc_method", method="withdraw", docs=frappe.as_json(forged), args=REASON
		)
		self.assertEqual(answer.status, OK, str(answer.body)[:300])
		frappe.db.rollback()
		consent.reload()
		self.assertEqual(
			(consent.recorded_by, consent.withdrawn_by), ("Administrator", self.people[COORDINATOR].user)
		)

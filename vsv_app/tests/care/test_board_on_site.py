"""The board for a user with the role School Mentor alone: what can be done there, and what stays shut, on a site."""

import inspect
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from vsv_app.api.care import board
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.patches import count_goals_as_their_rules, give_acknowledged_signals_a_day
from vsv_app.services import school
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import look_again
from vsv_app.site.access import restricted_reads
from vsv_app.site.jobs import care_jobs, signal_jobs
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

SIGNAL, ASSIGNMENT = "Early Warning Signal", "Mentor Assignment"


class BoardTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.group, (self.student, self.other) = factories.make_group(2)
		factories.make_bell_schedule(student_group=self.group)
		self.mentor, self.colleague = (factories.make_user("School Mentor") for _one in range(2))
		factories.make_assignment(self.mentor, student_group=self.group)
		self.signal = factories.make_signal(self.student, explanation="Four days away")
		frappe.set_user(self.mentor)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def says(self, *fields: str, name: str | None = None) -> Any:
		return frappe.db.get_value(
			SIGNAL, name or self.signal, list(fields) if len(fields) > 1 else fields[0]
		)

	def waiting(self, kind: str) -> list[dict[str, Any]]:
		return [one for one in board.overview()["waiting"] if one["kind"] == kind]

	def make_signal(self, student: str, **data: Any) -> str:
		before = frappe.session.user
		frappe.set_user("Administrator")
		rule = factories.make_rule(**data.pop("of_rule", {}))
		name = factories.make_signal(student, rule=rule, **data)
		frappe.set_user(before)
		return name

	def make_help(self, *readers: str) -> str:
		before = frappe.session.user
		frappe.set_user("Administrator")
		concern = frappe.get_doc(
			doctype="Concern",
			student=self.student,
			kind="Asked For Help",
			severity="Concern",
			what="Can I talk to somebody?",
			readers=[{"user": user} for user in readers],
		)
		concern.flags.from_learner = True
		concern.insert()
		frappe.set_user(before)
		return str(concern.name)


class TestAcknowledging(BoardTestCase):
	def at_school(self, store: FrappeStore) -> datetime:
		"""Now, or the same time on the next school day: on a day without school nothing comes back."""
		days, now = calendar.load(store), now_datetime()
		while not days.is_school_day(now.date()):
			now += timedelta(days=1)
		return now

	def test_it_comes_back_on_the_day_that_a_mentor_chose_or_on_the_usual_one(self) -> None:
		day = add_days(nowdate(), 3)
		done = board.act("acknowledge", signal=self.signal, look_again_on=day)
		self.assertGreaterEqual(done["look_again_on"], day)
		self.assertEqual(str(self.says("look_again_on")), done["look_again_on"])
		other = self.make_signal(self.other)
		board.act("acknowledge", signal=other)
		self.assertGreater(self.says("look_again_on", name=other), getdate(add_days(nowdate(), 12)))
		with self.assertRaises(frappe.ValidationError):
			board.act("look_again", signal=self.signal, look_again_on=nowdate())

	def test_in_a_form_too(self) -> None:
		form = frappe.get_doc(SIGNAL, self.signal)
		form.status = "Acknowledged"
		form.save()
		self.assertGreater(self.says("look_again_on"), getdate(add_days(nowdate(), 12)))
		step = frappe.get_value(
			"Signal Step", {"signal": self.signal, "step": "Acknowledged"}, "look_again_on"
		)
		self.assertEqual(step, self.says("look_again_on"))

	def test_the_night_brings_it_back_to_the_mentor_with_an_alert(self) -> None:
		board.act("acknowledge", signal=self.signal)
		frappe.set_user("Administrator")
		frappe.db.set_value(SIGNAL, self.signal, "look_again_on", add_days(nowdate(), -2))
		store = FrappeStore()
		for _twice in range(2):
			look_again.bring_back(store, school.load(store), self.at_school(store))
		self.assertEqual(self.says("status"), "Open")
		alerts = frappe.get_all("Early Warning Alert", {"signal": self.signal}, ["recipient", "status"])
		self.assertEqual([(one.recipient, one.status) for one in alerts], [(self.mentor, "Sent")])
		frappe.set_user(self.mentor)
		self.assertEqual([one["name"] for one in self.waiting("Signal")], [self.signal])
		self.assertIn(self.signal, self.waiting("Signal")[0]["route"])

	def test_the_night_job_does_so(self) -> None:
		board.act("acknowledge", signal=self.signal)
		frappe.set_user("Administrator")
		frappe.db.set_value(SIGNAL, self.signal, "look_again_on", add_days(nowdate(), -2))
		frappe.db.set_single_value("Early Warning Settings", "enabled", 1)
		of_the_rules = nightly.evaluation.evaluate_now
		self.addCleanup(setattr, nightly.evaluation, "evaluate_now", of_the_rules)
		nightly.evaluation.evaluate_now = (
			lambda *_args, **_more: None
		)  # no record of absence stands behind it
		nightly.look_again(FrappeStore(), school.load(FrappeStore()), self.at_school(FrappeStore()))
		self.assertEqual(self.says("status"), "Open")
		self.assertIn("nightly.look_again", inspect.getsource(signal_jobs.evaluate_the_rest))

	def test_signals_that_were_acknowledged_before_get_a_day(self) -> None:
		board.act("acknowledge", signal=self.signal)
		frappe.set_user("Administrator")
		frappe.db.set_value(SIGNAL, self.signal, "look_again_on", None)
		for _twice in range(2):
			give_acknowledged_signals_a_day.execute()
		self.assertGreater(self.says("look_again_on"), getdate(add_days(nowdate(), 12)))
		steps = frappe.get_all("Signal Step", {"signal": self.signal}, pluck="step", order_by="sequence")
		self.assertEqual(steps, ["Raised", "Acknowledged", "Followed Up"])


class TestTalks(BoardTestCase):
	def test_a_call_to_the_mother_with_what_comes_next(self) -> None:
		board.act("acknowledge", signal=self.signal, look_again_on=add_days(nowdate(), 2))
		before = self.says("look_again_on")
		done = board.act(
			"log_talk", student=self.student, channel="Phone Call", with_whom="Guardian", person_name="Mrs Aydin",
			note="Is worried", agreed="Comes on Monday", next_step="Call again", next_step_on=add_days(nowdate(), 1),
		)  # fmt: skip
		talk = frappe.get_doc("Contact Log", done["contact"])
		self.assertEqual((talk.with_whom, talk.agreed, talk.not_reached), ("Guardian", "Comes on Monday", 0))
		self.assertGreater(self.says("look_again_on"), before)
		(waits,) = self.waiting("Next Step")
		self.assertEqual((waits["name"], waits["text"]), (talk.name, "Call again"))
		board.act("next_step_done", contact=talk.name)
		talk.reload()
		self.assertEqual((talk.next_step_done, talk.next_step_done_by), (1, self.mentor))
		self.assertEqual(self.waiting("Next Step"), [])

	def test_a_talk_that_was_logged_in_a_form_moves_the_day_on_and_one_not_reached_does_not(self) -> None:
		for not_reached in (1, 0):
			board.act(
				"acknowledge" if not_reached else "look_again",
				signal=self.signal,
				look_again_on=add_days(nowdate(), 2),
			)
			before = self.says("look_again_on")
			care.make_contact(self.student, not_reached=not_reached)
			self.assertEqual(self.says("look_again_on") == before, bool(not_reached))


class TestAnswers(BoardTestCase):
	def test_a_family_is_answered(self) -> None:
		frappe.set_user("Administrator")
		message = care.make_message(self.student, kind="Question").name
		frappe.set_user(self.mentor)
		self.assertEqual([one["name"] for one in self.waiting("Message")], [message])
		board.act("answer_message", message=message, answer="Yes, until ten.")
		kept = frappe.get_doc("Family Message", message)
		self.assertEqual(
			(kept.status, kept.answered_by, kept.answer), ("Answered", self.mentor, "Yes, until ten.")
		)
		self.assertEqual(self.waiting("Message"), [])

	def test_nobody_else_answers(self) -> None:
		frappe.set_user("Administrator")
		message = care.make_message(self.student).name
		frappe.set_user(self.colleague)
		self.assertRaises(frappe.PermissionError, board.act, "answer_message", message=message, answer="No")

	def test_a_call_for_help_is_first_and_read_and_taken_in_hand_by_who_is_named(self) -> None:
		concern = self.make_help(self.mentor)
		first = board.overview()["waiting"][0]
		self.assertEqual((first["kind"], first["name"], first["text"]), ("Call For Help", concern, ""))
		self.assertEqual(board.call_for_help(concern)["text"], "Can I talk to somebody?")
		done = board.act("take_help", concern=concern)
		self.assertEqual(done["text"], "Can I talk to somebody?")
		kept = frappe.get_doc("Concern", concern)
		self.assertEqual((kept.status, kept.responsible), ("In Hand", self.mentor))
		self.assertEqual(self.waiting("Call For Help"), [])
		board.act("close_help", concern=concern, what_was_done="Talked in the break")
		kept.reload()
		self.assertEqual((kept.status, kept.closed_by), ("Closed", self.mentor))
		self.assertTrue(kept.closed_on)

	def test_a_mentor_who_is_not_named_reads_and_takes_nothing(self) -> None:
		concern = self.make_help(factories.make_user("Care Team Member"))
		self.assertEqual(self.waiting("Call For Help"), [])
		self.assertRaises(frappe.PermissionError, board.call_for_help, concern)
		for action in ("take_help", "close_help"):
			with self.assertRaises(frappe.PermissionError):
				board.act(action, concern=concern, what_was_done="x")

	def test_who_looks_at_the_board_alone_has_not_read_it(self) -> None:
		concern = self.make_help(self.mentor)
		restricted_reads._noted().clear()
		board.overview()
		self.assertEqual(restricted_reads._noted(), set())
		board.call_for_help(concern)
		self.assertIn((self.mentor, "Concern", concern, "Form"), restricted_reads._noted())

	def test_after_hours_the_coordinator_hears_of_it_and_nobody_has_read_it(self) -> None:
		coordinator = factories.make_user("Care Team Coordinator")
		frappe.set_user("Administrator")
		settings = {"enabled": 1, "coordinator": coordinator, "help_hours": 2}
		frappe.db.set_single_value("Early Warning Settings", settings)
		concern = self.make_help(self.mentor)
		now = now_datetime().replace(hour=13)
		frappe.db.set_value("Concern", concern, "noted_on", now - timedelta(hours=3))
		restricted_reads._noted().clear()
		with_school = factories.school_day() == getdate(nowdate())
		self.freeze(now)
		care_jobs.climb_with_calls_for_help()
		told = frappe.get_all("Care Reminder", {"reference_name": concern}, ["recipient", "level", "kind"])
		expected = [(coordinator, "Coordinator", "Call For Help")] if with_school else []
		self.assertEqual([(one.recipient, one.level, one.kind) for one in told], expected)
		self.assertEqual(restricted_reads._noted(), set())

	def freeze(self, now: Any) -> None:
		before = care_jobs.school_now
		care_jobs.school_now = lambda *_args: now
		self.addCleanup(setattr, care_jobs, "school_now", before)


class TestAway(BoardTestCase):
	def go_away(self, **more: Any) -> dict[str, Any]:
		period = {"from_date": nowdate(), "to_date": add_days(nowdate(), 5), "note": "Ask about her brother"}
		return board.act("go_away", **{"substitute": self.colleague, **period, **more})

	def test_a_mentor_hands_over_and_takes_back_on_the_board_alone(self) -> None:
		own = {
			"doctype": ASSIGNMENT,
			"mentor": self.colleague,
			"task": "Substitute",
			"student_group": self.group,
		}
		with self.assertRaises(frappe.PermissionError):
			frappe.get_doc({**own, "from_date": nowdate()}).insert()
		self.assertIn(self.colleague, {one["user"] for one in board.overview()["colleagues"]})
		self.go_away()
		self.assertEqual(board.overview()["away"]["substitute"], self.colleague)
		self.assertTrue(frappe.has_permission(SIGNAL, "read", doc=self.signal), "keeps sight")
		told = frappe.get_all("Notification Log", {"document_type": ASSIGNMENT}, pluck="for_user")
		self.assertGreaterEqual(set(told), {self.mentor, self.colleague})

		frappe.set_user(self.colleague)
		shown = board.overview()
		self.assertEqual({one["student"] for one in shown["learners"]}, {self.student, self.other})
		((band),) = shown["standing_in"]
		self.assertEqual((band["groups"], band["note"]), ([self.group], "Ask about her brother"))
		self.assertEqual([one["name"] for one in self.waiting("Signal")], [self.signal])
		self.assertEqual(frappe.get_list(SIGNAL, pluck="name"), [self.signal])

		frappe.set_user(self.mentor)
		board.act("come_back")
		self.assertIsNone(board.overview()["away"])
		self.assertEqual(
			frappe.db.get_value(ASSIGNMENT, {"mentor": self.colleague}, ["came_back", "to_date"]),
			(1, getdate(nowdate())),
		)

	def test_the_note_is_for_the_substitute_and_not_for_all_who_see_assignments(self) -> None:
		self.go_away()
		name = frappe.db.get_value(ASSIGNMENT, {"mentor": self.colleague, "stands_in_for": self.mentor})
		for role in ("School Leader", "Attendance Officer", "Care Team Coordinator"):
			frappe.set_user(factories.make_user(role))
			(row,) = frappe.get_list(ASSIGNMENT, {"name": name}, ["name", "hand_over_note"])
			self.assertFalse(row.get("hand_over_note"), role)
			document = frappe.get_doc(ASSIGNMENT, name)
			document.apply_fieldlevel_read_permissions()
			self.assertFalse(document.get("hand_over_note"), role)

	def test_who_has_no_role_for_learners_does_not_stand_in(self) -> None:
		with self.assertRaises(frappe.ValidationError):
			self.go_away(substitute=factories.make_user("Gateway Installer"))
		self.assertFalse(frappe.db.exists(ASSIGNMENT, {"stands_in_for": self.mentor}))

	def test_a_guest_or_another_role_goes_nowhere(self) -> None:
		for user in ("Guest", factories.make_user("Attendance Officer")):
			frappe.set_user(user)
			self.assertRaises(frappe.PermissionError, self.go_away)


class TestTimeline(BoardTestCase):
	def kinds(self) -> list[str]:
		return [one["kind"] for one in board.timeline(self.student)]

	def test_all_of_a_learner_as_far_as_the_reader_may_see_it(self) -> None:
		board.act("log_talk", student=self.student, channel="In Person", note="Told about home")
		frappe.set_user("Administrator")
		care.make_message(self.student)
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		care.make_plan(self.student, signals=[{"signal": self.signal}])
		open_to_all = care.make_concern(self.student).name
		closed = care.make_concern(self.student, visibility=RESTRICTED, readers=[{"user": factories.make_user("Care Team Member")}]).name  # fmt: skip
		mine = care.make_concern(self.student, visibility=RESTRICTED, readers=[{"user": self.mentor}]).name
		frappe.set_user(self.mentor)
		told = board.timeline(self.student)
		self.assertEqual(
			{one["kind"] for one in told}, {"Signal", "Talk", "Message", "Plan", "Action", "Concern"}
		)
		names = {one["name"] for one in told}
		self.assertLessEqual({open_to_all, mine}, names)
		self.assertNotIn(closed, names)
		self.assertEqual([one["on"] for one in told], sorted((one["on"] for one in told), reverse=True))

	def test_who_has_no_task_with_the_learner_is_told_nothing(self) -> None:
		board.act("log_talk", student=self.student, channel="In Person")
		frappe.set_user(self.colleague)
		self.assertEqual(board.timeline(self.student), [])
		frappe.set_user(factories.make_user("Attendance Officer"))
		self.assertRaises(frappe.PermissionError, board.timeline, self.student)

	def test_what_was_read_of_a_restricted_concern_is_noted(self) -> None:
		self.make_help(self.mentor)
		restricted_reads._noted().clear()
		self.assertIn("Call For Help", self.kinds())
		self.assertIn((self.mentor, "Concern", "", "List"), restricted_reads._noted())


class TestClosingAPlan(BoardTestCase):
	def make_plan(self) -> Any:
		frappe.set_user("Administrator")
		frappe.db.set_value("Student", self.student, "date_of_birth", care.ADULT)
		return care.make_plan(self.student, signals=[{"signal": self.signal}])

	def close(self, plan: Any) -> None:
		plan.reload()
		plan.update({"status": "Closed", "outcome": "Continued Elsewhere", "closing_reason": "Moved"})
		plan.save()

	def test_what_still_holds_is_open_again_with_an_alert_and_a_new_plan_can_begin(self) -> None:
		frappe.db.set_single_value("Early Warning Settings", "enabled", 0)
		plan = self.make_plan()
		self.assertEqual(self.says("status"), "In Plan")
		self.close(plan)
		self.assertEqual(self.says("status"), "Open")
		alerts = frappe.get_all("Early Warning Alert", {"signal": self.signal}, pluck="recipient")
		self.assertEqual(alerts, [self.mentor])
		plan.reload()
		plan.closing_reason = "Moved to another town"
		plan.save()
		self.assertEqual(self.says("status"), "Open", "a closed plan takes nothing in again")
		frappe.set_user(self.mentor)
		done = board.act("start_plan", student=self.student, signals=[self.signal])
		self.assertEqual(done["status"], "In Plan")

	def test_what_no_longer_holds_is_resolved(self) -> None:
		frappe.db.set_single_value("Early Warning Settings", "enabled", 1)
		plan = self.make_plan()
		self.close(plan)
		self.assertEqual(self.says("status"), "Resolved", "no records of absence stand behind it")


class TestGoals(BoardTestCase):
	def test_the_chart_of_a_goal_counts_as_its_rule_until_somebody_takes_another_indicator(self) -> None:
		signal = self.make_signal(
			self.student,
			of_rule={"window_kind": "Rolling Days", "window_length": 14},
			indicator="unexcused_minutes",
			observed_value=1200,
			threshold=600,
		)
		plan = frappe.get_doc(
			"Support Plan", board.act("start_plan", student=self.student, signals=[signal])["plan"]
		)
		(goal,) = plan.goals
		self.assertEqual((goal.window_kind, goal.window_length, goal.baseline), ("Rolling Days", 14, 20))
		goal.update({"indicator": "times_late", "baseline": 3, "target": 1})
		plan.save()
		self.assertEqual((goal.window_kind or "", goal.window_length), ("", 0))

	def test_goals_that_began_before_get_the_window_of_their_rule(self) -> None:
		signal = self.make_signal(
			self.student,
			of_rule={"window_kind": "Rolling Days", "window_length": 14},
			indicator="unexcused_minutes",
			rule_title="_Test Unexcused Minutes",
			observed_value=1200,
			threshold=600,
		)
		plan = board.act("start_plan", student=self.student, signals=[signal])["plan"]
		frappe.db.set_value("Support Plan Goal", {"parent": plan}, {"window_kind": None, "window_length": 0})
		count_goals_as_their_rules.execute()
		self.assertEqual(
			frappe.db.get_value("Support Plan Goal", {"parent": plan}, ["window_kind", "window_length"]),
			("Rolling Days", 14),
		)

"""Steps of signals on a site: written once, by the one place that writes them; they go with their signal, and old signals get theirs."""

from typing import Any

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, get_datetime, now_datetime

from vsv_app.api.signals import signals
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.patches import write_steps_of_signals
from vsv_app.services.care import mentor_board
from vsv_app.services.signals import signal_steps
from vsv_app.site.privacy import personal_data
from vsv_app.stores import frappe_rows
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import signal_steps as stored
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.vsv_app.doctype.early_warning_signal.early_warning_signal import StepNotPossible
from vsv_app.vsv_app.doctype.signal_step.signal_step import WrittenOnce

SIGNAL, STEP, OLD_TABLE = "Early Warning Signal", "Signal Step", "Dismissal Taken Back"
OLD_COLUMNS = (
	"parent varchar(140), idx int, dismissed_on datetime(6), dismissed_by varchar(140), reason varchar(140), note text,"
	" taken_back_on datetime(6)"
)


class SignalStepsTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.group, (self.learner,) = factories.make_group(1)
		self.signal = factories.make_signal(
			self.learner, indicator="unexcused_minutes", observed_value=520, threshold=480
		)

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def steps(self, signal: str | None = None) -> list[Any]:
		fields = ["sequence", "step", "status", "taken_by", "observed_value", "reason", "note", "plan"]
		return frappe.get_all(STEP, {"signal": signal or self.signal}, fields, order_by="sequence")

	def assert_is_its_steps(self, signal: str | None = None) -> None:
		name = signal or self.signal
		kept = stored.kept(FrappeStore(), [name])[name]
		steps = stored.of(FrappeStore(), [name])[name]
		state = life.state_after(steps)
		self.assertEqual(kept.step_count, len(steps))
		for field in ("status", "observed_value", "acknowledged_by", "closed_on", "closed_by", "dismiss_reason", "note", "holds_key"):  # fmt: skip
			self.assertEqual(getattr(kept.state, field), getattr(state, field), field)

	def answer(self, status: str, **values: Any) -> Any:
		document = frappe.get_doc(SIGNAL, self.signal)
		document.update({"status": status, **values})
		return document.save()


class TestStepsAreWrittenOnce(SignalStepsTestCase):
	def test_nobody_changes_or_deletes_one(self) -> None:
		step = frappe.get_doc(STEP, f"{self.signal}-1")
		step.note = "another"
		self.assertRaises(WrittenOnce, step.save)
		self.assertRaises(WrittenOnce, frappe.delete_doc, STEP, step.name)
		self.assertRaises(
			WrittenOnce, frappe.delete_doc, STEP, step.name, force=True, ignore_permissions=True
		)
		self.assertEqual([row.note for row in self.steps()], [None])

	def test_nobody_adds_one_that_the_signal_did_not_take(self) -> None:
		values = {"doctype": STEP, "signal": self.signal, "student": self.learner, "step": "Acknowledged", "status": "Acknowledged"}  # fmt: skip
		for sequence in (0, 2, -1):
			self.assertRaises(WrittenOnce, frappe.get_doc({**values, "sequence": sequence}).insert)
		self.assertRaises(frappe.DuplicateEntryError, frappe.get_doc({**values, "sequence": 1}).insert)

	def test_a_row_is_what_a_document_would_be(self) -> None:
		store, now = FrappeStore(), now_datetime()
		self.assertIsNone(frappe_rows.must_go_one_by_one(STEP, []))
		rows = {}
		for write in ("row", "document"):
			signal = factories.make_signal(self.learner)
			step = life.Step(life.ACKNOWLEDGED, now, "Administrator")
			taken = signal_steps.change(store, {signal: step}, now)
			if write == "row":
				signal_steps.write(store, taken, now)
			else:
				frappe.get_doc(doctype=STEP, **stored._row(taken[0])).insert()
			self.assertTrue(frappe.db.exists(STEP, f"{signal}-2"))
			(rows[write],) = frappe.db.sql(
				f"select * from `tab{STEP}` where name = %s", f"{signal}-2", as_dict=True
			)
		apart = {"name", "signal", "creation", "modified"}
		for column, value in rows["document"].items():
			if column not in apart:
				self.assertEqual(rows["row"][column], value, column)


class TestStepsAreTakenInOnePlace(SignalStepsTestCase):
	def test_a_form_takes_the_same_step_as_the_board(self) -> None:
		alert = factories.make_alert(self.signal, self.learner, "Administrator")
		self.answer("Acknowledged")
		self.assertEqual(frappe.db.get_value("Early Warning Alert", alert, "status"), "Acted On")
		self.answer("Dismissed", dismiss_reason="Other", note=" Moved to another town ")
		self.assertEqual(
			[(row.step, row.status, row.taken_by, row.observed_value) for row in self.steps()],
			[
				("Raised", "Open", None, 520),
				("Acknowledged", "Acknowledged", "Administrator", 520),
				("Dismissed", "Dismissed", "Administrator", 520),
			],
		)
		self.assertEqual(self.steps()[-1].reason, "Other")
		self.assertEqual(
			frappe.db.get_value(SIGNAL, self.signal, ["note", "dismissed_value"]),
			("Moved to another town", 520),
		)
		self.assert_is_its_steps()

	def test_a_form_that_is_refused_leaves_no_step(self) -> None:
		self.assertRaises(StepNotPossible, self.answer, "Dismissed")
		self.answer("Dismissed", dismiss_reason="Known and handled")
		self.assertRaises(StepNotPossible, self.answer, "Resolved")
		self.assertEqual([row.step for row in self.steps()], ["Raised", "Dismissed"])

	def test_what_was_said_does_not_change_without_a_step(self) -> None:
		self.answer("Dismissed", dismiss_reason="Known and handled", note="first")
		self.answer("Dismissed", dismiss_reason="Other", note="second")
		self.assertEqual(
			frappe.db.get_value(SIGNAL, self.signal, ["dismiss_reason", "note"]),
			("Known and handled", "first"),
		)

	def test_a_form_of_before_a_step_is_refused(self) -> None:
		stale = frappe.get_doc(SIGNAL, self.signal)
		mentor_board.acknowledge(
			FrappeStore(), self.signal, "Administrator", add_to_date(now_datetime(), seconds=1)
		)
		stale.status = "Dismissed"
		stale.dismiss_reason = "Known and handled"
		self.assertRaises(frappe.TimestampMismatchError, stale.save)
		self.assert_is_its_steps()

	def test_a_plan_that_is_made_in_a_form_is_a_step(self) -> None:
		_group, student = care.make_learner(date_of_birth=care.ADULT)
		signal = factories.make_signal(student)
		plan = care.make_plan(student, signals=[{"signal": signal}])
		plan.reload()
		plan.save()
		self.assertEqual(
			[(row.step, row.plan) for row in self.steps(signal)],
			[("Raised", None), ("Put in Plan", plan.name)],
		)
		self.assert_is_its_steps(signal)

	def test_the_family_that_contests_a_record_is_seen_in_the_history(self) -> None:
		day = factories.school_day(1)
		record = frappe.get_doc(
			doctype="Student Attendance",
			student=self.learner,
			student_group=self.group,
			date=day,
			status="Absent",
		).insert()
		evidence = {
			"reference_doctype": "Student Attendance",
			"reference_name": record.name,
			"date": day,
			"fact": "Absent",
		}
		frappe.get_doc(SIGNAL, self.signal).append("evidence", evidence).db_insert()
		signal_steps.contest(FrappeStore(), record.name, "Administrator", now_datetime())
		self.assertEqual([row.step for row in self.steps()], ["Raised", "Contested"])


class TestStepsAreRead(SignalStepsTestCase):
	def test_who_may_read_the_signal_reads_its_history(self) -> None:
		mentor = factories.make_user("School Mentor")
		stranger = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student_group=self.group)
		frappe.set_user(mentor)
		self.assertEqual([entry["step"] for entry in signals.history(self.signal)], ["Raised"])
		self.assertEqual(frappe.get_list(STEP, {"signal": self.signal}, pluck="name"), [f"{self.signal}-1"])
		frappe.set_user(stranger)
		self.assertRaises(frappe.PermissionError, signals.history, self.signal)
		self.assertEqual(frappe.get_list(STEP, pluck="name"), [])

	def test_they_are_handed_over_and_erased_with_the_learner(self) -> None:
		found = personal_data.record_of(self.learner, lambda _document: True)
		self.assertIn(f"{self.signal}-1", [step["name"] for step in found["records"][STEP]])
		personal_data.erase(self.learner)
		self.assertFalse(frappe.db.exists(STEP, {"student": self.learner}))

	def test_they_go_with_their_signal(self) -> None:
		frappe.delete_doc(SIGNAL, self.signal)
		self.assertEqual(self.steps(), [])


class TestSignalsFromBefore(CommittedTestCase):
	"""The table of before is made and dropped, which commits."""

	def test_the_patch_writes_the_steps_that_are_known_and_takes_the_old_table_away(self) -> None:
		_group, (learner,) = factories.make_group(1)
		signal, began = factories.make_signal(learner), get_datetime("2026-11-02 09:00:00")
		mentor_board.dismiss(FrappeStore(), signal, "Administrator", began, reason="Known and handled")
		frappe.db.delete(STEP, {"signal": signal})
		frappe.db.set_value(SIGNAL, signal, {"step_count": 0, "raised_on": add_to_date(began, days=-3)})
		slip = add_to_date(began, days=-1)
		row = (signal, 1, slip, "Administrator", "Other", "by mistake", add_to_date(slip, minutes=2))
		frappe.db.sql_ddl(f"create table `tab{OLD_TABLE}` ({OLD_COLUMNS})")
		self.addCleanup(frappe.db.sql_ddl, f"drop table if exists `tab{OLD_TABLE}`")
		frappe.db.sql(f"insert into `tab{OLD_TABLE}` values (%s, %s, %s, %s, %s, %s, %s)", row)
		for _twice in range(2):
			write_steps_of_signals.execute()
			taken = frappe.get_all(
				STEP, {"signal": signal}, ["step", "taken_on", "note", "reconstructed"], order_by="sequence"
			)
			self.assertEqual(
				[(one.step, one.taken_on, one.note) for one in taken],
				[
					("Raised", add_to_date(began, days=-3), None),
					("Dismissed", slip, "by mistake"),
					("Taken Back", add_to_date(slip, minutes=2), None),
					("Dismissed", began, None),
				],
			)
			self.assertEqual({one.reconstructed for one in taken}, {1})
		self.assertFalse(frappe.db.exists(SIGNAL, {"step_count": 0}))
		self.assertNotIn(f"tab{OLD_TABLE}", frappe.db.get_tables(cached=False))

"""Early warning on a site: a corrected record is looked at anew, reports ask for what is missing, previews name learners to those alone who set rules."""

import copy
import json
import os
import sys
import time
from datetime import date, timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, get_assets_json, now_datetime, nowdate
from frappe.utils.response import build_response

from vsv_app.api.signals import rules
from vsv_app.api.signals import statutory_reports as report_files
from vsv_app.patches import give_reports_their_kind
from vsv_app.services import school
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import rule_packs, statutory_reports
from vsv_app.site.desk import readiness
from vsv_app.site.language import in_language
from vsv_app.site.school_clock import school_now
from vsv_app.site.signals import reevaluation
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import statutory_filings
from vsv_app.tests import factories
from vsv_app.vsv_app.doctype.early_warning_rule.early_warning_rule import RuleNotPossible
from vsv_app.vsv_app.doctype.learner_circumstance.learner_circumstance import PeriodNotPossible
from vsv_app.vsv_app.doctype.statutory_report.statutory_report import ReportNotPossible


def mark(student: str, group: str, day, status: str = "Absent"):
	document = frappe.get_doc(
		doctype="Student Attendance", student=student, student_group=group, date=day, status=status
	)
	document.insert()
	document.submit()
	return document


def working_days_after(day: date, count: int) -> date:
	"""Monday to Friday: the school of these tests has no holidays."""
	while count:
		day += timedelta(days=1)
		count -= day.weekday() < 5
	return day


class TestEarlyWarning(FrappeTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.db.set_value("Early Warning Rule", {"enabled": 1}, "enabled", 0)
		cls.group, (cls.learner, cls.other) = factories.make_group(2)
		factories.make_bell_schedule(student_group=cls.group)
		cls.rule = factories.make_rule(
			enabled=1,
			threshold=1000,
			severity="Urgent",
			basis="_Test",
			statutory=1,
			report_to="_Test Register",
		)
		cls.days = [factories.school_day(back) for back in (4, 3, 2, 1)]

	def setUp(self) -> None:
		frappe.flags.pop(reevaluation.WAITING, None)
		frappe.db.after_commit.reset()

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.after_commit.reset()
		for doctype in (
			"Student Attendance",
			"Early Warning Signal",
			"Early Warning Alert",
			"Statutory Report",
		):
			frappe.db.delete(doctype, {"student": ("in", (self.learner, self.other))})

	def signals(self) -> list[tuple[str, str]]:
		return [
			(row.student, row.status)
			for row in frappe.get_all(
				"Early Warning Signal", {"student": ("in", (self.learner, self.other))}, ["student", "status"]
			)
		]

	def test_records_of_one_request_share_one_look(self) -> None:
		for day in self.days[:3]:
			mark(self.learner, self.group, day)
		mark(self.other, self.group, self.days[0])
		self.assertEqual(frappe.flags[reevaluation.WAITING], {self.learner, self.other})
		ours = [run for run in frappe.db.after_commit._functions if run is reevaluation.enqueue]
		self.assertEqual(len(ours), 1)

	def test_a_corrected_record_is_evaluated_anew(self) -> None:
		records = [mark(self.learner, self.group, day) for day in self.days]
		self.look()
		self.assertEqual(self.signals(), [(self.learner, "Open")])
		report = frappe.get_all(
			"Statutory Report", {"student": self.learner}, ["status", "report_to", "hours"]
		)
		self.assertEqual([tuple(row.values()) for row in report], [("To Check", "_Test Register", 18.0)])
		for record in records[1:]:
			record.reload()
			record.vsv_excused = "Excused"
			record.save()
		self.assertEqual(frappe.flags[reevaluation.WAITING], {self.learner})
		began = time.perf_counter()
		self.look()
		took = time.perf_counter() - began
		self.assertEqual(self.signals(), [(self.learner, "Resolved")])
		self.assertEqual(
			frappe.get_all("Statutory Report", {"student": self.learner}, pluck="status"), ["Not Needed"]
		)
		self.assertGreater(took, 0)

	def look(self) -> None:
		"""What the job does, within the transaction of the test."""
		store = FrappeStore()
		here = school.load(store)
		nightly.evaluate_learners(store, here, [self.learner], school_now(here))

	def test_a_result_an_entry_of_the_log_and_a_concern_are_looked_at_at_once(self) -> None:
		for made in (
			{"doctype": "Student Log", "student": self.learner, "type": "General", "vsv_severity": "Minor", "log": "Shouted"},
			{"doctype": "Concern", "student": self.learner, "kind": "Conflict", "severity": "Watch", "what": "A fight"},
		):  # fmt: skip
			document = frappe.get_doc(made).insert()
			self.assertEqual(frappe.flags.pop(reevaluation.WAITING), {self.learner})
			document.reload()
			document.vsv_severity = document.severity = (
				"Serious" if made["doctype"] == "Student Log" else "Urgent"
			)
			document.save()
			self.assertEqual(frappe.flags.pop(reevaluation.WAITING), {self.learner})
		for event in ("on_submit", "on_update_after_submit", "on_cancel"):
			frappe.get_doc({"doctype": "Assessment Result", "student": self.other}).run_method(event)
		self.assertEqual(frappe.flags.pop(reevaluation.WAITING), {self.other})

	def test_a_rule_that_can_never_fire_here_is_refused_with_what_to_change(self) -> None:
		made = {
			"rule_code": "_T-Over",
			"indicator": "times_late",
			"threshold": 3,
			"window_kind": "Term",
			"window_length": 0,
		}
		over = {"valid_to": add_days(nowdate(), -1)}
		self.assertRaisesRegex(
			RuleNotPossible, "switch the rule off", factories.make_rule, enabled=1, **made, **over
		)
		rule = frappe.get_doc("Early Warning Rule", factories.make_rule(enabled=0, **made, **over))
		rule.enabled = 1
		self.assertRaisesRegex(RuleNotPossible, "switch the rule off", rule.save)
		rule.reload()
		rule.minimum_school_days = 365
		rule.save()

	def test_a_cancelled_record_is_looked_at_too(self) -> None:
		record = mark(self.learner, self.group, self.days[0])
		frappe.flags.pop(reevaluation.WAITING)
		record.reload()
		record.cancel()
		self.assertEqual(frappe.flags[reevaluation.WAITING], {self.learner})

	def make_report(self, **data) -> frappe.model.document.Document:
		name = FrappeStore().add_document(
			"Statutory Report",
			{
				"student": self.learner, "student_name": self.learner, "student_group": self.group,
				"rule": self.rule, "due_on": add_days(nowdate(), 3), "hours": 18, "status": "To Check",
				"period_from": self.days[0], "period_to": self.days[2], **data,
			},
		)  # fmt: skip
		return frappe.get_doc("Statutory Report", name)

	def test_a_report_is_sent_only_with_what_the_school_did(self) -> None:
		report = self.make_report()
		report.status = "Reported"
		self.assertRaises(ReportNotPossible, report.save)
		report.reload()
		report.status, report.what_school_did = "Reported", "Called home"
		report.save()
		self.assertEqual(report.reported_by, "Administrator")
		self.assertTrue(report.reported_on)
		report.status = "To Check"
		self.assertRaises(ReportNotPossible, report.save)

	def test_a_report_has_the_words_that_its_authority_knows(self) -> None:
		words = {
			"report_kinds": "16 hours in 4 weeks\nLuxury absence",
			"register_statuses": "Geregistreerd\nAfgesloten",
		}
		frappe.db.set_value("Early Warning Rule", self.rule, words)
		report = self.make_report(kind="16 hours in 4 weeks", what_school_did="Called home")
		report.run_method("onload")
		self.assertEqual(report.get("__onload").kinds, ("16 hours in 4 weeks", "Luxury absence"))
		report.kind = "Holiday"
		with self.assertRaisesRegex(
			ReportNotPossible, "Kind: Holiday is none of 16 hours in 4 weeks, Luxury absence"
		):
			report.save()
		report.reload()
		report.kind, report.status = "Luxury absence", "Reported"
		report.save()
		# What the register says comes after it was sent, whatever words the rule has lost since.
		frappe.db.set_value("Early Warning Rule", self.rule, "report_kinds", "Other")
		report.register_status = "Afgesloten"
		report.save()
		report.register_status = "Verloren"
		self.assertRaises(ReportNotPossible, report.save)
		text = statutory_reports.as_csv(
			statutory_filings.listed(FrappeStore(), names=[report.name]), lambda text: frappe._(text, "nl")
		)
		self.assertIn("Luxeverzuim", text)
		self.assertIn("Afgesloten", text)
		frappe.db.set_value("Early Warning Rule", self.rule, dict.fromkeys(words))

	def test_reports_from_before_get_the_kind_of_their_rule(self) -> None:
		rule_packs.seed(FrappeStore(), now_datetime())
		old = self.make_report(rule="NL-UNEXCUSED-16H")
		sent = self.make_report(rule="NL-UNEXCUSED-16H", status="Reported")
		other = self.make_report()
		give_reports_their_kind.execute()
		kinds = [frappe.db.get_value("Statutory Report", one.name, "kind") for one in (old, sent, other)]
		self.assertEqual(kinds, ["16 hours in 4 weeks", None, None])

	def test_a_dutch_school_sends_a_dutch_report(self) -> None:
		for day in self.days:
			mark(self.learner, self.group, day)
		with patch.object(FrappeStore, "say", lambda _self, text: frappe._(text, lang="nl")):
			self.look()
		report = frappe.get_doc("Statutory Report", {"student": self.learner})
		self.assertIn(f"{nowdate()}: Signaal: ", report.what_school_did)
		self.assertTrue(report.facts.splitlines()[0].endswith(" u"))
		with in_language("nl"):
			report_files.statutory_csv(names=json.dumps([report.name]))
			heads = frappe.response.filecontent.splitlines()[0]
			self.assertIn("Uren gemist;Dagen en uren;Redenen;Wat de school deed", heads)
			self.assertIn(";18,0;", frappe.response.filecontent)
			page = statutory_reports.as_html(
				statutory_filings.listed(FrappeStore(), names=[report.name]),
				"x",
				now_datetime(),
				say=frappe._,
			)
		self.assertIn("<h1>Te melden verzuim: x</h1>", page)
		self.assertIn("<td>Te controleren</td>", page)

	def test_the_list_is_written_as_the_school_writes_numbers(self) -> None:
		report = self.make_report(what_school_did="Called home")
		for field in ("number_format", "language"):
			before = frappe.db.get_single_value("System Settings", field)
			self.addCleanup(frappe.db.set_single_value, "System Settings", field, before)
		frappe.db.set_single_value("System Settings", "language", "en")
		for number_format, hours in (("#,###.##", ",18.0,"), ("#.###,##", ";18,0;")):
			frappe.db.set_single_value("System Settings", "number_format", number_format)
			report_files.statutory_csv(names=json.dumps([report.name]))
			self.assertIn(hours, frappe.response.filecontent)
			self.assertEqual(FrappeStore().decimal_mark, hours[3])

	def test_a_refusal_names_its_window_in_dutch(self) -> None:
		with in_language("nl"), self.assertRaisesRegex(RuleNotPossible, "4 schoolweken"):
			factories.make_rule(
				combination="All Of",
				conditions=[
					{"indicator": "times_late", "comparison": comparison, "threshold": threshold, "window_kind": "School Weeks", "window_length": 4}
					for comparison, threshold in (("at least", 3), ("at most", 2))
				],
			)  # fmt: skip

	def test_the_list_as_csv_and_pdf(self) -> None:
		report = self.make_report(what_school_did="Called home")
		frappe.set_user(factories.make_user("Attendance Officer"))
		report_files.statutory_csv(names=json.dumps([report.name]))
		self.assertEqual(frappe.response.type, "download")
		self.assertIn("Called home", frappe.response.filecontent)
		# On a bench whose assets were never built Frappe's own style is missing; the page has its own.
		with patch("frappe.utils.get_assets_json", return_value=get_assets_json() or {}):
			report_files.statutory_pdf(names=json.dumps([report.name]))
		self.assertEqual(frappe.response.type, "pdf")
		self.assertTrue(frappe.response.filecontent.startswith(b"%PDF"))

	def test_a_server_without_wkhtmltopdf_makes_the_pdf_with_what_comes_with_frappe(self) -> None:
		report = self.make_report(what_school_did="Called home")
		with patch.dict(os.environ, {"PATH": ""}):
			report_files.statutory_pdf(names=json.dumps([report.name]))
		self.assertEqual(frappe.response.type, "pdf")
		self.assertTrue(frappe.response.filecontent.startswith(b"%PDF"))

	def test_a_server_that_makes_no_pdf_gives_the_page_and_says_what_to_install(self) -> None:
		report = self.make_report(what_school_did="Called home")
		with patch.dict(os.environ, {"PATH": ""}), patch.dict(sys.modules, {"weasyprint": None}):
			report_files.statutory_pdf(names=json.dumps([report.name]))
		self.assert_page_to_print()

	def assert_page_to_print(self) -> None:
		response = build_response()
		self.assertEqual(response.mimetype, "text/html")
		self.assertTrue(response.headers["Content-Disposition"].startswith("inline"))
		page = response.get_data(as_text=True)
		for words in ("Called home", "print this page", "install wkhtmltopdf"):
			self.assertIn(words, page)

	def test_a_report_is_due_in_working_days_and_may_be_found_needless(self) -> None:
		for day in self.days:
			mark(self.learner, self.group, day)
		self.look()
		report = frappe.get_doc("Statutory Report", {"student": self.learner})
		# 1000 minutes are reached on the third day of 360; from there five days, Monday to Friday.
		self.assertEqual(report.due_on, working_days_after(self.days[2], 5))
		report.status = "Not Needed"
		self.assertRaisesRegex(ReportNotPossible, "why no report is needed", report.save)
		report.reload()
		report.status, report.not_needed_because = "Not Needed", "Was on a placement"
		report.save()
		self.look()
		self.assertEqual(
			frappe.get_all("Statutory Report", {"student": self.learner}, pluck="status"), ["Not Needed"]
		)

	def test_a_rule_in_use_that_looks_at_nobody_is_told_in_the_readers_language(self) -> None:
		rule = factories.make_rule(enabled=1, threshold=900, title="_Test Misspelt", basis="_Test")
		self.addCleanup(frappe.delete_doc, "Early Warning Rule", rule, force=True)
		frappe.db.set_value("Early Warning Rule", rule, "indicator", "unexcused_minuts")
		for language, begins in (
			("en", "A rule is switched on and looks at nobody. _Test Misspelt: there is no indicator"),
			("nl", "Een regel staat aan en kijkt naar niemand. _Test Misspelt: er is geen indicator"),
		):
			with in_language(language):
				(told,) = (
					text
					for one in readiness.what_is_missing()
					if "_Test Misspelt" in (text := one["sentence"])
				)
				self.assertEqual(told[: len(begins)], begins)
				document = frappe.get_doc("Early Warning Rule", rule)
				document.run_method("onload")
				reason = document.get("__onload").not_used_because
				self.assertTrue(told.endswith(reason), (told, reason))
		frappe.db.set_value("Early Warning Rule", rule, "enabled", 0)
		self.assertNotIn("_Test Misspelt", repr(readiness.what_is_missing()))

	def test_a_pack_update_keeps_what_the_school_edited(self) -> None:
		pack = next(pack for pack in rule_packs.available() if pack["pack"] == "nl-statutory")
		store, now = FrappeStore(), now_datetime()
		rule_packs.import_pack(store, pack, now)
		rule = frappe.get_doc("Early Warning Rule", "NL-UNEXCUSED-8H")
		rule.threshold, rule.clear_below = 420, 300
		rule.save()
		before = rule.version
		newer = copy.deepcopy(pack) | {"version": pack["version"] + 1}
		newer["rules"][0] |= {"threshold": 450, "advice": "Ask first."}
		done = rule_packs.import_pack(store, newer, now)
		self.assertEqual(done.differing, ("NL-UNEXCUSED-8H",))
		rule.reload()
		self.assertEqual((rule.threshold, rule.clear_below, rule.version), (420, 300, before))
		self.assertEqual((rule.advice, rule.pack_update), ("Ask first.", "threshold: 450"))
		self.assertEqual(rule_packs.import_pack(store, newer, now), rule_packs.Imported())

	def test_a_pack_with_a_missing_indicator_is_refused_as_a_whole(self) -> None:
		pack = copy.deepcopy(rule_packs.available()[0]) | {"pack": "_test-broken"}
		for number, rule in enumerate(pack["rules"]):
			rule["rule_code"] = f"_TEST-BROKEN-{number}"
		pack["rules"][-2] |= {"indicator": "absence_rat", "combination": "Single"}
		with self.assertRaisesRegex(
			rule_packs.PackError, "no indicator 'absence_rat'. Did you mean 'absence_rate'"
		):
			rule_packs.import_pack(FrappeStore(), pack, now_datetime())
		self.assertEqual(frappe.get_all("Early Warning Rule", {"pack": "_test-broken"}), [])

	def test_rules_that_nobody_can_have_meant_are_refused_in_words(self) -> None:
		for data, sentence in (
			({"threshold": 0}, "always holds.*choose another"),
			({"indicator": "absence_rate", "threshold": 120}, "can never hold.*in percent; choose another"),
			({"indicator": "absence_rate", "threshold": 0.1}, "for one in ten write 10"),
			({"indicator": "times_late", "threshold": 90}, "can never hold.*in times; choose another"),
			({"window_length": 60}, "longer than a school year; choose at most 42"),
			({"indicator": "result_drop", "threshold": 5}, "not counted over school weeks; choose from term"),
			({"minimum_school_days": 90}, "Choose a longer window or fewer days"),
			({"indicator": "unexcused_hours"}, "no indicator|Indicator cannot be"),
		):
			with self.subTest(data), self.assertRaisesRegex(frappe.ValidationError, f"(?s){sentence}"):
				factories.make_rule(**data)

	def test_who_may_not_have_the_list(self) -> None:
		self.make_report()
		for role in ("School Mentor", "Gateway Installer"):
			frappe.set_user(factories.make_user(role))
			self.assertRaises(frappe.PermissionError, report_files.statutory_csv)
			self.assertRaises(frappe.PermissionError, report_files.statutory_pdf)

	def past(self) -> None:
		for week in range(6):
			day = factories.school_day() - timedelta(weeks=week)
			mark(self.learner, self.group, day)

	def unsaved_rule(self, **data) -> str:
		return json.dumps(
			{
				"doctype": "Early Warning Rule", "rule_code": "_test-unsaved", "title": "_Test", "combination": "Single",
				"indicator": "unexcused_minutes", "comparison": "at least", "threshold": 700, "severity": "Watch",
				"window_kind": "School Weeks", "window_length": 3, "tier": "1", **data,
			}
		)  # fmt: skip

	def test_a_preview_of_a_rule_that_is_not_saved(self) -> None:
		self.past()
		found = rules.preview_rule(self.unsaved_rule(student_group=self.group))
		self.assertEqual([one["student"] for one in found["flagged"]], [self.learner])
		self.assertEqual([(one["rule"], one["both"]) for one in found["overlap"]], [(self.rule, 1)])
		self.assertGreaterEqual(len(found["weeks"]), 5)

	def test_a_preview_says_what_is_wrong(self) -> None:
		self.past()
		for data, sentence in (
			({"threshold": 0}, "always holds"),
			({"indicator": "not_arrived_today", "threshold": 1, "window_kind": "Today"}, "running day alone"),
			({"window_length": 40}, "Choose a shorter window"),
		):
			with self.assertRaisesRegex(frappe.ValidationError, sentence):
				rules.preview_rule(self.unsaved_rule(**data))

	def test_a_preview_of_a_form_that_is_half_filled_in_says_what_is_missing(self) -> None:
		"""A person looks before the rule has a title, or a condition a window."""
		self.past()
		whole = json.loads(self.unsaved_rule(student_group=self.group))
		row = {
			field: whole.pop(field)
			for field in ("indicator", "comparison", "threshold", "window_kind", "window_length")
		}
		forms = [
			{**whole, **row},
			{
				**whole,
				"combination": "All Of",
				"conditions": [row, {**row, "indicator": "times_late", "threshold": 2}],
			},
		]
		for form in forms:
			rows = form.get("conditions", [form])
			for field in sorted(set(form) - {"doctype", "conditions", "student_group"}) + sorted(row):
				for empty in (None, ""):
					half = {**form, field: empty}
					if field in row and len(rows) > 1:
						half = {**form, "conditions": [rows[0], {**rows[1], field: empty}]}
					try:
						rules.preview_rule(json.dumps(half))
					except frappe.ValidationError as said:
						self.assertRegex(str(said), r"^\S.*\.$")
		with self.assertRaisesRegex(
			frappe.ValidationError, "^The rule: a window of school weeks needs a length"
		):
			rules.preview_rule(self.unsaved_rule(title=None, window_length=None))

	def test_only_who_sets_rules_sees_whom_they_name(self) -> None:
		for role in ("School Mentor", "Attendance Officer", "School Leader"):
			frappe.set_user(factories.make_user(role))
			self.assertRaises(frappe.PermissionError, rules.preview_rule, self.unsaved_rule())

	def test_packs_are_switched_by_administrators_alone(self) -> None:
		abc = {pack["pack"]: pack for pack in rules.packs()}["abc"]
		self.assertEqual((abc["enabled"], abc["rules"]), (0, 7))
		rules.switch_pack("abc", True)
		self.assertEqual({pack["pack"]: pack for pack in rules.packs()}["abc"]["enabled"], 7)
		rules.switch_pack("abc", False)
		frappe.set_user(factories.make_user("School Mentor"))
		self.assertRaises(frappe.PermissionError, rules.switch_pack, "abc", True)

	def test_a_rule_of_circumstances_alone_is_refused(self) -> None:
		with self.assertRaisesRegex(RuleNotPossible, "circumstances alone"):
			factories.make_rule(indicator="newcomer", threshold=1, window_kind="Today", window_length=0)

	def test_circumstances_are_read_by_those_with_the_learner(self) -> None:
		record = frappe.get_doc(
			doctype="Learner Circumstance",
			student=self.learner,
			circumstance="Newcomer",
			purpose="Extra lessons",
		).insert()
		mine, stranger = (factories.make_user("Care Team Member") for _ in range(2))
		factories.make_assignment(mine, student=self.learner, task="Care Team")
		for user, sees in ((mine, True), (stranger, False)):
			frappe.set_user(user)
			self.assertEqual(bool(frappe.has_permission("Learner Circumstance", "read", record.name)), sees)
			self.assertEqual(bool(frappe.get_list("Learner Circumstance", {"name": record.name})), sees)
		frappe.set_user("Administrator")
		record.to_date = add_days(record.from_date, -1)
		self.assertRaises(PeriodNotPossible, record.save)

"""Signals and alerts that a night writes as rows against those that saving a document leaves, field by field."""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import education
import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.naming import NamingSeries

from vsv_app.site.privacy import search_rows
from vsv_app.stores import frappe_rows
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase

SIGNAL, EVIDENCE, ALERT = "Early Warning Signal", "Early Warning Evidence", "Early Warning Alert"
OF_THE_ONE_RECORD = {"name", "parent", "creation", "modified", "open_key", "alert_key", "signal"}
RECIPIENT = "Administrator"


class TestSignalRowsEqualDocuments(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.group, (cls.learner,) = factories.make_group(1)
		cls.rule = factories.make_rule()
		frappe.db.commit()

	def setUp(self) -> None:
		if hasattr(frappe.local, "_realtime_log"):
			frappe.local._realtime_log.clear()
		self.made = 0

	def tearDown(self) -> None:
		frappe.db.rollback()
		if hasattr(frappe.local, "doc_events_hooks"):
			del frappe.local.doc_events_hooks

	def signal(self) -> tuple[dict[str, Any], dict[str, Any]]:
		"""One as the night raises it, with two records that it rests on."""
		self.made += 1
		values = {
			"student": self.learner,
			"student_name": frappe.db.get_value("Student", self.learner, "student_name"),
			"status": "Open",
			"severity": "Concern",
			"rule": self.rule,
			"indicator": "times_late",
			"observed_value": 3.25,
			"threshold": 3,
			"raised_on": frappe.utils.now_datetime(),
			"explanation": "Late 3 times < 4",
			"open_key": f"_Test {self.made}",
		}
		rests_on = [
			{
				"reference_doctype": "Student",
				"reference_name": self.learner,
				"date": factories.school_day(back),
				"fact": "Late",
				"value": 1.5,
			}
			for back in (2, 1)
		]
		return values, {"evidence": rests_on}

	def alert(self, signal: str, level: str) -> dict[str, Any]:
		return {
			"signal": signal,
			"student": self.learner,
			"student_name": frappe.db.get_value("Student", self.learner, "student_name"),
			"recipient": RECIPIENT,
			"level": level,
			"sent_on": frappe.utils.now_datetime(),
			"status": "Sent",
			"alert_key": f"{signal}|{level}",
		}

	def test_every_column_has_the_value_that_a_document_leaves(self) -> None:
		one = FrappeStore().add_document(SIGNAL, *self.signal())
		self.assertIsNone(frappe_rows.must_go_one_by_one(SIGNAL, [self.signal()]))
		(other,) = FrappeStore().add_documents(SIGNAL, [self.signal()])
		self.assert_alike([self.row(SIGNAL, name) for name in (one, other)], but={"raised_on"})
		children = [
			frappe.db.sql(f"select * from `tab{EVIDENCE}` where parent = %s order by idx", name, as_dict=True)
			for name in (one, other)
		]
		self.assertEqual(len(children[1]), 2)
		for pair in zip(*children, strict=True):
			self.assert_alike(pair)
		alert = FrappeStore().add_document(ALERT, self.alert(one, "Mentor"))
		(row,) = FrappeStore().add_documents(ALERT, [(self.alert(one, "Leader"), {})])
		self.assert_alike([self.row(ALERT, name) for name in (alert, row)], but={"level", "sent_on"})
		self.assertEqual(len(alert), len(row))
		frappe.get_doc(SIGNAL, other).save()

	def test_both_leave_the_counter_where_the_other_goes_on(self) -> None:
		key = frappe.get_meta(SIGNAL).autoname
		first = FrappeStore().add_document(SIGNAL, *self.signal())
		names = FrappeStore().add_documents(SIGNAL, [self.signal() for _n in range(30)])
		last = FrappeStore().add_document(SIGNAL, *self.signal())
		numbers = [int(name.rsplit("-", 1)[1]) for name in (first, *names, last)]
		self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 32)))
		self.assertEqual(NamingSeries(key).get_current_value(), numbers[-1])

	def test_random_names_of_one_moment_are_each_a_name_of_their_own(self) -> None:
		"""They begin alike, so that among thousands two are the same by chance."""
		signal = FrappeStore().add_document(SIGNAL, *self.signal())
		drawn = iter(["same", "same", "another"])
		with patch.object(frappe_rows, "make_autoname", lambda *_key: next(drawn)):
			names = FrappeStore().add_documents(
				ALERT, [(self.alert(signal, level), {}) for level in ("Mentor", "Leader")]
			)
		self.assertEqual(names, ["same", "another"])

	def test_neither_leaves_comments_versions_or_other_rows(self) -> None:
		counted = (
			"Comment",
			"Version",
			"Activity Log",
			"Communication",
			"Notification Log",
			"ToDo",
			"Document Follow",
		)
		before = {doctype: frappe.db.count(doctype) for doctype in counted}
		FrappeStore().add_document(SIGNAL, *self.signal())
		FrappeStore().add_documents(SIGNAL, [self.signal()])
		self.assertEqual({doctype: frappe.db.count(doctype) for doctype in counted}, before)

	def test_open_boards_are_told_once_and_open_lists_nothing(self) -> None:
		names = FrappeStore().add_documents(SIGNAL, [self.signal() for _n in range(30)])
		FrappeStore().add_documents(ALERT, [(self.alert(name, "Mentor"), {}) for name in names])
		told = frappe.local._realtime_log
		self.assertEqual(
			[room for event, _message, room in told if event == "vsv_signal"], [f"user:{RECIPIENT}"]
		)
		self.assertEqual([room for _event, _message, room in told if room == f"doctype:{SIGNAL}"], [])

	def test_what_would_not_be_the_same_goes_as_documents(self) -> None:
		for setting, kind, value in (
			("autoname", "Data", "format:EWS-{student}-{#}"),
			("autoname", "Data", "prompt"),
		):
			made = make_property_setter(
				SIGNAL, None, setting, value, kind, for_doctype=True, validate_fields_for_doctype=False
			)
			self.assertEqual(frappe_rows.must_go_one_by_one(SIGNAL, [self.signal()]), f"{SIGNAL}.{setting}")
			made.delete()
		with self.assertRaises(search_rows.NotInSearch):
			make_property_setter(
				SIGNAL, "rule_title", "in_global_search", "1", "Check", validate_fields_for_doctype=False
			)
		self.assertIsNone(frappe_rows.must_go_one_by_one(SIGNAL, [self.signal()]))
		self.assertEqual(frappe_rows.must_go_one_by_one("ToDo", [({}, {})]), "ToDo.after_insert_of")

	def test_a_hook_of_another_app_sees_each_document_with_what_it_rests_on(self) -> None:
		seen: list[tuple[str, int]] = []
		education.noted_by_test = lambda document, _event: seen.append(
			(document.name, len(document.evidence))
		)
		self.addCleanup(delattr, education, "noted_by_test")
		ask = frappe.get_hooks

		def with_another_app(hook: str | None = None, *more: Any, **named: Any) -> Any:
			found = ask(hook, *more, **named)
			path = {SIGNAL: {"after_insert": "education.noted_by_test"}}
			return {**found, **path} if hook == "doc_events" else found

		with ExitStack() as stack:
			stack.enter_context(patch.object(frappe, "get_hooks", with_another_app))
			if hasattr(frappe.local, "doc_events_hooks"):
				del frappe.local.doc_events_hooks
			names = FrappeStore().add_documents(SIGNAL, [self.signal(), self.signal()])
		self.assertEqual(seen, [(name, 2) for name in names])

	def row(self, doctype: str, name: str) -> dict[str, Any]:
		return frappe.db.sql(f"select * from `tab{doctype}` where name = %s", name, as_dict=True)[0]

	def assert_alike(self, rows: Any, but: set[str] = frozenset()) -> None:
		left, right = rows
		self.assertEqual(left.keys(), right.keys())
		same = {column: left[column] for column in left if column not in OF_THE_ONE_RECORD | but}
		self.assertEqual(same, {column: right[column] for column in same})

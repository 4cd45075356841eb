"""Badges on a site: files that somebody brings in, what is written of them, and a fob that is one thing in every form."""

import base64
import io
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from openpyxl import Workbook

from vsv_app.api.attendance import badges as api
from vsv_app.engine.gateways.messages import badge_digest
from vsv_app.services.gateways.provisioning import badge_key
from vsv_app.site import table_files
from vsv_app.site.table_files import NotAList
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories

FOB = "4521C5D1E9"
LOW = "566612457"
"""The same fob where a reader gives its last four bytes."""


def sent(content: bytes | str) -> str:
	data = content.encode() if isinstance(content, str) else content
	return base64.b64encode(data).decode()


def spreadsheet(*rows: tuple[object, ...]) -> str:
	book, content = Workbook(), io.BytesIO()
	for row in rows:
		book.active.append(row)
	book.save(content)
	return sent(content.getvalue())


class TestTableFiles(FrappeTestCase):
	def test_what_spreadsheets_and_text_files_hold(self) -> None:
		for content in (
			"learner;number\nAnna;0566612457\n\nBo;1\n",
			"\ufefflearner,number\r\n Anna ,0566612457\r\n,\r\nBo,1\r\n",
			"learner\tnumber\nAnna\t0566612457\n\nBo\t1",
		):
			found = table_files.read(sent(content))
			self.assertEqual(found.columns, ("learner", "number"))
			self.assertEqual(found.rows, ((2, ("Anna", "0566612457")), (4, ("Bo", "1"))))
		self.assertEqual(
			table_files.read(sent("naam;nr\nZo\xe9;1".encode("cp1252"))).rows, ((2, ("Zoé", "1")),)
		)
		found = table_files.read(
			spreadsheet(("learner", "number"), ("Anna", 566612457), ("Bo", 7.0), (None, None))
		)
		self.assertEqual(found.rows, ((2, ("Anna", "566612457")), (3, ("Bo", "7"))))

	def test_what_is_no_list_is_refused_in_a_sentence(self) -> None:
		for content in (
			"",
			"one column\nx",
			"a;b",
			"not base64!",
			sent(b"PK\x03\x04 broken"),
			sent(b"x" * 5_000_001),
		):
			with self.subTest(content[:20]):
				given = content if content == "not base64!" or len(content) > 40 else sent(content)
				self.assertRaises(NotAList, table_files.read, given)


class TestBadgesOnSite(FrappeTestCase):
	def setUp(self) -> None:
		self.group, self.students = factories.make_group(3)
		self.key = bytes.fromhex(badge_key(FrappeStore()))
		frappe.set_user(factories.make_user("Attendance Officer"))

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def digest(self, card: str) -> str:
		return badge_digest(self.key, card)

	def badge(self, card: str) -> frappe._dict:
		return frappe.db.get_value(
			"Student Badge",
			{"badge_digest": self.digest(card)},
			["name", "student", "status", "fob"],
			as_dict=True,
		)

	def brought_in(self) -> None:
		content = spreadsheet(("Leerling", "Kaart"), (self.students[0], FOB))
		self.assertEqual(api.look(content)["form"], "hex")
		self.assertEqual(api.bring_in(content, "hex", 0, 1), {"learners": 1, "returned": 0})

	def test_earlier_taps_become_the_learners(self) -> None:
		tap = factories.make_check_in("", badge_digest=self.digest(LOW), outcome="Unknown Badge")
		self.brought_in()
		self.assertEqual(
			frappe.db.get_value("Badge Check In", tap, ["student", "outcome"]),
			(self.students[0], "Recognised"),
		)

	def test_a_fob_that_is_lost_is_lost_at_every_reader(self) -> None:
		self.brought_in()
		badge = frappe.get_doc("Student Badge", self.badge(FOB).name)
		badge.status = "Lost"
		badge.save()
		self.assertEqual(self.badge(LOW).status, "Lost")
		api.mark(self.badge(LOW).name, "Active")
		self.assertEqual((self.badge(FOB).status, self.badge(LOW).status), ("Active", "Active"))
		self.assertRaises(frappe.ValidationError, api.mark, badge.name, "Stolen")

	def test_nothing_of_a_list_stays_where_taking_it_over_fails(self) -> None:
		content = spreadsheet(("Leerling", "Kaart"), (self.students[0], FOB))
		with patch("vsv_app.api.attendance.badges.lists.bring_in", side_effect=RuntimeError("broken")):
			try:
				api.bring_in(content, "hex", 0, 1)
			except RuntimeError:
				frappe.log_error(title="Bringing in failed")
		(log,) = frappe.get_all(
			"Error Log", {"method": ("like", "%")}, ["error", "method"], order_by="creation desc", limit=1
		)
		self.assertNotIn(FOB, repr(log))
		self.assertNotIn(content, repr(log))
		self.assertIsNone(self.badge(FOB))

	def test_a_mentor_hands_out_nothing(self) -> None:
		frappe.set_user(factories.make_user("School Mentor", "Gateway Installer"))
		for call in (api.overview, lambda: api.people(self.group), lambda: api.look(sent("a;b\nc;d"))):
			self.assertRaises(frappe.PermissionError, call)

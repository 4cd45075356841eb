"""The made-up school on a real site: made by the real steps, and gone without a trace."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import global_search, nowdate
from frappe.utils.password import check_password

from vsv_app.api.portal import partner
from vsv_app.services import school
from vsv_app.services.care import mentor_board
from vsv_app.site.demo_data import made, make, people, remove, users
from vsv_app.site.desk.routes import page
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories
from vsv_app.vsv_app.report.leavers_per_cohort import leavers_per_cohort

SMALL = {"learners": 75, "weeks": 3, "password": "correct horse battery staple"}
MENTORS = [f"mentor{number:02}@school.example" for number in (1, 2, 3)]
GROW_BY_THEMSELVES = {"tabError Log", "tabScheduled Job Log", "tabActivity Log", "tabRQ Job", "tabSeries"}
"""Logs that any work on a site may add to, and the naming series, which are compared one by one."""


class TestDemoData(FrappeTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.db.rollback()
		if made.known(FrappeStore()):
			remove.remove()
		# A learner who is no part of it, and must be there afterwards.
		_group, (cls.real,) = factories.make_group(1)
		frappe.db.delete("Singles", {"doctype": "Early Warning Settings", "field": ("like", "ledger_%")})
		forget_what_is_no_more()
		frappe.db.commit()
		cls.before, cls.settings = counts(), frappe.db.get_singles_dict("Early Warning Settings")
		cls.counters = made.counters()
		cls.language = frappe.db.get_single_value("System Settings", "language")
		frappe.db.set_single_value("System Settings", "language", "nl", update_modified=False)
		cls.summary = make.make(silent, among_real=True, **SMALL)

	@classmethod
	def tearDownClass(cls) -> None:
		frappe.db.rollback()
		if made.known(FrappeStore()):
			remove.remove()
		frappe.db.set_single_value("System Settings", "language", cls.language, update_modified=False)
		frappe.db.delete("Student Group Student", {"student": cls.real})
		frappe.db.delete("Student", {"name": cls.real})
		frappe.db.commit()
		super().tearDownClass()

	def test_0_everybody_is_listed_with_role_and_page(self) -> None:
		found = {one.user: one for one in users.listed()}
		own = made.known(FrappeStore())
		self.assertEqual(set(found), set(own.names["User"]))
		self.assertEqual(
			{one.role for one in found.values()},
			{*users.PAGES, users.OF_A_PARTNER, users.LEARNER, users.GUARDIAN_OF},
		)
		first = users.listed()[0]
		self.assertEqual((first.role, first.page), ("School Mentor", page("mentor-board")))
		self.assertGreater(first.waiting, 0)
		self.assertGreaterEqual(first.waiting, max(found[mentor].waiting for mentor in MENTORS))
		self.assertEqual(found[people.PARTNER].page, "/partner")
		text = "\n".join(users.lines(users.listed()))
		for user, one in found.items():
			self.assertRegex(text, rf"{re.escape(user)}  .*{re.escape(one.role)}.*{re.escape(one.page)}")
		self.assertEqual(
			frappe.db.get_value("Attendance Gateway", "front-door", "location"), "Verzonnen deur"
		)
		users.set_password("another battery staple")
		check_password(first.user, "another battery staple")
		users.set_password(SMALL["password"])

	def test_1_every_learner_has_a_record_of_every_day(self) -> None:
		own = made.known(FrappeStore())
		self.assertEqual(self.summary.learners, 75)
		of_each = frappe.get_all(
			"Student Attendance", {"student": ("in", own.names["Student"]), "docstatus": 1}, pluck="status"
		)
		self.assertEqual(set(of_each), {"Present", "Absent", "Leave"})
		self.assertEqual(len(of_each), self.summary.attendance)
		self.assertFalse(frappe.db.exists("Student Attendance", {"student": self.real}))

	def test_2_a_mentor_has_a_board_with_signals_and_facts(self) -> None:
		store = FrappeStore()
		here = school.load(store)
		shown = mentor_board.overview(store, here, "mentor01@school.example", frappe.utils.now_datetime())
		self.assertEqual(len(shown["learners"]), 25)
		signals = [signal for learner in shown["learners"] for signal in learner["signals"]]
		self.assertTrue(signals)
		self.assertTrue(all(signal["explanation"] and signal["raised_on"] for signal in signals))

	def test_3_there_is_a_plan_in_most_states_and_a_referral_that_the_partner_sees(self) -> None:
		states = set(frappe.get_all("Support Plan", {"student": ("like", "DEMO-STU-%")}, pluck="status"))
		self.assertGreaterEqual(
			len(states & {"Draft", "Proposed", "Agreed", "Active", "In Review"}), 3, states
		)
		due = frappe.get_all("Support Plan", {"student": ("like", "DEMO-STU-%")}, pluck="next_review")
		self.assertGreater(len(set(due)), 3, "reviews are spread over the calendar")
		self.assertTrue(any(str(day) < nowdate() for day in due), "one is overdue")
		genders = frappe.get_all("Student", {"name": ("like", "DEMO-STU-%")}, pluck="gender", distinct=True)
		self.assertEqual(set(genders), {"Female", "Male"})
		_columns, cohorts, _message = leavers_per_cohort.execute({"program": people.PROGRAM})
		(cohort,) = cohorts
		self.assertEqual((cohort["began"], cohort["left"], cohort["qualified"]), (75 + 6, 6, 2))
		spoken = frappe.get_all("User", {"name": ("in", MENTORS)}, pluck="language", order_by="name")
		self.assertEqual(spoken, ["en", "nl", "en"], "half of the school reads Dutch")
		frappe.set_user(people.PARTNER)
		try:
			(organisation,) = partner.partner()
		finally:
			frappe.set_user("Administrator")
		self.assertEqual(len(organisation["referrals"]), 2)
		self.assertNotIn("Date Of Birth", organisation["referrals"][0]["fields"])

	def test_3_people_write_in_the_language_of_the_site(self) -> None:
		plans = {"student": ("like", "DEMO-STU-%")}
		of_plans = {"parent": ("in", frappe.get_all("Support Plan", plans, pluck="name"))}
		written = [
			*frappe.get_all("Support Plan", plans, ["strengths as text", "cause as more"]),
			*frappe.get_all("Concern", plans, ["what as text"]),
			*frappe.get_all("Contact Log", plans, ["note as text"]),
			*frappe.get_all("Family Message", plans, ["message as text"]),
			*frappe.get_all("Referral", plans, ["question as text"]),
			*frappe.get_all("Consent Record", plans, ["purpose as text"]),
			*frappe.get_all("Support Plan Goal", of_plans, ["what as text", "measure as more"]),
			*frappe.get_all("Support Plan Action", of_plans, ["what as text", "how_often as more"]),
			*frappe.get_all("Stakeholder", {"name": ("like", "Demo %")}, ["offers as text"]),
			*frappe.get_all("Stakeholder Agreement", {"title": ("like", "%Demo%")}, ["title as text", "common_goals as more"]),
		]  # fmt: skip
		self.assertGreater(len(written), 30)
		english = re.compile(r"\b(the|and|at|not|for|with|each)\b", re.IGNORECASE)
		texts = {str(text) for row in written for text in row.values() if text}
		self.assertEqual({text for text in texts if english.search(text)}, set())

	def test_4_no_mail_goes_to_addresses_that_nobody_has(self) -> None:
		made_up = frappe.get_all(
			"Email Queue Recipient", {"recipient": ("like", "%.example")}, pluck="recipient"
		)
		self.assertEqual([one for one in made_up if one in made.known(FrappeStore()).names["User"]], [])

	def test_5_a_second_school_is_refused(self) -> None:
		with self.assertRaisesRegex(make.NotHere, "--remove"):
			make.make(silent, among_real=True, **SMALL)

	def test_6_a_record_of_another_kind_is_named_and_nothing_is_removed(self) -> None:
		student = made.known(FrappeStore()).names["Student"][0]
		log = frappe.get_doc(doctype="Student Log", student=student, type="General", date=nowdate()).insert()
		frappe.db.commit()
		with self.assertRaises(remove.StillNamed) as refused:
			remove.remove()
		self.assertEqual(refused.exception.records, {"Student Log": [log.name]})
		self.assertTrue(frappe.db.exists("Student", student))
		frappe.db.delete("Student Log", {"name": log.name})
		frappe.db.commit()

	def test_7_what_people_did_with_it_goes_too_and_nothing_else(self) -> None:
		student = made.known(FrappeStore()).names["Student"][-1]
		frappe.get_doc(
			doctype="Concern", student=student, kind="Motivation", severity="Watch", what="Tried"
		).insert()
		frappe.db.commit()
		counters = made.counters()
		removed = remove.remove()
		self.assertGreater(removed["Student Attendance"], 75)
		went_on = {prefix for prefix, current in counters.items() if current != self.counters.get(prefix)}
		self.assertTrue(went_on)
		# Somebody made a Student Log in the test before, which was not removed here, so that its series went on.
		others = {prefix: n for prefix, n in counters.items() if prefix.startswith("EDU-SLOG")}
		self.assertEqual(
			made.counters(), {**self.counters, **others}, f"naming series that went on: {went_on}"
		)
		after = counts()
		self.assertEqual(
			{table: (self.before.get(table), n) for table, n in after.items() if n != self.before.get(table)},
			{},
		)
		self.assertEqual(frappe.db.get_singles_dict("Early Warning Settings"), self.settings)
		self.assertTrue(frappe.db.exists("Student", self.real))
		self.assertEqual(remove.remove(), {})

	def test_8_a_site_with_learners_is_asked_for_first(self) -> None:
		with self.assertRaisesRegex(make.NotHere, "--yes"):
			make.make(silent, **SMALL)


def counts() -> dict[str, int]:
	"""Rows of every table of the site."""
	frappe.db.rollback()
	tables = [table for table in frappe.db.get_tables(cached=False) if table not in GROW_BY_THEMSELVES]
	return {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in tables}


def forget_what_is_no_more() -> None:
	"""Rows of the search about records that other tests have rolled back: the made-up ones may get their names."""
	global_search.sync_global_search()
	for (doctype,) in frappe.db.sql("select distinct doctype from __global_search"):
		if frappe.db.table_exists(doctype):
			frappe.db.sql(
				f"delete from __global_search where doctype = %s and name not in (select name from `tab{doctype}`)",
				[doctype],
			)


class _Quiet:
	def update(self, _steps: int) -> None:
		"""A test shows no bar."""


@contextmanager
def silent(_label: str, _steps: int) -> Iterator[Any]:
	yield _Quiet()

"""`bench vsv-study-data` on a site: what it writes, for whom, and that the study reads it."""

import contextlib
import csv
import io
import stat
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import click
import frappe
from frappe.tests.utils import FrappeTestCase

from vsv_app.site.school_clock import school_now
from vsv_app.site.signals import study_data
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.study.program import main
from vsv_app.tests import factories


@contextlib.contextmanager
def this_site(_site: str) -> Iterator[FrappeStore]:
	"""The store of the test, whose rows are rolled back, instead of a connection of its own."""
	yield FrappeStore()


class TestStudyData(FrappeTestCase):
	def setUp(self) -> None:
		factories.make_bell_schedule()
		self.group, self.learners = factories.make_group(12)
		self.days = [factories.school_day(back) for back in range(30, 0, -1)]
		for place, student in enumerate(self.learners):
			for day in self.days[:: 3 if place % 2 else 10]:
				self._absent(student, day)
		for student in self.learners[1::4]:
			frappe.db.set_value(
				"Student",
				student,
				{"date_of_leaving": school_now().date() - timedelta(days=1), "reason_for_leaving": "Work"},
			)
		self.folder = tempfile.TemporaryDirectory()
		self.addCleanup(self.folder.cleanup)
		self.file = Path(self.folder.name) / "study.csv"

	def tearDown(self) -> None:
		frappe.db.rollback()

	def _absent(self, student: str, day: object) -> None:
		frappe.get_doc(
			doctype="Student Attendance", student=student, student_group=self.group, date=day, status="Absent"
		).insert().submit()

	def _written(self, *groups: str) -> str:
		said = io.StringIO()
		with patch.object(study_data, "frappe_session", this_site), contextlib.redirect_stdout(said):
			study_data.run(frappe.local.site, str(self.file), groups, None)
		return said.getvalue()

	def test_the_file_names_nobody_and_is_for_who_ran_it(self) -> None:
		said = self._written("gender", "programme")
		text = self.file.read_text(encoding="utf-8")
		names = frappe.get_all(
			"Student",
			filters={"name": ["in", self.learners]},
			fields=["name", "student_name", "student_email_id"],
		)
		for one in names:
			for value in one.values():
				self.assertNotIn(str(value), text)
		self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
		self.assertIn("It names nobody", said)
		self.assertIn(f"bench vsv-study {self.file.resolve()}", said)

	def test_what_is_there_already_is_left(self) -> None:
		self.file.write_text("mine", encoding="utf-8")
		with self.assertRaises(click.ClickException) as error:
			self._written()
		self.assertIn("is there already", error.exception.message)
		self.assertEqual(self.file.read_text(encoding="utf-8"), "mine")

	def test_the_study_reads_it(self) -> None:
		self._written()
		with self.file.open(encoding="utf-8", newline="") as lines:
			facts = [row["fact"] for row in csv.DictReader(lines)]
		self.assertGreaterEqual(facts.count("left"), 3)
		out = Path(self.folder.name) / "study.html"
		with contextlib.redirect_stdout(io.StringIO()) as told:
			code = main([str(self.file), "--pack", "start", "--week", "3", "--html", str(out)])
		self.assertEqual(code, 0)
		self.assertIn("base rate", told.getvalue())
		self.assertIn("</html>", out.read_text(encoding="utf-8"))

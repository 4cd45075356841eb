"""Threat: Frappe, ERPNext or Education have a way round the permissions of a record that nobody here has found yet.

Every method that can be called from outside, every address, page and file, as everybody, after records that the permission table
hides from them. What must not come out is told by words that stand in those records alone. `VSV_WHOLE=1` tries all of it, for
hours, and says what it finds as it goes (`VSV_FROM=<task>` goes on from there); without it, a sample of some minutes, always the
same one (`VSV_SEED` gives another).
"""

import os
import sys
from typing import ClassVar

import frappe

from vsv_app.engine.access.reports import REPORTS
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.security.every_way_in.arguments import Surroundings
from vsv_app.tests.security.every_way_in.canaries import make_canaries
from vsv_app.tests.security.every_way_in.crawl import Outcome, Task, crawl
from vsv_app.tests.security.every_way_in.methods import every_method
from vsv_app.tests.security.every_way_in.people import make_people
from vsv_app.tests.security.every_way_in.plan import Scene, by_hooks, by_the_gate, sample, whole
from vsv_app.tests.security.every_way_in.remains import accepted
from vsv_app.tests.security.every_way_in.traces import Rows

BESIDE = (
	"Comment", "Communication", "Version", "ToDo", "Deleted Document", "Activity Log", "Tag Link", "Student Log", "Stakeholder",
	"Stakeholder Agreement", "Access Log", "View Log",
)  # fmt: skip
NOTHING_TO_SEE = {"global search"}
"""What is closed where it is written, so that there is nothing when doors are opened later."""
SEED = int(os.environ.get("VSV_SEED", "1"))
FROM = int(os.environ.get("VSV_FROM", "0"))


def _say(how_far: str) -> None:
	sys.stderr.write(f"{how_far}\n")


class TestEveryWayIn(CommittedTestCase):
	scene: ClassVar[Scene]
	outcome: ClassVar[Outcome]
	rows: ClassVar[Rows]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.before |= {name: set(frappe.get_all(name, pluck="name")) for name in BESIDE}
		cls.scene = cls.make_scene()
		frappe.db.commit()
		cls.rows = Rows(cls.scene.aviary)
		all_of_it = bool(os.environ.get("VSV_WHOLE"))
		tasks = list((whole if all_of_it else sample)(cls.scene, SEED))[FROM:]
		cls.outcome = crawl(tasks, cls.scene.aviary, cls.rows, say=_say if all_of_it else None)

	@classmethod
	def make_scene(cls) -> Scene:
		frappe.local.conf.throttle_user_limit = 10_000
		_group, own = care.make_learner(date_of_birth=care.ADULT)
		group, other = care.make_learner(date_of_birth=care.ADULT)
		reader = factories.make_user("Care Team Member")
		people = make_people(own)
		return Scene(
			make_canaries(own, other, group, reader),
			people,
			Surroundings(
				coordinator=people["coordinator"].user,
				reader=reader,
				group=group,
				day=str(factories.school_day(1)),
				company=frappe.get_all("Company", limit=1, pluck="name")[0],
				reports=(*cls.make_reports(), *dict.fromkeys(row.report for row in REPORTS)),
			),
		)

	@classmethod
	def make_reports(cls) -> tuple[str, str]:
		"""A list of all concerns, and one by a query that has a role of its own."""
		for left_behind in ("_Test Every Concern", "_Test Every Word"):
			frappe.delete_doc_if_exists("Report", left_behind, force=True)
		kept = {"ref_doctype": "Concern", "is_standard": "No"}
		listed = frappe.get_doc(
			doctype="Report", report_name="_Test Every Concern", report_type="Report Builder", **kept
		)
		queried = frappe.get_doc(
			doctype="Report",
			report_name="_Test Every Word",
			report_type="Query Report",
			query="select name, student_name, what from `tabConcern`",
			roles=[{"role": "Early Warning Administrator"}],
			**kept,
		)
		return listed.insert().name, queried.insert().name

	def test_nothing_of_a_hidden_record_comes_out(self) -> None:
		found = {}
		for finding in self.outcome.findings:
			if not accepted(finding):
				found.setdefault(finding.key, finding)
		said = [one.told for one in found.values()]
		self.assertFalse(found, "\n".join([f"{len(said)} ways in:", *said]))

	def test_every_method_was_called(self) -> None:
		missing = {one.path for one in every_method()} - set(self.outcome.statuses)
		self.assertFalse(missing)
		self.assertFalse(self.outcome.lost, "what ended the process that called it")

	def test_nothing_stays_behind(self) -> None:
		frappe.db.rollback()
		changed = list(self.rows.changes(frappe.db._conn.cursor(), set(self.rows.columns)))
		self.assertFalse([(*change[:3], str(change[3])[:500]) for change in changed])

	def test_with_the_gate_open_each_way_that_it_closes_shows_something(self) -> None:
		self.assert_seen(list(by_the_gate(self.scene)), without=("vsv_app.site.access.gate",))

	def test_without_our_hooks_each_way_that_they_close_shows_something(self) -> None:
		self.assert_seen(list(by_hooks(self.scene)), without=("vsv_app.site",))

	def assert_seen(self, tasks: list[Task], without: tuple[str, ...]) -> None:
		"""The crawl sees what there is to see by each way."""
		outcome = crawl(tasks, self.scene.aviary, self.rows, without=without)
		seen = {finding.label for finding in outcome.findings}
		self.assertEqual({one.way.label for one in tasks} - seen - NOTHING_TO_SEE, set())

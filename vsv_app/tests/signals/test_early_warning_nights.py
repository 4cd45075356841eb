"""The night on a site as it really goes: jobs by group through Redis, taken by an RQ worker, and what they come to."""

import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import background_jobs, get_bench_path
from rq import Queue

from vsv_app.services import school
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import evaluation
from vsv_app.site.jobs import signal_jobs
from vsv_app.site.school_clock import school_now
from vsv_app.site.signals import reevaluation
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories
from vsv_app.tests.committed import CommittedTestCase

GROUPS, LEARNERS_EACH = 3, 4
WORKER = """
import sys
from frappe.utils import background_jobs
background_jobs.get_bench_id = lambda: sys.argv[1]
background_jobs.start_worker(queue=sys.argv[2], burst=True, quiet=True)
"""
"""A worker of the bench, but for the queue: other sites of the bench have jobs of their own waiting."""
WORKER_SECONDS = 300


class TestNights(CommittedTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.db.set_value("Early Warning Rule", {"enabled": 1}, "enabled", 0)
		frappe.db.set_single_value("Early Warning Settings", "enabled", 1)
		cls.groups, cls.learners = [], []
		for threshold in (700, 1400):
			factories.make_rule(enabled=1, threshold=threshold, basis="_Test")
		for _group in range(GROUPS):
			group, learners = factories.make_group(LEARNERS_EACH)
			factories.make_bell_schedule(student_group=group)
			cls.groups.append(group)
			cls.learners += learners
			# So in each group one learner has no day away, one has one, one two and one four; a day is six hours.
			for number, learner in enumerate(learners):
				for back in range(1, 1 + number * 4 // 3):
					frappe.get_doc(
						doctype="Student Attendance", student=learner, student_group=group,
						date=factories.school_day(back), status="Absent",
					).insert().submit()  # fmt: skip
		frappe.flags.pop(reevaluation.WAITING, None)
		frappe.db.after_commit.reset()
		frappe.db.commit()

	def signals(self) -> set[tuple]:
		"""Everything that matters of the signals of our learners, with the records that each rests on."""
		frappe.db.rollback()
		fields = ["name", "student", "rule", "rule_version", "status", "observed_value", "explanation"]
		found = frappe.get_all("Early Warning Signal", {"student": ("in", self.learners)}, fields)
		return {
			(
				*(signal[field] for field in fields[1:]),
				frozenset(
					frappe.get_all("Early Warning Evidence", {"parent": signal.name}, pluck="reference_name")
				),
			)
			for signal in found
		}

	def test_jobs_by_group_through_a_worker_come_to_what_one_run_comes_to(self) -> None:
		bench = f"vsv-test-{frappe.generate_hash(length=8)}"
		with (
			patch.object(background_jobs, "get_bench_id", return_value=bench),
			patch.object(nightly, "LEARNERS_A_PART", 1),
		):
			signal_jobs.evaluate_everybody()
			queue = Queue(f"{bench}:long", connection=background_jobs.get_redis_conn())
		self.addCleanup(queue.delete, delete_jobs=True)
		asked = [job.kwargs["kwargs"].get("groups") for job in queue.jobs]
		for group in self.groups:
			self.assertIn([group], asked)
		self.assertEqual(self.signals(), set())

		work(bench, "long")

		self.assertEqual((queue.count, queue.failed_job_registry.count), (0, 0))
		by_workers = self.signals()
		# In each group two days away reach the lower line, and four days both.
		self.assertEqual(len(by_workers), GROUPS * 3)
		for doctype in ("Early Warning Signal", "Early Warning Alert"):
			frappe.db.delete(doctype, {"student": ("in", self.learners)})
		frappe.db.commit()
		here = school.load(FrappeStore())
		evaluation.evaluate_now(FrappeStore(commits=True), here, school_now(here))
		self.assertEqual(self.signals(), by_workers)

	def test_who_was_marked_is_looked_at_by_a_worker_and_stands_in_no_job(self) -> None:
		learner, group = self.learners[0], self.groups[0]
		bench = f"vsv-test-{frappe.generate_hash(length=8)}"
		with patch.object(background_jobs, "get_bench_id", return_value=bench):
			for back in (1, 2):
				frappe.get_doc(
					doctype="Student Attendance", student=learner, student_group=group,
					date=factories.school_day(back), status="Absent",
				).insert().submit()  # fmt: skip
			frappe.db.commit()
			queue = Queue(f"{bench}:short", connection=background_jobs.get_redis_conn())
		self.addCleanup(queue.delete, delete_jobs=True)
		(asked,) = queue.jobs
		self.assertNotIn(learner, f"{asked.kwargs} {asked.description}")
		self.assertNotIn(learner, {signal[0] for signal in self.signals()})

		work(bench, "short")

		self.assertEqual((queue.count, queue.failed_job_registry.count), (0, 0))
		self.assertIn(learner, {signal[0] for signal in self.signals()})


def work(bench: str, queue: str) -> None:
	"""Have a worker do what waits in a queue."""
	subprocess.run(
		[sys.executable, "-c", WORKER, bench, queue],
		check=True, capture_output=True, timeout=WORKER_SECONDS, cwd=Path(get_bench_path()) / "sites",
	)  # fmt: skip

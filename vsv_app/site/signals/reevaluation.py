"""Re-evaluation: a record that was made, changed or cancelled has its learner looked at anew."""

from collections.abc import Collection

import frappe
from frappe.model.document import Document
from redis.exceptions import RedisError

from vsv_app.site.signals import reevaluation_queue

WAITING = "vsv_look_again"


def reevaluate(record: Document, _event: str | None = None) -> None:
	"""Evaluate the learner anew as soon as this is committed."""
	reevaluate_learners([record.student] if record.student else [])


def reevaluate_learners(students: Collection[str]) -> None:
	"""Evaluate learners anew as soon as this is committed; all learners of one transaction share a job."""
	waiting: set[str] = frappe.flags.setdefault(WAITING, set())
	if not waiting:
		frappe.db.after_commit.add(enqueue)
		frappe.db.after_rollback.add(waiting.clear)
	waiting.update(students)


def enqueue() -> None:
	"""Look at the learners who wait, in a job of its own."""
	students = sorted(frappe.flags.pop(WAITING, None) or ())
	if not students:
		return
	try:
		reevaluation_queue.add(students)
		frappe.enqueue("vsv_app.site.jobs.signal_jobs.evaluate_who_waits", queue="short")
	except RedisError:
		# What was written is committed and must not look like an error to a person; the night looks at everybody.
		frappe.log_error(title="Early warning: the queue is not reachable")

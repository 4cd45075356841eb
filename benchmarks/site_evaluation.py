"""The night's evaluation in MariaDB on a real site, beside the one query that fetches the year's absences.

A made-up school of 5,000 learners and a million attendance records in a year far ahead; all of it goes again, and the
school's own rules are switched back on. VSV_SITE names the site; run in the bench's `sites` folder.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import frappe

from benchmarks import evaluation
from vsv_app.stores.frappe_store import FrappeStore, frappe_session

DELETED_AT_ONCE = 20_000
OF_THE_NIGHT = ("Early Warning Signal", "Early Warning Alert", "Statutory Report")
MADE = (
	("Student Attendance", "name"),
	("Assessment Result", "name"),
	("Assessment Plan", "name"),
	("Student Log", "name"),
	("Student Group Student", "name"),
	("Student", "name"),
	("Student Group", "name"),
	("Bell Schedule Session", "name"),
	("Badge Check In", "name"),
	("Attendance Hold", "student"),
	("Attendance Gateway", "name"),
	("Early Warning Rule", "name"),
)


def main() -> int:
	with frappe_session(os.environ["VSV_SITE"]) as store, made_up_school(store) as last:
		failed = evaluation.measure(store, last, "MariaDB")
		failed |= evaluation.correction(store, last, "MariaDB")
		evaluation.in_parts(store, last, "MariaDB")
		command = [sys.executable, __file__, "one night"]
		failed |= evaluation.memory(command)
	return int(failed)


@contextmanager
def made_up_school(
	store: FrappeStore, make: Callable[[FrappeStore], Sequence[date]] | None = None
) -> Iterator[date]:
	"""The made-up school while it is measured, or what `make` makes of it; gives its last school day."""
	own = frappe.get_all("Early Warning Rule", {"enabled": 1}, pluck="name")
	_clean()
	try:
		yield (make(store) if make else evaluation.make_school(store, evaluation.LEARNERS))[-1]
	finally:
		frappe.db.rollback()
		_clean()
		frappe.db.set_value("Early Warning Rule", {"enabled": 1}, "enabled", 0)
		if own:
			frappe.db.set_value("Early Warning Rule", {"name": ("in", own)}, "enabled", 1)
		frappe.db.commit()  # a program of its own; nosemgrep


def _clean() -> None:
	for doctype in OF_THE_NIGHT:
		_delete(doctype, "student")
	for doctype, field in MADE:
		_delete(doctype, field)
	frappe.db.delete("Early Warning Evidence", {"reference_name": ("like", "BENCH-%")})
	frappe.db.delete("Bell Schedule", {"name": evaluation.BELLS})
	frappe.db.delete("Academic Year", {"name": evaluation.YEAR})
	frappe.db.commit()  # a program of its own; nosemgrep


def _delete(doctype: str, field: str) -> None:
	"""A part at a time, so that no statement takes for ever."""
	while True:
		names = frappe.get_all(doctype, {field: ("like", "BENCH-%")}, pluck="name", limit=DELETED_AT_ONCE)
		if not names:
			return
		frappe.db.delete(doctype, {"name": ("in", names)})
		frappe.db.commit()  # a program of its own; nosemgrep


if __name__ == "__main__":
	if len(sys.argv) > 1:
		with frappe_session(os.environ["VSV_SITE"]) as night_store:
			evaluation.peak_of_one_night(night_store)
	else:
		sys.exit(main())

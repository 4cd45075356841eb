"""A school day closed on a real site, beside Education's own `mark_attendance`, in learners a second.

1,000 learners through `services.attendance.day_close`, 100 through Education, in turns, each on days of their own; everything that is
written goes again. Wanted: 20 times or more. VSV_SITE names the site; run in the bench's `sites` folder.
"""

import json
import os
import statistics
import sys
import time
from datetime import date, datetime, timedelta

import frappe
from education.education.api import mark_attendance

from vsv_app.services.attendance import day_close
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories

WANTED = 20
OURS, THEIRS, ROUNDS = 1000, 100, 3


def main() -> int:
	frappe.init(site=os.environ["VSV_SITE"])
	frappe.connect()
	frappe.set_user("Administrator")
	# Education commits in the middle; here the whole run is taken back instead.
	frappe.db.commit = lambda: None
	try:
		ratio = _measure()
	finally:
		frappe.db.rollback()
		frappe.destroy()
	return 0 if ratio >= WANTED else 1


def _measure() -> float:
	group, learners = factories.make_group(OURS)
	other, pupils = factories.make_group(THEIRS)
	for one in (group, other):
		factories.make_bell_schedule(student_group=one)
	store = FrappeStore()
	# With doors that look, so that silence has a witness.
	door = factories.make_gateway()
	frappe.db.set_value("Attendance Gateway", door, "last_seen", frappe.utils.now_datetime())
	factories.make_check_in(learners[0], school_day=_days(ROUNDS)[-1], gateway=door, terminal="main")
	store.set_single("Early Warning Settings", {"turnout_least": 0})
	ratios, rates, theirs = [], [], []
	for day in _days(ROUNDS):
		began = time.perf_counter()
		closed = day_close.write_days(
			store, day, datetime.combine(day, datetime.min.time()) + timedelta(hours=17), learners
		)
		between = time.perf_counter()
		present = json.dumps([{"student": one, "student_name": one} for one in pupils])
		mark_attendance(present, "[]", student_group=other, date=str(day))
		ended = time.perf_counter()
		assert closed.written == OURS, closed
		rates.append(OURS / (between - began))
		theirs.append(THEIRS / (ended - between))
		ratios.append(rates[-1] / theirs[-1])
	ratio = statistics.median(ratios)
	print(
		f"close of a day: {statistics.median(rates):,.0f} learners/s; Education's mark_attendance"
		f" {statistics.median(theirs):,.0f}/s; {ratio:.0f} x (wanted {WANTED} or more)"
	)
	return ratio


def _days(count: int) -> list[date]:
	return [factories.school_day(back) for back in range(1, count + 1)]


if __name__ == "__main__":
	sys.exit(main())

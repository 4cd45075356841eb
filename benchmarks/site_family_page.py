"""The family's page on a real site, beside Frappe's own page of an account.

A guardian of two learners, each with a plan, a partner, messages and half a year of attendance, all of it in a transaction
that is taken back. Frappe's template, menus and footer are in both; the app's own share is what its page takes beyond `/me`, and
may be no more than `/me` takes. VSV_SITE names the site; run in the bench's `sites` folder.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

import frappe
from frappe.utils import add_days, now_datetime, nowdate, set_request
from frappe.website.serve import get_response

from vsv_app.stores.frappe_store import frappe_session
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

ROUNDS, WARM = 25, 3
ABSENCES, LEARNERS, MESSAGES = 40, 2, 6
LARGEST_SHARE = 1.0
OK = 200


def main() -> int:
	with frappe_session(os.environ["VSV_SITE"]):
		frappe.flags.in_test = True  # no mails, and no jobs
		try:
			return int(_measure(_guardian()))
		finally:
			frappe.set_user("Administrator")
			frappe.db.rollback()


def _measure(guardian: str) -> bool:
	times: dict[str, list[float]] = {"/family": [], "/me": []}
	for turn in range(WARM + ROUNDS):
		for path, taken in times.items():
			one = _time(guardian, path)
			if turn >= WARM:
				taken.append(one)
	page, me = (median(taken) for taken in times.values())
	share = (page - me) / me
	print(
		f"/family {1000 * page:.0f} ms, of them the app's own {1000 * (page - me):.0f} ms; /me {1000 * me:.0f} ms"
	)
	print(f"own share / me: {share:.2f} (at most {LARGEST_SHARE:.2f})")
	return share > LARGEST_SHARE


def _time(user: str, path: str) -> float:
	frappe.set_user(user)
	set_request(method="GET", path=path)
	began = perf_counter()
	response = get_response(path)
	taken = perf_counter() - began
	if response.status_code != OK:
		raise RuntimeError(f"{path} answers {response.status_code}")
	return taken


def _guardian() -> str:
	"""The account of a guardian about whose learners there is a good deal to say."""
	user = care.make_portal_user()
	partner = care.make_stakeholder()
	agreement = care.make_agreement(partner).name
	for _one in range(LEARNERS):
		group, student = care.make_learner(date_of_birth=care.child_born())
		factories.make_bell_schedule(student_group=group)
		care.make_guardian(student, user=user)
		factories.make_assignment(factories.make_user("School Mentor"), student_group=group)
		care.make_plan(student, status="Proposed")
		care.make_consent(student, partner, given_by="Guardian")
		care.make_referral(student, partner, agreement)
		for _message in range(MESSAGES):
			care.make_message(student, sent_by=user)
		for back in range(ABSENCES):
			frappe.get_doc(
				doctype="Student Attendance", student=student, student_group=group, status="Absent", docstatus=1,
				date=add_days(nowdate(), -back - 1), vsv_source="Badge", name=f"BENCH-{student}-{back}",
			).db_insert()  # fmt: skip
	frappe.db.set_value(
		"Family Message", {"sent_by": user}, {"status": "Answered", "answered_on": now_datetime()}
	)
	return user


if __name__ == "__main__":
	sys.exit(main())

"""The gate before every request, on a real site: what it adds to the requests that Desk and the portal make most.

A list of plans and a form of one, a list of something else, a portal page, and a form of a hundred rows; each is judged as it would be
before Frappe does it. The gate may take a millisecond, ten for the form of a hundred rows, and half of what Frappe's query of the same list
takes, which is a small part of a request. VSV_SITE names the site; run in the bench's `sites` folder.
"""

import json
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import frappe
from frappe.desk import reportview
from frappe.utils import set_request

from vsv_app.site.access.gate import doorkeeper, ours
from vsv_app.stores.frappe_store import frappe_session
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

ROUNDS, WARM = 300, 30
LONGEST_MS, LONGEST_OF_MANY_ROWS_MS, LARGEST_SHARE = 1.0, 10.0, 0.5
KIND = "Support Plan"
ROWS = 100


def main() -> int:
	with frappe_session(os.environ["VSV_SITE"]):
		frappe.flags.in_test = True  # no mails, and no jobs
		try:
			return int(_measure())
		finally:
			frappe.set_user("Administrator")
			frappe.db.rollback()


def _measure() -> bool:
	mentor, family = factories.make_user("School Mentor"), care.make_portal_user()
	_group, student = care.make_learner(date_of_birth=care.ADULT)
	factories.make_assignment(mentor, student=student)
	plan = care.make_plan(student)
	document = plan.as_dict(convert_dates_to_str=True)
	document["goals"] *= ROWS
	of_plans = _listed(KIND)
	requests: dict[str, tuple[str, str, dict[str, Any], str]] = {
		"a list of plans": ("POST", "/api/method/frappe.desk.reportview.get", of_plans, mentor),
		"a list of learners": ("POST", "/api/method/frappe.desk.reportview.get", _listed("Student"), mentor),
		"a form of a plan": ("GET", "/api/method/frappe.desk.form.load.getdoc", {"doctype": KIND, "name": plan.name}, mentor),
		"a page of the family": ("GET", "/family", {}, family),
		f"a plan of {ROWS} goals saved": (
			"POST", "/api/method/frappe.desk.form.save.savedocs",
			{"doc": json.dumps(document, default=str), "action": "Save"}, mentor,
		),
	}  # fmt: skip
	times = {what: _time(*request) for what, request in requests.items()}
	listed = _time_of_list(mentor, of_plans)
	for what, taken in times.items():
		print(f"{what}: {taken:.2f} ms")
	share = times["a list of plans"] / listed
	print(
		f"Frappe's own list of plans {listed:.1f} ms; the gate's share of it {share:.2f} (at most {LARGEST_SHARE:.2f})"
	)
	limits = {what: LONGEST_OF_MANY_ROWS_MS if str(ROWS) in what else LONGEST_MS for what in times}
	slow = [what for what, taken in times.items() if taken > limits[what]]
	print(f"at most {LONGEST_MS:.1f} ms a request: {'no: ' + ', '.join(slow) if slow else 'yes'}")
	return bool(slow) or share > LARGEST_SHARE


def _listed(kind: str) -> dict[str, Any]:
	columns = (
		"name",
		"owner",
		"creation",
		"modified",
		"modified_by",
		"_user_tags",
		"_comments",
		"_assign",
		"docstatus",
		"idx",
	)
	return {
		"doctype": kind, "fields": json.dumps([f"`tab{kind}`.`{column}`" for column in columns]), "filters": "[]",
		"order_by": f"`tab{kind}`.`modified` desc", "start": "0", "page_length": "20", "view": "List", "group_by": "", "with_comment_count": "1",
	}  # fmt: skip


def _time(verb: str, path: str, form: dict[str, Any], user: str) -> float:
	frappe.set_user(user)
	set_request(method=verb, path=path)
	taken = []
	for turn in range(WARM + ROUNDS):
		# Frappe has its hooks and the roles of who asks at hand in each request; the gate's names are fetched.
		frappe.local.vsv_gate_names = None
		frappe.local.cache.pop(frappe.cache.make_key(ours.KEPT), None)
		frappe.local.form_dict = frappe._dict(form)
		began = perf_counter()
		doorkeeper.request()
		if turn >= WARM:
			taken.append(perf_counter() - began)
	return 1000 * median(taken)


def _time_of_list(user: str, form: dict[str, Any]) -> float:
	frappe.set_user(user)
	taken = []
	for turn in range(WARM + ROUNDS // 10):
		frappe.local.form_dict = frappe._dict(form)
		began = perf_counter()
		reportview.get()
		if turn >= WARM:
			taken.append(perf_counter() - began)
	return 1000 * median(taken)


if __name__ == "__main__":
	sys.exit(main())

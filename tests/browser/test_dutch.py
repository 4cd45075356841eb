"""Desk in Dutch: no English beside our own words on the screens of the care team."""

import re
from types import ModuleType

import pytest

from tests.browser.conftest import Opener
from tests.browser.test_care import Learner
from tests.browser.test_poisoned import show

pytestmark = pytest.mark.desk
ENGLISH = re.compile(
	r"\b(the|and|no|not|to|by|with|your|view|add|edit|select|search|clear|show|last|ago|days|attachments|comments|"
	r"connections|plans|assigned|created)\b",
	re.IGNORECASE,
)
FIXED = "Begin typing for results."
"""What Frappe's search box tells a screen reader in no other language."""
READ = """() => [document.body.innerText, ...[...document.querySelectorAll("[placeholder]")]
	.filter((one) => one.checkVisibility()).map((one) => one.placeholder)].join("\\n").split("\\n")"""


def test_no_english_around_the_plans(site: ModuleType, visit: Opener) -> None:
	from frappe.utils import nowdate

	from tests.browser.poison import REPORT

	noor = Learner(site, of_age=True)
	plan = noor.care.activate(noor.plan("Proposed"))
	site.frappe.db.set_value("Support Plan", plan.name, "next_review", nowdate())
	noor.care.make_contact(noor.student)
	site.signal(noor.student, "Noor Story", site.absence(noor.student, noor.group), noor.mentor)
	user = site.user("Care Team Coordinator", name="Coordinator Story")
	site.frappe.db.set_value("User", user, "language", "nl")
	page = visit(user).go("early-warning")
	written = {FIXED, "Story", plan.cause, plan.goals[0].what, plan.goals[0].measure, plan.actions[0].what}
	for route, shown in (
		("early-warning", ".frappe-chart"),
		("support-plan/view/list", ".list-row"),
		("support-plan/view/kanban/Support Plans", ".kanban-card-wrapper"),
		("support-plan/view/calendar/default", ".fc-event"),
		("early-warning-signal/view/list", ".list-row"),
		("query-report/Case Load per Mentor", ".dt-row-0"),
		("query-report/Overdue", REPORT),
	):
		show(page, route, shown)
		english = {line for line in page.evaluate(READ) if ENGLISH.search(line)}
		assert {line for line in english if not any(text in line for text in written)} == set(), route

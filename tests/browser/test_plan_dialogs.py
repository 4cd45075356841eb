"""A coordinator runs a plan by dialogs alone: what it lacks to be proposed, a review, and its end. No table is filled in."""

from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener

NOOR = "Noor Story"


def dialog_of(page: Page, title: str) -> Locator:
	found = page.locator(".modal.show", has_text=title).last
	expect(found).to_be_visible()
	return found


def made(site: ModuleType, **plan: Any) -> tuple[str, Any]:
	"""(coordinator, plan) of a learner with a mentor."""
	from vsv_app.tests import care_factories, factories

	site.frappe.set_user("Administrator")
	group, (student,) = site.named_learners(NOOR, date_of_birth=care_factories.ADULT)
	factories.make_bell_schedule(student_group=group)
	return (
		site.user("Care Team Coordinator", name="Coordinator Story"),
		care_factories.make_plan(student, **plan),
	)


@pytest.mark.desk
def test_what_a_plan_lacks_to_be_proposed_is_asked(site: ModuleType, visit: Opener) -> None:
	coordinator, plan = made(site, actions=[], next_review=None)
	site.frappe.db.set_value("Support Plan", plan.name, "responsible", coordinator)
	page = (seen := visit(coordinator)).go(f"support-plan/{plan.name}")
	page.get_by_role("button", name="Propose").click()
	asked = dialog_of(page, "First action")
	asked.locator("[data-fieldname=what] input").fill("A talk each Monday")
	expect(asked.locator("[data-fieldname=next_review] input")).not_to_have_value("")
	seen.picture("plan-propose")
	asked.get_by_role("button", name="Propose").click()
	expect(page.get_by_role("button", name="Note An Agreement")).to_be_visible()
	site.fresh()
	stored = site.frappe.get_doc("Support Plan", plan.name)
	assert (stored.status, stored.actions[0].what, stored.actions[0].who) == (
		"Proposed",
		"A talk each Monday",
		coordinator,
	)
	assert stored.next_review

	page.get_by_role("button", name="Note An Agreement").click()
	asked = dialog_of(page, "Note An Agreement")
	expect(asked.locator("[data-fieldname=person_name] input")).to_have_value(NOOR)
	asked.locator("[data-fieldname=party] select").select_option("School")
	expect(asked.locator("[data-fieldname=person_name] input")).to_have_value("Coordinator Story")


@pytest.mark.desk
def test_a_review_is_one_dialog_and_so_is_the_end(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import care_factories

	coordinator, plan = made(site, status="Proposed")
	care_factories.activate(plan)
	page = (seen := visit(coordinator)).go(f"support-plan/{plan.name}")
	page.get_by_role("button", name="Write Down The Review").click()
	asked = dialog_of(page, "Where each goal stands")
	asked.locator("[data-fieldname=present] input").fill("Noor, mother, mentor")
	asked.locator("[data-fieldname=what_moved] textarea").fill("Half as often late; Mondays stay hard.")
	seen.picture("plan-review")
	asked.get_by_role("button", name="Save").click()
	expect(page.locator(".modal.show")).to_have_count(0)
	site.fresh()
	stored = site.frappe.get_doc("Support Plan", plan.name)
	assert (stored.status, stored.reviews[0].decision) == ("Active", "Continue")
	assert str(stored.next_review) == site.days_ahead(42)

	page.get_by_role("button", name="Close The Plan").click()
	asked = dialog_of(page, "How it ended")
	asked.locator("[data-fieldname=goal_0] select").select_option("Met")
	asked.locator("[data-fieldname=outcome] select").select_option("Goals Met")
	asked.locator("[data-fieldname=closing_reason] textarea").fill("On time for six weeks.")
	seen.picture("plan-close")
	asked.get_by_role("button", name="Close The Plan").click()
	expect(page.locator(".modal.show")).to_have_count(0)
	site.fresh()
	stored = site.frappe.get_doc("Support Plan", plan.name)
	assert (stored.status, stored.outcome, stored.goals[0].status) == ("Closed", "Goals Met", "Met")

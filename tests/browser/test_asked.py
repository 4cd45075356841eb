"""What is asked of a teacher, an officer and the school's leader stands on a page of theirs, and is answered there."""

import re
from types import ModuleType

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, assert_accessible

PAGES = (
	("Instructor", "asked-of-you", PHONE),
	("Attendance Officer", "not-in-today", PHONE),
	("School Leader", "school-at-a-glance", DESKTOP),
)


@pytest.mark.desk
@pytest.mark.parametrize(("role", "page_name", "size"), PAGES)
def test_a_decision_is_answered_on_the_page_of_who_has_no_board(
	site: ModuleType, visit: Opener, role: str, page_name: str, size: tuple[int, int]
) -> None:
	from vsv_app.tests import care_factories, factories

	site.frappe.set_user("Administrator")
	group, (student,) = site.named_learners("Noor Story")
	factories.make_bell_schedule(student_group=group)
	person = site.user(role, name="Person Story")
	decision = care_factories.make_decision(
		student, person, what="Call the bus company", due_on=site.days_ahead(0)
	)
	page = (seen := visit(person, size)).go(f"{page_name}")
	asked = page.locator(".asked-of-you")
	expect(asked).to_contain_text("Call the bus company")
	assert_accessible(page, ".asked-of-you")
	seen.picture(f"asked-{page_name}")
	asked.get_by_role("button", name=re.compile("^Done: ")).click()
	dialog = page.locator(".modal-dialog:visible")
	dialog.locator("textarea").fill("They stop here now.")
	dialog.get_by_role("button", name="Save").click()
	expect(asked.get_by_role("listitem")).to_have_count(0)
	assert site.value("Care Decision", decision, ["status", "answer"]) == ("Done", "They stop here now.")

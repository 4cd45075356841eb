"""A school leader sees how the school does on one page, in English and Dutch; figures about few are left out."""

from datetime import timedelta
from types import ModuleType

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Opener, assert_accessible

NAMES = ("Noor Story", "Sam Story", "Mila Story", "Ali Story", "Bo Story", "Cem Story")


def made(site: ModuleType) -> str:
	"""A leader of a school with a group of six: one was away, has a signal that nobody answered, and two left."""
	from frappe.utils import getdate

	from vsv_app.tests import factories

	site.frappe.set_user("Administrator")
	group, students = site.named_learners(*NAMES)
	factories.make_bell_schedule(student_group=group)
	mentor = site.user("School Mentor", name="Mentor Story")
	factories.make_assignment(mentor, student_group=group)
	for back in range(1, 8):
		record = site.absence(students[0], group, back=back)
	signal = site.signal(students[0], NAMES[0], record, mentor)
	site.frappe.db.set_value(
		"Early Warning Signal", signal, "raised_on", getdate(factories.school_day(7)) + timedelta(0)
	)
	return str(site.user("School Leader", name="Leader Story"))


@pytest.mark.desk
def test_the_school_at_a_glance(site: ModuleType, visit: Opener) -> None:
	leader = made(site)
	page = (seen := visit(leader)).go("school-at-a-glance")
	screen = page.locator(".school-at-a-glance")
	for title in (
		"Attendance",
		"Signals answered",
		"Goals met",
		"Left early",
		"Where it stalls",
	):
		expect(screen.get_by_role("heading", name=title, exact=True)).to_be_visible()
	expect(screen.locator(".figure").first.locator(".number")).to_contain_text("%")
	stalls = screen.locator("section", has=page.get_by_role("heading", name="Where it stalls"))
	expect(stalls.locator("tr", has_text="Signal").first).to_be_visible()
	# A group in which few wait is named without their number.
	expect(stalls).to_contain_text("fewer than")
	for name in NAMES:
		expect(screen).not_to_contain_text(name)
	assert_accessible(page, ".school-at-a-glance")
	page.wait_for_timeout(500)
	seen.picture("leader", whole=True)


@pytest.mark.desk
def test_on_a_phone_and_in_dutch(site: ModuleType, visit: Opener) -> None:
	leader = made(site)
	site.frappe.db.set_value("User", leader, "language", "nl")
	page = (seen := visit(leader, PHONE)).go("school-at-a-glance")
	screen = page.locator(".school-at-a-glance")
	expect(screen.get_by_role("heading", name="Waar het stokt")).to_be_visible()
	expect(screen).to_contain_text("van de geplande tijd waren leerlingen aanwezig")
	assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
	page.wait_for_timeout(500)
	seen.picture("leader-nl", whole=True)


@pytest.mark.desk
def test_it_is_for_who_leads_the_school(site: ModuleType, visit: Opener) -> None:
	made(site)
	seen = visit(site.user("School Mentor", name="Mentor Two"))
	answer = seen.page.request.get(f"{seen.address}/api/method/vsv_app.api.care.leader.overview")
	assert answer.status == 403


@pytest.mark.desk
def test_the_workspace_says_that_its_cards_count_what_the_reader_may_see(
	site: ModuleType, visit: Opener
) -> None:
	leader = made(site)
	page = (seen := visit(leader)).go("early-warning")
	expect(page.get_by_text("Each number and chart counts what you may see")).to_be_visible()
	page.locator(".shortcut-widget-box", has_text="The School At A Glance").click()
	expect(page.locator(".school-at-a-glance")).to_be_visible()
	seen.picture("leader-from-workspace")

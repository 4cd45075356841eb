"""The portal at its narrowest, and text of families that is text wherever the school reads it."""

from types import ModuleType

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, assert_accessible
from tests.browser.test_care import NOOR, Learner, form

NARROWEST = (320, 640)
SMALLEST_TARGET = 24
WIDER_TEXT = """
	* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
	p { margin-bottom: 2em !important; }
"""
"""Success criterion 1.4.12."""
ATTACK = "\"<img src=x onerror='window.ran = 1'>\" <script>window.ran = 1</script>"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_portal_at_320_pixels_with_wider_text(site: ModuleType, visit: Opener, language: str) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	site.frappe.db.set_value("User", user, "language", language)
	noor.plan("Proposed")
	site.absence(noor.student, noor.group, back=3)
	seen = visit(user, NARROWEST, bypass_csp=True)
	page = seen.go("/family")
	assert page.locator("html").get_attribute("lang") == language
	for summary in page.locator(".vsv-portal summary").all():
		if summary.is_visible():
			summary.click()
	assert_accessible(page, ".vsv-portal")
	small = page.locator(
		".vsv-portal :is(a, button, summary, select, textarea, input:not([type=hidden]))"
	).evaluate_all(
		"""(controls, least) => controls.filter((one) => one.checkVisibility())
			.filter((one) => { const box = one.getBoundingClientRect(); return box.width < least || box.height < least; })
			.map((one) => one.outerHTML)""",
		SMALLEST_TARGET,
	)
	assert small == []
	page.add_style_tag(content=WIDER_TEXT)
	assert page.evaluate("document.scrollingElement.scrollWidth") <= NARROWEST[0]
	seen.picture(f"portal-family-{language}-320-wider-text", whole=True)


@pytest.mark.desk
def test_what_a_family_writes_is_text_at_the_school(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	site.frappe.db.set_value("User", user, "language", "en")
	page = visit(user).go("/family")
	message = form(page, "family.send_message")
	message.locator("textarea").fill(ATTACK)
	message.locator("button").click()
	expect(message.get_by_role("status")).to_contain_text("Thank you")
	page.reload()
	expect(page.locator("blockquote")).to_contain_text("img src=x")
	assert page.evaluate("window.ran") is None

	name = site.value("Family Message", {"student": noor.student}, "name")
	page = visit(site.user("Care Team Coordinator", name="Coordinator Story")).go(f"family-message/{name}")
	expect(page.locator(".title-text")).to_contain_text(NOOR)
	expect(page.locator("[data-fieldname=message]").first).to_contain_text("img src=x")
	assert page.evaluate("window.ran") is None
	assert page.locator("img[src='x']").count() == 0

"""Script instead of names and notes, on every screen of ours: none of it runs, and no screen breaks."""

from types import ModuleType

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.conftest import Opener

SHOWN = "() => frappe.container.page?._route === frappe.router.get_sub_path() && !frappe.request.ajax_count"
RUNS = """() => window.ran ?? [document, ...[...document.querySelectorAll("mentor-board")].map((board) => board.shadowRoot)]
	.flatMap((root) => [...root.querySelectorAll("[onerror], [onmouseover*='window.ran']")])
	.map((element) => element.outerHTML)[0] ?? null"""
ICON = "/favicon.ico"
"""Asked for by a browser where a page names none, as Frappe's view of a print."""
FORGET = "() => document.querySelectorAll('.page-container').forEach((one) => one.checkVisibility() || one.remove())"
"""Desk keeps each page that it has shown, and grows slower by it."""


def watch(page: Page) -> list[str]:
	"""What goes wrong on the page from now on, as it is said in its console."""
	wrong: list[str] = []

	def said(message: ConsoleMessage) -> None:
		if message.type == "error" and not message.location["url"].endswith(ICON):
			wrong.append(f"{message.text} {message.location['url']}")

	page.on("console", said)
	page.on("pageerror", lambda error: wrong.append(str(error)))
	return wrong


def show(page: Page, route: str, shown: str) -> None:
	page.evaluate("(route) => frappe.set_route(route)", route)
	page.wait_for_function(SHOWN)
	page.locator(shown).locator("visible=true").first.wait_for()
	page.wait_for_function(SHOWN)


@pytest.mark.desk
@pytest.mark.parametrize("kind", ["screens_of_kinds", "other_screens"])
def test_desk(site: ModuleType, visit: Opener, kind: str) -> None:
	from tests.browser import poison
	from vsv_app.tests import care_factories

	me = site.user(*site.frappe.get_all("Role", {"desk_access": 1}, pluck="name"))
	made = poison.poison(site, me, care_factories.make_portal_user(), care_factories.make_portal_user())
	seen = visit(me)
	wrong = watch(seen.page)
	page = seen.go("early-warning")
	page.locator(".frappe-chart").locator("visible=true").nth(2).wait_for()
	assert page.evaluate(RUNS) is None
	for route, shown in getattr(poison, kind)(made):
		show(page, route, shown)
		assert page.evaluate(RUNS) is None, route
		assert wrong == [], route
		page.evaluate(FORGET)


def test_portal_and_prints(site: ModuleType, visit: Opener) -> None:
	from tests.browser import poison

	me, learner, partner = site.user("System Manager", "Care Team Coordinator"), site.user(), site.user()
	made = poison.poison(site, me, learner, partner)
	for user, paths in ((learner, ["/family"]), (partner, ["/partner"]), (me, poison.prints(made))):
		seen = visit(user)
		wrong = watch(seen.page)
		for path in paths:
			page = seen.go(path)
			expect(page.get_by_text("onerror").first).to_be_visible()
			assert page.evaluate(RUNS) is None, path
			assert wrong == [], path

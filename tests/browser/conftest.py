"""The stories of MISSION's users in a real Chromium, on a real site: VSV_BENCH and VSV_SITE say which."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.board.conftest import CHROMIUM_ARGS, PATIENCE_MS
from tests.browser import server

BENCH, SITE = os.environ.get("VSV_BENCH", ""), os.environ.get("VSV_SITE", "")
BUILD = Path(__file__).parents[2] / "build"
SCREENS = BUILD / "screens"
DESKTOP, PHONE = (1280, 900), (390, 844)
STANDARD = {
	"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
HERE = "tests/browser/"
DRAWN = """() => {
	const route = window.frappe?.get_route?.() || [];
	if (!route.length || frappe.request.ajax_count) return false;
	return route[0] !== "Form" || Boolean(window.cur_frm?.doc && cur_frm.doctype === route[1]);
}"""
"""A page of Desk is there, and a form has got all that it asked for."""
FOR_A_FORM_MS = 15_000


def pytest_configure(config: pytest.Config) -> None:
	config.addinivalue_line("markers", "desk: needs the built assets of a bench")
	config.addinivalue_line("markers", "realtime: needs the realtime service of a bench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	for item in items:
		if HERE in item.path.as_posix():
			item.add_marker(pytest.mark.chromium)
			for reason in filter(None, _missing(item)):
				item.add_marker(pytest.mark.skip(reason=reason))


def _missing(item: pytest.Item) -> Iterator[str]:
	if not BENCH or not SITE:
		yield "the stories in a browser need a site: make test-bench BENCH=<dir> SITE=<site>"
		return
	if item.get_closest_marker("desk"):
		yield server.assets_missing(Path(BENCH))
	if item.get_closest_marker("realtime"):
		yield server.realtime_missing(Path(BENCH))


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
	with server.running(Path(BENCH), SITE, BUILD / "browser") as found:
		yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
	executable = shutil.which("chromium")
	assert executable
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
		yield browser
		browser.close()


@pytest.fixture(scope="session")
def _connected() -> Iterator[ModuleType]:
	from tests.browser import site

	with site.connected(SITE):
		yield site


@pytest.fixture
def site(_connected: ModuleType) -> Iterator[ModuleType]:
	"""The site, to make records on and to look at; afterwards it is as it was."""
	with _connected.as_it_was():
		yield _connected


class Visit:
	"""A person in a browser of their own."""

	def __init__(self, context: BrowserContext, address: str) -> None:
		self.page: Page = context.new_page()
		self.page.set_default_timeout(PATIENCE_MS)
		self.address = address

	def go(self, path: str) -> Page:
		"""Open a page of the site, or, where the path begins with no stroke, one of Desk, wherever this Frappe has it."""
		self.page.goto(self.to(path))
		if path and not path.startswith("/"):
			# Desk draws a form anew with each answer that comes, over what was done to it meanwhile.
			with suppress(PlaywrightTimeout):  # a page that is refused has no form
				self.page.wait_for_function(DRAWN, timeout=FOR_A_FORM_MS)
		return self.page

	def to(self, path: str) -> str:
		"""The address of what `go` opens."""
		from vsv_app.site.desk.routes import ROOT

		return self.address + (path if path.startswith("/") else f"{ROOT}/{path}".rstrip("/"))

	def keep(self, name: str, content: bytes) -> None:
		"""What somebody got, kept beside the pictures."""
		SCREENS.mkdir(parents=True, exist_ok=True)
		(SCREENS / name).write_bytes(content)

	def picture(self, name: str, *, whole: bool = False) -> None:
		SCREENS.mkdir(parents=True, exist_ok=True)
		self.page.screenshot(path=SCREENS / f"{name}.png", full_page=whole)


Opener = Callable[..., Visit]


@pytest.fixture
def visit(chromium: Browser, address: str, site: ModuleType) -> Iterator[Opener]:
	"""Signs somebody in, or nobody; a script error on a page fails the story."""
	contexts: list[BrowserContext] = []
	wrong: list[str] = []

	def open_(
		user: str, size: tuple[int, int] = DESKTOP, *, in_a_hurry: bool = False, **options: Any
	) -> Visit:
		"""Frappe's own screens complain where somebody leaves them before they are drawn: `in_a_hurry`."""
		site.commit()
		context = chromium.new_context(
			viewport={"width": size[0], "height": size[1]},
			timezone_id="Europe/Amsterdam",
			locale="en-GB",
			reduced_motion="reduce",
			**options,
		)
		contexts.append(context)
		if user:
			answer = context.request.post(
				f"{address}/api/method/login", form={"usr": user, "pwd": site.PASSWORD}
			)
			assert answer.ok, answer.text()
		seen = Visit(context, address)
		if not in_a_hurry:
			seen.page.on("pageerror", lambda error: wrong.append(str(error)))
		return seen

	yield open_
	for context in contexts:
		context.close()
	assert not wrong


def save(page: Page, button: str = "Save") -> None:
	"""Saves what was changed in a form of Desk, and waits until it is kept."""
	unsaved = page.locator(".indicator-pill:visible", has_text="Not Saved")
	expect(unsaved).to_have_count(1)
	page.get_by_role("button", name=button, exact=True).click()
	expect(unsaved).to_have_count(0)


def assert_accessible(page: Page, part: str) -> None:
	"""WCAG 2.2 AA as far as a machine can tell, within our own part of a page."""
	from axe_playwright_python.sync_playwright import Axe

	found = Axe().run(page, context={"include": [[part]]}, options=STANDARD).response["violations"]
	assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == []

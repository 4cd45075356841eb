"""WCAG 2.2 AA as far as a machine can tell, in both languages, both themes, and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.board.conftest import Opener

PHONE = (360, 760)
STANDARD = {
	"runOnly": {
		"type": "tag",
		"values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}
}
SMALLEST_TARGET = 24


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1180, 900), PHONE])
def test_axe_finds_nothing_on_an_open_board(open_board: Opener, theme: str, size: tuple[int, int]) -> None:
	page = open_board(f"/?theme={theme}", size=size, bypass_csp=True, reduced_motion="reduce")
	_open_everything(page)
	_assert_accessible(page)


@pytest.mark.parametrize("key", ["d", "t", "p", "?"])
def test_axe_finds_nothing_in_a_dialog(open_board: Opener, key: str) -> None:
	page = open_board("/?lang=nl", size=PHONE, bypass_csp=True, color_scheme="dark", reduced_motion="reduce")
	page.keyboard.press("j")
	page.keyboard.press(key)
	expect(page.get_by_role("dialog")).to_be_visible()
	_assert_accessible(page)


def test_axe_would_find_a_fault_inside_the_board(open_board: Opener) -> None:
	page = open_board(bypass_csp=True)
	page.evaluate(
		"document.querySelector('mentor-board').shadowRoot.querySelector('.board').append(document.createElement('button'))"
	)
	assert "button-name" in {
		violation["id"] for violation in Axe().run(page, options=STANDARD).response["violations"]
	}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_phone_of_360_pixels_never_scrolls_sideways(open_board: Opener, language: str) -> None:
	page = open_board(f"/?lang={language}", size=PHONE)
	_open_everything(page)
	width = "document.scrollingElement.scrollWidth"
	assert page.evaluate(width) == PHONE[0]
	for key in ("d", "t", "p", "?"):
		page.keyboard.press(key)
		expect(page.get_by_role("dialog")).to_be_visible()
		assert page.evaluate(width) == PHONE[0]
		assert page.locator("dialog").evaluate("d => d.scrollWidth - d.clientWidth") == 0
		page.keyboard.press("Escape")


def test_text_twice_as_large_still_fits(open_board: Opener) -> None:
	page = open_board("/?lang=nl", size=(640, 900))  # 1280 pixels at a zoom of 200 %
	_open_everything(page)
	assert page.evaluate("document.scrollingElement.scrollWidth") == 640


def test_targets_are_large_enough(open_board: Opener) -> None:
	page = open_board(size=PHONE)
	_open_everything(page)
	small = page.evaluate(
		"""(least) => Array.from(document.querySelector("mentor-board").shadowRoot.querySelectorAll("button, input, select"))
			.filter((c) => c.checkVisibility())
			.filter((c) => { const box = c.getBoundingClientRect(); return box.width < least || box.height < least; })
			.map((c) => c.outerHTML)""",
		SMALLEST_TARGET,
	)
	assert small == []


def test_motion_stops_for_who_asks_for_that(open_board: Opener) -> None:
	page = open_board(reduced_motion="reduce")
	moving = page.evaluate(
		"""() => Array.from(document.querySelector("mentor-board").shadowRoot.querySelectorAll("*"))
			.filter((e) => { const s = getComputedStyle(e); return s.transitionDuration !== "0s" || s.animationName !== "none"; }).length"""
	)
	assert moving == 0


def test_the_theme_follows_the_system_unless_the_host_chooses(open_board: Opener) -> None:
	def background(page: Page) -> str:
		return page.locator("mentor-board").evaluate("board => getComputedStyle(board).backgroundColor")

	light, dark = background(open_board()), background(open_board(color_scheme="dark"))
	assert light != dark
	assert background(open_board("/?theme=light", color_scheme="dark")) == light
	assert background(open_board("/?theme=dark")) == dark


def _open_everything(page: Page) -> None:
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	page.locator("[data-key='evidence SIG-0001']").click()
	page.locator("[data-key^='table ']").first.click()
	page.locator("[data-key=quiet]").click()
	expect(page.locator(".card")).to_have_count(13)


def _assert_accessible(page: Page) -> None:
	results = Axe().run(page, options=STANDARD)
	assert results.violations_count == 0, results.generate_report()

"""What WCAG 2.2 asks beyond what axe sees: 320 pixels, wider text, focus that stays in sight, in a dialog and with its owner."""

from http import HTTPStatus

import pytest
from playwright.sync_api import Page, expect

from tests.board.conftest import Opener
from tests.board.host import Host
from tests.board.overview import overview
from tests.board.test_accessible import _assert_accessible, _open_everything

NARROWEST = (320, 640)
WIDER_TEXT = """
	* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
	p { margin-bottom: 2em !important; }
"""
"""Success criterion 1.4.12."""
# A table of records may scroll within its own frame; everything else wraps.
CUT_OFF = """() => Array.from(document.querySelector("mentor-board").shadowRoot.querySelectorAll("button, p, dd, dt, h2, h3, h4, h6, .pill, td, label"))
	.filter((e) => e.checkVisibility() && !e.classList.contains("sr") && !e.closest(".sr") && !e.closest(".wrap"))
	.filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" || e.getBoundingClientRect().right > innerWidth)
	.map((e) => e.outerHTML.slice(0, 120))"""


def widen(page: Page) -> None:
	page.evaluate(
		"""(css) => {
			const sheet = new CSSStyleSheet();
			sheet.replaceSync(css);
			const root = document.querySelector("mentor-board").shadowRoot;
			root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
		}""",
		WIDER_TEXT,
	)


@pytest.mark.parametrize("wide", [False, True], ids=["as it is", "wider text"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_is_cut_off_at_320_pixels(open_board: Opener, language: str, wide: bool) -> None:
	page = open_board(f"/?lang={language}", size=NARROWEST)
	if wide:
		widen(page)
	page.locator(".name").first.click()
	page.locator("[data-key='evidence SIG-0001']").click()
	page.locator("[data-key=quiet]").click()
	assert page.evaluate("document.scrollingElement.scrollWidth") == NARROWEST[0]
	cut = page.evaluate(CUT_OFF)
	assert cut == [], "\n".join(cut)
	for key in ("d", "t", "p", "?"):
		page.keyboard.press(key)
		expect(page.get_by_role("dialog")).to_be_visible()
		assert page.locator("dialog").evaluate("d => d.scrollWidth - d.clientWidth") == 0
		page.keyboard.press("Escape")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_something_went_wrong(open_board: Opener, host: Host, theme: str) -> None:
	page = open_board(f"/?theme={theme}&lang=nl", bypass_csp=True, reduced_motion="reduce")
	host.refusals.append((409, {"message": "Een collega was je voor."}))
	page.keyboard.press("j")
	page.keyboard.press("a")
	expect(page.locator(".problem")).to_contain_text("Een collega was je voor.")
	_assert_accessible(page)
	page.keyboard.press("d")
	page.locator("[data-reason=Other]").click()
	expect(page.get_by_text("Zeg in een paar woorden waarom.")).to_be_visible()
	_assert_accessible(page)
	page.keyboard.press("Escape")
	host.overview_status = HTTPStatus.INTERNAL_SERVER_ERROR
	page.get_by_role("button", name="Verversen").click()
	expect(page.locator(".banner .problem")).to_be_visible()
	_assert_accessible(page)


def test_axe_finds_nothing_on_a_board_without_learners(open_board: Opener, host: Host) -> None:
	host.overview = lambda lang: {**overview(lang), "learners": []}
	page = open_board(bypass_csp=True)
	expect(page.locator(".empty")).to_be_visible()
	_assert_accessible(page)


def test_axe_finds_nothing_while_loading_and_after_a_failure(open_board: Opener, host: Host) -> None:
	host.hold.clear()
	page = open_board(bypass_csp=True, wait=False, reduced_motion="reduce")
	expect(page.locator(".bones")).to_be_visible()
	_assert_accessible(page)
	host.overview_status = HTTPStatus.FORBIDDEN
	host.hold.set()
	expect(page.locator(".empty[role=alert]")).to_be_visible()
	_assert_accessible(page)


@pytest.mark.parametrize("key", ["d", "t", "p", "?"])
def test_the_focus_stays_in_a_dialog_and_returns(page: Page, key: str) -> None:
	page.keyboard.press("j")
	page.keyboard.press(key)
	expect(page.get_by_role("dialog")).to_be_visible()
	inside = "() => { const r = document.querySelector('mentor-board').shadowRoot; return r.querySelector('dialog').contains(r.activeElement); }"
	within = []
	for _ in range(14):
		page.keyboard.press("Tab")
		within.append(page.evaluate(inside))
	# At the end of a dialog a browser offers its own controls once; nothing behind the dialog ever has the focus.
	behind = page.evaluate(
		"() => { const r = document.querySelector('mentor-board').shadowRoot; return Boolean(r.activeElement) && !r.querySelector('dialog').contains(r.activeElement); }"
	)
	assert (any(within), behind) == (True, False)
	page.keyboard.press("Escape")
	owner = "Keys" if key == "?" else "Yara Demir"
	expect(page.get_by_role("button", name=owner, exact=True)).to_be_focused()


@pytest.mark.parametrize("size", [(1180, 500), (360, 500)])
def test_what_has_the_focus_is_never_covered(open_board: Opener, size: tuple[int, int]) -> None:
	page = open_board(size=size, reduced_motion="reduce")
	_open_everything(page)
	page.keyboard.press("a")
	expect(page.locator(".toast:not(.gone)")).to_contain_text("Acknowledged")
	page.get_by_role("searchbox").focus()
	covered, seen = [], 0
	for _ in range(60):
		page.keyboard.press("Tab")
		hidden = page.evaluate(
			"""() => {
				const root = document.querySelector("mentor-board").shadowRoot, focused = root.activeElement;
				if (!focused) return null;
				const box = focused.getBoundingClientRect();
				const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
				const free = points.some(([x, y]) => { const hit = root.elementFromPoint(x, y); return hit && (focused.contains(hit) || hit.contains(focused) && hit !== root.host); });
				return free ? "" : focused.outerHTML.slice(0, 160);
			}"""
		)
		seen += hidden is not None
		if hidden:
			covered.append(hidden)
	assert seen > 30
	assert covered == []

"""A real Chromium, a page of it for each test, and a server behind the page."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.board.host import Host
from tests.board.overview import overview

# Nothing that phones home, and no sandbox: the tests may run as root in a container.
CHROMIUM_ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
]
DESKTOP = (1180, 900)
PATIENCE_MS = 30_000
"""Pages load megabytes of scripts, and the machine may have other work."""
expect.set_options(timeout=PATIENCE_MS)


def pytest_configure(config: pytest.Config) -> None:
	config.addinivalue_line(
		"markers", "chromium: drives a headless Chromium; left out where none is installed"
	)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	for item in items:
		if "tests/board/" in item.path.as_posix():
			item.add_marker(pytest.mark.chromium)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
	executable = shutil.which("chromium")
	assert executable, "Chromium is not installed: apt-get install chromium, or run without -m chromium."
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
		yield browser
		browser.close()


@pytest.fixture
def host() -> Iterator[Host]:
	host = Host(overview)
	yield host
	host.close()


Opener = Callable[..., Page]


@pytest.fixture
def open_board(chromium: Browser, host: Host) -> Iterator[Opener]:
	"""Opens the board and waits for its first card or notice; a script error or a breach of the policy fails the test."""
	contexts, wrong = [], []

	def open_(
		path: str = "/",
		*,
		size: tuple[int, int] = DESKTOP,
		wait: bool = True,
		check: bool = True,
		**options: object,
	) -> Page:
		context = chromium.new_context(
			viewport={"width": size[0], "height": size[1]}, timezone_id="Europe/Amsterdam", **options
		)
		contexts.append(context)
		page = context.new_page()
		page.set_default_timeout(PATIENCE_MS)
		host.watch(page)
		if check:
			page.on("pageerror", lambda error: wrong.append(str(error)))
			page.on(
				"console",
				lambda message: wrong.append(message.text) if "Security Policy" in message.text else None,
			)
		page.goto(host.url + path)
		if wait:
			page.locator("mentor-board .card, mentor-board .empty").first.wait_for()
		return page

	yield open_
	for context in contexts:
		context.close()
	assert not wrong


@pytest.fixture
def page(open_board: Opener) -> Page:
	return open_board()

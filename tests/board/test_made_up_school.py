"""`make board` in a browser: it opens on a mentor with something to do, wholly in the reader's language."""

import threading
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from playwright.sync_api import Browser, expect

from vsv_app.embedded import asked, history, records, report, server
from vsv_app.embedded.school import make_school
from vsv_app.services import mentors
from vsv_app.stores.sqlite_store import SqliteStore

TUESDAY = date(2026, 11, 24)
NOW = datetime.combine(TUESDAY, time(9, 40))
TOKEN = "the-key-of-this-board"
PHONE = (390, 844)
ENGLISH = ("Needs you now", "Asks for help", "Log a talk", "We move house", "made-up", "Mentor of")
SCREENS = Path(__file__).parents[2] / "build" / "screens"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
	"""A made-up school whose learners ask something of the mentor with most to do, as after `make demo`."""
	path = tmp_path_factory.mktemp("school") / "school.sqlite"
	school = make_school(seed=5, today=TUESDAY, learners=60, weeks=1)
	store = SqliteStore(path)
	keys = records.found(store, school, [("main-1", "rdm6300")], datetime.combine(TUESDAY, time(8)))
	history.play(store, school, keys, lambda: None)
	last = list(school.groups.values())[-1]
	asked.ask(store, last, set(sorted(mentors.learners_of(store, last, TUESDAY))[:1]), NOW)
	assert next(iter(report.mentors_at_work(store, TUESDAY))) == last, (
		"the one who is asked, wherever the list begins"
	)
	store.close()
	application = server.BoardServer(path, TOKEN, lambda: NOW)
	with make_server(
		"127.0.0.1", 0, application, server_class=server._Server, handler_class=server._Quiet
	) as running:
		thread = threading.Thread(target=running.serve_forever, daemon=True)
		thread.start()
		yield f"http://127.0.0.1:{running.server_port}/board/{TOKEN}/"
		running.shutdown()
		thread.join()


@pytest.mark.parametrize("size", [PHONE, (1180, 900)])
@pytest.mark.parametrize(
	("locale", "needs", "asks"),
	[("nl-NL", "Heeft je nu nodig", "Vraagt om hulp"), ("en-GB", "Needs you now", "Asks for help")],
)
def test_it_opens_on_a_mentor_with_something_to_do_in_the_browsers_language(
	chromium: Browser, address: str, size: tuple[int, int], locale: str, needs: str, asks: str
) -> None:
	context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
	page = context.new_page()
	wrong: list[str] = []
	page.on("pageerror", lambda error: wrong.append(str(error)))
	page.goto(address)
	needed = page.get_by_role("region", name=needs)
	expect(needed.locator(".card").first).to_contain_text(asks)
	assert needed.locator(".card").count() > 1
	said = page.locator("body").inner_text()
	found = [text for text in ENGLISH if text in said]
	assert not found if locale == "nl-NL" else found
	assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
	SCREENS.mkdir(parents=True, exist_ok=True)
	page.screenshot(path=SCREENS / f"make-board-{locale[:2]}-{size[0]}.png", full_page=True)
	if locale == "nl-NL":
		page.locator("#lang").select_option("en")
		expect(page.get_by_role("region", name="Needs you now")).to_be_visible()
		page.goto(address)
		expect(page.get_by_role("region", name="Needs you now")).to_be_visible()
	context.close()
	assert not wrong

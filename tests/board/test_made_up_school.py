"""`make board` in a browser: it opens on a mentor with something to do, wholly in the reader's language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.embedded.served import NOW, TOKEN, TUESDAY, found, served
from vsv_app.embedded import asked, report
from vsv_app.services import mentors

PHONE = (390, 844)
ENGLISH = ("Needs you now", "Asks for help", "Log a talk", "We move house", "made-up", "Mentor of")
SCREENS = Path(__file__).parents[2] / "build" / "screens"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
	"""A made-up school whose learners ask something of the mentor with most to do, as after `make demo`."""
	path = tmp_path_factory.mktemp("school") / "school.sqlite"
	school, store = found(path, 60, weeks=1)
	last = list(school.groups.values())[-1]
	asked.ask(store, last, set(sorted(mentors.learners_of(store, last, TUESDAY))[:1]), NOW)
	assert next(iter(report.mentors_at_work(store, TUESDAY))) == last, (
		"the one who is asked, wherever the list begins"
	)
	store.close()
	with served(path) as port:
		yield f"http://127.0.0.1:{port}/board/{TOKEN}/"


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

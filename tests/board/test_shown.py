"""What a mentor sees: who comes first, why, and on what facts."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.board.conftest import Opener
from tests.board.host import Host
from tests.board.overview import overview

NAMES = ".card .name span"


def test_learners_come_in_the_order_of_who_needs_the_mentor_most(page: Page) -> None:
	expect(page.locator(NAMES)).to_have_text(
		[
			"Yara Demir",
			"Jesse van den Oosterhuis",
			"Lotte Hoekstra",
			"Mohamed El Haddad-Benali",
			"Zoë Kowalski",
		]
	)
	expect(page.locator(".section h3")).to_have_text(["Needs you now3", "You are on it2", "Nothing open8"])
	expect(page.locator(".tally li")).to_have_text(["3 need you now", "2 you are on", "8 nothing open"])


def test_a_closed_card_says_in_one_sentence_why(page: Page) -> None:
	card = page.locator(".card").first
	expect(card.locator(".why")).to_have_text(overview()["learners"][1]["signals"][1]["explanation"])
	expect(card.locator(".head .pill")).to_have_text("Urgent")
	expect(card.locator(".meta")).to_have_text("1 more signalraised todaylast talk 3 November")


def test_an_open_card_shows_signals_the_year_the_trend_the_plan_and_the_last_contact(page: Page) -> None:
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	detail = page.get_by_role("group", name="Yara Demir")
	expect(detail.locator(".signal h6")).to_have_text(["Unexcused absence", "Much school time missed"])
	expect(detail).to_contain_text("Since 24 August: 40 of 61 school days fully present.")
	expect(detail).to_contain_text(
		"Also 5 days late, 2 days partly missed and 14 days absent without a known reason."
	)
	expect(detail.locator(".heat .day")).to_have_count(61)
	expect(detail).to_contain_text("0% this week so far; 77% on average in the weeks before.")
	expect(detail).to_contain_text("No plan.")
	expect(detail).to_contain_text("3 November, by phone")


def test_every_signal_shows_the_records_it_rests_on(page: Page) -> None:
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	page.get_by_role("button", name="The facts behind it (3)").click()
	rows = page.get_by_role("table", name="Records behind “Unexcused absence”").locator("tbody tr")
	expect(rows).to_have_count(3)
	expect(rows.first).to_contain_text("Mon 23 Nov")
	expect(rows.first).to_contain_text("Absent, no reason known6 hours · EDU-ATT-2026-04410")
	expect(rows.nth(2)).to_contain_text("Contested")


def test_what_happened_to_a_signal_is_folded_away_and_reads_as_sentences_the_newest_first(page: Page) -> None:
	page.get_by_role("button", name="Zoë Kowalski", exact=True).click()
	fold = page.get_by_role("button", name="What happened (5)")
	expect(fold).to_have_attribute("aria-expanded", "false")
	expect(page.locator(".history")).to_have_count(0)
	fold.focus()
	page.keyboard.press("Enter")
	expect(fold).to_be_focused()
	expect(fold).to_have_attribute("aria-expanded", "true")
	steps = page.get_by_role("list", name="What happened: “Unexcused absence”, newest first")
	expect(steps.get_by_role("listitem")).to_have_text(
		[
			"Selma Demir said on 18 November that the record of 17 November is not right.“She was at the dentist.”",
			"Put in a plan by Anna de Wit on 12 November; value then 17.5 hours.",
			"Measured anew on 10 November: from 16.5 hours to 17.5 hours; support: targeted help.",
			"Acknowledged by Anna de Wit on 4 November; value then 16.5 hours.",
			"Raised on 2 November; value then 16.5 hours.",
		]
	)


def test_a_signal_without_a_history_has_no_fold_for_it(page: Page) -> None:
	page.get_by_role("button", name="Lotte Hoekstra", exact=True).click()
	expect(page.get_by_role("button", name="What happened")).to_have_count(0)


def test_the_picture_of_the_year_has_a_table(page: Page) -> None:
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	page.get_by_role("button", name="As a table").click()
	table = page.get_by_role("table", name="School days that were not simply present, newest first")
	expect(table.locator("tbody tr")).to_have_count(21)  # 5 late + 2 in part + 14 absent
	expect(table.locator("tbody tr").first.locator("td")).to_have_text(
		["Mon 23 Nov", "Absent, no known reason", "6 h"]
	)


def test_days_differ_by_shape_and_not_by_colour_alone(page: Page) -> None:
	page.get_by_role("button", name="Lotte Hoekstra", exact=True).click()
	shapes = page.evaluate(
		"""() => Object.fromEntries(
			Array.from(document.querySelector("mentor-board").shadowRoot.querySelectorAll(".heat .day"))
				.map((day) => [day.classList[1], Array.from(day.children, (c) => c.tagName + (c.getAttribute("d") ?? "")).join()]))"""
	)
	assert set(shapes) == {"present", "late"}
	assert shapes["present"] != shapes["late"]


def test_learners_with_nothing_open_are_folded_and_can_be_found(page: Page) -> None:
	expect(page.get_by_text("Sofie Achterberg")).to_have_count(0)
	page.get_by_role("searchbox", name="Find a learner").fill("sofie")
	expect(page.locator(NAMES)).to_have_text(["Sofie Achterberg"])
	page.get_by_role("searchbox").fill("nobody of that name")
	expect(page.locator(".empty")).to_contain_text("No learner of yours is called “nobody of that name”.")
	page.get_by_role("searchbox").fill("")
	page.get_by_role("button", name="Show 8 learners with nothing open").click()
	expect(page.locator(NAMES)).to_have_count(13)


def test_when_nobody_needs_the_mentor_the_board_says_so(host: Host, open_board: Opener) -> None:
	host.overview = lambda language: _with(learners=overview(language)["learners"][5:])
	expect(open_board().locator(".empty")).to_contain_text("Nobody needs you now")


def test_a_mentor_of_nobody_is_told_who_assigns_learners(host: Host, open_board: Opener) -> None:
	host.overview = lambda _language: _with(learners=[])
	expect(open_board().locator(".empty")).to_contain_text("The coordinator assigns learners to mentors.")


def test_only_what_this_mentor_may_do_is_offered(host: Host, open_board: Opener) -> None:
	host.overview = lambda language: {**overview(language), "can": ["log_talk"]}
	page = open_board()
	card = page.locator(".card").first
	expect(card.locator(".acts button")).to_have_count(1)
	card.locator(".name").click()
	page.get_by_role("button", name="The facts behind it").click()
	expect(page.get_by_role("button", name="Not right?")).to_have_count(0)
	page.keyboard.press("a")
	page.keyboard.press("d")
	expect(page.locator("dialog[open]")).to_have_count(0)
	assert host.acted() == []


def test_text_from_the_records_is_shown_as_text(host: Host, open_board: Opener) -> None:
	evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
	host.overview = lambda language: _with(learners=[_evil(evil)])
	page = open_board()
	page.locator(".name").first.click()
	page.get_by_role("button", name="The fact behind it").click()
	expect(page.locator(NAMES).first).to_have_text(evil)
	expect(page.locator(".signal h6")).to_have_text(evil)
	expect(page.locator(".signal a")).to_have_count(0)  # a javascript: address is no address
	page.get_by_role("button", name="Dismiss…").first.click()
	expect(page.locator("dialog header p")).to_have_text(f"{evil} · {evil}")
	assert page.locator("mentor-board img, mentor-board script").count() == 0
	assert page.title() == "Board"


def _with(**changed: Any) -> dict[str, Any]:
	return {**overview(), **changed}


def _evil(text: str) -> dict[str, Any]:
	learner = overview()["learners"][0]
	signal = learner["signals"][0]
	named = {key: text for key in ("rule_title", "explanation", "advice", "basis", "value_text")}
	fact = {**signal["evidence"][0], "fact": text, "record": text}
	signal = {**signal, **named, "basis_url": "javascript:alert(1)", "evidence": [fact], "name": text}
	return {**learner, "student": text, "name": text, "group": text, "signals": [signal]}

"""What waits for a mentor beside signals: who comes first, what is said, and that each can be answered in its place."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.board.conftest import Opener
from tests.board.host import Host
from tests.board.overview import CONFIDED, busy, overview
from tests.board.test_accessible import PHONE, _assert_accessible

JESSE, BILAL, FLEUR = "Jesse van den Oosterhuis", "Bilal Peeters", "Fleur Dijkstra"


@pytest.fixture
def page(host: Host, open_board: Opener) -> Page:
	host.overview = busy
	return open_board()


def _card(page: Page, name: str) -> Any:
	return page.locator(".card", has=page.locator("h4", has_text=name))


def test_all_that_waits_stands_under_needs_you_now_and_a_call_for_help_first(page: Page) -> None:
	need = page.get_by_role("region", name="Needs you now")
	expect(need.locator(".card").first.locator("h4")).to_have_text(JESSE)
	expect(need.locator(".wait-head b")).to_have_text(
		[
			"Asks for help",
			"Look at a signal again",
			"Review of the plan",
			"A message of the family",
			"Next step",
			"A contested record was answered",
		]
	)
	expect(need.locator(".card")).to_have_count(8)
	expect(need.locator("h3 .n")).to_have_text("8")
	expect(page.locator(".tally .need")).to_have_text("8 need you now")


def test_a_call_for_help_has_a_clock_and_what_the_school_does_in_an_emergency(page: Page) -> None:
	call = _card(page, JESSE).locator(".wait.help-call")
	expect(call.locator(".clock")).to_have_text("waits 1 h 10 min")
	expect(call.locator(".emergency")).to_contain_text("Call 112.")


def test_the_clock_goes_on(host: Host, open_board: Opener) -> None:
	host.overview = busy
	page = open_board(wait=False)
	page.locator(".clock").wait_for()
	page.evaluate("() => { const real = Date.now; Date.now = () => real() + 5 * 60_000; }")
	page.locator("mentor-board").evaluate("board => board.tick()")
	expect(page.locator(".clock")).to_have_text("waits 1 h 15 min")


def test_nobody_needs_you_is_said_only_where_nothing_waits(host: Host, open_board: Opener) -> None:
	quiet = overview()["learners"][5:]
	host.overview = lambda language: {**busy(language), "learners": quiet}
	page = open_board()
	expect(page.locator(".empty")).to_have_count(0)
	host.overview = lambda language: {**busy(language), "learners": quiet, "waiting": []}
	page.get_by_role("button", name="Refresh").click()
	expect(page.locator(".empty")).to_contain_text("Nobody needs you now")


def test_a_family_is_answered_in_place(page: Page, host: Host) -> None:
	page.get_by_role("button", name=f"Answer… A message of the family, {BILAL}").click()
	expect(page.get_by_role("dialog")).to_contain_text("can Bilal leave at two on Thursday?")
	page.get_by_role("button", name="Send the answer").click()
	expect(page.locator("dialog #note-wrong")).to_have_text("Write an answer first.")
	page.get_by_role("textbox", name="Your answer").fill("Yes, at two.")
	page.get_by_role("button", name="Send the answer").click()
	expect(page.locator(".toast")).to_have_text(f"Answered: {BILAL}.")
	expect(_card(page, BILAL).locator(".wait")).to_have_count(0)
	assert host.acted() == [{"action": "answer_message", "message": "MSG-1", "answer": "Yes, at two."}]


def test_what_cannot_be_sent_still_waits_and_can_be_tried_again(page: Page, host: Host) -> None:
	host.refusals.append((500, {}))
	page.get_by_role("button", name=f"Done Next step, {FLEUR}").click()
	card = _card(page, FLEUR)
	expect(card.get_by_role("alert")).to_contain_text("Not done: the step still waits.")
	expect(card.locator(".wait")).to_have_count(1)
	card.get_by_role("button", name="Try again").click()
	expect(card.locator(".wait")).to_have_count(0)
	expect(page.locator(".tally .need")).to_have_text("7 need you now")
	expect(page.locator("#section-need .n")).to_have_text("7")
	assert host.acted() == [{"action": "next_step_done", "contact": "TALK-1"}] * 2


def test_an_answer_about_somebody_who_is_no_learner_of_mine_any_more_waits_until_seen(
	page: Page, host: Host
) -> None:
	card = _card(page, "Milan Left")
	expect(card).to_contain_text("The record of 17 November is corrected")
	expect(card.locator(".name")).to_have_count(0)
	card.get_by_role("button", name="Seen").click()
	expect(page.locator(".toast")).to_have_text("Seen: Milan Left.")
	assert host.acted() == [{"action": "answer_seen", "record": "CR-1"}]


def test_a_talk_answers_what_waited(page: Page, host: Host) -> None:
	page.get_by_role("button", name=f"Log a talk… Asks for help, {JESSE}").click()
	page.get_by_role("radio", name="By phone").check()
	page.get_by_role("button", name="Save the talk").click()
	expect(_card(page, JESSE).locator(".wait")).to_contain_text("In hand with Anna de Wit.")
	talk, taken = host.acted()
	assert (talk["channel"], talk["with_whom"], talk["reached"]) == ("Phone Call", "Learner", True)
	assert taken == {"action": "take_help", "concern": "CON-1"}


def test_a_call_for_help_is_read_when_asked_taken_in_hand_and_closed_with_what_was_done(
	page: Page, host: Host
) -> None:
	call = _card(page, JESSE).locator(".wait")
	expect(call).not_to_contain_text(CONFIDED)
	host.help = {"text": CONFIDED}
	call.get_by_role("button", name="Read it").click()
	expect(call).to_contain_text(CONFIDED)
	expect(call.get_by_role("button", name="I take it in hand")).to_be_focused()
	page.keyboard.press("Enter")
	expect(page.locator(".toast")).to_contain_text("The learner sees that you have it.")
	expect(call).to_contain_text("In hand with Anna de Wit.")
	call.get_by_role("button", name="What was done…").click()
	page.get_by_role("button", name="Close the call for help").click()
	expect(page.locator("dialog #note-wrong")).to_have_text("Say in a few words what was done.")
	page.get_by_role("textbox", name="What was done").fill("Her aunt takes her in.")
	page.get_by_role("textbox", name="Your answer to the learner").fill("Come by when you want.")
	page.get_by_role("button", name="Close the call for help").click()
	expect(call).to_have_count(0)
	expect(page.locator(".toast")).to_contain_text("Closed: Jesse")
	taken, closed = host.acted()
	assert taken["action"] == "take_help"
	assert (closed["action"], closed["what_was_done"], closed["answer"]) == (
		"close_help",
		"Her aunt takes her in.",
		"Come by when you want.",
	)


def test_acknowledging_is_one_click_with_a_day_that_can_be_changed_at_once(page: Page, host: Host) -> None:
	host.answers["acknowledge"] = {"look_again_on": "2026-12-07"}
	page.get_by_role("button", name="Acknowledge Unexcused absence, Yara Demir").click()
	toast = page.locator(".toast")
	expect(toast).to_contain_text(
		"Acknowledged: Unexcused absence, Yara Demir. You look again on 7 December."
	)
	toast.get_by_role("button", name="Another day…").click()
	day = page.get_by_label("Look again on")
	expect(day).to_have_value("2026-12-07")
	day.fill("2026-11-23")
	page.get_by_role("button", name="Promise it").click()
	expect(page.locator("#look-on-wrong")).to_have_text("Choose a day that is still to come.")
	day.fill("2026-11-30")
	host.answers["look_again"] = {"look_again_on": "2026-11-30"}
	page.get_by_role("button", name="Promise it").click()
	expect(toast).to_contain_text("You look again on 30 November.")
	assert host.acted() == [
		{"action": "acknowledge", "signal": "SIG-0001"},
		{"action": "look_again", "signal": "SIG-0001", "look_again_on": "2026-11-30"},
	]
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	expect(page.get_by_role("group", name="Yara Demir")).to_contain_text(
		"Look again on30 November Another day…"
	)


def test_a_signal_that_came_back_can_be_put_off_once_more(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Look again later… Look at a signal again, Mohamed").click()
	expect(page.get_by_label("Look again on")).to_have_value("2026-12-07")
	page.get_by_role("button", name="Promise it").click()
	expect(_card(page, "Mohamed").locator(".wait")).to_have_count(0)
	assert host.acted() == [{"action": "look_again", "signal": "SIG-0005", "look_again_on": "2026-12-07"}]


def test_a_talk_with_the_mother_that_was_not_reached_and_comes_back(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Log a talk… Yara Demir").click()
	dialog = page.get_by_role("dialog")
	expect(dialog.get_by_label("Name (optional)")).to_be_hidden()
	dialog.get_by_role("radio", name="Parent or guardian").check()
	dialog.get_by_label("Name (optional)").fill("Selma Demir")
	dialog.get_by_role("radio", name="By phone").check()
	dialog.get_by_role("radio", name="Not reached").check()
	dialog.get_by_label("When").fill("2026-11-20")
	dialog.get_by_label("Agreed").fill("She calls back")
	dialog.get_by_label("Next step").fill("Call again")
	expect(dialog.get_by_label("On which day it comes back to you")).to_have_value("2026-11-30")
	dialog.get_by_label("On which day it comes back to you").fill("2026-11-25")
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator(".toast")).to_contain_text("Talk with Yara Demir logged.")
	assert host.acted() == [
		{
			"action": "log_talk",
			"student": "EDU-STU-2026-00017",
			"with_whom": "Guardian",
			"person_name": "Selma Demir",
			"channel": "Phone Call",
			"reached": False,
			"contact_on": "2026-11-20",
			"signal": "SIG-0001",
			"note": "",
			"agreed": "She calls back",
			"next_step": "Call again",
			"next_step_on": "2026-11-25",
		}
	]


def test_a_talk_by_defaults_is_three_clicks_at_most(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	page.get_by_role("button", name="Log a talk… Yara Demir", exact=True).click()
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator(".toast")).to_contain_text("logged")
	assert [(one["channel"], one["contact_on"], one["next_step_on"]) for one in host.acted()] == [
		("In Person", None, None)
	]


def test_the_card_tells_what_happened_newest_first(host: Host, open_board: Opener) -> None:
	asked = []

	def timeline(student: str, lang: str) -> list[dict[str, Any]]:
		asked.append((student, lang))
		return [
			{
				"on": f"2026-11-{22 - number:02} 10:00",
				"kind": "Talk",
				"title": f"Talk {number}",
				"by": "Anna de Wit",
				"note": "By phone." if number == 0 else "",
			}
			for number in range(9)
		]

	host.timeline = timeline
	page = open_board("/?lang=nl")
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	told = page.get_by_role("region", name="Tijdlijn van Yara Demir, nieuwste eerst")
	expect(told.get_by_role("listitem")).to_have_count(6)
	expect(told.get_by_role("listitem").first).to_have_text(
		"22 nov 2026 · Gesprek · Anna de WitTalk 0“By phone.”"
	)
	told.get_by_role("button", name="Toon alle 9").click()
	expect(told.get_by_role("listitem")).to_have_count(9)
	expect(told.get_by_role("button", name="Toon alleen het nieuwste")).to_be_focused()
	assert asked == [("EDU-STU-2026-00017", "nl")]
	host.timeline = lambda student, lang: [
		{
			"on": "2026-11-23 09:16",
			"kind": "Signal",
			"title": "Acknowledged",
			"by": "Anna de Wit",
			"note": "",
		},
		*timeline(student, lang),
	]
	page.get_by_role("button", name="Ik pak het op Ongeoorloofd afwezig, Yara Demir").click()
	# What one does stands in it at once
	expect(told.get_by_role("listitem").first).to_contain_text("Acknowledged")


def test_a_timeline_that_cannot_be_read_says_so(page: Page, host: Host) -> None:
	host.overview_status = 500
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	told = page.get_by_role("region", name="Timeline of Yara Demir, newest first")
	expect(told.get_by_role("alert")).to_contain_text("Something went wrong at the school's server.")
	host.overview_status = 200
	told.get_by_role("button", name="Try again").click()
	expect(told).to_contain_text("Nothing has happened yet.")


def test_somebody_who_is_away_hands_over_and_comes_back(page: Page, host: Host) -> None:
	page.get_by_role("button", name="I am away…").click()
	page.get_by_role("button", name="Hand over").click()
	expect(page.locator("#away-who-wrong")).to_have_text("Choose who stands in for you.")
	page.get_by_label("Who stands in for you").select_option(label="Bas Smit")
	page.get_by_label("Up to and with").fill("2026-12-04")
	page.get_by_label("Hand-over note").fill("Yara's mother calls on Tuesday.")
	away = {
		"substitute_name": "Bas Smit",
		"from": "2026-11-23",
		"to": "2026-12-04",
		"note": "Yara's mother calls on Tuesday.",
	}
	host.overview = lambda language: {**busy(language), "away": away}
	page.get_by_role("button", name="Hand over").click()
	band = page.get_by_role("region", name="You are away")
	expect(band).to_contain_text("You are away up to and with 4 December. Bas Smit stands in for you.")
	expect(page.get_by_role("button", name="I am away…")).to_be_hidden()
	host.overview = busy
	band.get_by_role("button", name="I am back").click()
	expect(band).to_have_count(0)
	assert host.acted() == [
		{
			"action": "go_away",
			"substitute": "b.smit@school.example",
			"from_date": "2026-11-23",
			"to_date": "2026-12-04",
			"note": "Yara's mother calls on Tuesday.",
		},
		{"action": "come_back"},
	]


def test_who_stands_in_sees_for_whom_until_when_and_the_hand_over(host: Host, open_board: Opener) -> None:
	standing = [
		{
			"for_name": "Anna de Wit",
			"until": "2026-12-04",
			"note": "Call Yara's mother.",
			"groups": ["3A", "3B"],
		}
	]
	host.overview = lambda language: {**busy(language), "standing_in": standing}
	band = open_board().get_by_role("region", name="You stand in")
	expect(band).to_contain_text("You stand in for Anna de Wit (3A and 3B) up to and with 4 December.")
	expect(band).to_contain_text("“Call Yara's mother.”")


@pytest.mark.parametrize(
	("wanted", "name"),
	[
		({"record": "SIG-0005"}, "Mohamed El Haddad-Benali"),
		({"record": "MSG-1"}, BILAL),
		({"learner": "EDU-STU-2026-00074"}, "Kaan Sahin"),
	],
)
def test_a_link_of_the_bell_leads_to_the_card(page: Page, wanted: dict[str, str], name: str) -> None:
	page.locator("mentor-board").evaluate("(board, wanted) => board.show(wanted)", wanted)
	button = page.get_by_role("button", name=name, exact=True)
	expect(button).to_be_focused()
	expect(button).to_have_attribute("aria-expanded", "true")


def test_a_link_to_what_waits_no_more_says_so(page: Page) -> None:
	page.locator("mentor-board").evaluate("board => board.show({ record: 'SIG-gone' })")
	expect(page.locator(".toast")).to_have_text("What this was about waits no more.")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_without_barriers_on_a_phone(host: Host, open_board: Opener, language: str, theme: str) -> None:
	host.overview = busy
	page = open_board(
		f"/?lang={language}&theme={theme}", size=PHONE, bypass_csp=True, reduced_motion="reduce"
	)
	_assert_accessible(page)
	for key in ("[data-key=away]", "[data-key^='answer_message ']", "[data-key^='look_again ']"):
		page.locator(key).click()
		expect(page.get_by_role("dialog")).to_be_visible()
		_assert_accessible(page)
		assert page.locator("dialog").evaluate("d => d.scrollWidth - d.clientWidth") == 0
		page.keyboard.press("Escape")
	assert page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]

"""What a mentor does: each step reaches the server once, shows at once, and is taken back when it fails."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.board.conftest import Opener
from tests.board.host import Host
from tests.board.overview import overview

UNEXCUSED = "SIG-0001"
YARA = "EDU-STU-2026-00017"


def test_acknowledge_is_one_click_and_reaches_the_server_once(page: Page, host: Host) -> None:
	host.hold.clear()
	button = page.get_by_role("button", name="Acknowledge Unexcused absence, Yara Demir")
	button.dblclick()
	expect(button).to_have_count(0)  # shown at once, while the server still thinks
	host.hold.set()
	expect(page.locator(".toast")).to_have_text("Acknowledged: Unexcused absence, Yara Demir.")
	assert host.acted() == [{"action": "acknowledge", "signal": UNEXCUSED}]


def test_what_is_shown_before_it_arrives_is_waited_for(page: Page, host: Host) -> None:
	assert host.acted() == []
	host.hold.clear()
	button = page.get_by_role("button", name="Acknowledge Unexcused absence, Yara Demir")
	button.click()
	expect(button).to_have_count(0)
	late = threading.Timer(0.3, host.hold.set)
	late.start()
	assert host.acted() == [{"action": "acknowledge", "signal": UNEXCUSED}]
	late.join()


def test_a_learner_that_was_acted_on_stays_in_place(page: Page) -> None:
	page.get_by_role("button", name="Acknowledge Not arrived today, Jesse").click()
	expect(page.locator(".tally li")).to_have_text(["2 need you now", "3 you are on", "8 nothing open"])
	expect(page.locator(".section h3")).to_have_text(["Needs you now2", "You are on it3", "Nothing open8"])
	card = page.locator(".card").nth(1)
	expect(card.locator(".name")).to_have_text("Jesse van den Oosterhuis")
	expect(card.locator(".head")).to_contain_text("Acknowledged")


def test_dismiss_is_two_clicks_with_a_reason(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Dismiss… Not arrived today, Jesse").click()
	page.get_by_role("button", name="Excused afterwards").click()
	expect(page.locator(".card").nth(1)).to_contain_text("Nothing open any more.")
	expect(page.locator(".toast")).to_contain_text("Dismissed: Not arrived today")
	assert host.acted() == [
		{"action": "dismiss", "signal": "SIG-0003", "reason": "Excused afterwards", "note": ""}
	]


def test_dismissing_for_another_reason_asks_for_a_note(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Dismiss… Not arrived today, Jesse").click()
	page.get_by_role("button", name="Other: see my note").click()
	note = page.get_by_role("textbox", name="Note (needed for “Other”)")
	expect(note).to_be_focused()
	expect(note).to_have_attribute("aria-invalid", "true")
	expect(page.locator("dialog [role=alert]")).to_have_text("Say in a few words why.")
	note.fill("Is on a placement today.")
	page.get_by_role("button", name="Other: see my note").click()
	expect(page.locator(".toast")).to_contain_text("Dismissed")
	assert host.acted() == [
		{"action": "dismiss", "signal": "SIG-0003", "reason": "Other", "note": "Is on a placement today."}
	]


def test_a_dialog_that_is_left_does_nothing(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Dismiss… Not arrived today, Jesse").click()
	page.get_by_role("button", name="Cancel").click()
	expect(page.locator("dialog[open]")).to_have_count(0)
	page.get_by_role("button", name="Log a talk… Yara Demir").click()
	page.keyboard.press("Escape")
	expect(page.get_by_role("button", name="Log a talk… Yara Demir")).to_be_focused()
	assert host.acted() == []


def test_a_talk_is_logged_with_how_and_about_what(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Log a talk… Yara Demir").click()
	page.get_by_role("radio", name="By phone").check()
	page.get_by_role("textbox", name="What was said").fill("Called home with Yara.")
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator(".card").first.locator(".meta")).to_contain_text("last talk today")
	expect(page.locator(".toast")).to_have_text("Talk with Yara Demir logged.")
	assert host.acted() == [
		{
			"action": "log_talk",
			"student": YARA,
			"with_whom": "Learner",
			"person_name": "",
			"channel": "Phone Call",
			"reached": True,
			"contact_on": None,
			"signal": UNEXCUSED,
			"note": "Called home with Yara.",
			"agreed": "",
			"next_step": "",
			"next_step_on": None,
		}
	]


def test_a_talk_may_be_about_no_signal(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Show 8 learners").click()
	page.get_by_role("button", name="Log a talk… Bilal Peeters").click()
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator(".toast")).to_have_text("Talk with Bilal Peeters logged.")
	assert [(action["signal"], action["channel"]) for action in host.acted()] == [(None, "In Person")]


def test_a_plan_starts_from_the_chosen_signals(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Start a plan… Yara Demir").click()
	boxes = page.get_by_role("checkbox")
	boxes.nth(0).uncheck()
	boxes.nth(1).uncheck()
	page.get_by_role("button", name="Start the plan").click()
	expect(page.locator("dialog [role=alert]")).to_have_text("Choose at least one signal.")
	boxes.nth(0).check()
	page.get_by_role("button", name="Start the plan").click()
	expect(page.locator(".toast")).to_have_text("A plan for Yara Demir is started.")
	assert host.acted() == [{"action": "start_plan", "student": YARA, "signals": [UNEXCUSED]}]


def test_a_record_is_contested_with_a_note(page: Page, host: Host) -> None:
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	page.get_by_role("button", name="The facts behind it (3)").click()
	page.get_by_role("button", name="Not right?").first.click()
	page.get_by_role("button", name="Contest the record").click()
	expect(page.locator("dialog [role=alert]")).to_have_text("Say in a few words why.")
	page.get_by_role("textbox", name="What is not right?").fill("Was at the dentist.")
	page.get_by_role("button", name="Contest the record").click()
	expect(page.locator(".contested")).to_have_count(2)
	expect(page.locator(".toast")).to_contain_text("Contested")
	assert host.acted() == [
		{
			"action": "contest",
			"signal": UNEXCUSED,
			"record": "EDU-ATT-2026-04410",
			"note": "Was at the dentist.",
		}
	]


def test_a_failed_action_is_taken_back_and_can_be_tried_again(page: Page, host: Host) -> None:
	host.refusals.append((500, {}))
	card = page.locator(".card").first
	card.get_by_role("button", name="Acknowledge").click()
	expect(card.get_by_role("alert")).to_contain_text(
		"Not done: the signal is not acknowledged. Something went wrong at the school's server. Nothing was changed here."
	)
	expect(card.get_by_role("button", name="Acknowledge")).to_be_visible()
	expect(page.locator(".tally .need")).to_have_text("3 need you now")
	card.get_by_role("button", name="Try again").click()
	expect(page.locator(".toast")).to_contain_text("Acknowledged")
	expect(card.get_by_role("alert")).to_have_count(0)
	assert len(host.acted()) == 2


def test_a_refusal_is_told_in_the_servers_words_and_the_board_asks_what_is_true(
	page: Page, host: Host
) -> None:
	sentence = "A signal that is Resolved cannot become Acknowledged; possible: nothing: it is closed."
	host.refusals.append((409, {"message": sentence}))
	host.overview = _without_unexcused
	card = page.locator(".card", has_text="Yara Demir")
	card.get_by_role("button", name="Acknowledge").click()
	expect(card.get_by_role("alert")).to_contain_text(sentence)
	expect(card.locator(".why")).to_contain_text("Missed 21% of planned school time")


@pytest.mark.parametrize(
	("status", "sentence"),
	[
		(403, "You are signed out, or this learner is no longer yours."),
		(502, "Something went wrong at the school's server."),
	],
)
def test_a_board_that_cannot_load_says_why_and_tries_again(
	host: Host, open_board: Opener, status: int, sentence: str
) -> None:
	host.overview_status = status
	page = open_board()
	expect(page.get_by_role("alert")).to_contain_text(sentence)
	host.overview_status = 200
	page.get_by_role("button", name="Try again").click()
	expect(page.locator(".card")).to_have_count(5)


def test_a_lost_connection_keeps_what_was_known(page: Page) -> None:
	page.context.set_offline(True)
	page.get_by_role("button", name="Refresh").click()
	expect(page.get_by_role("alert")).to_contain_text("The school's server cannot be reached.")
	expect(page.locator(".card")).to_have_count(5)
	page.context.set_offline(False)
	page.get_by_role("button", name="Try again").click()
	expect(page.get_by_role("alert")).to_have_count(0)


def test_an_answer_of_another_version_is_not_guessed_at(host: Host, open_board: Opener) -> None:
	host.overview = lambda language: {**overview(language), "v": 2}
	expect(open_board().get_by_role("alert")).to_contain_text("Reload the page.")


def test_while_loading_a_screen_reader_hears_so(host: Host, open_board: Opener) -> None:
	host.hold.clear()
	page = open_board(wait=False)
	expect(page.get_by_role("status").filter(has_text="Loading your learners…")).to_be_attached()
	host.hold.set()
	expect(page.locator(".card")).to_have_count(5)


def test_a_new_signal_appears_by_itself_and_is_announced(host: Host, open_board: Opener) -> None:
	host.overview = _without_unexcused
	page = open_board()
	page.get_by_role("button", name="Lotte Hoekstra", exact=True).click()
	host.overview = overview
	host.changes.put(UNEXCUSED)
	card = page.locator(".card", has_text="Yara Demir")
	expect(card.locator(".fresh")).to_have_text("New")
	expect(page.locator(".toast")).to_have_text("New signal: Yara Demir.")
	expect(page.get_by_role("button", name="Lotte Hoekstra", exact=True)).to_be_focused()
	expect(page.get_by_role("group", name="Lotte Hoekstra")).to_be_visible()


def _without_unexcused(language: str) -> dict[str, object]:
	answer = overview(language)
	yara = answer["learners"][1]
	yara["signals"] = [signal for signal in yara["signals"] if signal["name"] != UNEXCUSED]
	return answer

"""The board without a mouse."""

from playwright.sync_api import Page, expect

from tests.board.host import Host

YARA = "EDU-STU-2026-00017"


def test_j_and_k_walk_and_enter_opens(page: Page) -> None:
	page.keyboard.press("j")
	expect(page.get_by_role("button", name="Yara Demir", exact=True)).to_be_focused()
	page.keyboard.press("j")
	page.keyboard.press("ArrowDown")
	expect(page.get_by_role("button", name="Lotte Hoekstra", exact=True)).to_be_focused()
	page.keyboard.press("k")
	page.keyboard.press("ArrowUp")
	page.keyboard.press("k")
	yara = page.get_by_role("button", name="Yara Demir", exact=True)
	expect(yara).to_be_focused()
	page.keyboard.press("Enter")
	expect(yara).to_have_attribute("aria-expanded", "true")
	expect(yara).to_be_focused()


def test_escape_closes_the_learner_and_returns_to_the_name(page: Page) -> None:
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	page.keyboard.press("Tab")
	page.keyboard.press("Tab")
	page.keyboard.press("Escape")
	yara = page.get_by_role("button", name="Yara Demir", exact=True)
	expect(yara).to_have_attribute("aria-expanded", "false")
	expect(yara).to_be_focused()


def test_a_acknowledges_and_the_focus_stays_with_the_learner(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("j")
	page.keyboard.press("a")
	expect(page.locator(".toast")).to_have_text("Acknowledged: Not arrived today, Jesse van den Oosterhuis.")
	expect(page.get_by_role("button", name="Jesse van den Oosterhuis", exact=True)).to_be_focused()
	page.keyboard.press("a")
	expect(page.locator(".toast")).to_have_text("Jesse van den Oosterhuis has no open signal.")
	assert host.acted() == [{"action": "acknowledge", "signal": "SIG-0003"}]


def test_keys_act_on_the_signal_that_has_the_focus(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	page.locator(".signal").nth(1).get_by_role("button", name="The fact behind it").focus()
	page.keyboard.press("a")
	expect(page.locator(".toast")).to_have_text("Acknowledged: Much school time missed, Yara Demir.")
	assert host.acted() == [{"action": "acknowledge", "signal": "SIG-0002"}]


def test_d_and_a_digit_dismiss(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("d")
	expect(page.get_by_role("dialog", name="Dismiss this signal")).to_be_visible()
	page.keyboard.press("1")
	expect(page.locator(".toast")).to_contain_text("Dismissed: Unexcused absence")
	assert [(action["signal"], action["reason"]) for action in host.acted()] == [
		("SIG-0001", "Known and handled")
	]


def test_t_and_enter_log_a_talk_in_person(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("t")
	page.keyboard.press("Enter")
	expect(page.locator(".toast")).to_have_text("Talk with Yara Demir logged.")
	assert [(action["action"], action["channel"]) for action in host.acted()] == [("log_talk", "In Person")]


def test_p_and_enter_start_a_plan(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("p")
	page.keyboard.press("Enter")
	expect(page.locator(".toast")).to_have_text("A plan for Yara Demir is started.")
	assert [action["signals"] for action in host.acted()] == [["SIG-0001", "SIG-0002"]]


def test_one_key_dismisses_logs_a_talk_or_starts_a_plan(page: Page, host: Host) -> None:
	said = page.locator(".toast")
	page.keyboard.press("j")
	page.keyboard.press("Shift+T")
	expect(said).to_have_text("Talk with Yara Demir logged.")
	page.keyboard.press("Shift+P")
	expect(said).to_have_text("A plan for Yara Demir is started.")
	page.keyboard.press("j")
	page.keyboard.press("Shift+Digit3")
	expect(said).to_contain_text("Dismissed: Not arrived today, Jesse van den Oosterhuis.")
	assert [{**action, "note": None} for action in host.acted()] == [
		{"action": "log_talk", "student": YARA, "signal": "SIG-0001", "channel": "In Person", "note": None},
		{"action": "start_plan", "student": YARA, "signals": ["SIG-0001", "SIG-0002"], "note": None},
		{"action": "dismiss", "signal": "SIG-0003", "reason": "Excused afterwards", "note": None},
	]


def test_a_dismissal_is_undone_by_key_or_by_button(page: Page, host: Host) -> None:
	said, signal = page.locator(".toast"), page.locator("[data-signal=SIG-0001]")
	page.keyboard.press("u")
	expect(said).to_have_text("There is nothing to undo.")
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	for undo in (lambda: page.keyboard.press("u"), lambda: page.get_by_role("button", name="Undo").click()):
		signal.get_by_role("button", name="Dismiss").focus()
		page.keyboard.press("Shift+Digit1")
		expect(said).to_contain_text("Dismissed: Unexcused absence, Yara Demir. Undo")
		undo()
		expect(said).to_have_text("Back on your board: Unexcused absence, Yara Demir.")
		expect(page.get_by_role("button", name="Yara Demir", exact=True)).to_be_focused()
		expect(signal).to_contain_text("Acknowledged")
	assert [action["action"] for action in host.acted()] == ["dismiss", "take_back"] * 2


def test_what_cannot_be_undone_stays_dismissed(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("Shift+Digit1")
	expect(page.locator(".toast")).to_contain_text("Undo")
	host.refusals.append((409, {"message": "It is too late to take this back."}))
	page.keyboard.press("u")
	expect(page.locator(".card .problem").first).to_contain_text(
		"Not done: the signal stays dismissed. It is too late to take this back."
	)


def test_a_reason_that_needs_words_asks_for_them(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("Shift+Digit5")
	expect(page.get_by_role("dialog", name="Dismiss this signal")).to_be_visible()
	page.keyboard.press("Escape")
	page.keyboard.press("3")  # a digit alone does nothing
	page.keyboard.press("T")  # as Caps Lock gives it
	expect(page.get_by_role("dialog", name="Log a talk")).to_be_visible()
	page.keyboard.press("Escape")
	assert host.acted() == []


def test_a_form_that_is_asked_for_right_behind_another_stays(page: Page, host: Host) -> None:
	page.keyboard.press("j")
	page.keyboard.press("t")
	expect(page.get_by_role("dialog", name="Log a talk")).to_be_visible()
	# In one go, as the browser tells later that the first one was left
	page.evaluate("""async () => {
		const board = document.querySelector("mentor-board");
		const dialog = board.shadowRoot.querySelector("dialog");
		const told = new Promise((done) => dialog.addEventListener("close", done, { once: true }));
		dialog.close();
		board.dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true, composed: true }));
		await told;
	}""")
	form = page.get_by_role("dialog", name="Dismiss this signal")
	expect(form.get_by_role("button", name="Cancel")).to_be_visible()
	page.keyboard.press("Escape")
	expect(form).to_have_count(0)
	page.keyboard.press("t")
	expect(page.get_by_role("dialog", name="Log a talk")).to_be_visible()
	assert host.acted() == []


def test_a_key_without_a_learner_asks_to_choose_one(page: Page, host: Host) -> None:
	page.keyboard.press("a")
	expect(page.locator(".toast")).to_have_text("Choose a learner first, with j or k.")
	assert host.acted() == []


def test_letters_in_a_field_are_letters(page: Page, host: Host) -> None:
	page.keyboard.press("/")
	page.keyboard.type("jad")
	expect(page.get_by_role("searchbox")).to_have_value("jad")
	page.keyboard.press("Escape")
	expect(page.get_by_role("searchbox")).to_have_value("")
	page.keyboard.press("j")
	expect(page.get_by_role("searchbox")).to_have_value("j")
	assert host.acted() == []


def test_single_keys_can_be_switched_off(page: Page, host: Host) -> None:
	page.keyboard.press("?")
	page.get_by_role("checkbox", name="Use single keys").uncheck()
	page.keyboard.press("Escape")
	expect(page.get_by_role("button", name="Keys")).to_be_focused()
	page.reload()
	page.locator(".name").first.focus()
	page.keyboard.press("a")
	page.keyboard.press("ArrowDown")  # not a letter: stays
	expect(page.get_by_role("button", name="Jesse van den Oosterhuis", exact=True)).to_be_focused()
	assert host.acted() == []


def test_every_control_is_reached_with_tab_and_shows_the_focus(page: Page) -> None:
	page.keyboard.press("Tab")
	expect(page.get_by_role("searchbox")).to_be_focused()
	unseen = page.evaluate(
		"""() => {
			const root = document.querySelector("mentor-board").shadowRoot;
			const controls = Array.from(root.querySelectorAll("button, input, a")).filter((c) => c.checkVisibility());
			return controls.filter((control) => {
				control.focus({ focusVisible: true });
				return root.activeElement !== control || control.tabIndex < 0 || parseFloat(getComputedStyle(control).outlineWidth) < 2;
			}).map((control) => control.outerHTML);
		}"""
	)
	assert unseen == []

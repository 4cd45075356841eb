"""A mentor acts on an alert, on the board in Desk: each step two clicks or one key, and the board keeps up by itself."""

import re
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, Visit, assert_accessible

pytestmark = pytest.mark.desk
AMINA, BEN, CHLOE = "Amina Story", "Ben Story", "Chloe Story"


class Class:
	"""A mentor with three learners; two of them have a signal that nobody has answered."""

	def __init__(self, site: ModuleType) -> None:
		from vsv_app.tests import factories

		self.site = site
		self.mentor = site.user("School Mentor", name="Mentor Story")
		self.group, (self.amina, self.ben, self.chloe) = site.named_learners(AMINA, BEN, CHLOE)
		factories.make_bell_schedule(student_group=self.group)
		factories.make_assignment(self.mentor, student_group=self.group)
		self.first = self.raise_signal(self.amina, AMINA, severity="Urgent")
		self.second = self.raise_signal(self.ben, BEN)

	def raise_signal(self, student: str, name: str, **data: str) -> str:
		return self.site.signal(student, name, self.site.absence(student, self.group), self.mentor, **data)

	def asks_for_help(self, student: str, words: str) -> str:
		"""As the portal writes it: for the mentor alone."""
		return self.site.call_for_help(student, words, self.mentor)

	def family_writes(self, student: str, words: str) -> str:
		return self.site.family_message(student, words)

	def status(self, signal: str) -> str:
		return str(self.site.value("Early Warning Signal", signal, "status"))


@pytest.fixture
def school_class(site: ModuleType) -> Class:
	return Class(site)


def open_board(seen: Visit) -> Page:
	page = seen.go("mentor-board")
	page.locator("mentor-board .card").first.wait_for()
	return page


def test_by_mouse(school_class: Class, visit: Opener) -> None:
	seen = visit(school_class.mentor)
	page = open_board(seen)
	expect(page.locator("mentor-board .card .name span")).to_have_text([AMINA, BEN])
	seen.picture("mentor-board-1280")

	page.get_by_role("button", name=f"Acknowledge Unexcused absence, {AMINA}").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Acknowledged")
	assert school_class.status(school_class.first) == "Acknowledged"

	page.get_by_role("button", name=f"Log a talk… {AMINA}").click()
	seen.picture("mentor-board-talk")
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator("mentor-board .toast")).to_have_text(f"Talk with {AMINA} logged.")
	assert school_class.site.value("Contact Log", {"student": school_class.amina}, "channel") == "In Person"

	page.get_by_role("button", name=f"Dismiss… Unexcused absence, {BEN}").click()
	page.get_by_role("button", name="Excused afterwards").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Dismissed")
	signal = school_class.site.value(
		"Early Warning Signal", school_class.second, ["status", "dismiss_reason"]
	)
	assert signal == ("Dismissed", "Excused afterwards")

	page.get_by_role("button", name=f"Start a plan… {AMINA}").click()
	page.get_by_role("button", name="Start the plan").click()
	page.wait_for_url("**/support-plan/*")
	expect(page.get_by_text("Draft", exact=True).first).to_be_visible()
	plan = school_class.site.value("Support Plan", {"student": school_class.amina}, ["status", "responsible"])
	assert plan == ("Draft", school_class.mentor)
	assert school_class.status(school_class.first) == "In Plan"


def test_by_keyboard_alone(school_class: Class, visit: Opener) -> None:
	page = open_board(visit(school_class.mentor))
	said = page.locator("mentor-board .toast")
	page.keyboard.press("j")
	expect(page.get_by_role("button", name=AMINA, exact=True)).to_be_focused()
	page.keyboard.press("a")
	expect(said).to_contain_text("Acknowledged")
	page.keyboard.press("t")
	page.keyboard.press("Enter")
	expect(said).to_have_text(f"Talk with {AMINA} logged.")
	page.keyboard.press("p")
	page.keyboard.press("Enter")
	page.wait_for_url("**/support-plan/*")
	page.go_back()
	page.locator("mentor-board .card").first.wait_for()
	page.get_by_role("button", name="Refresh").click()
	expect(page.locator("mentor-board .card .name span")).to_have_text([BEN, AMINA])
	page.keyboard.press("k")
	expect(page.get_by_role("button", name=BEN, exact=True)).to_be_focused()
	page.keyboard.press("d")
	expect(page.get_by_role("dialog")).to_be_visible()
	page.keyboard.press("1")
	expect(said).to_contain_text("Dismissed")
	assert school_class.status(school_class.first) == "In Plan"
	assert school_class.status(school_class.second) == "Dismissed"


def test_what_a_screen_reader_is_told(school_class: Class, visit: Opener) -> None:
	page = open_board(visit(school_class.mentor))
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	board = page.locator("mentor-board")
	for role, name in (
		("heading", "My learners"),
		("heading", "Needs you now"),
		("searchbox", "Find a learner"),
		("button", "Refresh"),
		("button", "Keys"),
		("button", AMINA),
		("group", AMINA),
		("button", "The fact behind it"),
	):
		expect(board.get_by_role(role, name=name).first).to_be_visible()  # type: ignore[arg-type]
	expect(page.get_by_role("button", name=AMINA, exact=True)).to_have_attribute("aria-expanded", "true")
	unnamed = board.evaluate(
		"""board => Array.from(board.shadowRoot.querySelectorAll("button, a, input"))
			.filter((control) => control.checkVisibility())
			.filter((control) => !(control.ariaLabel || control.textContent.trim() || control.labels?.length
				|| control.getAttribute("aria-labelledby")))
			.map((control) => control.outerHTML)"""
	)
	assert unnamed == []


@pytest.mark.parametrize(("size", "called"), [((1280, 900), "1280"), (PHONE, "390")])
def test_without_barriers(school_class: Class, visit: Opener, size: tuple[int, int], called: str) -> None:
	seen = visit(school_class.mentor, size, bypass_csp=True)
	page = open_board(seen)
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	page.get_by_role("button", name="The fact behind it").click()
	expect(page.get_by_role("table", name="Records behind")).to_be_visible()
	seen.picture(f"mentor-board-open-{called}", whole=True)
	assert_accessible(page, "mentor-board")
	assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]


@pytest.mark.realtime
def test_a_new_signal_appears_by_itself(school_class: Class, visit: Opener, site: ModuleType) -> None:
	page = open_board(visit(school_class.mentor))
	expect(page.locator("mentor-board .tally .need")).to_have_text("2 need you now")
	page.wait_for_function("frappe.realtime.socket.connected")
	school_class.raise_signal(school_class.chloe, CHLOE)
	site.commit()
	expect(page.locator("mentor-board .tally .need")).to_have_text("3 need you now")
	expect(page.get_by_role("button", name=CHLOE, exact=True)).to_be_visible()


def test_somebody_without_learners_is_told_who_assigns_them(site: ModuleType, visit: Opener) -> None:
	page = visit(site.user("School Mentor", name="New Mentor")).go("mentor-board")
	expect(page.locator("mentor-board .empty")).to_contain_text(
		"The coordinator assigns learners to mentors."
	)


def sign_in(seen: Visit, user: str, password: str) -> Page:
	"""By the page that people sign in at."""
	seen.page.context.clear_cookies()
	page = seen.go("/login")
	page.locator("#login_email").fill(user)
	page.locator("#login_password").fill(password)
	page.locator(".btn-login").first.click()
	return page


def go_home(seen: Visit) -> None:
	"""By the logo of Desk; where Desk has none, from Frappe 16, by the icon of the app on its desktop."""
	from vsv_app.site.desk import routes

	if routes.ONE_TILE:
		seen.go("desktop").locator("a", has_text="Early Warning").first.click()
	else:
		seen.page.locator("a.navbar-home").click()


@pytest.mark.parametrize("size", [(1280, 900), PHONE])
def test_a_mentor_lands_on_the_board(
	school_class: Class, visit: Opener, site: ModuleType, size: tuple[int, int]
) -> None:
	seen = visit(school_class.mentor, size)
	page = sign_in(seen, school_class.mentor, site.PASSWORD)
	page.locator("mentor-board .card").first.wait_for()
	expect(page.locator("mentor-board .tally .need")).to_have_text("2 need you now")
	seen.go("")
	page.locator("mentor-board .card").first.wait_for()
	seen.picture(f"mentor-home-{size[0]}")
	for elsewhere in ("early-warning", "user-profile"):
		seen.go(f"{elsewhere}")
		expect(page.locator("mentor-board .card").first).to_be_hidden()
		go_home(seen)
		page.locator("mentor-board .card").first.wait_for()
		assert page.evaluate("location.pathname").endswith("/mentor-board")


def test_the_tile_of_the_app_leads_a_mentor_to_the_board(school_class: Class, visit: Opener) -> None:
	from vsv_app.site.desk import routes

	seen = visit(school_class.mentor)
	page = seen.go("desktop" if routes.ONE_TILE else "/apps")
	tile = page.locator("a", has_text="Early Warning").first
	if not routes.ONE_TILE:
		tile = page.locator(f".app-logo[app-route$='{routes.ROOT}']")
	tile.wait_for()
	seen.picture("mentor-tile")
	tile.click()
	page.locator("mentor-board .card").first.wait_for()


def test_somebody_with_more_to_do_than_a_mentor_lands_where_desk_leads(
	site: ModuleType, visit: Opener
) -> None:
	from vsv_app.site.desk import routes

	both = site.user("School Mentor", "Care Team Coordinator", name="Two Roles")
	seen = visit(both)
	page = seen.go("")
	page.locator(".layout-main, .desk-page, #page-Workspaces").first.wait_for()
	expect(page.locator("mentor-board")).to_have_count(0)
	if routes.ONE_TILE:
		go_home(seen)
		expect(page).to_have_url(re.compile(f"{routes.page('early-warning')}$"))
		expect(page.locator("mentor-board")).to_have_count(0)
	else:
		expect(page.locator("a.navbar-home")).not_to_have_attribute("href", re.compile("mentor-board"))


def test_the_bell_says_what_waits_and_leads_to_the_card(school_class: Class, visit: Opener) -> None:
	seen = visit(school_class.mentor)
	page = seen.go("user-profile")
	page.locator(".dropdown-notifications .notifications-icon, .notifications-icon").first.click()
	waits = page.locator(".notification-item", has_text="An early-warning signal asks for your attention")
	expect(waits).to_have_count(2)
	expect(page.locator(".notification-item", has_text=AMINA)).to_have_count(0)
	seen.picture("mentor-bell")
	link = f"a.notification-item[href$='/mentor-board/{school_class.second}']"
	page.locator(link).click()
	opened = page.get_by_role("button", name=BEN, exact=True)
	expect(opened).to_have_attribute("aria-expanded", "true")
	expect(opened).to_be_focused()
	assert page.evaluate("location.pathname").endswith("/mentor-board")


def test_a_call_for_help_comes_first_is_read_and_taken_in_hand(
	school_class: Class, visit: Opener, site: ModuleType
) -> None:
	school_class.asks_for_help(school_class.chloe, "Can I talk to you today?")
	seen = visit(school_class.mentor, PHONE)
	page = open_board(seen)
	expect(page.locator("mentor-board .card h4").first).to_have_text(CHLOE)
	call = page.locator("mentor-board .help-call")
	expect(call.locator(".clock")).to_contain_text("waits")
	expect(call.locator(".emergency")).to_contain_text("112")
	expect(call).not_to_contain_text("Can I talk to you today?")
	call.get_by_role("button", name="Read it").click()
	expect(call).to_contain_text("Can I talk to you today?")
	seen.picture("mentor-help-390")
	call.get_by_role("button", name="I take it in hand").click()
	expect(call).to_contain_text("In hand with Mentor Story.")
	expect(page.locator("mentor-board .toast")).to_contain_text("The learner sees that you have it.")
	concern = site.value("Concern", {"student": school_class.chloe}, ["status", "responsible"])
	assert concern == ("In Hand", school_class.mentor)
	page.get_by_role("button", name="Refresh").click()
	held = page.locator("mentor-board .wait", has_text="A call for help that you have in hand")
	held.get_by_role("button", name="What was done…").click()
	page.get_by_role("textbox", name="What was done").fill("We talked; her aunt takes her in.")
	page.get_by_role("button", name="Close the call for help").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Closed")
	expect(held).to_have_count(0)
	assert site.value("Concern", {"student": school_class.chloe}, "status") == "Closed"
	assert site.value("Restricted Read", {"user": school_class.mentor}, "name")


def test_a_family_is_answered_on_the_board(school_class: Class, visit: Opener, site: ModuleType) -> None:
	message = school_class.family_writes(school_class.chloe, "May she leave at two on Thursday?")
	page = open_board(visit(school_class.mentor))
	wait = page.locator("mentor-board .wait", has_text="May she leave at two on Thursday?")
	wait.get_by_role("button", name="Answer…").click()
	page.get_by_role("textbox", name="Your answer").fill("Yes, at two.")
	page.get_by_role("button", name="Send the answer").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Answered")
	expect(wait).to_have_count(0)
	answered = site.value("Family Message", message, ["status", "answer", "answered_by"])
	assert answered == ("Answered", "Yes, at two.", school_class.mentor)


def test_acknowledging_promises_a_day_and_another_can_be_chosen(
	school_class: Class, visit: Opener, site: ModuleType
) -> None:
	page = open_board(visit(school_class.mentor))
	page.get_by_role("button", name=f"Acknowledge Unexcused absence, {BEN}").click()
	toast = page.locator("mentor-board .toast")
	expect(toast).to_contain_text("You look again on")
	usual = site.value("Early Warning Signal", school_class.second, "look_again_on")
	assert usual
	toast.get_by_role("button", name="Another day…").click()
	day = page.get_by_label("Look again on")
	expect(day).to_have_value(str(usual))
	day.fill(site.days_ahead(30))
	with page.expect_response(lambda answer: "board.act" in answer.url):
		page.get_by_role("button", name="Promise it").click()
	later = site.value("Early Warning Signal", school_class.second, "look_again_on")
	assert str(later) >= site.days_ahead(30)


def test_a_talk_with_the_mother_brings_its_next_step_back(
	school_class: Class, visit: Opener, site: ModuleType
) -> None:
	seen = visit(school_class.mentor, PHONE)
	page = open_board(seen)
	page.get_by_role("button", name=f"Log a talk… {AMINA}").click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_role("radio", name="Parent or guardian").check()
	dialog.get_by_label("Name (optional)").fill("Samira Story")
	dialog.get_by_role("radio", name="By phone").check()
	dialog.get_by_label("What was said").fill("She works early and did not know.")
	dialog.get_by_label("Agreed").fill("An aunt sees her off")
	dialog.get_by_label("Next step").fill("Call again")
	dialog.get_by_label("On which day it comes back to you").fill(site.days_ahead(1))
	seen.picture("mentor-talk-390")
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("logged")
	fields = ["with_whom", "person_name", "not_reached", "channel", "agreed", "next_step"]
	talk = site.value("Contact Log", {"student": school_class.amina}, fields)
	assert talk == ("Guardian", "Samira Story", 0, "Phone Call", "An aunt sees her off", "Call again")
	page.get_by_role("button", name="Refresh").click()
	step = page.locator("mentor-board .wait", has_text="Call again")
	step.get_by_role("button", name="Done").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Done")
	expect(step).to_have_count(0)
	assert site.value("Contact Log", {"student": school_class.amina}, "next_step_done") == 1
	page.get_by_role("button", name=AMINA, exact=True).click()
	told = page.get_by_role("region", name=f"Timeline of {AMINA}, newest first")
	expect(told).to_contain_text("Samira Story")
	expect(told).to_contain_text("An aunt sees her off")
	expect(told).to_contain_text("Acknowledged by Mentor Story")
	seen.picture("mentor-timeline-390", whole=True)


def test_somebody_who_is_away_hands_over_and_comes_back(
	school_class: Class, visit: Opener, site: ModuleType
) -> None:
	colleague = site.user("School Mentor", name="Colleague Story")
	seen = visit(school_class.mentor, PHONE)
	page = open_board(seen)
	page.get_by_role("button", name="I am away…").click()
	page.get_by_label("Who stands in for you").select_option(label="Colleague Story")
	page.get_by_label("Up to and with").fill(site.days_ahead(3))
	page.get_by_label("Hand-over note").fill("Amina's mother calls back.")
	seen.picture("mentor-away-390")
	page.get_by_role("button", name="Hand over").click()
	band = page.get_by_role("region", name="You are away")
	expect(band).to_contain_text("Colleague Story stands in for you.")
	other = visit(colleague, PHONE)
	there = open_board(other)
	expect(there.get_by_role("region", name="You stand in")).to_contain_text("You stand in for Mentor Story")
	expect(there.get_by_role("region", name="You stand in")).to_contain_text("Amina's mother calls back.")
	expect(there.locator("mentor-board .card .name span")).to_have_text([AMINA, BEN])
	other.picture("mentor-stands-in-390")
	band.get_by_role("button", name="I am back").click()
	expect(band).to_have_count(0)


def test_a_contested_record_takes_the_note_and_its_answer_waits_until_seen(
	school_class: Class, visit: Opener, site: ModuleType
) -> None:
	officer = site.user("Attendance Officer", name="Officer Story")
	page = open_board(visit(school_class.mentor))
	page.get_by_role("button", name=AMINA, exact=True).click()
	page.get_by_role("button", name="The fact behind it").first.click()
	page.get_by_role("button", name="Not right?").first.click()
	page.get_by_role("textbox", name="What is not right?").fill("She was at the dentist.")
	page.get_by_role("button", name="Contest the record").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Contested")
	kept = site.value(
		"Contested Record", {"student": school_class.amina}, ["words", "capacity", "contested_by"]
	)
	assert kept == ("She was at the dentist.", "Mentor", school_class.mentor)
	name = site.answer_contested(school_class.amina, officer, "The dentist says the week before.")
	page.get_by_role("button", name="Refresh").click()
	answered = page.locator("mentor-board .wait", has_text="A contested record was answered")
	expect(answered).to_contain_text("The dentist says the week before.")
	answered.get_by_role("button", name="Seen").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Seen")
	expect(answered).to_have_count(0)
	assert site.value("Contested Record", name, "seen_on")


def test_the_board_in_dutch_on_a_phone(school_class: Class, visit: Opener, site: ModuleType) -> None:
	site.set_language(school_class.mentor, "nl")
	school_class.asks_for_help(school_class.chloe, "Kan ik met je praten?")
	school_class.family_writes(school_class.ben, "Mag hij donderdag om twee uur weg?")
	seen = visit(school_class.mentor, PHONE)
	page = open_board(seen)
	expect(page.get_by_role("heading", name="Heeft je nu nodig")).to_be_visible()
	expect(page.locator("mentor-board .wait-head b").first).to_have_text("Vraagt om hulp")
	expect(page.locator("mentor-board .pill", has_text="Aandacht").first).to_be_visible()
	page.get_by_role("button", name=re.compile(f"^Ik pak het op .*{AMINA}")).click()
	expect(page.locator("mentor-board .toast")).to_contain_text("Je kijkt opnieuw op")
	page.get_by_role("button", name=AMINA, exact=True).click()
	told = page.get_by_role("region", name=f"Tijdlijn van {AMINA}, nieuwste eerst")
	expect(told).to_contain_text("Opgepakt door Mentor Story")
	seen.picture("mentor-nl-390", whole=True)
	said = page.locator("mentor-board").evaluate("board => board.shadowRoot.textContent")
	for english in ("Asks for help", "message of the family", "Log a talk", "Raised on", "need you now"):
		assert english not in said, english
	assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0]


def test_lists_in_desk_say_one_word_each_and_no_seconds(
	school_class: Class, visit: Opener, site: ModuleType
) -> None:
	site.set_language(school_class.mentor, "nl")
	seen = visit(school_class.mentor, (1920, 900))
	page = seen.go("early-warning-signal")
	row = page.locator(".list-row", has_text=BEN)
	expect(row).to_contain_text("Aandacht")
	expect(row).not_to_contain_text("Zorg")
	page.goto(seen.to(f"early-warning-signal/{school_class.second}"))
	severity = page.locator("[data-fieldname=severity] .control-value").first
	expect(severity).to_have_text("Aandacht")
	raised = page.locator("[data-fieldname=raised_on] .control-value").first
	expect(raised).to_have_text(re.compile(r" \d{1,2}:\d{2}$"))
	page.goto(seen.to("concern"))
	expect(page.locator(".title-text").filter(has_text="Zorgmelding").first).to_be_visible()
	seen.picture("mentor-list-nl")

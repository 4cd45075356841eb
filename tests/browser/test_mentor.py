"""A mentor acts on an alert, on the board in Desk: each step two clicks or one key, and the board keeps up by itself."""

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

	def status(self, signal: str) -> str:
		return str(self.site.value("Early Warning Signal", signal, "status"))


@pytest.fixture
def school_class(site: ModuleType) -> Class:
	return Class(site)


def open_board(seen: Visit) -> Page:
	page = seen.go("/app/mentor-board")
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
	expect(page.locator("mentor-board .toast")).to_have_text(f"A plan for {AMINA} is started.")
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
	expect(said).to_have_text(f"A plan for {AMINA} is started.")
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
	page = visit(site.user("School Mentor", name="New Mentor")).go("/app/mentor-board")
	expect(page.locator("mentor-board .empty")).to_contain_text(
		"The coordinator assigns learners to mentors."
	)

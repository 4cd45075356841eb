"""A care meeting: the agenda fills itself, what is decided comes back to who does it, and a partner sees its own learners alone."""

import re
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, SCREENS, Opener, Visit, assert_accessible

NOOR, SAM, MILA = "Noor Story", "Sam Story", "Mila Story"


class School:
	"""A group with a mentor; a signal about Noor that nobody answered, and a plan of Sam that is to be reviewed."""

	def __init__(self, site: ModuleType) -> None:
		from vsv_app.tests import care_factories, factories

		self.site, self.care = site, care_factories
		site.frappe.set_user("Administrator")
		self.group, (self.noor, self.sam, self.mila) = site.named_learners(
			NOOR, SAM, MILA, date_of_birth=care_factories.ADULT
		)
		factories.make_bell_schedule(student_group=self.group)
		self.mentor = site.user("School Mentor", name="Mentor Story")
		factories.make_assignment(self.mentor, student_group=self.group)
		self.coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
		record = site.absence(self.noor, self.group, back=1)
		signal = site.signal(self.noor, NOOR, record, self.mentor)
		factories.make_alert(signal, self.noor, self.coordinator)
		site.frappe.db.set_value(
			"Early Warning Alert", {"signal": signal, "recipient": self.coordinator}, "level", "Coordinator"
		)
		plan = care_factories.activate(
			care_factories.make_plan(self.sam, status="Proposed", responsible=self.mentor)
		)
		self.plan = plan.name
		site.frappe.db.set_value("Support Plan", self.plan, "next_review", site.days_ahead(3))

	def meeting(self, *people: dict[str, Any]) -> str:
		made = self.site.frappe.get_doc(
			doctype="Care Meeting",
			meeting_on=self.site.days_ahead(0),
			starts_at="14:00",
			place="Room 4",
			people=[{"user": self.coordinator}, *people],
		).insert()
		return str(made.name)


def agenda(page: Page) -> Any:
	return page.locator(".care-meetings .agenda")


def write_down(page: Page, what: str, who: str, *, in_plan: bool | None = None) -> None:
	form = page.locator(".care-meetings .decide")
	form.get_by_label("What").fill(what)
	form.get_by_label("Who").select_option(label=who)
	if in_plan is not None:
		form.get_by_label("as an action of the plan").set_checked(in_plan)
	form.get_by_role("button", name="Write down").click()
	expect(page.locator(".care-meetings .said")).to_have_text(f"Written down: {what}")


@pytest.mark.desk
def test_a_care_team_meets(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	seen = visit(school.coordinator)
	page = seen.go("care-meetings")
	page.get_by_role("button", name="Plan A Meeting").click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=place] input").fill("Room 4")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(agenda(page).get_by_role("button")).to_have_count(2)
	expect(agenda(page).locator("li").nth(0)).to_contain_text("Signal Escalated")
	expect(agenda(page).locator("li").nth(1)).to_contain_text("Review Due")
	page.get_by_role("button", name="Put a learner on the agenda").click()
	page.locator(".modal.show [data-fieldname=student] input").fill("Mila")
	page.locator(".modal.show .awesomplete li", has_text=MILA).first.click()
	page.locator(".modal.show").get_by_role("button", name="Put On").click()
	expect(agenda(page).get_by_role("button")).to_have_count(3)
	seen.picture("care-meeting-agenda")
	assert_accessible(page, ".care-meetings")

	agenda(page).get_by_role("button", name=NOOR).click()
	expect(page.locator(".care-meetings .known")).to_contain_text("Away without a known reason for 12 hours")
	# What is written and not kept yet is still there after a decision.
	conclusion = page.get_by_label("Conclusion, in words that learner and family may read")
	conclusion.fill("The family moved; mornings are hard.")
	write_down(page, "Call home and ask how mornings go", "Mentor Story, mentor")
	expect(conclusion).to_have_value("The family moved; mornings are hard.")
	expect(page.locator(".care-meetings .reasons li")).to_have_count(1)
	seen.picture("care-meeting-learner", whole=True)
	assert_accessible(page, ".care-meetings")
	page.get_by_role("button", name="Discussed, next learner").click()

	expect(page.locator(".care-meetings .learner h2")).to_contain_text(re.compile(f"{SAM}|{MILA}"))
	agenda(page).get_by_role("button", name=SAM).click()
	expect(page.locator(".care-meetings .learner h2")).to_contain_text(SAM)
	write_down(page, "A place to do homework", "Coordinator Story", in_plan=True)
	page.get_by_role("button", name="Discussed, next learner").click()
	expect(page.locator(".care-meetings .learner h2")).to_contain_text(MILA)
	page.get_by_role("button", name="Close The Meeting").click()
	page.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(page.locator(".care-meetings .said")).to_contain_text("Everybody who does something was told")
	seen.picture("care-meeting-held")

	the_minutes_stand(seen)
	actions = [row.what for row in site.frappe.get_doc("Support Plan", school.plan).actions]
	assert actions[-1] == "A place to do homework"
	the_next_meeting_knows(site, school, seen, visit(school.mentor))


def the_minutes_stand(seen: Visit) -> None:
	"""Nobody types them: what was decided, who does it and by when is printed from the screen of the meeting."""
	with seen.page.expect_popup() as printed:
		seen.page.get_by_role("button", name="Minutes", exact=True).click()
	minutes = printed.value
	for who, what, by in (
		(NOOR, "Call home and ask how mornings go", "Mentor Story"),
		(SAM, "A place to do homework", "Coordinator Story"),
	):
		decided = minutes.locator("tr", has_text=what).last
		expect(decided).to_contain_text(by)
		expect(decided).to_contain_text(re.compile(r"\d{4}"))
		expect(minutes.locator("body")).to_contain_text(who)
	expect(minutes.locator("body")).to_contain_text("mornings are hard")
	expect(minutes.locator("body")).to_contain_text(MILA)
	minutes.screenshot(path=SCREENS / "care-meeting-minutes.png", full_page=True)
	minutes.close()


def the_next_meeting_knows(site: ModuleType, school: School, seen: Visit, mine: Visit) -> None:
	"""Who was asked says what came of it; the next meeting sees that, and whom nobody spoke about."""
	decision = site.value("Care Decision", {"student": school.noor}, "name")
	page = mine.go(f"care-decision/{decision}")
	page.get_by_role("button", name="Done", exact=True).click()
	page.locator(".modal.show textarea").fill("His aunt takes him along now.")
	page.locator(".modal.show").get_by_role("button", name="Save").click()
	expect(page.locator(".indicator-pill:visible", has_text="Done").first).to_be_visible()
	mine.picture("care-decision-done")
	page = seen.go("care-meetings")
	page.get_by_role("button", name="Plan A Meeting").click()
	page.locator(".modal.show").get_by_role("button", name="Plan", exact=True).click()
	expect(agenda(page).locator("li", has_text=MILA)).to_contain_text("Put Off Last Time")
	agenda(page).get_by_role("button", name=NOOR).click()
	reasons = page.locator(".care-meetings .reasons")
	expect(reasons).to_contain_text("Promised Last Time Call home and ask how mornings go")
	expect(reasons).to_contain_text("done · His aunt takes him along now.")
	seen.picture("care-meeting-next-time")


@pytest.mark.desk
def test_what_a_meeting_asks_waits_on_the_board_and_is_answered_there(
	site: ModuleType, visit: Opener
) -> None:
	school = School(site)
	asked = {"what": "Call home", "due_on": site.days_ahead(1), "decided_by": school.coordinator}
	done = school.care.make_decision(school.mila, school.mentor, **asked)
	other = school.care.make_decision(school.sam, school.mentor, **{**asked, "what": "Find a place to work"})
	page = (seen := visit(school.mentor, PHONE)).go("mentor-board")
	board = page.locator("mentor-board")
	wait = board.locator(".wait", has_text="Call home")
	expect(wait).to_contain_text("Decision of the care meeting")
	seen.picture("care-decision-on-the-board")
	with page.expect_response(lambda answer: "board.act" in answer.url):
		wait.get_by_role("button", name=re.compile("^Done")).click()
	expect(wait).to_have_count(0)
	wait = board.locator(".wait", has_text="Find a place to work")
	wait.get_by_role("button", name="Could not be done").click()
	board.locator("dialog textarea").fill("The library is closed in December.")
	with page.expect_response(lambda answer: "board.act" in answer.url):
		board.locator("dialog").get_by_role("button", name=re.compile("Save|Close")).last.click()
	expect(wait).to_have_count(0)
	assert site.value("Care Decision", done, "status") == "Done"
	assert site.value("Care Decision", other, ["status", "answer"]) == (
		"Not Done",
		"The library is closed in December.",
	)
	told = {"for_user": school.coordinator, "document_type": "Care Decision"}
	assert site.frappe.db.count("Notification Log", told) == 2


@pytest.mark.desk
def test_from_a_learners_form_to_the_agenda_and_the_card(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	meeting = school.meeting()
	# Education shows its register to its own role alone.
	page = (seen := visit(site.user("School Mentor", "Instructor", name="Teacher Story"))).go(
		f"student/{school.noor}"
	)
	page.get_by_role("button", name="Early Warning").click()
	page.get_by_role("link", name="Card On The Board").click()
	expect(page.locator("mentor-board .board")).to_be_visible()
	seen = visit(site.user("Care Team Coordinator", name="Coordinator Two"))
	page = seen.go(f"student/{school.mila}")
	page.get_by_role("button", name="Early Warning").click()
	page.get_by_role("link", name="Put On The Agenda").click()
	expect(page.get_by_text("On the agenda of")).to_be_visible()
	seen.picture("student-put-on-agenda")
	assert site.value("Care Meeting Learner", {"student": school.mila}, "meeting") == meeting


@pytest.mark.desk
def test_on_a_phone_and_in_dutch(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	site.frappe.db.set_value("User", school.coordinator, "language", "nl")
	meeting = school.meeting()
	seen = visit(school.coordinator, PHONE)
	page = seen.go(f"care-meetings/{meeting}")
	expect(agenda(page).locator("li").nth(0)).to_contain_text("Signaal doorgezet")
	seen.picture("care-meeting-agenda-nl")
	agenda(page).get_by_role("button", name=NOOR).click()
	expect(page.locator(".care-meetings .known")).to_contain_text("12 uur afwezig zonder bekende reden")
	expect(agenda(page)).to_be_hidden()
	seen.picture("care-meeting-learner-nl", whole=True)
	width = page.evaluate("document.documentElement.scrollWidth")
	assert width <= PHONE[0]
	page.get_by_role("link", name="Agenda", exact=True).click()
	expect(agenda(page)).to_be_visible()


@pytest.mark.desk
def test_a_mentor_hears_of_the_own_learners_alone(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories

	school = School(site)
	meeting = school.meeting()
	other = site.user("School Mentor", name="Other Mentor")
	factories.make_assignment(other, student=school.sam)
	page = (seen := visit(other)).go(f"care-meetings/{meeting}")
	expect(agenda(page).get_by_role("button")).to_have_count(1)
	expect(agenda(page)).to_contain_text(SAM)
	agenda(page).get_by_role("button", name=SAM).click()
	expect(page.locator(".care-meetings .known")).to_be_visible()
	expect(page.locator(".care-meetings .decide")).to_have_count(0)
	expect(page.get_by_role("button", name="Close The Meeting")).to_have_count(0)
	seen.picture("care-meeting-mentor")
	page.get_by_role("button", name="Put a learner on the agenda").click()
	ask = page.locator(".modal.show")
	ask.locator("input[data-fieldname=student]").press_sequentially("Story")
	choices = ask.locator(".awesomplete li")
	expect(choices).to_contain_text([SAM])
	choices.first.click()
	with page.expect_response(lambda answer: "meetings.put_on" in answer.url) as put_on:
		ask.get_by_role("button", name="Put On").click()
	assert put_on.value.status == 200
	put = {"student": school.sam, "added_by": other}
	assert site.value("Care Meeting Learner", put, "meeting") == meeting, "with the role of a mentor alone"


def test_a_partner_sees_its_own_learners_alone(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	user = site.user()
	partner = school.care.make_stakeholder(user)
	school.care.make_agreement(partner, "Name", "Group")
	school.care.make_consent(school.sam, partner, "Name", "Attendance Summary")
	school.meeting({"user": user})
	seen: Visit = visit(user, PHONE)
	page = seen.go("/partner")
	section = page.locator(
		"section", has=page.get_by_role("heading", name="Care meetings that you are invited to")
	)
	expect(section).to_contain_text(SAM)
	expect(section).to_contain_text("Room 4")
	expect(section).not_to_contain_text(NOOR)
	expect(section).not_to_contain_text("days absent")
	seen.picture("care-meeting-partner", whole=True)

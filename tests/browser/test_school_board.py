"""A coordinator looks at the whole school on the mentors' own board, and comes to one learner's card from everywhere."""

from types import ModuleType

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Opener

NOOR, SAM, MILA = "Noor Story", "Sam Story", "Mila Story"


class School:
	"""Two groups with a mentor each; a signal about one learner of each, and nothing about Mila."""

	def __init__(self, site: ModuleType) -> None:
		from vsv_app.tests import factories

		site.frappe.set_user("Administrator")
		self.first, (self.noor, self.mila) = site.named_learners(NOOR, MILA)
		self.second, (self.sam,) = site.named_learners(SAM)
		self.mentors = []
		for group, name in ((self.first, "First Mentor"), (self.second, "Second Mentor")):
			factories.make_bell_schedule(student_group=group)
			mentor = site.user("School Mentor", name=name)
			factories.make_assignment(mentor, student_group=group)
			self.mentors.append(mentor)
		self.coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
		for student, name, group, severity in (
			(self.noor, NOOR, self.first, "Urgent"),
			(self.sam, SAM, self.second, "Watch"),
		):
			record = site.absence(student, group, back=1)
			site.signal(student, name, record, self.mentors[group == self.second], severity=severity)


@pytest.mark.desk
def test_a_coordinator_sees_the_school_by_group_mentor_and_severity(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	page = (seen := visit(school.coordinator)).go("mentor-board")
	board = page.locator("mentor-board")
	expect(board.get_by_label("Learners", exact=True)).to_have_value("school")
	expect(board.locator(".card", has_text=NOOR)).to_have_count(1)
	expect(board.locator(".card", has_text=SAM)).to_have_count(1)
	expect(board.locator(".card", has_text=MILA)).to_have_count(0)
	expect(board.locator(".card", has_text=NOOR)).to_contain_text("Mentor: First Mentor")
	seen.picture("board-school")
	board.get_by_label("Mentor", exact=True).select_option(label="Second Mentor")
	expect(board.locator(".card", has_text=NOOR)).to_have_count(0)
	expect(board.locator(".card", has_text=SAM)).to_have_count(1)
	board.get_by_label("Mentor", exact=True).select_option(label="All mentors")
	board.get_by_label("Group").select_option(label=school.first)
	expect(board.locator(".card", has_text=SAM)).to_have_count(0)
	board.get_by_label("Group").select_option(label="All groups")
	expect(board.locator(".card", has_text=SAM)).to_have_count(1)
	board.get_by_label("Severity").select_option("Urgent")
	expect(board.locator(".card", has_text=SAM)).to_have_count(0)
	board.get_by_label("Severity").select_option("")
	# A coordinator acts for any learner.
	card = board.locator(".card", has_text=SAM)
	with page.expect_response(lambda answer: "board.act" in answer.url):
		card.get_by_role("button", name="Acknowledge").first.click()
	expect(card).to_contain_text("Acknowledged")
	assert site.value("Early Warning Signal", {"student": school.sam}, "status") == "Acknowledged"


@pytest.mark.desk
def test_a_learner_about_whom_nothing_stands_has_a_card_too(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	seen = visit(school.coordinator, PHONE)
	page = seen.go(f"mentor-board/learner/{school.mila}")
	board = page.locator("mentor-board")
	expect(board.locator(f".card[data-student='{school.mila}']")).to_contain_text(MILA)
	assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
	seen.picture("board-school-phone", whole=True)


@pytest.mark.desk
def test_a_mentor_has_no_choice_of_other_learners(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	page = (seen := visit(school.mentors[0])).go("mentor-board")
	board = page.locator("mentor-board")
	expect(board.locator(".card", has_text=NOOR)).to_have_count(1)
	expect(board.locator(".scope")).to_have_count(0)
	answer = page.request.get(
		f"{seen.address}/api/method/vsv_app.api.care.board.overview?scope=school"
	).json()
	assert SAM not in str(answer)

"""What is asked of a person comes back until somebody has answered it: on the board, in the morning's mail, and up the ladder."""

import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Opener, Visit

pytestmark = pytest.mark.desk
AMINA, BEN = "Amina Story", "Ben Story"
AWAY, LATE = "Unexcused absence", "Late often"
TOLD = {
	"Learners who ask for help": "Call For Help",
	"Signals that nobody has answered": "Signal",
	"Signals to look at again": "Look Again",
	"Messages of families without an answer": "Message",
	"Next steps that you agreed in a talk": "Next Step",
	"Actions of plans that are due": "Action",
	"Goals of plans that are due": "Goal",
	"Plans to review": "Review",
	"Decisions of a care meeting to carry out": "Decision",
}
"""Sentences of the morning's mail, and what the board calls that."""


class School:
	"""A mentor with two learners who were away for two days, a coordinator, a leader, and the two rules of the school."""

	def __init__(self, site: ModuleType) -> None:
		from vsv_app.tests import care_factories, factories

		self.site, self.care, self.factories = site, care_factories, factories
		site.frappe.set_user("Administrator")
		self.mentor = site.user("School Mentor", name="Mentor Story")
		self.coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
		self.leader = site.user("School Leader", name="Leader Story")
		born = {"date_of_birth": care_factories.ADULT}
		self.group, (self.amina, self.ben) = site.named_learners(AMINA, BEN, **born)
		factories.make_bell_schedule(student_group=self.group)
		factories.make_assignment(self.mentor, student_group=self.group)
		self.away = factories.make_rule(title=AWAY, enabled=1)
		self.late = factories.make_rule(title=LATE, indicator="times_late", threshold=3, enabled=1)
		self.records = {
			student: [site.absence(student, self.group, back=back) for back in (1, 2)]
			for student in (self.amina, self.ben)
		}
		site.settings(
			enabled=1, coordinator=self.coordinator, leader=self.leader, escalate_after_days=2, help_hours=2,
			daily_digest=1, digest_sent_on=None, sms_to_guardians=0, mail_families=0,
		)  # fmt: skip

	def signal(self, student: str, name: str, **data: Any) -> str:
		values = {"rule": self.away, **data}
		return str(self.site.signal(student, name, self.records[student][0], self.mentor, **values))

	def was_late(self, student: str, name: str) -> str:
		"""A signal whose facts hold no more: nobody was late."""
		return self.signal(
			student, name, rule=self.late, rule_title=LATE, indicator="times_late", observed_value=4, threshold=3,
			explanation="Late 4 times in four school weeks; the school looks from 3.",
		)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_rules_but_the_storys_own(site: ModuleType) -> Iterator[None]:
	others = site.frappe.get_all("Early Warning Rule", {"enabled": 1}, pluck="name")
	set_rules(site, others, 0)
	yield
	set_rules(site, others, 1)


def set_rules(site: ModuleType, names: list[str], enabled: int) -> None:
	site.frappe.db.set_value("Early Warning Rule", {"name": ("in", names or [""])}, "enabled", enabled)
	site.commit()


def board_of(seen: Visit, scope: str = "") -> Page:
	page = seen.go("mentor-board")
	page.locator("mentor-board .card, mentor-board .empty").first.wait_for()
	if scope:
		with page.expect_response(lambda answer: "board.overview" in answer.url):
			page.locator("mentor-board").get_by_label("Learners", exact=True).select_option(scope)
	return page


def card_of(within: Locator, name: str) -> Locator:
	return within.locator(".card", has_text=name)


def needs_now(page: Page) -> Locator:
	return page.get_by_role("region", name="Needs you now")


def fits(page: Page) -> bool:
	return bool(page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0])


def test_a_plan_that_is_closed_gives_back_what_still_holds_and_another_begins(
	site: ModuleType, visit: Opener
) -> None:
	school = School(site)
	holds, over = school.signal(school.amina, AMINA), school.was_late(school.amina, AMINA)
	seen = visit(school.mentor)
	page = board_of(seen)
	page.get_by_role("button", name=f"Start a plan… {AMINA}").click()
	for box in page.get_by_role("dialog").get_by_role("checkbox").all():
		box.check()
	page.get_by_role("button", name="Start the plan").click()
	page.wait_for_url("**/support-plan/*")
	name = site.value("Support Plan", {"student": school.amina}, "name")
	assert {site.value("Early Warning Signal", one, "status") for one in (holds, over)} == {"In Plan"}
	site.begin_plan(name, school.mentor)

	page = seen.go(f"support-plan/{name}")
	page.get_by_role("button", name="Close The Plan").click()
	ends = page.locator(".modal.show")
	ends.locator("[data-fieldname=outcome] select").select_option("Continued Elsewhere")
	ends.locator("[data-fieldname=closing_reason] textarea").fill("Her aunt helps now.")
	ends.get_by_role("button", name="Close The Plan").click()
	expect(page.locator(".indicator-pill:visible", has_text="Closed").first).to_be_visible()
	assert site.value("Early Warning Signal", holds, "status") == "Open"
	assert site.value("Early Warning Signal", over, "status") == "Resolved"

	page.locator(".dropdown-notifications .notifications-icon, .notifications-icon").first.click()
	page.locator(f"a.notification-item[href$='/mentor-board/{holds}']").first.click()
	card = card_of(needs_now(page), AMINA)
	expect(card).to_contain_text("Back")
	expect(card.locator(f"[data-signal='{holds}']")).to_contain_text("Open")
	expect(card.locator(f"[data-signal='{over}']")).to_have_count(0)
	told = page.get_by_role("region", name=f"Timeline of {AMINA}, newest first")
	expect(told).to_contain_text("Plan closed")
	seen.picture("plan-gives-back-1280", whole=True)
	phone = visit(school.mentor, PHONE)
	again = board_of(phone)
	expect(card_of(needs_now(again), AMINA)).to_contain_text("Back")
	assert fits(again)
	phone.picture("plan-gives-back-390", whole=True)

	page.get_by_role("button", name=f"Start a plan… {AMINA}").first.click()
	page.get_by_role("button", name="Start the plan").click()
	page.wait_for_url(re.compile(rf"/support-plan/(?!{name})"))
	assert site.value("Early Warning Signal", holds, "status") == "In Plan"


def test_a_promise_that_was_not_kept_is_back_and_climbs_to_the_coordinator(
	site: ModuleType, visit: Opener
) -> None:
	school = School(site)
	signal = school.signal(school.ben, BEN)
	seen = visit(school.mentor, PHONE)
	page = board_of(seen)
	page.get_by_role("button", name=f"Acknowledge {AWAY}, {BEN}").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("You look again on")
	page.get_by_role("button", name="Refresh").click()
	expect(needs_now(page)).to_have_count(0)

	site.frappe.db.set_value(
		"Early Warning Signal", signal, "look_again_on", site.last_school_day("08:00:00").date()
	)
	site.commit()
	page.get_by_role("button", name="Refresh").click()
	wait = card_of(needs_now(page), BEN).locator(".wait")
	expect(wait).to_contain_text("Look at a signal again")
	expect(wait).to_contain_text("too late")
	seen.picture("look-again-390", whole=True)

	site.night_looks_again()
	page.get_by_role("button", name="Refresh").click()
	card = card_of(needs_now(page), BEN)
	expect(card).to_contain_text("Back")
	expect(card.get_by_role("button", name=f"Acknowledge {AWAY}, {BEN}")).to_be_visible()
	assert site.value("Early Warning Signal", signal, "status") == "Open"
	assert fits(page)
	seen.picture("look-again-back-390", whole=True)

	coordinator = visit(school.coordinator)
	there = board_of(coordinator, "mine")
	expect(there.locator("mentor-board")).not_to_contain_text(BEN)
	site.night_escalates(days=7)
	there.get_by_role("button", name="Refresh").click()
	climbed = card_of(needs_now(there), BEN)
	expect(climbed).to_contain_text(AWAY)
	coordinator.picture("look-again-climbed-1280")
	expect(card_of(needs_now(board_of(coordinator, "school")), BEN)).to_contain_text("Mentor: Mentor Story")


def test_a_call_for_help_climbs_with_its_clock(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	words = "Can I talk to you today?"
	call = site.call_for_help(school.amina, words, school.mentor)
	asked = site.came_on_last_school_day(call, "10:00:00")
	mine = visit(school.mentor, PHONE)
	page = board_of(mine)
	clock = page.locator("mentor-board .help-call .clock")
	expect(clock).to_have_attribute("data-since", asked)
	expect(clock).to_contain_text(re.compile(r"waits .*\d"))
	seen = visit(school.coordinator, PHONE)
	page = board_of(seen, "mine")
	help_call = page.locator("mentor-board .help-call")
	expect(page.locator("mentor-board .card h4").first).to_have_text(AMINA)
	expect(help_call.locator(".clock")).to_have_attribute("data-since", asked)
	expect(help_call.locator(".emergency")).to_contain_text("112")
	expect(help_call).not_to_contain_text(words)
	assert fits(page)
	seen.picture("help-coordinator-390", whole=True)

	def told() -> list[tuple[str, str]]:
		site.fresh()
		about = {"reference_name": call}
		found = site.frappe.get_all("Care Reminder", about, ["recipient", "level"], order_by="sent_on")
		return [(one.recipient, one.level) for one in found]

	site.climb_with_calls_for_help("11:30:00")
	assert told() == [], "two hours have not passed"
	site.climb_with_calls_for_help("12:15:00")
	assert told() == [(school.coordinator, "Coordinator")]
	site.climb_with_calls_for_help("14:30:00")
	site.climb_with_calls_for_help("16:45:00")
	assert told() == [(school.coordinator, "Coordinator"), (school.leader, "Leader")], "and nobody is above"
	for person, name in ((school.coordinator, "coordinator"), (school.leader, "leader")):
		seen = visit(person)
		page = seen.go("user-profile")
		page.locator(".dropdown-notifications .notifications-icon, .notifications-icon").first.click()
		bell = page.locator(".notification-item", has_text="A call for help has no answer")
		expect(bell).to_have_count(1)
		expect(bell).not_to_contain_text(AMINA)
		seen.picture(f"help-climbed-{name}-1280")
	bell.click()
	expect(page.locator("[data-fieldname=due_on] .control-value:visible").first).to_be_visible()
	expect(page.locator("body")).not_to_contain_text(words)


def test_the_mornings_mail_counts_what_the_board_shows(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	care = school.care
	school.signal(school.amina, AMINA, severity="Urgent")
	school.was_late(school.amina, AMINA)
	school.signal(school.ben, BEN)
	site.family_message(school.ben, "May he leave at two on Thursday?")
	site.family_message(school.amina, "Is there homework?")
	care.make_contact(
		school.amina, contact_by=school.mentor, with_whom="Guardian", next_step="Call again", next_step_on=site.days_ahead(0)
	)  # fmt: skip
	plan = care.activate(care.make_plan(school.ben, status="Proposed", responsible=school.mentor))
	site.frappe.db.set_value("Support Plan", plan.name, "next_review", site.days_ahead(-1))
	asked = {"due_on": site.days_ahead(0), "decided_by": school.leader}
	care.make_decision(school.ben, school.mentor, **asked)
	care.make_decision(school.amina, school.coordinator, **{**asked, "what": "Ask the partner"})
	call = site.call_for_help(school.amina, "Can I talk to you?", school.mentor)
	site.came_on_last_school_day(call, "10:00:00")
	site.climb_with_calls_for_help("12:15:00")
	site.night_escalates(days=7)
	site.morning_mails()
	mailed = {}
	for user, size, scope in ((school.mentor, PHONE, ""), (school.coordinator, (1280, 900), "mine")):
		seen = visit(user, size)
		page = board_of(seen, scope)
		mailed[user] = counted(site.text_of(site.mail_to(user)))
		assert mailed[user] == shown(page)
		seen.picture(f"morning-mail-{size[0]}", whole=True)
	assert mailed[school.mentor] == {
		"Call For Help": 1, "Signal": 3, "Message": 2, "Next Step": 1, "Review": 1, "Decision": 1,
	}  # fmt: skip
	assert mailed[school.coordinator] == {"Call For Help": 1, "Signal": 3, "Decision": 1}


def counted(text: str) -> dict[str, int]:
	"""What a mail of the queue says, by what the board calls it."""
	found = {said: int(number) for said, number in re.findall(r"([A-Z][\w' ,]+): (\d+)", text)}
	found.pop("Of all this past its day", None)
	return {TOLD[said]: number for said, number in found.items()}


def shown(page: Page) -> dict[str, int]:
	"""What waits on a board with every card open, by kind; a signal shows itself in its learner's card."""
	shut = page.locator("mentor-board .card button.name[aria-expanded=false]")
	while shut.count():
		shut.first.click()
	found = {
		kind: page.locator(f"mentor-board .wait[data-wait^='{kind} ']").count() for kind in TOLD.values()
	}
	found["Signal"] += (
		page.locator("mentor-board article.signal")
		.filter(has=page.locator(".pill", has_text=re.compile("^Open$")))
		.count()
	)
	assert page.locator("mentor-board .wait").count() <= sum(found.values())
	return {kind: count for kind, count in found.items() if count}


def test_all_that_happened_stands_in_the_timeline(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	care = school.care
	signal = school.signal(school.amina, AMINA)
	message = site.family_message(school.amina, "Is there homework?")
	site.frappe.db.set_value("Family Message", message, "sent_on", site.school_now() - site.timedelta(days=1))
	plan = care.activate(care.make_plan(school.amina, status="Proposed", responsible=school.mentor))
	site.review_plan(plan.name, "Half as often away.")
	partner = care.make_stakeholder()
	agreement = care.make_agreement(partner)
	care.make_consent(school.amina, partner)
	care.make_referral(school.amina, partner, agreement.name)
	care.make_decision(
		school.amina,
		school.mentor,
		what="Ask the partner",
		decided_by=school.leader,
		decided_on=site.days_ahead(-1),
	)
	site.call_for_help(school.amina, "For the leader alone", school.leader)
	site.commit()
	seen = visit(school.mentor, PHONE)
	page = board_of(seen)
	page.get_by_role("button", name=f"Acknowledge {AWAY}, {AMINA}").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("You look again on")
	page.get_by_role("button", name=f"Log a talk… {AMINA}").click()
	page.get_by_role("dialog").get_by_label("What was said").fill("She shares a room with three.")
	page.get_by_role("button", name="Save the talk").click()
	expect(page.locator("mentor-board .toast")).to_contain_text("logged")
	page.get_by_role("button", name=AMINA, exact=True).click()
	told = page.get_by_role("region", name=f"Timeline of {AMINA}, newest first")
	expect(told).to_contain_text("She shares a room with three.")
	told.get_by_role("button", name=re.compile(r"^Show all \d+")).click()
	for said in (
		"Acknowledged by Mentor Story", "Is there homework?", "Plan begun", "A talk a week", "Half as often away.",
		"Is there a place in the evening group?", "Ask the partner",
	):  # fmt: skip
		expect(told).to_contain_text(said)
	expect(told).not_to_contain_text("For the leader alone")
	order = [one.text_content() or "" for one in told.locator("li").all()]
	spoke = next(index for index, text in enumerate(order) if "She shares a room" in text)
	took = next(index for index, text in enumerate(order) if "Acknowledged by" in text)
	asked = next(index for index, text in enumerate(order) if "Is there homework?" in text)
	assert spoke < took < asked, "the newest first"
	assert site.value("Early Warning Signal", signal, "status") == "Acknowledged"
	assert fits(page)
	seen.picture("timeline-390", whole=True)
	desk = visit(school.mentor)
	page = board_of(desk)
	page.get_by_role("button", name=AMINA, exact=True).click()
	expect(
		page.get_by_role("region", name=f"Timeline of {AMINA}, newest first").locator("li").first
	).to_be_visible()
	desk.picture("timeline-1280", whole=True)


def test_load_and_overdue_say_how_old_things_are(site: ModuleType, visit: Opener) -> None:
	school = School(site)
	now = site.school_now()
	old = school.signal(school.amina, AMINA, raised_on=now - site.timedelta(days=9))
	message = site.family_message(school.ben, "May he leave at two on Thursday?")
	site.frappe.db.set_value("Family Message", message, "sent_on", now - site.timedelta(days=8))
	seen = visit(school.coordinator)
	page = seen.go("query-report/Case Load per Mentor")
	assert cells(page, "Mentor Story", "Oldest Waits (days)") == ["9"]
	seen.picture("report-case-load-1280")
	page = seen.go("query-report/Overdue")
	assert cells(page, message, "Asked Days Ago") == ["8"]
	seen.picture("report-overdue-1280")
	assert site.value("Early Warning Signal", old, "status") == "Open"


def cells(page: Page, row: str, column: str) -> list[str]:
	"""What stands in a column of a report, in the rows that say something."""
	table = page.locator(".page-container:visible .datatable")
	head = table.locator(".dt-header .dt-cell", has_text=column).first
	expect(head).to_be_attached()
	index = head.get_attribute("data-col-index")
	found = table.locator(".dt-scrollable .dt-row", has_text=row)
	expect(found.first).to_be_visible()
	return [text.strip() for text in found.locator(f".dt-cell[data-col-index='{index}']").all_text_contents()]

"""A partner signs and says how it works, the school answers, the partner reads it; a family no longer agrees and is answered; a meeting is called off."""

import re
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Opener, assert_accessible
from tests.browser.test_care import NOOR, Learner, form

WORDS = "Call us before nine"
ANSWER = "From Monday on we do"


def waits(page: Any, kind: str, name: str) -> Any:
	return page.locator(f'[data-wait^="{kind} {name}"]')


@pytest.mark.desk
def test_a_partner_signs_and_says_how_it_works_and_reads_the_answer(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import care_factories as care

	coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
	user = site.user()
	site.frappe.db.set_value("User", user, "language", "nl")
	organisation = care.make_stakeholder(user)
	agreement = care.make_agreement(organisation, active=False)
	agreement.status = "Under Discussion"
	agreement.save()
	site.frappe.db.set_value("Stakeholder Agreement", agreement.name, "owner", coordinator)

	seen = visit(user, PHONE, bypass_csp=True)
	page = seen.go("/partner")
	sign = form(page, "partner.sign")
	sign.locator("button").click()
	expect(sign.get_by_role("status")).to_contain_text("Bedankt")
	page.reload()
	page.locator("details", has=page.locator('[data-method$="partner.agreement_feedback"]')).locator(
		"summary"
	).click()
	feedback = form(page, "partner.agreement_feedback")
	feedback.locator("textarea").fill(WORDS)
	feedback.locator("button").click()
	expect(page.locator("blockquote", has_text=WORDS)).to_contain_text("Nog geen antwoord")
	seen.picture("partner-feedback-nl-390", whole=True)
	assert_accessible(page, ".vsv-portal")
	assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0]

	desk = visit(coordinator)
	board = desk.go("mentor-board")
	expect(waits(board, "Agreement Signature", agreement.name)).to_have_count(1)
	item = waits(board, "Agreement Feedback", agreement.name)
	expect(item).to_contain_text(WORDS)
	desk.picture("board-partner-feedback")
	item.get_by_role("link").click()
	board.get_by_role("button", name="Answer Feedback").click()
	dialog = board.locator(".modal.show")
	expect(dialog).to_contain_text(WORDS)
	dialog.locator("[data-fieldname=answer] textarea").fill(ANSWER)
	desk.picture("agreement-answer")
	dialog.get_by_role("button", name="Send").click()
	expect(board.get_by_role("button", name="Answer Feedback")).to_have_count(0)
	board = desk.go("mentor-board")
	expect(waits(board, "Agreement Signature", agreement.name)).to_have_count(1)
	expect(waits(board, "Agreement Feedback", agreement.name)).to_have_count(0)

	page = seen.go("/partner")
	expect(page.locator("blockquote", has_text=WORDS)).to_contain_text(ANSWER)
	seen.picture("partner-answered-nl-390", whole=True)


def test_a_family_that_no_longer_agrees_is_answered(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	site.frappe.db.set_value("User", user, "language", "nl")
	plan = noor.plan("Proposed")
	plan.append("agreements", {"party": "Learner", "person_name": NOOR, "how": "Portal", "person": user})
	plan.flags.from_portal = True
	plan.save()
	noor.care.agree(plan, "School")
	seen = visit(user, PHONE, bypass_csp=True)
	page = seen.go("/family")
	withdraw = page.locator("details", has=page.locator("[value=Withdraws]"))
	withdraw.locator("summary").click()
	withdraw.locator("textarea").fill("The mornings do not work")
	withdraw.locator("button").click()
	expect(page.locator("[data-part=messages]")).to_contain_text("The mornings do not work")
	expect(page.locator("[data-part=messages]")).to_contain_text("Nog geen antwoord")
	seen.picture("family-no-longer-agrees-nl-390", whole=True)

	mentor = visit(noor.mentor)
	board = mentor.go("mentor-board")
	item = board.locator('[data-wait^="Message "]')
	expect(item).to_contain_text("The family no longer agrees with the plan")
	expect(item).to_contain_text("The mornings do not work")
	mentor.picture("board-no-longer-agrees")
	item.get_by_role("button", name=re.compile("Answer")).click()
	board.get_by_role("dialog").locator("textarea").fill("Shall we talk at ten?")
	with board.expect_response(lambda answer: "board.act" in answer.url) as answered:
		board.get_by_role("dialog").get_by_role("button").last.click()
	assert answered.value.status == 200
	expect(item).to_have_count(0)
	page = seen.go("/family")
	expect(page.locator("[data-part=messages]")).to_contain_text("Shall we talk at ten?")


@pytest.mark.desk
def test_a_meeting_is_moved_and_called_off(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import care_factories as care

	coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
	member = site.user("Care Team Member", name="Member Story")
	user = site.user()
	care.make_stakeholder(user)
	meeting = care.make_meeting(
		{"user": coordinator},
		{"user": member},
		{"user": user},
		meeting_on=site.days_ahead(2),
		starts_at="14:00",
	)
	desk = visit(coordinator)
	page = desk.go(f"care-meetings/{meeting.name}")
	page.locator(".page-head .menu-btn-group:visible > button").click()
	page.get_by_role("link", name="Move The Meeting").click()
	page.locator(".modal.show [data-fieldname=place] input").fill("Room 7")
	page.locator(".modal.show").get_by_role("button", name="Move", exact=True).click()
	expect(page.locator(".care-meetings .said")).to_contain_text("Moved. Everybody who is invited is told.")
	partner = visit(user, PHONE, bypass_csp=True)
	expect(partner.go("/partner").get_by_text("This meeting was moved")).to_be_visible()
	page.locator(".page-head .menu-btn-group:visible > button").click()
	page.get_by_role("link", name="Call Off The Meeting").click()
	page.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(page.locator(".care-meetings .said")).to_contain_text("Called off.")
	desk.picture("care-meeting-called-off")
	expect(partner.go("/partner").get_by_text("This meeting was called off.")).to_be_visible()
	partner.picture("partner-meeting-called-off-390", whole=True)
	site.fresh()
	told = site.frappe.get_all(
		"Notification Log", {"for_user": member, "document_name": meeting.name}, pluck="subject"
	)
	assert sorted(told) == [
		"A care meeting was called off",
		"A care meeting was moved",
		"You are invited to a care meeting",
	]

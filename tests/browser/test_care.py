"""A coordinator runs a plan to Agreed at a desk; learner, guardian and partner do their part in the portal, in Dutch and English."""

import re
import shutil
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, Visit, assert_accessible

NOOR = "Noor Story"


class Learner:
	"""A learner with a group, a timetable, and a mentor."""

	def __init__(self, site: ModuleType, *, of_age: bool) -> None:
		from vsv_app.tests import care_factories, factories

		self.site, self.care, self.factories = site, care_factories, factories
		born = care_factories.ADULT if of_age else care_factories.child_born()
		self.group, (self.student,) = site.named_learners(NOOR, date_of_birth=born)
		factories.make_bell_schedule(student_group=self.group)
		self.mentor = site.user("School Mentor", name="Mentor Story")
		factories.make_assignment(self.mentor, student_group=self.group)

	def plan(self, status: str = "Draft") -> Any:
		return self.care.make_plan(self.student, status=status, responsible=self.mentor)

	def decisions(self, plan: str) -> list[tuple[str, str, str]]:
		self.site.fresh()
		rows = self.site.frappe.get_doc("Support Plan", plan).agreements
		return [(row.party, row.decision, row.how) for row in rows]


def form(page: Page, method: str) -> Any:
	return page.locator(f'form[data-method="vsv_app.api.portal.{method}"]').first


@pytest.mark.desk
def test_a_coordinator_runs_a_plan_to_agreed(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	plan = noor.plan()
	seen = visit(site.user("Care Team Coordinator", name="Coordinator Story"))
	page = seen.go(f"support-plan/{plan.name}")
	page.get_by_role("button", name="Propose").click()
	for who in (NOOR, "Coordinator Story"):
		page.get_by_role("button", name="Note An Agreement").click()
		dialog = page.locator(".modal.show")
		expect(dialog.locator("[data-fieldname=party] select")).to_have_value(
			"Learner" if who == NOOR else "School"
		)
		dialog.locator("[data-fieldname=person_name] input").fill(who)
		seen.picture(f"plan-agreement-{'learner' if who == NOOR else 'school'}")
		dialog.get_by_role("button", name="Save").click()
		expect(dialog).to_have_count(0)
	expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()
	seen.picture("plan-agreed")
	assert site.value("Support Plan", plan.name, "status") == "Agreed"
	assert noor.decisions(plan.name) == [
		("Learner", "Agrees", "In Person"),
		("School", "Agrees", "In Person"),
	]
	page.get_by_role("button", name="Begin", exact=True).click()
	expect(page.get_by_role("button", name="Write Down The Review")).to_be_visible()
	assert site.value("Support Plan", plan.name, "status") == "Active"


@pytest.mark.desk
def test_a_mentor_begins_a_goal_where_the_learner_stands(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	site.absence(noor.student, noor.group, back=1)
	plan = noor.plan()
	page = (seen := visit(noor.mentor)).go(f"support-plan/{plan.name}")
	page.get_by_role("tab", name="Goals").click()
	goals = page.locator("[data-fieldname=goals]").last
	goals.get_by_role("button", name="Add Row").click()
	row = goals.locator(".grid-row[data-idx='2']")
	row.locator(".btn-open-row").click()
	goal = page.locator(".grid-row-open")
	what = goal.locator("[data-fieldname=what] textarea")
	what.fill("Be at school each morning")
	what.press("Tab")
	goal.locator("[data-fieldname=indicator] select").select_option(label="Unexcused absence")
	expect(goal.locator("[data-fieldname=baseline] input")).to_have_value(re.compile(r"^6(\.0*)?$"))
	expect(goal.locator("[data-fieldname=measure] input")).to_have_value(
		"Unexcused absence, in four school weeks"
	)
	expect(goal.locator("[data-fieldname=unit] .control-value")).to_have_text("hours")
	goal.locator("[data-fieldname=target] input").fill("2")
	goal.locator("[data-fieldname=due_on] input").fill(site.frappe.utils.formatdate(site.days_ahead(30)))
	what.click()
	seen.picture("plan-goal")
	goal.locator(".grid-collapse-row").first.click()
	page.locator(".primary-action:visible", has_text="Save").click()
	expect(page.get_by_text("From 6 hours to 2 hours.")).to_be_visible()
	seen.picture("plan-goals", whole=True)
	site.fresh()
	begun = site.frappe.get_doc("Support Plan", plan.name).goals[1]
	assert (begun.indicator, begun.baseline, begun.target, begun.unit) == ("unexcused_minutes", 6, 2, "hours")


@pytest.mark.skipif(not shutil.which("wkhtmltopdf"), reason="Frappe makes a PDF with wkhtmltopdf")
def test_a_plan_and_an_agreement_are_had_on_paper(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	plan, agreement = noor.plan(), noor.care.make_agreement(noor.care.make_stakeholder())
	seen = visit(noor.mentor)
	for document in (plan, agreement):
		asked = urlencode({"doctype": document.doctype, "name": document.name})
		sheet = seen.page.request.get(
			seen.address + f"/api/method/frappe.utils.print_format.download_pdf?{asked}",
			timeout=120_000,
		)
		assert sheet.status == 200, sheet.text()
		assert sheet.body().startswith(b"%PDF-")
		seen.keep(f"{document.doctype.lower().replace(' ', '-')}.pdf", sheet.body())


@pytest.mark.desk
def test_a_coordinator_sees_what_is_overdue(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	plan = noor.care.activate(noor.plan("Proposed"))
	past = noor.care.yesterday()
	site.frappe.db.set_value("Support Plan", plan.name, "next_review", past)
	seen = visit(site.user("Care Team Coordinator", name="Coordinator Story"))
	page = seen.go(f"support-plan?name={plan.name}")
	row = page.locator(".list-row", has_text=NOOR)
	expect(row.locator(".indicator-pill", has_text="Review Overdue").first).to_be_visible()
	seen.picture("plan-list-overdue")
	page = seen.go("query-report/Overdue?kind=Review")
	overdue = page.locator(".datatable .dt-scrollable .dt-row", has_text=plan.name)
	expect(overdue).to_contain_text(NOOR)
	expect(overdue).to_contain_text("Mentor Story")
	seen.picture("report-overdue")


def test_a_guardian_agrees_reports_an_absence_and_contests_a_record(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=False)
	guardian = site.user()
	named = noor.care.make_guardian(noor.student, user=guardian, mobile_number="+31 6 00000000")
	plan = noor.plan("Proposed")
	record = site.absence(noor.student, noor.group, back=3)
	site.frappe.db.set_value("User", guardian, "language", "nl")
	seen = visit(guardian, PHONE, bypass_csp=True)
	page = seen.go("/family")
	expect(page.get_by_role("heading", name="School en ik")).to_be_visible()
	seen.picture("portal-family-nl-390", whole=True)
	assert_accessible(page, ".vsv-portal")
	assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0]

	page.get_by_role("button", name="Ik ben het eens").click()
	expect(form(page, "family.decide").get_by_role("status")).to_have_text(
		"Bedankt. Je antwoord is opgeslagen."
	)
	assert noor.decisions(plan.name) == [("Guardian", "Agrees", "Portal")]

	day = str(noor.factories.school_day())
	absence = form(page, "family.report_absence")
	absence.locator("[name=from_date]").fill(day)
	absence.locator("[name=to_date]").fill(day)
	absence.locator("[name=reason]").select_option("Ill")
	absence.locator("button").click()
	expect(absence.get_by_role("status")).to_contain_text("school")
	leave = site.value("Student Leave Application", {"student": noor.student}, ["docstatus", "reason"])
	assert (leave[0], leave[1].splitlines()[0]) == (1, "Ill")

	contest = form(page, "family.contest")
	contest.locator("xpath=..").locator("summary").click()
	contest.locator("textarea").fill("She was in the library")
	contest.locator("button").click()
	day_of = page.locator(f"[id='day-{record.name}']")
	expect(day_of.get_by_role("status").last).to_contain_text("Bedankt")
	expect(day_of).to_contain_text("She was in the library")
	assert site.value("Student Attendance", record.name, "vsv_contested") == 1
	seen.picture("portal-contested-nl-390", whole=True)
	assert_accessible(page, ".vsv-portal")
	day_of.get_by_role("button", name="Dit terugnemen").click()
	expect(day_of.get_by_role("status").last).to_contain_text("Teruggenomen")
	expect(page.get_by_text("De school kijkt ernaar")).to_have_count(0)
	assert site.value("Student Attendance", record.name, "vsv_contested") == 0
	assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0]
	day_of.locator("summary").click()
	day_of.locator("textarea").fill("She was in the library, ask Mr Vos")
	day_of.get_by_role("button", name="Versturen").click()
	expect(day_of).to_contain_text("ask Mr Vos")
	page.get_by_role("button", name="Stuur mij een sms").click()
	expect(form(page, "family.choose_texts").get_by_role("status")).to_have_text(
		"Bedankt. Je antwoord is opgeslagen."
	)
	assert site.value("Guardian", named, "vsv_text_messages") == 1
	page.reload()
	expect(page.get_by_text("De school kijkt ernaar")).to_be_visible()
	expect(page.locator("section", has=page.locator("#texts")).get_by_text("Je krijgt ze.")).to_be_visible()


def test_a_learner_of_age_sees_it_all_agrees_contests_and_asks_for_help(
	site: ModuleType, visit: Opener
) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	site.frappe.db.set_value("User", user, "language", "en")
	plan = noor.plan("Proposed")
	noor.care.agree(plan, "School")
	record = site.absence(noor.student, noor.group, back=3)
	seen: Visit = visit(user, bypass_csp=True)
	page = seen.go("/family")
	seen.picture("portal-family-en-1280", whole=True)
	assert_accessible(page, ".vsv-portal")
	expect(page.locator(".vsv-goals")).to_contain_text("Come on time")
	day = page.locator(".vsv-days li", has_text=site.frappe.utils.formatdate(record.date, "d MMM"))
	expect(day).to_contain_text("Absent")

	page.get_by_role("button", name="I agree").click()
	expect(form(page, "family.decide").get_by_role("status")).to_have_text("Thank you. Your answer is saved.")
	assert site.value("Support Plan", plan.name, "status") == "Agreed"
	assert noor.decisions(plan.name)[-1] == ("Learner", "Agrees", "Portal")

	day.locator("summary").click()
	contest = form(page, "family.contest")
	contest.locator("textarea").fill("I was in the library")
	contest.locator("button").click()
	expect(day.get_by_role("status").last).to_contain_text("The school will look at it")
	day.get_by_role("button", name="Take this back").click()
	expect(day.get_by_role("status").last).to_contain_text("Taken back.")
	expect(day.get_by_role("button", name="Take this back")).to_have_count(0)
	day.locator("summary").click()
	contest.locator("textarea").fill("I was in the library, with Mr Vos")
	contest.locator("button").click()
	expect(day).to_contain_text("with Mr Vos")
	assert site.value("Student Attendance", record.name, "vsv_contested") == 1

	help_ = form(page, "family.ask_for_help")
	help_.locator("textarea").fill("I am afraid to come")
	help_.locator("button").click()
	expect(help_.get_by_role("status")).to_contain_text("Thank you for telling us")
	concern = site.value("Concern", {"student": noor.student}, ["name", "visibility", "what"])
	assert concern[1:] == ("Named People Only", "I am afraid to come")
	told = {"for_user": noor.mentor, "document_name": concern[0]}
	assert site.value("Notification Log", told, "name") is not None

	page.reload()
	expect(page.get_by_text("You said that this is not right. The school looks at it.")).to_be_visible()
	expect(page.locator(".vsv-plan")).to_contain_text("Agreed")
	expect(page.get_by_role("button", name="I agree", exact=True)).to_have_count(0)
	seen.picture("portal-family-en-1280-afterwards", whole=True)


def test_a_partner_sees_what_was_shared_and_answers(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("User", user, "language", "en")
	partner = noor.care.make_stakeholder(user)
	agreement = noor.care.make_agreement(partner)
	noor.care.make_consent(noor.student, partner)
	referral = noor.care.make_referral(noor.student, partner, agreement.name)
	seen = visit(user, bypass_csp=True)
	page = seen.go("/partner")
	seen.picture("portal-partner-en-1280", whole=True)
	assert_accessible(page, ".vsv-portal")
	expect(page.get_by_text(NOOR)).to_be_visible()
	assert page.get_by_text("Late since the move").count() == 0, "the plan was not shared"
	reply = form(page, "partner.reply")
	reply.locator("select").select_option("1")
	reply.locator("textarea").fill("Come on Monday at four")
	reply.locator("button").click()
	expect(reply.get_by_role("status")).to_have_text("Thank you. The school has your reply.")
	assert site.value("Referral", referral.name, ["status", "reply"]) == (
		"Accepted",
		"Come on Monday at four",
	)

"""An attendance officer with that role alone: who is not in, a forgotten badge, a contested record, a report to file."""

from datetime import datetime, time, timedelta
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, Visit, assert_accessible, save

pytestmark = pytest.mark.desk
SCREEN = ".not-in-today"
TEN = tuple(
	f"{first} Story" for first in ("Anna", "Bo", "Cas", "Dina", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jet")
)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COUNT_CLICKS = """() => { window.clicks = 0; document.addEventListener("click", (event) => { if (event.isTrusted) window.clicks++; }, true); }"""


def school_at_work(site: ModuleType, *names: str) -> tuple[str, list[str]]:
	"""A group that has school each day from midnight on, so that whoever was not seen is missed at any hour."""
	from vsv_app.tests import care_factories, factories

	group, students = site.named_learners(*names)
	factories.make_bell_schedule(
		student_group=group,
		schedule_name=f"Bells of {group}",
		not_arrived_cut_off="00:05:00",
		sessions=[
			{"weekday": day, "session": "Day", "starts": "00:00:00", "ends": "23:58:00"} for day in WEEK
		],
	)
	site.frappe.db.set_value("Attendance Gateway", {"enabled": 1}, "enabled", 0)
	factories.make_gateway(
		gateway_id="front-door", status="Online", last_seen=school_now() + timedelta(minutes=10)
	)
	site.frappe.db.set_single_value("Early Warning Settings", "turnout_least", 0)
	before = school_now() - timedelta(days=1)
	factories.make_check_in(
		students[0], gateway="front-door", terminal="door", tapped_at=before, school_day=before.date()
	)
	for number, student in enumerate(students):
		care_factories.make_guardian(student, mobile_number=f"+31 6 0000 00{number:02}")
	factories.make_assignment(site.user("School Mentor", name="Mentor Story"), student_group=group)
	return group, students


def school_now() -> datetime:
	from vsv_app.site.school_clock import school_now as now

	return now()


def officer(site: ModuleType, language: str = "en") -> str:
	user = site.user("Attendance Officer", name="Officer Story")
	site.frappe.db.set_value("User", user, "language", language)
	return str(user)


def row(page: Page, name: str) -> Locator:
	return page.locator(f"{SCREEN} li.missing", has_text=name)


def reason(site: ModuleType, excused: int) -> str:
	return str(
		site.frappe.get_all(
			"Absence Reason", {"enabled": 1, "excused": excused}, pluck="name", order_by="name"
		)[0]
	)


def marks(site: ModuleType, students: list[str]) -> list[tuple[Any, ...]]:
	site.fresh()
	of_day = {"student": ("in", students), "date": school_now().date(), "docstatus": 1}
	return sorted(
		site.frappe.get_all(
			"Student Attendance", of_day, ["status", "vsv_reason", "vsv_excused"], as_list=True
		)
	)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_ten_reasons_take_at_most_fifteen_clicks(
	site: ModuleType, visit: Opener, size: tuple[int, int]
) -> None:
	_group, students = school_at_work(site, *TEN)
	seen = visit(officer(site), size)
	page = seen.go("not-in-today")
	expect(row(page, "Story")).to_have_count(10)
	expect(page.locator(SCREEN)).to_contain_text("learners are in.")
	tel = row(page, "Anna Story").get_by_role("link", name="+31 6 0000 0000")
	assert tel.get_attribute("href") == "tel:+31600000000"
	expect(row(page, "Anna Story")).to_contain_text("Mentor: Mentor Story")
	assert_accessible(page, SCREEN)
	seen.picture(f"not-in-{size[0]}", whole=True)
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	page.evaluate(COUNT_CLICKS)
	buttons = row(page, "Anna Story").locator("button.reason")
	labels = [text.lstrip("0123456789") for text in buttons.all_inner_texts()]
	for number, name in enumerate(TEN):
		row(page, name).locator("button.reason").nth(number % len(labels)).click()
		expect(page.locator(f"{SCREEN} .said")).to_contain_text(
			f"1 learner: {labels[number % len(labels)].strip()}."
		)
		expect(page.locator(f"{SCREEN} section li.missing")).to_have_count(9 - number)
	assert page.evaluate("window.clicks") <= 15
	known = {
		name: "Excused" if one else "Unexcused"
		for name, one in site.frappe.get_all("Absence Reason", fields=["name", "excused"], as_list=True)
	}
	found = marks(site, students)
	assert len(found) == 10
	assert all(status == "Absent" and excused == known[why] for status, why, excused in found)
	page.locator("summary", has_text="Reason known: 10").click()
	seen.picture(f"not-in-known-{size[0]}", whole=True)


def test_several_at_once_and_by_keyboard_with_undo(site: ModuleType, visit: Opener) -> None:
	_group, students = school_at_work(site, *TEN[:4])
	seen = visit(officer(site))
	page = seen.go("not-in-today")
	expect(row(page, "Story")).to_have_count(4)
	page.get_by_label("Choose all").click()
	expect(page.locator(f"{SCREEN} .bar")).to_contain_text("4 chosen")
	seen.picture("not-in-chosen", whole=True)
	page.locator(f"{SCREEN} .bar").get_by_role("button", name="Called, not reached").click()
	expect(row(page, "Called, not reached, at")).to_have_count(4)
	page.locator(f"{SCREEN} .said").get_by_role("button", name="Undo").click()
	expect(row(page, "Called, not reached, at")).to_have_count(0)

	row(page, "Anna Story").focus()
	page.keyboard.press("1")
	expect(page.locator(f"{SCREEN} .said")).to_contain_text("1 learner:")
	expect(row(page, "Bo Story")).to_be_focused()
	page.keyboard.press("w")
	expect(row(page, "Bo Story")).to_contain_text("On the way, noted at")
	expect(row(page, "Cas Story")).to_be_focused()
	page.keyboard.press("n")
	expect(row(page, "Cas Story").locator(".called")).to_contain_text("Called, not reached, at")
	expect(row(page, "Dina Story")).to_be_focused()
	page.keyboard.press("u")
	expect(page.locator(f"{SCREEN} .said")).to_contain_text("Taken back.")
	expect(row(page, "Cas Story").locator(".called")).to_have_count(0)
	assert len(marks(site, students)) == 1
	seen.picture("not-in-keyboard", whole=True)


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "en"), (PHONE, "nl")], ids=["desk", "phone-nl"])
def test_a_forgotten_badge_is_a_name_and_enter(
	site: ModuleType, visit: Opener, size: tuple[int, int], language: str
) -> None:
	_group, (anna, _bo) = school_at_work(site, *TEN[:2])
	user = officer(site, language)
	seen = visit(user, size)
	page = seen.go("not-in-today")
	expect(row(page, "Story")).to_have_count(2)
	box = page.locator("#check-in-by-hand")
	box.fill("anna st")
	box.press("Enter")
	said = page.locator(f"{SCREEN} .said")
	expect(said).to_contain_text(
		"Anna Story is in, by hand, at" if language == "en" else "Anna Story is er, met de hand"
	)
	expect(row(page, "Story")).to_have_count(1)
	seen.picture(f"by-hand-{size[0]}", whole=True)
	site.fresh()
	by_hand = {"student": anna, "by_hand": user}
	assert site.frappe.get_all("Badge Check In", by_hand, ["outcome", "direction"], as_list=True) == (
		("Recognised", "in"),
	)
	said.get_by_role("button").click()
	expect(row(page, "Story")).to_have_count(2)
	assert site.value("Badge Check In", by_hand, "outcome") == "Taken Back"
	box.fill("bo")
	expect(page.locator("#check-in-found")).to_contain_text("Bo Story")
	assert_accessible(page, SCREEN)
	seen.picture(f"by-hand-found-{size[0]}", whole=True)


def test_it_says_how_much_it_knows(site: ModuleType, visit: Opener) -> None:
	from vsv_app.stores.frappe_store import FrappeStore

	_group, students = school_at_work(site, *TEN[:2])
	midnight = datetime.combine(school_now().date(), time())
	for state, at in (("closed", midnight), ("reading", max(midnight, school_now() - timedelta(minutes=1)))):
		FrappeStore().add_document(
			"Door Watch",
			{"name": f"_test-{state}", "gateway": "front-door", "terminal": "door", "state": state, "at": at, "source": "Told"},
		)  # fmt: skip
	user = officer(site)
	seen = visit(user)
	page = seen.go("not-in-today")
	known = page.locator(f"{SCREEN} .sentences")
	expect(known).to_contain_text("Door door of front-door was not reading from 00:00")
	expect(known).to_contain_text("So nobody knows of 2 learners who were not seen, and nobody is alarmed.")
	page.locator("summary", has_text="Not seen, and no door can tell: 2").click()
	expect(row(page, "Anna Story")).to_contain_text("Nobody knows")
	seen.picture("not-in-blind", whole=True)

	site.frappe.db.delete("Door Watch", {"name": ("like", "_test-%")})
	from vsv_app.tests import factories

	for student in students:
		factories.make_check_in(
			student,
			gateway="front-door",
			terminal="door",
			tapped_at=midnight + timedelta(minutes=1),
			school_day=midnight.date(),
		)
	site.commit()
	page.reload()
	expect(known).to_contain_text("All are in, as far as the hour has passed.")
	seen.picture("not-in-all-in", whole=True)
	factories.make_holiday_list([midnight.date()])
	site.commit()
	page.reload()
	expect(known).to_contain_text("There is no school on this day.")
	site.frappe.db.set_value("User", user, "language", "nl")
	site.commit()
	page.reload()
	expect(known).to_contain_text("Op deze dag is er geen school.")


def test_an_officer_answers_what_a_mentor_contests(site: ModuleType, visit: Opener) -> None:
	from vsv_app.services.care.board import contesting
	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.tests import factories

	group, (anna, _bo) = site.named_learners(*TEN[:2])
	factories.make_bell_schedule(student_group=group)
	mentor = site.user("School Mentor", name="Mentor Story")
	factories.make_assignment(mentor, student_group=group)
	record = site.absence(anna, group, back=1)
	site.frappe.db.set_value("Student Attendance", record.name, "vsv_minutes_missed", 360)
	name = contesting.contest(
		FrappeStore(), record.name, mentor, "Mentor", school_now(), "She was in my lesson"
	)
	seen = visit(officer(site))
	page = seen.go("early-warning")
	card = page.locator(".number-widget-box", has_text="Contested Records")
	expect(card.locator(".number")).to_contain_text("1")
	page.get_by_role("link", name="Contested Record", exact=True).click()
	page.locator(".list-row").get_by_role("link", name="Anna Story").click()
	expect(page.locator("[data-fieldname=words]")).to_contain_text("She was in my lesson")
	seen.picture("contested", whole=True)
	page.get_by_role("button", name="Correct The Record").click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=answer] textarea").fill("Thank you, it was the door.")
	seen.picture("contested-correct")
	dialog.get_by_role("button", name="Correct And Answer").click()
	expect(page.locator(".indicator-pill", has_text="Corrected").first).to_be_visible()
	fields = ["status", "vsv_minutes_missed", "vsv_contested", "vsv_source"]
	assert site.value("Student Attendance", record.name, fields) == ("Present", 0, 0, "Officer")
	assert site.value("Contested Record", name, ["status", "answer"]) == (
		"Corrected",
		"Thank you, it was the door.",
	)
	told = site.frappe.get_all(
		"Notification Log", {"for_user": mentor, "document_name": name}, pluck="subject"
	)
	assert told == ["An attendance record that you contested has an answer."]
	asker = visit(mentor)
	with asker.page.expect_response(lambda answer: "contesting.seen" in answer.url):
		page = asker.go(f"contested-record/{name}")
	expect(page.locator("[data-fieldname=answer]")).to_contain_text("Thank you, it was the door.")
	assert site.value("Contested Record", name, "seen_on")


def test_a_family_reads_the_answer_under_the_record(site: ModuleType, visit: Opener) -> None:
	from vsv_app.services.care.board import contesting
	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.tests import care_factories, factories

	group, (anna, _bo) = site.named_learners(*TEN[:2], date_of_birth=care_factories.child_born())
	factories.make_bell_schedule(student_group=group)
	mother = site.user()
	care_factories.make_guardian(anna, user=mother)
	record = site.absence(anna, group, back=1)
	name = contesting.contest(
		FrappeStore(), record.name, mother, "Guardian", school_now(), "She was ill, I called"
	)
	seen = visit(officer(site, "nl"))
	page = seen.go(f"contested-record/{name}")
	expect(page.locator("[data-fieldname=words]")).to_contain_text("She was ill, I called")
	page.get_by_role("button", name="Registratie blijft staan").click()
	dialog = page.locator(".modal.show")
	dialog.locator("textarea").fill("Nobody at the desk knows of a call.")
	seen.picture("contested-nl")
	dialog.get_by_role("button", name="Antwoord versturen").click()
	expect(page.locator(".indicator-pill", has_text="Blijft staan").first).to_be_visible()
	family = visit(mother, PHONE).go("/family")
	days = family.locator(".vsv-days li").first
	expect(days).to_contain_text("Nobody at the desk knows of a call.")
	expect(days).to_contain_text("She was ill, I called")


def test_the_role_alone_corrects_a_submitted_record(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories

	group, (anna, bo) = site.named_learners(*TEN[:2])
	factories.make_bell_schedule(student_group=group)
	record, other = site.absence(anna, group, back=1), site.absence(bo, group, back=1)
	site.frappe.db.set_value("Student Attendance", other.name, "vsv_minutes_missed", 360)
	ill = reason(site, 1)
	seen = visit(officer(site))
	page = seen.go(f"student-attendance/{record.name}")
	box = page.locator("[data-fieldname=vsv_reason] input")
	box.fill(ill)
	box.press("Tab")
	expect(page.locator("[data-fieldname=vsv_excused] select")).to_have_value("Excused")
	save(page, "Update")
	assert site.value("Student Attendance", record.name, ["vsv_reason", "vsv_excused"]) == (ill, "Excused")
	page.locator("[data-fieldname=vsv_excused] select").select_option("Unexcused")
	save(page, "Update")
	assert site.value("Student Attendance", record.name, "vsv_excused") == "Unexcused"
	seen.picture("officer-alone-corrects", whole=True)
	page = seen.go(f"student-attendance/{other.name}")
	page.locator("[data-fieldname=status] select").select_option("Present")
	save(page, "Update")
	assert site.value("Student Attendance", other.name, ["status", "vsv_minutes_missed", "vsv_source"]) == (
		"Present",
		0,
		"Teacher",
	)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_workspace_says_what_is_to_be_reported(site: ModuleType, visit: Opener, language: str) -> None:
	from frappe.utils import add_days, format_date, nowdate

	from vsv_app.tests import factories

	_group, (anna, _bo) = site.named_learners(*TEN[:2])
	site.frappe.db.delete("Statutory Report")
	due = add_days(nowdate(), 3)
	for number, day in enumerate((due, add_days(nowdate(), 9))):
		site.frappe.get_doc(
			doctype="Statutory Report", student=anna, student_name=TEN[0], rule=factories.make_rule(statutory=1, report_to="Register", basis="Act"),
			report_to="Register", hours=16, due_on=day, report_key=f"_Test {anna} {number}", status="To Check",
		).insert()  # fmt: skip
	seen = visit(officer(site, language))
	page = seen.go("early-warning")
	label, link = (
		("Reports To File", "Statutory Report") if language == "en" else ("Te melden", "Wettelijke melding")
	)
	card = page.locator(".number-widget-box", has_text=label)
	expect(card.locator(".number")).to_contain_text(
		"2, " + ("first due on" if language == "en" else "de eerste uiterlijk")
	)
	if language == "en":
		expect(card.locator(".number")).to_contain_text(format_date(due, "d MMM"))
	card.scroll_into_view_if_needed()
	seen.picture(f"to-report-{language}")
	page.get_by_role("link", name=link, exact=True).click()
	expect(page.locator(".list-row", has_text=TEN[0])).to_have_count(2)


class Said:
	"""The words of the screens, in a reader's language."""

	def __init__(self, language: str) -> None:
		english = language == "en"
		self.thanks = "Thank you. The school looks at it." if english else "Bedankt. De school kijkt ernaar."
		self.looks = "The school looks at it." if english else "De school kijkt ernaar."
		self.accepted = "The school has accepted it." if english else "De school heeft het aangenomen."
		self.declined = "The school did not accept it." if english else "De school heeft het niet aangenomen."
		self.submit, self.yes = ("Submit", "Yes") if english else ("Indienen", "Ja")
		self.not_accepted, self.answer = (
			("Not Accepted", "Answer") if english else ("Niet aangenomen", "Antwoord")
		)


def report_two_days(page: Page, said: Said) -> None:
	form = page.locator('form[data-method$="family.report_absence"]')
	first = datetime.fromisoformat(form.locator("[name=from_date]").input_value()).date()
	following = first + timedelta(days=1)
	for number, day in enumerate((first, following), start=1):
		form.locator("[name=from_date]").fill(str(day))
		form.locator("[name=to_date]").fill(str(day))
		form.locator("[name=reason]").select_option("Ill")
		form.locator("button").click()
		expect(page.locator(".vsv-reported li")).to_have_count(number)
	expect(form.get_by_role("status")).to_have_text(said.thanks)
	expect(page.locator(".vsv-reported li", has_text=said.looks)).to_have_count(2)


def decide(seen: Visit, said: Said, language: str, why: str) -> None:
	"""The older report is accepted, the other is not."""
	desk = seen.go("not-in-today")
	waiting = desk.locator(f"{SCREEN} .reported li")
	expect(waiting).to_have_count(2)
	seen.picture(f"reported-{language}", whole=True)
	waiting.first.get_by_role("link").click()
	expect(desk.locator(".form-message").first).to_be_visible()
	seen.picture(f"reported-form-{language}")
	desk.get_by_role("button", name=said.submit, exact=True).click()
	desk.locator(".modal.show").get_by_role("button", name=said.yes, exact=True).click()
	expect(desk.locator(".modal.show")).to_have_count(0)
	desk.wait_for_load_state("networkidle")
	desk = seen.go("not-in-today")
	expect(waiting).to_have_count(1)
	waiting.first.get_by_role("link").click()
	desk.get_by_role("button", name=said.not_accepted, exact=True).click()
	dialog = desk.locator(".modal.show")
	dialog.locator("textarea").fill(why)
	dialog.get_by_role("button", name=said.answer, exact=True).click()
	expect(desk.locator(".modal.show")).to_have_count(0)
	desk.wait_for_load_state("networkidle")
	seen.go("not-in-today")
	expect(desk.locator(f"{SCREEN} .how-many")).to_be_visible()
	expect(waiting).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_learners_own_report_is_decided_and_the_learner_reads_what_became_of_it(
	site: ModuleType, visit: Opener, language: str
) -> None:
	"""Two days: one is accepted, the other is not, with a word why."""
	said, why = Said(language), "You were seen in the gym"
	_group, (anna, _bo) = school_at_work(site, *TEN[:2])
	account = site.user(name="Anna Story")
	site.frappe.db.set_value("User", account, "language", language)
	site.frappe.db.set_value("Student", anna, "user", account)
	watching = officer(site, language)
	learner = visit(account, PHONE, bypass_csp=True)
	report_two_days(learner.go("/family"), said)
	site.fresh()
	reports = {"student": anna}
	names = site.frappe.get_all("Student Leave Application", reports, pluck="name", order_by="from_date")
	told = {"for_user": watching, "document_name": ("in", names)}
	assert site.frappe.db.count("Notification Log", told) == 2
	decide(visit(watching), said, language, why)
	fields = ["docstatus", "vsv_declined", "vsv_answer"]
	decided = [site.value("Student Leave Application", name, fields) for name in names]
	assert decided == [(1, 0, None), (2, 1, why)]
	page = learner.go("/family")
	listed = page.locator(".vsv-reported li")
	expect(listed.filter(has_text=said.accepted)).to_have_count(1)
	declined = listed.filter(has_text=said.declined)
	expect(declined).to_contain_text(why)
	expect(declined.get_by_role("button")).to_have_count(0)
	learner.picture(f"reported-learner-{language}-390", whole=True)
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

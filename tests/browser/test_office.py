"""An attendance officer's morning and a school leader's review, each from start to end."""

from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener, save

pytestmark = pytest.mark.desk
AWAY, LIBRARY = "Away Story", "Library Story"
BEGAN, LEFT, MET = 12, 3, 4


def rows_of(page: Page) -> Locator:
	return page.locator(".datatable .dt-scrollable .dt-row")


def test_an_officer_sees_who_is_not_in_corrects_and_files_the_report(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import care_factories, factories

	group, (away, library) = site.named_learners(AWAY, LIBRARY)
	factories.make_bell_schedule(student_group=group)
	factories.make_assignment(site.user("School Mentor", name="Mentor Story"), student_group=group)
	care_factories.make_guardian(away, mobile_number="+31 6 00000000")
	day = factories.school_day(1)
	absent, wrong = site.absence(away, group, back=1), site.absence(library, group, back=1)
	site.frappe.db.set_value("Student Attendance", wrong.name, "vsv_contested", 1)
	report = report_to_check(site, away)
	officer = site.user("Attendance Officer", "Academics User", name="Officer Story")
	seen = visit(officer)

	page = seen.go(f"query-report/Not In Today?day={day}&student_group={group}")
	expect(rows_of(page)).to_have_count(2)
	row = rows_of(page).filter(has_text=AWAY)
	for told in ("Absent, reason not known", "Mentor Story", "+31 6 00000000"):
		expect(row).to_contain_text(told)
	seen.picture("officer-not-in")
	row.get_by_role("link", name="Absent, reason not known").click()
	page.locator("[data-fieldname=vsv_excused] select").select_option("Excused")
	save(page, "Update")
	seen.picture("officer-corrected", whole=True)
	assert site.value("Student Attendance", absent.name, "vsv_excused") == "Excused"

	page = seen.go(f"student-attendance/{wrong.name}")
	expect(page.get_by_role("checkbox", name="Contested")).to_be_checked()
	page.get_by_role("button", name="Cancel", exact=True).click()
	page.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(page.locator(".indicator-pill", has_text="Cancelled")).to_be_visible()
	page = seen.go(f"query-report/Not In Today?day={day}&student_group={group}")
	expect(rows_of(page)).to_have_count(1)
	expect(rows_of(page).filter(has_text=AWAY)).to_contain_text("Absent, reason known")

	page = seen.go("statutory-report")
	page.locator(".standard-filter-section [data-fieldname=kind] select").select_option("Luxury absence")
	expect(page.locator(".list-row", has_text=AWAY)).to_have_count(0)
	page.locator(".standard-filter-section [data-fieldname=kind] select").select_option("16 hours in 4 weeks")
	row = page.locator(".list-row", has_text=AWAY)
	expect(row.locator(".indicator-pill", has_text="Overdue").first).to_be_visible()
	row.get_by_role("link", name=AWAY).click()
	expect(page.locator(".form-message")).to_contain_text("The report is overdue since")
	files_the_report(site, seen, page, report.name, officer)
	page = seen.go("statutory-report")
	expect(page.locator(".list-row, .no-result:visible").first).to_be_visible()
	expect(page.locator(".list-row", has_text=AWAY)).to_have_count(0)


def report_to_check(site: ModuleType, learner: str) -> Any:
	"""A report that is overdue, of a rule whose authority knows two kinds and tells two states."""
	from vsv_app.tests import factories

	rule = factories.make_rule(
		statutory=1, enabled=1, report_to="Register", basis="Act", report_kind="16 hours in 4 weeks",
		report_kinds="16 hours in 4 weeks\nLuxury absence", register_statuses="Geregistreerd\nIn behandeling",
	)  # fmt: skip
	return site.frappe.get_doc(
		doctype="Statutory Report", student=learner, student_name=AWAY, rule=rule, kind="16 hours in 4 weeks",
		report_to="Register", hours=16, due_on=factories.school_day(1), report_key=f"_Test {learner}", status="To Check",
	).insert()  # fmt: skip


def files_the_report(site: ModuleType, seen: Any, page: Page, report: str, officer: str) -> None:
	"""It was a holiday, as it turned out. Days later the register says how it stands."""
	form = page.locator(".form-page")
	page.locator("[data-fieldname=what_school_did] textarea").fill("Called twice, a visit")
	kind = form.locator("[data-fieldname=kind] select")
	offered = [text for text in kind.locator("option").all_text_contents() if text]
	assert offered == ["16 hours in 4 weeks", "Luxury absence"]
	kind.select_option("Luxury absence")
	form.locator("[data-fieldname=authority_reference] input").fill("V-2026-118")
	seen.picture("officer-report-form", whole=True)
	page.get_by_role("button", name="Mark As Reported").click()
	expect(page.locator(".indicator-pill", has_text="Reported")).to_be_visible()
	seen.picture("officer-reported", whole=True)
	fields = ["status", "reported_by", "what_school_did", "kind", "authority_reference"]
	assert site.value("Statutory Report", report, fields) == (
		"Reported", officer, "Called twice, a visit", "Luxury absence", "V-2026-118",
	)  # fmt: skip
	form.locator("[data-fieldname=register_status] select").select_option("In behandeling")
	save(page, "Save")
	seen.picture("officer-register-status", whole=True)
	assert site.value("Statutory Report", report, "register_status") == "In behandeling"


def test_a_leader_sees_who_left_what_works_and_whom_it_reaches(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import care_factories as care
	from vsv_app.tests import factories

	site.frappe.db.set_single_value("Early Warning Settings", "smallest_group", 5)
	few, _students = site.named_learners("One Story", "Another Story")
	_group, students = site.named_learners(*(f"Learner{number} Story" for number in range(BEGAN)))
	program = site.frappe.get_doc(doctype="Program", program_name="Programme Story").insert().name
	walks = site.frappe.get_doc(doctype="Intervention Type", intervention="Walks Story").insert().name
	rare = site.frappe.get_doc(doctype="Intervention Type", intervention="Rare Story").insert().name
	for index, student in enumerate(students):
		site.frappe.get_doc(
			doctype="Program Enrollment", name=f"_Test {student}", student=student, program=program, docstatus=1,
			academic_year=factories.make_academic_year(), enrollment_date=factories.school_day(40),
		).db_insert()  # fmt: skip
		if index < LEFT:
			site.frappe.db.set_value("Student", student, "date_of_leaving", factories.school_day())
	for index, student in enumerate(students[:6]):
		done = {"who": "Administrator", "status": "Done"}
		actions = [{"what": "Walk", "intervention_type": walks, **done}]
		actions += [{"what": "Rare", "intervention_type": rare, **done}] if not index else []
		plan = care.activate(care.make_plan(student, status="Proposed", actions=actions))
		plan.goals[0].status = "Met" if index < MET else "Not Met"
		plan.update(
			{"status": "Closed", "outcome": "Goals Met" if index < MET else "Left", "closing_reason": "Done"}
		)
		plan.save()
	seen = visit(site.user("School Leader", name="Leader Story"))
	page = seen.go("early-warning")
	page.get_by_role("link", name="Leavers per Cohort").click()
	cohort = rows_of(page).filter(has_text=program)
	expect(cohort).to_contain_text(f"{BEGAN}")
	expect(cohort).to_contain_text("25%")
	seen.picture("leader-leavers")

	page = seen.go("query-report/Effect of Interventions")
	expect(rows_of(page).filter(has_text=walks)).to_contain_text("66.7%")
	expect(rows_of(page).filter(has_text=rare)).to_contain_text("Too few learners")
	seen.picture("leader-effect")

	page = seen.go("query-report/Equity View?by=Student Group")
	expect(rows_of(page).filter(has_text=few)).to_contain_text("Too few learners")
	seen.picture("leader-equity")
	expect(page.locator("body")).not_to_contain_text("Learner1 Story")
	page = seen.go(f"support-plan/{plan.name}")
	expect(page.locator("body")).to_contain_text("Not permitted")

"""The first hour of an administrator: what is still to do, mentors, the bell, a gateway's keys, packs of rules."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, assert_accessible, save

pytestmark = pytest.mark.desk
NAMES = ("Anna Story", "Bo Story", "Cas Story")
SETTINGS = "Early Warning Settings"


@pytest.fixture
def administrator(site: ModuleType) -> Iterator[str]:
	"""Somebody with just the role, and what the site had of the things that the stories change."""
	return site.user("Early Warning Administrator", name="Administrator Story")


def to_do(page: Page, sentence: str) -> Any:
	return page.locator(".vsv-to-do li", has_text=sentence)


def test_what_is_still_to_do_has_the_button_that_does_it(
	site: ModuleType, visit: Opener, administrator: str
) -> None:
	from vsv_app.tests import factories

	group, _students = site.named_learners(*NAMES)
	factories.make_bell_schedule(student_group=group)
	factories.make_gateway(gateway_id="story-planned")
	site.frappe.db.set_single_value(SETTINGS, {"coordinator": None, "enabled": 0, "daily_digest": 1})
	site.frappe.get_doc("User", administrator).add_roles("Instructor", "Academics User")
	seen = visit(administrator)
	page = seen.go("early-warning-settings")
	for told in (
		"Early Warning Is On is not ticked",
		"There is no Coordinator",
		f"groups have no mentor: {group}"
		if site.frappe.db.count("Mentor Assignment")
		else "no Mentor Assignment",
		"learners have no badge",
		"story-planned was never seen; nothing waits for it.",
	):
		expect(to_do(page, told)).to_have_count(1)
	seen.picture("admin-to-do", whole=True)
	assert_accessible(page, ".vsv-to-do")
	to_do(page, "story-planned was never seen").get_by_role("button").click()
	expect(page.get_by_role("button", name="Provision")).to_be_visible()
	page = seen.go("early-warning-settings")
	to_do(page, "Early Warning Is On is not ticked").get_by_role("button", name="Switch On").click()
	expect(to_do(page, "Early Warning Is On is not ticked")).to_have_count(0)
	site.fresh()
	assert site.frappe.db.get_single_value(SETTINGS, "enabled") == 1
	to_do(page, "Mentor" if site.frappe.db.count("Mentor Assignment") == 0 else "have no mentor").get_by_role(
		"button", name="Mentors"
	).click()
	expect(page.get_by_label(f"Mentor of {group}")).to_be_visible()


def test_mentors_of_all_groups_stand_in_one_grid(site: ModuleType, visit: Opener, administrator: str) -> None:
	frappe = site.frappe
	mentor = site.user("School Mentor", name="Mentor Story")
	other = site.user("School Mentor", name="Other Story")
	first, _a = site.named_learners(*NAMES)
	second, _b = site.named_learners("Dina Story")
	third, moved = site.named_learners("Eva Story", "Finn Story")
	before = last_years_group(site, "_Test Former Group", moved, other)
	seen = visit(administrator)
	page = seen.go("mentors")
	page.get_by_label(f"Mentor of {first}").select_option("Mentor Story")
	seen.picture("admin-mentors", whole=True)
	assert_accessible(page, ".mentor-grid")
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator(".mentor-grid .said")).to_contain_text("The mentor of 1 group is kept.")
	assert site.value("Mentor Assignment", {"student_group": first}, ["mentor", "mentor_name", "task"]) == (
		mentor, "Mentor Story", "Mentor",
	)  # fmt: skip

	page.get_by_role("button", name="Copy Last Year").click()
	dialog = page.locator(".modal.show")
	dialog.locator("select").select_option(label="Mentors go along with their learners")
	dialog.get_by_role("button", name="Fill In").click()
	expect(page.locator(".mentor-grid .said")).to_contain_text(f"{third}: Other Story, as of {before}")
	content = f"Groep;Mentor;Vanaf\n{second};mentor story;2026-08-24\nNone;Other Story;\n".encode()
	page.get_by_role("button", name="From a List").click()
	dialog = page.locator(".modal.show", has_text="Nothing is kept until you save.")
	dialog.get_by_label("File").set_input_files(
		{"name": "mentors.csv", "mimeType": "text/csv", "buffer": content}
	)
	expect(page.locator(".mentor-grid .said")).to_contain_text(
		"Row 3 None: no group of this school year is called so"
	)
	seen.picture("admin-mentors-filled", whole=True)
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator(".mentor-grid .said")).to_contain_text("The mentors of 2 groups are kept.")
	site.fresh()
	assert frappe.db.get_value("Mentor Assignment", {"student_group": third}, "mentor") == other
	assert (
		str(frappe.db.get_value("Mentor Assignment", {"student_group": second}, "from_date")) == "2026-08-24"
	)

	page.get_by_label(f"Mentor of {second}").select_option("Other Story")
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator(".mentor-grid .said")).to_contain_text("The mentor of 1 group is kept.")
	site.fresh()
	known = frappe.get_all(
		"Mentor Assignment",
		{"student_group": second},
		["mentor", "from_date", "to_date"],
		order_by="from_date",
	)
	today = frappe.utils.getdate(frappe.utils.nowdate())
	assert [(one.mentor, one.to_date) for one in known] == [
		(mentor, today - timedelta(days=1)),
		(other, None),
	]
	assert known[1].from_date == today


def last_years_group(site: ModuleType, name: str, students: list[str], mentor: str) -> str:
	frappe = site.frappe
	today = frappe.utils.getdate(frappe.utils.nowdate())
	began = date(today.year - (1 if today.month >= 8 else 2), 8, 1)
	year = frappe.get_doc(
		doctype="Academic Year", academic_year_name="_Test Last Year", year_start_date=began,
		year_end_date=date(began.year + 1, 7, 31),
	).insert().name  # fmt: skip
	group = frappe.get_doc(
		doctype="Student Group", student_group_name=name, academic_year=year, group_based_on="Activity"
	).insert()
	for student in students:
		frappe.get_doc(
			doctype="Student Group Student", parent=group.name, parenttype="Student Group", parentfield="students",
			student=student, student_name=student, active=1,
		).db_insert()  # fmt: skip
	frappe.get_doc(
		doctype="Mentor Assignment", mentor=mentor, task="Mentor", student_group=group.name, from_date=began,
		to_date=date(began.year + 1, 7, 31),
	).insert()  # fmt: skip
	return str(group.name)


def test_an_assignment_names_the_mentor_without_a_red_message(
	site: ModuleType, visit: Opener, administrator: str
) -> None:
	mentor = site.user("School Mentor", name="Mentor Story")
	group, _students = site.named_learners(*NAMES)
	site.frappe.get_doc("User", administrator).add_roles("Instructor")
	seen = visit(administrator)
	page = seen.go("mentor-assignment/new")
	page.locator("[data-fieldname=mentor] input").fill(mentor)
	page.locator("[data-fieldname=student_group] input").first.click()
	page.locator("[data-fieldname=student_group] input").first.fill(group)
	page.locator(f"[role=option]:has-text('{group}')").first.click()
	expect(page.locator(".modal.show")).to_have_count(0)
	save(page)
	assert site.value("Mentor Assignment", {"student_group": group}, "mentor_name") == "Mentor Story"
	expect(page.locator(".modal.show")).to_have_count(0)


def test_a_bell_schedule_is_filled_in_copied_and_shown(
	site: ModuleType, visit: Opener, administrator: str
) -> None:
	from vsv_app.tests import factories

	group, _students = site.named_learners(*NAMES)
	other = factories.make_bell_schedule(
		student_group=site.named_learners("Dina Story")[0], late_after_minutes=7
	)
	name = site.frappe.get_doc(
		doctype="Bell Schedule", schedule_name="Bells Story", student_group=group,
		sessions=[
			{"weekday": "Monday", "session": "Morning", "starts": "09:00:00", "ends": "12:00:00"},
			{"weekday": "Saturday", "session": "Trip", "starts": "10:00:00", "ends": "11:00:00"},
		],
	).insert().name  # fmt: skip
	seen = visit(administrator)
	page = seen.go(f"bell-schedule/{name}")
	fill_in = lambda label: (  # noqa: E731
		page.get_by_role("button", name="Fill In").click(),
		page.locator(".dropdown-menu.show").get_by_text(label, exact=True).click(),
	)
	fill_in("Same From Monday To Friday")
	save(page)
	site.fresh()
	rows = site.frappe.get_all(
		"Bell Schedule Session", {"parent": name}, ["weekday", "session"], order_by="idx"
	)
	week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
	assert [row.weekday for row in rows] == [*week, "Saturday"]

	fill_in("Copy From Another")
	dialog = page.locator(".modal.show")
	dialog.locator("input").first.fill(other)
	dialog.locator(f"[role=option]:has-text('{other}')").first.click()
	dialog.get_by_role("button", name="Copy", exact=True).click()
	save(page)
	assert site.value("Bell Schedule", name, "late_after_minutes") == 7

	monday = site.frappe.utils.getdate(site.days_ahead(14))
	monday -= timedelta(days=monday.weekday())
	fill_in("Exam Week Or Other Period")
	dialog = page.locator(".modal.show")
	expect(dialog.get_by_role("button", name="Fill In")).to_be_visible()
	page.evaluate(
		"async ([from, to]) => { await cur_dialog.set_value('from_date', from); await cur_dialog.set_value('to_date', to); }",
		[str(monday), str(monday + timedelta(days=6))],
	)
	for field in ("from_date", "to_date"):
		expect(dialog.locator(f"[data-fieldname={field}] input")).to_have_value(re.compile(r"\d"))
	seen.picture("admin-exam-week")
	dialog.get_by_role("button", name="Fill In").click()
	save(page)
	site.fresh()
	days = site.frappe.get_all("Bell Schedule Exception", {"parent": name}, pluck="date", order_by="date")
	assert days == [monday + timedelta(days=n) for n in range(5)]

	page.get_by_role("button", name="Show The Day").click()
	dialog = page.locator(".modal.show")
	expect(dialog.locator("[data-fieldname=day] input")).to_be_visible()
	page.evaluate(
		"async ([day, group]) => { await cur_dialog.set_value('day', day); await cur_dialog.set_value('group', group); }",
		[str(monday), group],
	)
	expect(dialog.locator(".vsv-day")).to_contain_text("by Bells Story")
	expect(dialog.locator(".vsv-day")).to_contain_text("09:00–12:00")
	seen.picture("admin-show-the-day")
	page.evaluate("(day) => cur_dialog.set_value('day', day)", str(monday + timedelta(days=6)))
	expect(dialog.locator(".vsv-day")).to_contain_text("no school")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_gateway_gets_its_keys(site: ModuleType, visit: Opener, size: tuple[int, int]) -> None:
	from vsv_app.tests import factories

	site.frappe.db.set_single_value(SETTINGS, {"mqtt_host": "127.0.0.1", "gateway_mqtt_host": ""})
	gateway = factories.make_gateway(gateway_id="story-door", terminals=[])
	installer = site.user("Gateway Installer", name="Installer Story")
	seen = visit(installer, size, permissions=["clipboard-read", "clipboard-write"])
	page = seen.go(f"attendance-gateway/{gateway}")
	provision = lambda: press(page, "Provision", size)  # noqa: E731
	provision()
	expect(page.locator(".modal.show")).to_contain_text("This gateway has no terminal that is switched on.")
	page.locator(".modal.show .btn-modal-close").click()
	terminal = {"terminal": "door", "direction": "in", "parent": gateway, "parenttype": "Attendance Gateway"}
	site.frappe.get_doc(
		doctype="Attendance Terminal", parentfield="terminals", idx=1, enabled=1, **terminal
	).db_insert()
	site.commit()
	page = seen.go(f"attendance-gateway/{gateway}")
	provision()
	told = page.locator(".modal.show .vsv-provisioning")
	expect(told).to_contain_text("sudo vsv-gateway init --server")
	expect(told).to_contain_text("vsv-broker-config --directory ~/vsv-broker")
	expect(told).to_contain_text("Broker Host For Gateways")
	picture = told.locator("img")
	expect(picture).to_have_js_property("complete", True)
	assert picture.evaluate("(image) => image.naturalWidth") > 100
	told.get_by_role("button", name="Copy: On the gateway").click()
	copied = page.evaluate("navigator.clipboard.readText()")
	assert copied.startswith("sudo vsv-gateway init --server")
	assert copied in told.inner_text()
	seen.picture(f"admin-provision-{size[0]}", whole=True)
	assert_accessible(page, ".vsv-provisioning")


def press(page: Page, label: str, size: tuple[int, int]) -> None:
	"""A button of a form, which stands in the menu on a phone."""
	if size == PHONE:
		page.locator(".menu-btn-group:visible > button").first.click()
		page.locator(".dropdown-menu.show").get_by_text(label, exact=True).click()
	else:
		page.get_by_role("button", name=label, exact=True).click()


def test_a_pack_shows_what_it_would_bring(site: ModuleType, visit: Opener, administrator: str) -> None:
	frappe = site.frappe
	group, (anna, *_others) = site.named_learners(*NAMES)
	from vsv_app.tests import factories

	factories.make_bell_schedule(student_group=group)
	factories.make_assignment(site.user("School Mentor", name="Mentor Story"), student_group=group)
	for back in range(1, 8):
		site.absence(anna, group, back=back)
	on = frappe.get_all("Early Warning Rule", {"pack": "nl-statutory", "enabled": 1}, pluck="name")
	frappe.db.set_value("Early Warning Rule", {"pack": "nl-statutory"}, "enabled", 0)
	try:
		seen = visit(administrator)
		page = seen.go("early-warning-rule")
		page.get_by_role("button", name="Packs").click()
		dialog = page.locator(".modal.show")
		dialog.locator("[data-fieldname='preview_nl-statutory'] button").click()
		told = dialog.locator("[data-fieldname='preview_nl-statutory'] [role=status]")
		expect(told).to_contain_text("1 learner would get a signal")
		expect(told).to_contain_text("Mentor Story: 1")
		seen.picture("admin-pack")
	finally:
		for name in on:
			frappe.db.set_value("Early Warning Rule", name, "enabled", 1)


def test_the_first_hour_speaks_dutch(site: ModuleType, visit: Opener, administrator: str) -> None:
	from vsv_app.tests import factories

	site.named_learners(*NAMES)
	factories.make_gateway(gateway_id="story-planned")
	site.frappe.db.set_value("User", administrator, "language", "nl")
	seen = visit(administrator)
	page = seen.go("early-warning-settings")
	expect(to_do(page, "story-planned is nog nooit gezien; er wacht niets op.")).to_have_count(1)
	seen.picture("admin-to-do-nl", whole=True)
	page = seen.go("mentors")
	expect(page.locator(".mentor-grid")).to_contain_text("groepen hebben geen mentor")
	seen.picture("admin-mentors-nl", whole=True)

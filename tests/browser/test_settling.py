"""An attendance officer settles days that are held, at a desk and on a phone, and asks why a mark is what it is."""

import json
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, assert_accessible

pytestmark = pytest.mark.desk
NAMES = ("Anna Story", "Bo Story", "Cas Story")
BLIND = (
	"Door {0} of {1} was not reading from {2} to {3}: its port or cable was gone.",
	"side",
	"front-door",
	"07:41",
	"09:35",
)
FEW = ("Of the school only {0} of {1} were seen, where about {2} are usual.", "1", "8", "7")
SCREEN = ".days-to-settle"


def hold(
	site: ModuleType, student: str, name: str, group: str, back: int, cause: str, words: tuple[str, ...]
) -> str:
	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.stores.queries.attendance import holds
	from vsv_app.tests import factories

	day = factories.school_day(back)
	return FrappeStore().add_document(
		"Attendance Hold",
		{
			"name": holds.name_of(student, day), "student": student, "student_name": name, "student_group": group,
			"school_day": day, "status": "Open", "cause": cause, "would_be": "Absent",
			"explanation": words[0].format(*words[1:]), "explanation_words": json.dumps(words),
		},
	)  # fmt: skip


def held_tap(student: str, name: str) -> str:
	from vsv_app.tests import factories

	first, last = factories.school_day(3), factories.school_day(1)
	midnight = datetime.min.time()
	return factories.make_check_in(
		student, student_name=name, gateway="front-door", terminal="side", clock="unsynced", time_certainty="Held",
		school_day=None, tapped_at=datetime.combine(first, midnight) + timedelta(hours=8),
		not_before=datetime.combine(first, midnight), not_after=datetime.combine(last, midnight),
	)  # fmt: skip


def held_school(site: ModuleType) -> tuple[str, list[str]]:
	"""A group whose three learners were not seen yesterday, and two of them the day before."""
	from vsv_app.tests import factories

	group, students = site.named_learners(*NAMES)
	factories.make_bell_schedule(student_group=group, schedule_name=f"Bells of {group}")
	factories.make_gateway(gateway_id="front-door", status="Online", last_seen=site.school_now())
	for student, name in zip(students, NAMES, strict=True):
		hold(site, student, name, group, 1, "Door Not Reading", BLIND)
	for student, name in zip(students[:2], NAMES, strict=False):
		hold(site, student, name, group, 2, "Few Came In", FEW)
	held_tap(students[2], NAMES[2])
	return group, students


def card(page: Page, text: str) -> Any:
	return page.locator(f"{SCREEN} .held", has_text=text)


def statuses(site: ModuleType, students: list[str], back: int) -> list[tuple[str, str]]:
	from vsv_app.tests import factories

	site.fresh()
	of_day = {"student": ("in", students), "date": factories.school_day(back), "docstatus": 1}
	return sorted(site.frappe.get_all("Student Attendance", of_day, ["status", "vsv_source"], as_list=True))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_an_officer_settles_a_group_takes_it_back_and_settles_one_by_one(
	site: ModuleType, visit: Opener, size: tuple[int, int]
) -> None:
	_group, students = held_school(site)
	officer = site.user("Attendance Officer", "Academics User", name="Officer Story")
	seen = visit(officer, size)
	page = seen.go("days-to-settle")
	blind = card(page, "Door side of front-door was not reading from 07:41 to 09:35")
	expect(blind).to_contain_text("3 learners were not seen.")
	expect(page.locator(SCREEN)).to_contain_text("5 learners on 2 days wait for your word.")
	assert_accessible(page, SCREEN)
	seen.picture(f"settling-{size[0]}", whole=True)

	blind.get_by_role("group").get_by_role("button", name="There").click()
	expect(page.locator(".said")).to_contain_text("3 learners settled: There.")
	expect(blind).to_have_count(0)
	assert statuses(site, students, 1) == [("Present", "Officer")] * 3
	page.get_by_role("button", name="Undo").click()
	expect(page.locator(".said")).to_contain_text("3 learners are held again")
	assert statuses(site, students, 1) == []

	blind.locator("summary").click()
	seen.picture(f"settling-one-by-one-{size[0]}", whole=True)
	assert_accessible(page, SCREEN)
	reason = site.frappe.get_all("Absence Reason", {"enabled": 1, "excused": 1}, pluck="name")[0]
	blind.get_by_label("Reason, where they were away").select_option(reason)
	blind.get_by_role("button", name="Away: Anna Story").click()
	expect(blind).to_contain_text("2 learners were not seen.")
	assert statuses(site, students, 1) == [("Absent", "Officer")]

	few = card(page, "Of the school only 1 of 8 were seen")
	few.get_by_role("button", name="School was closed").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("No school on this day, for everybody of Bells of")
	seen.picture(f"settling-closed-{size[0]}")
	dialog.get_by_role("button", name="Yes").click()
	expect(few).to_have_count(0)
	blind.get_by_role("group").get_by_role("button", name="On a trip").click()
	expect(page.locator(".said")).to_contain_text("2 learners settled: On a trip.")

	taps = card(page, "1 tap at front-door")
	taps.get_by_role("button").first.click()
	expect(page.locator(SCREEN)).to_contain_text("Nothing waits: every school day is accounted for.")
	seen.picture(f"settling-done-{size[0]}", whole=True)


def test_the_screen_speaks_dutch(site: ModuleType, visit: Opener) -> None:
	held_school(site)
	officer = site.user("Attendance Officer", name="Officer Story")
	site.frappe.db.set_value("User", officer, "language", "nl")
	for size in (DESKTOP, PHONE):
		seen = visit(officer, size)
		page = seen.go("days-to-settle")
		expect(page.locator(SCREEN)).to_contain_text("3 leerlingen zijn niet gezien.")
		expect(card(page, "De poort of kabel")).to_have_count(0)
		page.get_by_role("button", name="Aanwezig").first.wait_for()
		seen.picture(f"settling-nl-{size[0]}", whole=True)


def test_a_mark_says_why(site: ModuleType, visit: Opener) -> None:
	from vsv_app.services.attendance import settling
	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.tests import factories

	group, (student, *_others) = site.named_learners(*NAMES)
	factories.make_bell_schedule(student_group=group)
	name = hold(site, student, NAMES[0], group, 1, "Door Not Reading", BLIND)
	settling.settle(FrappeStore(), [name], "There", site.school_now())
	record = site.frappe.get_all("Student Attendance", {"student": student}, pluck="name")[0]
	seen = visit(site.user("Attendance Officer", "Academics User", name="Officer Story"))
	page = seen.go(f"student-attendance/{record}")
	page.get_by_role("button", name="Why This Mark").click()
	dialog = page.locator(".modal.show")
	for told in (
		"Present, nothing missed.",
		"The day was held: Door side of front-door was not reading from 07:41 to 09:35",
		"Settled by",
		"School was: Morning 08:30-12:30",
	):
		expect(dialog).to_contain_text(told)
	assert_accessible(page, ".modal.show .vsv-why")
	seen.picture("why-this-mark")

"""Badges by the dozen in a browser: a group one by one at a terminal, lost and replaced, and card numbers from a list."""

import io
from collections.abc import Iterator
from datetime import datetime, timezone
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, assert_accessible

pytestmark = pytest.mark.desk
NAMES = ("Anna Story", "Bo Story", "Cas Story", "Dina Story")
SCREEN = ".hand-out-badges"
MAC_KEY = "11" * 32
CARDS = ("4521C5D1E9", "4521C5D1EA", "4521C5D1EB")


class Door:
	"""A gateway that is online; `read` is what its listener makes of a card that is held to it."""

	def __init__(self, site: ModuleType) -> None:
		from vsv_app.services.gateways.provisioning import badge_key
		from vsv_app.stores.frappe_store import FrappeStore
		from vsv_app.tests import factories

		self.site, self.store = site, FrappeStore()
		self.name = factories.make_gateway(
			gateway_id="story-door", location="Main entrance", status="Online", last_seen=site.school_now()
		)
		self.store.set_secret("Attendance Gateway", self.name, "mac_key", MAC_KEY)
		self.key = bytes.fromhex(badge_key(self.store))

	def digest(self, card: str) -> str:
		from vsv_app.engine.gateways.messages import badge_digest

		return badge_digest(self.key, card)

	def read(self, card: str) -> None:
		from vsv_app.engine.gateways import messages
		from vsv_app.services import school
		from vsv_app.services.attendance.badges import enrolment
		from vsv_app.services.gateways.signed_message import Incoming

		now = datetime.now(timezone.utc)
		body = {
			"v": 1, "gateway": self.name, "at": now.isoformat(timespec="milliseconds"), "terminal": "door",
			"badge": self.digest(card), "command": "story",
		}  # fmt: skip
		self.site.fresh()
		here = school.load(self.store)
		topic = f"vsv/v1/{here.code}/{self.name}/enrolment"
		payload = messages.sign(body, bytes.fromhex(MAC_KEY))
		enrolment.take_new_card(self.store, Incoming(here, self.name, topic, payload, now))
		self.site.commit()


@pytest.fixture
def door(site: ModuleType) -> Iterator[Door]:
	from vsv_app.tests import broker

	made = Door(site)
	site.commit()
	with broker.mosquitto():
		yield made


def officer(site: ModuleType, language: str = "en") -> str:
	user = site.user("Attendance Officer", name="Officer Story")
	site.frappe.db.set_value("User", user, "language", language)
	return str(user)


def whose(site: ModuleType, digest: str) -> Any:
	return site.value("Student Badge", {"badge_digest": digest}, ["student_name", "status"])


def row(page: Page, name: str) -> Any:
	return page.locator(f"{SCREEN} .people li", has_text=name)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_group_gets_its_badges_one_by_one(
	site: ModuleType, visit: Opener, door: Door, size: tuple[int, int]
) -> None:
	from vsv_app.tests import factories

	group, students = site.named_learners(*NAMES)
	factories.make_badge(students[3], student_name=NAMES[3])
	seen = visit(officer(site), size)
	page = seen.go("hand-out-badges")
	page.get_by_label("Group").select_option(group)
	expect(row(page, NAMES[3])).to_contain_text("has a badge")
	seen.picture(f"badges-group-{size[0]}", whole=True)
	assert_accessible(page, SCREEN)
	page.get_by_role("button", name="Start With Anna Story").click()
	following = page.locator(f"{SCREEN} .next")
	expect(following).to_contain_text("Anna Story")
	expect(following).to_contain_text("Hold a badge to Main entrance")
	seen.picture(f"badges-next-{size[0]}", whole=True)
	assert_accessible(page, SCREEN)

	door.read(CARDS[0])
	expect(following).to_contain_text("Bo Story")
	assert whose(site, door.digest(CARDS[0])) == (NAMES[0], "Active")
	door.read(CARDS[0])
	page.get_by_role("button", name="Skip, Is Absent").click()
	expect(following).to_contain_text("Cas Story")
	door.read(CARDS[1])
	expect(page.locator(f"{SCREEN} .said")).to_contain_text("Cas Story has a badge.")
	expect(row(page, "Bo Story")).to_contain_text("skipped")
	expect(following).to_contain_text("Everybody has a badge, or was skipped.")

	page.get_by_role("button", name="Undo: Cas Story").click()
	expect(following).to_contain_text("Cas Story")
	assert whose(site, door.digest(CARDS[1])) == (None, "Active")
	door.read(CARDS[0])
	expect(page.locator(f"{SCREEN} .warning")).to_contain_text("This badge is Anna Story's.")
	seen.picture(f"badges-refused-{size[0]}", whole=True)
	door.read(CARDS[1])
	expect(row(page, "Cas Story")).to_contain_text("given now")

	row(page, "Anna Story").get_by_role("button", name="Replace").click()
	expect(following).to_contain_text("The old one is lost from then on.")
	door.read(CARDS[2])
	expect(page.locator(f"{SCREEN} .said")).to_contain_text("Anna Story has a badge.")
	assert whose(site, door.digest(CARDS[0])) == (NAMES[0], "Lost")
	assert whose(site, door.digest(CARDS[2])) == (NAMES[0], "Active")
	row(page, "Dina Story").get_by_role("button", name="Lost").click()
	expect(row(page, "Dina Story")).to_contain_text("lost theirs")
	row(page, "Dina Story").get_by_role("button", name="Found").click()
	expect(row(page, "Dina Story")).to_contain_text("has a badge")
	page.get_by_role("button", name="Stop", exact=True).click()
	expect(page.get_by_role("button", name="Start With Bo Story")).to_be_visible()
	seen.picture(f"badges-done-{size[0]}", whole=True)


def test_a_lost_badge_is_replaced_from_its_form(site: ModuleType, visit: Opener, door: Door) -> None:
	from vsv_app.tests import factories

	_group, (anna,) = site.named_learners(NAMES[0])
	badge = factories.make_badge(anna, student_name=NAMES[0])
	page = visit(officer(site)).go(f"student-badge/{badge}")
	page.get_by_role("button", name="Replace", exact=True).click()
	expect(page.locator(f"{SCREEN} .next")).to_contain_text("Anna Story")
	door.read(CARDS[0])
	expect(page.locator(f"{SCREEN} .said")).to_contain_text("Anna Story has a badge.")
	assert site.value("Student Badge", badge, "status") == "Lost"
	assert whose(site, door.digest(CARDS[0])) == (NAMES[0], "Active")


def spreadsheet(rows: list[tuple[object, ...]]) -> bytes:
	from openpyxl import Workbook

	book = Workbook()
	for one in rows:
		book.active.append(one)
	content = io.BytesIO()
	book.save(content)
	return content.getvalue()


def test_card_numbers_are_brought_in_and_kept_nowhere(site: ModuleType, visit: Opener, door: Door) -> None:
	frappe = site.frappe
	_group, students = site.named_learners(*NAMES)
	terminal = {"parent": door.name}
	frappe.db.set_value("Attendance Terminal", terminal, "protocol", "rdm6300")
	files = frappe.db.count("File")
	seen = visit(officer(site))
	page = seen.go("student-badge")
	page.get_by_role("button", name="Bring In Card Numbers").click()
	rows: list[tuple[object, ...]] = [
		("Kaartnummer", "Leerling", "Klas"),
		(CARDS[0], "Anna Story", "1A"),
		(CARDS[0], "Bo Story", "1A"),
		("123", "Cas Story", "1A"),
		(CARDS[2], "Nobody Story", "1A"),
		(CARDS[1], students[3], "1A"),
	]
	page.get_by_label("File").set_input_files(
		{
			"name": "badges.xlsx",
			"mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			"buffer": spreadsheet(rows),
		}
	)
	shown = page.locator(f"{SCREEN} .result")
	page.get_by_label("How the numbers are written").select_option("hex")
	expect(shown).to_contain_text("5 rows read. 2 badges can be brought in. Left out, see below: 3 rows.")
	expect(shown).to_contain_text("Row 3 Bo Story: the same number stands in row 2")
	expect(shown).to_contain_text("Row 4 Cas Story: 8, 10, 14 or 20 hexadecimal digits were expected")
	expect(shown).to_contain_text("Row 5 Nobody Story: no learner is called so")
	seen.picture("badges-list", whole=True)
	assert_accessible(page, SCREEN)
	assert frappe.db.count("Student Badge", {"student": ("in", students)}) == 0
	page.get_by_role("button", name="Bring In 2").click()
	expect(shown).to_contain_text("2 learners have the badge of the list. The numbers were kept nowhere.")
	assert whose(site, door.digest(CARDS[0])) == (NAMES[0], "Active")
	assert whose(site, door.digest("566612457")) == (NAMES[0], "Active")

	page.get_by_label("File").set_input_files(
		{"name": "b.csv", "mimeType": "text/csv", "buffer": b"Naam;Pas\nBo Story;0566612459\n"}
	)
	expect(shown).to_contain_text("1 badge can be brought in.")
	expect(shown).to_contain_text("Door door of story-door reads longer numbers (rdm6300)")
	page.get_by_label("How the numbers are written").select_option("printed")
	expect(shown).to_contain_text("three and five digits were expected")
	site.fresh()
	assert frappe.db.count("File") == files
	for table in (
		"tabFile",
		"tabVersion",
		"tabError Log",
		"tabComment",
		"tabActivity Log",
		"tabStudent Badge",
	):
		text = repr(frappe.db.sql(f"select * from `{table}` order by creation desc limit 50"))  # noqa: S608
		assert not any(card in text for card in (*CARDS, "0566612459")), table


def test_it_speaks_dutch(site: ModuleType, visit: Opener, door: Door) -> None:
	group, _students = site.named_learners(*NAMES)
	for size in (DESKTOP, PHONE):
		seen = visit(officer(site, "nl"), size)
		page = seen.go("hand-out-badges")
		page.get_by_label("Groep").select_option(group)
		page.get_by_role("button", name="Begin met Anna Story").click()
		expect(page.locator(f"{SCREEN} .next")).to_contain_text("Houd een badge bij Main entrance")
		seen.picture(f"badges-nl-{size[0]}", whole=True)
		page.get_by_role("button", name="Stoppen").click()

"""Dutch and English say the same things."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.board.conftest import Opener
from tests.board.host import BOARD
from vsv_app.engine.signals.rules import SEVERITIES
from vsv_app.engine.signals.signal_lifecycle import DISMISS_REASONS, STANDING

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture
def words(page: Page) -> dict[str, dict[str, Any]]:
	return page.evaluate("MentorBoard.words")


def test_no_text_is_missing_in_either_language(words: dict[str, dict[str, Any]]) -> None:
	assert set(words) == {"en", "nl"}
	assert list(words["en"]) == list(words["nl"])
	for key, english in words["en"].items():
		dutch = words["nl"][key]
		assert type(english) is type(dutch), key
		for text in (english, dutch):
			assert all(text.values() if isinstance(text, dict) else [text]), key


def test_both_languages_fill_in_the_same_values(words: dict[str, dict[str, Any]]) -> None:
	for key, english in words["en"].items():
		assert _placeholders(english) == _placeholders(words["nl"][key]), key


def test_every_text_is_used(words: dict[str, dict[str, Any]]) -> None:
	code = "".join(
		path.read_text(encoding="utf-8") for path in BOARD.values() if not path.name.startswith("words_")
	)
	families = set(re.findall(r'codeText\("(\w+)"', code)) | set(re.findall(r"`(\w+)_\$\{", code))
	assert not [
		key
		for key in words["en"]
		if f'"{key}"' not in code
		and key.split("_")[0] not in families
		and not any(key.startswith(f"{f}_") for f in families)
	]


def test_what_the_engine_can_say_has_a_text(words: dict[str, dict[str, Any]]) -> None:
	needed = {f"reason_{reason}" for reason in DISMISS_REASONS}
	needed |= {f"severity_{severity}" for severity in SEVERITIES} | {
		f"status_{status}" for status in STANDING
	}
	assert needed <= set(words["nl"])


def test_a_dutch_board_is_dutch_throughout(open_board: Opener) -> None:
	page = open_board("/?lang=nl")
	expect(page.get_by_role("heading", name="Mijn leerlingen")).to_be_visible()
	expect(page.locator(".section h3")).to_have_text(["Heeft je nu nodig3", "Pak je al op2", "Niets open8"])
	expect(page.locator(".card .why").first).to_contain_text("17 uur afwezig zonder bekende reden")
	page.get_by_role("button", name="Yara Demir", exact=True).click()
	expect(page.get_by_role("group", name="Yara Demir")).to_contain_text(
		"Sinds 24 augustus: 40 van 61 schooldagen volledig aanwezig."
	)


def test_the_language_can_change_while_the_board_is_shown(page: Page) -> None:
	page.locator("mentor-board").evaluate("board => { board.lang = 'nl' }")
	expect(page.get_by_role("heading", name="Mijn leerlingen")).to_be_visible()
	expect(page.locator(".card .why").first).to_contain_text("17 uur afwezig")


def _placeholders(text: str | dict[str, str]) -> set[str]:
	texts = text.values() if isinstance(text, dict) else [text]
	return {name for one in texts for name in PLACEHOLDER.findall(one)} - {"n"}

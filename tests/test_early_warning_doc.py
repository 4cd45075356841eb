"""docs/early-warning.md says of every indicator and every rule in a pack what the code and the packs say, and no more."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from vsv_app.engine.signals.indicators.catalogue import INDICATORS, SCHOOL_PRACTICE
from vsv_app.engine.signals.indicators.windows import (
	KINDS,
	ROLLING_DAYS,
	SCHOOL_DAYS,
	SCHOOL_WEEKS,
	TERM,
	TODAY,
	WEEKS_ACROSS_YEARS,
	YEAR_TO_DATE,
)
from vsv_app.engine.signals.rules import COMBINATIONS, COMPARISONS, SEVERITIES
from vsv_app.services.signals import rule_packs

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs/early-warning.md"
SHORT = {
	ROLLING_DAYS: "RD",
	SCHOOL_DAYS: "SD",
	SCHOOL_WEEKS: "SW",
	WEEKS_ACROSS_YEARS: "SA",
	TERM: "T",
	YEAR_TO_DATE: "Y",
	TODAY: "D",
}
INDICATOR_HEAD = ("code", "what", "unit", "definition", "windows", "source")
pytestmark = pytest.mark.xdist_group("early warning document")
PACK_HEAD = ("rule", "says", "basis")


def indicator_rows() -> list[tuple[str, ...]]:
	return [
		(
			f"`{one.code}`",
			one.label,
			one.unit,
			one.definition,
			" ".join(SHORT[window] for window in one.windows),
			SCHOOL_PRACTICE if one.source == SCHOOL_PRACTICE else f"[source]({one.source})",
		)
		for one in INDICATORS.values()
	]


def pack_rows(pack: dict) -> list[tuple[str, ...]]:
	return [
		(f"`{rule['rule_code']}`", rule["title"], f"{rule['basis']} [link]({rule['basis_url']})")
		for rule in pack["rules"]
	]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
	lines = [head, tuple("---" for _ in head), *rows]
	return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@pytest.fixture(scope="module")
def document() -> str:
	return DOCUMENT.read_text(encoding="utf-8")


def test_every_indicator_stands_there_as_the_code_has_it(document: str) -> None:
	assert table(INDICATOR_HEAD, indicator_rows()) in document


@pytest.mark.parametrize("pack", rule_packs.available(), ids=lambda pack: pack["pack"])
def test_every_pack_stands_there_with_its_basis_and_links(document: str, pack: dict) -> None:
	on = ", on at install" if pack.get("enabled") else ""
	heading = f"**{pack['title']}** (`{pack['pack']}`{on}). {pack['description']}"
	assert f"{heading}\n\n{table(PACK_HEAD, pack_rows(pack))}\n" in document


def test_no_rule_or_indicator_stands_there_that_is_gone(document: str) -> None:
	listed = set(re.findall(r"^\| `([\w-]+)` \|", document, re.MULTILINE))
	known = {rule["rule_code"] for pack in rule_packs.available() for rule in pack["rules"]}
	assert listed == known | set(INDICATORS)


@pytest.mark.parametrize("word", [*COMPARISONS, *COMBINATIONS, *SEVERITIES, *KINDS])
def test_every_choice_of_a_rule_is_explained(document: str, word: str) -> None:
	assert word.lower() in document.lower()


def test_the_code_and_commands_that_it_names_are_there(document: str) -> None:
	paths = re.findall(r"`((?:vsv_app|benchmarks)/[\w/.]+)`", document)
	modules = re.findall(r"python -m ([\w.]+)", document)
	assert paths
	assert modules
	for path in paths:
		assert (ROOT / path).exists(), path
	for module in modules:
		file = ROOT / module.replace(".", "/")
		assert file.with_suffix(".py").is_file() or (file / "__main__.py").is_file(), module


def test_the_guides_lead_to_it() -> None:
	assert "(docs/early-warning.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
	assert "(early-warning.md)" in (ROOT / "docs/admin-guide.md").read_text(encoding="utf-8")

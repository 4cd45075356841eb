"""Where Desk is differs between Frappe 15 and 16: its addresses are asked of Frappe, and stand nowhere as text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUFFIXES = (".py", ".js", ".html", ".css", ".csv", ".json", ".txt")
LITERAL = re.compile(r"(?<![\w.])/(?:app|desk)(?=[/?#\"'`\s<)]|$)")
READ_BY_16_ALONE = {"vsv_app/desktop_icon/early_warning.json"}
"""Frappe 15 has no such files; 16 wants an address in them although it opens the sidebar."""
TELLS_THEM_APART = {"vsv_app/site/desk/routes.py", "tests/test_desk_addresses.py"}


def _texts() -> Iterator[Path]:
	for top in ("vsv_app", "tests", "benchmarks", "script"):
		for path in sorted((ROOT / top).rglob("*")):
			name = path.relative_to(ROOT).as_posix()
			if (
				path.suffix in SUFFIXES
				and "__pycache__" not in name
				and name not in READ_BY_16_ALONE | TELLS_THEM_APART
			):
				yield path


@pytest.mark.parametrize(
	("line", "found"),
	[
		('go("/app/mentor-board")', True),
		("`/app/${ROUTE}`", True),
		('"route": "/desk"', True),
		('<a href="/app">', True),
		('f"{address}/app/concern"', True),
		("/assets/vsv_app/js/home.js", False),
		("tests/apparatus", False),
		("frappe-bench/apps/vsv_app", False),
		("frappe/app.py", False),
		("vsv_app/site/desk/home.py", False),
	],
)
def test_an_address_as_text_is_found(line: str, found: bool) -> None:
	assert bool(LITERAL.search(line)) is found


def test_no_address_of_desk_stands_as_text() -> None:
	found = [
		f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
		for path in _texts()
		for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
		if LITERAL.search(line)
	]
	assert found == [], (
		"ask frappe.utils, frappe.router or vsv_app/site/desk/routes.py; in a story, leave the root out"
	)

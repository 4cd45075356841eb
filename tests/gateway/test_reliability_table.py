"""docs/gateway/reliability.md names a test for every promise, and every test that it names exists."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "docs/gateway/reliability.md").read_text(encoding="utf-8").splitlines()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PROMISES = [*(str(point) for point in range(1, 7)), *(f"R{number}" for number in range(1, 34))]
ROWS = {line.split("|")[1].strip(): line for line in LINES if re.match(r"\| R?\d+ \|", line)}


@lru_cache
def defined_in(path: str) -> frozenset[str]:
	"""The test functions of a file, and its state machines, which run under a TestCase of their own."""
	tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
	found = set()
	for node in ast.walk(tree):
		if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
			found.add(node.name)
		if isinstance(node, ast.ClassDef) and any("RuleBased" in ast.unparse(base) for base in node.bases):
			found.add(node.name)
	return frozenset(found)


def test_every_promise_has_one_row() -> None:
	assert list(ROWS) == PROMISES


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_is_shown_by_tests_that_exist(promise: str) -> None:
	named = NAMED.findall(ROWS[promise])
	assert named
	assert ROWS[promise].count("::") == len(named), "a name that is not written as file::name"
	assert [f"{path}::{name}" for path, name in named if name not in defined_in(path)] == []


def test_the_settings_named_for_longer_runs_are_those_of_the_tests() -> None:
	tests = (ROOT / "tests/gateway/test_long_outages.py").read_text(encoding="utf-8")
	named = set(re.findall(r"`(VSV_\w+)`", "\n".join(LINES)))
	assert named
	assert {name for name in named if name not in tests} == set()

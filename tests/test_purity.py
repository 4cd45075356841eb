"""What may import what: the engine thinks alone, the gateway stands alone, and neither needs a bench."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.tree import files

ROOT = Path(__file__).parents[1]
ENGINE = files(ROOT / "vsv_app/engine")
APP = files(ROOT / "vsv_app")
GATEWAY = files(ROOT / "gateway")

THINKING = {
	"base64", "bisect", "collections", "dataclasses", "datetime", "difflib", "functools", "hashlib", "hmac", "itertools",
	"json", "math", "operator", "re", "statistics", "typing", "unicodedata", "zoneinfo",
}  # fmt: skip
"""Modules of the standard library that an engine may use: none of them opens a file, a socket or a clock by itself."""

CLOCKS_AND_DOORS = {"now", "utcnow", "today", "open", "print", "input", "eval", "exec", "__import__"}
SERVER_ONLY = ("vsv_app", "frappe", "erpnext", "education", "pypika", "amqtt", "rich")

IMPORT_ALL = """
import importlib, pkgutil, sys, warnings
warnings.simplefilter("error")
package, *blocked = sys.argv[1:]
for name in blocked:
	sys.modules[name] = None  # an import of it raises ImportError
top = importlib.import_module(package)
names = [one.name for one in pkgutil.walk_packages(top.__path__, package + ".") if not one.name.endswith("__main__")]
for name in names:
	importlib.import_module(name)
loaded = {name.partition(".")[0] for name, module in sys.modules.items() if module is not None}
print(len(names), *sorted(loaded))
"""


def import_all(package: str, *blocked: str) -> tuple[int, set[str]]:
	"""(how many modules, what is loaded then) of importing each module of a package in a fresh interpreter."""
	command = [sys.executable, "-c", IMPORT_ALL, package, *blocked]
	done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
	assert done.returncode == 0, done.stderr
	count, *loaded = done.stdout.split()
	return int(count), set(loaded)


def imported(path: Path) -> Iterator[str]:
	"""Every module that a file imports, wherever in it."""
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if isinstance(node, ast.Import):
			yield from (alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			assert node.level == 0, f"{path}: imports are written in full here"
			yield str(node.module)


def roots(path: Path) -> set[str]:
	return {name.partition(".")[0] for name in imported(path)}


def test_the_engine_needs_no_bench() -> None:
	count, loaded = import_all(
		"vsv_app.engine", "frappe", "erpnext", "education", "gateway", "paho", "pypika"
	)
	assert count == len(ENGINE) - 1
	assert not loaded & {"socket", "sqlite3", "ssl", "subprocess", "asyncio", "requests"}


def test_the_gateway_needs_nothing_of_the_server() -> None:
	count, loaded = import_all("gateway", *SERVER_ONLY)
	assert count == len([path for path in GATEWAY if path.name != "__main__.py"]) - 1
	assert not loaded & set(SERVER_ONLY)


def test_a_blocked_module_would_be_noticed() -> None:
	done = subprocess.run(
		[sys.executable, "-c", IMPORT_ALL, "vsv_app.engine", "hashlib"],
		capture_output=True, text=True, cwd=ROOT, check=False,
	)  # fmt: skip
	assert done.returncode != 0
	assert "hashlib" in done.stderr


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_engine_only_thinks(path: Path) -> None:
	for name in imported(path):
		assert name.partition(".")[0] in THINKING or name.startswith("vsv_app.engine"), (
			f"{path.name} imports {name}"
		)


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_engine_asks_no_clock_and_opens_nothing(path: Path) -> None:
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if isinstance(node, ast.Call):
			called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
			assert called not in CLOCKS_AND_DOORS, f"{path.name}:{node.lineno} calls {called}"


def test_no_file_of_the_gateway_imports_the_app() -> None:
	assert len(GATEWAY) > 5
	assert [path for path in GATEWAY if roots(path) & set(SERVER_ONLY)] == []


def test_no_file_of_the_app_imports_the_gateway() -> None:
	"""Not even the embedded school, which starts it as the program that it is."""
	assert len(APP) > len(ENGINE)
	assert [path for path in APP if "gateway" in roots(path)] == []


def test_only_the_embedded_school_starts_a_gateway() -> None:
	starting = [path for path in APP if starts_gateway(path)]
	assert all((ROOT / "vsv_app/embedded") in path.parents for path in starting), starting


def starts_gateway(path: Path) -> bool:
	"""Whether a command line for the gateway is written down in a file: `-m gateway...` or its own name first."""
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if not isinstance(node, ast.List | ast.Tuple):
			continue
		words = [word.value if isinstance(word, ast.Constant) else None for word in node.elts]
		pairs = pairwise(words)
		if words[:1] == ["vsv-gateway"] or any(
			one == "-m" and str(other).partition(".")[0] == "gateway" for one, other in pairs
		):
			return True
	return False


def test_an_exception_from_frappes_rules_of_review_is_one() -> None:
	"""Behind a colon semgrep reads names of rules: with a reason there, it would suppress nothing."""
	word = "nosem" + "grep"
	kept = [line for path in APP for line in path.read_text("utf-8").splitlines() if word in line]
	assert len(kept) > 5
	assert [line for line in kept if not line.endswith(word)] == []


def test_only_stores_listeners_and_what_frappe_calls_know_frappe() -> None:
	"""Engine and services are the same on a bench and without one."""
	for folder in ("engine", "services"):
		knowing = [
			path for path in (ROOT / "vsv_app" / folder).rglob("*.py") if roots(path) & {"frappe", "erpnext"}
		]
		assert knowing == []

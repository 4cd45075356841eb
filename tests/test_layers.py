"""Which part of the app may import which: layers go down, and within a layer the subjects go one way.

The picture of it stands in docs/architecture.md, made from the same two lists.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APP = ROOT / "vsv_app"

LAYERS = (
	"engine",
	"modules",
	"stores.store",
	"stores.queries",
	"stores",
	"services",
	"listener",
	"study",
	"site",
	"vsv_app",
	"whole_school",
	"api",
	"www",
	"hooks",
	"embedded",
	"site.demo_data",
	"install",
	"commands",
	"patches",
)
"""From the ground up: a layer imports what stands before it. What is deeper in a path belongs to the longest name here."""

SUBJECTS = {
	"engine": ("gateways", "attendance", "signals", "care", "partners", "school", "access"),
	"stores.queries": ("gateways", "attendance", "signals", "care", "partners", "school"),
	"services": ("gateways", "attendance", "signals", "care", "partners", "school", "dispatch"),
	"site": (
		"documents", "access", "desk", "portal", "gateways", "attendance", "signals", "care", "partners", "school",
		"privacy", "jobs",
	),
	"api": ("gateways", "attendance", "signals", "care", "partners", "school", "portal"),
}  # fmt: skip
"""The rooms of a layer, each of which imports those before it and what all of the layer share, which imports none of them."""

LARGEST_ROOM = 9
"""Modules that somebody takes in at a glance."""


def _modules() -> Iterator[tuple[str, Path]]:
	for path in sorted(APP.rglob("*.py")):
		name = ".".join(path.relative_to(APP).with_suffix("").parts).removesuffix("__init__").rstrip(".")
		if name and name.partition(".")[0] not in ("tests", "templates"):
			yield name, path


MODULES = list(_modules())
"""(dotted name below the app, file) of every module of the app but its tests."""
KNOWN = {name for name, _path in MODULES}


def imported(path: Path) -> set[str]:
	"""The modules of the app that a file imports, wherever in it, as dotted names below the app."""
	found = set()
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if isinstance(node, ast.Import):
			found |= {alias.name for alias in node.names}
		elif isinstance(node, ast.ImportFrom) and node.module:
			members = {f"{node.module}.{alias.name}" for alias in node.names}
			found |= {
				name if name.removeprefix("vsv_app.") in KNOWN else str(node.module) for name in members
			}
	return {name.removeprefix("vsv_app.") for name in found if name.startswith("vsv_app.")}


def layer_of(module: str) -> str:
	fitting = [layer for layer in LAYERS if module == layer or module.startswith(f"{layer}.")]
	assert fitting, (
		f"vsv_app/{module.replace('.', '/')}.py is in no layer: put it into one, or give it one in {Path(__file__).name}"
	)
	return max(fitting, key=len)


def room_of(module: str, layer: str) -> str | None:
	"""The subject that a module belongs to; None for what its whole layer shares."""
	first = module.removeprefix(f"{layer}.").partition(".")[0]
	return first if (APP / layer.replace(".", "/") / first).is_dir() else None


@pytest.mark.parametrize(("module", "path"), MODULES, ids=[name for name, _path in MODULES])
def test_imports_go_down(module: str, path: Path) -> None:
	here = LAYERS.index(layer_of(module))
	for other in imported(path):
		assert LAYERS.index(layer_of(other)) <= here, f"{module} imports {other}, which stands above it"


@pytest.mark.parametrize("layer", list(SUBJECTS))
def test_subjects_go_one_way(layer: str) -> None:
	order = SUBJECTS[layer]
	for module, path in MODULES:
		if layer_of(module) != layer or module == layer:
			continue
		room = room_of(module, layer)
		assert room is None or room in order, f"{layer}/{room} is no subject: name it as the other layers do"
		for other in imported(path):
			if other == layer or not other.startswith(f"{layer}.") or layer_of(other) != layer:
				continue
			theirs = room_of(other, layer)
			if room is None:
				assert theirs is None, f"{module} is shared by its layer and imports {other}, a subject"
			elif theirs not in (None, room):
				assert order.index(str(theirs)) < order.index(room), (
					f"{module} imports {other}: the other way round"
				)


def test_a_room_is_taken_in_at_a_glance() -> None:
	rooms: dict[str, int] = {}
	for module, path in MODULES:
		if path.name != "__init__.py" and layer_of(module) in SUBJECTS and "." in module:
			room = module.rpartition(".")[0]
			rooms[room] = rooms.get(room, 0) + 1
	assert {room: count for room, count in rooms.items() if count > LARGEST_ROOM} == {}


def test_a_module_says_first_what_it_is() -> None:
	for module, path in MODULES:
		text = path.read_text("utf-8").strip()
		# A doctype's own JSON says what it is.
		if text and ".doctype." not in f".{module}.":
			assert ast.get_docstring(ast.parse(text)), f"{path}: a module begins with what it is"


def test_the_picture_shows_the_rooms_that_there_are() -> None:
	text = (ROOT / "docs/architecture.md").read_text("utf-8")
	drawn = dict(re.findall(r"^\| `vsv_app/([\w/]+)/` \| ([^|]+) \|", text, re.MULTILINE))
	for layer, order in SUBJECTS.items():
		here = [room for room in order if (APP / layer.replace(".", "/") / room).is_dir()]
		assert drawn[layer.replace(".", "/")].split(" → ") == here, (
			f"docs/architecture.md: the rooms of {layer}"
		)


def test_each_place_that_the_docs_name_is_there() -> None:
	"""The way of a tap and "where do I put": files, and functions of them."""
	text = (ROOT / "docs/architecture.md").read_text("utf-8")
	named = re.findall(r"`([\w/.]+\.(?:py|js|json|md|yaml|csv|toml|html))(?:::([\w.]+))?`", text)
	assert len(named) > 20
	for path, what in named:
		file = ROOT / path
		assert file.exists(), f"docs/architecture.md names {path}"
		if what:
			assert re.search(
				rf"\b(def|class|function|async) {what.rpartition('.')[2]}\b|\b{what.rpartition('.')[2]}\b\s*[(=:]",
				file.read_text("utf-8"),
			), f"{path} has no {what}"

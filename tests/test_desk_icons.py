"""What Frappe 16 shows of the app on its desktop: an icon for each workspace, and beside it what can be opened there."""

import json
from pathlib import Path
from typing import Any

import pytest

from vsv_app.modules import MODULES

APP = Path(__file__).parents[1] / "vsv_app"
OF_OTHERS = {"Student Attendance"}


def _read(pattern: str) -> dict[str, dict[str, Any]]:
	found = (json.loads(path.read_text("utf-8")) for path in sorted(APP.glob(pattern)))
	return {record["name"]: record for record in found}


WORKSPACES, ICONS, SIDEBARS = (
	_read("*/workspace/*/*.json"), _read("desktop_icon/*.json"), _read("workspace_sidebar/*.json"),
)  # fmt: skip
SHIPPED = {
	kind: set(_read(f"*/{kind.lower()}/*/*.json")) for kind in ("DocType", "Page", "Report", "Workspace")
}


def test_each_workspace_has_an_icon_and_what_stands_beside_it() -> None:
	assert set(ICONS) == set(SIDEBARS) == set(WORKSPACES) != set()
	assert {one["module"] for one in SIDEBARS.values()} == set(MODULES), (
		"or Frappe makes one of its own for a module"
	)


@pytest.mark.parametrize("name", sorted(WORKSPACES))
def test_an_icon_is_everybodys_and_named_after_its_file(name: str) -> None:
	file = name.lower().replace(" ", "_")
	for folder, record in (("desktop_icon", ICONS[name]), ("workspace_sidebar", SIDEBARS[name])):
		assert (APP / folder / f"{file}.json").is_file(), (
			"Frappe deletes a record that has no file of its name"
		)
		assert (record["app"], record["standard"]) == ("vsv_app", 1), (
			"others see no icon that is not standard"
		)
	icon = ICONS[name]
	assert (icon["label"], icon["link_to"], icon["link_type"]) == (name, name, "Workspace Sidebar")


def test_the_app_itself_has_one_icon() -> None:
	assert [name for name, icon in ICONS.items() if icon["icon_type"] == "App"] == ["Early Warning"]
	assert (APP / "public" / ICONS["Early Warning"]["logo_url"].removeprefix("/assets/vsv_app/")).is_file()


@pytest.mark.parametrize("name", sorted(SIDEBARS))
def test_what_stands_beside_a_workspace_is_there(name: str) -> None:
	links = [item for item in SIDEBARS[name]["items"] if item["type"] == "Link"]
	for item in links:
		assert item["link_to"] in SHIPPED[item["link_type"]] | OF_OTHERS, item["label"]
	assert (links[0]["link_type"], links[0]["link_to"]) == ("Workspace", name), (
		"the icon opens the first of them"
	)


def test_whom_the_workspace_of_the_whole_school_is_hidden_from_gets_no_icon() -> None:
	# Frappe shows an icon with nothing beside it to everybody, and one with headings alone to nobody.
	assert SIDEBARS["Whole School"]["items"][0]["type"] == "Section Break"

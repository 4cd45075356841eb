"""Where somebody lands in Desk: a mentor on the mentor board, everybody else where Frappe leads them."""

from typing import Any

import frappe

from vsv_app.engine.access import roles
from vsv_app.site.access import caseload
from vsv_app.site.desk import routes

BOARD = "mentor-board"
WORKSPACE = "Early Warning"
HAVE_ANOTHER_HOME = frozenset(
	{roles.SITE, roles.ADMINISTRATOR, roles.COORDINATOR, roles.LEADER, roles.OFFICER, roles.INSTALLER}
)
"""Who has one of these has more to do than a mentor, and chooses the board from the workspace."""


def is_the_board() -> bool:
	"""Whether the current user's home is the mentor board."""
	own = set(frappe.get_roles())
	return roles.MENTOR in own and HAVE_ANOTHER_HOME.isdisjoint(own)


def is_the_workspace() -> bool:
	"""Whether the current user gets the tile of the workspace; from Frappe 16 it is everybody's, and opens what stands first beside it."""
	return caseload.may_open_app() and (routes.ONE_TILE or not is_the_board())


def lead_home(bootinfo: Any) -> None:
	"""Desk opens on the board, and the logo leads there; whoever chose a workspace is led to that one.

	Where Frappe itself wants a workspace, it is the one that has the board on top.
	"""
	if not is_the_board():
		return
	if not bootinfo.user.get("default_workspace"):
		bootinfo.home_page = BOARD
		bootinfo.user["default_workspace"] = {"name": WORKSPACE, "title": WORKSPACE, "public": 1}
	beside = (bootinfo.get("workspace_sidebar_item") or {}).get(WORKSPACE.lower())
	if beside:
		beside["items"].sort(key=lambda item: item.get("link_to") != BOARD)

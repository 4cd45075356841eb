"""What waits for one user, where it stands outside the mentor board, and which page of theirs shows it."""

from typing import Any

import frappe
from frappe.core.doctype.custom_role.custom_role import get_custom_allowed_roles
from frappe.utils import format_date, get_url_to_form, getdate

from vsv_app.engine.care.promises import ABSENCE, ACTION, DECISION
from vsv_app.services import school
from vsv_app.services.care.board import waiting
from vsv_app.site.desk import home
from vsv_app.site.desk.routes import page
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar

BOARD, OFFICERS = page(home.BOARD), page("not-in-today")
LEADERS, ANYBODYS = page("school-at-a-glance"), page("asked-of-you")
ANSWERED_IN_PLACE = {DECISION: "decision", ACTION: "action"}


def page_of(user: str) -> str:
	"""The page of a user on which all that waits for them stands: what the morning's mail leads to."""
	own = set(frappe.get_roles(user))
	found = (page for page in (BOARD, OFFICERS, LEADERS) if not own.isdisjoint(_may_open(page)))
	return next(found, ANYBODYS)


def of(user: str) -> list[dict[str, Any]]:
	"""What waits for a user, the most pressing first; a link where they may open what it is about, or their reminder of it."""
	store = FrappeStore()
	here = school.load(store)
	now = school_now(here)
	found = waiting.of(
		store,
		here,
		calendar.load(store),
		user,
		[],
		(),
		now,
		frappe.local.lang or "en",
		lambda text: frappe._(text),
	)
	return [_shown(store, one, user) for one in found if one["kind"] != ABSENCE]


def _may_open(page: str) -> list[str]:
	"""The roles that open a page: its own, and those that the school gave it."""
	name = page.rpartition("/")[2]
	own = [row.role for row in frappe.get_cached_doc("Page", name).roles]
	return [*own, *get_custom_allowed_roles("page", name)]


def _shown(store: FrappeStore, one: dict[str, Any], user: str) -> dict[str, Any]:
	opens = _opens(store, one, user)
	theirs = one["asked_of_them"] or (opens is not None and opens[0] == one["doctype"])
	return {
		"kind": one["kind"],
		"title": one["title"],
		# Of what they may not open they hear that it waits, and not about whom.
		"about": one["student_name"] if theirs else "",
		"text": one["text"] if theirs else "",
		"due": format_date(getdate(one["due"]), "EEEE d MMMM"),
		"overdue": one["overdue"],
		"answer": ANSWERED_IN_PLACE[one["kind"]] if one["asked_of_them"] else "",
		"name": one["thing"] if one["kind"] == ACTION else one["name"],
		"link": get_url_to_form(*opens) if opens else "",
	}


def _opens(store: FrappeStore, one: dict[str, Any], user: str) -> tuple[str, str] | None:
	if one["doctype"] != "Concern" and store.may_open(user, one["doctype"], one["name"]):
		return one["doctype"], one["name"]
	alert = {"signal": one["name"], "recipient": user}
	reminder = {"reference_name": one["name"], "recipient": user, "status": "Sent"}
	for doctype, about in (("Care Reminder", reminder), ("Early Warning Alert", alert)):
		name = frappe.db.get_value(doctype, about)
		if name and store.may_open(user, doctype, name):
			return doctype, name
	return None

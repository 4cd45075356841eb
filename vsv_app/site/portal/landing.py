"""Where somebody without a desk is at home: the page after signing in, and the ways to it from the website's menus."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.site.portal import people

FAMILY, PARTNER = "family", "partner"
KNOWN = "vsv_portal_pages"
"""The cache of the pages by user; emptied where somebody becomes a learner's self, guardian, or a partner's contact."""


def home_of(user: str) -> str | None:
	"""The page on which somebody without a desk is after signing in; None for everybody else."""
	return next(iter(pages_of(user)), None)


def pages_of(user: str) -> list[str]:
	"""The pages of the portal that have something for a user, the family's before a partner's."""
	if user in ("Guest", "Administrator"):
		return []
	return frappe.cache.hget(KNOWN, user, lambda: _found(user))


def at_home_in_family() -> bool:
	"""Whether the family's tile is shown to the current user; who has a desk is at home there."""
	return _without_desk() and home_of(frappe.session.user) == FAMILY


def at_home_with_partners() -> bool:
	"""Whether the partners' tile is shown to the current user."""
	return _without_desk() and home_of(frappe.session.user) == PARTNER


def add_ways(context: frappe._dict) -> dict[str, Any]:
	"""The user's own pages in the website's menu, in the menu of the account, and beside the account's page."""
	own = [{"label": _(_TITLES[page]), "url": f"/{page}"} for page in pages_of(frappe.session.user)]
	if not own:
		return {}
	beside = [{"title": one["label"], "route": one["url"], "enabled": 1} for one in own]
	return {
		"top_bar_items": [*(context.top_bar_items or []), *(frappe._dict(one) for one in own)],
		"post_login": [*(frappe._dict(one) for one in own), *(context.post_login or [])],
		"sidebar_items": [*beside, *(context.sidebar_items or [])],
	}


def forget(record: Document, _event: str | None = None) -> None:
	"""Somebody may have got a page, or lost one, with this learner, guardian or partner."""
	before = record.get_doc_before_save()
	users = {one.get("user") for one in (record, before) if one}
	users |= {row.user for one in (record, before) if one for row in one.get("contacts") or []}
	for user in filter(None, users):
		forget_user(user)


def forget_user(user: str) -> None:
	for known in (KNOWN, "home_page"):
		frappe.cache.hdel(known, user)


_TITLES = {FAMILY: "School and me", PARTNER: "Partners of the school"}


def _found(user: str) -> list[str]:
	return [
		page
		for page, there in ((FAMILY, people.is_family), (PARTNER, people.organisations_of))
		if there(user)
	]


def _without_desk() -> bool:
	return frappe.get_cached_value("User", frappe.session.user, "user_type") == "Website User"

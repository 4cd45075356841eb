"""Addresses within Desk: below /app on Frappe 15, below /desk from 16. Frappe alone knows which, so it is asked."""

from urllib.parse import quote

from frappe.utils import get_absolute_url

ROOT = "/" + get_absolute_url("User", "").split("/")[1]
ONE_TILE = ROOT != "/app"
"""From Frappe 16 an app has one icon, shown to whom the first of its tiles is shown; before, each tile stood for itself."""


def page(name: str, *parts: str) -> str:
	"""The path of a page, list or workspace, and of what stands below it, such as a card of a board; not yet quoted."""
	return "/".join([ROOT, *(quote(part, safe="") for part in (name, *parts))])

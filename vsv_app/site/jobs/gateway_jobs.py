"""What runs by the clock for the badge gateways of a site, whether the listener runs or not."""

import frappe

from vsv_app.services.gateways import health
from vsv_app.site.privacy.error_redaction import redacts_errors
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

DOCTYPE = "Attendance Gateway"
KEEPERS = "Gateway Installer"
SILENT = "A badge gateway is silent. Check-ins wait on it until it is back."
"""Translated for each reader by `notify`."""


@redacts_errors
def watch_gateways() -> None:
	"""Mark the gateways that fell silent, and tell the installers once of each that is not there.

	A short goodbye, as at an update, is no silence. While the listener is away nobody is heard, and that is told as well.
	"""
	store = FrappeStore(commits=True)
	now = school_now()
	health.mark_silent(store, now)
	gone = frappe.db.get_values(
		DOCTYPE,
		{
			"enabled": 1,
			"status": ("in", ("Lost", "Offline")),
			"last_seen": ("<", now - health.SILENT_AFTER),
		},
		("name", "last_seen"),
	)
	keepers = sorted(set(frappe.get_all("Has Role", {"role": KEEPERS, "parenttype": "User"}, pluck="parent")))
	for name, last_seen in gone:
		known = {"document_type": DOCTYPE, "document_name": name, "creation": (">", last_seen)}
		told = set(frappe.get_all("Notification Log", known, pluck="for_user"))
		with store.transaction():
			for keeper in keepers:
				if keeper not in told:
					store.notify(keeper, SILENT, DOCTYPE, name)

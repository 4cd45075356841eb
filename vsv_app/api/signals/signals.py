"""What the form of a signal asks for: its history."""

from typing import Any

import frappe
from frappe import _

from vsv_app.services.signals import signal_steps
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


@frappe.whitelist(methods=["GET"])
def history(signal: str) -> list[dict[str, Any]]:
	"""The steps of a signal in sentences, the newest first, for who may read the signal."""
	frappe.has_permission("Early Warning Signal", "read", doc=signal, throw=True)
	language = frappe.local.lang or "en"
	told = signal_steps.told(FrappeStore(), [signal], school_now().date(), language, _)
	return told.get(signal, [])

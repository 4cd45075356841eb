"""Every door at a glance: which gateway is there, what it still holds, and what troubles it."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, now_datetime, nowdate

from vsv_app.site.desk.report_columns import Report, column, in_plain_text
from vsv_app.site.gateways import door_history

LITTLE_DISK_MB = 500
HOT_CELSIUS = 80


@in_plain_text
def execute(filters: dict[str, Any] | None = None) -> Report:
	filters = frappe._dict(filters or {})
	fields = [
		"name", "location", "enabled", "status", "last_seen", "last_check_in", "version", "clock", "backlog",
		"oldest_unconfirmed", "disk_free_mb", "temperature", "alarm",
	]  # fmt: skip
	names = frappe.get_list("Attendance Gateway", pluck="name", limit_page_length=0)
	# In get_list a field whose name holds "_seen" is taken for one of Frappe's own and left out.
	known = frappe.db.get_values(
		"Attendance Gateway", {"name": ("in", names or [""])}, fields, as_dict=True, order_by="name"
	)
	rows = [_row(gateway) for gateway in known]
	if filters.only_trouble:
		rows = [row for row in rows if row["trouble"]]
	return _columns(), sorted(rows, key=lambda row: (not row["trouble"], row["gateway"]))


def _row(gateway: Any) -> dict[str, Any]:
	seen = gateway.last_seen
	return {
		"gateway": gateway.name,
		"location": gateway.location,
		"status": _(gateway.status) if gateway.enabled else _("Switched Off"),
		"trouble": "; ".join(_trouble(gateway)) if gateway.enabled else "",
		"minutes": int((now_datetime() - seen).total_seconds() // 60) if seen else None,
		"today": frappe.db.count("Badge Check In", {"gateway": gateway.name, "school_day": nowdate()}),
		"last_check_in": gateway.last_check_in,
		"backlog": gateway.backlog,
		"oldest_unconfirmed": gateway.oldest_unconfirmed,
		"clock": _(gateway.clock) if gateway.clock else None,
		"disk_free_mb": gateway.disk_free_mb,
		"temperature": gateway.temperature,
		"terminals": frappe.db.count(
			"Attendance Terminal", {"parent": gateway.name, "parenttype": "Attendance Gateway"}
		),
		"version": gateway.version,
	}


def _trouble(gateway: Any) -> list[str]:
	known = (
		(not gateway.last_seen, _("never seen")),
		(gateway.last_seen and gateway.status != "Online", _("not online")),
		(cint(gateway.backlog) > 0 and gateway.status != "Online", _("holds check-ins")),
		(gateway.clock == "unsynced", _("clock not set")),
		(gateway.last_seen and gateway.disk_free_mb and gateway.disk_free_mb < LITTLE_DISK_MB, _("disk nearly full")),
		((gateway.temperature or 0) >= HOT_CELSIUS, _("too hot")),
		(bool(gateway.alarm), gateway.alarm),
		*((True, _("not reading: {0}").format(door)) for door in door_history.blind_now(gateway.name)),
	)  # fmt: skip
	return [sentence for holds, sentence in known if holds]


def _columns() -> list[dict[str, Any]]:
	return [
		column("gateway", _("Gateway"), "Link", "Attendance Gateway", 150),
		column("location", _("Location")),
		column("status", _("Status"), width=100),
		column("trouble", _("Trouble"), width=240),
		column("minutes", _("Seen (minutes ago)"), "Int", width=140),
		column("today", _("Check Ins Today"), "Int", width=120),
		column("last_check_in", _("Last Check In"), "Datetime", width=150),
		column("backlog", _("Backlog"), "Int", width=90),
		column("oldest_unconfirmed", _("Oldest Unconfirmed"), "Duration", width=140),
		column("clock", _("Clock"), width=100),
		column("disk_free_mb", _("Free Disk (MB)"), "Int", width=120),
		column("temperature", _("Temperature"), "Float", width=110),
		column("terminals", _("Terminals"), "Int", width=90),
		column("version", _("Version"), width=100),
	]

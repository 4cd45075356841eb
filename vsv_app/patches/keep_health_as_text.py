"""A column that was JSON refuses what MariaDB does not take for JSON, and with it the whole health message."""

import frappe


def execute() -> None:
	frappe.db.sql_ddl("ALTER TABLE `tabAttendance Gateway` MODIFY `health` longtext")  # nosemgrep

from datetime import timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate


class DoorWatch(Document):
	@staticmethod
	def clear_old_logs(days: int = 400) -> None:
		"""Called nightly by Log Settings; 0 keeps everything. What a terminal was last known to do stays as well."""
		if not days:
			return
		before = getdate(nowdate()) - timedelta(days=days)
		old = frappe.get_all(
			"Door Watch", {"at": ("<", before)}, ["name", "gateway", "terminal"], order_by="at"
		)
		last = {(row.gateway, row.terminal): row.name for row in old}
		gone = [row.name for row in old if last[row.gateway, row.terminal] != row.name]
		frappe.db.delete("Door Watch", {"name": ("in", gone or [""])})

"""Signals kept only what they say today. Each gets the steps that led there, as far as they are known; it can be stopped and begun again."""

import frappe

from vsv_app.services.signals import step_reconstruction
from vsv_app.services.signals.step_reconstruction import Dismissal
from vsv_app.stores.frappe_store import FrappeStore

TAKEN_BACK = "Dismissal Taken Back"


def execute() -> None:
	store, dismissals = FrappeStore(), _dismissals()
	while step_reconstruction.reconstruct_some(store, dismissals):
		frappe.db.commit()  # a part at a time: a school has thousands; nosemgrep
	_delete_table_of_dismissals()


def _dismissals() -> dict[str, list[Dismissal]]:
	"""Dismissals that were taken back, from the child table that steps replace."""
	found: dict[str, list[Dismissal]] = {}
	if frappe.db.table_exists(TAKEN_BACK):
		columns = "parent, dismissed_on, dismissed_by, reason, note, taken_back_on"
		for signal, *row in frappe.db.sql(f"select {columns} from `tab{TAKEN_BACK}` order by parent, idx"):  # noqa: S608 our own names; nosemgrep
			found.setdefault(signal, []).append(Dismissal(*row))
	return found


def _delete_table_of_dismissals() -> None:
	frappe.delete_doc("DocType", TAKEN_BACK, force=True, ignore_missing=True)
	frappe.db.sql_ddl(f"drop table if exists `tab{TAKEN_BACK}`")  # nosemgrep

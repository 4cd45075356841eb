"""Who read a restricted record: noted while a request runs, written once it has ended.

A request that only reads is rolled back, and one that fails too; what was read has been read all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.utils import now_datetime, nowdate

from vsv_app.engine.concerns import RESTRICTED

LOG = "Restricted Read"


def note(user: str, doctype: str, name: str, way: str) -> None:
	"""Remember a read; the same one counts once a request."""
	_noted().add((user, doctype, name, way))


def note_list(user: str) -> None:
	"""Remember that the restricted concerns open to a user may be in a list that is being made."""
	_noted().add((user, "Concern", "", "List"))


@contextmanager
def counting() -> Iterator[None]:
	"""A list that is only counted is not read: nothing of it is noted."""
	before = set(_noted())
	yield
	_noted().intersection_update(before)


def write(*_request: Any, **_more: Any) -> None:
	"""Write what was noted: after a request, and after a background job."""
	noted = _noted()
	if not noted or not frappe.db:
		return
	rows = []
	for user, doctype, name, way in sorted(noted):
		rows += [(user, doctype, one, way) for one in ([name] if name else _listed_today_first(user))]
	noted.clear()
	for user, doctype, name, way in rows:
		log = frappe.get_doc(
			doctype=LOG, user=user, read_on=now_datetime(), way=way, reference_doctype=doctype, reference_name=name
		)  # fmt: skip
		log.insert(ignore_permissions=True, ignore_links=True)  # a log that its reader may not write
	if rows and not frappe.flags.in_test:
		frappe.db.commit()  # nosemgrep: the request's own transaction has ended before


def _listed_today_first(user: str) -> list[str]:
	"""The restricted concerns open to a user whose listing is not noted yet today."""
	readable = frappe.get_all("Named Reader", {"parenttype": "Concern", "user": user}, pluck="parent")
	restricted = frappe.get_all(
		"Concern", {"name": ("in", readable or [""]), "visibility": RESTRICTED}, pluck="name"
	)
	known = {
		"user": user,
		"way": "List",
		"reference_name": ("in", restricted or [""]),
		"read_on": (">=", nowdate()),
	}
	return sorted(set(restricted) - set(frappe.get_all(LOG, known, pluck="reference_name")))


def _noted() -> set[tuple[str, str, str, str]]:
	if getattr(frappe.local, "vsv_restricted_reads", None) is None:
		frappe.local.vsv_restricted_reads = set()
	return frappe.local.vsv_restricted_reads

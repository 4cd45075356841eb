"""Who read a restricted record: noted while a request runs, written once it has ended.

A request that only reads is rolled back, and one that fails too; what was read has been read all the same.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import frappe
from frappe.utils import now_datetime

from vsv_app.engine.access import table
from vsv_app.engine.access.declaration import VISIBILITY
from vsv_app.engine.care.concerns import RESTRICTED

LOG = "Restricted Read"
ADMINISTRATOR = "Administrator"
FAILED = 400


def note(user: str, doctype: str, name: str, way: str) -> None:
	"""Remember a read; the same one counts once a request."""
	_noted().add((user, doctype, name, way))


def note_list(user: str, doctype: str) -> None:
	"""Remember that restricted records that are open to a user may be in a list that is being made."""
	_noted().add((user, doctype, "", "List"))


@contextmanager
def counting() -> Iterator[None]:
	"""A list that is only counted is not read: nothing of it is noted."""
	before = set(_noted())
	yield
	_noted().intersection_update(before)


def write(response: Any = None, **_more: Any) -> None:
	"""Write what was noted: after a request, whose answer says which records were in a list, and after a background job."""
	if not frappe.db:
		return
	noted = _noted()
	answer = _Answer(response)
	rows = set()
	for user, doctype, name, way in noted:
		rows |= {
			(user, doctype, one, way) for one in ([name] if name else answer.shown(_open_to(user, doctype)))
		}
	noted.clear()
	if response is not None and frappe.session.user == ADMINISTRATOR:
		# Frappe asks no hook about this one user. What the answer names was read.
		for doctype in filter(answer.is_about, table.RESTRICTABLE):
			rows |= {(ADMINISTRATOR, doctype, one, "List") for one in answer.named(_restricted(doctype))}
	for user, doctype, name, way in sorted(rows):
		log = frappe.get_doc(
			doctype=LOG, user=user, read_on=now_datetime(), way=way, reference_doctype=doctype, reference_name=name
		)  # fmt: skip
		log.insert(ignore_permissions=True, ignore_links=True)  # a log that its reader may not write
	if rows and not frappe.flags.in_test:
		frappe.db.commit()  # the request's own transaction has ended before; nosemgrep


class _Answer:
	"""What a request answered, None after a job: which records it may have shown."""

	def __init__(self, response: Any) -> None:
		self._response = response
		self._shows_nothing = response is not None and response.status_code >= FAILED

	@cached_property
	def _text(self) -> str:
		"""Empty for a file that is passed through."""
		if self._response is None or self._response.direct_passthrough:
			return ""
		return self._response.get_data().decode(errors="ignore")

	def named(self, names: list[str]) -> list[str]:
		"""Those of some records that the answer names."""
		return [] if self._shows_nothing else [name for name in names if name in self._text]

	def shown(self, names: list[str]) -> list[str]:
		"""Those of some records that a list may have shown: all of them where it has rows and names none."""
		if self._shows_nothing or self._is_count_or_empty():
			return []
		return self.named(names) or names

	def is_about(self, doctype: str) -> bool:
		"""Whether the request asked for documents of a kind."""
		request = getattr(frappe.local, "request", None)
		asked = [request.path, *frappe.form_dict.values()] if request else []
		return any(doctype in str(one) for one in asked)

	def _is_count_or_empty(self) -> bool:
		try:
			said = json.loads(self._text)
		except ValueError:
			return False
		if not isinstance(said, dict):
			return False
		rows = said.get("message", said.get("data"))
		if isinstance(rows, dict) and "values" in rows:
			rows = rows["values"]
		return not rows or isinstance(rows, int)


def _open_to(user: str, doctype: str) -> list[str]:
	"""The restricted records of a kind that are open to a user."""
	rows = {"parenttype": doctype, "user": user}
	readable = frappe.get_all(table.BY_KIND[doctype].readers, rows, pluck="parent")
	return _restricted(doctype, name=("in", readable or [""]))


def _restricted(doctype: str, **more: Any) -> list[str]:
	return frappe.get_all(doctype, {VISIBILITY: RESTRICTED, **more}, pluck="name")


def _noted() -> set[tuple[str, str, str, str]]:
	if getattr(frappe.local, "vsv_restricted_reads", None) is None:
		frappe.local.vsv_restricted_reads = set()
	return frappe.local.vsv_restricted_reads

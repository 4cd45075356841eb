"""What the services need of a place that keeps a school's records.

Two implementations: a Frappe site (`frappe_store`) and one SQLite file (`sqlite_store`). The queries
themselves are written once, in `stores/queries/`, over these few primitives.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

Row = tuple[Any, ...]
Document = tuple[Mapping[str, Any], Mapping[str, Sequence[Mapping[str, Any]]]]
"""The values of a document, and the rows of its child tables by field."""


class RowsRefused(ValueError):
	"""Records that the database's own rules do not allow; nothing was written. `reasons` says why, by learner."""

	def __init__(self, reasons: Mapping[str, str]) -> None:
		self.reasons = dict(reasons)
		super().__init__("\n".join(self.reasons.values()))


class Store(Protocol):
	"""Rows in and out, in transactions; documents where people's software wants to see each one.

	SQL values are always bound, never written into the text. Dates, datetimes and times come back as
	`date`, naive `datetime` in the school's time zone, and `timedelta` since midnight.
	"""

	acting_user: str
	indexes_exceptions: bool
	"""Whether the database keeps an index of just the attendance that is an exception."""

	decimal_mark: str
	"""How the school writes numbers in what stays written down."""

	def fetch(self, query: Any, values: Sequence[Any] = ()) -> Sequence[Row]:
		"""The rows of a PyPika query whose placeholders are `VALUE`, in order."""
		...

	def run(self, query: Any, values: Sequence[Any] = ()) -> None:
		"""Execute a PyPika UPDATE or DELETE."""
		...

	def insert_rows(
		self, doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, skip_known: bool = False
	) -> None:
		"""Insert many rows at once; with `skip_known`, a row whose name exists already changes nothing."""
		...

	def transaction(self) -> AbstractContextManager[None]:
		"""Commit at the end of the block, or roll everything back when it raises."""
		...

	def add_document(
		self,
		doctype: str,
		values: Mapping[str, Any],
		children: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
	) -> str:
		"""Insert one document with its child tables, named as its doctype says; returns the name."""
		...

	def add_documents(self, doctype: str, documents: Sequence[Document]) -> list[str]:
		"""Insert many documents, with what inserting each would leave and tell; returns their names in order."""
		...

	def change_document(self, doctype: str, name: str, values: Mapping[str, Any], now: datetime) -> None:
		"""Change fields of one document, with what saving it tells and keeps."""
		...

	def submit_document(self, doctype: str, values: Mapping[str, Any]) -> str:
		"""Insert and submit one document about a `student`; raises RowsRefused, with nothing written, where it is not taken."""
		...

	def cancel_documents(self, doctype: str, names: Sequence[str]) -> None:
		"""Cancel submitted documents, with what cancelling each undoes."""
		...

	def submit_attendance(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
		"""Insert and submit Student Attendance records, as Education would leave them; returns their names.

		Raises RowsRefused before anything is written.
		"""
		...

	def cancel_attendance(self, names: Sequence[str]) -> None:
		"""Cancel submitted Student Attendance records, as Education would leave them."""
		...

	def single(self, doctype: str) -> Mapping[str, Any]:
		"""The values of a single doctype; a field that was never set has its default."""
		...

	def set_single(self, doctype: str, values: Mapping[str, Any]) -> None: ...

	def secret(self, doctype: str, name: str, field: str) -> str | None:
		"""The value of a Password field."""
		...

	def set_secret(self, doctype: str, name: str, field: str, value: str) -> None: ...

	def say(self, text: str) -> str:
		"""English text in the school's own language, for what stays written down; as it is where no translation is known."""
		...

	def may_open(self, user: str, doctype: str, name: str) -> bool:
		"""Whether somebody who is still here may open a document."""
		...

	def is_here(self, user: str) -> bool:
		"""Whether somebody's account is still enabled."""
		...

	def notify(self, recipient: str, subject: str, doctype: str, *names: str) -> None:
		"""Tell a person once that documents want attention; the text carries no learner data, {0} in it is how many."""
		...

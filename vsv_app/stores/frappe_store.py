"""A school's records on a Frappe site: what a school with a bench runs on.

WrittenMeanwhile   another writer came between; nothing was written, and the same work may be done again
SiteClosed         the site is in maintenance; try again later
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, count, cycle
from typing import Any
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.model.base_document import get_controller
from frappe.utils import get_url_to_list, strip_html_tags
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from vsv_app.engine.html_escaping import escape_tags
from vsv_app.engine.numbers import decimal_mark
from vsv_app.stores import frappe_rows
from vsv_app.stores.frappe_attendance import cancel_attendance, submit_attendance
from vsv_app.stores.store import Document, Row, RowsRefused

SAVEPOINTS = count(1)
"""A name for each: a store in a document's event would else release that of the store that wrote the document."""
COUNTS = frozenset({"Int", "Check", "Long Int"})
NUMBERS = frozenset({"Float", "Percent", "Currency", "Duration"})


class WrittenMeanwhile(RuntimeError):
	"""A deadlock, a lock that was not given in time, or a row that changed since it was read."""


class SiteClosed(RuntimeError):
	"""The site is in maintenance mode."""


class FrappeStore:
	"""A `Store` on the site that this thread is connected to.

	`commits`: the store owns the transaction, as in the listener and in commands. Otherwise Frappe owns it, as in a
	request, a document event, a job or a test, and `transaction` is a savepoint in it.
	"""

	indexes_exceptions = False

	def __init__(self, *, commits: bool = False) -> None:
		self._commits = commits
		self._nested = 0
		self._savepoint = ""

	@property
	def acting_user(self) -> str:
		return str(frappe.session.user)

	@property
	def decimal_mark(self) -> str:
		settings = self.single("System Settings")
		return decimal_mark(settings["number_format"], settings["language"])

	def fetch(self, query: Any, values: Sequence[Any] = ()) -> Sequence[Row]:
		return frappe.db.sql(query.get_sql(), tuple(values))  # type: ignore[no-any-return] # PyPika with bound values; nosemgrep

	def run(self, query: Any, values: Sequence[Any] = ()) -> None:
		with self.transaction():
			frappe.db.sql(query.get_sql(), _plain(values))  # as above; nosemgrep

	def insert_rows(
		self, doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, skip_known: bool = False
	) -> None:
		# IGNORE would also cut what does not fit, and say nothing.
		known = " ON DUPLICATE KEY UPDATE `name` = `name`" if skip_known else ""
		# What is set aside keeps its bytes, as its signature must still fit; a Code field shows no HTML.
		meta = frappe.get_meta(doctype)
		as_it_came = [meta.has_field(name) and meta.get_field(name).fieldtype == "Code" for name in columns]
		with self.transaction():
			for statement, some in frappe_rows.inserts(doctype, columns, rows):
				frappe.db.sql(statement + known, _plain(chain.from_iterable(some), as_it_came))  # nosemgrep

	@contextmanager
	def transaction(self) -> Iterator[None]:
		if self._nested:
			yield
			return
		self._begin()
		self._nested += 1
		try:
			yield
		except BaseException as error:
			self._roll_back()
			if self._commits and isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
				raise WrittenMeanwhile(str(error)) from error
			raise
		else:
			self._commit()
		finally:
			self._nested -= 1

	def add_document(
		self,
		doctype: str,
		values: Mapping[str, Any],
		children: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
	) -> str:
		rows = {field: [dict(row) for row in some] for field, some in (children or {}).items()}
		with self.transaction():
			document = frappe.get_doc({"doctype": doctype, **values, **rows})
			# The services are the ones who decide here; whitelisted methods have checked the person before.
			document.insert(ignore_permissions=True, set_name=values.get("name"))
		return str(document.name)

	def add_documents(self, doctype: str, documents: Sequence[Document]) -> list[str]:
		if not documents:
			return []
		with self.transaction():
			if frappe_rows.must_go_one_by_one(doctype, documents):
				return [self.add_document(doctype, values, children) for values, children in documents]
			made = dict(frappe_rows.rows_of(doctype, documents))
			for kind, rows in made.items():
				if rows:
					self._insert_made(kind, rows)
			get_controller(doctype).after_insert_of(made[doctype])
			names = [str(row["name"]) for row in made[doctype]]
			frappe_rows.refresh_open_lists(doctype, names)
		return names

	def _insert_made(self, doctype: str, rows: Sequence[frappe_rows.Row]) -> None:
		try:
			self.insert_rows(doctype, *frappe_rows.values_of(doctype, rows))
		except Exception as clash:
			if frappe.db.is_unique_key_violation(clash):
				raise frappe.UniqueValidationError(doctype, str(clash)) from clash  # as a document does
			raise

	def change_document(self, doctype: str, name: str, values: Mapping[str, Any], now: datetime) -> None:
		with self.transaction():
			document = frappe.get_doc(doctype, name)
			document.update(values)
			document.save(ignore_permissions=True)  # the services decide; see add_document

	def submit_document(self, doctype: str, values: Mapping[str, Any]) -> str:
		try:
			with self.transaction():
				return self.add_document(doctype, {**values, "docstatus": 1})
		except frappe.ValidationError as refused:
			frappe.clear_last_message()  # it goes to whoever reads the reasons, and not to this screen
			raise RowsRefused({values["student"]: strip_html_tags(str(refused))}) from refused

	def cancel_documents(self, doctype: str, names: Sequence[str]) -> None:
		with self.transaction():
			for name in names:
				document = frappe.get_doc(doctype, name)
				document.flags.ignore_permissions = True  # the services decide; see add_document
				document.cancel()

	def submit_attendance(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
		with self.transaction():
			return submit_attendance(rows)

	def cancel_attendance(self, names: Sequence[str]) -> None:
		if names:
			with self.transaction():
				cancel_attendance(names)

	def single(self, doctype: str) -> Mapping[str, Any]:
		stored = frappe.db.get_singles_dict(doctype)
		return {
			field.fieldname: _typed(field.fieldtype, stored.get(field.fieldname, field.default))
			for field in frappe.get_meta(doctype).fields
			if field.fieldtype not in frappe.model.no_value_fields and field.fieldtype != "Password"
		}

	def set_single(self, doctype: str, values: Mapping[str, Any]) -> None:
		meta = frappe.get_meta(doctype)
		with self.transaction():
			for field, value in values.items():
				if meta.get_field(field).fieldtype == "Password":
					self.set_secret(doctype, doctype, field, value)
				else:
					# The timestamp stays, so that a person who has the form open can still save it.
					frappe.db.set_single_value(doctype, field, value, update_modified=False)

	def secret(self, doctype: str, name: str, field: str) -> str | None:
		return get_decrypted_password(doctype, name, field, raise_exception=False) or None

	def set_secret(self, doctype: str, name: str, field: str, value: str) -> None:
		"""Keep the value of a Password field; the column itself holds stars, as Frappe's own forms leave it."""
		with self.transaction():
			set_encrypted_password(doctype, name, value, field)
			if frappe.get_meta(doctype).issingle:
				frappe.db.set_single_value(doctype, field, "*" * 10, update_modified=False)
			else:
				frappe.db.set_value(doctype, name, field, "*" * 10, update_modified=False)

	def say(self, text: str) -> str:
		return str(_(text, lang=frappe.db.get_single_value("System Settings", "language") or "en"))

	def may_open(self, user: str, doctype: str, name: str) -> bool:
		enabled = frappe.db.get_value("User", user, "enabled")
		return bool(enabled and frappe.has_permission(doctype, "read", doc=name, user=user))

	def is_here(self, user: str) -> bool:
		return bool(frappe.db.get_value("User", user, "enabled"))

	def notify(self, recipient: str, subject: str, doctype: str, *names: str) -> None:
		if not frappe.db.get_value("User", recipient, "enabled") or not is_notifications_enabled(recipient):
			return
		language = frappe.db.get_value("User", recipient, "language")
		# A click opens the document, or the list where there are several.
		about = (
			{"document_name": names[0]}
			if len(names) == 1
			else {"link": urlsplit(get_url_to_list(doctype)).path}
		)
		self.add_document(
			"Notification Log",
			{
				"type": "Alert",
				"for_user": recipient,
				"from_user": self.acting_user,
				"subject": _(subject, lang=language).format(len(names)),
				"document_type": doctype,
				**about,
			},
		)

	def _begin(self) -> None:
		if self._commits:
			frappe.db.rollback()  # lets go of the snapshot that earlier reads hold
		else:
			self._savepoint = f"vsv_app_{next(SAVEPOINTS)}"
			frappe.db.savepoint(self._savepoint)

	def _commit(self) -> None:
		if self._commits:
			frappe.db.commit()  # the store owns the transaction of its session; nosemgrep
		else:
			frappe.db.release_savepoint(self._savepoint)

	def _roll_back(self) -> None:
		if self._commits:
			frappe.db.rollback()
			return
		try:
			frappe.db.rollback(save_point=self._savepoint)
		except frappe.db.OperationalError as gone:
			if gone.args[0] != SAVEPOINT_DOES_NOT_EXIST:
				raise
			# The database has rolled everything back by itself, as it does after a deadlock.


SAVEPOINT_DOES_NOT_EXIST = 1305


@contextmanager
def frappe_session(site: str, user: str = "Administrator") -> Iterator[FrappeStore]:
	"""A store on `site` for one piece of work, on a connection of its own; raises SiteClosed in maintenance."""
	frappe.init(site=site)
	try:
		if frappe.conf.maintenance_mode:
			raise SiteClosed(f"{site} is in maintenance mode")
		frappe.connect()
		frappe.set_user(user)
		yield FrappeStore(commits=True)
	finally:
		frappe.destroy()


def _plain(values: Iterable[Any], as_it_came: Sequence[bool] = (False,)) -> tuple[Any, ...]:
	"""Rows pass by the documents that would clean their text; `as_it_came` says by column what is to stay untouched."""
	written = tuple(values)
	if not any(type(value) is str and "<" in value for value in written):
		return written
	return tuple(
		escape_tags(value) if type(value) is str and not untouched else value
		for value, untouched in zip(written, cycle(as_it_came), strict=False)
	)


def _typed(kind: str, value: Any) -> Any:
	"""A value of a single doctype, which Frappe keeps as text; None where it is empty."""
	if value is None or value == "":
		return None
	if kind in COUNTS:
		return int(value)
	if kind in NUMBERS:
		return float(value)
	if kind == "Time":
		return frappe.utils.to_timedelta(value)
	if kind == "Date":
		return frappe.utils.getdate(value)
	return frappe.utils.get_datetime(value) if kind == "Datetime" else value

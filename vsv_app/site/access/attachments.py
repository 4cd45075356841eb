"""Files of records about learners: private, each on the disk by itself, and had through the record alone.

To Frappe, whoever has a file record with the address of a file may have the file, and anybody may make one; it keeps files that
hold the same once, and who made a file record may have it for ever. None of that holds here.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file import file as frappes
from frappe.model.document import Document
from frappe.utils import cint

from vsv_app.engine import file_addresses
from vsv_app.engine.access.gate.portal import OF_EDUCATION
from vsv_app.engine.access.table import ABOUT_LEARNERS, DOCUMENTS, PARENTS, SET_UP
from vsv_app.site.access import permission_hooks

ASKED = frozenset((*DOCUMENTS, *SET_UP, *PARENTS, *OF_EDUCATION))
"""On a record of these a file is hung by who may write the record."""
NOBODYS = "Administrator"
"""Who owns a file record may have the file, whatever it hangs on. The record's timeline says who hung it there."""
FOR_FILES = ("Attach", "Attach Image")
BACKUPS = "/backups"
A_BACKUP = re.compile(r"/backups/[\w-][\w.-]*", re.ASCII)
"""Frappe joins what follows to the folder of private files, and takes steps up with it."""
KEPT = (
	"name",
	"file_name",
	"file_url",
	"is_private",
	"is_folder",
	"attached_to_doctype",
	"attached_to_name",
	"content_hash",
	"thumbnail_url",
)


class NotPrivate(frappe.ValidationError):
	"""A file of a learner's record that anybody with the address could read."""


class NotYourFile(frappe.PermissionError):
	"""Somebody would have a file that is not theirs to read, or hang one where they may not write."""


class StaysAtItsRecord(frappe.ValidationError):
	"""A file that would be taken off the record of a learner."""


class File(frappes.File):
	"""Frappe's file records, looked at before Frappe reads or sends what they lead to."""

	def before_insert(self) -> None:
		check_new(self)
		super().before_insert()

	def get_full_path(self) -> str:
		"""Where the file lies; refuses an address that leads anywhere else than it says."""
		if not self.is_folder:
			_check_address(self)
		return str(super().get_full_path())

	def get_content(self) -> bytes | str:
		if not self.get("content"):
			check_reading(self)
		return super().get_content()

	def unzip(self) -> list[Document]:
		check_reading(self)
		return super().unzip()

	def is_downloadable(self) -> bool:
		return allowed(self, "read")


def check_new(file: Document) -> None:
	"""Before a new file is stored: what Frappe would take from an address is had by who gives the address."""
	_take_numbers(file)
	file.thumbnail_url = None
	file.file_name = file_addresses.plain_name(file.file_name or "") or None
	if file.is_folder:
		file.file_url = file.content_hash = None
		return
	if file.get("content"):
		file.file_url = None
		return
	file.file_url = unquote(file.file_url or "")
	_check_address(file)
	_check_had(file)
	file.content_hash = None


def check_reading(file: Document) -> None:
	"""Before a file is read, by whatever method and for whatever: where it lies is a learner's file, the reader is that of its record."""
	user = frappe.session.user
	if file.is_folder or user == "Administrator" or file.flags.by_the_app:
		return
	address = _address(file)
	known = _at(address)
	if any(map(_is_of_learner, known)) and not _had(address, user, known):
		raise frappe.PermissionError


def hang(file: Document, _event: str | None = None) -> None:
	"""A new file, as Frappe has stored it: on a record that may be written, and a learner's on the disk by itself."""
	if file.is_folder:
		return
	_check_place(file)
	if not file.is_remote_file and (not _holds(file, file._content) or _is_of_others(file)):
		_store_apart(file, file._content)
	_settle(file)


def stay(file: Document, _event: str | None = None) -> None:
	"""A file that is stored: what it is, where it hangs and what it leads to is looked at before Frappe moves it on the disk."""
	stored = frappe.db.get_value("File", file.name, KEPT, as_dict=True) if not file.is_new() else None
	if stored is None:
		return
	_take_numbers(file)
	file.is_folder, file.thumbnail_url = stored.is_folder, stored.thumbnail_url
	if "original_content" not in file.flags:
		file.content_hash = stored.content_hash
	if file.is_folder:
		file.file_url = stored.file_url
		return
	file.file_url = unquote(file.file_url or "")
	_stay_at_record(file, stored)
	if _address(file) != _address(stored) and "original_content" not in file.flags:
		_check_address(file)
		_check_had(file)
	if _place(file) != _place(stored):
		_check_place(file)
		if _is_of_learner(file) and not file.is_remote_file:
			keep_private(file)
			_store_apart(file, file.get_content())
	if _is_of_learner(file):
		file.content_hash = frappe.generate_hash(length=32)


def leave_to_record(file: Document, _event: str | None = None) -> None:
	"""A file that was hung on a learner's record is nobody's own from then on; Frappe lets no document change whose it is."""
	if _is_of_learner(file) and file.owner != NOBODYS:
		file.owner = NOBODYS
		frappe.db.set_value("File", file.name, "owner", NOBODYS, update_modified=False)


def keep_private(file: Document, _event: str | None = None) -> None:
	"""Who knows the address of a public file needs no sign-in."""
	if _is_of_learner(file) and not cint(file.is_private) and not cint(file.is_folder):
		frappe.throw(
			_("Files of records about learners are private. Tick Private, and attach it again."),
			exc=NotPrivate,
			title=_("Private Only"),
		)


def check_fields(document: Document, _event: str | None = None) -> None:
	"""What a field for a file names is hung on the document by Frappe itself: it is a file that who saves it may have."""
	if document.doctype == "File" or frappe.session.user == "Administrator":
		return
	fields = [field.fieldname for field in document.meta.fields if field.fieldtype in FOR_FILES]
	named = [name for name in fields if str(document.get(name) or "").startswith(file_addresses.PRIVATE)]
	if not named:
		return
	stored = frappe.db.get_value(document.doctype, document.name, named, as_dict=True) or {}
	for name in named:
		if document.get(name) != stored.get(name) and not _had(document.get(name), frappe.session.user):
			_refuse()


def check_download(*_request: Any, **_more: Any) -> None:
	"""Before a private file is sent: the record that allows it names this very file, not one that the database takes for it. A backup is one."""
	path = frappe.local.request.path
	if path.startswith(BACKUPS) and not A_BACKUP.fullmatch(path):
		raise frappe.PermissionError
	if path.startswith(file_addresses.PRIVATE) and not _had(path, frappe.session.user):
		raise frappe.PermissionError


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Frappe's own answer about the file as it is stored; of a learner's record, what the record says."""
	user = user or frappe.session.user
	if user == "Administrator":
		return True
	if ptype != "create" and not doc.is_new() and frappe.db.exists("File", doc.name):
		doc = frappe.get_doc("File", doc.name)
	return _may(doc, ptype, user)


def hold_apart(name: str, *, copy: bool) -> None:
	"""A file of a learner's record from before it was so held; `copy`: other file records lead to where it lies."""
	file = frappe.get_doc("File", name)
	if copy and not file.is_remote_file and Path(file.get_full_path()).is_file():
		_store_apart(file, file.get_content())
	_settle(file)
	held = {field: file.get(field) for field in ("file_name", "file_url", "owner", "content_hash")}
	frappe.db.set_value("File", name, held, update_modified=False)


def _may(file: Document, ptype: str, user: str) -> bool:
	if ptype != "create" and _is_of_learner(file):
		action = "write" if ptype in ("write", "delete") else "read"
		return permission_hooks.may(file.attached_to_doctype, file.attached_to_name, action, user)
	return bool(frappes.has_permission(file, ptype, user))


def _had(address: str, user: str, known: list[Any] | None = None) -> bool:
	"""Whether a file is a user's to read: one of its records says so. `known`: the file records at the address, where they were read."""
	if user == "Administrator":
		return True
	return any(
		_is_guests_own(row, user) or _may(frappe.get_doc("File", row.name), "read", user)
		for row in (_at(address) if known is None else known)
		if row.file_url == address
	)


def _is_guests_own(row: Any, user: str) -> bool:
	"""What a web form of somebody who is not signed in has just brought along."""
	return user == "Guest" == row.owner and not row.attached_to_doctype


def _check_address(file: Document) -> None:
	if not file_addresses.is_plain(_address(file)):
		frappe.throw(
			_("This address of a file is not written as one: {0}. Upload the file itself.").format(
				frappe.utils.escape_html(str(file.file_url or file.file_name))
			),
			exc=NotYourFile,
			title=_("No Address"),
		)


def _check_had(file: Document) -> None:
	"""A file by its address alone: one that its records let the user have, and none of another record about a learner."""
	address = _address(file)
	if not file_addresses.is_private(address) or frappe.session.user == "Administrator":
		return
	known = _at(address)
	if file.flags.ignore_permissions and (not known or file.content_hash in _hashes(known)):
		return  # written by a program just now, or found by it to be there already
	apart = any(_is_of_learner(row) and _place(row) != _place(file) for row in known)
	if apart or not _had(address, frappe.session.user, known):
		_refuse()


def _hashes(known: list[Any]) -> set[str]:
	"""What files hold, by which a program that has it finds them; a learner's is not found so."""
	return {row.content_hash for row in known if row.content_hash and not _is_of_learner(row)}


def _check_place(file: Document) -> None:
	kind = _kind(file.attached_to_doctype)
	if kind not in ASKED:
		return
	file.attached_to_doctype = kind
	stored = frappe.db.get_value(kind, file.attached_to_name) if kind not in PARENTS else None
	if stored:
		file.attached_to_name = stored
	if file.flags.by_the_app or frappe.session.user == "Administrator":
		return
	if not permission_hooks.may(kind, stored, "write", frappe.session.user):
		frappe.throw(
			_("Only who may change this record attaches files to it."),
			exc=NotYourFile,
			title=_("Not Permitted"),
		)


def _stay_at_record(file: Document, stored: Any) -> None:
	if not _is_of_learner(stored):
		return
	keep_private(file)
	if _place(file) != _place(stored) or not file.is_private or _address(file) != _address(stored):
		frappe.throw(
			_(
				"A file of a record about a learner stays at that record. Delete it there, and attach it elsewhere."
			),
			exc=StaysAtItsRecord,
			title=_("Stays At Its Record"),
		)


def _take_numbers(file: Document) -> None:
	"""To a form "0" is a text, and to Frappe a text is true."""
	file.is_private, file.is_folder = cint(file.is_private), cint(file.is_folder)


def _settle(file: Document) -> None:
	"""A file of a learner's record is nobody's own, and to Frappe like no other file."""
	if _is_of_learner(file):
		file.owner = NOBODYS
		file.content_hash = frappe.generate_hash(length=32)


def _store_apart(file: Document, content: bytes | str) -> None:
	"""On the disk by itself, under a name that no other file has."""
	name = Path(file.file_name)
	file.file_name = f"{name.stem}-{frappe.generate_hash(length=10)}{name.suffix}"
	file.file_url, file.content, file.flags.new_file = None, content, True
	file.save_file(content=content, ignore_existing_file_check=True)
	frappe.db.after_rollback.add(file.on_rollback)


def _holds(file: Document, content: bytes | str) -> bool:
	"""Whether what was sent is what lies at the address: an address may have been sent along with it."""
	sent = content.encode() if isinstance(content, str) else content
	path = Path(file.get_full_path())
	return path.is_file() and path.read_bytes() == sent


def _is_of_others(file: Document) -> bool:
	"""Whether another file record leads to the same address, or to what the database takes for it, and one of both is a learner's."""
	known = [row for row in _at(file.file_url) if row.name != file.name]
	return any(_is_of_learner(file) or row.file_url != file.file_url or _is_of_learner(row) for row in known)


def _at(address: str) -> list[Any]:
	"""The file records at an address, as the database compares."""
	return frappe.get_all("File", {"file_url": address}, [*KEPT, "owner"])


def _address(file: Any) -> str:
	"""What Frappe would read: without an address, the file of that name."""
	root = file_addresses.PRIVATE if file.is_private else file_addresses.PUBLIC
	return unquote(file.file_url or "") or f"{root}{file.file_name}"


def _place(file: Any) -> tuple[str, str]:
	return file.attached_to_doctype or "", file.attached_to_name or ""


def _kind(doctype: str | None) -> str | None:
	"""A kind of document by its name, however it is spelt."""
	return frappe.db.get_value("DocType", doctype) or doctype if doctype else None


def _is_of_learner(file: Any) -> bool:
	return file.attached_to_doctype in ABOUT_LEARNERS


def _refuse() -> None:
	frappe.throw(
		_("This file is not yours to attach. Upload the file itself."),
		exc=NotYourFile,
		title=_("Not Permitted"),
	)

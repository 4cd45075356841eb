"""What is declared of a kind of document: who may do what with it, and what else a site must know to protect it."""

from dataclasses import dataclass
from typing import Any

from vsv_app.engine.access.rights import Right

STUDENT = "student"
"""The field of a document that is about one learner."""
REFERENCE = ("reference_doctype", "reference_name")
"""The fields of a document that refers to a record about a learner."""
VISIBILITY = "visibility"
"""The field that says whether a record is for its named readers alone."""


@dataclass(frozen=True)
class Addressee:
	"""Whom a document is for: the user in a field of its own, or of the documents that tell about it.

	field     names the user
	told_by   the kind of document that has this field, where it is another one
	link      the field in which that one names the document
	"""

	field: str
	told_by: str = ""
	link: str = ""


@dataclass(frozen=True)
class Ended:
	"""The day from which a record counts as closed, and of which records that holds: (field, operator, value)."""

	on: str
	where: tuple[tuple[str, str, Any], ...] = ()


@dataclass(frozen=True)
class Kept:
	"""How long a record is kept once it is closed.

	setting   the field of Early Warning Settings with the number of days; empty: until it is erased
	ended     each way in which it is closed; empty where another job than the nightly retention deletes it
	"""

	setting: str = ""
	ended: tuple[Ended, ...] = ()


UNTIL_ERASED = Kept()


@dataclass(frozen=True)
class OfUser:
	"""What goes when a user asks to be forgotten: of the records that name them in a field, these values, or name and address."""

	field: str
	redact: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
	"""A kind of document. What has no right is not allowed.

	kind        the doctype
	rights      who may do what with it
	by          the field or fields by which it is about a learner: STUDENT, REFERENCE, or none
	set_up      a school sets it up, or its doors report it
	rows        its child tables
	addressee   whom a document is for
	team        the child table whose rows name the users of a team
	readers     the child table whose rows name who may read a restricted record
	noted_by    the field with the user who wrote it down
	kept        how long; asked of every document about a learner
	of_user     what Frappe's own requests of a person find in it
	"""

	kind: str
	rights: tuple[Right, ...]
	by: str | tuple[str, str] = ""
	set_up: bool = False
	rows: tuple[str, ...] = ()
	addressee: Addressee | None = None
	team: str = ""
	readers: str = ""
	noted_by: str = ""
	kept: Kept | None = None
	of_user: OfUser | None = None

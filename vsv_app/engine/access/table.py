"""Who may see and do what, as one table: role x document x actions x condition.

A document is declared once, under its subject in `documents`. The hooks that look at each record, what Frappe hands on by
itself, export, erasure and retention take what they need from here; the permissions of the doctypes and the tables of
docs/data-protection.md are held to it by tests, and so is that no document about a learner is missing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from vsv_app.engine.access.conditions import Circumstances, holds
from vsv_app.engine.access.declaration import REFERENCE, STUDENT, Document
from vsv_app.engine.access.documents import attendance, care, gateways, partners, signals

DECLARED: tuple[Document, ...] = tuple(
	document for subject in (signals, attendance, care, partners, gateways) for document in subject.DOCUMENTS
)
BY_KIND = {document.kind: document for document in DECLARED}

DOCUMENTS = tuple(one.kind for one in DECLARED if not one.set_up)
"""What is about learners, and whom and what care works with."""
SET_UP = tuple(one.kind for one in DECLARED if one.set_up)
"""What a school sets up and what its doors report. None of it names a learner, so no record of it is looked at by itself."""
ABOUT_LEARNERS = tuple(one.kind for one in DECLARED if one.by)
"""The documents that say something about a learner: each record is looked at before it is shown."""
OF_A_LEARNER = tuple(one.kind for one in DECLARED if one.by == STUDENT)
"""Those that name the learner: what is handed over to one, and erased, in an order in which that can be done."""
REFERRING = tuple(one.kind for one in DECLARED if one.by == REFERENCE)
"""Those that name a record about a learner, and say nothing without it."""
RESTRICTABLE = tuple(one.kind for one in DECLARED if one.readers)
"""Those of which a record may be for named readers alone."""
PARENTS: dict[str, tuple[str, ...]] = {
	rows: tuple(one.kind for one in DECLARED if one.by and rows in one.rows)
	for document in DECLARED
	if document.by
	for rows in document.rows
}
"""Child tables of documents about learners, with the kinds that they belong to."""


@dataclass(frozen=True)
class Row:
	"""A role may do these things with documents of a kind where the condition holds; what has no row is not allowed."""

	role: str
	document: str
	actions: tuple[str, ...]
	condition: str


def _rows(kinds: tuple[str, ...]) -> tuple[Row, ...]:
	return tuple(
		Row(right.role, kind, right.actions, right.condition)
		for kind in kinds
		for right in BY_KIND[kind].rights
	)


TABLE, SETUP = _rows(DOCUMENTS), _rows(SET_UP)


def rows_of(document: str, roles: Collection[str], action: str) -> tuple[Row, ...]:
	"""The rows that allow somebody with these roles an action on some of the documents of a kind."""
	return tuple(row for row in _rows((document,)) if row.role in roles and action in row.actions)


def may(document: str, roles: Collection[str], action: str, at: Circumstances) -> bool:
	"""Whether somebody with these roles may do this with one record."""
	return any(holds(row.condition, at) for row in rows_of(document, roles, action))

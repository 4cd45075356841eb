"""Concerns: calls for help that nobody took in hand, and who may read one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vsv_app.engine.care.concerns import ASKED_FOR_HELP, IN_HAND, OPEN, POSITIVE
from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

CONCERN = table("Concern")
READER = table("Named Reader")


@dataclass(frozen=True)
class Noted:
	"""A concern, with the people who are named to read it."""

	name: str
	student: str
	student_name: str | None
	kind: str
	status: str
	visibility: str
	from_learner: bool
	noted_by: str | None
	noted_on: datetime
	what: str
	responsible: str | None
	what_was_done: str | None
	closed_on: datetime | None
	readers: tuple[str, ...] = ()
	severity: str = ""

	@property
	def asks_for_help(self) -> bool:
		"""A learner did, in the portal, or by a colleague's note."""
		return self.from_learner or self.kind == ASKED_FOR_HELP


FIELDS = tuple(field for field in Noted.__dataclass_fields__ if field != "readers")
WHAT = FIELDS.index("what")


def calls_for_help(store: Store) -> list[Noted]:
	"""Calls for help that nobody took in hand, asked in the portal or noted by a colleague, the oldest first."""
	return _of_status(store, OPEN, _FOR_HELP, ASKED_FOR_HELP)


def help_in_hand(store: Store) -> list[Noted]:
	"""Calls for help that somebody took in hand, and that are not closed, the oldest first."""
	return _of_status(store, IN_HAND, _FOR_HELP, ASKED_FOR_HELP)


def others_open(store: Store) -> list[Noted]:
	"""Whatever else was noted and nobody took in hand, the oldest first; what is good news asks nothing."""
	neither = (CONCERN.from_learner != 1) & CONCERN.kind.notin([VALUE] * 2)
	return _of_status(store, OPEN, neither, ASKED_FOR_HELP, POSITIVE)


def get(store: Store, name: str) -> Noted | None:
	"""One concern."""
	return next(iter(_read(store, _select().where(CONCERN.name == VALUE), [name])), None)


def about(store: Store, student: str) -> list[Noted]:
	"""All that was noted about a learner."""
	return _read(store, _select().where(CONCERN.student == VALUE).orderby(CONCERN.noted_on), [student])


_FOR_HELP = (CONCERN.from_learner == 1) | (CONCERN.kind == VALUE)


def _of_status(store: Store, status: str, where: Any, *values: str) -> list[Noted]:
	query = _select().where(CONCERN.status == VALUE).where(where).orderby(CONCERN.noted_on)
	return _read(store, query, [status, *values])


def _select() -> Any:
	return select(CONCERN, *(CONCERN[field] for field in FIELDS))


def _read(store: Store, query: Any, values: list[Any]) -> list[Noted]:
	rows = [
		dict(zip(FIELDS, row, strict=True)) | {"what": row[WHAT] or ""} for row in store.fetch(query, values)
	]
	named: dict[str, list[str]] = {}
	names = [str(row["name"]) for row in rows]
	if names:
		readers = select(READER, READER.parent, READER.user).where(READER.parenttype == VALUE)
		readers = readers.where(any_of(READER.parent, names)).orderby(READER.idx)
		for parent, user in store.fetch(readers, ["Concern", *names]):
			named.setdefault(parent, []).append(user)
	return [Noted(**row, readers=tuple(named.get(row["name"], ()))) for row in rows]

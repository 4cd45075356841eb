"""Bringing in card numbers from a list: looked at first, then taken over. A number becomes digests here and is kept nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from vsv_app.engine.gateways import card_numbers
from vsv_app.engine.gateways.card_numbers import Cards, NotOfThisFormat
from vsv_app.engine.gateways.messages import badge_digest
from vsv_app.engine.sentences import Sentence, say
from vsv_app.services.attendance.badges import enrolment, handing_out
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import badges
from vsv_app.stores.queries.attendance.badges import Badge
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Document, Store

AT_ONCE = 500
"""Digests that one query asks for."""


@dataclass(frozen=True)
class Line:
	"""A row of the list, as the file counts them: a learner and the number on the badge."""

	row: int
	learner: str
	number: str

	def __repr__(self) -> str:
		"""Without the number, which no log may hold."""
		return f"Line({self.row})"


@dataclass(frozen=True)
class Refused:
	"""A row that is not taken over: who stands there, and why."""

	row: int
	who: str
	why: Sentence


@dataclass(frozen=True)
class Ready:
	"""A row that can be taken over: the digests of what readers make of the card."""

	row: int
	student: str
	name: str
	digests: tuple[str, ...]
	beside: tuple[str, ...] = ()
	"""Badges that the learner carries already."""


@dataclass(frozen=True)
class Looked:
	"""What a list would come to. `already`: rows whose badge the learner has; `warnings` say which doors will not know these badges."""

	ready: tuple[Ready, ...]
	refused: tuple[Refused, ...] = ()
	already: int = 0
	warnings: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class BroughtIn:
	"""What was taken over. `touched`: whose taps of which day count otherwise now."""

	learners: int
	returned: int
	touched: Mapping[date, set[str]]


def look(store: Store, badge_key: bytes, lines: Sequence[Line], form: str) -> Looked:
	"""What taking over a list would do, row by row; writes nothing."""
	people = _People(store)
	refused: list[Refused] = []
	found: list[tuple[Line, learners.Named, Cards]] = []
	for line in lines:
		try:
			found.append((line, people.named(line.learner), card_numbers.read(line.number, form)))
		except (NotOfThisFormat, _NotOne) as why:
			refused.append(Refused(line.row, line.learner, why.args[0]))
	digests = {line.row: _digests(badge_key, cards) for line, _who, cards in found}
	known = _known(store, list(chain.from_iterable(digests.values())))
	carried = _carried(store, [who.student for _line, who, _cards in found])
	ready: list[Ready] = []
	already = 0
	numbers: dict[str, int] = {}
	seen: dict[str, int] = {}
	for line, who, _cards in found:
		first = digests[line.row][0]
		badge = known.get(first)
		twice = _stands_twice(numbers.get(first), seen.get(who.student))
		if (reason := twice or _is_anothers(who, badge)) is not None:
			refused.append(Refused(line.row, who.name, reason))
		elif badge is not None and badge.is_carried:
			already += 1
		else:
			own = digests[line.row]
			beside = tuple(one.name for one in carried.get(who.student, ()) if one.digest not in own)
			ready.append(Ready(line.row, who.student, who.name, own, beside))
		numbers.setdefault(first, line.row)
		seen.setdefault(who.student, line.row)
	blind = list(_blind_doors(store, form, [cards for _line, _who, cards in found]))
	return Looked(tuple(ready), tuple(sorted(refused, key=lambda one: one.row)), already, tuple(blind))


def bring_in(store: Store, ready: Sequence[Ready], now: datetime, *, returning: bool = False) -> BroughtIn:
	"""Take over rows that were looked at; `returning`: what these learners carry already is given back."""
	label, other = store.say("Brought in from a list"), store.say("The same fob, as other readers read it")
	with store.transaction():
		known = _known(store, [digest for one in ready for digest in one.digests])
		fresh: list[Document] = []
		for one in ready:
			first, *others = one.digests
			if (badge := known.get(first)) is not None:
				handing_out.give(store, badge.name, one.student, now)
				continue
			fob = first if others else None
			rows = [first, *(digest for digest in others if digest not in known)]
			known |= {digest: _NEW for digest in rows}
			fresh += [
				(enrolment.badge_row(d, one.student, one.name, label if d == first else other, now, fob), {})
				for d in rows
			]
		store.add_documents("Student Badge", fresh)
		back = sorted({name for one in ready for name in one.beside}) if returning else []
		badges.mark(store, back, handing_out.RETURNED, now)
		touched = enrolment.claim_all(store, [digest for one in ready for digest in one.digests], now)
	return BroughtIn(len(ready), len(back), touched)


class _NotOne(ValueError):
	"""Nobody, or several, are called so."""


class _People:
	"""Learners by what a list may call them: number, mail address, or whole name."""

	def __init__(self, store: Store) -> None:
		self._by: dict[str, list[learners.Named]] = {}
		for one in learners.named(store):
			for key in {one.student, one.email or one.student, one.name}:
				self._by.setdefault(_folded(key), []).append(one)

	def named(self, written: str) -> learners.Named:
		"""The one learner who is called so; raises _NotOne."""
		found = self._by.get(_folded(written), [])
		if not written.strip():
			raise _NotOne(say("no learner is named"))
		if not found:
			raise _NotOne(say("no learner is called so: write the name as on the learner's form, the number or the mail address"))  # fmt: skip
		here = [one for one in found if one.enabled]
		if len(here) > 1:
			raise _NotOne(say("{0} learners are called so: write the number or the mail address", str(len(here))))  # fmt: skip
		if not here:
			raise _NotOne(say("this learner has left or is switched off"))
		return here[0]


def _folded(text: str) -> str:
	return " ".join(text.casefold().split())


def _stands_twice(same_number: int | None, same_learner: int | None) -> Sentence | None:
	"""Why a row cannot be taken over beside an earlier one."""
	if same_number is not None:
		return say("the same number stands in row {0}", str(same_number))
	if same_learner is not None:
		return say("this learner stands in row {0} already, with another number", str(same_learner))
	return None


def _is_anothers(who: learners.Named, badge: Badge | None) -> Sentence | None:
	"""Why a badge that is known cannot become this learner's."""
	if badge is None or not badge.student:
		return None
	if badge.student != who.student and badge.status != handing_out.RETURNED:
		return say("this badge is {0}'s: mark it as returned there first", badge.student_name or str(badge.student))  # fmt: skip
	if badge.student == who.student and badge.status != handing_out.ACTIVE:
		return say("this is a badge of this learner that was lost, blocked or returned: it stays so. Mark it as found on its form")  # fmt: skip
	return None


def _digests(badge_key: bytes, cards: Cards) -> tuple[str, ...]:
	return tuple(dict.fromkeys(badge_digest(badge_key, card) for card in cards.all))


def _known(store: Store, digests: Sequence[str]) -> dict[str, Badge]:
	found: dict[str, Badge] = {}
	for start in range(0, len(digests), AT_ONCE):
		found |= badges.by_digests(store, digests[start : start + AT_ONCE])
	return found


def _carried(store: Store, students: Sequence[str]) -> dict[str, list[Badge]]:
	found: dict[str, list[Badge]] = {}
	for start in range(0, len(students), AT_ONCE):
		for badge in badges.of_learners(store, students[start : start + AT_ONCE]):
			if badge.is_carried:
				found.setdefault(str(badge.student), []).append(badge)
	return found


def _blind_doors(store: Store, form: str, cards: Sequence[Cards]) -> Iterator[Sentence]:
	"""The doors whose readers give longer numbers than those of the list."""
	doors = accounts.readers(store)
	blind: set[str] = set()
	for one in cards:
		blind |= card_numbers.blind_readers(form, one, [protocol for _gateway, _terminal, protocol in doors])
	for gateway, terminal, protocol in doors:
		if protocol in blind:
			yield say("Door {0} of {1} reads longer numbers ({2}): badges of this list stay unknown there. Bring in the hexadecimal numbers, or read the badges there one by one.", terminal, gateway, protocol)  # fmt: skip


_NEW = Badge("", "", None, None, handing_out.ACTIVE, None)
"""Stands for a badge that this list brings."""

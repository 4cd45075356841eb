"""Badges to learners: by a tap at a terminal in enrolment mode, by digest, and what earlier taps become then."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.tap_time import DAY_CERTAIN
from vsv_app.engine.gateways import messages
from vsv_app.engine.sentences import say
from vsv_app.services.attendance import ingest
from vsv_app.services.gateways import set_aside
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import badges, check_ins
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Store

NOT_EXPECTED = ("Learner Left", "No Student Group", "Outside Academic Year")
"""What a tap counts as by other records than the badge's own."""


class BadgeTaken(ValueError):
	"""The badge is another learner's. `student` names whose."""

	def __init__(self, student: str, student_name: str | None) -> None:
		self.student = student
		super().__init__(
			f"This badge is in use by {student_name or student}. Mark it as returned there first."
		)


def take_new_card(store: Store, incoming: Incoming) -> str | None:
	"""A card that was read in enrolment mode becomes a badge without a learner; returns its record's name."""
	account = accounts.account(store, incoming.gateway)
	if account is None or not account.enabled:
		incoming.refuse_gateway(store, account)
		return None
	try:
		message = messages.verified(incoming.payload, account.mac_key, incoming.gateway)
		digest = message.get("badge")
		if not (isinstance(digest, str) and messages.DIGEST.fullmatch(digest)):
			raise messages.NotUnderstood(messages.NO_BADGE)
		at, also = messages.time_in(message), messages.also_digests(message)
	except messages.MessageError as error:
		incoming.refuse(store, error)
		return None
	news = messages.is_news(at, account.enrolled_at, incoming.now)
	with store.transaction():
		if news:
			accounts.seen(store, incoming.gateway, {"enrolled_at": accounts.as_text(at)})
		known = badges.by_digest(store, digest)
		door = f"{incoming.gateway}/{set_aside.printable(str(message.get('terminal', '')))}"
		if known is not None:
			if news:
				badges.note_read(store, known[0], door, incoming.local_now)
			return known[0]
		if not news:
			incoming.set_aside(
				store,
				set_aside.REPLAY,
				say("This badge was read before others that this gateway sent since, and is in stock no more. Somebody may have recorded the message and sent it again; read the badge anew where it is to be used."),
			)  # fmt: skip
			return None
		label = f"Read at {set_aside.printable(str(message.get('terminal', '')))} on {incoming.local_now:%Y-%m-%d %H:%M}"
		for other in also:
			if badges.by_digest(store, other) is None:
				store.add_document(
					"Student Badge", badge_row(other, None, None, label, incoming.local_now, digest)
				)
		fob = digest if also else None
		made = store.add_document(
			"Student Badge", badge_row(digest, None, None, label, incoming.local_now, fob)
		)
		badges.note_read(store, made, door, incoming.local_now)
		return made


def enrol(store: Store, digest: str, student: str, now: datetime, *, label: str | None = None) -> str:
	"""Give a badge to a learner; raises BadgeTaken. Earlier taps of it become the learner's. `now` is naive."""
	with store.transaction():
		name = learners.names(store, [student]).get(student)
		known = badges.by_digest(store, digest)
		if known is not None and known[1] and known[1] != student and known[2] == "Active":
			raise BadgeTaken(known[1], learners.names(store, [known[1]]).get(known[1]))
		if known is None:
			badge = store.add_document("Student Badge", badge_row(digest, student, name, label, now))
		else:
			badge = known[0]
			if known[1] != student:
				hand_over(store, badge, known[1], student, now)
			badges.give(store, badge, student, name, now)
		claim(store, digest, now)
		give_rest_of_fob(store, digest, student, now)
	return badge


def give_rest_of_fob(store: Store, digest: str, student: str | None, now: datetime) -> None:
	"""One fob that readers of several kinds read as several badges is one learner's as a whole."""
	fob = badges.fob_of(store, digest)
	name = learners.names(store, [student]).get(student) if student else None
	for badge, other, before in badges.of_fob(store, fob) if fob else ():
		if other != digest and student and before != student:
			hand_over(store, badge, before, student, now)
			badges.give(store, badge, student, name, now)
			claim(store, other, now)


def hand_over(store: Store, badge: str, before: str | None, after: str | None, now: datetime) -> None:
	"""Write down that a badge changes hands. What comes out of stock for the first time was the learner's from the beginning."""
	known = badges.periods(store, badge)
	rows = handed_over(known, before, after, now)
	if rows != known:
		badges.set_periods(store, badge, rows, now)


Period = tuple[str, datetime | None, datetime | None]
"""(learner, from, until) of who held a badge."""


def handed_over(rows: Sequence[Period], before: str | None, after: str | None, now: datetime) -> list[Period]:
	"""Who held a badge from when to when, once it has changed hands."""
	if before == after or (not rows and not before):
		return list(rows)
	closed: list[Period] = [
		(who, since, until or now) for who, since, until in rows or [(str(before), None, None)]
	]
	return [*closed, (after, now, None)] if after else closed


def rejudge_taps(store: Store, roster: ingest.Roster, since: date, now: datetime) -> dict[date, set[str]]:
	"""Judge the taps of learners who were not expected anew; returns those who are recognised now, by day.

	A group, a school year or a date of leaving that is put right later must not make an absence of a learner who came.
	"""
	touched: dict[date, set[str]] = {}
	for name, digest, at, day, was, certainty in check_ins.not_expected(store, since, NOT_EXPECTED):
		holder = roster.holders.get(digest)
		if holder is None:
			continue
		judged = ingest.judge(holder, day, roster.years, at if certainty != DAY_CERTAIN else None)
		if judged[3] != was:
			check_ins.assign(store, name, judged, now)
		if judged[3] == ingest.RECOGNISED:
			touched.setdefault(day, set()).add(str(judged[1]))
	return touched


def claim(store: Store, digest: str, now: datetime) -> dict[date, set[str]]:
	"""Judge all taps of a badge anew; returns the learners for whom, or no longer for whom, they count, by day."""
	roster = ingest.Roster()
	roster.refresh(store)
	touched: dict[date, set[str]] = {}
	_claim(store, roster, digest, now, touched)
	return touched


def claim_all(store: Store, digests: Iterable[str], now: datetime) -> dict[date, set[str]]:
	"""As `claim`, of many badges of which the roster is read once."""
	roster = ingest.Roster()
	roster.refresh(store)
	touched: dict[date, set[str]] = {}
	for digest in check_ins.tapped_of(store, list(digests)):
		_claim(store, roster, digest, now, touched)
	return touched


def _claim(
	store: Store, roster: ingest.Roster, digest: str, now: datetime, touched: dict[date, set[str]]
) -> None:
	holder = roster.holders.get(digest)
	if holder is None:
		return
	for name, at, day, student, outcome, certainty in check_ins.of_badge(store, digest):
		if holder.valid_from and (day or at.date()) < holder.valid_from:
			continue
		judged = ingest.judge(
			holder, day or at.date(), roster.years, None if certainty == DAY_CERTAIN else at
		)
		if (judged[1], judged[3]) == (student, outcome) or _stays(student, outcome, judged):
			continue
		check_ins.assign(store, name, judged, now)
		if day is not None:
			people = (
				student if outcome == ingest.RECOGNISED else None,
				judged[1] if judged[3] == ingest.RECOGNISED else None,
			)
			touched.setdefault(day, set()).update(one for one in people if one)


def _stays(student: str | None, outcome: str, judged: ingest.Judged) -> bool:
	"""Whether a tap keeps what it counts as: it was good when it came, and its badge was blocked since."""
	return outcome == ingest.RECOGNISED and judged[1] == student


def badge_row(
	digest: str,
	student: str | None,
	name: str | None,
	label: str | None,
	now: datetime,
	fob: str | None = None,
) -> dict[str, Any]:
	"""The values of a badge's record."""
	return {
		"creation": now,
		"modified": now,
		"badge_digest": digest,
		"student": student,
		"student_name": name,
		"status": "Active",
		"label": label,
		"fob": fob,
	}

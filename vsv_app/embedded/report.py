"""What a run came to: counts that must agree, and the signals with what they rest on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from vsv_app.engine.gateways.messages import badge_digest
from vsv_app.engine.signals.explanation.findings import amount
from vsv_app.engine.signals.signal_lifecycle import OPEN
from vsv_app.services import mentors
from vsv_app.services import school as schools
from vsv_app.services.care import promises
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, check_ins
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.queries.signals.signals import EvidenceRow, Listed
from vsv_app.stores.sqlite_store import SqliteStore


@dataclass(frozen=True)
class Counts:
	"""Reads that had to become check-ins against check-ins that are there."""

	sent: int
	stored: int
	lost: int
	double: int

	@property
	def agree(self) -> bool:
		return self.sent == self.stored and not self.lost and not self.double


@dataclass(frozen=True)
class Row:
	"""A signal as the demo shows it."""

	learner: str
	group: str
	mentor: str
	severity: str
	rule: str
	value: str
	explanation: str
	raised_on: datetime
	evidence: tuple[EvidenceRow, ...]
	mentor_name: str = ""
	student: str = ""


def count(store: SqliteStore, day: date, expected: Counter[str], badge_key: str) -> Counts:
	"""Compare card by card, by the digests that the database holds."""
	key = bytes.fromhex(badge_key)
	wanted = Counter({badge_digest(key, card): number for card, number in expected.items()})
	stored = Counter(check_ins.digests(store, day))
	return Counts(wanted.total(), stored.total(), (wanted - stored).total(), (stored - wanted).total())


def rows(store: SqliteStore, day: date) -> list[Row]:
	"""Every signal that asks for attention, the most severe first, then by mentor."""
	everybody = sorted(learners.enabled_students(store))
	looked_after = mentors.load(store, day)
	named = _names(store, day)
	listed: list[Listed] = signals.listed(store, everybody)
	evidence = signals.evidence(store, [signal.name for signal in listed])
	made = [
		Row(
			learner=signal.student_name or signal.student,
			group=signal.student_group or "",
			mentor=next(iter(looked_after.of(signal.student)), "nobody"),
			severity=signal.severity,
			rule=signal.rule_title or signal.rule,
			value=observed(signal),
			explanation=signal.explanation or "",
			raised_on=signal.raised_on,
			evidence=tuple(evidence.get(signal.name, ())),
			mentor_name=named.get(next(iter(looked_after.of(signal.student)), ""), ""),
			student=signal.student,
		)
		for signal in listed
	]
	order = {"Urgent": 0, "Concern": 1, "Watch": 2, "Info": 3}
	return sorted(made, key=lambda row: (order[row.severity], row.group, row.learner, row.rule))


def observed(signal: Listed) -> str:
	"""The value by now; one that has fallen below the threshold, and not yet far enough to clear, says from where."""
	value = amount(signal.indicator or "", signal.observed_value)
	if signal.observed_value >= signal.threshold:
		return value
	return f"{value}, was at least {amount(signal.indicator or '', signal.threshold)}"


def mentors_at_work(store: SqliteStore, day: date) -> dict[str, tuple[str, int]]:
	"""(name, number of learners who need the mentor now, as the board counts them) by mentor, the busiest first."""
	busy = Counter(mentor for mentor, _whom in _needed(store, day))
	known = _names(store, day)
	ordered = sorted(known, key=lambda user: (-busy[user], known[user]))
	return {user: (known[user], busy[user]) for user in ordered}


def _needed(store: SqliteStore, day: date) -> set[tuple[str, str]]:
	"""(mentor, learner) of every signal that nobody has answered and of all else that waits."""
	looked_after = mentors.load(store, day)
	listed: list[Listed] = signals.listed(store, sorted(learners.enabled_students(store)))
	asked = promises.standing(store, schools.load(store), calendar.load(store), day)
	return {
		*(
			(mentor, one.student)
			for one in listed
			if one.status == OPEN
			for mentor in looked_after.of(one.student)
		),
		*((who, one.student or one.name) for one in asked if one.shows(day) for who in one.held_by),
	}


def _names(store: SqliteStore, day: date) -> dict[str, str]:
	return {one.mentor: one.mentor_name or one.mentor for one in learners.mentorings(store, day)}


def newest_signal(store: SqliteStore) -> datetime | None:
	"""When a signal was last raised or changed."""
	return signals.last_change(store)


def last_moment(store: SqliteStore) -> datetime:
	"""The last moment that the records know of."""
	known = [
		moment
		for moment in (signals.last_change(store), check_ins.last_received(store))
		if moment is not None
	]
	return max(known, default=datetime.now())  # noqa: DTZ005 a school without records has no time of its own

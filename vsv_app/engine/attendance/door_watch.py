"""Door watch: when each terminal could read, and when and why it could not.

A terminal is in the state that it told last. Silence at a door is no fact while it was blind, and none after the last
that is known of its gateway.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

READING = "reading"
CLOSED, SILENT, NOISY, FULL, OFF, UNHEARD = "closed", "silent", "noisy", "full", "off", "unheard"
BLIND_STATES = (CLOSED, SILENT, NOISY, FULL, OFF, UNHEARD)
"""Port closed or cable gone, no answer, more refused than read, store full, program or machine off, gateway not heard of."""

Door = tuple[str, str]
"""(gateway, terminal)."""


@dataclass(frozen=True)
class Told:
	"""From `at` on, in the school's own time, a terminal was in a state."""

	at: datetime
	state: str


@dataclass(frozen=True)
class BlindSpan:
	"""A stretch in which a terminal could not read. `end` is exclusive."""

	door: Door
	start: datetime
	end: datetime
	why: str

	def overlap(self, start: datetime, end: datetime) -> timedelta:
		"""How much of it lies between two moments."""
		return max(timedelta(), min(self.end, end) - max(self.start, start))


def blind_spans(
	door: Door, told: Sequence[Told], start: datetime, end: datetime, *, known_until: datetime | None
) -> list[BlindSpan]:
	"""The blind spans of a terminal between two moments. `told` in the order of time; `known_until`: of its gateway.

	Before the first word of a terminal nothing is held against it: its gateway is of a version that told nothing, or new.
	"""
	spans: list[BlindSpan] = []
	for index, one in enumerate(told):
		until = told[index + 1].at if index + 1 < len(told) else end
		if one.state == READING:
			continue
		if (begin := max(one.at, start)) < (until := min(until, end)):
			_add(spans, BlindSpan(door, begin, until, one.state))
	if known_until is not None and (begin := max(known_until, start)) < end:
		spans = [span for span in spans if span.start < begin]
		cut = [BlindSpan(door, s.start, min(s.end, begin), s.why) for s in spans]
		spans = [*cut, BlindSpan(door, begin, end, UNHEARD)]
	return spans


def blind_in(
	spans: Iterable[BlindSpan], stretches: Iterable[tuple[datetime, datetime]], *, at_least: timedelta
) -> list[BlindSpan]:
	"""The spans that hide enough of the stretches that a coming in could have gone unseen."""
	wanted = list(stretches)
	return [span for span in spans if any(span.overlap(start, end) >= at_least for start, end in wanted)]


def doors_in_question(
	own: Sequence[Door], group: Sequence[Door], leading_in: Sequence[Door]
) -> tuple[Door, ...]:
	"""The doors at which a learner may come in: those of own taps of the last weeks, else of the group's, else all."""
	return tuple(sorted(set(own or group or leading_in)))


def _add(spans: list[BlindSpan], span: BlindSpan) -> None:
	"""Two states that follow each other for the same reason are one span."""
	if spans and spans[-1].end == span.start and spans[-1].why == span.why:
		span = BlindSpan(span.door, spans.pop().start, span.end, span.why)
	spans.append(span)

"""What the terminals of a gateway could see of late, for its form and the report of all doors."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from frappe import _
from frappe.utils import format_date, format_datetime

from vsv_app.engine.attendance.door_watch import (
	CLOSED,
	FULL,
	NOISY,
	OFF,
	READING,
	SILENT,
	UNHEARD,
	BlindSpan,
	Told,
	blind_spans,
)
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.gateways import accounts, door_watches

DAYS = 7


def of_gateway(gateway: str, now: datetime) -> list[dict[str, Any]]:
	"""By terminal: its days with the stretches in which it could not read, and each of those in a sentence."""
	store = FrappeStore()
	first = datetime.combine(now.date() - timedelta(days=DAYS - 1), time())
	states = door_watches.states(store, first, now)
	known_until = next((one.known_until for one in accounts.in_use(store) if one.name == gateway), None)
	found = []
	for (name, terminal), told in sorted(states.items()):
		if name == gateway:
			spans = blind_spans(
				(name, terminal), [Told(*one) for one in told], first, now, known_until=known_until
			)
			begins = max(first, told[0][0])
			found.append(
				{
					"terminal": terminal,
					"days": [_day(begins, spans, first + timedelta(days=n), now) for n in range(DAYS)],
					"spans": [_sentence(span, now) for span in reversed(spans)],
				}
			)
	return found


def blind_now(gateway: str) -> list[str]:
	"""In words, each terminal of a gateway that is not reading, with since when."""
	said = []
	for terminal, (at, state) in sorted(door_watches.newest(FrappeStore(), gateway).items()):
		if state != READING:
			said.append(
				_("{0} since {1}: {2}").format(terminal, format_datetime(at, "d MMM HH:mm"), why(state))
			)
	return said


def why(state: str) -> str:
	"""Why a door could not read."""
	return {
		CLOSED: _("its port or cable was gone"),
		SILENT: _("its reader gave no answer"),
		NOISY: _("it refused more than it read"),
		FULL: _("the gateway's memory was full"),
		OFF: _("its gateway was off"),
		UNHEARD: _("its gateway was not heard of"),
	}.get(state, state)


def _day(
	begins: datetime, spans: Sequence[BlindSpan], midnight: datetime, now: datetime
) -> Mapping[str, Any]:
	"""A day of a terminal as parts of it in percent. Before its first word and after now nothing is known."""
	end = midnight + timedelta(days=1)
	parts = [
		{"from": _percent(span.start, midnight), "to": _percent(span.end, midnight), "why": why(span.why)}
		for span in spans
		if span.start < end and span.end > midnight
	]
	return {
		"label": format_date(midnight, "EEE d MMM"),
		"from": _percent(begins, midnight),
		"to": _percent(now, midnight),
		"blind": parts,
	}


def _percent(at: datetime, midnight: datetime) -> float:
	return round(min(100.0, max(0.0, (at - midnight) / timedelta(days=1) * 100)), 2)


def _sentence(span: BlindSpan, now: datetime) -> str:
	start = format_datetime(span.start, "EEE d MMM HH:mm")
	if span.end >= now:
		return _("Since {0}: {1}.").format(start, why(span.why))
	end = format_datetime(span.end, "HH:mm" if span.end.date() == span.start.date() else "EEE d MMM HH:mm")
	return _("From {0} to {1}: {2}.").format(start, end, why(span.why))

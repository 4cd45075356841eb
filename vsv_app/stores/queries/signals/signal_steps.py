"""Steps of signals: written once, read in their order; and the state that each signal keeps of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.signal_lifecycle import STANDING, Measured, SignalState, Step
from vsv_app.stores.queries.signals.signals import EVIDENCE, SIGNAL, chunks
from vsv_app.stores.queries.sql import VALUE, any_of, select, table, update
from vsv_app.stores.store import Store

STEP = table("Signal Step")
USER = table("User")
ATTENDANCE = table("Student Attendance")
STATE = tuple(field for field in SignalState.__dataclass_fields__ if field != "holds_key")
"""What a signal keeps of its state, in columns of the same names; whether it holds a key is another column's to say."""
MEASURED = tuple(Measured.__dataclass_fields__)
OWN = ("reason", "note", "plan", "record", "recipient", "level", "look_again_on")
"""What a step says beside its kind, who, when and what was measured; in columns of the same names."""


@dataclass(frozen=True)
class Kept:
	"""A signal as it is kept: whom it is about, its state, and how many steps it has taken."""

	student: str
	state: SignalState
	step_count: int


@dataclass(frozen=True)
class Taken:
	"""A step that a signal has taken: its number there, and the state that it led to."""

	signal: str
	student: str
	sequence: int
	step: Step
	state: SignalState


def kept(store: Store, signals: Sequence[str]) -> dict[str, Kept]:
	"""The signals of these names as they are kept."""
	s = SIGNAL
	found: dict[str, Kept] = {}
	for some in chunks(signals):
		query = select(s, s.name, s.student, s.step_count, s.open_key, *(s[field] for field in STATE))
		for name, student, count, key, *values in store.fetch(query.where(any_of(s.name, some)), some):
			state = state_of(dict(zip(STATE, values, strict=True)), holds_key=bool(key))
			found[name] = Kept(student, state, count or 0)
	return found


def state_of(values: Mapping[str, Any], *, holds_key: bool) -> SignalState:
	"""The state that the columns of a signal say."""
	state: dict[str, Any] = {field: None if values[field] == "" else values[field] for field in STATE}
	for number in ("observed_value", "threshold", "dismissed_value"):
		state[number] = float(state[number] or 0)
	for text in ("severity", "indicator"):
		state[text] = state[text] or ""
	return SignalState(**{**state, "tier": int(state["tier"] or 0)}, holds_key=holds_key)


def columns(state: SignalState, before: SignalState | None = None) -> dict[str, Any]:
	"""What a signal is to keep of a state; with the state `before`, only what differs from it."""
	values = {
		field: getattr(state, field)
		for field in STATE
		if before is None or getattr(state, field) != getattr(before, field)
	}
	if "indicator" in values:
		measure = INDICATORS.get(state.indicator)
		values["unit"] = measure.unit if measure else None
	if before is not None and before.holds_key and not state.holds_key:
		values["open_key"] = None
	return values


def count_on(store: Store, signal: str, values: Mapping[str, Any], now: datetime) -> None:
	"""Write what a step changes of a signal, and count the step."""
	s = SIGNAL
	query = update(s, *values, "modified", "modified_by").set(s.step_count, s.step_count + 1)
	store.run(query.where(s.name == VALUE), [*values.values(), now, store.acting_user, signal])


def counts(store: Store, signals: Sequence[str]) -> dict[str, int]:
	"""How many steps each signal has taken; of what this transaction wrote, with what others had written before."""
	s = SIGNAL
	found: dict[str, int] = {}
	for some in chunks(signals):
		query = select(s, s.name, s.step_count).where(any_of(s.name, some))
		found.update({name: count for name, count in store.fetch(query, some)})
	return found


def append(store: Store, taken: Sequence[Taken]) -> None:
	"""Write steps down, a row each."""
	store.add_documents("Signal Step", [(_row(one), {}) for one in taken])


def of(store: Store, signals: Sequence[str]) -> dict[str, list[Step]]:
	"""The steps of each signal, in their order."""
	t = STEP
	fields = ("step", "taken_on", "taken_by", "reconstructed", *OWN, *MEASURED)
	found: dict[str, list[Step]] = {}
	for some in chunks(signals):
		query = select(t, t.signal, *(t[field] for field in fields)).where(any_of(t.signal, some))
		for signal, *values in store.fetch(query.orderby(t.signal).orderby(t.sequence), some):
			found.setdefault(signal, []).append(_step(dict(zip(fields, values, strict=True))))
	return found


def resting_on(store: Store, record: str) -> list[str]:
	"""The signals that stand and rest on an attendance record."""
	query = (
		select(EVIDENCE, EVIDENCE.parent)
		.join(SIGNAL)
		.on(SIGNAL.name == EVIDENCE.parent)
		.where(EVIDENCE.reference_name == VALUE)
		.where(SIGNAL.status.isin([VALUE] * len(STANDING)))
		.distinct()
	)
	return sorted(row[0] for row in store.fetch(query, [record, *STANDING]))


def full_names(store: Store, users: Sequence[str]) -> dict[str, str]:
	"""What people are called."""
	query = select(USER, USER.name, USER.full_name).where(any_of(USER.name, users))
	return {user: name or user for user, name in store.fetch(query, users)}


def days_of_records(store: Store, records: Sequence[str]) -> dict[str, date]:
	"""The day that each attendance record is about."""
	query = select(ATTENDANCE, ATTENDANCE.name, ATTENDANCE.date).where(any_of(ATTENDANCE.name, records))
	return {name: day for name, day in store.fetch(query, records)}


def _row(taken: Taken) -> dict[str, Any]:
	step, state = taken.step, taken.state
	return {
		"name": f"{taken.signal}-{taken.sequence}",
		"creation": step.on,
		"modified": step.on,
		"signal": taken.signal,
		"student": taken.student,
		"sequence": taken.sequence,
		"step": step.kind,
		"status": state.status,
		"taken_on": step.on,
		"taken_by": step.by,
		"reconstructed": int(step.reconstructed),
		**{field: value for field in OWN if (value := getattr(step, field)) is not None},
		**{field: getattr(state, field) for field in MEASURED if field != "rule_version"},
		"rule_version": step.measured.rule_version if step.measured else 0,
	}


def _step(values: Mapping[str, Any]) -> Step:
	measured = {field: values[field] for field in MEASURED}
	for number in ("observed_value", "threshold"):
		measured[number] = float(measured[number] or 0)
	for text in ("severity", "indicator"):
		measured[text] = measured[text] or ""
	return Step(
		values["step"],
		values["taken_on"],
		values["taken_by"],
		measured=Measured(**measured),
		reconstructed=bool(values["reconstructed"]),
		**{field: values[field] or None for field in OWN},
	)

"""What terminals could see, as it comes in: told by events of the gateway, or seen from its health and status."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from vsv_app.engine.attendance.door_watch import FULL, OFF, READING
from vsv_app.engine.attendance.tap_time import LONGEST_HELD
from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.messages import CheckInBatch, Watch
from vsv_app.services.school import School
from vsv_app.stores.queries.gateways import accounts, door_watches
from vsv_app.stores.queries.gateways.door_watches import HEALTH, TOLD
from vsv_app.stores.store import Store

OPEN = "open"
"""What a gateway says for reading that tells no events."""
MAY_BE_AHEAD = timedelta(minutes=5)


def add_told(store: Store, school: School, batch: CheckInBatch, now: datetime) -> frozenset[date]:
	"""Store the watch events of a message; returns the days from which on they change what is known. `now` is aware."""
	user, stamp = store.acting_user, school.local(now)
	rows = []
	for watch in batch.watches:
		at = school.local(_moment(watch, now))
		rows.append(
			(
				f"{batch.gateway}-{batch.epoch}-{watch.seq:010}", user, stamp, stamp, user, 0, 0,
				batch.gateway, watch.terminal, watch.state, at, TOLD, batch.epoch, watch.seq, watch.clock, watch.at,
			)
		)  # fmt: skip
	door_watches.add(store, rows)
	return frozenset(row[10].date() for row in rows)


def note_health(
	store: Store, school: School, gateway: str, message: Mapping[str, Any], now: datetime
) -> frozenset[date]:
	"""What a health message shows of doors whose gateway tells nothing by itself; returns the days that it changes.

	`now` is aware. Between two messages a terminal was in the state that the earlier one told of, and not for certain in
	the one of the later: who is found blind was blind since.
	"""
	terminals = dict(_states(message))
	if not terminals or door_watches.tells(store, gateway):
		return frozenset()
	at, before = school.local(now), _as_message(accounts.last_health(store, gateway))
	since = _last_heard(school, before, at)
	known = door_watches.newest(store, gateway)
	refused = _refused(message) > (_refused(before) if before else 0)
	rows = []
	for terminal, state in terminals.items():
		last = known.get(terminal, (None, None))[1]
		if state != READING:
			if state != last:
				rows.append((terminal, state, since))
			continue
		if refused and last in (READING, None):
			rows.append((terminal, FULL, since))
		if last != READING or refused:
			rows.append((terminal, READING, at))
	return _add_seen(store, gateway, rows, at)


def note_off(store: Store, gateway: str, last_seen: datetime | None, now: datetime) -> None:
	"""A gateway that tells nothing by itself is gone: none of its doors is known to read since it was last heard."""
	if door_watches.tells(store, gateway):
		return
	known = door_watches.newest(store, gateway)
	listed = {row[1] for row in door_watches.of_terminals(store, [gateway]) if row[3]}
	at = last_seen or now
	gone = [
		(terminal, OFF, at)
		for terminal in sorted(listed | set(known))
		if known.get(terminal, (None, READING))[1] == READING
	]
	_add_seen(store, gateway, gone, now)


def note_back(store: Store, gateway: str, now: datetime) -> None:
	"""A gateway that says that it is online again; its next health tells more. `now` is naive, the school's own."""
	if door_watches.tells(store, gateway):
		return
	back = [
		(terminal, READING, now)
		for terminal, (_at, state) in sorted(door_watches.newest(store, gateway).items())
		if state == OFF
	]
	_add_seen(store, gateway, back, now)


def _moment(watch: Watch, now: datetime) -> datetime:
	"""When a state began. Of an unset clock: being blind as early, and reading as late as it may have been."""
	at = messages.moment(watch.at) or now
	if watch.clock == "unsynced" or at - now > MAY_BE_AHEAD:
		bound = watch.not_after if watch.state == READING else watch.not_before
		at = messages.moment(bound) or (now if watch.state == READING else min(at, now))
	return min(max(at, now - LONGEST_HELD), now)


def _states(message: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
	terminals = message.get("terminals")
	for one in terminals if isinstance(terminals, list) else ():
		name, state = (one.get("terminal"), one.get("state")) if isinstance(one, dict) else (None, None)
		state = READING if state == OPEN else state
		if isinstance(name, str) and messages.SLUG.fullmatch(name) and state in messages.STATES:
			yield name, str(state)


def _refused(message: Mapping[str, Any]) -> int:
	count = message.get("refused_reads")
	return count if type(count) is int else 0


def _last_heard(school: School, before: Mapping[str, Any] | None, at: datetime) -> datetime:
	"""When the doors were last known: at the health before this one, else at the beginning of the day."""
	told = messages.moment(before.get("at")) if before else None
	start = datetime.combine(at.date(), time())
	return start if told is None else min(school.local(told), at)


def _add_seen(
	store: Store, gateway: str, rows: Iterable[tuple[str, str, datetime]], now: datetime
) -> frozenset[date]:
	user = store.acting_user
	made = [
		(
			f"{gateway}-{at:%Y%m%d%H%M%S%f}-{terminal}-{state}"[:140], user, now, now, user, 0, 0,
			gateway, terminal, state, at, HEALTH, None, 0, None, None,
		)
		for terminal, state, at in rows
	]  # fmt: skip
	door_watches.add(store, made)
	return frozenset(row[10].date() for row in made)


def _as_message(payload: str | None) -> Mapping[str, Any] | None:
	"""A message as it was kept on the gateway's form."""
	try:
		message = json.loads(payload or "")
	except ValueError:
		return None
	return message if isinstance(message, dict) else None

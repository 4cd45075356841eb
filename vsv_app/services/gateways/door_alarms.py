"""People hear of a door that cannot read while it matters: installers and officers, in school hours, once."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from vsv_app.engine.access.roles import INSTALLER, OFFICER
from vsv_app.engine.attendance.door_watch import BLIND_STATES, CLOSED, FULL, NOISY, OFF, READING, SILENT
from vsv_app.engine.attendance.presence import EARLIEST_BEFORE
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.gateways.door_alarms import (
	CLOCK,
	EVERY_DOOR,
	FLOOD,
	PATIENCE,
	Flood,
	State,
	Told,
	to_tell,
)
from vsv_app.engine.sentences import say
from vsv_app.services.gateways import set_aside
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.gateways import accounts, door_watches
from vsv_app.stores.store import Store

DOCTYPE = "Attendance Gateway"
FAULTS = {
	CLOSED: "A door is not reading badges: its reader is unplugged, or its port is closed.",
	SILENT: "A door is not reading badges: its reader does not answer.",
	NOISY: "A door is not reading badges: it refuses more reads than it takes.",
	FULL: "A door is not reading badges: the memory of its gateway is full.",
	CLOCK: "The clock of a badge gateway is not set: at which hour learners come in is not known.",
	FLOOD: "A badge gateway sends far more than it should: something is wrong with it, or somebody else uses its account.",
}
"""What a door's people read. That a gateway is gone altogether is told by the job that looks for silent ones."""
OVER = "A door reads badges again."
CLOCK_RIGHT = "The clock of a badge gateway is set again."
CALM = "A badge gateway sends no more than it should again."
ENDS = {"": CLOCK_RIGHT, EVERY_DOOR: CALM}
"""By what the faults of the whole gateway are kept under."""
TOO_MANY = "Too Many Messages"


def look(
	store: Store, calendar: SchoolCalendar, now: datetime, floods: Mapping[str, Flood] = MappingProxyType({})
) -> int:
	"""Tell of each door that has not been reading for a while, and of each that reads again; `now` is the school's own.

	`floods`: the gateways that send too much.

	Outside school hours nothing is told: what still stands when people come in is told then. Returns how many faults and ends.
	"""
	if not in_school_hours(calendar, now):
		return 0
	people = sorted(
		{*learners.people_with_role(store, INSTALLER), *learners.people_with_role(store, OFFICER)}
	)
	count = 0
	for gateway in accounts.in_use(store):
		told = _told(accounts.faults_told(store, gateway.name))
		states = _states(store, gateway.name, now)
		if flood := floods.get(gateway.name):
			states[EVERY_DOOR] = State(FLOOD, flood.since)
		elif EVERY_DOOR in told:
			states[EVERY_DOOR] = State("", now - PATIENCE)
		news, after = to_tell(states, told, now)
		if not news:
			continue
		with store.transaction():
			accounts.seen(store, gateway.name, {"faults_told": _as_text(after)})
			for door, fault in news:
				sentence = FAULTS[fault] if fault else ENDS.get(door, OVER)
				for person in people:
					store.notify(person, sentence, DOCTYPE, gateway.name)
		count += len(news)
	return count


def list_floods(store: Store, school: str, floods: Mapping[str, Flood], now: datetime) -> None:
	"""List each gateway that sends too much where an administrator sees it, at any hour."""
	for gateway, flood in floods.items():
		with store.transaction():
			set_aside.note(
				store,
				f"vsv/v1/{school}/{gateway}/+",
				gateway=gateway,
				reason=TOO_MANY,
				explanation=say(
					"Since {0} this gateway has sent more than its share; what was more is not looked at. The other doors do not feel it, and its check-ins stay with it until there is room. Restart it; if it goes on, somebody else uses its account: provision it anew.",
					f"{flood.since:%Y-%m-%d %H:%M}",
				),
				about=f"{gateway}/{flood.since.isoformat()}",
				now=now,
			)


def in_school_hours(calendar: SchoolCalendar, now: datetime) -> bool:
	"""From when the first people of a school day come in until the last session is over."""
	plans = [s.plan(now.date()) for s in calendar.schedules if s.holds_on(now.date())]
	running = [plan for plan in plans if plan is not None]
	if not running or calendar.year(now.date()) is None:
		return False
	minute = now.hour * 60 + now.minute
	return any(
		plan.sessions[0].starts - EARLIEST_BEFORE <= minute < plan.sessions[-1].ends for plan in running
	)


def _states(store: Store, gateway: str, now: datetime) -> dict[str, State]:
	"""By terminal, and of the clock under the empty name."""
	switched_off = {row[1] for row in door_watches.of_terminals(store, [gateway]) if not row[3]}
	states = {
		terminal: State("" if state == READING else state, at)
		for terminal, (at, state) in door_watches.newest(store, gateway).items()
		if terminal not in switched_off and state != OFF and state in (READING, *BLIND_STATES)
	}
	clock = accounts.clock(store, gateway)
	if clock:
		# That it is so is said each minute; since when, nobody knows.
		states[""] = State(CLOCK if clock == "unsynced" else "", now - timedelta(hours=1))
	return states


def _told(text: str | None) -> dict[str, Told]:
	try:
		known = json.loads(text or "{}")
		return {
			door: Told(fault, datetime.fromisoformat(at), bool(over))
			for door, (fault, at, over) in known.items()
		}
	except (ValueError, TypeError, AttributeError):
		return {}


def _as_text(told: dict[str, Told]) -> str:
	return json.dumps({door: [one.fault, one.at.isoformat(), one.over] for door, one in told.items()})

"""Presence: what a learner's taps and notices of a day come to, by the day as planned.

Whether silence may be believed is not asked here: see `day_outcome`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from vsv_app.engine.attendance.timetable import DayPlan, Session

TOGGLE_GUARD = 5
"""Minutes within which a second tap of unknown direction is the same tap, not a leaving."""
EARLIEST_BEFORE = 60
"""Minutes before the first bell in which people come in."""


@dataclass(frozen=True)
class Tap:
	"""One check-in of a learner; `at` is naive, in the school's time zone, `offset` its minutes from UTC.

	`clock` unsynced: the day is certain and the hour is not. What may be of another day is no tap of this one.
	"""

	at: datetime
	direction: str = "in"
	clock: str = "synced"
	offset: int = 0

	@property
	def is_timed(self) -> bool:
		return self.clock != "unsynced"


@dataclass(frozen=True)
class Notice:
	"""What the school was told about a day: a leave application. `present`: it counts as being there.

	`starts` and `ends` in minutes since midnight, where it is about a part of the day alone.
	"""

	reference: str
	present: bool = False
	starts: int | None = None
	ends: int | None = None

	def leaves_of(self, plan: DayPlan) -> tuple[Session, ...]:
		"""The parts of sessions that it does not cover; none where it is about all of the day."""
		if self.starts is None and self.ends is None:
			return ()
		starts, ends = self.starts or 0, 24 * 60 if self.ends is None else self.ends
		kept = []
		for session in plan.sessions:
			for begin, end in (
				(session.starts, min(session.ends, starts)),
				(max(session.starts, ends), session.ends),
			):
				if begin < end:
					kept.append(session.part(begin, end))
		return tuple(kept)


@dataclass(frozen=True)
class DayMark:
	"""What a day comes to. All minutes are of planned time; `minutes_missed` includes late and left early.

	`minutes_leave` are planned minutes that a notice about a part of the day covers: neither missed nor attended.
	"""

	status: str
	minutes_late: int = 0
	minutes_missed: int = 0
	minutes_left_early: int = 0
	excused: bool | None = None
	arrived: datetime | None = None
	left: datetime | None = None
	notice: str | None = None
	conflict: str | None = None
	time_uncertain: bool = False
	minutes_leave: int = 0


@dataclass(frozen=True)
class _Stay:
	"""A stretch of presence, in seconds since midnight."""

	start: int
	end: int


def derive(plan: DayPlan, taps: Sequence[Tap], notice: Notice | None = None) -> DayMark:
	"""What the day of one learner comes to. `taps` may be in any order; none means not seen."""
	timed, ordered = _in_order(taps)
	covered = 0
	if notice is not None:
		rest = () if notice.present else notice.leaves_of(plan)
		if not rest:
			return _noticed(plan, ordered, notice)
		whole, plan = plan, replace(plan, sessions=rest)
		covered = whole.minutes - plan.minutes
	if timed:
		mark = _attended(plan, timed)
	elif ordered:
		# A clock that was not set tells who was there and not at what time, so nobody is made late by it.
		mark = DayMark("Present", arrived=ordered[0].at, time_uncertain=True)
	else:
		mark = DayMark("Absent", minutes_missed=plan.minutes)
	return mark if notice is None else replace(mark, notice=notice.reference, minutes_leave=covered)


def not_arrived(plan: DayPlan, taps: Sequence[Tap], notice: Notice | None, minute_of_day: int) -> bool:
	"""Whether a learner counts as not arrived at this minute: after the cut-off, unseen and without a notice."""
	if minute_of_day < plan.cut_off or taps:
		return False
	if notice is None:
		return True
	rest = () if notice.present else notice.leaves_of(plan)
	# After a leave that ends later the learner is waited for as at the beginning of the day.
	waits = plan.cut_off - plan.sessions[0].starts
	return bool(rest) and minute_of_day >= max(plan.cut_off, rest[0].starts + waits)


def silences(plan: DayPlan, taps: Sequence[Tap], notice: Notice | None = None) -> list[tuple[int, int]]:
	"""Stretches (seconds since midnight) in which a tap that nobody saw would change what the day comes to.

	They begin when people come in or with a leaving, and end with the next tap or when coming in would change nothing more.
	"""
	if notice is not None:
		rest = () if notice.present else notice.leaves_of(plan)
		if not rest:
			return []
		plan = replace(plan, sessions=rest)
	timed, ordered = _in_order(taps)
	if ordered and not timed:
		return []
	first = plan.sessions[0].starts * 60
	last_chance = (plan.sessions[-1].starts + plan.absent_after) * 60
	stays = _stays(plan, timed)[0] if timed else []
	ends = [first - EARLIEST_BEFORE * 60, *(stay.end for stay in stays)]
	starts = [*(stay.start for stay in stays), last_chance]
	forgiven = plan.late_after * 60
	return [
		(begin, end)
		for begin, end in zip(ends, starts, strict=True)
		if begin < end
		and any(min(end, s.ends * 60) - max(begin, s.starts * 60) > forgiven for s in plan.sessions)
	]


def _in_order(taps: Sequence[Tap]) -> tuple[list[Tap], list[Tap]]:
	"""(those whose hour is known, all), as they happened: in autumn the local hour comes twice.

	Where the hour of some is known, the others say nothing about the day.
	"""
	ordered = sorted(taps, key=lambda tap: (_instant(tap), tap.direction, tap.clock))
	return [tap for tap in ordered if tap.is_timed], ordered


def _instant(tap: Tap) -> float:
	day_and_second = tap.at.toordinal() * 86400 + _second(tap.at)
	return day_and_second + tap.at.microsecond / 1e6 - tap.offset * 60


def _noticed(plan: DayPlan, taps: Sequence[Tap], notice: Notice) -> DayMark:
	if notice.present:
		return DayMark("Present", excused=True, notice=notice.reference)
	conflict = None
	if taps:
		conflict = f"On leave ({notice.reference}), but checked in at {taps[0].at:%H:%M}"
	return DayMark(
		"Leave", minutes_missed=plan.minutes, excused=True, notice=notice.reference, conflict=conflict
	)


def _attended(plan: DayPlan, taps: Sequence[Tap]) -> DayMark:
	"""Who was at a reader for both ways before the bell is never worse off for it than without that tap."""
	mark = _by_stays(plan, taps)
	bell = plan.sessions[0].starts * 60
	rest = [tap for tap in taps if not (tap.direction == "unknown" and _second(tap.at) < bell)]
	if mark.minutes_missed and rest and len(rest) < len(taps):
		without = _by_stays(plan, rest)
		if without.minutes_missed < mark.minutes_missed:
			return replace(without, arrived=mark.arrived)
	return mark


def _by_stays(plan: DayPlan, taps: Sequence[Tap]) -> DayMark:
	stays, went_out = _stays(plan, taps)
	late = missed = early = whole = 0
	for session in plan.sessions:
		gone, behind, ahead = _session(plan, session, stays)
		missed += gone + behind + ahead
		late += behind
		early += ahead
		whole += gone == session.counted and not _overlap(session, stays)
	arrived = next((tap.at for tap in taps if tap.direction != "out"), None)
	left = taps[-1].at if went_out else None
	if whole == len(plan.sessions):
		return DayMark("Absent", minutes_missed=plan.minutes, arrived=arrived, left=left)
	return DayMark("Present", late, missed, early, arrived=arrived, left=left)


def _session(plan: DayPlan, session: Session, stays: Sequence[_Stay]) -> tuple[int, int, int]:
	"""(minutes missed as absence, minutes late, minutes left early) in one session.

	Each gap is judged for itself and rounded down, so that having been there longer never counts against anybody.
	"""
	starts, ends = session.starts * 60, session.ends * 60
	inside = [(max(s.start, starts), min(s.end, ends)) for s in stays]
	inside = [(start, end) for start, end in inside if end > start]
	if not inside or inside[0][0] - starts > plan.absent_after * 60:
		return session.counted, 0, 0
	gaps = [later[0] - earlier[1] for earlier, later in pairwise(inside)]
	behind, ahead, *between = (
		gap * session.counted // (ends - starts) if gap > plan.late_after * 60 else 0
		for gap in (inside[0][0] - starts, ends - inside[-1][1], *gaps)
	)
	return sum(between), behind, ahead


def _overlap(session: Session, stays: Sequence[_Stay]) -> bool:
	return any(stay.start < session.ends * 60 and stay.end > session.starts * 60 for stay in stays)


def _stays(plan: DayPlan, taps: Sequence[Tap]) -> tuple[list[_Stay], bool]:
	"""Stretches of presence, and whether the learner went out at the end.

	Whoever does not tap out stays until the end; an out without an in was there before. At a reader for both ways a tap
	outside planned time takes nobody out: it was one where the next tap comes in planned time, and is a coming back.
	"""
	stays: list[_Stay] = []
	start: int | None = None
	changed: int | None = None
	perhaps_out: int | None = None
	before = 0
	for tap in taps:
		# Where the hour comes twice, the second is later.
		before = at = max(_second(tap.at), before)
		direction = tap.direction
		if direction == "unknown":
			if changed is not None and at - changed < TOGGLE_GUARD * 60:
				continue
			changed = at
			if start is None:
				direction = "in"
			elif _is_planned(plan, at):
				if perhaps_out is not None and perhaps_out >= plan.sessions[0].starts * 60:
					stays.append(_Stay(start, perhaps_out))
					start, perhaps_out = at, None
					continue
				direction = "out"
			else:
				perhaps_out = at if perhaps_out is None else None
				continue
		if direction == "in" and start is None:
			start = changed = at
			perhaps_out = None
		elif direction == "out":
			if start is not None:
				stays.append(_Stay(start, at))
			elif not stays:
				stays.append(_Stay(min(at, plan.sessions[0].starts * 60), at))
			start, changed, perhaps_out = None, at, None
	if start is None:
		return stays, True
	return [*stays, _Stay(start, max(start, plan.sessions[-1].ends * 60))], False


def _is_planned(plan: DayPlan, second: int) -> bool:
	return any(session.starts * 60 <= second < session.ends * 60 for session in plan.sessions)


def _second(at: datetime) -> int:
	return at.hour * 3600 + at.minute * 60 + at.second

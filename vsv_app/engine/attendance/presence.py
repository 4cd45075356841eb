"""From the taps of a day to what the school writes down about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from vsv_app.engine.attendance.timetable import DayPlan, Session

TOGGLE_GUARD = 5
"""Minutes within which a second tap of unknown direction is the same tap, not a leaving."""


@dataclass(frozen=True)
class Tap:
	"""One check-in of a learner; `at` is naive, in the school's time zone."""

	at: datetime
	direction: str = "in"
	clock: str = "synced"


@dataclass(frozen=True)
class Notice:
	"""What the school was told about a day: a leave application. `present`: it counts as being there."""

	reference: str
	present: bool = False


@dataclass(frozen=True)
class DayMark:
	"""What a day comes to. All minutes are of planned time; `minutes_missed` includes late and left early."""

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


@dataclass(frozen=True)
class _Stay:
	"""A stretch of presence, in seconds since midnight."""

	start: int
	end: int


def derive(plan: DayPlan, taps: Sequence[Tap], notice: Notice | None = None) -> DayMark:
	"""What the day of one learner comes to. `taps` may be in any order; none means not seen."""
	ordered = sorted(taps, key=lambda tap: (tap.at, tap.direction, tap.clock))
	if notice is not None:
		return _noticed(plan, ordered, notice)
	if not ordered:
		return DayMark("Absent", minutes_missed=plan.minutes)
	if any(tap.clock == "unsynced" for tap in ordered):
		# A clock that was not set tells who was there and not at what time, so nobody is made late by it.
		return DayMark("Present", arrived=ordered[0].at, time_uncertain=True)
	return _attended(plan, ordered)


def not_arrived(plan: DayPlan, taps: Sequence[Tap], notice: Notice | None, minute_of_day: int) -> bool:
	"""Whether a learner counts as not arrived at this minute: after the cut-off, unseen and without a notice."""
	return minute_of_day >= plan.cut_off and not taps and notice is None


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

	Whoever does not tap out stays until the end; an out without an in was there before.
	"""
	stays: list[_Stay] = []
	start: int | None = None
	changed: int | None = None
	for tap in taps:
		at = _second(tap.at)
		inside = start is not None
		direction = tap.direction
		if direction == "unknown":
			if changed is not None and at - changed < TOGGLE_GUARD * 60:
				continue
			direction = "out" if inside else "in"
		if direction == "in" and not inside:
			start = changed = at
		elif direction == "out":
			if start is not None:
				stays.append(_Stay(start, at))
			elif not stays:
				stays.append(_Stay(plan.sessions[0].starts * 60, at))
			start, changed = None, at
	if start is None:
		return stays, True
	return [*stays, _Stay(start, max(start, plan.sessions[-1].ends * 60))], False


def _second(at: datetime) -> int:
	return at.hour * 3600 + at.minute * 60 + at.second

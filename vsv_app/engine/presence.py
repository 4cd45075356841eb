"""From the taps of a day to what the school writes down about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vsv_app.engine.timetable import DayPlan, Session

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
	"""A stretch of presence, in minutes since midnight."""

	start: float
	end: float


def derive(plan: DayPlan, taps: Sequence[Tap], notice: Notice | None = None) -> DayMark:
	"""What the day of one learner comes to. `taps` may be in any order; none means not seen."""
	ordered = sorted(taps, key=lambda tap: tap.at)
	if notice is not None:
		return _noticed(plan, ordered, notice)
	if not ordered:
		return DayMark("Absent", minutes_missed=plan.minutes)
	if any(tap.clock == "unsynced" for tap in ordered):
		# A clock that was not set says that somebody was there, not when: nobody is made late by it.
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
	return DayMark("Leave", minutes_missed=plan.minutes, excused=True, notice=notice.reference, conflict=conflict)


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
	return DayMark("Present", late, min(missed, plan.minutes), early, arrived=arrived, left=left)


def _session(plan: DayPlan, session: Session, stays: Sequence[_Stay]) -> tuple[int, int, int]:
	"""(minutes missed as absence, minutes late, minutes left early) in one session."""
	inside = [(max(s.start, session.starts), min(s.end, session.ends)) for s in stays]
	inside = [(start, end) for start, end in inside if end > start]
	if not inside:
		return session.counted, 0, 0
	behind = inside[0][0] - session.starts
	ahead = session.ends - inside[-1][1]
	between = sum(later[0] - earlier[1] for earlier, later in zip(inside, inside[1:], strict=False))
	if behind > plan.absent_after:
		return session.counted, 0, 0
	scale = session.counted / (session.ends - session.starts)
	return (
		round(between * scale) if between > plan.late_after else 0,
		round(behind * scale) if behind > plan.late_after else 0,
		round(ahead * scale) if ahead > plan.late_after else 0,
	)


def _overlap(session: Session, stays: Sequence[_Stay]) -> bool:
	return any(stay.start < session.ends and stay.end > session.starts for stay in stays)


def _stays(plan: DayPlan, taps: Sequence[Tap]) -> tuple[list[_Stay], bool]:
	"""Stretches of presence, and whether the learner went out at the end.

	Whoever does not tap out stays until the end; an out without an in was there before.
	"""
	stays: list[_Stay] = []
	start: float | None = None
	changed: float | None = None
	for tap in taps:
		at = _minute(tap.at)
		inside = start is not None
		direction = tap.direction
		if direction == "unknown":
			if changed is not None and at - changed < TOGGLE_GUARD:
				continue
			direction = "out" if inside else "in"
		if direction == "in" and not inside:
			start = changed = at
		elif direction == "out":
			if start is not None:
				stays.append(_Stay(start, at))
			elif not stays:
				stays.append(_Stay(plan.sessions[0].starts, at))
			start, changed = None, at
	if start is None:
		return stays, True
	return [*stays, _Stay(start, max(start, plan.sessions[-1].ends))], False


def _minute(at: datetime) -> float:
	return at.hour * 60 + at.minute + at.second / 60

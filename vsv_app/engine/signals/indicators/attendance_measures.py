"""How each attendance indicator is counted. Minutes and school days are planned ones, of the learner's own calendar."""

from collections import Counter
from collections.abc import Callable

from vsv_app.engine.attendance.learner_days import EXCUSED, ExceptionRow, LearnerDays
from vsv_app.engine.signals.indicators.facts import LESSONS, Facts
from vsv_app.engine.signals.indicators.windows import Span

LATE_AS = 60
"""Minutes that coming late once counts for, where a school counts it as an hour of absence."""
EARLIER_SCHOOL_DAYS = 10
"""Of its own that a learner must have had before a window can be compared with them."""
A_PATTERN = 2
"""Absences on one weekday from which it may be a pattern."""

Slots = Callable[[Facts, Span], list[int]]


def unexcused_minutes(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	return sum(days.unexcused[slots.start : slots.stop])


def unexcused_and_late_minutes(facts: Facts, span: Span) -> float:
	return sum(with_lateness(facts, slot) for slot in facts.days.slots(span.start, span.end))


def away_or_late(facts: Facts, span: Span) -> list[int]:
	return [slot for slot in facts.days.slots(span.start, span.end) if with_lateness(facts, slot)]


def with_lateness(facts: Facts, slot: int) -> int:
	"""Unexcused minutes of a day and an hour for each time late: each lesson, where attendance is kept by lesson. No more than the day has."""
	days = facts.days
	late = _came_late(days, slot) if days.late[slot] else ()
	if not late:
		return days.unexcused[slot]
	times = max(1, sum(bool(row[7]) for row in late))
	left = facts.track.minutes[days.at[slot]] - days.unexcused[slot] - days.excused[slot]
	return days.unexcused[slot] + max(0, min(LATE_AS * times, left))


def _came_late(days: LearnerDays, slot: int, than: int = 0) -> list[ExceptionRow]:
	"""The records of a day that say that the learner came, later than so many minutes and without an excuse."""
	return [
		row for row in days.rows[slot] if row[2] == "Present" and (row[3] or 0) > than and row[6] != EXCUSED
	]


def excused_minutes(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	return sum(days.excused[slots.start : slots.stop])


def absence_rate(facts: Facts, span: Span) -> float:
	return _rate(facts, max(span.start, facts.enrolled_at), span.end)


def _rate(facts: Facts, start: int, end: int) -> float:
	planned = facts.track.planned(start, end)
	if not planned:
		return 0.0
	days = facts.days
	slots = days.slots(start, end)
	missed = sum(days.unexcused[slots.start : slots.stop]) + sum(days.excused[slots.start : slots.stop])
	return 100.0 * missed / planned


def away_since_enrolled(facts: Facts, span: Span) -> list[int]:
	days = facts.days
	slots = days.slots(max(span.start, facts.enrolled_at), span.end)
	return [slot for slot in slots if days.unexcused[slot] or days.excused[slot]]


def absence_change(facts: Facts, span: Span) -> float | None:
	earlier = max(span.year_start, facts.enrolled_at)
	if span.start - earlier < EARLIER_SCHOOL_DAYS:
		return None
	return max(0.0, absence_rate(facts, span) - _rate(facts, earlier, span.start))


def unexcused_half_days(facts: Facts, span: Span) -> float:
	days = facts.days
	return sum(half_days(facts, slot) for slot in days.slots(span.start, span.end) if days.unexcused[slot])


def missed_half_days(facts: Facts, span: Span) -> list[int]:
	return [
		s for s in facts.days.slots(span.start, span.end) if facts.days.unexcused[s] and half_days(facts, s)
	]


def unauthorised_sessions(facts: Facts, span: Span) -> float:
	return sum(sessions_of(facts, slot) for slot in facts.days.slots(span.start, span.end))


def missed_sessions(facts: Facts, span: Span) -> list[int]:
	return [slot for slot in facts.days.slots(span.start, span.end) if sessions_of(facts, slot)]


def sessions_of(facts: Facts, slot: int) -> int:
	"""Half-days missed, and one more where the learner came after the register had closed: later than the bell schedule lets a session count."""
	at, days = facts.days.at[slot], facts.days
	missed = half_days(facts, slot) if days.unexcused[slot] else 0
	register_closed = facts.track.plans[at].absent_after
	if days.late[slot] > register_closed and _came_late(days, slot, register_closed):
		missed += 1
	return min(sum(half > 0 for half in facts.track.halves[at]), missed)


def half_days(facts: Facts, slot: int) -> int:
	"""Records tell minutes, not hours of the day: a part of a day counts once it is as long as the shorter half."""
	at, gone = facts.days.at[slot], facts.days.unexcused[slot]
	halves = facts.track.halves[at]
	if gone >= facts.track.minutes[at]:
		return len(halves)
	return int(gone >= min(halves))


def streak(facts: Facts, span: Span) -> list[int]:
	"""The slots of whole days away that reach up to the end of the window without a gap, latest first."""
	days = facts.days
	found: list[int] = []
	at = span.end - 1
	slot = days.slots(span.start, span.end).stop - 1
	while slot >= 0 and at >= span.start and days.at[slot] == at and days.absent[slot]:
		found.append(slot)
		at -= 1
		slot -= 1
	return found


def consecutive_days_absent(facts: Facts, span: Span) -> float:
	return len(streak(facts, span))


def times_late(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	late = days.late[slots.start : slots.stop]
	return len(late) - late.count(0)


def minutes_late(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	return sum(days.late[slots.start : slots.stop])


def times_left_early(facts: Facts, span: Span) -> float:
	days = facts.days
	slots = days.slots(span.start, span.end)
	early = days.early[slots.start : slots.stop]
	return len(early) - early.count(0)


def weekday_pattern(facts: Facts, span: Span) -> float:
	return _pattern(facts, span)[0]


def pattern_days(facts: Facts, span: Span) -> list[int]:
	excess, weekday = _pattern(facts, span)
	weekdays = facts.track.weekdays
	return (
		[slot for slot in away_since_enrolled(facts, span) if weekdays[facts.days.at[slot]] == weekday]
		if excess
		else []
	)


def _pattern(facts: Facts, span: Span) -> tuple[float, int]:
	"""(percentage points by which one weekday is missed more often than the others, that weekday)."""
	weekdays = facts.track.weekdays
	away = Counter(weekdays[facts.days.at[slot]] for slot in away_since_enrolled(facts, span))
	best = (0.0, 0)
	if not away or max(away.values()) < A_PATTERN:
		return best
	planned = Counter(weekdays[max(span.start, facts.enrolled_at) : span.end])
	all_away, all_planned = sum(away.values()), sum(planned.values())
	for weekday in sorted(away):
		others = all_planned - planned[weekday]
		if away[weekday] >= A_PATTERN and others:
			excess = 100.0 * (away[weekday] / planned[weekday] - (all_away - away[weekday]) / others)
			best = max(best, (excess, weekday), key=lambda one: one[0])
	return best


def one_course(facts: Facts, span: Span) -> float | None:
	if LESSONS not in facts.kept:
		return None
	ranked = _missed_by_course(facts, span).most_common(2)
	return float(ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0)) if ranked else 0.0


def days_of_that_course(facts: Facts, span: Span) -> list[int]:
	missed = _missed_by_course(facts, span)
	if not missed:
		return []
	course = missed.most_common(1)[0][0]
	slots = facts.days.slots(span.start, span.end)
	return [s for s in slots if course in courses_missed(facts.days, s, facts)]


def _missed_by_course(facts: Facts, span: Span) -> Counter[str]:
	found: Counter[str] = Counter()
	for slot in facts.days.slots(span.start, span.end):
		found.update(courses_missed(facts.days, slot, facts))
	return found


def courses_missed(days: LearnerDays, slot: int, facts: Facts) -> list[str]:
	"""The course of each lesson of a day that was missed without a known reason."""
	return [
		facts.courses.get(row[7], row[7])
		for row in days.rows[slot]
		if row[7] and row[2] == "Absent" and row[6] != EXCUSED
	]


def not_arrived_today(facts: Facts, _span: Span) -> float:
	return float(facts.not_arrived)


def where(pick: Callable[[LearnerDays, int], object]) -> Slots:
	"""The slots of a window for which `pick` says something."""
	return lambda facts, span: [at for at in facts.days.slots(span.start, span.end) if pick(facts.days, at)]


def no_slots(_facts: Facts, _span: Span) -> list[int]:
	return []

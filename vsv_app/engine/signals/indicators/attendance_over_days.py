"""The attendance indicators over many days at once: sums that gain a school day and lose one.

Each says the same as its measure in `attendance_measures` does day by day, and in a fraction of the time.
"""

from collections.abc import Callable
from operator import add, gt, sub, truediv
from typing import Any

from vsv_app.engine.attendance.learner_days import LearnerDays
from vsv_app.engine.signals.indicators.attendance_measures import (
	A_PATTERN,
	courses_missed,
	half_days,
)
from vsv_app.engine.signals.indicators.facts import LESSONS, Facts
from vsv_app.engine.signals.indicators.over_days import NEVER, Marks, Memo, Values, Views

FEW = 30
"""Up to so many days the highest that a value comes to is known sooner from them than from the values."""

Counts = Callable[[Facts], list[int]] | Callable[[Facts], list[float]]


class Added:
	"""What each exceptional day of the window counts for, added up. `name` stands for `counts` among others."""

	def __init__(self, name: str, counts: Counts) -> None:
		self.name, self.counts = name, counts

	def __call__(self, facts: Facts, views: Views, memo: Memo) -> Values:
		marks = _marks(self.name, self.counts, facts, memo)
		return views.totals(marks) if marks[0] else views.zeros

	def ceiling(self, facts: Facts, views: Views, memo: Memo, line: float) -> float:
		total = sum(self.counts(facts))
		if total < line:
			return total
		marks = _marks(self.name, self.counts, facts, memo)
		if len(marks[0]) > FEW:
			return NEVER
		return float(views.highest_total(marks))


def column(name: str) -> Counts:
	"""The minutes of a kind, by exceptional day."""

	def counts(facts: Facts) -> list[int]:
		found: list[int] = getattr(facts.days, name)
		return found

	return counts


def times(name: str) -> Counts:
	"""1 for each exceptional day with any minutes of a kind."""

	def counts(facts: Facts) -> list[int]:
		return [1 if minutes else 0 for minutes in getattr(facts.days, name)]

	return counts


def by_day(count: Callable[[Facts, int], int]) -> Counts:
	"""What each exceptional day counts for, by itself."""
	return lambda facts: [count(facts, slot) for slot in range(len(facts.days.at))]


def unexcused_half_days(facts: Facts) -> list[int]:
	return [half_days(facts, slot) if gone else 0 for slot, gone in enumerate(facts.days.unexcused)]


def absence_rate(facts: Facts, views: Views, memo: Memo) -> Values:
	"""One list for every rule that asks for the window: treat as read-only."""
	key = "rates", views.window
	if key not in memo:
		missed = _marks("missed", _missed_hundredfold, facts, memo)
		since = views.since(facts.enrolled_at)
		memo[key] = list(map(truediv, since.totals(missed), since.planned)) if missed[0] else views.zeros
	found: Values = memo[key]
	return found


def absence_change(facts: Facts, views: Views, memo: Memo) -> Values:
	since = views.since(facts.enrolled_at)
	missed = _sums("missed", _missed_hundredfold, facts, views, memo)
	if not missed:
		return since.no_change
	gone = map(sub, views.at_starts(missed), since.at_earlier(missed))
	before = list(map(truediv, gone, since.planned_earlier))
	now: Any = absence_rate(facts, views, memo)
	known = since.knows_from
	found: list[float | None] = [None] * known
	found += [rise if rise > 0.0 else 0.0 for rise in map(sub, now[known:], before[known:])]
	for number in since.knows_not:
		found[number] = None
	return found


def highest_rate(facts: Facts, views: Views, memo: Memo, line: float) -> float:
	marks = _marks("missed", _missed_hundredfold, facts, memo)
	return NEVER if len(marks[0]) > FEW else views.since(facts.enrolled_at).highest_share(marks, line)


def highest_rise(facts: Facts, views: Views, memo: Memo, line: float) -> float:
	marks = _marks("missed", _missed_hundredfold, facts, memo)
	return (
		NEVER if len(marks[0]) > FEW else views.since(facts.enrolled_at).highest_share(marks, line, rise=True)
	)


def consecutive_days_absent(facts: Facts, views: Views, memo: Memo) -> Values:
	runs = memo.get("runs")
	if runs is None:
		runs = memo["runs"] = _runs(facts.days, views)
	if not runs:
		return views.zeros
	found = views.at_ends(runs)
	# Hardly ever is a run longer than the window.
	return list(map(min, found, views.lengths)) if any(map(gt, found, views.lengths)) else found


def longest_run(facts: Facts, _views: Views, _memo: Memo, _line: float) -> float:
	"""How many whole days away in a row there ever were."""
	longest = run = 0
	before = -2
	for at, absent in zip(facts.days.at, facts.days.absent, strict=True):
		if absent:
			run = run + 1 if before == at - 1 else 1
			longest = max(longest, run)
			before = at
	return longest


def _runs(days: LearnerDays, views: Views) -> list[int]:
	"""For each school day from `base` on, how many whole days away in a row have ended just before it; empty: never any."""
	ground = views.ground
	found: list[int] = []
	for at, absent in zip(days.at, days.absent, strict=True):
		place = at - ground.base + 1
		if absent and 0 < place < ground.size:
			found = found or [0] * ground.size
			found[place] = found[place - 1] + 1
	return found


def weekday_pattern(facts: Facts, views: Views, memo: Memo) -> Values:
	by_weekday = _away_by_weekday(facts, memo)
	if not by_weekday:
		return views.zeros
	since = views.since(facts.enrolled_at)
	found: Values = views.zeros
	all_away: Any = ()
	for weekday, at in by_weekday.items():
		own = since.totals((at, [1] * len(at)))
		if max(own) < A_PATTERN:
			continue
		all_away = all_away or since.totals(_marks("days away", _away, facts, memo))
		planned, others = since.weekdays[weekday]
		some = views.while_in(at[A_PATTERN - 1], at[-A_PATTERN])
		here = own[some]
		shares = map(truediv, here, planned[some])
		of_others = map(truediv, map(sub, all_away[some], here), others[some])
		found = list(found)
		found[some] = [
			excess if away >= A_PATTERN and (excess := 100.0 * (share - rest)) > before else before
			for before, away, share, rest in zip(found[some], here, shares, of_others, strict=True)
		]
	return found


def most_of_a_weekday(facts: Facts, views: Views, memo: Memo, line: float) -> float:
	"""What was missed of a weekday when a day came in, of the fewest that there are of it from then on; from two missed on."""
	since, found = views.since(facts.enrolled_at), 0.0
	entry, base = views.ground.entry, views.ground.base
	for weekday, at in _away_by_weekday(facts, memo).items():
		if len(at) > FEW:
			return NEVER
		fewest = since.fewest_of(weekday)
		second = at[A_PATTERN - 1] - base
		if second >= len(entry) or (number := entry[max(second, 0)]) >= len(fewest):
			continue
		at_most = 100.0 * (len(at) / fewest[number])
		if at_most < line:
			found = max(found, at_most)
			continue
		for day, away in views.peaks((at, [1] * len(at))):
			if away >= A_PATTERN:
				found = max(found, 100.0 * (away / fewest[day]))
	return found


def _away_by_weekday(facts: Facts, memo: Memo) -> dict[int, list[int]]:
	"""The school days away of each weekday that may be a pattern."""
	found: dict[int, list[int]] | None = memo.get("by weekday")
	if found is None:
		weekdays, days = facts.track.weekdays, facts.days
		by_weekday: dict[int, list[int]] = {}
		for at, unexcused, excused in zip(days.at, days.unexcused, days.excused, strict=True):
			if unexcused or excused:
				by_weekday.setdefault(weekdays[at], []).append(at)
		found = memo["by weekday"] = {w: at for w, at in by_weekday.items() if len(at) >= A_PATTERN}
	return found


def one_course(facts: Facts, views: Views, memo: Memo) -> Values:
	if LESSONS not in facts.kept:
		return views.nothing
	if "courses" not in memo:
		memo["courses"] = [
			(at, courses)
			for slot, at in enumerate(facts.days.at)
			if (courses := courses_missed(facts.days, slot, facts))
		]
	missed: list[tuple[int, list[str]]] = memo["courses"]
	if not missed:
		return views.zeros
	changes = views.changes([at for at, _courses in missed], ())
	return views.filled(changes, _leads(missed, changes, views))


def _leads(missed: list[tuple[int, list[str]]], changes: list[int], views: Views) -> list[float | None]:
	"""On each of the days: lessons of the course most often missed, less those of the next."""
	found: list[float | None] = []
	counts: dict[str, int] = {}
	begins = ends = 0
	for number in changes:
		start, end = views.starts[number], views.ends[number]
		if begins and missed[begins - 1][0] >= start:
			counts, begins, ends = {}, 0, 0
		while ends < len(missed) and missed[ends][0] < end:
			for course in missed[ends][1]:
				counts[course] = counts.get(course, 0) + 1
			ends += 1
		while begins < ends and missed[begins][0] < start:
			for course in missed[begins][1]:
				counts[course] -= 1
			begins += 1
		most = sorted(counts.values())[-2:]
		found.append(float(most[-1] - (most[0] if len(most) > 1 else 0)) if most else 0.0)
	return found


def _missed_hundredfold(facts: Facts) -> list[float]:
	"""Minutes missed, times a hundred for what is told in percent: whole numbers, so that sums of them are exact."""
	return [
		100.0 * (one + other) for one, other in zip(facts.days.unexcused, facts.days.excused, strict=True)
	]


def _away(facts: Facts) -> list[int]:
	return [1 if minutes else 0 for minutes in map(add, facts.days.unexcused, facts.days.excused)]


def _marks(name: str, counts: Counts, facts: Facts, memo: Memo) -> Marks:
	"""The school days that count for something, and what each counts for; made once a learner."""
	key = "marks", name
	found: Marks | None = memo.get(key)
	if found is None:
		own: list[Any] = list(counts(facts))
		at = facts.days.at
		if 0 in own:
			at, own = [day for day, one in zip(at, own, strict=True) if one], [one for one in own if one]
		found = memo[key] = at, own
	return found


def _sums(name: str, counts: Counts, facts: Facts, views: Views, memo: Memo) -> list[Any]:
	"""`counts` added up by school day, made once a learner; empty where none counts for anything."""
	known: list[Any] | None = memo.get(name)
	if known is None:
		at, own = _marks(name, counts, facts, memo)
		known = memo[name] = views.ground.added_up(at, own) if at else []
	return known

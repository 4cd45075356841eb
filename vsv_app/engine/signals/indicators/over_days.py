"""A window on many days at once, and how a value runs over them: it changes only where something enters or leaves."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, pairwise, repeat
from operator import itemgetter, sub
from typing import Any

from vsv_app.engine.attendance.timetable import Period, SchoolCalendar, Track
from vsv_app.engine.signals.indicators.attendance_measures import EARLIER_SCHOOL_DAYS
from vsv_app.engine.signals.indicators.facts import FactRow, Facts
from vsv_app.engine.signals.indicators.windows import (
	BY_TRACK,
	Span,
	Window,
	first_day_of,
	term_before,
)

Values = Sequence[float | None]
"""A value on each of the days; None is no data."""
Memo = dict[Any, Any]
"""What several windows of one learner share; forgotten with the learner."""
Marks = tuple[Sequence[int], Sequence[Any]]
"""School days, ascending, and what each counts for."""
NEVER = float("inf")


class Horizon:
	"""The days of a past, ascending, and what the school calendar says of each; asked once."""

	def __init__(self, days: Sequence[date], calendar: SchoolCalendar) -> None:
		self.days = list(days)
		self._calendar = calendar
		self._year = {day: calendar.year(day) for day in self.days}
		self._term = {day: calendar.term_begun(day) for day in self.days}
		self._first: dict[Window, list[date]] = {}
		self._terms_before: dict[Period | None, tuple[date, date] | None] = {}

	def year(self, day: date) -> Period | None:
		return self._year[day]

	def term_begun(self, day: date) -> Period | None:
		return self._term[day]

	def term_before(self, day: date) -> tuple[date, date] | None:
		running = self._term[day]
		if running not in self._terms_before:
			self._terms_before[running] = term_before(running, self._calendar.terms)
		return self._terms_before[running]

	def first_days(self, window: Window, track: Track) -> list[date]:
		"""The first day of the window on each of the days."""
		if window.kind in BY_TRACK:
			return [first_day_of(window, day, track, self) for day in self.days]
		if window not in self._first:
			self._first[window] = [first_day_of(window, day, track, self) for day in self.days]
		return self._first[window]


class Ground:
	"""The days of a past on one track: where each lies among its school days. Shared between learners.

	`wide`: with all days of earlier academic years, for windows that reach across.
	"""

	def __init__(self, horizon: Horizon, track: Track, *, wide: bool = False) -> None:
		self.horizon = horizon
		self.track = track
		self.ends = [track.first_after(day) for day in horizon.days]
		years = [horizon.year(day) for day in horizon.days]
		begins: dict[Period | None, int] = {None: 0}
		begins |= {year: track.first_from(year.start) for year in set(years) if year is not None}
		self.year_starts = [begins[year] for year in years]
		self.base = 0 if wide else min(self.year_starts, default=0)
		self.size = max(self.ends, default=0) - self.base + 1
		self._views: dict[Window, Views] = {}

	def view(self, window: Window) -> "Views":
		if window not in self._views:
			ground = self.wide if window.across_years and self.base else self
			self._views[window] = Views(ground, window)
		return self._views[window]

	@cached_property
	def wide(self) -> "Ground":
		return Ground(self.horizon, self.track, wide=True)

	@cached_property
	def entry(self) -> list[int]:
		"""For each school day from `base` on, the first of the days on which it lies in a window."""
		return [bisect_right(self.ends, day) for day in range(self.base, self.base + self.size - 1)]

	def added_up(self, at: Sequence[int], counts: Sequence[Any]) -> list[Any]:
		"""For each school day from `base` on, what all before it add up to."""
		flat = [0] * self.size
		base, last = self.base, self.base + self.size - 1
		for day, count in zip(at, counts, strict=True):
			if count and base <= day < last:
				flat[day - base + 1] += count
		return list(accumulate(flat))


class Views:
	"""One window on each of the days: school days `starts` up to and without `ends` of the track, as `Span` has them.

	Shared between learners: treat what it gives as read-only.
	"""

	def __init__(self, ground: Ground, window: Window) -> None:
		self.window = window
		self.ground, self.track, self.horizon = ground, ground.track, ground.horizon
		self.days, self.ends = ground.horizon.days, ground.ends
		self.first_days = ground.horizon.first_days(window, ground.track)
		self.starts = list(map(bisect_left, repeat(ground.track.days), self.first_days))
		self.at_ends = _picker([end - ground.base for end in self.ends])
		self.at_starts = _picker([start - ground.base for start in self.starts])
		self.lengths = [end - start for start, end in zip(self.starts, self.ends, strict=True)]
		self._since: dict[int, Since] = {}
		self._stays: dict[timedelta, dict[date, tuple[int, int]]] = {}

	@cached_property
	def zeros(self) -> list[float | None]:
		return [0.0] * len(self.days)

	@cached_property
	def nothing(self) -> list[float | None]:
		return [None] * len(self.days)

	@cached_property
	def spans(self) -> list[Span]:
		parts = zip(self.days, self.first_days, self.starts, self.ends, self.ground.year_starts, strict=True)
		return [
			Span(start, end, first, day, begins, self.horizon.term_before(day))
			for day, first, start, end, begins in parts
		]

	@cached_property
	def ascends(self) -> bool:
		"""Whether no window begins before that of an earlier day: what has left one is in none that follows."""
		firsts, starts = self.first_days, self.starts
		return all(map(_not_after, firsts, firsts[1:])) and all(map(_not_after, starts, starts[1:]))

	@cached_property
	def turns(self) -> list[int]:
		"""The days on which the calendar turns: another year, or another term before."""
		spans = self.spans
		return [
			number
			for number in range(len(spans))
			if not number
			or spans[number].year_start != spans[number - 1].year_start
			or spans[number].term_before != spans[number - 1].term_before
		]

	@cached_property
	def exits(self) -> list[int]:
		"""For each school day from `base` on, the first of the days on which it has left the window; for windows that ascend."""
		return _exits(self.starts, self.ground)

	def totals(self, marks: Marks) -> list[Any]:
		"""What marks in the window add up to on each of the days."""
		if self.ascends:
			return _totals(marks, self.ground, self.exits, len(self.days))
		sums = self.ground.added_up(*marks)
		return list(map(sub, self.at_ends(sums), self.at_starts(sums)))

	def while_in(self, comes: int, goes: int) -> slice:
		"""The days from the first on which one school day lies in the window to the last on which another does."""
		if not self.ascends:
			return slice(0, len(self.days))
		return slice(bisect_right(self.ends, comes), bisect_right(self.starts, goes))

	def highest_total(self, marks: Marks) -> Any:
		"""The most that marks in one window add up to; for windows that ascend."""
		at, counts = marks
		entry, starts, base, last = self.ground.entry, self.starts, self.ground.base, len(self.days)
		size = len(entry)
		begins = bisect_left(at, base)
		highest = total = 0
		for came in range(begins, len(at)):
			place = at[came] - base
			if place >= size or (number := entry[place]) == last:
				break
			total += counts[came]
			start = starts[number]
			while begins <= came and at[begins] < start:
				total -= counts[begins]
				begins += 1
			highest = max(highest, total)
		return highest

	def peaks(self, marks: Marks) -> Iterator[tuple[int, Any]]:
		"""(day, total) where a school day that counts comes into the window: between them the total only falls.

		For windows that ascend.
		"""
		at, counts = marks
		entry, starts, base, last = self.ground.entry, self.starts, self.ground.base, len(self.days)
		total = begins = 0
		for day, count in zip(at, counts, strict=True):
			if day < base:
				begins += 1
				continue
			number = entry[day - base] if day - base < len(entry) else last
			if number == last:
				return
			total += count
			start = starts[number]
			while begins < len(at) and at[begins] < start and total:
				total -= counts[begins]
				begins += 1
			yield number, total

	def since(self, enrolled_at: int) -> "Since":
		if enrolled_at not in self._since:
			self._since[enrolled_at] = Since(self, enrolled_at)
		return self._since[enrolled_at]

	def changes(self, at: Iterable[int], rows: Sequence[FactRow]) -> list[int]:
		"""The days on which a window may hold something else than the day before: school days `at`, or records."""
		if not self.ascends:
			return list(range(len(self.days)))
		ends, starts, days, firsts = self.ends, self.starts, self.days, self.first_days
		found = set(self.turns)
		for day in at:
			found.add(bisect_right(ends, day))
			found.add(bisect_right(starts, day))
		for row in rows:
			found.add(bisect_left(days, row[1]))
			found.add(bisect_right(firsts, row[1]))
		found.discard(len(days))
		return sorted(found)

	def stays(self, rows: Sequence[FactRow], late: timedelta) -> list[tuple[int, int]]:
		"""Of each record, the first of the days on which it is in the window, and the first on which it is so no more.

		`late`: a record is looked at only so long after its day. For windows that ascend. Learners have their records on the same days, so that each day is looked up once.
		"""
		known = self._stays.setdefault(late, {})
		found = []
		for row in rows:
			day = row[1]
			stay = known.get(day)
			if stay is None:
				stay = known[day] = bisect_left(self.days, day + late), bisect_right(self.first_days, day)
			found.append(stay)
		return found

	def filled(self, changes: Sequence[int], values: Iterable[float | None]) -> list[float | None]:
		"""A value for each day, from those on the days on which it changes."""
		found: list[float | None] = []
		until = [*changes[1:], len(self.days)]
		for value, begins, ends in zip(values, changes, until, strict=True):
			found += [value] * (ends - begins)
		return found


class Since:
	"""A window on each of the days, of who is on the roll from one school day on: what was planned for them."""

	def __init__(self, views: Views, enrolled_at: int) -> None:
		track, base = views.track, views.ground.base
		ends = views.ends
		starts = [min(max(start, enrolled_at), end) for start, end in zip(views.starts, ends, strict=True)]
		earlier = self.earlier = [max(begins, enrolled_at) for begins in views.ground.year_starts]
		self.starts = starts
		self.views = views
		self._fewest: dict[int, list[float]] = {}
		self.at_starts = _picker([start - base for start in starts])
		self.planned = [float(track.planned(s, e)) or NEVER for s, e in zip(starts, ends, strict=True)]
		self.at_earlier = _picker([min(day, end) - base for day, end in zip(earlier, ends, strict=True)])
		self.no_change: list[float | None] = [
			None if start - day < EARLIER_SCHOOL_DAYS else 0.0
			for start, day in zip(views.starts, earlier, strict=True)
		]
		known = [number for number, change in enumerate(self.no_change) if change is not None]
		self.knows_from = known[0] if known else len(self.no_change)
		self.knows_not = sorted(set(range(self.knows_from, len(self.no_change))) - set(known))
		self.planned_earlier = [
			float(track.planned(day, start)) or NEVER
			for start, day in zip(views.starts, earlier, strict=True)
		]

	@cached_property
	def exits(self) -> list[int]:
		"""As `Views.exits`."""
		return _exits(self.starts, self.views.ground)

	def totals(self, marks: Marks) -> list[Any]:
		"""As `Views.totals`, of the days on the roll."""
		views = self.views
		if views.ascends:
			return _totals(marks, views.ground, self.exits, len(self.starts))
		sums = views.ground.added_up(*marks)
		return list(map(sub, views.at_ends(sums), self.at_starts(sums)))

	@cached_property
	def fewest_planned(self) -> list[float]:
		"""On each of the days, the fewest planned minutes of a window from then on."""
		return _least_from_here(self.planned)

	def fewest_of(self, weekday: int) -> list[float]:
		"""On each of the days, the fewest of a weekday in a window from then on."""
		if weekday not in self._fewest:
			self._fewest[weekday] = _least_from_here(self.weekdays[weekday][0])
		return self._fewest[weekday]

	def highest_share(self, marks: Marks, line: float, *, rise: bool = False) -> float:
		"""The most that counts of what is planned, on any of the days; one under `line` may be less than told. `rise`: beyond
		that of the year before the window, as `no_change` knows one.

		For windows that ascend, and few marks: between those that come in what counts only falls.
		"""
		at, counts = marks
		ground, starts, fewest = self.views.ground, self.starts, self.fewest_planned
		entry, base, last = ground.entry, ground.base, len(starts)
		begins = bisect_left(at, base)
		numbers = [entry[day - base] for day in at[begins:] if day - base < len(entry)]
		numbers.append(last)
		highest = below = 0.0
		first = self.knows_from if rise else 0
		highest_of = self._highest_rise_of if rise else self._highest_of
		total = 0
		for came, (number, until) in enumerate(pairwise(numbers), begins):
			total += counts[came]
			here = max(number, first)
			if here >= until:
				continue
			start = starts[here]
			while begins <= came and at[begins] < start:
				total -= counts[begins]
				begins += 1
			share = total / fewest[here]
			if share >= line and share > highest:
				highest = max(highest, highest_of(at, counts, range(here, until), begins, total))
			else:
				below = max(below, share)
		return highest if highest >= line else max(highest, below)

	def _highest_of(
		self, at: Sequence[int], counts: Sequence[Any], days: range, begins: int, total: Any
	) -> float:
		"""Of days on which nothing comes in: the first holds `total`, from mark `begins` on."""
		starts, planned = self.starts, self.planned
		highest = 0.0
		for number in days:
			while total and at[begins] < starts[number]:
				total -= counts[begins]
				begins += 1
			if not total:
				break
			highest = max(highest, total / planned[number])
		return highest

	def _highest_rise_of(
		self, at: Sequence[int], counts: Sequence[Any], days: range, begins: int, total: Any
	) -> float:
		starts, planned, earlier, planned_earlier = (
			self.starts,
			self.planned,
			self.earlier,
			self.planned_earlier,
		)
		highest = 0.0
		for number in days:
			while total and at[begins] < starts[number]:
				total -= counts[begins]
				begins += 1
			if not total:
				break
			rate = total / planned[number]
			if rate > highest and self.no_change[number] is not None:
				before = sum(counts[bisect_left(at, earlier[number]) : begins])
				highest = max(highest, rate - before / planned_earlier[number])
		return highest

	@cached_property
	def weekdays(self) -> dict[int, tuple[list[float], list[float]]]:
		"""By weekday, on each of the days: how many of it are in the window, and how many others, to divide by.

		NEVER for none; and for those of the weekday too where there are no others: it makes no pattern without them.
		"""
		track, ground = self.views.track, self.views.ground
		begin, end = ground.base, ground.base + ground.size - 1
		in_order = track.weekdays[begin:end]
		found: dict[int, tuple[list[float], list[float]]] = {}
		for weekday in set(in_order):
			sums = [0, *accumulate(int(one == weekday) for one in in_order)]
			these = [a - b for a, b in zip(self.views.at_ends(sums), self.at_starts(sums), strict=True)]
			every = [e - s for s, e in zip(self.starts, self.views.ends, strict=True)]
			rest = [a - b for a, b in zip(every, these, strict=True)]
			own_days = [one if one and other else NEVER for one, other in zip(these, rest, strict=True)]
			found[weekday] = own_days, [one or NEVER for one in rest]
		return found


def at_changes(measure: Callable[[Facts, Span], float | None]) -> Callable[[Facts, Views, Memo], Values]:
	"""A measure on each of the days, asked where an exceptional day or a record enters or leaves the window.

	For what depends on nothing else: not on how much was planned, which changes every day.
	"""

	def over(facts: Facts, views: Views, _memo: Memo) -> Values:
		rows = [row for some in facts.more.values() for row in some]
		changes = views.changes(facts.days.at, rows)
		return views.filled(changes, [measure(facts, views.spans[number]) for number in changes])

	return over


def _exits(starts: Sequence[int], ground: Ground) -> list[int]:
	return [bisect_right(starts, day) for day in range(ground.base, ground.base + ground.size - 1)]


def _totals(marks: Marks, ground: Ground, exits: Sequence[int], days: int) -> list[Any]:
	"""Each mark comes in on one day and goes on another; a learner has few of them, and a year many days."""
	flat = [0] * (days + 1)
	entry, base, size = ground.entry, ground.base, ground.size - 1
	for day, count in zip(*marks, strict=True):
		place = day - base
		if 0 <= place < size:
			flat[entry[place]] += count
			flat[exits[place]] -= count
	del flat[days]
	return list(accumulate(flat))


def _least_from_here(values: Sequence[float]) -> list[float]:
	return list(accumulate(reversed(values), min))[::-1]


def _not_after(one: Any, other: Any) -> bool:
	return bool(one <= other)


def _picker(places: Sequence[int]) -> Callable[[Sequence[int]], Sequence[int]]:
	"""What stands at these places of a list, fast."""
	if len(places) < 2:
		return lambda values: [values[place] for place in places]
	return itemgetter(*places)

"""A file of learners as cohorts: one for each school year, each with its calendar, its roll, and facts that can be.

What contradicts itself is told in the notes of the file, and what was done with it: nothing is put right in silence.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from vsv_app.engine.attendance.learner_days import EXCUSED, Enrolment, ExceptionRow
from vsv_app.engine.attendance.timetable import DayPlan, Earlier, Period, SchoolCalendar, Session, Track
from vsv_app.engine.signals.indicators.facts import (
	INCIDENTS,
	MISSING,
	PASS_MARK,
	RESULTS,
	SURVEYS,
	FactRow,
	OtherFacts,
)
from vsv_app.study import learner_file as kept
from vsv_app.study.learner_file import KINDS, THOUSANDTHS, CohortError, Learner, LearnerFile, unpacked

SOURCES = {kept.RESULT: RESULTS, kept.MISSING: MISSING, kept.INCIDENT: INCIDENTS, kept.SURVEY: SURVEYS}
ABSENT, LATE, LEFT_EARLY = (KINDS.index(kind) for kind in kept.AWAY)
LAST_OF_ATTENDANCE = max(ABSENT, LATE, LEFT_EARLY)
WEEKDAYS = range(5)
USUAL_DAY = 360
"""Planned minutes of a school day where the file says nothing of them."""
FEWEST_WEEKS = 4
"""A school year of which less is known beside one that is known well is a slip in some dates."""
A_TRIFLE, AN_EDGE, FEW = 0.05, 0.01, 20
"""Shares, and a number, of facts below which a year or an edge of one is taken for slips."""
LONGEST_HOLIDAY = 42
"""Days; what lies farther from the rest of a year is looked at as an edge."""
SHARED = 0.1
"""A first or last day that so many learners share is that of the school year."""
YOUNGEST, OLDEST = 3, 100
BATCH = 400
"""Learners whose records are laid out at a time."""
PROGRAMME = "programme"
NEVER = date.max.toordinal()
AFTER_SUMMER = 62
"""Days into the next school year in which one is still told that somebody does not come back."""


class OneCalendar(SchoolCalendar):
	"""One school year with one timetable for everybody."""

	def __init__(self, year: Period, terms: Sequence[Period], track: Track) -> None:
		super().__init__((), (year,), tuple(terms))
		self._one = track

	def track(
		self, group: str | None = None, program: str | None = None, before: tuple[Earlier, ...] = ()
	) -> Track:
		return self._one


class Member:
	"""A learner in one school year. Days are ordinals; `until` and `outcome` 0: none. `facts` as the file packs them."""

	__slots__ = ("born", "facts", "groups", "name", "outcome", "since", "until")

	def __init__(
		self, name: str, since: int, until: int, outcome: int, born: int, groups: Mapping[str, str]
	) -> None:
		self.name, self.since, self.until, self.outcome, self.born = name, since, until, outcome, born
		self.groups = groups
		self.facts = array("i")


@dataclass(frozen=True)
class Batch:
	"""Some learners' records as the engine takes them."""

	members: Sequence[Member]
	first: int
	"""Place of the first of them in the cohort."""
	enrolments: Mapping[str, Enrolment]
	rows: Sequence[ExceptionRow]
	more: OtherFacts


@dataclass
class Cohort:
	"""The learners of one school year. `known_to`: the last day of which the file knows anything of them, as an ordinal."""

	name: str
	calendar: OneCalendar
	members: list[Member]
	labels: Sequence[str]
	excused: frozenset[int]
	sources: frozenset[str]
	keeps_attendance: bool
	has_terms: bool
	known_to: int
	pass_mark: float = PASS_MARK
	_dates: dict[int, date] = field(default_factory=dict, repr=False)

	@property
	def days(self) -> list[date]:
		return self.calendar.track().days

	@property
	def outcomes(self) -> int:
		return sum(1 for member in self.members if member.outcome)

	@property
	def knows_ages(self) -> bool:
		return any(member.born for member in self.members)

	def batches(self, size: int = BATCH) -> Iterator[Batch]:
		"""All of its learners, some at a time, by name."""
		for first in range(0, len(self.members), size):
			members = self.members[first : first + size]
			rows: list[ExceptionRow] = []
			others: list[FactRow] = []
			for member in members:
				self._lay_out(member, rows, others)
			yield Batch(
				members, first, {member.name: self._enrolment(member) for member in members}, rows,
				OtherFacts(others, self.sources, {}, self.pass_mark),
			)  # fmt: skip

	def _enrolment(self, member: Member) -> Enrolment:
		until = date.fromordinal(member.until) if member.until else None
		born = date.fromordinal(member.born) if member.born else None
		program = member.groups.get(PROGRAMME)
		return Enrolment(member.name, "all", program, date.fromordinal(member.since), until, born)

	def _lay_out(self, member: Member, rows: list[ExceptionRow], others: list[FactRow]) -> None:
		own: list[ExceptionRow] = []
		for day, last, kind, packed, label, line in unpacked(member.facts):
			if kind > LAST_OF_ATTENDANCE:
				value = 1.0 if packed < 0 else packed / THOUSANDTHS
				others.append(
					(
						member.name,
						self._date(day),
						SOURCES[KINDS[kind]],
						value,
						self.labels[label],
						"line",
						str(line),
					)
				)
				continue
			excused = EXCUSED if label in self.excused else None
			minutes = 0 if packed < 0 else round(packed / THOUSANDTHS)
			for each in self._school_days(day, last, member.until):
				own.append(_row(member.name, each, kind, minutes, excused, str(line)))
		own.sort(key=lambda row: row[1])
		rows += own

	def _school_days(self, day: int, last: int, until: int) -> Sequence[date]:
		if day == last:
			return (self._date(day),)
		days = self.days
		end = min(last, until or last)
		return days[bisect_left(days, self._date(day)) : bisect_right(days, self._date(end))]

	def _date(self, day: int) -> date:
		found = self._dates.get(day)
		if found is None:
			found = self._dates[day] = date.fromordinal(day)
		return found


def _row(name: str, day: date, kind: int, minutes: int, excused: str | None, line: str) -> ExceptionRow:
	if kind == ABSENT:
		# Parts of a day add up as lessons do; a whole day is what it is.
		return (name, day, "Absent", 0, minutes, 0, excused, "part" if minutes else None, line)
	late, early = (minutes, 0) if kind == LATE else (0, minutes)
	return (name, day, "Present", late, minutes, early, excused, None, line)


def of(
	file: LearnerFile,
	outcomes: Sequence[str] = (kept.LEFT,),
	year_starts: tuple[int, int] = (8, 1),
	pass_mark: float = PASS_MARK,
) -> list[Cohort]:
	"""The cohorts of a file, by year; what could not be taken as it stands is in `file.notes`. Raises CohortError.

	`outcomes`: what counts as what became of a learner; `year_starts`: month and day with which a school year begins.
	"""
	return _Years(file, outcomes, year_starts, pass_mark).cohorts()


@dataclass(frozen=True)
class _Year:
	"""A school year: its school days, and from which to which day (ordinals) its facts are: those of the week-end after too."""

	name: str
	days: list[date]
	first: int
	last: int


class _Years:
	def __init__(
		self, file: LearnerFile, outcomes: Sequence[str], year_starts: tuple[int, int], pass_mark: float
	) -> None:
		self.file, self.wanted, self.starts, self.pass_mark = file, outcomes, year_starts, pass_mark
		self.notes = file.notes
		self.present: Counter[int] = Counter()
		self.happened: Counter[int] = Counter()
		self._count()

	def _count(self) -> None:
		for learner in self.file.learners.values():
			own = learner.present[::2]
			self.present.update(own)
			for day, last, *_rest in unpacked(learner.facts):
				self.happened[day] += 1
				if last != day:
					self.happened[last] += 1
		self.happened.update(self.present)

	def cohorts(self) -> list[Cohort]:
		years = self._years()
		self._tell_days_out(years)
		found = []
		for place, year in enumerate(years):
			over = date(self._year_of(year.first) + 1, *self.starts).toordinal() + AFTER_SUMMER
			following = years[place + 1].first if place + 1 < len(years) else NEVER
			found.append(self._cohort(year, min(over, following), len(years)))
		self._tell_leavings_out(found)
		found = [cohort for cohort in found if cohort.members]
		if not found:
			raise CohortError(
				"No learner of the file is on the roll in a school year of which it knows school days."
			)
		return found

	def _year_of(self, day: int) -> int:
		that = date.fromordinal(day)
		return that.year - ((that.month, that.day) < self.starts)

	def _years(self) -> list[_Year]:
		"""Each school year of which enough is known."""
		by_year: dict[int, Counter[int]] = {}
		for day, count in self.happened.items():
			by_year.setdefault(self._year_of(day), Counter())[day] = count
		if not by_year:
			raise CohortError(
				"The file says of no day what happened on it: it has no attendance, result or other fact."
			)
		most = max(counts.total() for counts in by_year.values())
		found = []
		for year, counts in sorted(by_year.items()):
			weeks = {day - date.fromordinal(day).weekday() for day in counts}
			if len(weeks) < FEWEST_WEEKS and counts.total() < most * A_TRIFLE:
				continue
			kept_days = _without_edges(counts)
			days = self._school_days(year, kept_days)
			if days:
				first, last = days[0].toordinal(), days[-1].toordinal()
				near = [n for n in kept_days if first - LONGEST_HOLIDAY <= n <= last + LONGEST_HOLIDAY]
				found.append(_Year(_name(year, self.starts), days, min(first, *near), max(last, *near)))
		if not found:
			begins, ends = (date.fromordinal(of(self.happened)) for of in (min, max))
			raise CohortError(
				f"There is no school day from {begins} to {ends}: nobody was present on a weekday."
			)
		return found

	def _school_days(self, year: int, counts: Mapping[int, int]) -> list[date]:
		said = sorted(day for day in self.file.school_days if self._year_of(day) == year)
		if said:
			return [date.fromordinal(day) for day in said]
		first, last = min(counts), max(counts)
		first = min(first, self._shared((kept.ENROLLED,), year) or first)
		last = max(last, self._shared((kept.FINISHED,), year) or last)
		weekdays = [
			day for day in range(first, last + 1) if date.fromordinal(day).weekday() in WEEKDAYS
		]  # fmt: skip
		if self.present:
			weekdays = [day for day in weekdays if self.present[day]]
		return [date.fromordinal(day) for day in weekdays if day not in self.file.no_school]

	def _shared(self, facts: Sequence[str], year: int) -> int | None:
		"""The first or last day that many learners share in a year; None where there is none."""
		days = Counter(
			day
			for learner in self.file.learners.values()
			for fact, day, _line in learner.moments
			if fact in facts and self._year_of(day) == year
		)
		day, count = max(days.items(), key=lambda one: one[1], default=(0, 0))
		return day if count >= SHARED * len(self.file.learners) else None

	def _tell_days_out(self, years: Sequence[_Year]) -> None:
		"""Facts of days that lie in no school year are set aside, and told."""

		def lies_out(day: int) -> bool:
			return not any(year.first <= day <= year.last for year in years)

		said = (
			f"facts lie outside the school years ({', '.join(year.name for year in years)}) by their date;"
			" slips? They do not count"
		)
		off = {day for day in self.happened if lies_out(day)}
		if not off:
			return
		for learner in self.file.learners.values():
			for day, line in zip(learner.present[::2], learner.present[1::2], strict=True):
				if day in off:
					self.notes.add(said, line)
			for day, _last, _kind, _value, _label, line in unpacked(learner.facts):
				if day in off:
					self.notes.add(said, line)

	def _tell_leavings_out(self, cohorts: Sequence[Cohort]) -> None:
		"""What became of learners when nothing else is known of the school is told, as it counts nowhere."""
		taken = {(member.name, member.outcome) for cohort in cohorts for member in cohort.members}
		taken |= {(member.name, member.until) for cohort in cohorts for member in cohort.members}
		last = max(cohort.days[-1] for cohort in cohorts).toordinal()
		for learner in self.file.learners.values():
			for fact, day, line in learner.moments:
				if (
					fact in (*self.wanted, kept.LEFT, kept.FINISHED)
					and day > last
					and (learner.name, day) not in taken
				):
					self.notes.add(
						"outcomes lie beyond the last school year of the file; slips? They do not count", line
					)

	def _cohort(self, year: _Year, end: int, years: int) -> Cohort:
		calendar = self._calendar(year)
		track = calendar.track()
		planned = {day.toordinal(): minutes for day, minutes in zip(track.days, track.minutes, strict=True)}
		first, last = year.first, year.last
		kinds: set[int] = set()
		members = []
		for learner in sorted(self.file.learners.values(), key=lambda one: one.name):
			member = self._member(learner, first, last, end, years)
			if member is not None:
				self._take_facts(member, learner, first, last, planned, kinds)
				members.append(member)
		moments = (member.outcome or member.until for member in members)
		return Cohort(
			year.name, calendar, members, self.file.labels, self.file.excused,
			frozenset(SOURCES[KINDS[kind]] for kind in kinds if kind > LAST_OF_ATTENDANCE),
			bool(self.present) or any(kind <= LAST_OF_ATTENDANCE for kind in kinds), bool(calendar.terms),
			max([year.days[-1].toordinal(), *moments]), self.pass_mark,
		)  # fmt: skip

	def _calendar(self, year: _Year) -> OneCalendar:
		plans = [_plan(day, self.file.school_days.get(day.toordinal()) or USUAL_DAY) for day in year.days]
		period = Period(year.name, date.fromordinal(year.first), date.fromordinal(year.last))
		terms = [
			Period(label, date.fromordinal(first), date.fromordinal(last))
			for label, first, last in sorted(self.file.terms, key=lambda one: one[1])
			if period.start <= date.fromordinal(last) and date.fromordinal(first) <= period.end
		]
		return OneCalendar(period, terms, Track(plans))

	def _member(self, learner: Learner, first: int, last: int, end: int, years: int) -> Member | None:
		"""The learner's stay in the year, and what became of them; None where they were not there."""
		enrolled, left, finished = (
			self._days_of(learner, fact) for fact in (kept.ENROLLED, kept.LEFT, kept.FINISHED)
		)
		gone = sorted([*left, *finished])
		if enrolled and left and max(left)[0] < min(enrolled)[0] and not _was_there(learner, max(left)[0]):
			self.notes.add("learners left before they were enrolled; they are left out", min(left)[1])
			return None
		before = max((day for day, _line in gone if day < first), default=0)
		came = [day for day, _line in enrolled if before < day < end]
		if (before and not came) or (enrolled and not came):
			return None
		# Where a file says anew each year when somebody came, it is that year's day that counts.
		this_year = [day for day in came if day >= first]
		since = max(first, min(this_year or came, default=first))
		if since > last:
			return None
		leaving = [one for one in gone if since <= one[0] < end]
		if len({day for day, _line in leaving}) > 1:
			self.notes.add(
				"learners have two days of leaving in one school year; the first counts", leaving[1][1]
			)
		until = min((day for day, _line in leaving), default=0)
		happened = sorted(
			(day, fact)
			for fact in self.wanted
			for day, _line in (leaving[:1] if fact == kept.LEFT else self._days_of(learner, fact))
			if since <= day < end and (fact != kept.LEFT or (leaving[0] in left))
		)
		outcome = happened[0][0] if happened else 0
		if not self._is_there(learner, first, last, end, bool(until or outcome), years):
			return None
		return Member(learner.name, since, until, outcome, self._born(learner, since), learner.groups)

	def _is_there(self, learner: Learner, first: int, last: int, end: int, known: bool, years: int) -> bool:
		if known or any(first <= day <= last for day in learner.present[::2]):
			return True
		if any(first <= day <= last or first <= until <= last for day, until, *_r in unpacked(learner.facts)):
			return True
		if any(
			first - LONGEST_HOLIDAY <= day < end for fact, day, _l in learner.moments if fact == kept.ENROLLED
		):
			return True
		if self.present:
			return False
		if years > 1:
			self.notes.add(
				"times a learner has no line in a school year and counts as there, without exceptions; give those who were not there a day on which they finished"
			)
		return True

	def _days_of(self, learner: Learner, fact: str) -> list[tuple[int, int]]:
		return sorted((day, line) for one, day, line in learner.moments if one == fact)

	def _born(self, learner: Learner, since: int) -> int:
		born = self._days_of(learner, kept.BORN)
		if not born:
			return 0
		day, line = born[0]
		if not YOUNGEST * 365 <= since - day <= OLDEST * 366:
			self.notes.add(
				f"learners would be younger than {YOUNGEST} or older than {OLDEST}; their age is not used",
				line,
			)
			return 0
		return day

	def _take_facts(
		self,
		member: Member,
		learner: Learner,
		first: int,
		last: int,
		planned: Mapping[int, int],
		kinds: set[int],
	) -> None:
		"""Those facts of the learner that can be, in the year and while they were there; the others are told."""
		notes, until = self.notes, member.until or NEVER
		seen: set[tuple[int, int, int, int, int]] = set()
		whole: dict[int, int] = {}
		present = self._present(member, learner, first, last)
		for day, end, kind, said, label, line in unpacked(learner.facts):
			if end < first or day > last:
				continue
			start = max(day, first)
			if end < member.since:
				notes.add("facts lie before the learner was enrolled; they do not count", line)
				continue
			if day > until:
				notes.add("facts lie after the learner had left; they do not count", line)
				continue
			one = (day, end, kind, said, label)
			if one in seen:
				notes.add("lines say the same twice of a learner; each counts once", line)
				continue
			seen.add(one)
			value = said
			if kind <= LAST_OF_ATTENDANCE:
				possible = self._minutes(start, end, kind, said, planned, line)
				if possible is None:
					continue
				value = possible
				if kind == ABSENT and value < 0:
					if start in whole and start == end:
						notes.add(
							"lines call a learner absent for the whole of a day twice, and differ; excused goes first",
							line,
						)
					whole[start] = line
					if start == end and start in present:
						notes.add(
							"lines call a learner absent for the whole of a day on which another says present; absent goes first",
							line,
						)
			kinds.add(kind)
			member.facts.extend((max(start, member.since), min(end, until), kind, value, label, line))

	def _present(self, member: Member, learner: Learner, first: int, last: int) -> set[int]:
		"""The days on which the learner was present; what cannot be is told."""
		notes, until = self.notes, member.until or NEVER
		found: set[int] = set()
		for day, line in zip(learner.present[::2], learner.present[1::2], strict=True):
			if not first <= day <= last:
				continue
			if day in found:
				notes.add("lines say the same twice of a learner; each counts once", line)
			elif day < member.since:
				notes.add("facts lie before the learner was enrolled; they do not count", line)
			elif day > until:
				notes.add("facts lie after the learner had left; they do not count", line)
			found.add(day)
		return found

	def _minutes(
		self, day: int, end: int, kind: int, value: int, planned: Mapping[int, int], line: int
	) -> int | None:
		"""The value of a record of attendance, packed, as far as it can be; None where it cannot count."""
		if day == end and day not in planned:
			self.notes.add("records of attendance are of days without school; they do not count", line)
			return None
		if value == 0:
			self.notes.add("records of attendance are of 0 minutes; they do not count", line)
			return None
		most = THOUSANDTHS * planned.get(day, USUAL_DAY)
		if value > most:
			self.notes.add(
				"records of attendance have more minutes than the day has school; they count as all of it (say how long days are by 'school day')",
				line,
			)
			return -1 if kind == ABSENT else most
		return value


def _was_there(learner: Learner, before: int) -> bool:
	return any(day < before for day in learner.present[::2]) or any(
		day < before for day, *_rest in unpacked(learner.facts)
	)


def _without_edges(counts: Mapping[int, int]) -> dict[int, int]:
	"""The days of a year without a few facts that lie far from all others."""
	days = sorted(counts)
	clusters = [[days[0]]]
	for before, day in pairwise(days):
		if day - before > LONGEST_HOLIDAY:
			clusters.append([])
		clusters[-1].append(day)
	total = sum(counts.values())

	def slips(cluster: Sequence[int]) -> bool:
		facts = sum(counts[day] for day in cluster)
		return facts < FEW and facts < AN_EDGE * total

	while len(clusters) > 1 and slips(clusters[0]):
		clusters.pop(0)
	while len(clusters) > 1 and slips(clusters[-1]):
		clusters.pop()
	return {day: counts[day] for cluster in clusters for day in cluster}


def _plan(day: date, minutes: int) -> DayPlan:
	"""A school day of so many minutes, two thirds of them before noon: only shares and sums of minutes are looked at."""
	morning = minutes * 2 // 3
	sessions = [Session("Morning", 510, 750, morning), Session("Afternoon", 780, 900, minutes - morning)]
	return DayPlan(day, tuple(sessions), 5, 30, 570)


def _name(year: int, starts: tuple[int, int]) -> str:
	return str(year) if starts == (1, 1) else f"{year}-{(year + 1) % 100:02}"

"""A school's own records as a file of learners: digests instead of names, and only what rules look at.

Never in it: names, numbers, addresses, texts that people wrote, reasons of an absence, concerns that not everybody with a task may
read, plans, talks. A digest is keyed with a key that nobody keeps, so that the same learner has another one in the next file.
"""

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from vsv_app.engine.attendance.learner_days import Enrolment, ExceptionRow, by_learner, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.care.early_leavers import EARLY
from vsv_app.engine.signals.indicators.facts import CIRCUMSTANCES, INCIDENTS, MISSING, OTHER_LANGUAGE, RESULTS
from vsv_app.engine.small_groups import SMALLEST_GROUP
from vsv_app.services import school
from vsv_app.services.attendance import roll
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.signals import facts
from vsv_app.stores.store import Store
from vsv_app.study import learner_file as kept
from vsv_app.study.cohorts import PROGRAMME

GENDER, LANGUAGE = "gender", "first language"
GROUPS = (GENDER, PROGRAMME, LANGUAGE)
FEW, OTHER, THAT_OF_LESSONS = "others", "another", "that of the lessons, or not recorded"
DIGITS, DIGITS_OF_A_COURSE = 16, 6
EXCUSED = "Excused"
WRITTEN_AS = {RESULTS: kept.RESULT, MISSING: kept.MISSING, INCIDENTS: kept.INCIDENT}
HEADS = (*kept.COLUMNS, kept.UNTIL)
Line = tuple[str, str, str, str, str, str]
"""Learner, date, fact, value, label, until."""


class NoRecords(ValueError):
	"""The site keeps nothing that could be written."""


@dataclass
class Written:
	"""What a file came to hold. `other_days`: learners whose timetable is not that of most, by which all are judged."""

	learners: int = 0
	left: int = 0
	lines: Counter[str] = field(default_factory=Counter)
	other_days: int = 0
	year_starts: date | None = None


@dataclass(frozen=True)
class _Year:
	"""An academic year, or several that overlap, as one: its days, who was there, what stood out."""

	first: date
	last: date
	track: Track
	days: Sequence[date]
	stays: Mapping[str, Enrolment]
	rows: Sequence[ExceptionRow]


def lines(
	store: Store,
	today: date,
	key: bytes,
	written: Written,
	*,
	groups: Sequence[str] = (),
	reasons: Sequence[str] | None = None,
) -> Iterator[Line]:
	"""The lines of the file, without its head; raises NoRecords before the first of them. What there was is noted in `written`.

	`groups`: of GROUPS, what is written to compare rules by; `reasons`: the recorded reasons of leaving that count as leaving
	early, in place of those that the school has set; None: as it has set. Whoever left otherwise has finished.
	"""
	school_calendar = calendar.load(store)
	years = list(_years(store, school_calendar, today))
	if not years:
		raise NoRecords("There is no attendance in any academic year: there is nothing to study yet.")
	written.year_starts = years[-1].first.replace(day=min(28, years[-1].first.day))
	written.other_days = sum(
		_track(school_calendar, stay) is not year.track for year in years for stay in year.stays.values()
	)
	yield from _of_school(school_calendar, years)
	left = _left(store, today, reasons)
	by_digest = _digests({student for year in years for student in year.stays}, key)
	about = _about(store, years, groups)
	happened = [_happened(store, school_calendar, year, key) for year in years]
	for student, digest in sorted(by_digest.items(), key=lambda one: one[1]):
		written.learners += 1
		written.left += student in left and left[student][1]
		own = [*about.get(student, ()), *_stays(student, years, left)]
		for place, year in enumerate(years):
			if student in year.stays:
				own += happened[place].get(student, ())
		for line in own:
			written.lines[line[1]] += 1
			yield (digest, *line)


_Fact = tuple[str, str, str, str, str]
"""A line without its learner."""


def _years(store: Store, school_calendar: SchoolCalendar, today: date) -> Iterator[_Year]:
	"""The academic years of which there is attendance, each from the first record of it on."""
	stretches: list[tuple[date, date]] = []
	for year in sorted(school_calendar.years, key=lambda one: one.start):
		if year.start > today:
			continue
		end = min(year.end, today)
		if stretches and year.start <= stretches[-1][1]:
			stretches[-1] = stretches[-1][0], max(end, stretches[-1][1])
		else:
			stretches.append((year.start, end))
	for first, last in stretches:
		rows = student_attendance.exceptions(store, first, last)
		stays = roll.stays(store, first, last)
		if not rows or not stays:
			continue
		begun = min(row[1] for row in rows)
		track = _usual([_track(school_calendar, stay) for stay in stays.values()])
		if days := [day for day in track.days if begun <= day <= last]:
			yield _Year(first, last, track, days, stays, rows)


def _left(store: Store, today: date, reasons: Sequence[str] | None) -> dict[str, tuple[date, bool]]:
	"""When each learner left, and whether that counts as leaving early: as in a preview, with a recorded reason alone."""
	counts = school.early_leavers(store)
	if reasons is not None:
		counts = replace(counts, qualified=frozenset(), elsewhere=frozenset())
	return {
		one.student: (
			one.on,
			bool(one.reason) and counts.of(one) == EARLY and (reasons is None or one.reason in reasons),
		)
		for one in learners.leavers(store, date.min, today)
	}


def _usual(tracks: Sequence[Track]) -> Track:
	by_id = {id(track): track for track in tracks}
	most, _count = Counter(map(id, tracks)).most_common(1)[0]
	return by_id[most]


def _track(school_calendar: SchoolCalendar, stay: Enrolment) -> Track:
	return school_calendar.track(stay.group, stay.program)


def _of_school(school_calendar: SchoolCalendar, years: Sequence[_Year]) -> Iterator[Line]:
	for year in years:
		for day in year.days:
			yield "", str(day), kept.SCHOOL_DAY, str(year.track.minutes[year.track.at[day]]), "", ""
	first, last = years[0].days[0], years[-1].days[-1]
	inside = [term for term in school_calendar.terms if term.end >= first and term.start <= last]
	for number, term in enumerate(inside, start=1):
		yield "", str(term.start), kept.TERM, "", f"term {number}", str(term.end)


def _digests(students: set[str], key: bytes) -> dict[str, str]:
	return {student: _digest(student, key, DIGITS) for student in students}


def _digest(text: str, key: bytes, digits: int) -> str:
	return hmac.new(key, text.encode(), sha256).hexdigest()[:digits]


def _about(store: Store, years: Sequence[_Year], groups: Sequence[str]) -> dict[str, list[_Fact]]:
	"""When each was born, to the month, and the groups that were asked for; of a group of few it says only that."""
	found: dict[str, list[_Fact]] = {}
	stays = {student: stay for year in years for student, stay in year.stays.items()}
	for student, stay in stays.items():
		if stay.born:
			found.setdefault(student, []).append((str(stay.born.replace(day=1)), kept.BORN, "", "", ""))
	of: dict[str, Mapping[str, str]] = {}
	if GENDER in groups:
		of[GENDER] = learners.genders(store)
	if PROGRAMME in groups:
		of[PROGRAMME] = {student: stay.program for student, stay in stays.items() if stay.program}
	if LANGUAGE in groups:
		other = _other_language(store, years)
		of[LANGUAGE] = {student: OTHER if student in other else THAT_OF_LESSONS for student in stays}
	for kind in GROUPS:
		own = {student: group for student, group in of.get(kind, {}).items() if student in stays}
		sizes = Counter(own.values())
		for student, group in own.items():
			shown = group if sizes[group] >= SMALLEST_GROUP else FEW
			found.setdefault(student, []).append(
				(str(years[-1].days[0]), kept.GROUP, "", f"{kind}: {shown}", "")
			)
	return found


def _other_language(store: Store, years: Sequence[_Year]) -> set[str]:
	found: set[str] = set()
	for year in years:
		known = facts.load(store, (CIRCUMSTANCES,), year.days[0], year.last)
		found |= {row[0] for row in known.rows if row[4] == OTHER_LANGUAGE}
	return found


def _stays(student: str, years: Sequence[_Year], left: Mapping[str, tuple[date, bool]]) -> Iterator[_Fact]:
	"""When the learner came, and went: who is in no later year has finished with the last one."""
	there = [year for year in years if student in year.stays]
	gone, early = left.get(student, (None, False))
	for year in there:
		stay = year.stays[student]
		yield str(max(stay.since, year.days[0])), kept.ENROLLED, "", "", ""
	if gone is not None:
		yield str(gone), kept.LEFT if early else kept.FINISHED, "", "", ""
	elif there[-1] is not years[-1]:
		yield str(there[-1].days[-1]), kept.FINISHED, "", "", ""


def _happened(
	store: Store, school_calendar: SchoolCalendar, year: _Year, key: bytes
) -> dict[str, list[_Fact]]:
	"""Attendance and records of other kinds of one year, by learner."""
	found: dict[str, list[_Fact]] = {}
	for student, rows in by_learner(year.rows):
		stay = year.stays.get(student)
		if stay is not None:
			found[student] = list(
				_attendance(rows, school_calendar.track(stay.group, stay.program, stay.before))
			)
	known = facts.load(store, tuple(WRITTEN_AS), year.days[0], year.last)
	for student, day, source, value, label, _doctype, _record in known.rows:
		if student in year.stays and day >= year.days[0]:
			fact = WRITTEN_AS[source]
			course = (
				_digest(f"course {label}", key, DIGITS_OF_A_COURSE) if source != INCIDENTS and label else ""
			)
			number = "" if source == MISSING else f"{value:.4g}"
			found.setdefault(student, []).append((str(day), fact, number, course, ""))
	return found


def _attendance(rows: Iterator[ExceptionRow], track: Track) -> Iterator[_Fact]:
	"""A learner's exceptional days, each as what it counts for: whole days without minutes, the rest with them."""
	days = lay_out(rows, track)
	for slot, at in enumerate(days.at):
		day = str(track.days[at])
		unexcused, excused = days.unexcused[slot], days.excused[slot]
		if days.absent[slot] and not (unexcused and excused):
			yield day, kept.ABSENT, "", EXCUSED if excused else "", ""
		else:
			if unexcused:
				yield day, kept.ABSENT, str(unexcused), "", ""
			if excused:
				yield day, kept.ABSENT, str(excused), EXCUSED, ""
		if days.late[slot]:
			yield day, kept.LATE, str(days.late[slot]), "", ""
		if days.early[slot]:
			yield day, kept.LEFT_EARLY, str(days.early[slot]), "", ""

"""Learners and what is known of them, from one CSV with a line for each fact.

Columns, in any order, with their names in the first line; further columns are left alone. Cells are parted by commas,
semicolons (as spreadsheets write it where numbers have a decimal comma), tabs or bars. NA, N/A, null, ? and - are empty.

learner   any text that tells learners apart; empty for facts about the school
date      YYYY-MM-DD; or day first, as 31-12-2025, 31/12/2025, 31.12.2025
fact      enrolled     first day on the roll; without it the first day of the school year
          left         left without finishing; a learner who finished, or who is still there, has none
          finished     left with what they came for: judged up to then, and no leaver
          failed       did not pass the year, on the day that it was decided
          repeated     is to repeat the year, on the day that it was decided
          born         for rules with an age
          group        for rates by group; `label`: kind and group, as "gender: girls"; the date does not matter
          present      attended as planned; needed only to tell school days from others
          absent       `value`: planned minutes missed, empty for the whole day; `label`: Excused, Unexcused or empty
          late         `value`: minutes; `label` as of absent
          left early   `value`: minutes; `label` as of absent
          result       `value`: the mark, in percent of the highest or on the scale of --scale; `label`: the course
          missing      an assessment that is not in; `date`: when it was due (it counts from a week after); `label`: the course
          incident     `value`: 1 minor, 2 moderate, 3 serious
          survey       `value`: points from 0 to 100
          of the school, without a learner:
          no school    a weekday on which nobody has school
          school day   a day with school; `value`: its planned minutes. Where there is one, only such days are school days
          term         `date`: its first day, `until`: its last. Without any, a rule over a term looks at the year to date
value     a number, or empty
label     text, or empty
until     (may be left out) last day of `absent` for several days, or of a term

School days are the `school day`s; else the weekdays on which somebody was present; in a file without `present`, all weekdays
but `no school`.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite

from vsv_app.study.notes import Notes
from vsv_app.study.table import Table, TableError, columns

COLUMNS = ("learner", "date", "fact", "value", "label")
UNTIL = "until"
ENROLLED, LEFT, FINISHED, FAILED, REPEATED, BORN = (
	"enrolled", "left", "finished", "failed", "repeated", "born",
)  # fmt: skip
GROUP, PRESENT = "group", "present"
ABSENT, LATE, LEFT_EARLY = "absent", "late", "left early"
RESULT, MISSING, INCIDENT, SURVEY = "result", "missing", "incident", "survey"
NO_SCHOOL, SCHOOL_DAY, TERM = "no school", "school day", "term"
OUTCOMES = (LEFT, FAILED, REPEATED)
MOMENTS = (ENROLLED, LEFT, FINISHED, FAILED, REPEATED, BORN)
KINDS = (ABSENT, LATE, LEFT_EARLY, RESULT, MISSING, INCIDENT, SURVEY)
AWAY = (ABSENT, LATE, LEFT_EARLY)
OF_SCHOOL = (NO_SCHOOL, SCHOOL_DAY, TERM)
FACTS = (*MOMENTS, GROUP, PRESENT, *KINDS, *OF_SCHOOL)
NEEDS_A_VALUE = (LATE, LEFT_EARLY, RESULT, INCIDENT, SURVEY)
HIGHEST = {SURVEY: 100.0, INCIDENT: 3.0}
NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
EXCUSED_LABELS = frozenset({"excused", "leave", "authorised", "authorized", "geoorloofd"})
UNEXCUSED_LABELS = frozenset({"", "unexcused", "unauthorised", "unauthorized", "ongeoorloofd"})
FIRST_YEAR, LAST_YEAR = 1900, 2999
LONGEST_DAY = 24 * 60
LONGEST_STRETCH = 370
"""Days; a longer `until` is a slip."""
LOW_MARKS = 20.0
"""Where no mark is above, percent were hardly meant, and nobody should have to guess."""
THOUSANDTHS = 1000
WIDTH = 6
"""Numbers of a fact as it is packed: first day, last day, kind, value in thousandths or -1, place of the label, line."""
DMY, MDY = "dmy", "mdy"
_ORDERED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$")


class CohortError(TableError):
	"""A file that cannot be read as learners; says which line, and what to change."""


@dataclass(frozen=True)
class Reading:
	"""How to read what a file can mean in several ways. `scale`: the highest mark, None where nobody said.

	`excused`: further labels of an excused absence; `dates`: the order of day and month, None where nobody said.
	"""

	scale: float | None = None
	excused: frozenset[str] = frozenset()
	dates: str | None = None


class Learner:
	"""All that a file says of one learner. `facts` and `present` are packed: (day, line) and `WIDTH` numbers each."""

	__slots__ = ("facts", "groups", "moments", "name", "present")

	def __init__(self, name: str) -> None:
		self.name = name
		self.moments: list[tuple[str, int, int]] = []
		self.groups: dict[str, str] = {}
		self.present = array("i")
		self.facts = array("i")


@dataclass
class LearnerFile:
	"""What a file says, as it says it. Days are ordinals of dates, lines those of the file."""

	learners: dict[str, Learner] = field(default_factory=dict)
	labels: list[str] = field(default_factory=list)
	no_school: dict[int, int] = field(default_factory=dict)
	school_days: dict[int, int] = field(default_factory=dict)
	terms: list[tuple[str, int, int]] = field(default_factory=list)
	kinds: Counter[str] = field(default_factory=Counter)
	scale: float = 100.0
	excused: frozenset[int] = frozenset()
	"""Places of the labels that excuse."""
	notes: Notes = field(default_factory=Notes)

	@property
	def keeps_attendance(self) -> bool:
		return any(self.kinds[kind] for kind in (PRESENT, *AWAY))


def read(lines: Iterable[str], reading: Reading = Reading()) -> LearnerFile:  # noqa: B008 it cannot be changed
	"""The learners of a CSV; raises CohortError, or TableError where it is no table."""
	table = Table(lines)
	found = _Reader(columns(table.heads, COLUMNS, (UNTIL,)), table, reading)
	for number, cells in table.rows():
		try:
			found.add(number, cells)
		except ValueError as error:
			raise CohortError(f"line {number}: {error}") from None
	return found.done()


class _Reader:
	def __init__(self, places: Mapping[str, int], table: Table, reading: Reading) -> None:
		self.file = LearnerFile(scale=reading.scale or 100.0)
		self._reading = reading
		self._width = len(table.heads)
		self._decimal_comma = table.separator != ","
		self._at = tuple(places[column] for column in COLUMNS)
		self._until = places.get(UNTIL)
		self._days: dict[str, int] = {}
		self._labels: dict[str, int] = {}
		self._highest_mark = -1.0
		self._marks = 0
		self._unsure: int | None = None
		self._away_labels: Counter[int] = Counter()
		self._first_line_of: dict[int, int] = {}

	def add(self, number: int, cells: list[str]) -> None:
		if len(cells) < self._width:
			cells = cells + [""] * (self._width - len(cells))
		elif len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
			self.file.notes.add(
				"lines with more cells than the first line names columns; what is beyond is not read", number
			)
		learner, day_text, fact, value_text, label = (cells[at].strip() for at in self._at)
		fact = fact.casefold()
		if fact not in FACTS:
			raise ValueError(f"{fact!r} is no fact; choose from {', '.join(FACTS)}.")
		if label.casefold() in NOTHING:
			label = ""
		if fact in MOMENTS and day_text.casefold() in NOTHING:
			self.file.notes.add(f"lines of the fact {fact!r} without a date; they are not read", number)
			return
		if fact == GROUP:
			self._group(learner, label, number)
			return
		day = self._day(day_text, number)
		if fact in OF_SCHOOL:
			self._of_school(fact, day, value_text, label, cells, number)
			return
		one = self._learner(learner)
		self.file.kinds[fact] += 1
		if fact == PRESENT:
			one.present.extend((day, number))
		elif fact in MOMENTS:
			one.moments.append((fact, day, number))
		else:
			self._fact(one, fact, day, value_text, label, cells, number)

	def _fact(
		self, one: Learner, fact: str, day: int, value_text: str, label: str, cells: list[str], number: int
	) -> None:
		value = self._value(fact, value_text)
		last = self._last(cells, day, number) if fact == ABSENT else day
		if fact == RESULT:
			self._marks += 1
			self._highest_mark = max(self._highest_mark, value or 0.0)
			value = 100.0 * (value or 0.0) / self.file.scale
		place = self._labels.setdefault(label, len(self._labels))
		if fact in AWAY:
			self._away_labels[place] += 1
			self._first_line_of.setdefault(place, number)
		packed = -1 if value is None else round(value * THOUSANDTHS)
		one.facts.extend((day, last, KINDS.index(fact), packed, place, number))

	def _group(self, learner: str, label: str, number: int) -> None:
		kind, colon, group = (part.strip() for part in label.partition(":"))
		if not (kind and colon and group):
			raise ValueError(f"{label!r} names no group; write its kind and the group, as 'gender: girls'.")
		one = self._learner(learner)
		known = one.groups.setdefault(kind, group)
		if known != group:
			self.file.notes.add(
				"lines that name another group of a kind for the same learner; the first counts", number
			)

	def _of_school(
		self, fact: str, day: int, value_text: str, label: str, cells: list[str], number: int
	) -> None:
		if fact == NO_SCHOOL:
			self.file.no_school.setdefault(day, number)
		elif fact == SCHOOL_DAY:
			minutes = self._value(fact, value_text)
			if minutes is not None and not 1 <= minutes <= LONGEST_DAY:
				raise ValueError(f"a school day of {value_text} minutes is not possible.")
			self.file.school_days[day] = round(minutes or 0)
		else:
			last = self._last(cells, day, number)
			if last <= day:
				raise ValueError("a term needs its last day under until, after its first.")
			self.file.terms.append((label or f"from {date.fromordinal(day)}", day, last))

	def _learner(self, name: str) -> Learner:
		if not name:
			raise ValueError("it names no learner.")
		one = self.file.learners.get(name)
		if one is None:
			one = self.file.learners[name] = Learner(name)
		return one

	def _last(self, cells: list[str], day: int, number: int) -> int:
		text = cells[self._until].strip() if self._until is not None else ""
		if text.casefold() in NOTHING:
			return day
		last = self._day(text, number)
		if not 0 <= last - day <= LONGEST_STRETCH:
			raise ValueError(f"until {text} is before its first day, or more than a year after it.")
		return last

	def _day(self, text: str, number: int) -> int:
		known = self._days.get(text)
		if known is None:
			day = self._read_day(text, number)
			if not FIRST_YEAR <= day.year <= LAST_YEAR:
				raise ValueError(f"{text!r} is in the year {day.year}; is it a slip?")
			known = self._days[text] = day.toordinal()
		return known

	def _read_day(self, text: str, number: int) -> date:
		try:
			# A database exports a day with its first hour.
			return date.fromisoformat(text[:10] if text[10:11] in ("", " ", "T") else text)
		except ValueError:
			parts = _ORDERED.match(text)
		if parts is None:
			raise ValueError(f"{text!r} is no date; write YYYY-MM-DD.")
		first, sign, second, year = parts.groups()
		day, month = (second, first) if self._reading.dates == MDY else (first, second)
		if self._reading.dates is None and sign == "/" and int(first) <= 12 and int(second) <= 12:
			self._unsure = self._unsure or number
		try:
			return date(int(year), int(month), int(day))
		except ValueError:
			other = MDY if self._reading.dates != MDY else DMY
			raise ValueError(
				f"{text!r} is no date with the {'month' if other == DMY else 'day'} first. Say --dates {other} where it is meant so."
			) from None

	def _value(self, fact: str, text: str) -> float | None:
		if text.casefold() in NOTHING:
			if fact in NEEDS_A_VALUE:
				raise ValueError(f"{fact} needs a value.")
			return None
		if "," in text and "." not in text:
			text = text.replace(",", ".")
		try:
			value = float(text)
		except ValueError:
			raise ValueError(f"{text!r} is no number.") from None
		highest = self.file.scale if fact == RESULT else HIGHEST.get(fact, 1_000_000.0)
		if not isfinite(value) or not 0 <= value <= highest:
			scale = (
				f" Marks go up to {highest:g} here; say --scale where they go higher."
				if fact == RESULT
				else ""
			)
			raise ValueError(f"a value of {text} is not possible for {fact}.{scale}")
		return value

	def done(self) -> LearnerFile:
		file, reading = self.file, self._reading
		if not file.learners:
			raise CohortError("The file says nothing of any learner. Add a line for each fact.")
		if self._marks and reading.scale is None and self._highest_mark <= LOW_MARKS:
			raise CohortError(
				f"None of the {self._marks:,} results is above {self._highest_mark:g}. Are they marks out of 10 or 20, or percent?"
				" Say --scale 10, --scale 20 or --scale 100."
			)
		if self._marks and reading.scale is not None and self._highest_mark <= reading.scale / 5:
			file.notes.say(
				f"None of the {self._marks:,} results is above {self._highest_mark:g}, on a scale that goes up to"
				f" {reading.scale:g}: check --scale."
			)
		if self._unsure is not None:
			file.notes.say(
				f"Dates such as that on line {self._unsure} are read with the day first, and could have the month first: say --dates dmy or mdy."
			)
		file.labels = list(self._labels)
		file.excused = self._excused()
		return file

	def _excused(self) -> frozenset[int]:
		"""Which labels excuse; those that nobody knows are told, with how many absences they are on."""
		excused = EXCUSED_LABELS | {label.casefold() for label in self._reading.excused}
		found = set()
		for label, place in self._labels.items():
			if not self._away_labels[place]:
				continue
			if label.casefold() in excused:
				found.add(place)
			elif label.casefold() not in UNEXCUSED_LABELS:
				self.file.notes.add(
					f"absences with the label {label!r}, which counts as unexcused; say --excused {_quoted(label)} if it does not",
					self._first_line_of[place],
					self._away_labels[place],
				)
		return frozenset(found)


def unpacked(facts: "array[int]") -> Iterator[tuple[int, int, int, int, int, int]]:
	"""The facts of a learner, each as its `WIDTH` numbers."""
	numbers = iter(facts)
	return zip(numbers, numbers, numbers, numbers, numbers, numbers, strict=True)


def _quoted(label: str) -> str:
	return label if label.isalnum() else f'"{label}"'

"""What is known of one learner: attendance laid out by day, and facts of other kinds as plain tuples.

A source that the school does not keep is "no data", never zero; a source that it keeps and that says nothing about
a learner is what it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vsv_app.engine.attendance.learner_days import LearnerDays
from vsv_app.engine.attendance.timetable import Track

FactRow = tuple[Any, ...]
"""(student, day, source, value, label, doctype of the record, record)."""

LESSONS = "lessons"
RESULTS, MISSING = "results", "missing assessments"
INCIDENTS = "incidents"
SURVEYS = "surveys"
CIRCUMSTANCES = "circumstances"
MENTOR_TALKS, ACTIVITIES, CAREER_PLANS, PLANS = "mentor talks", "activities", "career plans", "plans"
SOURCES = (
	LESSONS,
	RESULTS,
	MISSING,
	INCIDENTS,
	SURVEYS,
	CIRCUMSTANCES,
	MENTOR_TALKS,
	ACTIVITIES,
	CAREER_PLANS,
	PLANS,
)

REPEATS_YEAR, NEWCOMER, OTHER_LANGUAGE = "Repeats the year", "Newcomer", "Other first language"
PASS_MARK = 55.0
"""Percent of the maximum score from which a result is a pass, where a school has set nothing else."""


@dataclass(frozen=True)
class OtherFacts:
	"""Facts of a school beside attendance. `kept`: the sources that it keeps; `courses`: course by course schedule.

	Raises ValueError for a fact of a source that is not said to be kept.
	"""

	rows: Sequence[FactRow] = ()
	kept: frozenset[str] = frozenset()
	courses: Mapping[str, str] = field(default_factory=dict)
	pass_mark: float = PASS_MARK

	def __post_init__(self) -> None:
		unknown = {row[2] for row in self.rows} - self.kept
		if unknown:
			raise ValueError(
				f"there are facts of {', '.join(sorted(unknown))}, which the school does not keep"
			)

	def by_learner(self) -> dict[str, dict[str, list[FactRow]]]:
		"""Rows by learner and source, ascending by day."""
		found: dict[str, dict[str, list[FactRow]]] = {}
		for row in sorted(self.rows, key=_day_and_record):
			found.setdefault(row[0], {}).setdefault(row[2], []).append(row)
		return found


NOTHING_ELSE = OtherFacts()


@dataclass(frozen=True)
class Facts:
	"""What an indicator may look at for one learner: the exceptional days, the calendar, when they came, and the rest.

	`enrolled_at` is the index of the first school day on the roll; `not_arrived` is about the running day.
	"""

	days: LearnerDays
	track: Track
	enrolled_at: int
	not_arrived: bool = False
	more: Mapping[str, Sequence[FactRow]] = field(default_factory=dict)
	kept: frozenset[str] = frozenset()
	courses: Mapping[str, str] = field(default_factory=dict)
	pass_mark: float = PASS_MARK

	def of(self, source: str) -> Sequence[FactRow] | None:
		"""The learner's facts of a source, ascending by day; None where the school does not keep it."""
		return self.more.get(source, ()) if source in self.kept else None


def _day_and_record(row: FactRow) -> Any:
	return row[1], row[6]


def kept_in(rows: Iterable[FactRow]) -> frozenset[str]:
	"""The sources that some rows come from."""
	return frozenset(row[2] for row in rows)

"""The numbers that rules look at, each with its definition, unit, windows and source.

`source` is a link to where the measure is defined or used, or SCHOOL_PRACTICE where schools count it by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vsv_app.engine.signals.indicators import attendance_measures as days
from vsv_app.engine.signals.indicators import attendance_over_days as over_days
from vsv_app.engine.signals.indicators import record_measures as records
from vsv_app.engine.signals.indicators.attendance_measures import Slots
from vsv_app.engine.signals.indicators.facts import (
	ACTIVITIES,
	CAREER_PLANS,
	CIRCUMSTANCES,
	INCIDENTS,
	LESSONS,
	MENTOR_TALKS,
	MISSING,
	NEWCOMER,
	OTHER_LANGUAGE,
	PLANS,
	REPEATS_YEAR,
	RESULTS,
	SURVEYS,
	Facts,
)
from vsv_app.engine.signals.indicators.over_days import NEVER, Memo, Values, Views, at_changes
from vsv_app.engine.signals.indicators.record_measures import (
	Ceiling,
	InWindow,
	Measure,
	Over,
	Records,
	Standing,
)
from vsv_app.engine.signals.indicators.windows import (
	ROLLING_DAYS,
	SCHOOL_DAYS,
	SCHOOL_WEEKS,
	TERM,
	TODAY,
	WEEKS_ACROSS_YEARS,
	YEAR_TO_DATE,
)

__all__ = ["INDICATORS", "SCHOOL_PRACTICE", "Facts", "Indicator"]

BACKWARD = (ROLLING_DAYS, SCHOOL_DAYS, SCHOOL_WEEKS, WEEKS_ACROSS_YEARS, TERM, YEAR_TO_DATE)
STANDING = (TODAY,)

SCHOOL_PRACTICE = "school practice"
DUO = "https://duo.nl/zakelijk/verzuim/verzuim/soorten-verzuim.jsp"
DFE = "https://explore-education-statistics.service.gov.uk/methodology/pupil-absence-in-schools-in-england"
WORKING_TOGETHER = "https://www.gov.uk/government/publications/working-together-to-improve-school-attendance"
FLANDERS = "https://www.onderwijs.vlaanderen.be/nl/nl/samen-tegen-schooluitval/leerplicht-en-spijbelen/leerplicht-aan-en-afwezigheden"
ABC = "https://www.attendanceworks.org/preventing-student-disengagement-and-keeping-students-on-the-graduation-path-in-urban-middle-grades-schools/"

YES_OR_NO = "yes or no"


@dataclass(frozen=True)
class Indicator:
	"""A number per learner and window, or None where there is no data.

	`slots` names the exceptional days that it rests on, `records` the records of other kinds; `needs` is the source
	without which there is no data. `over`: the measure on many days at once; without one it is asked only where a day or a
	record enters or leaves the window, which is right for whatever rests on nothing else. `ceiling`: what no value of a
	learner goes beyond, where that is known sooner than the values.
	"""

	code: str
	label: str
	unit: str
	definition: str
	source: str
	measure: Measure
	slots: Slots = days.no_slots
	records: Records = records.no_records
	over: Over | None = None
	ceiling: Ceiling | None = None
	touches: bool = False
	"""Whether some day has the value of the ceiling, where that is no less than the line and not NEVER."""
	windows: tuple[str, ...] = BACKWARD
	highest: float = float("inf")
	needs: str | None = None
	of_the_year: bool = False
	"""Compares with the learner's own year, so that it rests on days before the window too."""
	cares: bool = False
	"""A circumstance: a school records it with care, and never judges by it alone."""

	def on_each(self, facts: Facts, views: Views, memo: Memo) -> Values:
		"""The value on each of the days that `views` has windows of; `memo` is the learner's."""
		measure = self.measure
		if self.over is not None:
			return self.over(facts, views, memo)
		if isinstance(measure, InWindow | Standing):
			return measure.over(facts, views, memo)
		return at_changes(measure)(facts, views, memo)

	def at_most(self, facts: Facts, views: Views, memo: Memo, line: float) -> float:
		"""What no value of the learner goes beyond on any of the days; any number under `line` where none reaches it."""
		known = self.known_ceiling
		return NEVER if known is None or not views.ascends else known(facts, views, memo, line)

	@property
	def known_ceiling(self) -> Ceiling | None:
		return self.over.ceiling if isinstance(self.over, over_days.Added) else self.ceiling

	@property
	def tops_out(self) -> bool:
		"""Whether `at_most` is the highest value of all days itself, where it is no less than the line and not NEVER."""
		return self.touches or isinstance(self.over, over_days.Added)


def _standing(
	code: str, label: str, source: str, definition: str, of: str = SCHOOL_PRACTICE, kind: str | None = None
) -> Indicator:
	found = records.Standing(source, kind)
	return Indicator(
		code, label, YES_OR_NO, definition, of, found, records=found.records,
		windows=STANDING, highest=1, needs=source, cares=source == CIRCUMSTANCES,
	)  # fmt: skip


ATTENDANCE = (
	Indicator(
		"unexcused_minutes",
		"Unexcused absence",
		"minutes",
		"Planned minutes missed without leave or an excused reason; lateness and leaving early are counted apart.",
		DUO,
		days.unexcused_minutes,
		days.where(lambda own, at: own.unexcused[at]),
		over=over_days.Added("unexcused", over_days.column("unexcused")),
	),
	Indicator(
		"unexcused_and_late_minutes",
		"Unexcused absence, lateness as hours",
		"minutes",
		"Unexcused absence, and an hour for each time late, by lesson where attendance is kept by lesson; a day counts for no more than was planned. Excused lateness does not count.",
		SCHOOL_PRACTICE,
		days.unexcused_and_late_minutes,
		days.away_or_late,
		over=over_days.Added("with lateness", over_days.by_day(days.with_lateness)),
	),
	Indicator(
		"excused_minutes",
		"Excused absence",
		"minutes",
		"Planned minutes missed with leave or an excused reason, such as illness.",
		SCHOOL_PRACTICE,
		days.excused_minutes,
		days.where(lambda own, at: own.excused[at]),
		over=over_days.Added("excused", over_days.column("excused")),
	),
	Indicator(
		"absence_rate",
		"Absence rate",
		"percent",
		"Planned minutes missed, excused or not, of all planned minutes since the learner was enrolled.",
		DFE,
		days.absence_rate,
		days.away_since_enrolled,
		over=over_days.absence_rate,
		ceiling=over_days.highest_rate,
		touches=True,
		highest=100,
	),
	Indicator(
		"absence_change",
		"Rise of the absence rate",
		"percentage points",
		"The absence rate of the window less that of the learner's own earlier school days this year, 0 when it went down; no data before ten earlier school days.",
		SCHOOL_PRACTICE,
		days.absence_change,
		days.away_since_enrolled,
		over=over_days.absence_change,
		ceiling=over_days.highest_rise,
		touches=True,
		windows=(ROLLING_DAYS, SCHOOL_DAYS, SCHOOL_WEEKS, TERM),
		highest=100,
		of_the_year=True,
	),
	Indicator(
		"unexcused_half_days",
		"Unexcused half-days",
		"half-days",
		"Half school days missed without a known reason: the halves of a whole day, else one where the minutes reach the shorter half. Noon parts a day.",
		FLANDERS,
		days.unexcused_half_days,
		days.missed_half_days,
		over=over_days.Added("half-days", over_days.unexcused_half_days),
	),
	Indicator(
		"unauthorised_sessions",
		"Unauthorised sessions",
		"half-days",
		"Half school days missed without a known reason, and those to which the learner came after the register had closed: later than the minutes from which the bell schedule counts a session as missed. Excused ones do not count.",
		WORKING_TOGETHER,
		days.unauthorised_sessions,
		days.missed_sessions,
		over=over_days.Added("sessions", over_days.by_day(days.sessions_of)),
	),
	Indicator(
		"consecutive_days_absent",
		"Consecutive days absent",
		"school days",
		"Whole school days away in a row, excused or not, up to and with the last day of the window.",
		SCHOOL_PRACTICE,
		days.consecutive_days_absent,
		days.streak,
		over=over_days.consecutive_days_absent,
		ceiling=over_days.longest_run,
	),
	Indicator(
		"times_late",
		"Times late",
		"times",
		"School days on which the learner came late to a session, however often that day; excused ones do not count.",
		SCHOOL_PRACTICE,
		days.times_late,
		days.where(lambda own, at: own.late[at]),
		over=over_days.Added("times late", over_days.times("late")),
	),
	Indicator(
		"late_minutes",
		"Minutes late",
		"minutes",
		"Planned minutes missed by coming late, as far as it was no absence of the session; excused ones do not count.",
		SCHOOL_PRACTICE,
		days.minutes_late,
		days.where(lambda own, at: own.late[at]),
		over=over_days.Added("late", over_days.column("late")),
	),
	Indicator(
		"times_left_early",
		"Times left early",
		"times",
		"School days on which the learner left a session before its end; excused ones do not count.",
		SCHOOL_PRACTICE,
		days.times_left_early,
		days.where(lambda own, at: own.early[at]),
		over=over_days.Added("times early", over_days.times("early")),
	),
	Indicator(
		"weekday_pattern",
		"Weekday pattern",
		"percentage points",
		"How much more often one weekday is missed than the others, in part or whole, since enrolment; 0 with fewer than two absences on that weekday.",
		SCHOOL_PRACTICE,
		days.weekday_pattern,
		days.pattern_days,
		over=over_days.weekday_pattern,
		ceiling=over_days.most_of_a_weekday,
		highest=100,
	),
	Indicator(
		"one_course_only",
		"Lessons of one course only",
		"lessons",
		"Lessons missed without a known reason in the course most often missed, less those of the next course; no data where attendance is not kept by lesson.",
		SCHOOL_PRACTICE,
		days.one_course,
		days.days_of_that_course,
		over=over_days.one_course,
		needs=LESSONS,
	),
	Indicator(
		"not_arrived_today",
		"Not arrived today",
		YES_OR_NO,
		"1 from the cut-off on while a learner has not been seen today and no leave is known, else 0.",
		WORKING_TOGETHER,
		days.not_arrived_today,
		windows=(TODAY,),
		highest=1,
	),
)

COURSE_PERFORMANCE = (
	Indicator(
		"failed_courses",
		"Failed courses",
		"courses",
		"Courses whose latest result in the window is below the school's pass mark; no data without a result.",
		ABC,
		records.failed_courses,
		records=records.failing,
		needs=RESULTS,
	),
	Indicator(
		"average_result",
		"Average result",
		"percent",
		"The mean of all results in the window, each in percent of its maximum; no data without a result.",
		SCHOOL_PRACTICE,
		records.average_result,
		records=records.within(RESULTS),
		highest=100,
		needs=RESULTS,
	),
	Indicator(
		"result_drop",
		"Drop of the average",
		"percentage points",
		"The average result of the term before less that of this term, 0 when it rose; no data without results in both.",
		SCHOOL_PRACTICE,
		records.result_drop,
		records=records.results_of_both_terms,
		over=records.result_drop_over,
		windows=(TERM,),
		highest=100,
		needs=RESULTS,
	),
	Indicator(
		"missing_assessments",
		"Missing assessments",
		"assessments",
		"Assessments of the learner's groups in the window since enrolment, a week or more ago, for which others have a result and the learner has none.",
		SCHOOL_PRACTICE,
		records.missing,
		records=records.missing_assessments,
		needs=MISSING,
	),
)

BEHAVIOUR = (
	Indicator(
		"incidents",
		"Incidents",
		"incidents",
		"Student log entries in the window that the school has marked as an incident, and concerns from Watch on that everybody with a task may read; positive and restricted ones never count.",
		ABC,
		records.counted(INCIDENTS),
		records=records.within(INCIDENTS),
		needs=INCIDENTS,
	),
	Indicator(
		"incident_weight",
		"Weight of incidents",
		"points",
		"The incidents in the window added up by severity: minor or Watch 1, moderate or Concern 2, serious or Urgent 3.",
		SCHOOL_PRACTICE,
		records.incident_weight,
		records=records.within(INCIDENTS),
		needs=INCIDENTS,
	),
)

ENGAGEMENT = (
	Indicator(
		"survey_score",
		"Well-being survey",
		"points of 100",
		"The score of the learner's latest survey in the window, from 0 to 100; no data without an answer.",
		SCHOOL_PRACTICE,
		records.survey_score,
		records=records.last_survey,
		highest=100,
		needs=SURVEYS,
	),
)

CIRCUMSTANCE = (
	_standing(
		"repeats_year",
		REPEATS_YEAR,
		CIRCUMSTANCES,
		"1 where the school has recorded that the learner repeats the year.",
		kind=REPEATS_YEAR,
	),
	_standing(
		"newcomer",
		NEWCOMER,
		CIRCUMSTANCES,
		"1 where the school has recorded that the learner is new in the country.",
		kind=NEWCOMER,
	),
	_standing(
		"other_first_language",
		OTHER_LANGUAGE,
		CIRCUMSTANCES,
		"1 where the school has recorded another first language than that of the lessons.",
		kind=OTHER_LANGUAGE,
	),
)

PROTECTION = (
	Indicator(
		"mentor_talks",
		"Talks with the mentor",
		"talks",
		"Talks with the learner in the window in which the learner was reached, as noted in the contact log. A call to a parent is none.",
		SCHOOL_PRACTICE,
		records.counted(MENTOR_TALKS),
		records=records.within(MENTOR_TALKS),
		needs=MENTOR_TALKS,
	),
	_standing(
		"activity_outside",
		"Activity outside the curriculum",
		ACTIVITIES,
		"1 where the learner is an active member of an activity group.",
	),
	_standing(
		"career_plan",
		"Career plan",
		CAREER_PLANS,
		"1 where a support plan that is agreed holds career guidance.",
	),
	_standing(
		"active_plan",
		"Plan under way",
		PLANS,
		"1 where the learner has a support plan that is agreed or under way, or a signal in a plan.",
	),
)

INDICATORS: Mapping[str, Indicator] = {
	indicator.code: indicator
	for indicator in (
		*ATTENDANCE, *COURSE_PERFORMANCE, *BEHAVIOUR, *ENGAGEMENT, *CIRCUMSTANCE, *PROTECTION,
	)
}  # fmt: skip

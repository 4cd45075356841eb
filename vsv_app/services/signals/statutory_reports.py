"""Reports that must go to an authority: prepared by the machine, checked and sent by a person, each with its deadline."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from io import StringIO

from vsv_app.engine.attendance.learner_days import Enrolment, by_learner, lay_out
from vsv_app.engine.attendance.timetable import Period, SchoolCalendar
from vsv_app.engine.numbers import decimal
from vsv_app.engine.signals.evaluation import in_scope, looks_back_to
from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.indicators.facts import Facts
from vsv_app.engine.signals.rules import Rule
from vsv_app.engine.signals.statutory_reports import (
	NOT_NEEDED,
	REPORTED,
	TO_CHECK,
	Reached,
	due_on,
	on_one_day,
	reached,
	report_key,
	step,
)
from vsv_app.services.attendance import roll
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.signals import rules, statutory_filings
from vsv_app.stores.queries.signals.statutory_filings import Duty, Report
from vsv_app.stores.store import Store

LOOK_BACK_DAYS = 28
"""A limit that was reached longer ago is no news: a rule that is switched on late reports what is recent."""
NEVER = (None, False)
CORRECTED = "The attendance was corrected since: the limit is no longer reached."
COLUMNS: Mapping[str, str] = {
	"name": "Report number",
	"student": "Learner",
	"student_name": "Name",
	"student_group": "Group",
	"rule": "Rule",
	"report_to": "Report to",
	"kind": "Kind",
	"period_from": "From",
	"period_to": "To",
	"hours": "Hours missed",
	"facts": "Days and hours",
	"reasons": "Reasons",
	"what_school_did": "What the school did",
	"due_on": "Due on",
	"status": "Status",
	"reported_on": "Reported on",
	"reported_by": "Reported by",
	"authority_reference": "Reference",
	"register_status": "Status in the register",
	"not_needed_because": "Not needed because",
}
IN_WORDS = frozenset({"status", "kind", "register_status"})
MINUTES, HALF_DAYS = "minutes", "half-days"
RUNS_AS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet would execute, at the beginning of a cell or after white space there."""
SEPARATOR = {".": ",", ",": ";"}
"""By decimal mark, what parts the cells of a file that a spreadsheet opens by a double click."""


class NoSuchReport(LookupError):
	"""There is no report of this name."""


def prepare(store: Store, on: date, now: datetime, students: Sequence[str] | None = None) -> list[str]:
	"""Make a report for each limit that was reached lately and has none yet; returns their names.

	Those that wait and whose facts no longer reach the limit are closed. Doing it again changes nothing.
	"""
	duties = {duty.rule: duty for duty in statutory_filings.duties(store)}
	in_use = [rule for rule in rules.enabled(store)[0] if rule.code in duties and rule.holds_on(on)]
	school_calendar = calendar.load(store)
	year = school_calendar.year(on)
	if year is None or not in_use:
		return []
	past = _Past(store, school_calendar, in_use, year, on, students)
	made = []
	with store.transaction():
		_close_what_was_corrected(store, in_use, past, now)
		last = statutory_filings.last_reached(store, students)
		for student in past.rows:
			enrolment = past.enrolled.get(student)
			for rule in in_use if enrolment else ():
				facts = past.facts(student)
				(since, made_before), duty = last.get((student, rule.code), NEVER), duties[rule.code]
				for limit in reached(
					rule,
					facts,
					school_calendar,
					on=on,
					since=since,
					every_days=duty.every_days,
					was_reported=made_before,
				):
					# Whose birthday has come since was as old as they were when it was reached.
					if (
						enrolment
						and (on - limit.last).days < LOOK_BACK_DAYS
						and in_scope(rule.scope, enrolment, limit.last)
					):
						made.append(_add(store, rule, duty, enrolment, facts, limit, school_calendar, now))
	return made


class _Past:
	"""What reports rest on: who is here, and their exceptions of this academic year, and of those before where a rule or a report that waits reaches there."""

	def __init__(
		self,
		store: Store,
		school_calendar: SchoolCalendar,
		in_use: Sequence[Rule],
		year: Period,
		on: date,
		students: Sequence[str] | None,
	) -> None:
		self.calendar = school_calendar
		# One that a person or another app made without its days has nothing to be held against.
		waiting = statutory_filings.to_check(store, students)
		self.waiting = [report for report in waiting if report.period_from and report.period_to]
		self.enrolled = roll.enrolments(store, year.start, on, students)
		first = min([year.start, *(report.period_from for report in self.waiting)])
		if first < year.start or any(rule.across_years for rule in in_use):
			# Counting begins where the window of the year's first day does, whatever the day.
			self.enrolled = roll.with_earlier_years(store, school_calendar, self.enrolled, on, students)
			tracks = {school_calendar.track(e.group, e.program, e.before) for e in self.enrolled.values()}
			first = min(first, looks_back_to(in_use, school_calendar, tracks, year.start))
		found = student_attendance.exceptions(store, first, on, students)
		self.rows = {student: list(own) for student, own in by_learner(found)}

	def facts(self, student: str, first: date = date.min, last: date = date.max) -> Facts:
		"""A learner's exceptions, or those between two days alone."""
		stay = self.enrolled[student]
		track = self.calendar.track(stay.group, stay.program, stay.before)
		own = [row for row in self.rows.get(student, ()) if first <= row[1] <= last]
		return Facts(lay_out(own, track), track, track.first_from(stay.since))


def move(store: Store, name: str, status: str, by: str, now: datetime, **values: str | None) -> None:
	"""Take a step with a report; raises NoSuchReport, or IllegalReport with what to do first.

	`values`: what_school_did, authority_reference, register_status, kind, not_needed_because, reasons, as far as they change.
	"""
	found = statutory_filings.listed(store, names=[name])
	if not found:
		raise NoSuchReport(f"There is no report {name}.")
	report = found[0]
	did = values.get("what_school_did", report.what_school_did)
	why = values.get("not_needed_because", report.not_needed_because)
	step(report.status, status, what_school_did=did, not_needed_because=why)
	change: dict[str, object] = {**values, "status": status}
	if status == REPORTED:
		change |= {"reported_on": now, "reported_by": by}
	with store.transaction():
		statutory_filings.change(store, name, change, now)


def as_csv(listed: Sequence[Report], say: Say = str, mark: str = ".") -> str:
	"""The list as a spreadsheet opens it: UTF-8 with its mark, and nothing in it that a spreadsheet would execute.

	`say` translates headings and states for who asks for it; `mark` is their decimal mark, and says what parts the cells.
	"""
	out = StringIO()
	writer = csv.writer(out, delimiter=SEPARATOR[mark])
	writer.writerow([say(label) for label in COLUMNS.values()])
	for report in listed:
		writer.writerow([_cell(_text(told(report, field, say), mark)) for field in COLUMNS])
	return "\ufeff" + out.getvalue()


def as_html(
	listed: Sequence[Report],
	school: str,
	printed: datetime,
	notice: str = "",
	say: Say = str,
	mark: str = ".",
) -> str:
	"""The list as a page to print: one block a report, with all that the authority asks for.

	`notice` stands above it on a screen, not on paper; `say` translates headings and states, `mark` is the decimal one.
	"""
	title = say("Absence to report: {0}").format(school)
	count = say("{0}, reports: {1}").format(f"{printed:%Y-%m-%d %H:%M}", len(listed))
	above = f"<p class='notice'>{escape(notice)}</p>" if notice else ""
	blocks = "".join(_block(report, say, mark) for report in listed)
	return (
		"<html><head><meta charset='utf-8'><style>body{font-family:sans-serif;font-size:11pt}"
		"table{border-collapse:collapse;width:100%;margin-bottom:18pt;page-break-inside:avoid}"
		"td,th{border:1px solid #888;padding:4pt;text-align:left;vertical-align:top;white-space:pre-wrap}"
		"th{width:28%}.notice{background:#fff3cd;padding:8pt}@media print{.notice{display:none}}</style></head><body>"
		f"{above}"
		f"<h1>{escape(title)}</h1><p>{escape(count)}</p>"
		f"{blocks}</body></html>"
	)


def _block(report: Report, say: Say, mark: str) -> str:
	lines = ((say(label), _text(told(report, field, say), mark)) for field, label in COLUMNS.items())
	rows = "".join(
		f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in lines if text
	)
	return f"<table>{rows}</table>"


def told(report: Report, field: str, say: Say) -> object:
	"""What a report says in a field, its state and kind in the words of `say`."""
	value = getattr(report, field)
	return say(value) if value and field in IN_WORDS else value


def _cell(text: str) -> str:
	return f"'{text}" if text.lstrip().startswith(RUNS_AS_FORMULA) else text


def _text(value: object, mark: str) -> str:
	if value is None:
		return ""
	if isinstance(value, float):
		return decimal(value, mark)
	return value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(value)


def _add(
	store: Store,
	rule: Rule,
	duty: Duty,
	enrolment: Enrolment,
	facts: Facts,
	limit: Reached,
	school_calendar: SchoolCalendar,
	now: datetime,
) -> str:
	student, say = enrolment.student, store.say
	records = [str(row[8]) for slot in limit.slots for row in facts.days.rows[slot]]
	done = statutory_filings.what_was_done(store, student, limit.first)
	return statutory_filings.add(
		store,
		{
			"creation": now,
			"modified": now,
			"student": student,
			"student_name": learners.names(store, [student]).get(student),
			"student_group": enrolment.group,
			"status": TO_CHECK,
			"due_on": due_on(limit.last, duty.within_days, school_calendar.is_school_day),
			"report_to": duty.report_to,
			"kind": duty.kind,
			"rule": rule.code,
			"rule_version": rule.version,
			"hours": _hours(rule, facts, limit.slots),
			"period_from": limit.first,
			"period_to": limit.last,
			"facts": "\n".join(_day(store, rule, facts, slot) for slot in limit.slots),
			"reasons": ", ".join(map(say, statutory_filings.known_reasons(store, records))) or None,
			"what_school_did": "\n".join(f"{day}: {what}" for day, what in done) or None,
			"report_key": report_key(student, rule.code, limit.last),
		},
	)


def _day(store: Store, rule: Rule, facts: Facts, slot: int) -> str:
	"""A day and what it counts for, as the rule counts."""
	day, counted = facts.track.days[facts.days.at[slot]], on_one_day(rule, facts, slot)
	if _in_minutes(rule):
		return store.say("{0}: {1} h").format(day, decimal(counted / 60, store.decimal_mark))
	if INDICATORS[rule.conditions[0].indicator].unit != HALF_DAYS:
		return str(day)
	if counted == 1:
		return store.say("{0}: 1 half-day").format(day)
	return store.say("{0}: {1} half-days").format(day, f"{counted:g}")


def _in_minutes(rule: Rule) -> bool:
	return INDICATORS[rule.conditions[0].indicator].unit == MINUTES


def _hours(rule: Rule, facts: Facts, slots: Sequence[int]) -> float:
	"""Hours without leave or an excused reason; as the rule counts, where it counts time."""
	if _in_minutes(rule):
		return round(sum(on_one_day(rule, facts, slot) for slot in slots) / 60, 2)
	return round(sum(facts.days.unexcused[slot] for slot in slots) / 60, 2)


def _close_what_was_corrected(store: Store, in_use: Sequence[Rule], past: _Past, now: datetime) -> None:
	by_code = {rule.code: rule for rule in in_use}
	for report in past.waiting:
		rule = by_code.get(report.rule)
		if rule is None or report.student not in past.enrolled:
			continue
		facts = past.facts(report.student, report.period_from, report.period_to)
		if not reached(rule, facts, past.calendar, on=report.period_to, since=None):
			closed = {"status": NOT_NEEDED, "not_needed_because": store.say(CORRECTED), "report_key": None}
			statutory_filings.change(store, report.name, closed, now)
		elif (hours := _hours(rule, facts, range(len(facts.days.at)))) != report.hours:
			statutory_filings.change(store, report.name, {"hours": hours}, now)

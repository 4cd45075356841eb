"""The mentor board: what needs me first among my learners, and what I can do about it there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.learner_days import EXCUSED, Enrolment, ExceptionRow, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation.findings import Say, amount, fact_in
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, YES_OR_NO
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services import mentors
from vsv_app.services.attendance import roll
from vsv_app.services.care import contacts, plans
from vsv_app.services.school import School
from vsv_app.services.signals import signal_steps
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.queries.care import mentor_board, support_plans
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.queries.signals.signals import EvidenceRow, Listed
from vsv_app.stores.store import Store

VERSION = 1
ATTENDANCE = "Student Attendance"
ABILITIES = ("acknowledge", "dismiss", "take_back", "contest", "log_talk", "start_plan")
WEIGHT = {"Info": 1, "Watch": 2, "Concern": 4, "Urgent": 8}
ANSWERED = 0.25
"""What a signal that was acknowledged still weighs in the order of the board."""
A_GROUP_OR_TWO = 60
"""Up to so many learners the board shows everybody's year; beyond it, of those whom something is open about."""


class NotYours(PermissionError):
	"""The learner is not one of this mentor's."""


def overview(
	store: Store, school: School, mentor: str, now: datetime, language: str = "en", say: Say = str
) -> dict[str, Any]:
	"""The board of one mentor, ready to show; `now` is naive, the school's own. Learners with the most pressing first.

	Explanations and amounts come in `language`; `say` translates what rules and records say in English.
	"""
	today = now.date()
	mine = mentors.learners_of(store, mentor, today)
	listed = signals.listed(store, sorted(mine)) if mine else []
	names = [signal.name for signal in listed]
	evidence = signals.evidence(store, names) if listed else {}
	histories = signal_steps.told(store, names, today, language, say) if listed else {}
	rules = mentor_board.rules(store, sorted({signal.rule for signal in listed})) if listed else {}
	flagged = {signal.student for signal in listed}
	# A mentor's own group in full; of a whole school, whom something is open about
	in_full = set(mine) if len(mine) <= A_GROUP_OR_TWO else flagged
	days = _Days(store, today, sorted(in_full))
	talked, planned = contacts.shown(store, sorted(mine)), plans.shown(store, sorted(mine))
	by_student: dict[str, list[Listed]] = {}
	for signal in listed:
		by_student.setdefault(signal.student, []).append(signal)
	learners: list[dict[str, Any]] = [
		{
			"student": student,
			"name": membership.student_name,
			"group": membership.group,
			"needs_me": _needs_me(by_student.get(student, [])),
			"signals": [
				_signal(s, rules.get(s.rule, {}), evidence.get(s.name, []), language, say)
				| {"history": histories.get(s.name, [])}
				for s in by_student.get(student, [])
			],
			"heatmap": days.heatmap(student) if student in in_full else [],
			"trend": days.trend(student) if student in in_full else [],
			"last_contact": talked.get(student),
			"plan": planned.get(student),
		}
		for student, membership in mine.items()
	]
	learners.sort(key=_first)
	return {
		"v": VERSION,
		"today": today.isoformat(),
		"mentor": {"user": mentor, "name": mentor_board.full_name(store, mentor) or mentor},
		"can": list(ABILITIES),
		"dismiss_reasons": list(life.DISMISS_REASONS),
		"learners": learners,
	}


def act(
	store: Store,
	mentor: str,
	action: Mapping[str, Any],
	now: datetime,
	language: str = "en",
	say: Say = str,
) -> dict[str, Any]:
	"""Do one thing on the board; raises NotYours, ValueError or IllegalTransition with a sentence for the mentor.

	What it writes for people to read is in `language`; `say` translates into it.
	"""
	done = _act(store, mentor, action, now, language, say)
	if signal := done.get("signal"):
		done["history"] = signal_steps.told(store, [signal], now.date(), language, say).get(signal, [])
	return done


def year_of(store: Store, student: str, today: date) -> list[dict[str, Any]]:
	"""The school days of one learner's year so far, as the board draws them."""
	return _Days(store, today, [student]).heatmap(student)


def acknowledge(store: Store, name: str, by: str, now: datetime) -> dict[str, Any]:
	"""Somebody has seen a signal and takes it on."""
	return _take(store, name, Step(life.ACKNOWLEDGED, now, by))


def dismiss(
	store: Store, name: str, by: str, now: datetime, *, reason: str | None, note: str | None = None
) -> dict[str, Any]:
	"""Somebody says, with a reason, that a signal asks for nothing. It comes back only when the facts get worse."""
	return _take(store, name, Step(life.DISMISSED, now, by, reason, (note or "").strip() or None))


def take_back(store: Store, name: str, by: str, now: datetime) -> dict[str, Any]:
	"""Somebody has dismissed a signal by mistake, and at once has it back; who, when and the reason stay on record."""
	with store.transaction():
		return _take(
			store, name, Step(life.TAKEN_BACK, now, by, plan=support_plans.open_plan_of(store, name))
		)


def contest(
	store: Store, name: str, record: str, by: str, now: datetime, note: str | None = None
) -> dict[str, Any]:
	"""Somebody says that a record behind a signal is not right; it stays, marked, until it is corrected."""
	with store.transaction():
		signal = signals.get(store, name)
		rows = signals.evidence(store, [name]).get(name, [])
		if signal is None or record not in {
			row.reference_name for row in rows if row.reference_doctype == ATTENDANCE
		}:
			raise ValueError("This record is not among the facts of the signal.")
		signal_steps.contest(store, record, by, now, note)
	return {"signal": name, "student": signal["student"], "status": signal["status"]}


def _act(
	store: Store, mentor: str, action: Mapping[str, Any], now: datetime, language: str, say: Say
) -> dict[str, Any]:
	kind = action.get("action")
	mine = mentors.learners_of(store, mentor, now.date())
	if kind in ("log_talk", "start_plan"):
		return _with_learner(store, mentor, mine, action, now, language, say)
	name = str(action.get("signal") or "")
	signal = signals.get(store, name)
	if signal is None or signal["student"] not in mine:
		raise NotYours("This signal is not about one of your learners.")
	if kind == "acknowledge":
		return acknowledge(store, name, mentor, now)
	if kind == "dismiss":
		return dismiss(store, name, mentor, now, reason=action.get("reason"), note=action.get("note"))
	if kind == "take_back":
		return take_back(store, name, mentor, now)
	if kind == "contest":
		return contest(store, name, str(action.get("record") or ""), mentor, now, action.get("note"))
	raise ValueError(f"The board does not know how to {kind}.")


def _take(store: Store, name: str, step: Step) -> dict[str, Any]:
	(taken,) = signal_steps.take(store, {name: step}, step.on)
	return {"signal": name, "student": taken.student, "status": taken.state.status}


def _with_learner(
	store: Store,
	mentor: str,
	mine: Mapping[str, Membership],
	action: Mapping[str, Any],
	now: datetime,
	language: str,
	say: Say,
) -> dict[str, Any]:
	"""Log a talk with a learner, or start a plan."""
	student = str(action.get("student") or "")
	if student not in mine:
		raise NotYours("This is not one of your learners.")
	name = mine[student].student_name
	if action["action"] == "start_plan":
		chosen = [str(signal) for signal in action.get("signals") or ()]
		return plans.start(store, student, name, mentor, now, chosen, language, say)
	return contacts.log_talk(
		store,
		student,
		name,
		mentor,
		now,
		channel=str(action.get("channel") or ""),
		note=action.get("note"),
		signal=action.get("signal"),
	)


def _needs_me(listed: Sequence[Listed]) -> float:
	return sum(WEIGHT.get(s.severity, 1) * (1 if s.status == life.OPEN else ANSWERED) for s in listed)


def _first(learner: Mapping[str, Any]) -> tuple[float, str]:
	return -learner["needs_me"], str(learner["name"])


def _signal(
	signal: Listed, rule: Mapping[str, Any], rows: Sequence[EvidenceRow], language: str, say: Say
) -> dict[str, Any]:
	indicator = signal.indicator or ""
	counts = indicator not in INDICATORS or INDICATORS[indicator].unit != YES_OR_NO
	explanation = signal.explanation_nl if language.startswith("nl") else signal.explanation
	return {
		"name": signal.name,
		"status": signal.status,
		"severity": signal.severity,
		"tier": int(signal.tier or 0),
		"rule": signal.rule,
		"rule_title": say(signal.rule_title or signal.rule),
		"explanation": explanation,
		"basis": say(rule.get("basis") or ""),
		"basis_url": rule.get("basis_url"),
		"advice": say(rule.get("advice") or ""),
		"raised_on": signal.raised_on.isoformat(" ", "minutes"),
		"value_text": amount(indicator, signal.observed_value, language) if counts else "",
		"threshold_text": amount(indicator, signal.threshold, language) if counts else "",
		"evidence": [
			{
				"record": row.reference_name,
				"date": row.date.isoformat(),
				"fact": fact_in(row.fact or "", say),
				"value_text": _missed(row, language),
				"contested": bool(row.contested),
				"contestable": row.reference_doctype == ATTENDANCE,
			}
			for row in rows
		],
	}


def _missed(row: EvidenceRow, language: str) -> str:
	"""The time that a record counts for, where its fact does not name a number itself."""
	if row.reference_doctype != ATTENDANCE or any(letter.isdigit() for letter in row.fact):
		return ""
	return amount("unexcused_minutes", row.value, language)


class _Days:
	"""The school days of the year so far, for the learners that the board shows in full."""

	def __init__(self, store: Store, today: date, students: list[str]) -> None:
		self.calendar: SchoolCalendar = calendar.load(store)
		self.today = today
		year = self.calendar.year(today)
		self.enrolments: Mapping[str, Enrolment] = {}
		self.rows: dict[str, list[ExceptionRow]] = {}
		if year is None or not students:
			return
		self.enrolments = roll.enrolments(store, year.start, today, students)
		for row in student_attendance.exceptions(store, year.start, today, students):
			self.rows.setdefault(row[0], []).append(row)

	def heatmap(self, student: str) -> list[dict[str, Any]]:
		"""A cell for each school day since the learner came: what it was, and the minutes missed."""
		exceptional: dict[date, dict[str, Any]] = {}
		for row in self.rows.get(student, ()):
			exceptional.setdefault(
				row[1], {"date": row[1].isoformat(), "kind": _kind(row), "minutes": row[4] or 0}
			)
		return [
			exceptional.get(day, {"date": day.isoformat(), "kind": "present", "minutes": 0})
			for day in self._school_days(student)
		]

	def trend(self, student: str) -> list[dict[str, Any]]:
		"""Percentage of planned time that the learner was away, by ISO week, counted as the rules count it."""
		track = self._track(student)
		laid = lay_out(self.rows.get(student, ()), track)
		missed = {
			track.days[at]: unexcused + excused
			for at, unexcused, excused in zip(laid.at, laid.unexcused, laid.excused, strict=True)
		}
		weeks: dict[str, list[int]] = {}
		for day in self._school_days(student):
			iso = day.isocalendar()
			total = weeks.setdefault(f"{iso.year}-W{iso.week:02}", [0, 0])
			total[0] += missed.get(day, 0)
			total[1] += track.minutes[track.at[day]]
		return [
			{"week": week, "rate": round(100 * gone / planned, 1)}
			for week, (gone, planned) in weeks.items()
			if planned
		]

	def _track(self, student: str) -> Track:
		enrolment = self.enrolments.get(student)
		if enrolment is None:
			return Track([])
		return self.calendar.track(enrolment.group, enrolment.program, enrolment.before)

	def _school_days(self, student: str) -> list[date]:
		enrolment = self.enrolments.get(student)
		if enrolment is None:
			return []
		track = self._track(student)
		return track.days[track.first_from(enrolment.since) : track.first_after(self.today)]


def _kind(row: ExceptionRow) -> str:
	_student, _day, status, late, missed, _early, excused, _course, _record = row
	if status == "Leave":
		return "leave"
	if status == "Absent":
		return "absent_excused" if excused == EXCUSED else "absent_unexcused"
	return "late" if late and (missed or 0) <= late else "part"

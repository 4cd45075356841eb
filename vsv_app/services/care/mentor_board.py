"""The mentor board: what needs me first among my learners, and what I can do about it there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vsv_app.engine.attendance.learner_days import EXCUSED, Enrolment, ExceptionRow, lay_out
from vsv_app.engine.attendance.timetable import SchoolCalendar, Track
from vsv_app.engine.sentences import say
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation.findings import Say, amount, fact_in
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, YES_OR_NO
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services import mentors, substitutes
from vsv_app.services.attendance import roll
from vsv_app.services.care import contacts, plans
from vsv_app.services.care.board import answers, contesting, timeline, waiting
from vsv_app.services.care.board.answers import NotYours
from vsv_app.services.care.meetings import decisions
from vsv_app.services.school import School
from vsv_app.services.signals import look_again, signal_steps
from vsv_app.stores.queries.attendance import calendar, contested_records, student_attendance
from vsv_app.stores.queries.care import care_meetings, concerns, contact_log, mentor_board, support_plans
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.queries.signals.signals import EvidenceRow, Listed
from vsv_app.stores.store import Store

VERSION = 1
ATTENDANCE = "Student Attendance"
ABILITIES = (
	"acknowledge", "look_again", "dismiss", "take_back", "contest", "log_talk", "start_plan", "next_step_done",
	"answer_message", "answer_seen", "take_help", "close_help", "decision_done", "decision_not_done", "action_done", "action_not_done", "go_away", "come_back",
)  # fmt: skip
OF_ONESELF = ("go_away", "come_back")
"""What is about nobody else."""
WEIGHT = {"Info": 1, "Watch": 2, "Concern": 4, "Urgent": 8}
ANSWERED = 0.25
"""What a signal that was acknowledged still weighs in the order of the board."""
A_GROUP_OR_TWO = 60
"""Up to so many learners the board shows everybody's year; beyond it, of those whom something is open about."""


def overview(
	store: Store,
	school: School,
	mentor: str,
	now: datetime,
	language: str = "en",
	say: Say = str,
	learners_shown: Mapping[str, Membership] | None = None,
) -> dict[str, Any]:
	"""The board of one mentor, ready to show; `now` is naive, the school's own. Learners with the most pressing first.

	Explanations and amounts come in `language`; `say` translates what rules and records say in English. Who coordinates
	care has other learners on it than the own ones: `learners_shown`.
	"""
	today = now.date()
	mine = mentors.learners_of(store, mentor, today) if learners_shown is None else learners_shown
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
			"age_days": _age(by_student.get(student, []), today),
			"last_contact": talked.get(student),
			"plan": planned.get(student),
		}
		for student, membership in mine.items()
	]
	learners.sort(key=_first)
	return {
		"v": VERSION,
		"today": today.isoformat(),
		"now": now.isoformat(" ", "seconds"),
		"mentor": {"user": mentor, "name": mentor_board.full_name(store, mentor) or mentor},
		"can": list(ABILITIES),
		"dismiss_reasons": list(life.DISMISS_REASONS),
		"learners": learners,
		"waiting": waiting.of(store, school, days.calendar, mentor, listed, mine, now, language, say),
		"away": substitutes.away(store, mentor, today),
		"standing_in": substitutes.standing_in(store, mentor, today),
		"emergency_text": waiting.emergency_text(store, language),
		"colleagues": [
			{"user": user, "name": name}
			for user, name in substitutes.colleagues(store, mentor, today).items()
		],
		"scopes": ["mine"],
		"usual_days": {
			severity: signal_steps.usual_day(store, severity, today, days.calendar).isoformat()
			for severity in WEIGHT
		},
	}


def timeline_of(
	store: Store, mentor: str, student: str, today: date, language: str = "en", say: Say = str
) -> list[dict[str, Any]]:
	"""All that happened with one of a mentor's learners, the newest first; without a site's own rights."""
	mine = mentors.learners_of(store, mentor, today)
	if student not in mine:
		raise NotYours(say("This is not one of your learners."))

	def readable(doctype: str, names: Sequence[str]) -> set[str]:
		if doctype != "Concern":
			return set(names)
		return {one.name for one in concerns.about(store, student) if answers.may_read(one, mentor, mine)}

	return timeline.of(store, student, today, language, say, readable)


def call_for_help(
	store: Store, mentor: str, concern: str, now: datetime, language: str = "en"
) -> dict[str, Any]:
	"""What a learner wrote who asks for help; raises NotYours for who may not read it."""
	mine = mentors.learners_of(store, mentor, now.date())
	return answers.read_help(store, concern, mentor, mine, now, language)


def act(
	store: Store,
	mentor: str,
	action: Mapping[str, Any],
	now: datetime,
	language: str = "en",
	say: Say = str,
	learners_shown: Mapping[str, Membership] | None = None,
) -> dict[str, Any]:
	"""Do one thing on the board; raises NotYours, ValueError or IllegalTransition with a sentence for the mentor.

	What it writes for people to read is in `language`; `say` translates into it. `learners_shown`: as in `overview`.
	"""
	mine = mentors.learners_of(store, mentor, now.date()) if learners_shown is None else learners_shown
	done = _act(store, mentor, mine, action, now, language, say)
	if signal := done.get("signal"):
		done["history"] = signal_steps.told(store, [signal], now.date(), language, say).get(signal, [])
	return done


def year_of(
	store: Store, student: str, today: date, school_calendar: SchoolCalendar | None = None
) -> list[dict[str, Any]]:
	"""The school days of one learner's year so far, as the board draws them."""
	return _Days(store, today, [student], school_calendar).heatmap(student)


def acknowledge(
	store: Store,
	name: str,
	by: str,
	now: datetime,
	*,
	look_again_on: date | str | None = None,
	note: str | None = None,
) -> dict[str, Any]:
	"""Somebody has seen a signal and takes it on, until a day: that of the school's habit where none is chosen."""
	return _take_until(store, name, life.ACKNOWLEDGED, by, now, look_again_on, note)


def put_off(
	store: Store,
	name: str,
	by: str,
	now: datetime,
	*,
	look_again_on: date | str | None = None,
	note: str | None = None,
) -> dict[str, Any]:
	"""Somebody who has a signal in hand looks at it again on another day."""
	return _take_until(store, name, life.FOLLOWED_UP, by, now, look_again_on, note)


def dismiss(
	store: Store, name: str, by: str, now: datetime, *, reason: str | None, note: str | None = None
) -> dict[str, Any]:
	"""Somebody says, with a reason, that a signal asks for nothing. It comes back only when the facts get worse."""
	return _take(store, name, Step(life.DISMISSED, now, by, reason, _text(note)))


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
			raise ValueError(say("This record is not among the facts of the signal."))
		contesting.contest(store, record, by, contested_records.MENTOR, now, note)
	return {"signal": name, "student": signal["student"], "status": signal["status"]}


def _act(
	store: Store,
	mentor: str,
	mine: Mapping[str, Membership],
	action: Mapping[str, Any],
	now: datetime,
	language: str,
	say: Say,
) -> dict[str, Any]:
	kind = str(action.get("action") or "")
	if kind in OF_ONESELF:
		return _of_oneself(store, mentor, action, now)
	if kind in ("log_talk", "start_plan"):
		return _with_learner(store, mentor, mine, action, now, language, say)
	if kind in ANSWERS:
		return ANSWERS[kind](store, mentor, mine, action, now)
	name = str(action.get("signal") or "")
	signal = signals.get(store, name)
	if signal is None or signal["student"] not in mine:
		raise NotYours(say("This signal is not about one of your learners."))
	if kind not in STEPS:
		raise ValueError(f"The board does not know how to {kind}.")
	return STEPS[kind](store, name, mentor, now, action)


STEPS: Mapping[str, Callable[..., dict[str, Any]]] = {
	"acknowledge": lambda store, name, by, now, action: acknowledge(
		store, name, by, now, look_again_on=action.get("look_again_on"), note=action.get("note")
	),
	"look_again": lambda store, name, by, now, action: put_off(
		store, name, by, now, look_again_on=action.get("look_again_on"), note=action.get("note")
	),
	"dismiss": lambda store, name, by, now, action: dismiss(
		store, name, by, now, reason=action.get("reason"), note=action.get("note")
	),
	"take_back": lambda store, name, by, now, _action: take_back(store, name, by, now),
	"contest": lambda store, name, by, now, action: contest(
		store, name, str(action.get("record") or ""), by, now, action.get("note")
	),
}
"""What somebody does with a signal."""


def _take(store: Store, name: str, step: Step) -> dict[str, Any]:
	(taken,) = signal_steps.take(store, {name: step}, step.on)
	day = taken.state.look_again_on
	return {
		"signal": name,
		"student": taken.student,
		"status": taken.state.status,
		"look_again_on": day.isoformat() if day else None,
	}


def _of_oneself(store: Store, mentor: str, action: Mapping[str, Any], now: datetime) -> dict[str, Any]:
	if action["action"] == "come_back":
		return substitutes.come_back(store, mentor, now)
	return substitutes.go_away(
		store,
		mentor,
		now,
		substitute=str(action.get("substitute") or ""),
		from_date=action.get("from_date"),
		to_date=action.get("to_date"),
		note=action.get("note"),
	)


def _next_step_done(
	store: Store, mentor: str, mine: Mapping[str, Membership], action: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
	name = str(action.get("contact") or "")
	known = contact_log.get(store, name)
	if known is None or (known["student"] not in mine and known["contact_by"] != mentor):
		raise NotYours(say("This talk is not about one of your learners."))
	return contacts.next_step_done(store, name, mentor, now)


def _decided(
	store: Store, mentor: str, action: Mapping[str, Any], now: datetime, *, done: bool
) -> dict[str, Any]:
	name = str(action.get("decision") or "")
	known = care_meetings.decision(store, name)
	if known is None or known.who != mentor:
		raise NotYours(say("This was asked of somebody else."))
	decisions.answer(store, name, mentor, now, done=done, words=str(action.get("note") or ""))
	return {"student": known.student, "decision": name}


def _acted(
	store: Store, mentor: str, action: Mapping[str, Any], now: datetime, *, done: bool
) -> dict[str, Any]:
	name = str(action.get("thing") or "")
	try:
		known = plans.answer_action(store, name, mentor, now, done=done, words=str(action.get("note") or ""))
	except plans.NotGivenToYou as refused:
		raise NotYours(say(str(refused))) from None
	return {"student": known.student, "thing": name}


ANSWERS: Mapping[str, Callable[..., dict[str, Any]]] = {
	"decision_done": lambda store, by, _mine, action, now: _decided(store, by, action, now, done=True),
	"decision_not_done": lambda store, by, _mine, action, now: _decided(store, by, action, now, done=False),
	"action_done": lambda store, by, _mine, action, now: _acted(store, by, action, now, done=True),
	"action_not_done": lambda store, by, _mine, action, now: _acted(store, by, action, now, done=False),
	"next_step_done": _next_step_done,
	"answer_message": lambda store, by, mine, action, now: answers.answer_message(
		store, str(action.get("message") or ""), str(action.get("answer") or ""), by, mine, now
	),
	"answer_seen": lambda store, by, _mine, action, now: contesting.seen(
		store, str(action.get("record") or ""), by, now
	),
	"take_help": lambda store, by, mine, action, now: answers.take_help(
		store, str(action.get("concern") or ""), by, mine, now
	),
	"close_help": lambda store, by, mine, action, now: answers.close_help(
		store,
		str(action.get("concern") or ""),
		str(action.get("what_was_done") or ""),
		str(action.get("answer") or ""),
		by,
		mine,
		now,
	),
}
"""What is answered from the board beside signals."""


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
		raise NotYours(say("This is not one of your learners."))
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
		with_whom=action.get("with_whom"),
		person_name=action.get("person_name"),
		reached=action.get("reached") not in (False, 0, "0", "false"),
		contact_on=action.get("contact_on"),
		agreed=action.get("agreed"),
		next_step=action.get("next_step"),
		next_step_on=action.get("next_step_on"),
	)


def _take_until(
	store: Store,
	name: str,
	step: str,
	by: str,
	now: datetime,
	look_again_on: date | str | None,
	note: str | None,
) -> dict[str, Any]:
	"""Take a step that promises to look again: on the chosen day, or on that of the school's habit."""
	day = look_again.chosen_day(store, look_again_on, now.date())
	return _take(store, name, Step(step, now, by, note=_text(note), look_again_on=day))


def _text(words: str | None) -> str | None:
	return (words or "").strip() or None


def _age(listed: Sequence[Listed], today: date) -> int | None:
	"""For how many days the oldest signal waits that nobody has answered."""
	since = [one.reopened_on or one.raised_on for one in listed if one.status == life.OPEN]
	return (today - min(since).date()).days if since else None


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
		"reopened_on": signal.reopened_on.isoformat(" ", "minutes") if signal.reopened_on else None,
		"look_again_on": signal.look_again_on.isoformat() if signal.look_again_on else None,
		"acknowledged_by": signal.acknowledged_by or None,
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

	def __init__(
		self, store: Store, today: date, students: list[str], school_calendar: SchoolCalendar | None = None
	) -> None:
		self.calendar: SchoolCalendar = school_calendar or calendar.load(store)
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

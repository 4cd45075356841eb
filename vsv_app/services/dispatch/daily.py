"""What a day asks for by itself: cut-offs while it runs, the days that are over, and the nightly look at everybody."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from vsv_app.engine.attendance.ledger import over_at
from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.services.attendance import day_close, ledger, settling, witness
from vsv_app.services.attendance.day_close import DayWritten
from vsv_app.services.care import plans
from vsv_app.services.school import School
from vsv_app.services.signals import alerting, evaluation, look_again, statutory_reports
from vsv_app.services.signals.evaluation import Evaluated
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.store import Store

LOOK_BACK_DAYS = 400
"""How far back a tap counts once the roll, a school year or a date of leaving was put right."""


def cut_offs_passed(store: Store, now: datetime) -> set[int]:
	"""The minutes of today after which somebody who was not seen counts as not arrived, as far as they are past."""
	school_calendar = calendar.load(store)
	if school_calendar.year(now.date()) is None:
		return set()
	minute = now.hour * 60 + now.minute
	plans = (s.plan(now.date()) for s in school_calendar.schedules if s.holds_on(now.date()))
	return {plan.cut_off for plan in plans if plan is not None and plan.cut_off <= minute}


def may_judge_arrivals(store: Store, now: datetime) -> bool:
	"""Whether anybody has come at all: a night has no roll to call."""
	return accounts.any_check_in(store, now.date())


def nobody_knows(store: Store, now: datetime) -> bool:
	"""Whether of some who have not come nobody knows, so that it is worth looking again."""
	return bool(witness.arrivals(store, calendar.load(store), now).doubtful)


def write_due_days(store: Store, school: School, now: datetime) -> set[str]:
	"""Write the days of those whose own last session today is over; returns for whom something was written."""
	return ledger.write_today(store, school, now)


def nightly(store: Store, school: School, now: datetime) -> Evaluated:
	"""Reconcile the ledger, evaluate every rule for everybody, prepare reports, bring back what was promised, and escalate."""
	ledger.write_today(store, school, now)
	looked = ledger.reconcile(store, school, now, since=ledger.last_look(store))
	ledger.sum_up(store, school, now, counted=looked.balance)
	done = evaluation.evaluate_now(store, school, now)
	statutory_reports.prepare(store, evaluation.settled_on(store, now), now)
	look_again.bring_back(store, school, now)
	plans.give_back_what_no_plan_holds(store, school, now)
	alerting.escalate(store, school, calendar.load(store), now)
	settling.ask(store, school, now)
	return done


def correct_late(
	store: Store, touched: Mapping[date, Collection[str] | None], now: datetime
) -> list[DayWritten]:
	"""Facts came in about days: write those that are over anew, for these learners, or for everybody."""
	if not touched:
		return []
	school_calendar = calendar.load(store)
	written = []
	for day in sorted(touched):
		if day < now.date() or _any_is_over(school_calendar, day, now):
			some = touched[day]
			students = None if some is None else sorted(some)
			written.append(day_close.write_days(store, day, now, students, school_calendar=school_calendar))
	return [one for one in written if one.changed]


def _any_is_over(school_calendar: SchoolCalendar, day: date, now: datetime) -> bool:
	plans = (s.plan(day) for s in school_calendar.schedules if s.holds_on(day))
	return any(plan is not None and over_at(plan) <= now for plan in plans)

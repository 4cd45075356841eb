"""What a day asks for by itself: cut-offs while it runs, its close, and the nightly look at everybody."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from vsv_app.services.attendance import day_close
from vsv_app.services.attendance.day_close import DayClosed
from vsv_app.services.school import School
from vsv_app.services.signals import alerting, evaluation, statutory_reports
from vsv_app.services.signals.evaluation import Evaluated
from vsv_app.stores.queries.attendance import calendar, student_attendance
from vsv_app.stores.store import Store

LOOK_BACK_DAYS = 14


def cut_offs_passed(store: Store, now: datetime) -> set[int]:
	"""The minutes of today after which somebody who was not seen counts as not arrived, as far as they are past."""
	school_calendar = calendar.load(store)
	if school_calendar.year(now.date()) is None:
		return set()
	minute = now.hour * 60 + now.minute
	plans = (s.plan(now.date()) for s in school_calendar.schedules if s.holds_on(now.date()))
	return {plan.cut_off for plan in plans if plan is not None and plan.cut_off <= minute}


def may_judge_arrivals(store: Store, now: datetime) -> bool:
	"""Whether the terminals are known to have told everything so far."""
	return not day_close.reasons_to_wait(store, now.date(), now)


def close_due_days(store: Store, school: School, now: datetime) -> list[DayClosed]:
	"""Close each recent school day whose hour has come and of which no terminal still holds check-ins.

	Returns the days on which that wrote something: one that people have marked themselves, or that Education takes as a
	holiday, asks for no look at the whole school each time.
	"""
	closed = []
	for day in day_close.open_days(store, calendar.load(store), now.date(), back=LOOK_BACK_DAYS):
		due = day < now.date() or now.hour * 60 + now.minute >= school.close_day_at
		if due and not day_close.reasons_to_wait(store, day, now):
			closed.append(day_close.close_day(store, day, now))
	return [one for one in closed if one.changed]


def nightly(store: Store, school: School, now: datetime) -> Evaluated:
	"""Close what is due, evaluate every rule for everybody, prepare reports, and escalate what nobody has answered."""
	close_due_days(store, school, now)
	done = evaluation.evaluate_now(store, school, now)
	statutory_reports.prepare(store, evaluation.settled_on(store, now), now)
	alerting.escalate(store, school, calendar.load(store), now)
	return done


def correct_late(store: Store, touched: Mapping[date, Collection[str]], now: datetime) -> list[DayClosed]:
	"""Check-ins came in of days that are closed: write those learners' days anew."""
	closed = student_attendance.days_closed(store, list(touched)) if touched else set()
	return [day_close.close_day(store, day, now, sorted(touched[day])) for day in sorted(closed)]

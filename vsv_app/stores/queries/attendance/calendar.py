"""When there is school: bell schedules with their exceptions and holidays, academic years and terms."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vsv_app.engine.attendance.timetable import (
	WEEKDAYS,
	BellSchedule,
	OtherTimes,
	Period,
	SchoolCalendar,
	Session,
)
from vsv_app.stores.queries import child_rows
from vsv_app.stores.queries.child_rows import ChildTable
from vsv_app.stores.queries.learners import academic_terms, academic_years
from vsv_app.stores.queries.sql import VALUE, any_of, delete, select, table, update
from vsv_app.stores.store import Store

SCHEDULE = table("Bell Schedule")
SESSION = table("Bell Schedule Session")
EXCEPTION = table("Bell Schedule Exception")
HOLIDAY = table("Holiday")
NO_SCHOOL = ChildTable("Bell Schedule Exception", "exceptions", "Bell Schedule", ("date", "kind", "reason"))
CLOSED = "Closed"
COMPANY = table("Company")


def load(store: Store) -> SchoolCalendar:
	"""The calendar as it is set now, over all academic years."""
	sessions = _sessions(store)
	exceptions = _exceptions(store)
	holidays = _holidays(store)
	fallback = _company_holiday_list(store)
	s = SCHEDULE
	query = select(
		s, s.name, s.student_group, s.program, s.valid_from, s.valid_to, s.late_after_minutes, s.absent_after_minutes,
		s.not_arrived_cut_off, s.holiday_list,
	).where(s.enabled == 1)  # fmt: skip
	schedules = tuple(
		BellSchedule(
			name=name,
			weekly=sessions.get(name, {}),
			group=group or None,
			program=program or None,
			valid_from=start,
			valid_to=end,
			late_after=late or 0,
			absent_after=absent or 0,
			cut_off=minutes(cut_off) if cut_off is not None else 24 * 60,
			exceptions=exceptions.get(name, {}),
			holidays=holidays.get(holiday_list or fallback or "", frozenset()),
		)
		for name, group, program, start, end, late, absent, cut_off, holiday_list in store.fetch(
			query.orderby(s.name)
		)
	)
	years = tuple(Period(*row) for row in academic_years(store))
	terms = tuple(
		Period(name, start, end) for name, _year, start, end in academic_terms(store) if start and end
	)
	return SchoolCalendar(schedules, years, terms)


def close_school(store: Store, schedules: Sequence[str], day: date, reason: str, now: datetime) -> None:
	"""Note in bell schedules that there was no school on a day."""
	for schedule in schedules:
		known = store.fetch(select(EXCEPTION, EXCEPTION.idx).where(EXCEPTION.parent == VALUE), [schedule])
		last = max((idx for (idx,) in known), default=0)
		child_rows.add(store, NO_SCHOOL, {schedule: [(day, CLOSED, reason)]}, now, first=last + 1)
	_touch(store, schedules, now)


def open_school(store: Store, schedules: Sequence[str], day: date, now: datetime) -> None:
	"""Take that out of them again."""
	e = EXCEPTION
	query = delete(e).where(any_of(e.parent, schedules)).where(e.date == VALUE).where(e.kind == VALUE)
	store.run(query, [*schedules, day, CLOSED])
	_touch(store, schedules, now)


def _touch(store: Store, schedules: Sequence[str], now: datetime) -> None:
	"""Whoever has one open in a form does not write over it unseen."""
	query = update(SCHEDULE, "modified", "modified_by").where(any_of(SCHEDULE.name, schedules))
	store.run(query, [now, store.acting_user, *schedules])


def minutes(time_of_day: timedelta) -> int:
	return int(time_of_day.total_seconds()) // 60


def _sessions(store: Store) -> dict[str, dict[int, tuple[Session, ...]]]:
	s = SESSION
	query = (
		select(s, s.parent, s.weekday, s.session, s.starts, s.ends, s.counted_minutes)
		.orderby(s.parent)
		.orderby(s.idx)
	)
	found: dict[str, dict[int, tuple[Session, ...]]] = {}
	for parent, weekday, label, starts, ends, counted in store.fetch(query):
		start, end = minutes(starts), minutes(ends)
		session = Session(label or f"{weekday} {start // 60}:{start % 60:02}", start, end, counted or 0)
		day = found.setdefault(parent, {})
		at = WEEKDAYS.index(weekday)
		day[at] = (*day.get(at, ()), session)
	return found


def _exceptions(store: Store) -> dict[str, dict[date, OtherTimes | None]]:
	e = EXCEPTION
	found: dict[str, dict[date, OtherTimes | None]] = {}
	for parent, day, kind, starts, ends in store.fetch(select(e, e.parent, e.date, e.kind, e.starts, e.ends)):
		other = (
			OtherTimes(minutes(starts), minutes(ends))
			if kind == "Other Times" and starts is not None and ends is not None
			else None
		)
		found.setdefault(parent, {})[day] = other
	return found


def _holidays(store: Store) -> dict[str, frozenset[date]]:
	found: dict[str, set[date]] = {}
	for parent, day in store.fetch(select(HOLIDAY, HOLIDAY.parent, HOLIDAY.holiday_date)):
		found.setdefault(parent, set()).add(day)
	return {name: frozenset(days) for name, days in found.items()}


def _company_holiday_list(store: Store) -> str | None:
	"""Education itself asks the company for its holidays; so does a schedule that names none."""
	query = (
		select(COMPANY, COMPANY.default_holiday_list)
		.where(COMPANY.default_holiday_list != VALUE)
		.orderby(COMPANY.name)
		.limit(1)
	)
	rows = store.fetch(query, [""])
	return rows[0][0] if rows else None

from dataclasses import replace
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate, nowdate, to_timedelta

from vsv_app.engine.attendance import timetable
from vsv_app.engine.attendance.timetable import WEEKDAYS, OtherTimes, Session
from vsv_app.site.documents import periods
from vsv_app.site.documents.refusals import said
from vsv_app.site.documents.time_fields import undo_time_of_day

FIRST, LAST = date.min, date.max


class NotASchoolDay(frappe.ValidationError):
	"""Sessions or exceptions that do not make a day."""


class TwoSchedules(frappe.ValidationError):
	"""Another schedule holds for the same learners at the same time."""


class RecordedDays(frappe.ValidationError):
	"""Attendance is recorded by the times that somebody wants to change."""


class BellSchedule(Document):
	def before_insert(self) -> None:
		undo_time_of_day(self)

	def before_validate(self) -> None:
		self.count_empty_sessions_in_full()

	def validate(self) -> None:
		self.validate_for_whom()
		periods.validate(self, "valid_from", "valid_to")
		self.validate_days()
		self.validate_alone()
		self.validate_recorded_days()

	def count_empty_sessions_in_full(self) -> None:
		"""A session that says nothing counts for as long as it lasts; one that says 0 counts for nothing."""
		for row in self.sessions:
			if row.counted_minutes is None or row.counted_minutes == "":
				row.counted_minutes = max(0, _minute(row.ends) - _minute(row.starts))

	def validate_recorded_days(self) -> None:
		"""Days that are recorded were judged by these times. Single dates may change: their records follow."""
		before = self.get_doc_before_save()
		if before is None or self.flags.valid_from_elsewhere or not before.enabled:
			return
		was, now_is = before.as_engine(), self.as_engine()
		was = replace(was, exceptions=now_is.exceptions)
		changed = [
			day
			for day in self.recorded_days()
			if (was.holds_on(day) and was.plan(day)) != (now_is.holds_on(day) and now_is.plan(day))
		]
		if changed:
			frappe.throw(
				_("By these times {0} days are recorded, the last of them {1}. Keep them: choose from which day on the new times are valid.").format(len(changed), frappe.format(changed[-1])),
				exc=RecordedDays,
				title=_("Days Are Recorded"),
			)  # fmt: skip

	def recorded_days(self) -> list[date]:
		"""The days before today that the machine has recorded for those whom this schedule is about."""
		filters = {"docstatus": 1, "vsv_source": "Badge", "date": ("<", getdate(nowdate()))}
		if self.student_group:
			filters["student_group"] = self.student_group
		elif self.program:
			groups = frappe.get_all("Student Group", {"program": self.program}, pluck="name")
			filters["student_group"] = ("in", groups or [""])
		return frappe.get_all("Student Attendance", filters, pluck="date", distinct=True, order_by="date")

	@frappe.whitelist(methods=["POST"])
	def make_valid_from(self, day: str) -> str:
		"""Leave what is stored as it is up to the day before, and make a schedule of what the form says from then on."""
		frappe.has_permission("Bell Schedule", "write", throw=True)
		first = getdate(day)
		stored = frappe.get_doc("Bell Schedule", self.name)
		ends = stored.valid_to
		stored.valid_to = first - timedelta(days=1)
		stored.flags.valid_from_elsewhere = True
		stored.save()
		fresh = frappe.copy_doc(self, ignore_no_copy=False)
		fresh.schedule_name = f"{stored.schedule_name} {first}"
		fresh.valid_from, fresh.valid_to = first, ends
		return str(fresh.insert().name)

	def validate_for_whom(self) -> None:
		if self.student_group and self.program:
			frappe.throw(
				_(
					"Choose a student group or a program, not both: the schedule of a group goes before that of its program."
				),
				exc=TwoSchedules,
				title=_("For Whom?"),
			)

	def validate_days(self) -> None:
		if self.absent_after_minutes < self.late_after_minutes:
			self.refuse(
				_("Absent after comes before late after. Choose a larger number of minutes for absent.")
			)
		try:
			self.as_engine()
		except ValueError as error:
			self.refuse(_("This is no possible school day: {0}.").format(said(error.args[0])))
		dates = [getdate(exception.date) for exception in self.exceptions]
		for twice in sorted({day for day in dates if dates.count(day) > 1}):
			self.refuse(
				_("{0} is listed more than once under exceptions. Keep one row.").format(frappe.format(twice))
			)

	def validate_alone(self) -> None:
		if not self.enabled:
			return
		others = frappe.get_all(
			"Bell Schedule",
			filters={"enabled": 1, "name": ("!=", self.name)},
			fields=["name", "student_group", "program", "valid_from", "valid_to"],
		)
		for other in others:
			same = (other.student_group or None, other.program or None) == (
				self.student_group or None,
				self.program or None,
			)
			if same and _starts(other) <= _ends(self) and _starts(self) <= _ends(other):
				frappe.throw(
					_("{0} holds for the same learners in the same period. End it before this one begins, or switch one of them off.").format(get_link_to_form("Bell Schedule", other.name)),
					exc=TwoSchedules,
					title=_("Two Schedules at Once"),
				)  # fmt: skip

	def as_engine(self) -> timetable.BellSchedule:
		"""The week as the engine judges it; raises ValueError with what is wrong."""
		weekly: dict[int, tuple[Session, ...]] = {}
		for row in self.sessions:
			starts, ends = _minute(row.starts), _minute(row.ends)
			counted = ends - starts if row.counted_minutes is None else int(row.counted_minutes)
			session = Session(row.session or _(row.weekday), starts, ends, counted)
			at = WEEKDAYS.index(row.weekday)
			weekly[at] = (*weekly.get(at, ()), session)
		other_times = {
			getdate(row.date): OtherTimes(_minute(row.starts), _minute(row.ends))
			for row in self.exceptions
			if row.kind == "Other Times"
		}
		closed = {getdate(row.date): None for row in self.exceptions if row.kind != "Other Times"}
		return timetable.BellSchedule(
			self.schedule_name,
			weekly,
			valid_from=getdate(self.valid_from) if self.valid_from else None,
			valid_to=getdate(self.valid_to) if self.valid_to else None,
			late_after=self.late_after_minutes or 0,
			absent_after=self.absent_after_minutes or 0,
			exceptions={**other_times, **closed},
		)

	def refuse(self, message: str) -> None:
		frappe.throw(message, exc=NotASchoolDay, title=_("Not a School Day"))


def _minute(time_of_day: object) -> int:
	return int(to_timedelta(time_of_day).total_seconds()) // 60 if time_of_day else 0


def _starts(schedule: Document) -> date:
	return getdate(schedule.valid_from) if schedule.valid_from else FIRST


def _ends(schedule: Document) -> date:
	return getdate(schedule.valid_to) if schedule.valid_to else LAST

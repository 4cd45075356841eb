from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate, to_timedelta

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


class BellSchedule(Document):
	def before_insert(self) -> None:
		undo_time_of_day(self)

	def validate(self) -> None:
		self.validate_for_whom()
		periods.validate(self, "valid_from", "valid_to")
		self.validate_days()
		self.validate_alone()

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
			session = Session(
				row.session or _(row.weekday), starts, ends, row.counted_minutes or ends - starts
			)
			at = WEEKDAYS.index(row.weekday)
			weekly[at] = (*weekly.get(at, ()), session)
		other_times = {
			getdate(row.date): OtherTimes(_minute(row.starts), _minute(row.ends))
			for row in self.exceptions
			if row.kind == "Other Times"
		}
		return timetable.BellSchedule(self.schedule_name, weekly, exceptions=other_times)

	def refuse(self, message: str) -> None:
		frappe.throw(message, exc=NotASchoolDay, title=_("Not a School Day"))


def _minute(time_of_day: object) -> int:
	return int(to_timedelta(time_of_day).total_seconds()) // 60 if time_of_day else 0


def _starts(schedule: Document) -> date:
	return getdate(schedule.valid_from) if schedule.valid_from else FIRST


def _ends(schedule: Document) -> date:
	return getdate(schedule.valid_to) if schedule.valid_to else LAST

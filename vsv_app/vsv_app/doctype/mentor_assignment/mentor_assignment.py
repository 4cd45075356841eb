from datetime import date, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate, now_datetime

from vsv_app.services import substitutes
from vsv_app.site.documents import periods
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.learners import Mentoring


class ForWhom(frappe.ValidationError):
	"""Neither or both of a group and a learner."""


class AssignedTwice(frappe.ValidationError):
	"""The same task of the same person, at the same time."""


class MentorAssignment(LearnerDocument):
	def before_validate(self) -> None:
		self.name_mentor()

	def validate(self) -> None:
		self.validate_for_whom()
		periods.validate(self, "from_date", "to_date")
		self.validate_once()

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if before is None:
			return
		if any(
			before.get(field) != self.get(field) for field in ("mentor", "student_group", "student", "task")
		):
			_end_substitutes(before, getdate() - timedelta(days=1))
		elif self.to_date and (not before.to_date or getdate(before.to_date) > getdate(self.to_date)):
			_end_substitutes(self, getdate(self.to_date))

	def on_trash(self) -> None:
		_end_substitutes(self, getdate() - timedelta(days=1))

	def name_mentor(self) -> None:
		"""By the server: who assigns mentors may choose a user, and need not be able to read the user's record."""
		self.mentor_name = frappe.db.get_value("User", self.mentor, "full_name") if self.mentor else None

	def validate_for_whom(self) -> None:
		if bool(self.student_group) == bool(self.student):
			frappe.throw(
				_("Choose either a student group or one learner. For both, make two assignments."),
				exc=ForWhom,
				title=_("For Whom?"),
			)

	def validate_once(self) -> None:
		same = {
			"mentor": self.mentor,
			"task": self.task,
			"name": ("!=", self.name),
			**({"student": self.student} if self.student else {"student_group": self.student_group}),
		}
		for other in frappe.get_all("Mentor Assignment", same, ["name", "from_date", "to_date"]):
			begins_later = self.to_date and other.from_date > getdate(self.to_date)
			ended_before = other.to_date and other.to_date < getdate(self.from_date)
			if not begins_later and not ended_before:
				frappe.throw(
					_("{0} says the same for this period. Change its dates instead.").format(
						get_link_to_form("Mentor Assignment", other.name)
					),
					exc=AssignedTwice,
					title=_("Assigned Already"),
				)


def _end_substitutes(doc: Document, last: date) -> None:
	"""Nobody stands in for a task that has ended."""
	task = Mentoring(
		doc.mentor, doc.mentor_name, doc.task, doc.student or None, doc.student_group or None,
		getdate(doc.from_date), getdate(doc.to_date) if doc.to_date else None, doc.name,
	)  # fmt: skip
	if task.task in substitutes.ALERTED:
		substitutes.end_with(FrappeStore(), task, last, now_datetime())

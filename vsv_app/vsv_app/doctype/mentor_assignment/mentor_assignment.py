import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate

from vsv_app.site.documents import periods


class ForWhom(frappe.ValidationError):
	"""Neither or both of a group and a learner."""


class AssignedTwice(frappe.ValidationError):
	"""The same task of the same person, at the same time."""


class MentorAssignment(Document):
	def before_validate(self) -> None:
		self.name_mentor()

	def validate(self) -> None:
		self.validate_for_whom()
		periods.validate(self, "from_date", "to_date")
		self.validate_once()

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

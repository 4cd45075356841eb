"""Rights on documents: what a role may do with documents of a kind, on which condition."""

from dataclasses import dataclass

from vsv_app.engine.access import roles
from vsv_app.engine.access.conditions import ALL

READ, WRITE, CREATE, DELETE = "read", "write", "create", "delete"
PRINT, REPORT, EXPORT, IMPORT = "print", "report", "export", "import"
ACTIONS = (READ, WRITE, CREATE, DELETE, PRINT, REPORT, EXPORT, IMPORT)
"""What Frappe asks a right for. Mailing and sharing hand records on, and nobody has them on records about learners."""

BY_WORD = {
	"mentor": roles.MENTOR,
	"member": roles.MEMBER,
	"coordinator": roles.COORDINATOR,
	"officer": roles.OFFICER,
	"administrator": roles.ADMINISTRATOR,
	"leader": roles.LEADER,
	"installer": roles.INSTALLER,
	"teacher": roles.TEACHER,
	"site": roles.SITE,
}


@dataclass(frozen=True)
class Right:
	"""A role may do these things with documents of a kind where the condition holds."""

	role: str
	actions: tuple[str, ...]
	condition: str


def rights(**of: str | tuple[str, str]) -> tuple[Right, ...]:
	"""Rights by role: `mentor=("read, write", OWN_LEARNERS)`, or `mentor="read, write"` on all documents of the kind."""
	found = []
	for word, said in of.items():
		actions, condition = (said, ALL) if isinstance(said, str) else said
		found.append(Right(BY_WORD[word], tuple(actions.split(", ")), condition))
	return tuple(found)


@dataclass(frozen=True)
class Given:
	"""What a role may do with all documents of a kind of Education's own; `from_16` is what it needs beside that from Frappe 16 on."""

	role: str
	document: str
	actions: tuple[str, ...]
	from_16: tuple[str, ...] = ()


GIVEN = (
	Given(
		roles.OFFICER,
		"Student Attendance",
		("read", "write", "create", "submit", "cancel", "amend", "print", "report", "export", "import"),
	),
	Given(
		roles.OFFICER,
		"Student Leave Application",
		("read", "write", "create", "submit", "cancel", "report"),
	),
	# Where a school has no officer the coordinator decides, and a reminder that did nothing comes up to the coordinator.
	Given(
		roles.COORDINATOR,
		"Student Leave Application",
		("read", "write", "submit", "cancel", "report"),
	),
	# To choose a learner or a group in a form and to filter a list; neither their addresses nor their records.
	Given(roles.OFFICER, "Student", ("select",)),
	Given(roles.OFFICER, "Student Group", ("select",)),
	# Whose learners are the whole school's opens each learner's form, and the card on the board from there.
	Given(roles.COORDINATOR, "Student", ("read",)),
	Given(roles.COORDINATOR, "Student Group", ("select",)),
	# Education looks lessons up as whoever accepts a leave application, and Frappe 16 lets who may only select filter by names alone.
	# That opens the timetable, with the names of teachers, which Education lets every learner read.
	Given(roles.OFFICER, "Course Schedule", ("select",), from_16=("read",)),
	Given(roles.COORDINATOR, "Course Schedule", ("select",), from_16=("read",)),
)
"""Rights that the app gives its roles once: what a school changes of them stays."""

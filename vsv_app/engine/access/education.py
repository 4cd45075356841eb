"""Rights that the app gives its roles on Education's own documents, once: what a school changes of them stays."""

from dataclasses import dataclass

from vsv_app.engine.access.roles import OFFICER


@dataclass(frozen=True)
class Given:
	"""A role may do these things with all documents of a kind of Education."""

	role: str
	document: str
	actions: tuple[str, ...]


GIVEN = (
	Given(
		OFFICER,
		"Student Attendance",
		("read", "write", "create", "submit", "cancel", "amend", "print", "report", "export", "import"),
	),
	Given(OFFICER, "Student Leave Application", ("read", "write", "create", "submit", "cancel", "report")),
	# To choose a learner or a group in a form and to filter a list; neither their addresses nor their records.
	Given(OFFICER, "Student", ("select",)),
	Given(OFFICER, "Student Group", ("select",)),
	Given(OFFICER, "Course Schedule", ("select",)),
)

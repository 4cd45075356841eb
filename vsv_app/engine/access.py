"""Who may see and do what, as one table: role x document x actions x condition.

The same table stands in docs/data-protection.md for people, in the permissions of the doctypes for Frappe, and behind
the hooks that look at each record; tests hold all of them to it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

READ, WRITE, CREATE, DELETE = "read", "write", "create", "delete"
PRINT, REPORT, EXPORT, IMPORT = "print", "report", "export", "import"
ACTIONS = (READ, WRITE, CREATE, DELETE, PRINT, REPORT, EXPORT, IMPORT)
"""What Frappe asks a right for. Mailing and sharing hand records on, and nobody has them on records about learners."""

ALL = "all"
OWN_LEARNERS = "own learners"
OWN_LEARNERS_OR_TEAM = "own learners, or on the team"
OWN_NOTES = "noted by self, unless restricted"
OWN_LEARNERS_NAMED = "own learners; restricted: named"
ALL_NAMED = "all; restricted: named"
OWN = "addressed to self"
OWN_TASKS = "own assignments"
CONDITIONS = (
	ALL,
	OWN_LEARNERS,
	OWN_LEARNERS_OR_TEAM,
	OWN_NOTES,
	OWN_LEARNERS_NAMED,
	ALL_NAMED,
	OWN,
	OWN_TASKS,
)

MENTOR, MEMBER, COORDINATOR = "School Mentor", "Care Team Member", "Care Team Coordinator"
OFFICER, ADMINISTRATOR = "Attendance Officer", "Early Warning Administrator"
LEADER, INSTALLER, TEACHER = "School Leader", "Gateway Installer", "Instructor"
SITE = "System Manager"
"""Administers the site: what a school sets up, and no record about a learner."""
ROLES = (MENTOR, MEMBER, COORDINATOR, OFFICER, ADMINISTRATOR, LEADER, INSTALLER, TEACHER)


@dataclass(frozen=True)
class Row:
	"""A role may do these things with documents of a kind where the condition holds; what has no row is not allowed."""

	role: str
	document: str
	actions: tuple[str, ...]
	condition: str


@dataclass(frozen=True)
class Circumstances:
	"""How one user stands to one record.

	own_learner   has a task today with the learner that it is about
	on_team       is on the team of the plan
	noted         wrote it down
	named         is one of the named readers of a restricted record
	addressed     is whom it was sent to, whom an alert told about it, or whose assignment it is
	restricted    the record is for its named readers alone
	"""

	own_learner: bool = False
	on_team: bool = False
	noted: bool = False
	named: bool = False
	addressed: bool = False
	restricted: bool = False


def _rows(document: str, **of: tuple[str, str]) -> tuple[Row, ...]:
	known = {
		"mentor": MENTOR,
		"member": MEMBER,
		"coordinator": COORDINATOR,
		"officer": OFFICER,
		"administrator": ADMINISTRATOR,
		"leader": LEADER,
		"installer": INSTALLER,
		"teacher": TEACHER,
		"site": SITE,
	}
	return tuple(
		Row(known[role], document, tuple(actions.split(", ")), condition)
		for role, (actions, condition) in of.items()
	)


TABLE: tuple[Row, ...] = (
	*_rows(
		"Early Warning Signal",
		mentor=("read, write, print", OWN_LEARNERS),
		member=("read", OWN_LEARNERS),
		coordinator=("read, write, print, report, export", ALL),
		administrator=("read, report", ALL),
		leader=("read", OWN),
	),
	*_rows(
		"Signal Step",
		mentor=("read", OWN_LEARNERS),
		member=("read", OWN_LEARNERS),
		coordinator=("read, report, export", ALL),
		administrator=("read, report", ALL),
		leader=("read", OWN),
	),
	*_rows(
		"Early Warning Alert",
		mentor=("read", OWN_LEARNERS),
		coordinator=("read, report", ALL),
		administrator=("read, report", ALL),
		leader=("read", OWN),
	),
	*_rows(
		"Badge Check In",
		mentor=("read", OWN_LEARNERS),
		coordinator=("read, report", ALL),
		officer=("read, report, export", ALL),
		administrator=("read, report, export", ALL),
	),
	*_rows(
		"Learner Circumstance",
		member=("read", OWN_LEARNERS),
		coordinator=("read, write, create, delete", ALL),
	),
	*_rows(
		"Statutory Report",
		coordinator=("read, write, print, report, export", ALL),
		officer=("read, write, print, report, export", ALL),
		administrator=("read, report", ALL),
	),
	*_rows(
		"Mentor Assignment",
		mentor=("read, report", OWN_TASKS),
		member=("read, report", OWN_TASKS),
		coordinator=("read, write, create, print, report", ALL),
		officer=("read, report", ALL),
		administrator=("read, write, create, delete, print, report, export, import", ALL),
		leader=("read, report", ALL),
	),
	*_rows(
		"Student Badge",
		officer=("read, write, create, print, report", ALL),
		administrator=("read, write, create, delete, print, report, export, import", ALL),
		installer=("read, write, create", ALL),
	),
	*_rows(
		"Concern",
		mentor=("read, write, create", OWN_LEARNERS_NAMED),
		member=("read, write, create, print", OWN_LEARNERS_NAMED),
		coordinator=("read, write, create, print, report", ALL_NAMED),
		officer=("read, create", OWN_NOTES),
		teacher=("read, create", OWN_NOTES),
	),
	*_rows(
		"Support Plan",
		mentor=("read, write, create, print", OWN_LEARNERS_OR_TEAM),
		member=("read, write, create, print", OWN_LEARNERS_OR_TEAM),
		coordinator=("read, write, create, print, report, export", ALL),
	),
	*_rows(
		"Contact Log",
		mentor=("read, write, create", OWN_LEARNERS),
		member=("read, write, create", OWN_LEARNERS),
		coordinator=("read, write, create, print, report, export", ALL),
	),
	*_rows(
		"Consent Record",
		mentor=("read, write, create", OWN_LEARNERS),
		member=("read, write, create", OWN_LEARNERS),
		coordinator=("read, write, create, print, report, export", ALL),
	),
	*_rows(
		"Referral",
		mentor=("read", OWN_LEARNERS),
		member=("read, write, create", OWN_LEARNERS),
		coordinator=("read, write, create, print, report, export", ALL),
	),
	*_rows(
		"Family Message",
		mentor=("read, write", OWN_LEARNERS),
		coordinator=("read, write, report", ALL),
	),
	*_rows(
		"Care Reminder",
		mentor=("read", OWN),
		member=("read", OWN),
		coordinator=("read, report", ALL),
		leader=("read", OWN),
	),
	*_rows(
		"Stakeholder",
		mentor=("read", ALL),
		member=("read", ALL),
		coordinator=("read, write, create, delete, print, report, export", ALL),
		administrator=("read, write, create, print, report, export", ALL),
		leader=("read, write, create, print, report", ALL),
	),
	*_rows(
		"Stakeholder Agreement",
		mentor=("read", ALL),
		member=("read", ALL),
		coordinator=("read, write, create, print, report, export", ALL),
		administrator=("read", ALL),
		leader=("read, write, create, print, report, export", ALL),
	),
	*_rows(
		"Intervention Type",
		mentor=("read", ALL),
		member=("read", ALL),
		coordinator=("read, write, create, report", ALL),
		administrator=("read, write, create, delete, report, export", ALL),
		leader=("read, report", ALL),
	),
	*_rows("Guardian Text", coordinator=("read, report", ALL)),
	*_rows("Restricted Read", administrator=("read, report, export", ALL)),
)

SETUP: tuple[Row, ...] = (
	*_rows(
		"Early Warning Rule",
		mentor=("read", ALL),
		member=("read", ALL),
		coordinator=("read, print, report", ALL),
		officer=("read", ALL),
		administrator=("read, write, create, delete, print, report, export", ALL),
		leader=("read", ALL),
		site=("read, write, create, delete, print, report, export", ALL),
	),
	*_rows(
		"Early Warning Settings",
		administrator=("read, write, print", ALL),
		site=("read, write, print", ALL),
	),
	*_rows(
		"Bell Schedule",
		mentor=("read", ALL),
		coordinator=("read", ALL),
		officer=("read, print, report", ALL),
		administrator=("read, write, create, delete, print, report, export", ALL),
		leader=("read", ALL),
		site=("read, write, create, delete, print, report, export", ALL),
	),
	*_rows(
		"Absence Reason",
		mentor=("read", ALL),
		member=("read", ALL),
		coordinator=("read", ALL),
		officer=("read", ALL),
		administrator=("read, write, create, delete, print, report, export, import", ALL),
		leader=("read", ALL),
		site=("read, write, create, delete, print, report, export", ALL),
	),
	*_rows(
		"Attendance Gateway",
		officer=("read, report", ALL),
		administrator=("read, write, create, delete, print, report, export", ALL),
		installer=("read, write, create, print, report", ALL),
		site=("read, write, create, delete, print, report, export", ALL),
	),
	*_rows(
		"Gateway Epoch",
		administrator=("read, report", ALL),
		installer=("read, report", ALL),
		site=("read, report, export", ALL),
	),
	*_rows(
		"Set Aside Message",
		administrator=("read, write, delete, report, export", ALL),
		installer=("read, report", ALL),
		site=("read, write, delete, report, export", ALL),
	),
)
"""What a school sets up and what its doors report. None of it names a learner, so no record of it is looked at by itself."""

CARE = (
	"Concern",
	"Support Plan",
	"Contact Log",
	"Consent Record",
	"Referral",
	"Family Message",
	"Care Reminder",
)
"""What is done for a learner, and said about one."""
ABOUT_LEARNERS = (
	"Early Warning Signal",
	"Signal Step",
	"Early Warning Alert",
	"Badge Check In",
	"Learner Circumstance",
	"Statutory Report",
	"Mentor Assignment",
	"Student Badge",
	*CARE,
)
"""The documents that say something about a learner: each record is looked at before it is shown."""
DOCUMENTS = tuple(dict.fromkeys(row.document for row in TABLE))
SET_UP = tuple(dict.fromkeys(row.document for row in SETUP))


@dataclass(frozen=True)
class ReportRow:
	"""Whose learners a role finds in a report. `FIGURES` names nobody and leaves small groups out."""

	report: str
	role: str
	learners: str


FIGURES, DOORS, OWN_LOAD = "figures", "doors", "own case load"
REPORTS: tuple[ReportRow, ...] = tuple(
	ReportRow(report, role, learners)
	for report, readers in (
		(
			"Not In Today",
			((MENTOR, OWN_LEARNERS), (MEMBER, OWN_LEARNERS), (COORDINATOR, ALL), (OFFICER, ALL)),
		),
		("Overdue", ((MENTOR, OWN_LEARNERS_OR_TEAM), (MEMBER, OWN_LEARNERS_OR_TEAM), (COORDINATOR, ALL))),
		("Case Load per Mentor", ((MENTOR, OWN_LOAD), (COORDINATOR, FIGURES), (LEADER, FIGURES))),
		("Effect of Interventions", ((COORDINATOR, FIGURES), (ADMINISTRATOR, FIGURES), (LEADER, FIGURES))),
		("Leavers per Cohort", ((COORDINATOR, FIGURES), (LEADER, FIGURES))),
		("Equity View", ((COORDINATOR, FIGURES), (LEADER, FIGURES))),
		("Gateway Health", ((OFFICER, DOORS), (ADMINISTRATOR, DOORS), (INSTALLER, DOORS))),
	)
	for role, learners in readers
)
"""The reports of the workspace; who has no row is refused."""


@dataclass(frozen=True)
class PortalRow:
	"""What somebody without a desk may do in the portal, and on which condition."""

	person: str
	document: str
	action: str
	condition: str


LEARNER, GUARDIAN, PARTNER = "Learner", "Guardian", "Partner"
SELF, OWN_CHILD = "about self", "about own child until it is 18"
REFERRED = "referred to own organisation, consent holds"
PORTAL: tuple[PortalRow, ...] = (
	*(
		PortalRow(person, document, action, condition)
		for person, condition in ((LEARNER, SELF), (GUARDIAN, OWN_CHILD))
		for document, action in (
			("Student Attendance", "see"),
			("Student Attendance", "contest"),
			("Support Plan", "see from Proposed on"),
			("Support Plan", "agree, ask for a change, withdraw"),
			("Consent Record", "see"),
			("Consent Record", "withdraw"),
			("Student Leave Application", "report"),
			("Family Message", "send, and see the answer"),
		)
	),
	PortalRow(LEARNER, "Concern", "ask for help", SELF),
	PortalRow(GUARDIAN, "Guardian", "choose text messages", "own record"),
	PortalRow(PARTNER, "Referral", "see the shared fields", REFERRED),
	PortalRow(PARTNER, "Referral", "reply, close", REFERRED),
	PortalRow(PARTNER, "Stakeholder Agreement", "see", "own organisation is a party"),
	PortalRow(PARTNER, "Stakeholder Agreement", "sign, give feedback", "own organisation is a party"),
)


def rows_of(document: str, roles: Collection[str], action: str) -> tuple[Row, ...]:
	"""The rows that allow somebody with these roles an action on some of the documents of a kind."""
	return tuple(
		row
		for row in (*TABLE, *SETUP)
		if row.document == document and row.role in roles and action in row.actions
	)


def may(document: str, roles: Collection[str], action: str, at: Circumstances) -> bool:
	"""Whether somebody with these roles may do this with one record."""
	return any(holds(row.condition, at) for row in rows_of(document, roles, action))


def holds(condition: str, at: Circumstances) -> bool:
	"""Whether a condition of the table holds for one user and one record."""
	return _HOLDS[condition](at)


def as_markdown(table: tuple[Row, ...] = TABLE) -> str:
	"""The table as it stands in the documentation."""
	lines = ["| role | document | actions | condition |", "| --- | --- | --- | --- |"]
	lines += [
		f"| {row.role} | {row.document} | {', '.join(row.actions)} | {row.condition} |" for row in table
	]
	return "\n".join(lines)


def setup_as_markdown(table: tuple[Row, ...] = SETUP) -> str:
	"""The table of what a school sets up, as it stands in the documentation: its rows have no conditions."""
	lines = ["| role | document | actions |", "| --- | --- | --- |"]
	lines += [f"| {row.role} | {row.document} | {', '.join(row.actions)} |" for row in table]
	return "\n".join(lines)


def reports_as_markdown(table: tuple[ReportRow, ...] = REPORTS) -> str:
	"""The table of reports as it stands in the documentation."""
	lines = ["| report | role | learners |", "| --- | --- | --- |"]
	lines += [f"| {row.report} | {row.role} | {row.learners} |" for row in table]
	return "\n".join(lines)


def portal_as_markdown(table: tuple[PortalRow, ...] = PORTAL) -> str:
	"""The portal's table as it stands in the documentation."""
	lines = ["| person | document | action | condition |", "| --- | --- | --- | --- |"]
	lines += [f"| {row.person} | {row.document} | {row.action} | {row.condition} |" for row in table]
	return "\n".join(lines)


_HOLDS: dict[str, Callable[[Circumstances], bool]] = {
	ALL: lambda at: True,
	OWN: lambda at: at.addressed,
	OWN_TASKS: lambda at: at.addressed,
	OWN_LEARNERS: lambda at: at.own_learner,
	OWN_LEARNERS_OR_TEAM: lambda at: at.own_learner or at.on_team,
	OWN_NOTES: lambda at: at.noted and not at.restricted,
	OWN_LEARNERS_NAMED: lambda at: at.named if at.restricted else at.own_learner or at.named or at.noted,
	ALL_NAMED: lambda at: at.named or not at.restricted,
}

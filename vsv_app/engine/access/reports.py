"""Whose learners a role finds in the reports of the workspace; who has no row is refused."""

from dataclasses import dataclass

from vsv_app.engine.access.conditions import ALL, OWN_LEARNERS, OWN_LEARNERS_OR_TEAM
from vsv_app.engine.access.roles import ADMINISTRATOR, COORDINATOR, INSTALLER, LEADER, MEMBER, MENTOR, OFFICER

FIGURES, DOORS, OWN_LOAD = "figures", "doors", "own case load"


@dataclass(frozen=True)
class ReportRow:
	"""Whose learners a role finds in a report. `FIGURES` names nobody and leaves small groups out."""

	report: str
	role: str
	learners: str


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

"""Every screen of Desk for every role: its lists, forms, new forms, prints, reports, boards and pages; the gate refuses none of it.

The gate knows what Desk asks for by a list. A method that a screen needs and that is not on it shows here.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Response

from tests.browser.conftest import Opener
from vsv_app.engine.access import roles, table
from vsv_app.engine.access.reports import REPORTS

OURS = Path(__file__).parents[2] / "vsv_app/vsv_app/page"
ROLES = (*roles.OURS, roles.TEACHER, roles.SITE)
WORKSPACES = (["Workspaces", "Early Warning"],)
PAGES = tuple([page.parent.name.replace("_", "-")] for page in sorted(OURS.glob("*/*.json")))
OF_EDUCATION = ("Student", "Student Group", "Student Attendance")
REFUSED = 403
SETTLED = """async (route) => {
	await frappe.set_route(...route);
	for (let turn = 0; turn < 40; turn++) {
		await new Promise((done) => setTimeout(done, 25));
		await new Promise((done) => frappe.after_ajax(done));
		if (!document.querySelector('#freeze') && turn > 3) break;
	}
}"""
"""Goes to a screen, and waits until nothing is asked for any more."""


def made(site: ModuleType) -> dict[str, str]:
	"""A record of each kind that has a screen worth a look, by its kind; they are about one learner."""
	from vsv_app.tests import care_factories as care
	from vsv_app.tests import factories

	site.frappe.set_user("Administrator")
	group, (student,) = site.named_learners("Noor Story", date_of_birth=care.ADULT)
	factories.make_bell_schedule(student_group=group)
	partner = care.make_stakeholder()
	agreement = care.make_agreement(partner).name
	record = site.absence(student, group, back=1)
	found = {
		"Student": student,
		"Student Group": group,
		"Student Attendance": record.name,
		"Support Plan": care.make_plan(student, status="Proposed").name,
		"Concern": care.make_concern(student).name,
		"Stakeholder": partner,
		"Stakeholder Agreement": agreement,
		"Consent Record": care.make_consent(student, partner).name,
		"Referral": care.make_referral(student, partner, agreement).name,
		"Care Meeting": care.make_meeting().name,
		"Early Warning Signal": factories.make_signal(student),
		"Student Badge": factories.make_badge(student),
		"Attendance Gateway": factories.make_gateway(),
		"Early Warning Rule": factories.make_rule(),
	}
	return {kind: str(name) for kind, name in found.items()}


def screens(role: str, records: dict[str, str]) -> list[list[str]]:
	"""The ways in Desk that a role has, by the table of rights."""
	found: list[list[str]] = [*WORKSPACES, *PAGES]
	for kind, document in table.BY_KIND.items():
		may = {action for right in document.rights if right.role == role for action in right.actions}
		if "read" in may and kind != "Early Warning Settings":
			found.append(["List", kind, "List"])
			if kind in records:
				found.append(["Form", kind, records[kind]])
		if "report" in may and kind in records:
			found.append(["List", kind, "Report"])
		if "create" in may and kind in records:
			found.append(["Form", kind, f"new-{kind.lower().replace(' ', '-')}-1"])
		if "print" in may and kind in records:
			found.append(["print", kind, records[kind]])
	found += [["query-report", row.report] for row in REPORTS if row.role == role]
	if role in (roles.COORDINATOR, roles.MENTOR):
		found.append(["List", "Support Plan", "Kanban", "Support Plans"])
	if role in (roles.TEACHER, roles.OFFICER):
		found += [["List", kind, "List"] for kind in OF_EDUCATION]
		found += [["Form", kind, records[kind]] for kind in OF_EDUCATION]
	if role == roles.SITE:
		found += [["Form", "Early Warning Settings"], ["permission-manager"], ["Form", "Customize Form"]]
	return found


@pytest.mark.desk
@pytest.mark.parametrize("role", ROLES)
def test_no_screen_is_refused(site: ModuleType, visit: Opener, role: str) -> None:
	records = made(site)
	student = records["Student"]
	user = site.user(role, *([roles.TEACHER] if role == roles.MENTOR else []), name="Somebody Story")
	if role in (roles.MENTOR, roles.MEMBER):
		from vsv_app.tests import factories

		site.frappe.set_user("Administrator")
		factories.make_assignment(user, student=student)
	answers: list[Response] = []
	seen = visit(user, in_a_hurry=True)
	seen.page.on("response", lambda answer: answers.append(answer) if answer.status == REFUSED else None)
	page = seen.go("")
	page.wait_for_function("() => window.frappe?.boot && frappe.router?.current_route !== undefined")
	refused: list[Any] = []
	for screen in screens(role, records):
		answers.clear()
		page.evaluate(SETTLED, screen)
		refused += [
			(screen, answer.url, answer.request.post_data) for answer in answers if _by_the_gate(answer)
		]
	assert refused == []


def _by_the_gate(answer: Response) -> bool:
	return "NotThisWay" in answer.text()

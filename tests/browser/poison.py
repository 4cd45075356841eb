"""A site with one record of each kind of ours, and script wherever somebody could have written it.

Imports Frappe, so it is imported where a bench is known to be there.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import frappe
from frappe.utils import add_days, now_datetime, nowdate

from vsv_app.modules import MODULES
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

SCRIPT = "<img src=x onerror='window.ran=1'>\" onmouseover=\"window.ran=1\" &lt;img src=x onerror='window.ran=1'&gt;"
"""A tag, an attribute, and a tag for who decodes it once more."""
OURS = {"module": ("in", MODULES)}
WRITTEN = ("Data", "Small Text", "Text", "Long Text")
REPORT = ".datatable .dt-row-0, .layout-main-section [style*='50vh']"
"""A report with rows, or what stands there when it has none."""
COPIES = ("Student Group Student", "Student Attendance")
"""Where Education keeps a learner's name once more."""
CODED = {"explanation_words", "epoch", "fingerprint", "rule_code", "source_address"}
"""Not for people to write."""


def poison(site: Any, mentor: str, learner_user: str, partner_user: str) -> dict[str, str]:
	"""One record of each kind, by doctype; with a learner who may sign in, and a partner who was told of the learner."""
	group, (student,) = site.named_learners("Poisoned Learner", date_of_birth=care.ADULT, user=learner_user)
	factories.make_bell_schedule(student_group=group)
	factories.make_assignment(mentor, student_group=group)
	guardian = care.make_guardian(student, mobile_number="+31 6 00000000")
	record = site.absence(student, group)
	_write_names(student, guardian, (mentor, learner_user, partner_user))
	made = {"Student": student, **_learners_records(site, student, record, mentor, partner_user)}
	made.update(_what_the_school_set_up())
	for doctype in [one for one in made if one != "Student"]:
		_write(doctype, made[doctype])
	site.commit()
	return made


def _learners_records(site: Any, student: str, record: Any, mentor: str, partner_user: str) -> dict[str, str]:
	partner = care.make_stakeholder(partner_user)
	agreement = care.make_agreement(partner, "Name", "Question", "Plan Goals")
	consent = care.make_consent(student, partner)
	team = [{"part": "Specialist", "person_name": "_Test", "user": mentor}]
	plan = care.activate(care.make_plan(student, status="Proposed", responsible=mentor, team=team))
	overdue = {"due_on": add_days(nowdate(), -9), "next_review": add_days(nowdate(), -1)}
	frappe.db.set_value("Support Plan", plan.name, "next_review", overdue["next_review"])
	frappe.db.set_value("Support Plan Goal", {"parent": plan.name}, "due_on", overdue["due_on"])
	signal = site.signal(student, "Poisoned Learner", record, mentor)
	reminder = {
		"recipient": mentor,
		"kind": "Review",
		"reference_doctype": "Support Plan",
		"reference_name": plan.name,
	}
	report = {
		"student": student,
		"rule": factories.make_rule(),
		"report_key": "_Test poisoned",
		"due_on": nowdate(),
	}
	meeting = care.make_meeting().name
	return {
		"Support Plan": plan.name,
		"Care Meeting": meeting,
		"Care Meeting Learner": care.put_on_agenda(meeting, student),
		"Care Decision": care.make_decision(student, mentor),
		"Family Invitation": care.make_invitation(student).name,
		"Stakeholder": partner,
		"Stakeholder Agreement": agreement.name,
		"Consent Record": consent.name,
		"Referral": care.make_referral(student, partner, agreement.name).name,
		"Concern": care.make_concern(student).name,
		"Contact Log": care.make_contact(student).name,
		"Family Message": care.make_message(student, sent_on=add_days(nowdate(), -30)).name,
		"Early Warning Signal": signal,
		"Signal Step": f"{factories.make_signal(student)}-1",
		"Early Warning Alert": frappe.db.get_value("Early Warning Alert", {"signal": signal}),
		"Badge Check In": factories.make_check_in(student),
		"Student Badge": factories.make_badge(student),
		"Attendance Hold": _insert(
			"Attendance Hold",
			name="_test-poisoned",
			student=student,
			school_day=nowdate(),
			cause="Few Came In",
			status="Open",
		),
		"Contested Record": _insert("Contested Record", student=student, school_day=nowdate(), words="_Test"),
		"Absence Call": _insert("Absence Call", student=student, school_day=nowdate(), outcome="Not Reached"),
		"Care Reminder": _insert("Care Reminder", reminder_key="_Test poisoned", **reminder),
		"Guardian Text": _insert("Guardian Text", kind="Answer", status="Failed", text_key="_Test poisoned"),
		"Restricted Read": _insert(
			"Restricted Read", user=mentor, reference_doctype="Concern", reference_name="_Test"
		),
		"Learner Circumstance": _insert(
			"Learner Circumstance", student=student, circumstance="Newcomer", purpose="_Test"
		),
		"Statutory Report": _insert("Statutory Report", **report),
		"Mentor Assignment": frappe.db.get_value("Mentor Assignment", {"mentor": mentor}),
	}


def _what_the_school_set_up() -> dict[str, str]:
	gateway = factories.make_gateway(location="_Test", alarm="_Test")
	epoch = frappe.get_doc(
		doctype="Gateway Epoch", name="_test-poisoned", gateway=gateway, epoch="_test-poisoned"
	)
	epoch.db_insert()
	return {
		"Attendance Gateway": gateway,
		"Gateway Epoch": epoch.name,
		"Door Watch": _insert(
			"Door Watch",
			name="_test-poisoned",
			gateway=gateway,
			terminal="door",
			state="reading",
			at=now_datetime(),
		),
		"Set Aside Message": _insert(
			"Set Aside Message", reason="Not Understood", fingerprint="_Test poisoned", gateway=gateway
		),
		"Bell Schedule": factories.make_bell_schedule(),
		"Absence Reason": _insert("Absence Reason", reason="_Test Poisoned"),
		"Intervention Type": care.make_intervention(),
		"Early Warning Rule": factories.make_rule(pack_update="_Test"),
	}


def _insert(doctype: str, **values: Any) -> str:
	return str(frappe.get_doc({"doctype": doctype, **values}).insert(ignore_links=True).name)


def _write_names(student: str, guardian: str, users: Iterable[str]) -> None:
	for doctype in COPIES:
		frappe.db.set_value(doctype, {"student": student}, "student_name", SCRIPT)
	_write("Student", student, "first_name", "student_name")
	_write("Guardian", guardian, "guardian_name")
	for user in users:
		_write("User", user, "first_name", "full_name")


def _write(doctype: str, name: str, *fields: str) -> None:
	"""Into these fields or else each free text of the record and its rows: past its own checks, but kept as each save keeps it."""
	document = frappe.get_doc(doctype, name)
	parts = (document, *document.get_all_children())
	for part in parts:
		for field in part.meta.get("fields", {"fieldtype": ("in", WRITTEN), "options": ("is", "not set")}):
			code = field.unique or field.fieldname in CODED or 0 < field.length < len(SCRIPT)
			if field.fieldname in fields or not (fields or code):
				part.set(field.fieldname, SCRIPT)
	document.run_method("before_validate")
	for part in parts:
		part.db_update()


def screens_of_kinds(made: dict[str, str]) -> Iterator[tuple[str, str]]:
	"""List and form of each kind of ours: the route in Desk, and what is there once it is shown."""
	for doctype in frappe.get_all("DocType", {**OURS, "istable": 0}, ["name", "issingle"], order_by="name"):
		if not doctype.issingle:
			yield f"{_slug(doctype.name)}/view/list", ".list-row"
		yield "/".join(filter(None, (_slug(doctype.name), made.get(doctype.name)))), ".form-page"


def other_screens(made: dict[str, str]) -> Iterator[tuple[str, str]]:
	"""Board, reports, Kanban, calendar, and the learner's form with what hangs on it."""
	for page in frappe.get_all("Page", OURS, pluck="name"):
		yield (
			page,
			"mentor-board .card"
			if page == "mentor-board"
			else f"#page-{page} .layout-main-section :is(button, p, h2, h3)",
		)
	for report in frappe.get_all("Report", OURS, pluck="name", order_by="name"):
		yield f"query-report/{report}", REPORT
	for board in frappe.get_all("Kanban Board", {"reference_doctype": "Support Plan"}, pluck="name"):
		yield f"support-plan/view/kanban/{board}", ".kanban-card-wrapper"
	yield "support-plan/view/calendar/default", ".fc-view"
	yield f"student/{made['Student']}", ".form-page"


def prints(made: dict[str, str]) -> Iterator[str]:
	for format_ in frappe.get_all("Print Format", OURS, ["name", "doc_type"]):
		yield f"/printview?doctype={format_.doc_type}&name={made[format_.doc_type]}&format={format_.name}"


def _slug(doctype: str) -> str:
	return doctype.lower().replace(" ", "-")

"""Records of care for tests on a site: plans, partners, consent. Each sets what the caller did not."""

from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import add_days, getdate, nowdate

from vsv_app.tests import factories

ADULT = date(1990, 1, 1)


def child_born() -> date:
	"""A date of birth that makes somebody twelve."""
	today = getdate(nowdate())
	return date(today.year - 12, 1, 1)


def make_learner(**data: Any) -> tuple[str, str]:
	"""(group, learner) of a group of one; `date_of_birth` and `user` as given."""
	group, (student,) = factories.make_group(1)
	if data:
		frappe.db.set_value("Student", student, data)
	return group, student


def make_portal_user() -> str:
	"""A user without a desk, who reads English whatever the site's language is."""
	email = f"_test-{frappe.generate_hash(length=8)}@family.example"
	user = frappe.get_doc(
		doctype="User",
		email=email,
		first_name=email.split("@")[0],
		user_type="Website User",
		language="en",
		send_welcome_email=0,
	)
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)
	return email


def make_guardian(student: str, **data: Any) -> str:
	"""A guardian of a learner, written as rows; `user` as given."""
	name = f"_Test Guardian {frappe.generate_hash(length=6)}"
	guardian = frappe.get_doc({"doctype": "Guardian", "guardian_name": name, **data}).insert()
	frappe.get_doc(
		doctype="Student Guardian",
		parent=student,
		parenttype="Student",
		parentfield="guardians",
		guardian=guardian.name,
		guardian_name=name,
		relation="Mother",
	).db_insert()
	return guardian.name


def make_intervention() -> str:
	name = "_Test Talks"
	if not frappe.db.exists("Intervention Type", name):
		frappe.get_doc(doctype="Intervention Type", intervention=name).insert()
	return name


def goal(**data: Any) -> dict[str, Any]:
	return {
		"what": "Come on time",
		"measure": "times late in four school weeks",
		"baseline": 6,
		"target": 1,
		"due_on": add_days(nowdate(), 60),
		**data,
	}


def make_plan(student: str, **data: Any) -> Any:
	"""A draft that lacks nothing to be proposed; with `status` Proposed it is proposed."""
	proposed = data.pop("status", "Draft") == "Proposed"
	responsible = data.pop("responsible", frappe.session.user)
	values = {
		"student": student,
		"cause": "Late since the move to another town",
		"responsible": responsible,
		"starts_on": nowdate(),
		"next_review": add_days(nowdate(), 28),
		"goals": [goal()],
		"actions": [
			{
				"what": "A talk a week",
				"who": responsible,
				"intervention_type": make_intervention(),
				"to_date": add_days(nowdate(), 60),
			}
		],
		**data,
	}
	plan = frappe.get_doc({"doctype": "Support Plan", **values}).insert()
	if proposed:
		plan.status = "Proposed"
		plan.save()
	return plan


def agree(plan: Any, party: str, **data: Any) -> None:
	"""Record what somebody said about a plan."""
	plan.append("agreements", {"party": party, "person_name": f"_Test {party}", "how": "In Person", **data})
	plan.save()


def activate(plan: Any) -> Any:
	"""Everybody agrees with a proposed plan, and it begins."""
	for party in (plan.needed_party, "School"):
		agree(plan, party)
	plan.status = "Active"
	plan.save()
	return plan


def make_stakeholder(*users: str) -> str:
	name = f"_Test Youth Work {frappe.generate_hash(length=6)}"
	frappe.get_doc(
		doctype="Stakeholder",
		stakeholder_name=name,
		kind="Youth Work",
		contacts=[{"person_name": user.split("@")[0], "user": user} for user in users],
	).insert()
	return name


def make_agreement(stakeholder: str, *fields: str, active: bool = True) -> Any:
	"""An agreement with one partner that allows these fields; signed by all and active unless asked otherwise."""
	agreement = frappe.get_doc(
		doctype="Stakeholder Agreement",
		title=f"_Test Agreement {frappe.generate_hash(length=6)}",
		common_goals="Nobody leaves without a next step",
		contact_point="desk@school.example",
		starts_on=nowdate(),
		ends_on=add_days(nowdate(), 365),
		parties=[
			{"role": "Coordinates", "responsibilities": "Refers within five school days"},
			{"stakeholder": stakeholder, "responsibilities": "Replies within five days"},
		],
		shared=[{"field": field, "ground": "Consent"} for field in fields or ("Name", "Question")],
	).insert()
	if active:
		agreement.status = "Under Discussion"
		agreement.append("signatures", {"person_name": "Head"})
		agreement.append("signatures", {"stakeholder": stakeholder, "person_name": "Their head"})
		agreement.save()
		for status in ("Signed", "Active"):
			agreement.status = status
			agreement.save()
	return agreement


def make_consent(student: str, stakeholder: str, *fields: str, **data: Any) -> Any:
	"""A consent of a learner of age, unless `given_by` says otherwise."""
	values = {
		"given_by": "Learner",
		"person_name": student,
		"purpose": "Find a place",
		"since": nowdate(),
		**data,
	}
	return frappe.get_doc(
		{
			"doctype": "Consent Record",
			"student": student,
			"stakeholder": stakeholder,
			"fields_shown": [{"field": field} for field in fields or ("Name", "Question")],
			**values,
		}
	).insert()


def make_referral(student: str, stakeholder: str, agreement: str, *fields: str, sent: bool = True) -> Any:
	referral = frappe.get_doc(
		doctype="Referral",
		student=student,
		stakeholder=stakeholder,
		agreement=agreement,
		question=f"Is there a place in the evening group? ({frappe.generate_hash(length=6)})",
		fields_shown=[{"field": field} for field in fields or ("Name", "Question")],
	).insert()
	if sent:
		referral.status = "Sent"
		referral.save()
	return referral


def make_draft_referral(student: str, stakeholder: str, agreement: str, *fields: str) -> Any:
	"""A referral about which the family can be asked."""
	referral = make_referral(student, stakeholder, agreement, *fields, sent=False)
	referral.purpose = "So that there is somebody to talk to after school"
	return referral.save()


def make_leave(student: str, day: str) -> Any:
	"""A report of an absence that somebody looks at."""
	return frappe.get_doc(
		doctype="Student Leave Application",
		student=student,
		from_date=day,
		to_date=day,
		attendance_based_on="Student Group",
		student_group=frappe.db.get_value("Student Group Student", {"student": student}, "parent"),
		reason="Ill",
	).insert()


def make_invitation(student: str, **data: Any) -> Any:
	"""An invitation of a learner by letter, without a code yet."""
	invitation = frappe.get_doc(
		{"doctype": "Family Invitation", "kind": "Learner", "person_name": student, "student": student, "how": "Letter", "language": "en", **data}
	)  # fmt: skip
	invitation.flags.by_the_app = True
	return invitation.insert()


def make_concern(student: str, **data: Any) -> Any:
	values = {"kind": "Motivation", "what": "Does not see why to go on", **data}
	return frappe.get_doc({"doctype": "Concern", "student": student, **values}).insert()


def make_contact(student: str, **data: Any) -> Any:
	values = {"contact_by": frappe.session.user, "contact_on": frappe.utils.now_datetime(), **data}
	return frappe.get_doc({"doctype": "Contact Log", "student": student, **values}).insert()


def make_message(student: str, **data: Any) -> Any:
	values = {"kind": "Feedback", "message": "Thank you", "sent_on": frappe.utils.now_datetime(), **data}
	return frappe.get_doc({"doctype": "Family Message", "student": student, **values}).insert()


def make_meeting(*people: dict[str, Any], **data: Any) -> Any:
	"""A care meeting today, with these people."""
	values = {"meeting_on": nowdate(), "people": [{"person_name": "_Test Chair"}, *people], **data}
	return frappe.get_doc({"doctype": "Care Meeting", **values}).insert()


def put_on_agenda(meeting: str, student: str) -> str:
	values = {
		"meeting": meeting,
		"student": student,
		"added_by": frappe.session.user,
		"meeting_on": nowdate(),
	}
	return str(frappe.get_doc({"doctype": "Care Meeting Learner", **values}).insert().name)


def make_decision(student: str, who: str, **data: Any) -> str:
	values = {
		"student": student,
		"who": who,
		"what": "Call home",
		"due_on": add_days(nowdate(), 7),
		"status": "Open",
	}
	return str(
		frappe.get_doc({"doctype": "Care Decision", "decided_on": nowdate(), **values, **data}).insert().name
	)


def yesterday() -> date:
	return getdate(nowdate()) - timedelta(days=1)

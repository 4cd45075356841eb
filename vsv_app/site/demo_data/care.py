"""What people at the made-up school do about signals, by the same steps that they take on their screens."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe import _, _lt
from frappe.utils import add_days, nowdate

from vsv_app.api.portal import family
from vsv_app.engine.care import plans
from vsv_app.engine.partners import agreements, referrals
from vsv_app.engine.signals import signal_lifecycle
from vsv_app.services.care import contacts
from vsv_app.services.care import plans as started
from vsv_app.services.care.meetings import decisions
from vsv_app.site.demo_data.made import Made
from vsv_app.site.demo_data.people import COORDINATOR, PARTNER, DemoLearner, Founded
from vsv_app.stores.queries.care import care_meetings
from vsv_app.stores.queries.care.care_meetings import Meeting

YOUTH_WORK, MUNICIPALITY, COMPANY = "Demo Youth Work", "Demo Municipality", "Demo Bicycle Company"
PARTNERS = (
	(YOUTH_WORK, "Youth Work", _lt("A group that meets twice a week; a youth worker who visits at home")),
	(
		MUNICIPALITY,
		"Municipality",
		_lt("Compulsory-education officer, debt advice, language lessons for parents"),
	),
	(COMPANY, "Company", _lt("Two placements a term in the workshop")),
)
SHOWN = ("Name", "Group", "Attendance Summary", "Question")
PLANS_BEGAN = timedelta(weeks=3)
REVIEW_IN_DAYS = (2, 9, 14, 5, 21, 1, 7, 12, 3, 16, 28)
"""When each plan is looked at next."""
OVERDUE_BY_DAYS = 2
TALKS = (
	(
		"In Person",
		_lt("Says that getting up is hard since the family moved; takes an earlier bus from Monday."),
	),
	("Phone Call", _lt("Called home together; the mother did not know about the lessons missed.")),
	("In Person", _lt("Wants to change course, does not see why to go on with maths.")),
	("Home Visit", _lt("The family works early shifts; an aunt will see the children off.")),
	("Message", _lt("Answered that all is well; a talk is set for Thursday.")),
)
MEETS_EACH_DAYS = 14
DECIDED = (
	(
		_lt("Visit the family together with the youth worker."),
		_lt("We were there on Tuesday; an aunt helps in the mornings."),
	),
	(_lt("Ask the teachers how the lessons after lunch go."), ""),
)
"""What the last care meeting decided, and what came of it."""
CONCERNS = (
	("Motivation", "Watch", _lt("Sits at the back and hands in nothing since the autumn break.")),
	("Distress", "Concern", _lt("Was in tears twice this week and does not say why.")),
	("Positive", "Info", _lt("Leads the rehearsals of the school play, and is on time on those days.")),
	("Home", "Watch", _lt("Looks after two younger brothers in the mornings.")),
	("Bullying", "Urgent", _lt("Shows messages of a group chat in which others make fun of her.")),
	("Learning Difficulty", "Watch", _lt("Reads slowly; a test for dyslexia was never made.")),
)


def live(made: Made, founded: Founded, now: datetime) -> None:
	"""Concerns, talks, partners, and a plan in each of its states; `now` is naive, the school's own.

	Everybody writes in the current language.
	"""
	mentors, people = founded.school.groups, founded.accounts
	for learner, concern in zip(people, CONCERNS, strict=False):
		_note(learner, mentors[learner.group], *concern)
	plans_made = [
		plan
		for learner, lead_to, review in zip(people, _STATES, REVIEW_IN_DAYS, strict=False)
		if (plan := _plan(made, learner, mentors[learner.group], lead_to, add_days(nowdate(), review), now))
	]
	# One review was forgotten; at a real school time passes by itself.
	frappe.db.set_value(
		"Support Plan", plans_made[0].name, "next_review", add_days(nowdate(), -OVERDUE_BY_DAYS)
	)
	_talk(made, founded, now)
	agreement = _partners(made)
	for learner in people[:2]:
		_refer(learner, agreement, mentors[learner.group])
	_families_write(people, plans_made)
	_meet(made, people, mentors, now)


def _note(learner: DemoLearner, mentor: str, kind: str, severity: str, what: str) -> None:
	with _as(mentor):
		_document("Concern", student=learner.student, kind=kind, severity=severity, what=str(what)).insert(
			ignore_permissions=True
		)


def _plan(
	made: Made,
	learner: DemoLearner,
	mentor: str,
	lead_to: Callable[[Any, DemoLearner], None],
	review: str,
	now: datetime,
) -> Any:
	"""A plan that the mentor starts from the learner's signals, led to one state; None where nothing stands."""
	named = {"student": learner.student, "status": ("in", signal_lifecycle.STANDING)}
	standing = frappe.get_all("Early Warning Signal", named, pluck="name")
	if not standing:
		return None
	with _as(mentor):
		begun = started.start(
			made.store,
			learner.student,
			learner.name,
			mentor,
			now - PLANS_BEGAN,
			standing,
			frappe.local.lang,
			_,
		)
		plan = frappe.get_doc("Support Plan", begun["plan"])
		plan.update({"strengths": _("Helps others; is good with his hands."), "next_review": review})
		if not plan.goals:
			plan.append("goals", _goal())
		plan.extend("actions", _actions(mentor))
		plan.extend("team", _team(learner, mentor))
		_save(plan)
		lead_to(plan, learner)
	return plan


def _goal() -> dict[str, Any]:
	return {
		"what": _("At school at the first bell"), "measure": _("days late in four school weeks"),
		"baseline": 6, "target": 1, "due_on": add_days(nowdate(), 30),
	}  # fmt: skip


def _actions(mentor: str) -> list[dict[str, Any]]:
	kinds = frappe.get_all("Intervention Type", {"enabled": 1}, pluck="name", order_by="name", limit=2)
	first, second = [*kinds, None, None][:2]
	ends = add_days(nowdate(), 30)
	return [
		{
			"what": _("A talk of ten minutes on Monday morning"), "intervention_type": first, "how_often": _("each week"),
			"who": mentor, "to_date": ends, "status": "Under Way",
		},
		{
			"what": _("Homework together in the library"), "intervention_type": second, "how_often": _("twice a week"),
			"who_else": _("Older learners"), "to_date": ends,
		},
	]  # fmt: skip


def _team(learner: DemoLearner, mentor: str) -> list[dict[str, Any]]:
	return [
		{"part": "Learner", "person_name": learner.name, "user": learner.email},
		{"part": "Guardian", "person_name": learner.guardian_name, "user": learner.guardian_email},
		{"part": "Mentor", "person_name": frappe.utils.get_fullname(mentor), "user": mentor},
	]


def _draft(_plan: Any, _learner: DemoLearner) -> None:
	"""As the mentor left it."""


def _proposed(plan: Any, _learner: DemoLearner) -> None:
	plan.status = plans.PROPOSED
	_save(plan)


def _school_agreed(plan: Any, learner: DemoLearner) -> None:
	_proposed(plan, learner)
	plan.append("agreements", _said(plans.SCHOOL, frappe.utils.get_fullname(frappe.session.user)))
	_save(plan)


def _agreed(plan: Any, learner: DemoLearner) -> None:
	_school_agreed(plan, learner)
	of_age = plan.needed_party == plans.LEARNER
	with _as(learner.email if of_age else learner.guardian_email):
		family.decide(plan.name, plans.AGREES, plan.version)
	plan.reload()


def _active(plan: Any, learner: DemoLearner) -> None:
	_agreed(plan, learner)
	plan.status = plans.ACTIVE
	_save(plan)


def _in_review(plan: Any, learner: DemoLearner) -> None:
	_active(plan, learner)
	plan.status = plans.IN_REVIEW
	_save(plan)


def _goals_met(plan: Any, learner: DemoLearner) -> None:
	_in_review(plan, learner)
	for goal in plan.goals:
		goal.status = plans.MET
	_close(plan, plans.GOALS_MET, _("Four weeks without an absence that nobody knew of."))


def _elsewhere(plan: Any, learner: DemoLearner) -> None:
	_active(plan, learner)
	_close(plan, plans.ELSEWHERE, _("Goes on at the school of the town that the family moved to."))


def _close(plan: Any, outcome: str, reason: str) -> None:
	moved = {
		"reviewed_on": nowdate(),
		"present": _("All of us"),
		"what_moved": reason,
		"decision": plans.CLOSE,
	}
	plan.append("reviews", moved)
	plan.update({"outcome": outcome, "closing_reason": reason, "status": plans.CLOSED})
	_save(plan)


_STATES = (
	_active, _active, _proposed, _school_agreed, _draft, _in_review, _goals_met, _agreed, _active, _elsewhere, _proposed,
)  # fmt: skip


def _said(party: str, name: str) -> dict[str, Any]:
	return {"party": party, "person_name": name, "decision": plans.AGREES, "how": "In Person"}


def _talk(made: Made, founded: Founded, now: datetime) -> None:
	"""Mentors have spoken with some of the learners about whom a signal was acknowledged."""
	acknowledged = frappe.get_all(
		"Early Warning Signal",
		{"student": ("in", made.names["Student"]), "status": signal_lifecycle.ACKNOWLEDGED},
		["name", "student", "student_name", "student_group"],
		order_by="raised_on, name",
		limit=40,
	)
	for number, signal in enumerate(acknowledged):
		channel, note = TALKS[number % len(TALKS)]
		mentor = founded.school.groups[signal.student_group]
		at = now - timedelta(days=number % 12, hours=number % 5)
		contacts.log_talk(
			made.store, signal.student, signal.student_name, mentor, at, channel=channel, note=str(note), signal=signal.name
		)  # fmt: skip


def _meet(made: Made, people: Sequence[DemoLearner], mentors: dict[str, str], now: datetime) -> None:
	"""The care team met last week, and meets again in two days: one decision is done, one still waits."""
	last, coming = (_meeting(made, (now + timedelta(days=days)).date()) for days in (-MEETS_EACH_DAYS + 2, 2))
	then = now - timedelta(days=MEETS_EACH_DAYS - 2)
	for learner, (what, answer) in zip(people[4:], DECIDED, strict=False):
		mentor = mentors[learner.group]
		name = decisions.decide(
			made.store, last, learner.student, learner.name, COORDINATOR, then,
			what=str(what), who=mentor, due=(now + timedelta(days=1)).date(),
		)  # fmt: skip
		decisions.conclude(
			made.store, last, learner.student, learner.name, learner.group, then, note=_("We look again next time.")
		)  # fmt: skip
		if answer:
			decisions.answer(made.store, name, mentor, now, done=True, words=str(answer))
	decisions.hold(made.store, last, now)
	asked = people[-1]
	decisions.put_on(made.store, coming, asked.student, asked.name, mentors[asked.group], now)


def _meeting(made: Made, on: date) -> Meeting:
	with _as(COORDINATOR):
		there = [{"user": COORDINATOR}, {"user": PARTNER}]
		values = {"meeting_on": on, "starts_at": "14:00", "place": _("Room 12"), "chair": COORDINATOR}
		name = made.document("Care Meeting", values, people=there)
	(found,) = filter(None, [care_meetings.meeting(made.store, name)])
	return found


def _partners(made: Made) -> str:
	"""Three partners; the agreement with the first is signed and active, the one with the second under discussion."""
	for name, kind, offers in PARTNERS:
		contacts_of = [{"person_name": "Robin Partner", "task": "Coordinator", "user": PARTNER}]
		made.document(
			"Stakeholder",
			{"stakeholder_name": name, "kind": kind, "enabled": 1, "offers": str(offers)},
			contacts=contacts_of if name == YOUTH_WORK else [],
		)
	with _as(COORDINATOR):
		active, discussed = _agreement(made, YOUTH_WORK), _agreement(made, MUNICIPALITY)
		for agreement in (active, discussed):
			agreement.status = agreements.UNDER_DISCUSSION
			_save(agreement)
		active.append("signatures", {"person_name": _("Head of the school")})
		active.append("signatures", {"stakeholder": YOUTH_WORK, "person_name": "Robin Partner"})
		_save(active)
		for status in (agreements.SIGNED, agreements.ACTIVE):
			active.status = status
			_save(active)
	return str(active.name)


def _agreement(made: Made, partner: str) -> Any:
	name = made.document(
		"Stakeholder Agreement",
		{
			"title": _("Working together with {0}").format(partner),
			"common_goals": _("No learner leaves without a next step; whoever is away for two weeks is visited."),
			"contact_point": COORDINATOR, "starts_on": nowdate(), "ends_on": add_days(nowdate(), 365),
			"review_months": 6,
		},
		parties=[
			{"role": _("Coordinates"), "responsibilities": _("Refers within five school days, and names one person to call.")},
			{
				"stakeholder": partner, "role": _("Guides outside school"),
				"responsibilities": _("Replies within five school days, and says what came of it."),
			},
		],
		shared=[{"field": field, "ground": "Consent", "purpose": _("To find a place")} for field in SHOWN],
	)  # fmt: skip
	return frappe.get_doc("Stakeholder Agreement", name)


def _refer(learner: DemoLearner, agreement: str, mentor: str) -> None:
	of_age = plans.needed_parties(_age(learner), _consent_age())[0] == plans.LEARNER
	giver = {"given_by": "Learner", "person_name": learner.name}
	if not of_age:
		giver = {"given_by": "Guardian", "person_name": learner.guardian_name, "guardian": learner.guardian}
	fields = [{"field": field} for field in SHOWN]
	with _as(mentor):
		_document(
			"Consent Record", student=learner.student, stakeholder=YOUTH_WORK, since=nowdate(), how="In Person",
			fields_shown=fields, purpose=_("To find a place in the evening group"), **giver,
		).insert(ignore_permissions=True)  # fmt: skip
		referral = _document(
			"Referral", student=learner.student, stakeholder=YOUTH_WORK, agreement=agreement, fields_shown=fields,
			question=_("Is there a place in the evening group, from next week on?"),
		).insert(ignore_permissions=True)  # fmt: skip
		referral.status = referrals.SENT
		_save(referral)


def _families_write(people: Sequence[DemoLearner], plans_made: Sequence[Any]) -> None:
	first, second, third = people[:3]
	with _as(first.guardian_email):
		family.send_message(first.student, _("Thank you for calling. Mornings go better now."))
	with _as(second.guardian_email):
		family.send_message(second.student, _("At which hour can I reach the mentor?"), kind="Question")
	record = frappe.db.get_value(
		"Student Attendance", {"student": third.student, "status": "Absent"}, order_by="date desc"
	)
	if record:
		with _as(third.guardian_email):
			family.contest(record, _("She was at the dentist, I had called the desk."))


def _age(learner: DemoLearner) -> int:
	return plans.age_on(learner.born, frappe.utils.getdate(nowdate()))


def _consent_age() -> int:
	return int(frappe.db.get_single_value("Early Warning Settings", "consent_age") or 0)


def _document(doctype: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": doctype, **values})


def _save(document: Any) -> None:
	document.save(
		ignore_permissions=True
	)  # the command acts as the person; the person's rights are the tests' matter


@contextmanager
def _as(user: str) -> Iterator[None]:
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)

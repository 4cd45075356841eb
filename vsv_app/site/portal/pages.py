"""What the portal shows: to a learner or guardian about one learner, to a partner about what was referred."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, formatdate, getdate, nowdate

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care import plans
from vsv_app.engine.care.goals import in_words
from vsv_app.engine.care.plan_words import for_reader
from vsv_app.engine.care.plans import LEARNER, needed_parties
from vsv_app.engine.partners import agreements, referrals
from vsv_app.services import mentors
from vsv_app.services.care import mentor_board
from vsv_app.site import learners
from vsv_app.site.documents.refusals import word
from vsv_app.site.portal import absences, people
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar

ATTENDANCE_DAYS = 120
LANGUAGE = "en"
TRANSLATIONS = Path(__file__).parents[2] / "translations"
SHOWN_FROM = (plans.PROPOSED, plans.AGREED, plans.ACTIVE, plans.IN_REVIEW, plans.CLOSED)


class Words(str):
	"""A text in parts, each with its language where that is not the reader's: `parts` is for a page, the text itself for everything else."""

	parts: tuple[tuple[str, str], ...]

	def __new__(cls, parts: Iterable[tuple[str, str]]) -> "Words":
		some = tuple(parts)
		made = super().__new__(cls, "; ".join(text for text, _language in some))
		made.parts = some
		return made


def family() -> list[dict[str, Any]]:
	"""Everything about the learners of the current user, who is one of them or their guardian."""
	days = calendar.load(FrappeStore())
	return [
		{
			"student": student,
			"name": frappe.db.get_value("Student", student, "student_name") or student,
			"capacity": as_what,
			"mentors": mentors_of(student),
			"year": year(student, days),
			"attendance": attendance(student),
			"reported": absences.reported(student, days),
			"first_day": absences.next_school_day(student, days),
			"plans": plans_of(student, as_what),
			"asked": asked(student, as_what),
			"referred": referred(student),
			"consents": consents(student),
			"messages": messages(student),
			"help": help_asked(student) if as_what == LEARNER else [],
		}
		for student, as_what in people.learners_of(frappe.session.user).items()
	]


def telephone() -> str:
	"""The school's number, as somebody calls it."""
	return frappe.db.get_single_value("Early Warning Settings", "school_phone") or ""


def mentors_of(student: str) -> list[str]:
	"""The names of who has a task with a learner today."""
	users = mentors.load(FrappeStore(), getdate(nowdate()), [student]).of(student)
	return [frappe.utils.get_fullname(user) for user in users]


def asked(student: str, as_what: str) -> list[dict[str, Any]]:
	"""What the school asks the family to let a partner see; `mine`: it is for this person to say."""
	wanted = needed_parties(learners.age(student), learners.consent_age())[0]
	names = frappe.get_all(
		"Referral",
		{"student": student, "status": referrals.DRAFT, "consent_status": referrals.ASKED},
		pluck="name",
		order_by="consent_asked_on",
	)
	found = []
	for name in names:
		referral = frappe.get_doc("Referral", name)
		found.append(
			{
				"name": name,
				"stakeholder": referral.stakeholder,
				"kind": _(frappe.db.get_value("Stakeholder", referral.stakeholder, "kind") or ""),
				"purpose": _marked(
					referral.purpose, _spoken_by(referral.consent_asked_by or referral.referred_by)
				),
				"fields": [_(row.field) for row in referral.fields_shown],
				"by": frappe.utils.get_fullname(referral.consent_asked_by or referral.referred_by),
				"asked_on": str(referral.consent_asked_on),
				"mine": as_what == wanted,
				"wanted": _(wanted),
			}
		)
	return found


def referred(student: str) -> list[dict[str, Any]]:
	"""What the school asked of partners and what became of it; a partner's own words where the partner lets the family read them."""
	rows = frappe.get_all(
		"Referral",
		{"student": student, "sent_on": ("is", "set")},
		["stakeholder", "status", "sent_on", "replied_on", "closed_on", "reply", "result", "family_may_read"],
		order_by="sent_on desc",
	)
	return [
		{
			"stakeholder": row.stakeholder,
			"status": _(_REFERRED[row.status]),
			"on": _date(row.closed_on or row.replied_on or row.sent_on),
			"words": "\n".join(filter(None, (row.reply, row.result))) if row.family_may_read else "",
		}
		for row in rows
	]


def help_asked(student: str) -> list[dict[str, Any]]:
	"""What the learner asked for help with, who has it in hand, and what was answered."""
	rows = frappe.get_all(
		"Concern",
		{"student": student, "from_learner": 1, "noted_by": frappe.session.user},
		["what", "noted_on", "status", "responsible", "answer", "answered_on", "answered_by"],
		order_by="noted_on desc",
	)
	return [
		{
			"what": row.what,
			"on": _date(row.noted_on),
			"in_hand": frappe.utils.get_fullname(row.responsible) if row.responsible else "",
			"taken_up": row.status != "Open",
			"closed": row.status == "Closed",
			"answer": row.answer,
			"answered": f"{frappe.utils.get_fullname(row.answered_by)}, {_date(row.answered_on)}"
			if row.answer
			else "",
		}
		for row in rows
	]


def text_messages() -> dict[str, Any] | None:
	"""Whether the current user, a guardian, gets text messages and to which number; None for who is no guardian."""
	own = frappe.get_all("Guardian", {"user": frappe.session.user}, ["mobile_number", "vsv_text_messages"])
	if not own:
		return None
	number = next((guardian.mobile_number for guardian in own if guardian.mobile_number), "")
	return {"wanted": any(guardian.vsv_text_messages for guardian in own), "number": number}


def year(student: str, days: SchoolCalendar) -> dict[str, int]:
	"""School days of this school year so far, on how many the learner was there all day, and the same in percent."""
	found = mentor_board.year_of(FrappeStore(), student, getdate(nowdate()), days)
	kinds = [day["kind"] for day in found]
	present = kinds.count("present")
	return {"days": len(kinds), "present": present, "percent": round(100 * present / (len(kinds) or 1))}


def attendance(student: str) -> list[dict[str, Any]]:
	"""The latest records that are not simply present and on time, the newest first."""
	fields = [
		"name",
		"date",
		"status",
		"vsv_minutes_late",
		"vsv_minutes_missed",
		"vsv_excused",
		"vsv_reason",
		"vsv_contested",
	]
	filters = {"student": student, "docstatus": 1, "date": (">=", add_days(nowdate(), -ATTENDANCE_DAYS))}
	rows = frappe.get_all("Student Attendance", filters, fields, order_by="date desc")
	asked = _contested(student)
	return [
		{
			"record": row.name,
			"date": formatdate(row.date, "EEEE d MMMM"),
			"fact": _fact(row),
			"contested": bool(row.vsv_contested),
			"mine": next((one for one in asked.get(row.name, ()) if one["open"]), None),
			"answers": asked.get(row.name, []),
		}
		for row in rows
		if row.status != "Present" or row.vsv_minutes_late or row.vsv_minutes_missed or row.name in asked
	]


def _contested(student: str) -> dict[str, list[dict[str, Any]]]:
	"""What the current user contested of a learner's records, with the answers, by record."""
	found: dict[str, list[dict[str, Any]]] = {}
	for row in frappe.get_all(
		"Contested Record",
		{"student": student, "contested_by": frappe.session.user, "status": ("!=", "Withdrawn")},
		["name", "attendance", "status", "words", "answer", "answered_on"],
		order_by="contested_on desc",
	):
		answer = {
			"Kept": _("The school looked at it: the record stays."),
			"Corrected": _("The school has corrected the record."),
		}.get(row.status, "")
		one = {
			"name": row.name,
			"open": row.status == "Open",
			"words": row.words or "",
			"said": answer,
			"answer": row.answer or "",
			"on": _date(row.answered_on) if answer else "",
		}
		found.setdefault(row.attendance, []).append(one)
	return found


def plans_of(student: str, as_what: str) -> list[dict[str, Any]]:
	"""The learner's plans from Proposed on, the newest first, and what this person is asked."""
	names = frappe.get_all(
		"Support Plan",
		{"student": student, "status": ("in", SHOWN_FROM)},
		pluck="name",
		order_by="creation desc",
	)
	return [_plan(frappe.get_doc("Support Plan", name), as_what) for name in names]


def consents(student: str) -> list[dict[str, Any]]:
	names = frappe.get_all("Consent Record", {"student": student}, pluck="name", order_by="creation desc")
	found = []
	for name in names:
		consent = frappe.get_doc("Consent Record", name)
		found.append(
			{
				"name": name,
				"stakeholder": consent.stakeholder,
				"fields": [_(row.field) for row in consent.fields_shown],
				"purpose": _marked(consent.purpose, _explained_in(consent)),
				"language": consent.language or "",
				"since": _date(consent.since),
				"holds": consent.facts().holds(getdate(nowdate())),
				"withdrawn": bool(consent.withdrawn_on),
			}
		)
	return found


def _explained_in(consent: Any) -> str:
	"""The language of what a consent is for: of who asked on the page, else in which it was explained."""
	if consent.how != "Portal":
		return consent.language or ""
	same = {"student": consent.student, "stakeholder": consent.stakeholder, "purpose": consent.purpose}
	who = ["consent_asked_by", "referred_by"]
	asked = frappe.db.get_value("Referral", same, who, order_by="creation desc")
	return _spoken_by(asked[0] or asked[1]) if asked else ""


def messages(student: str) -> list[dict[str, Any]]:
	"""What the current user wrote about a learner, with the answers."""
	rows = frappe.get_all(
		"Family Message",
		{"student": student, "sent_by": frappe.session.user},
		["kind", "message", "sent_on", "answer", "answered_on", "status"],
		order_by="sent_on desc",
	)
	return [
		{**row, "sent_on": _date(row.sent_on), "kind": _(row.kind), "settled": row.status == "Answered"}
		for row in rows
	]


def partner() -> list[dict[str, Any]]:
	"""For each organisation of the current user: what was referred to it, and the agreements that it is a party of."""
	return [
		{
			"name": organisation,
			"referrals": _referrals(organisation),
			"agreements": _agreements(organisation),
		}
		for organisation in people.organisations_of(frappe.session.user)
	]


def shared(referral: Any) -> dict[str, Any]:
	"""What a partner sees of a learner now: text by field, in the order of the list of fields."""
	return fields_of(referral, referral.shown())


def fields_of(about: Any, shown: Collection[str]) -> dict[str, Any]:
	"""Fields of a learner as a partner reads them; `about` has the student, and a plan and a question where there are."""
	return {_(field): text(about) for field, text in _TEXT.items() if field in shown}


def languages() -> dict[str, str]:
	"""Name in itself by code, of the languages that the portal is translated into; a file more is a language more."""
	codes = {LANGUAGE, *(path.stem for path in TRANSLATIONS.glob("*.csv"))}
	rows = frappe.get_all(
		"Language", {"name": ("in", codes)}, ["name", "language_name"], order_by="language_name"
	)
	return {row.name: row.language_name for row in rows}


def language() -> str:
	"""The language that the page is in."""
	spoken = frappe.local.lang or LANGUAGE
	return spoken if spoken in languages() else spoken.split("-")[0]


_REFERRED = {
	referrals.SENT: "The school asked; there is no answer yet.",
	referrals.ACCEPTED: "They take it on.",
	referrals.DECLINED: "They do not take it on. The school looks for another way.",
	referrals.CLOSED: "It is finished.",
	referrals.WITHDRAWN: "It was taken back. They see nothing any more.",
}


def _date(value: Any) -> str:
	"""With the month in words, in the reader's language."""
	return formatdate(value, "d MMMM yyyy")


def _value(goal: Any, value: float) -> str:
	"""A goal's value in people's words, with the unit where it is an indicator's; a third language has it in its file."""
	number, _space, unit = in_words(
		goal.indicator or "", value or 0, frappe.local.lang or LANGUAGE
	).partition(" ")
	return f"{number} {_(unit)}" if unit else number


def _fact(row: Any) -> str:
	if row.status == "Leave":
		return _("Leave")
	if row.status == "Absent":
		if row.vsv_excused == "Excused":
			return _("Absent, reason known")
		return _("Absent, reason not known")
	if not row.vsv_minutes_missed and not row.vsv_minutes_late:
		return _("Present")
	if row.vsv_minutes_late:
		return _("{0} minutes late").format(row.vsv_minutes_late)
	return _("{0} minutes missed").format(row.vsv_minutes_missed)


def _plan(plan: Any, as_what: str) -> dict[str, Any]:
	facts = plan.facts()
	said = [
		row for row in plan.agreements if row.person == frappe.session.user and row.version == plan.version
	]
	return {
		**plan_in_words(plan),
		"asked": plan.status == plans.PROPOSED and as_what in plans.open_parties(facts),
		"may_withdraw": plan.status in plans.RESTS_ON_AGREEMENT
		and any(row.decision == plans.AGREES for row in said),
		"said": [{"decision": _(row.decision), "on": _date(row.agreed_on)} for row in said],
		"running": plan.status != plans.CLOSED,
	}


def plan_in_words(plan: Any) -> dict[str, Any]:
	"""A plan as its family reads it, in the portal and on paper; `said` is what everybody said about this version."""
	cause, same = _text("cause", plan)
	goals = [(goal, _text("what", goal), _text("measure", goal)) for goal in plan.goals]
	# What people wrote is marked with their language, where that is another than the reader's.
	other = _other(plan.written_in)
	return {
		"name": plan.name,
		"learner": plan.student_name or plan.student,
		"status": _(plan.status),
		"version": plan.version,
		"language": other,
		"written_in": _(frappe.db.get_value("Language", other, "language_name") or other) if other else "",
		"cause": cause,
		"cause_lang": other if not same else "",
		"strengths": plan.strengths,
		"goals": [
			{
				"what": what,
				"what_lang": other if not known else "",
				"measure": measure,
				"measure_lang": other if not measured else "",
				"baseline": _value(goal, goal.baseline),
				"target": _value(goal, goal.target),
				"due": _date(goal.due_on),
				"status": _(goal.status),
			}
			for goal, (what, known), (measure, measured) in goals
		],
		"actions": [
			{
				"what": _(action.what),
				"lang": other if _(action.what) == action.what else "",
				"who": action.who_else or frappe.utils.get_fullname(action.who)
				if action.who or action.who_else
				else "",
				"how_often": action.how_often,
				"until": _date(action.to_date) if action.to_date else "",
			}
			for action in plan.actions
		],
		"team": [
			{"part": _(member.part), "who": member.person_name or frappe.utils.get_fullname(member.user)}
			for member in plan.team
		],
		"next_review": _date(plan.next_review) if plan.next_review else "",
		"said": [
			{
				"party": _(row.party),
				"who": row.person_name or frappe.utils.get_fullname(row.person),
				"decision": _(row.decision),
				"on": _date(row.agreed_on),
				"how": _(row.how),
			}
			for row in plan.agreements
			if row.version == plan.version
		],
		"to_sign": [_(party) for party in plans.open_parties(plan.facts())],
	}


def words_of(plan: Any, rows: str) -> list[tuple[str, str]]:
	"""What each goal or action of a plan says to the reader, and the language of what a person wrote where that is another."""
	other = _other(plan.written_in)
	said = [_text("what", row) if rows == "goals" else _written(row.what) for row in plan.get(rows)]
	return [(what, "" if own else other) for what, own in said]


def _written(text: str | None) -> tuple[str, bool]:
	"""A text for the reader, and whether it is in the reader's language."""
	said = _(text or "")
	return said, said != (text or "")


def _other(language: str | None) -> str:
	"""A language that is not the reader's; empty: it is, or nobody knows."""
	reader = frappe.local.lang or LANGUAGE
	return language if language and language[:2] != reader[:2] else ""


def _spoken_by(user: str | None) -> str:
	return (frappe.db.get_value("User", user, "language") if user else None) or ""


def _marked(text: str | None, language: str | None) -> Words:
	"""What a person wrote, with its language; what the app knows how to say is said to the reader."""
	said, own = _written(text)
	return Words([(said, "" if own else _other(language))] if said else [])


def _text(field: str, row: Any) -> tuple[str, bool]:
	"""A text of a plan for the reader, and whether it is in the reader's language: what the app wrote, and what is translated."""
	written = row.get(field) or ""

	def said(text: str) -> str:
		number = text.partition(" ")[0]
		with suppress(ValueError):
			return _value(row, float(number))
		return word(text)

	own = for_reader(field, written, row.started_words, frappe.local.lang or LANGUAGE, said)
	if own is None and _(written) != written:
		own = _(written)
	return (written, False) if own is None else (own, True)


def agreement_in_words(agreement: Any) -> dict[str, Any]:
	"""An agreement with partners as all parties read it."""
	return {
		"name": agreement.name,
		"title": agreement.title,
		"status": _(agreement.status),
		"version": agreement.version,
		"goals": agreement.common_goals,
		"contact": agreement.contact_point,
		"parties": [
			{
				"party": row.stakeholder or _("The school"),
				"role": row.role,
				"does": row.responsibilities,
				"contact": row.contact,
			}
			for row in agreement.parties
		],
		"shared": [{"field": _(row.field), "ground": _(row.ground)} for row in agreement.shared],
		"from": _date(agreement.starts_on),
		"to": _date(agreement.ends_on),
		"review_months": agreement.review_months,
		"indicators": [
			{field: row.get(field) or "" for field in ("what", "measure", "target", "now")}
			for row in agreement.indicators
		],
		"signed": [
			{
				"party": row.stakeholder or _("The school"),
				"who": row.person_name,
				"on": _date(row.signed_on),
				"how": _(row.how),
			}
			for row in agreement.signatures
			if row.version == agreement.version
		],
		"to_sign": [
			_("The school") if party == agreements.SCHOOL else party for party in agreement.facts().unsigned
		],
	}


def _referrals(organisation: str) -> list[dict[str, Any]]:
	names = frappe.get_all(
		"Referral",
		{"stakeholder": organisation, "status": ("in", referrals.SHOWN)},
		pluck="name",
		order_by="sent_on desc",
	)
	found = []
	for name in names:
		referral = frappe.get_doc("Referral", name)
		if fields := shared(referral):
			found.append(
				{
					"name": name,
					"status": _(referral.status),
					"sent_on": _date(referral.sent_on),
					"fields": fields,
					"reply": referral.reply,
					"may_reply": referral.status == referrals.SENT,
					"may_close": referral.status == referrals.ACCEPTED,
				}
			)
	return found


def _agreements(organisation: str) -> list[dict[str, Any]]:
	parents = frappe.get_all(
		"Agreement Party",
		{"stakeholder": organisation, "parenttype": "Stakeholder Agreement"},
		pluck="parent",
	)
	found = []
	for name in sorted(set(parents)):
		agreement = frappe.get_doc("Stakeholder Agreement", name)
		if agreement.status == agreements.DRAFT:
			continue
		found.append(
			{
				**agreement_in_words(agreement),
				"may_sign": agreement.status == agreements.UNDER_DISCUSSION
				and organisation in agreement.facts().unsigned,
				"feedback": [
					{
						"text": row.feedback,
						"answer": row.answer,
						"of_school": not row.stakeholder,
						"sent_on": _date(row.sent_on) if row.sent_on else "",
						"answered_on": _date(row.answered_on) if row.answered_on else "",
					}
					for row in agreement.feedback
					if row.stakeholder in (organisation, None, "")
				],
			}
		)
	return found


def _family_contact(referral: Any) -> str:
	names = frappe.get_all(
		"Student Guardian", {"parent": referral.student, "parenttype": "Student"}, pluck="guardian"
	)
	rows = frappe.get_all("Guardian", {"name": ("in", names or [""])}, ["guardian_name", "mobile_number"])
	return "; ".join(
		" ".join(part for part in (row.guardian_name, row.mobile_number) if part) for row in rows
	)


def _attendance_summary(referral: Any) -> str:
	since = {"student": referral.student, "docstatus": 1, "date": (">=", add_days(nowdate(), -56))}
	absent = frappe.db.count("Student Attendance", {**since, "status": "Absent"})
	late = frappe.db.count("Student Attendance", {**since, "vsv_minutes_late": (">", 0)})
	return _("In the last eight weeks {0} days absent and {1} times late").format(absent, late)


def _of_plan(referral: Any, rows: str) -> str:
	return Words(words_of(frappe.get_doc("Support Plan", referral.plan), rows)) if referral.plan else ""


def _of_student(field: str):
	return lambda referral: frappe.db.get_value("Student", referral.student, field) or ""


_TEXT = {  # functions, each called in a request; nosemgrep
	"Name": _of_student("student_name"),
	"Date Of Birth": lambda referral: _date(_of_student("date_of_birth")(referral) or None) or "",
	"Group": lambda referral: ", ".join(
		frappe.get_all("Student Group Student", {"student": referral.student, "active": 1}, pluck="parent")
	),
	"Contact Of Family": _family_contact,
	"Attendance Summary": _attendance_summary,
	"Plan Goals": lambda referral: _of_plan(referral, "goals"),
	"Plan Actions": lambda referral: _of_plan(referral, "actions"),
	"Question": lambda referral: _marked(referral.question, _spoken_by(referral.referred_by)),
}

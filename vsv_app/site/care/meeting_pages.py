"""What the screens of a care meeting show: its agenda, what is known about a learner, its minutes. Each reader sees what is theirs."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, format_date, get_fullname, getdate

from vsv_app.engine.access.roles import COORDINATOR, LEADER, MEMBER, MENTOR, OFFICER, TEACHER
from vsv_app.engine.care.agenda import Reason
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.engine.care.goals import in_words
from vsv_app.engine.care.plans import CLOSED
from vsv_app.engine.signals.signal_lifecycle import STANDING
from vsv_app.services import mentors, school
from vsv_app.services.attendance import roll
from vsv_app.services.care import mentor_board
from vsv_app.services.care.meetings import agenda
from vsv_app.services.care.meetings.agenda import Entry
from vsv_app.site.portal import pages
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_meetings
from vsv_app.stores.queries.care.care_meetings import Decision, Meeting

ROLES_WHO_ACT = (MENTOR, MEMBER, COORDINATOR, OFFICER, LEADER, TEACHER)
"""Whom a meeting can ask something of."""
TALKS, SIGNALS, WEEKS = 6, 8, 8
YEARS_LATER = "d MMMM yyyy"
"""A day as minutes say it, which are read when the year is another."""


def may_lead() -> bool:
	"""Whether the reader leads meetings: the coordinator of the care team."""
	return frappe.session.user == "Administrator" or COORDINATOR in frappe.get_roles()


def learners_of_reader() -> set[str] | None:
	"""The learners whom the reader hears about: all of them for who leads, else those whom one has a task with."""
	if may_lead():
		return None
	now = school_now()
	return set(mentors.learners_of(FrappeStore(), frappe.session.user, now.date()))


def entries(meeting: Meeting) -> list[Entry]:
	"""The agenda as this reader hears of it."""
	store = FrappeStore()
	here = school.load(store)
	mine = learners_of_reader()
	found = agenda.of(store, here, calendar.load(store), meeting, school_now(here).date())
	heard = [_as_heard(one) for one in found if mine is None or one.student in mine]
	# A bare name would tell of what this reader may not hear.
	return [one for one in heard if mine is None or says_something(one)]


def says_something(entry: Entry) -> bool:
	"""Whether anything but a name is left of an entry for who hears of it."""
	return bool(entry.reasons or entry.why or entry.note or entry.decisions)


def shown(meeting: Meeting) -> dict[str, Any]:
	"""A meeting with its agenda, ready to show."""
	store = FrappeStore()
	found = entries(meeting)
	told = agenda.still_open(store, [one for entry in found for one in entry.decisions])
	names = _names(found)
	document = frappe.get_doc("Care Meeting", meeting.name)
	return {
		"name": meeting.name,
		"on": str(meeting.on),
		"date": _long(meeting.on),
		"starts_at": meeting.starts_at or "",
		"place": meeting.place or "",
		"held": meeting.status == agenda.HELD,
		"called_off": meeting.status == agenda.CALLED_OFF,
		"ahead": meeting.on > school_now().date(),
		"may_lead": may_lead(),
		"people": [
			{"name": row.person_name, "partner": row.stakeholder or "", "was_there": bool(row.was_there)}
			for row in document.people
		],
		"learners": [
			{
				"student": entry.student,
				"name": entry.name,
				"group": entry.group or "",
				"status": entry.status,
				"why": entry.why.split("\n") if entry.why else [],
				"note": entry.note,
				"reasons": [_reason(one, names) for one in entry.reasons],
				"decisions": [_decision(one, names, told) for one in entry.decisions],
			}
			for entry in found
		],
	}


def why_in_words(entry: Entry) -> list[str]:
	"""The reasons as the minutes keep them; that somebody asked for help is not among them: minutes have other readers."""
	return list(dict.fromkeys(_(one.why) for one in entry.reasons if one.doctype != "Concern"))


def known(student: str, meeting: str) -> dict[str, Any]:
	"""What is known about a learner, as far as this reader may read it: one screen."""
	now = school_now()
	lang = frappe.local.lang or "en"
	return {
		"signals": _signals(student, lang),
		"plan": _plan(student, lang),
		"talks": _talks(student),
		"concerns": _concerns(student),
		"attendance": _attendance(student, now.date()),
		"decided": _decided(student, meeting),
	}


def people_who_act(student: str, today: date) -> list[dict[str, str]]:
	"""Who can be asked to do something: the learner's mentors first, then everybody with a task at the school."""
	store = FrappeStore()
	own = mentors.load(store, today, [student]).of(student)
	others = {user for role in ROLES_WHO_ACT for user in learners.people_with_role(store, role)}
	names = learners.full_names(store, sorted({*own, *others}))
	by_name = sorted(others - set(own), key=lambda user: names.get(user, user).casefold())
	return [
		{"user": user, "name": names.get(user, user), "own": user in own}
		for user in [*own, *by_name]
		if user not in ("Administrator", "Guest")
	]


def learners_to_choose() -> list[dict[str, str]]:
	"""The learners whom the reader hears about, by name, with their group."""
	today = school_now().date()
	mine = learners_of_reader()
	own = roll.own_groups(learners.memberships(FrappeStore(), today, today))
	chosen = [one for one in own.values() if mine is None or one.student in mine]
	return [
		{"value": one.student, "label": one.student_name, "description": one.group}
		for one in sorted(chosen, key=lambda one: (one.student_name or "").casefold())
	]


def minutes(document: Any) -> dict[str, Any]:
	"""What a meeting spoke about and decided, as far as the reader may read it."""
	meeting = care_meetings.meeting(FrappeStore(), document.name)
	if meeting is None:
		return {"learners": [], "later": [], "there": [], "absent": []}
	made = shown(meeting)
	learners_ = made["learners"]
	return {
		**made,
		"date": format_date(meeting.on, f"EEEE {YEARS_LATER}"),
		"chair": get_fullname(document.chair) if document.chair else "",
		"there": [_with_partner(one) for one in made["people"] if one["was_there"]],
		"absent": [_with_partner(one) for one in made["people"] if not one["was_there"]],
		"learners": [one for one in learners_ if one["status"] == agenda.DISCUSSED or one["decisions"]],
		"later": [one["name"] for one in learners_ if one["status"] == agenda.NEXT_TIME],
	}


def _with_partner(person: dict[str, Any]) -> str:
	return f"{person['name']} ({person['partner']})" if person["partner"] else str(person["name"])


def _as_heard(entry: Entry) -> Entry:
	return replace(entry, reasons=tuple(one for one in entry.reasons if _may_hear(one)))


def _may_hear(reason: Reason) -> bool:
	"""A restricted concern is not even named to who does not read it. To look at an agenda is no read of it."""
	if reason.doctype != "Concern":
		return True
	if frappe.db.get_value("Concern", reason.name, "visibility") == RESTRICTED:
		named = {"parenttype": "Concern", "parent": reason.name, "user": frappe.session.user}
		return bool(frappe.db.exists("Named Reader", named))
	return bool(frappe.has_permission("Concern", "read", doc=reason.name))


def _may_open(reason: Reason) -> bool:
	"""Whether the words of a reason are for this reader: decisions are the meeting's own, concerns were left out before."""
	if reason.doctype in ("", "Care Decision", "Concern"):
		return True
	return bool(frappe.has_permission(reason.doctype, "read", doc=reason.name))


def _names(found: list[Entry]) -> dict[str, str]:
	users = {one.who for entry in found for one in (*entry.reasons, *entry.decisions) if one.who}
	return learners.full_names(FrappeStore(), sorted(users))


def _reason(reason: Reason, names: dict[str, str]) -> dict[str, Any]:
	opens = _may_open(reason)
	what = _(reason.what) if reason.doctype == "Early Warning Signal" else reason.what
	return {
		"why": reason.why,
		"label": _(reason.why),
		"what": what if opens else "",
		"day": format_date(reason.day, "d MMM") if reason.day else "",
		"who": names.get(reason.who, reason.who),
		"done": reason.done,
		"answer": reason.answer if opens else "",
		"doctype": reason.doctype,
		"name": reason.name,
	}


def _decision(one: Decision, names: dict[str, str], told: dict[str, bool | None]) -> dict[str, Any]:
	return {
		"name": one.name,
		"what": one.what,
		"who": names.get(one.who) or get_fullname(one.who),
		"due": format_date(one.due_on, "d MMM"),
		"due_in_full": format_date(one.due_on, YEARS_LATER),
		"in_plan": one.status == agenda.IN_PLAN,
		"done": told.get(one.name),
		"answer": one.answer or "",
		"may_take_back": one.status == agenda.OPEN and may_lead(),
	}


def _signals(student: str, lang: str) -> list[dict[str, Any]]:
	rows = frappe.get_list(
		"Early Warning Signal",
		{"student": student, "status": ("in", STANDING)},
		["name", "rule_title", "severity", "status", "tier", "explanation", "explanation_nl", "raised_on"],
		order_by="raised_on desc",
		limit_page_length=SIGNALS,
	)
	return [
		{
			"name": row.name,
			"title": _(row.rule_title or ""),
			"severity": _(row.severity),
			"level": row.severity,
			"status": _(row.status),
			"text": (row.explanation_nl if lang.startswith("nl") else "") or row.explanation,
			"since": format_date(row.raised_on, "d MMM"),
		}
		for row in rows
	]


def _plan(student: str, lang: str) -> dict[str, Any] | None:
	names = frappe.get_list(
		"Support Plan",
		{"student": student, "status": ("!=", CLOSED)},
		pluck="name",
		order_by="creation desc",
		limit_page_length=1,
	)
	if not names:
		return None
	plan = frappe.get_doc("Support Plan", names[0])
	return {
		"name": plan.name,
		"status": _(plan.status),
		"running": plan.status in ("Active", "In Review"),
		"responsible": get_fullname(plan.responsible) if plan.responsible else "",
		"review": _long(plan.next_review) if plan.next_review else "",
		"goals": [
			{
				"what": what,
				"lang": language,
				"from": in_words(goal.indicator or "", goal.baseline or 0, lang),
				"to": in_words(goal.indicator or "", goal.target or 0, lang),
				"status": _(goal.status),
			}
			for goal, (what, language) in zip(plan.goals, pages.words_of(plan, "goals"), strict=True)
		],
		"actions": [
			{
				"what": what,
				"lang": language,
				"who": action.who_else or (get_fullname(action.who) if action.who else ""),
				"until": format_date(action.to_date, "d MMM") if action.to_date else "",
				"status": _(action.status),
			}
			for action, (what, language) in zip(plan.actions, pages.words_of(plan, "actions"), strict=True)
		],
	}


def _talks(student: str) -> list[dict[str, Any]]:
	rows = frappe.get_list(
		"Contact Log",
		{"student": student},
		["contact_on", "contact_by", "channel", "with_whom", "note", "agreed", "not_reached"],
		order_by="contact_on desc",
		limit_page_length=TALKS,
	)
	return [
		{
			"on": format_date(row.contact_on, "d MMM"),
			"by": get_fullname(row.contact_by),
			"how": _("Not Reached") if row.not_reached else _(row.channel),
			"with": _(row.with_whom),
			"note": "\n".join(text for text in (row.note, row.agreed) if text),
		}
		for row in rows
	]


def _concerns(student: str) -> list[dict[str, Any]]:
	rows = frappe.get_list(
		"Concern",
		{"student": student, "status": ("!=", "Closed")},
		["name", "kind", "severity", "what", "noted_on"],
		order_by="creation desc",
		limit_page_length=TALKS,
	)
	return [
		{
			"kind": _(row.kind),
			"severity": _(row.severity),
			"level": row.severity,
			"what": row.what,
			"on": format_date(row.noted_on, "d MMM") if row.noted_on else "",
		}
		for row in rows
	]


def _attendance(student: str, today: date) -> dict[str, Any]:
	"""The school year so far, and the last weeks: how many days of each were missed, in whole or in part."""
	days = mentor_board.year_of(FrappeStore(), student, today)
	here = sum(day["kind"] == "present" for day in days)
	since = str(add_days(today, -7 * WEEKS))
	weeks: dict[str, list[int]] = {}
	for day in days:
		if day["date"] > since:
			monday = add_days(getdate(day["date"]), -getdate(day["date"]).weekday())
			counted = weeks.setdefault(str(monday), [0, 0])
			counted[0] += day["kind"] != "present"
			counted[1] += 1
	return {
		"days": len(days),
		"present": here,
		"percent": round(100 * here / len(days)) if days else None,
		"unexcused": sum(day["kind"] == "absent_unexcused" for day in days),
		"late": sum(day["kind"] == "late" for day in days),
		"weeks": [
			{"week": format_date(monday, "d MMM"), "missed": missed, "days": count}
			for monday, (missed, count) in weeks.items()
		],
	}


def _decided(student: str, meeting: str) -> list[dict[str, Any]]:
	"""What earlier meetings decided about the learner, for who leads."""
	if not may_lead():
		return []
	store = FrappeStore()
	found = [one for one in care_meetings.decided_about(store, student) if one.meeting != meeting][::-1][
		:TALKS
	]
	told = agenda.still_open(store, found)
	names = learners.full_names(store, sorted({one.who for one in found}))
	return [{**_decision(one, names, told), "on": format_date(one.decided_on, "d MMM")} for one in found]


def _long(day: date | datetime | str) -> str:
	return format_date(day, "EEEE d MMMM")

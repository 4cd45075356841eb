"""The care meeting's screen: its agenda, one learner at a time, and what is decided. The coordinator leads; others hear of their own learners."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from vsv_app.services.care.meetings import agenda, decisions
from vsv_app.services.care.meetings.decisions import NotPossible
from vsv_app.site.care import meeting_pages
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.care import care_meetings
from vsv_app.stores.queries.care.care_meetings import Meeting


class NotAtThisMeeting(frappe.PermissionError):
	"""A learner whom the reader has no task with."""


class NotWrittenDown(frappe.ValidationError):
	"""Something that a meeting cannot write down as it was said."""


@frappe.whitelist(methods=["GET"])
def meetings() -> dict[str, Any]:
	"""The meetings that are planned, the next first, and the last ones that were held."""
	frappe.has_permission("Care Meeting", "read", throw=True)
	fields = ["name", "meeting_on", "starts_at", "place", "status"]
	planned = frappe.get_list("Care Meeting", {"status": agenda.PLANNED}, fields, order_by="meeting_on")
	held = frappe.get_list(
		"Care Meeting", {"status": agenda.HELD}, fields, order_by="meeting_on desc", limit_page_length=12
	)
	return {
		"may_lead": meeting_pages.may_lead(),
		"planned": [_listed(one) for one in planned],
		"held": [_listed(one) for one in held],
	}


@frappe.whitelist(methods=["POST"])
def plan_meeting(meeting_on: str, starts_at: str = "", place: str = "") -> str:
	"""A meeting on a day."""
	frappe.has_permission("Care Meeting", "create", throw=True)
	made = frappe.get_doc(
		doctype="Care Meeting", meeting_on=getdate(meeting_on), starts_at=starts_at, place=place
	).insert()
	return str(made.name)


@frappe.whitelist(methods=["POST"])
def call_off(meeting: str) -> dict[str, Any]:
	"""The meeting does not take place: everybody who is invited is told."""
	_planned(meeting, _("Only a meeting that is planned can be called off.")).call_off()
	return meeting_pages.shown(_meeting(meeting))


@frappe.whitelist(methods=["POST"])
def move(meeting: str, meeting_on: str, starts_at: str = "", place: str = "") -> dict[str, Any]:
	"""Another day, time or place: everybody who is invited is told."""
	document = _planned(meeting, _("Only a meeting that is planned can be moved."))
	document.update({"meeting_on": getdate(meeting_on), "starts_at": starts_at, "place": place})
	document.save()
	return meeting_pages.shown(_meeting(meeting))


@frappe.whitelist(methods=["GET"])
def overview(meeting: str) -> dict[str, Any]:
	"""A meeting with its agenda, as this reader hears of it."""
	frappe.has_permission("Care Meeting", "read", throw=True)
	return meeting_pages.shown(_meeting(meeting))


@frappe.whitelist(methods=["GET"])
def known(meeting: str, student: str) -> dict[str, Any]:
	"""What is known about a learner on the agenda, as far as this reader may read it."""
	frappe.has_permission("Care Meeting", "read", throw=True)
	_meeting(meeting)
	_check_learner(student)
	found = meeting_pages.known(student, meeting)
	found["people"] = (
		meeting_pages.people_who_act(student, school_now().date()) if meeting_pages.may_lead() else []
	)
	return found


@frappe.whitelist(methods=["GET"])
def learners_to_put_on() -> list[dict[str, str]]:
	"""Whom the reader can ask to be spoken about: all learners for who leads, else the own ones."""
	frappe.has_permission("Care Meeting", "read", throw=True)
	return meeting_pages.learners_to_choose()


@frappe.whitelist(methods=["POST"])
def put_on(student: str, meeting: str = "") -> dict[str, str]:
	"""Ask that a learner is spoken about: at a meeting, or at the next one that is planned."""
	frappe.has_permission("Care Meeting", "read", throw=True)
	_check_learner(student)
	store, now = FrappeStore(), school_now()
	if not meeting:
		ahead = {"status": agenda.PLANNED, "meeting_on": (">=", now.date())}
		meeting = frappe.db.get_value("Care Meeting", ahead, "name", order_by="meeting_on") or ""
		if not meeting:
			_refuse(_("No care meeting is planned. Ask the coordinator of the care team for one."))
	about = _meeting(meeting)
	with _in_words():
		decisions.put_on(store, about, student, _name(student), frappe.session.user, now)
	return {"meeting": meeting, "date": frappe.utils.format_date(about.on, "EEEE d MMMM")}


@frappe.whitelist(methods=["POST"])
def conclude(meeting: str, student: str, note: str = "", status: str = agenda.DISCUSSED) -> dict[str, Any]:
	"""What the meeting found about a learner; or that it comes back next time."""
	frappe.has_permission("Care Meeting", "write", throw=True)
	about = _meeting(meeting)
	entry = next((one for one in meeting_pages.entries(about) if one.student == student), None)
	why = meeting_pages.why_in_words(entry) if entry else []
	with _in_words():
		decisions.conclude(
			FrappeStore(),
			about,
			student,
			_name(student),
			entry.group if entry else None,
			school_now(),
			note=note,
			why=why,
			status=status,
		)
	return meeting_pages.shown(about)


@frappe.whitelist(methods=["POST"])
def decide(
	meeting: str, student: str, what: str, who: str, due_on: str = "", in_plan: int = 0
) -> dict[str, Any]:
	"""Somebody is to do something about a learner by a day."""
	frappe.has_permission("Care Meeting", "write", throw=True)
	about = _meeting(meeting)
	now = school_now()
	if who and who not in {one["user"] for one in meeting_pages.people_who_act(student, now.date())}:
		_refuse(_("Choose somebody who works at the school."))
	with _in_words():
		decisions.decide(
			FrappeStore(),
			about,
			student,
			_name(student),
			frappe.session.user,
			now,
			what=what,
			who=who,
			due=getdate(due_on) if due_on else None,
			in_plan=bool(in_plan),
		)
	return meeting_pages.shown(about)


@frappe.whitelist(methods=["POST"])
def take_back(meeting: str, decision: str) -> dict[str, Any]:
	"""A decision that was written down by mistake, while the meeting goes on."""
	frappe.has_permission("Care Meeting", "write", throw=True)
	about = _meeting(meeting)
	with _in_words():
		decisions.take_back(FrappeStore(), about, decision)
	return meeting_pages.shown(about)


@frappe.whitelist(methods=["POST"])
def hold(meeting: str) -> dict[str, Any]:
	"""The meeting is over: its minutes stand."""
	frappe.has_permission("Care Meeting", "write", throw=True)
	with _in_words():
		decisions.hold(FrappeStore(), _meeting(meeting), school_now())
	return meeting_pages.shown(_meeting(meeting))


@frappe.whitelist(methods=["POST"])
def answer(decision: str, done: int, words: str = "") -> dict[str, str]:
	"""Who was asked by a care meeting says what came of it; the coordinator may say so too."""
	frappe.get_doc("Care Decision", decision).check_permission("read")
	with _in_words():
		decisions.answer(
			FrappeStore(), decision, frappe.session.user, school_now(), done=bool(done), words=words
		)
	return {"status": agenda.DONE if done else agenda.NOT_DONE}


def _planned(name: str, otherwise: str) -> Document:
	"""A meeting that the reader may change; refuses one that is not planned any more."""
	document = frappe.get_doc("Care Meeting", name)
	document.check_permission("write")
	if document.status != agenda.PLANNED:
		_refuse(otherwise)
	return document


def _meeting(name: str) -> Meeting:
	found = care_meetings.meeting(FrappeStore(), name)
	if found is None:
		frappe.throw(_("This meeting is not there any more."), exc=frappe.DoesNotExistError)
	return found


def _check_learner(student: str) -> None:
	mine = meeting_pages.learners_of_reader()
	if mine is not None and student not in mine:
		frappe.throw(
			_("This is not one of your learners."), exc=NotAtThisMeeting, title=_("Not Your Learner")
		)


def _name(student: str) -> str:
	return learners.names(FrappeStore(), [student]).get(student, student)


def _listed(one: Any) -> dict[str, Any]:
	return {
		"name": one.name,
		"date": frappe.utils.format_date(one.meeting_on, "EEEE d MMMM"),
		"starts_at": one.starts_at or "",
		"place": one.place or "",
	}


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, exc=NotWrittenDown, title=_("Not Possible"))


@contextmanager
def _in_words() -> Iterator[None]:
	try:
		yield
	except NotPossible as wrong:
		_refuse(said(wrong.args[0]))

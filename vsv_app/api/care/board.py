"""The mentor board's questions. Who may act on what is the services' to say: a mentor's own learners alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import get_url_to_form

from vsv_app.engine.access.roles import COORDINATOR
from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.engine.signals.signal_lifecycle import IllegalTransition
from vsv_app.services import mentors, school
from vsv_app.services.care import mentor_board
from vsv_app.services.care.board import timeline as timelines
from vsv_app.services.care.mentor_board import NotYours
from vsv_app.services.care.school_wide import board as school_board
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


@frappe.whitelist(methods=["GET"])
def overview(
	lang: str = "en", scope: str = "", group: str = "", mentor: str = "", student: str = ""
) -> dict[str, Any]:
	"""The current user's own learners; for a coordinator also the whole school, a group's or a mentor's, and any one learner."""
	frappe.has_permission("Early Warning Signal", "read", throw=True)
	store = FrappeStore()
	here = school.load(store)
	now = school_now(here)
	user = frappe.session.user
	if _coordinates() and _of_school(store, user, now, scope):
		wanted = school_board.Wanted(group, mentor, student)
		shown = school_board.overview(store, here, user, now, lang, _speaker(lang), wanted)
	else:
		shown = mentor_board.overview(store, here, user, now, lang, _speaker(lang))
		shown |= {"scope": school_board.MINE}
		if _coordinates():
			shown["scopes"] = [school_board.MINE, school_board.SCHOOL]
	for item in shown["waiting"]:
		item["route"] = urlsplit(get_url_to_form(item["doctype"], item["name"])).path
	return shown


@frappe.whitelist(methods=["GET"])
def timeline(student: str, lang: str = "en") -> list[dict[str, Any]]:
	"""All that happened with a learner as far as the current user may see it, the newest first."""
	frappe.has_permission("Early Warning Signal", "read", throw=True)
	today = school_now().date()
	return timelines.of(FrappeStore(), student, today, lang, _speaker(lang), _readable)


@frappe.whitelist(methods=["GET"])
def call_for_help(concern: str, lang: str = "en") -> dict[str, Any]:
	"""What a learner wrote who asks for help; that it was read is noted."""
	frappe.get_doc("Concern", concern).check_permission("read")
	user, now = frappe.session.user, school_now()
	try:
		return mentor_board.call_for_help(FrappeStore(), user, concern, now, lang)
	except NotYours as refused:
		frappe.throw(_(str(refused)), exc=frappe.PermissionError, title=_("Not Your Learner"))
	raise AssertionError("frappe.throw raises")


@frappe.whitelist(methods=["POST"])
def act(
	action: str,
	signal: str | None = None,
	reason: str | None = None,
	note: str | None = None,
	record: str | None = None,
	student: str | None = None,
	channel: str | None = None,
	signals: list[str] | str | None = None,
	look_again_on: str | None = None,
	with_whom: str | None = None,
	person_name: str | None = None,
	reached: bool | int | str | None = None,
	contact_on: str | None = None,
	agreed: str | None = None,
	next_step: str | None = None,
	next_step_on: str | None = None,
	contact: str | None = None,
	message: str | None = None,
	answer: str | None = None,
	concern: str | None = None,
	decision: str | None = None,
	thing: str | None = None,
	what_was_done: str | None = None,
	substitute: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
) -> dict[str, Any]:
	"""Do one thing of the board about the current user's learners, or say that the user is away or back."""
	frappe.has_permission("Early Warning Signal", "write", throw=True)
	if action in ("take_help", "close_help"):
		# What it says comes along, so that it is read by who takes it in hand.
		called = frappe.get_doc("Concern", concern or "")
		called.check_permission("read")
		called.check_permission("write")
	if action == "answer_message":
		frappe.get_doc("Family Message", message or "").check_permission("write")
	store = FrappeStore()
	now = school_now()
	wanted = {
		"action": action,
		"signal": signal or None,
		"reason": reason,
		"note": note,
		"record": record,
		"student": student,
		"channel": channel,
		"signals": frappe.parse_json(signals) or [],
		"look_again_on": look_again_on or None,
		"with_whom": with_whom or None,
		"person_name": person_name,
		"reached": reached,
		"contact_on": contact_on or None,
		"agreed": agreed,
		"next_step": next_step,
		"next_step_on": next_step_on or None,
		"contact": contact,
		"message": message,
		"answer": answer,
		"concern": concern,
		"decision": decision,
		"thing": thing,
		"what_was_done": what_was_done,
		"substitute": substitute,
		"from_date": from_date or None,
		"to_date": to_date or None,
	}
	lang = frappe.local.lang or "en"
	try:
		of_school = school_board.everybody(store, now.date()) if _coordinates() else None
		return mentor_board.act(store, frappe.session.user, wanted, now, lang, _speaker(lang), of_school)
	except NotYours as refused:
		frappe.throw(_(str(refused)), exc=frappe.PermissionError, title=_("Not Your Learner"))
	except IllegalTransition as illegal:
		frappe.throw(
			_("A signal that is {0} cannot become {1}. Somebody may just have acted on it.").format(
				_(illegal.before), _(illegal.after)
			),
			title=_("Step Not Possible"),
		)
	except ValueError as wrong:
		frappe.throw(said(wrong.args[0]), title=_("Step Not Possible"))
	raise AssertionError("frappe.throw raises")


def _coordinates() -> bool:
	"""Whether the current user coordinates care, and so has a task with every learner."""
	return COORDINATOR in frappe.get_roles()


def _of_school(store: FrappeStore, user: str, now: datetime, scope: str) -> bool:
	"""Whether the whole school is asked for; who has no learners of one's own begins there."""
	if scope:
		return scope == school_board.SCHOOL
	return not mentors.learners_of(store, user, now.date())


def _readable(doctype: str, names: Sequence[str]) -> set[str]:
	"""Those that the current user may open."""
	if not names or not frappe.has_permission(doctype, "read"):
		return set()
	return set(frappe.get_list(doctype, {"name": ("in", list(names))}, pluck="name", limit_page_length=0))


def _speaker(lang: str) -> Say:
	return lambda text: text and _(text, lang)

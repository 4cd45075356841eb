"""Contested records: what an attendance officer answers, and what whoever asked has seen or takes back."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from vsv_app.engine.access.roles import COORDINATOR, OFFICER
from vsv_app.services.care.board import contesting
from vsv_app.services.care.board.contesting import Correction, NotPossible
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.site.signals import reevaluation
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import contested_records, days_to_settle

KIND = "Contested Record"
MAY_ANSWER = frozenset({OFFICER, COORDINATOR})


class NotToAnswer(frappe.ValidationError):
	"""An answer that cannot be so."""


@frappe.whitelist(methods=["GET"])
def of_record(record: str) -> dict[str, Any]:
	"""What waits for an answer about an attendance record, for who answers it, and the reasons to choose from."""
	_check_may_answer()
	store = FrappeStore()
	waiting = contested_records.open_of(store, record)
	about = frappe.db.get_value(
		"Student Attendance", record, ["status", "vsv_reason", "vsv_minutes_missed"], as_dict=True
	)
	return {
		"waiting": [
			{
				"name": one.name,
				"person": frappe.db.get_value(KIND, one.name, "person_name") or one.by,
				"capacity": _(one.capacity),
				"words": one.words or "",
			}
			for one in waiting
		],
		"now": about or {},
		"reasons": [{"value": one, "label": _(one)} for one in days_to_settle.reasons(store)],
	}


@frappe.whitelist(methods=["POST"])
def keep(contested: str, answer: str) -> dict[str, Any]:
	"""The record stays as it is; whoever asked reads why."""
	_check_may_answer()
	return _answered(contested, answer, None)


@frappe.whitelist(methods=["POST"])
def correct(
	contested: str,
	status: str,
	answer: str = "",
	minutes_missed: int | str | None = None,
	minutes_late: int | str | None = None,
	reason: str | None = None,
	excused: str | None = None,
) -> dict[str, Any]:
	"""The record is corrected in the same step. `excused`: Excused or Unexcused; empty: as the reason says."""
	_check_may_answer()
	try:
		to = Correction(
			status,
			cint(minutes_missed),
			cint(minutes_late),
			reason or None,
			{"Excused": True, "Unexcused": False}.get(excused or ""),
		)
	except NotPossible as wrong:
		_refuse(wrong)
	return _answered(contested, answer, to)


@frappe.whitelist(methods=["POST"])
def seen(contested: str) -> dict[str, Any]:
	"""The current user, who had asked, has seen the answer."""
	_check_asked(contested)
	contesting.seen(FrappeStore(), contested, frappe.session.user, school_now())
	return {"seen": True}


@frappe.whitelist(methods=["POST"])
def withdraw(contested: str) -> dict[str, Any]:
	"""The current user, who had asked, takes it back."""
	_check_asked(contested)
	try:
		contesting.withdraw(FrappeStore(), contested, frappe.session.user, school_now())
	except NotPossible as wrong:
		_refuse(wrong)
	return {"withdrawn": True}


def _answered(contested: str, answer: str, correction: Correction | None) -> dict[str, Any]:
	store, user = FrappeStore(), frappe.session.user
	try:
		student = contesting.answer(
			store, contested, user, school_now(), answer=answer, correction=correction
		)
	except NotPossible as wrong:
		_refuse(wrong)
	reevaluation.reevaluate_learners([student])
	return {"status": frappe.db.get_value(KIND, contested, "status")}


def _check_may_answer() -> None:
	if MAY_ANSWER.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("An attendance officer answers what is contested."),
			exc=frappe.PermissionError,
			title=_("Not Yours To Answer"),
		)


def _check_asked(contested: str) -> None:
	if frappe.db.get_value(KIND, contested, "contested_by") != frappe.session.user:
		frappe.throw(
			_("Only who contested a record has waited for its answer."),
			exc=frappe.PermissionError,
			title=_("Not Yours"),
		)


def _refuse(wrong: NotPossible) -> None:
	frappe.throw(said(wrong.args[0]), exc=NotToAnswer, title=_("Not Possible"))

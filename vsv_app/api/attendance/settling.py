"""What an attendance officer does about days and taps that are held."""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date, getdate

from vsv_app.engine.access.roles import ADMINISTRATOR, OFFICER
from vsv_app.engine.attendance import day_outcome as engine
from vsv_app.engine.sentences import filled
from vsv_app.services.attendance import settling
from vsv_app.services.attendance.settling import Settled
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.site.signals import reevaluation
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import days_to_settle
from vsv_app.stores.queries.gateways import accounts

MAY_SETTLE = frozenset({OFFICER, ADMINISTRATOR})


class NotToSettle(frappe.ValidationError):
	"""What somebody says of a day cannot be so."""


@frappe.whitelist(methods=["GET"])
def overview() -> dict[str, Any]:
	"""What is held, by day and cause, and the last thing that the current user said."""
	_check_may_settle()
	store = FrappeStore()
	return {
		"groups": [_group(one) for one in settling.waiting(store)],
		"taps": _taps(store),
		"reasons": [{"value": one, "label": _(one)} for one in days_to_settle.reasons(store)],
		"last": _last(store),
	}


@frappe.whitelist(methods=["POST"])
def settle(holds: list[str] | str, answer: str, reason: str = "", note: str = "") -> dict[str, Any]:
	"""There, Away, School Closed or On A Trip, for some held days."""
	_check_may_settle()
	if answer not in engine.ANSWERS:
		_refuse(_("A day is settled as there, away, closed or on a trip."))
	try:
		done = settling.settle(
			FrappeStore(),
			_names(holds),
			answer,
			school_now(),
			reason=reason or None,
			note=note.strip() or None,
		)
	except settling.NotPossible as wrong:
		_refuse(said(wrong.args[0]))
	return _told(done)


@frappe.whitelist(methods=["GET"])
def closing(holds: list[str] | str) -> list[dict[str, Any]]:
	"""What it would mean that school was closed on the days of these holds."""
	_check_may_settle()
	try:
		found = settling.closing(FrappeStore(), _names(holds))
	except settling.NotPossible as wrong:
		_refuse(said(wrong.args[0]))
	return [
		{
			"schedules": list(one.schedules),
			"held": len(one.held),
			"taken_back": len(one.taken_back),
			"kept": one.kept,
		}
		for one in found
	]


@frappe.whitelist(methods=["POST"])
def undo() -> dict[str, Any]:
	"""Take back what the current user settled last."""
	_check_may_settle()
	return _told(settling.undo(FrappeStore(), frappe.session.user, school_now()))


@frappe.whitelist(methods=["POST"])
def date_taps(taps: list[str] | str, day: str) -> dict[str, Any]:
	"""Say on which day taps were that nobody could date."""
	_check_may_settle()
	try:
		done = settling.date_taps(FrappeStore(), _names(taps), getdate(day), school_now())
	except settling.NotPossible as wrong:
		_refuse(said(wrong.args[0]))
	return _told(done)


def _check_may_settle() -> None:
	if MAY_SETTLE.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("An attendance officer settles the days that are held."),
			exc=frappe.PermissionError,
			title=_("Not Yours To Settle"),
		)


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, exc=NotToSettle, title=_("Not Possible"))


def _names(names: list[str] | str) -> list[str]:
	found = frappe.parse_json(names)
	return [str(one) for one in (found if isinstance(found, list) else [found])]


def _group(group: engine.HeldGroup) -> dict[str, Any]:
	return {
		"day": str(group.day),
		"date": _long(group.day),
		"cause": _(group.cause),
		"sentence": filled(group.words, _),
		"held": [
			{
				"hold": one.name,
				"name": one.student_name,
				"group": one.group,
				"seen": one.would_be == "Present",
			}
			for one in group.held
		],
	}


def _taps(store: FrappeStore) -> list[dict[str, Any]]:
	groups = settling.taps(store)
	places = {one.name: one.location for one in accounts.in_use(store)} if groups else {}
	names = learners.names(store, sorted({tap.student for one in groups for tap in one.taps}))
	return [
		{
			"door": " · ".join(
				part for part in (places.get(one.gateway) or one.gateway, one.terminal) if part
			),
			"first": _long(one.days[0]),
			"last": _long(one.days[-1]),
			"days": [{"day": str(day), "label": _short(day)} for day in one.days],
			"taps": [
				{
					"tap": tap.name,
					"name": names.get(tap.student) or tap.student,
					"written": frappe.utils.format_datetime(tap.written),
				}
				for tap in one.taps
			],
		}
		for one in groups
	]


def _last(store: FrappeStore) -> dict[str, Any] | None:
	last = days_to_settle.last_settled(store, frappe.session.user)
	if not last:
		return None
	days = sorted({one.day for one in last})
	return {"count": len(last), "answer": last[0].answer, "date": _long(days[0])}


def _told(done: Settled) -> dict[str, Any]:
	"""What it came to; the rules look again at whom it is about."""
	reevaluation.reevaluate_learners(done.touched)
	return {
		"count": done.count,
		"answered_by_now": done.answered_by_now,
		"refused": sorted(done.refused.values()),
	}


def _long(day: date) -> str:
	return format_date(day, "EEEE d MMMM")


def _short(day: date) -> str:
	return format_date(day, "EEE d MMM")

"""The judgement: whether what a request or a job calls may name our kinds of documents, and what portal users may call at all."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from vsv_app.engine.access.gate import desk, portal
from vsv_app.site.access.gate import conditions
from vsv_app.site.access.gate.conditions import Asked
from vsv_app.site.access.gate.way_in import PAGE, Call

OURS = "vsv_app."
GUARDED = ("frappe.", "erpnext.", "education.", "hrms.")
"""Apps whose methods portal users call by the list alone."""
HOOK = "early_warning_gate"
"""Where another app, or a school's own, says of its methods that they may name our kinds: method -> its own condition."""
LOG = "early_warning_gate"


class NotThisWay(frappe.PermissionError):
	"""A method named our documents that does not ask who may see them, or a portal user called one that is not for them."""


def judge(
	calls: list[Call],
	named: frozenset[str],
	user: str,
	at_desk: bool,
	of_education: frozenset[str] = frozenset(),
) -> None:
	"""Refuse what may tell of a record without asking who it is for."""
	for call in calls:
		if call.method.startswith(OURS) or _is_a_form_of_others(call, user):
			continue
		frappes = call.method.startswith((*GUARDED, PAGE))
		learners = named | of_education if frappes else named
		if not at_desk and not _is_for_portal(call, learners, user):
			_refuse(call, learners, user)
		if not _is_allowed(call, named, user):
			_refuse(call, named, user)


def _is_a_form_of_others(call: Call, user: str) -> bool:
	form = portal.WEB_FORM
	return call.method == form.method and not call.inner and conditions.meets(Asked(form, call.args, user))


def _is_for_portal(call: Call, named: frozenset[str], user: str) -> bool:
	"""Without a desk: what is on the list, what anybody may call, and of other apps what names nothing of ours."""
	if call.method in portal.MAY_NAME:
		return True
	if way := portal.WAYS.get(call.method):
		return not named and not call.inner and conditions.meets(Asked(way, call.args, user))
	if call.method in portal.ALLOWED:
		return not named
	if call.method.startswith(GUARDED):
		return call.guest and not named
	return not named or _said_by_another(call) is not None


def _is_allowed(call: Call, named: frozenset[str], user: str) -> bool:
	way = desk.WAYS.get(call.method)
	if way and (named or way.always):
		return not call.inner and conditions.meets(Asked(way, call.args, user))
	if not named or call.method in portal.MAY_NAME or call.method in desk.QUERIES:
		return True
	theirs = _said_by_another(call)
	return bool(theirs is not None and (not theirs or frappe.get_attr(theirs)(dict(call.args))))


def _said_by_another(call: Call) -> str | None:
	"""The condition that another app gives for its own method; empty where it has none."""
	said: Mapping[str, Any] = frappe.get_hooks(HOOK) or {}
	if call.method not in said or call.method.startswith(GUARDED):
		return None
	return said[call.method][-1] or ""


def _refuse(call: Call, named: frozenset[str], user: str) -> None:
	line = f"refused: {call.method} kinds: {', '.join(sorted(named)) or '-'} user: {user}"
	frappe.logger(LOG, allow_site=True).error(line)
	kinds = ", ".join(_(kind) for kind in sorted(named))
	frappe.throw(
		_(
			"{0}: this way is closed, as it does not ask whose each record is. Use the list or the form. Whoever looks after the site finds in its log which method it was."
		).format(kinds)
		if kinds
		else _(
			"This is closed here, as it does not ask for whom each record is. Whoever looks after the site finds in its log which method it was."
		),
		exc=NotThisWay,
		title=_("Not This Way"),
	)

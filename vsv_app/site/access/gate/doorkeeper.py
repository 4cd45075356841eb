"""The doorkeeper: every request and every job that acts for somebody passes here, before Frappe does what it asks."""

import json
from collections.abc import Mapping
from typing import Any

import frappe
from werkzeug.wrappers import Request

from vsv_app.engine.access.gate import desk
from vsv_app.site.access.gate import judgement, ours, templates, way_in
from vsv_app.site.access.gate.people import is_at_desk

ALL_RIGHTS = "Administrator"
KEY_OF_ANOTHER = "Frappe-Authorization-Source"
"""The header that names a kind of document whose key is used."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""What Frappe has read into its form; anything else it may read as it was sent."""


def request() -> None:
	"""Once Frappe knows who asks: judge what is asked."""
	user = frappe.session.user
	if user == ALL_RIGHTS or frappe.request.method == "OPTIONS":
		return
	form: Mapping[str, Any] = dict(frappe.local.form_dict)
	calls = way_in.calls_of(frappe.request, form)
	if all(call.method.startswith(judgement.OURS) for call in calls):
		return
	sent = _sent(frappe.request, form)
	at_desk = is_at_desk(user)
	calls = way_in.calls_of(frappe.request, form)
	judgement.judge(
		calls,
		ours.names().named(sent),
		str(user),
		at_desk,
		frozenset() if at_desk else ours.OF_EDUCATION.named(sent),
	)
	if not all(call.method in templates.SAVING or call.method.startswith(judgement.OURS) for call in calls):
		templates.check_sent(form, sent)


def job(method: str, kwargs: Mapping[str, Any], **_more: Any) -> None:
	"""Before a job that acts for somebody."""
	user = frappe.session.user
	if user in (ALL_RIGHTS, "", None) or method.startswith(judgement.OURS):
		return
	named = ours.names().named(json.dumps(kwargs, ensure_ascii=False, default=str))
	if named:
		calls = [call for call in way_in.of_job(method, kwargs) if call.method not in desk.JOBS]
		judgement.judge(calls, named, str(user), at_desk=True)


def _sent(asked: Request, form: Mapping[str, Any]) -> str:
	"""Everything that was sent, as one text."""
	said = [asked.path, json.dumps(form, ensure_ascii=False, default=str)]
	if asked.args:
		said.append(json.dumps(asked.args.to_dict(flat=False), ensure_ascii=False))
	if asked.headers.get(KEY_OF_ANOTHER):
		said.append(asked.headers[KEY_OF_ANOTHER])
	# Frappe has read all of it by now, also what came in pieces without a length, or as a form that is none.
	if not asked.is_json and (asked.mimetype not in FORMS or not (asked.form or asked.files)):
		said.append(asked.get_data(as_text=True))
	return "\n".join(said)

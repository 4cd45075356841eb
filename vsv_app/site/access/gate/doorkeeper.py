"""The doorkeeper: every request and every job that acts for somebody passes here, before Frappe does what it asks."""

import json
from collections.abc import Mapping
from typing import Any

import frappe
from werkzeug.wrappers import Request

from vsv_app.engine.access.gate import desk
from vsv_app.site.access.gate import judgement, ours, way_in

NOBODY = ("", None)
ALL_RIGHTS = "Administrator"
AT_DESK = "System User"
OPEN_PAGES = ("app", "login", "assets", "files", "private")
"""Pages that show nothing of a record by what their address says."""


def request() -> None:
	"""Once Frappe knows who asks: judge what is asked."""
	user = frappe.session.user
	if user == ALL_RIGHTS or frappe.request.method == "OPTIONS":
		return
	form: Mapping[str, Any] = frappe.form_dict
	named = ours.names().named(_sent(frappe.request, form))
	judgement.judge(way_in.calls_of(frappe.request, form), named, str(user), _is_at_desk(user))


def job(method: str, kwargs: Mapping[str, Any], **_more: Any) -> None:
	"""Before a job that acts for somebody."""
	user = frappe.session.user
	if user in (ALL_RIGHTS, *NOBODY) or method.startswith(judgement.OURS):
		return
	named = ours.names().named(json.dumps(kwargs, ensure_ascii=False, default=str))
	if named:
		calls = [call for call in way_in.of_job(method, kwargs) if call.method not in desk.JOBS]
		judgement.judge(calls, named, str(user), at_desk=True)


def _sent(asked: Request, form: Mapping[str, Any]) -> str:
	"""Everything that was sent, as one text."""
	said = [asked.path, json.dumps(form, ensure_ascii=False, default=str)]
	if asked.query_string:
		said.append(asked.query_string.decode(errors="replace"))
	if not asked.is_json and asked.mimetype not in (
		"application/x-www-form-urlencoded",
		"multipart/form-data",
	):
		said.append(asked.get_data(as_text=True))
	return "\n".join(said)


def _is_at_desk(user: str | None) -> bool:
	if user in (*NOBODY, "Guest"):
		return False
	manager = getattr(frappe.local, "login_manager", None)
	if manager and manager.user == user and manager.user_type:
		return bool(manager.user_type == AT_DESK)
	return bool(frappe.get_cached_value("User", user, "user_type") == AT_DESK)

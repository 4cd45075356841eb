"""The mentor board's two questions. Who may act on what is the services' to say: a mentor's own learners alone."""

from typing import Any

import frappe
from frappe import _

from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.engine.signals.signal_lifecycle import IllegalTransition
from vsv_app.services import school
from vsv_app.services.care import mentor_board
from vsv_app.services.care.mentor_board import NotYours
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore


@frappe.whitelist(methods=["GET"])
def overview(lang: str = "en") -> dict[str, Any]:
	"""The current user's own learners."""
	frappe.has_permission("Early Warning Signal", "read", throw=True)
	store = FrappeStore()
	here = school.load(store)
	now = school_now(here)
	return mentor_board.overview(store, here, frappe.session.user, now, lang, _speaker(lang))


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
) -> dict[str, Any]:
	"""Act on a signal about one of the current user's learners, log a talk with one, or start a plan for one."""
	frappe.has_permission("Early Warning Signal", "write", throw=True)
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
	}
	lang = frappe.local.lang or "en"
	try:
		return mentor_board.act(store, frappe.session.user, wanted, now, lang, _speaker(lang))
	except NotYours as refused:
		frappe.throw(_(str(refused)), exc=frappe.PermissionError, title=_("Not Your Learner"))
	except IllegalTransition as illegal:
		frappe.throw(
			_("A signal that is {0} cannot become {1}. Use the mentor board to act on it.").format(
				_(illegal.before), _(illegal.after)
			),
			title=_("Step Not Possible"),
		)
	except ValueError as wrong:
		frappe.throw(said(wrong.args[0]), title=_("Step Not Possible"))
	raise AssertionError("frappe.throw raises")


def _speaker(lang: str) -> Say:
	return lambda text: text and _(text, lang)

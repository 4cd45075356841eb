"""What a person can do about messages that were set aside."""

from datetime import datetime, timezone

import frappe
from frappe import _

from vsv_app.services import school
from vsv_app.services.dispatch import retry
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.stores.frappe_store import FrappeStore

DOCTYPE = "Set Aside Message"
MANY = 500


@frappe.whitelist(methods=["POST"])
def try_again(names: list[str] | str) -> list[str]:
	"""Process messages again; returns those that were accepted."""
	names = _checked(names)
	store = FrappeStore()
	here = school.load(store)
	accepted = retry.try_again(store, Inbox(_now), names, here.local(_now()))
	_report(len(accepted), len(names))
	return accepted


@frappe.whitelist(methods=["POST"])
def dismiss(names: list[str] | str) -> None:
	"""Take messages off the list. They stay in the database."""
	for name in _checked(names):
		message = frappe.get_doc(DOCTYPE, name)
		message.status = "Dismissed"
		message.save()


def _checked(names: list[str] | str) -> list[str]:
	"""The names of messages that this user may write; Desk sends a list as JSON."""
	try:
		names = frappe.parse_json(names)
	except ValueError:
		names = []
	if not names or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
		frappe.throw(_("Choose the messages from the list."), title=_("No Messages"))
	if len(names) > MANY:
		frappe.throw(_("Choose at most {0} messages at a time.").format(MANY), title=_("Too Many"))
	for name in names:
		frappe.get_doc(DOCTYPE, name).check_permission("write")
	return names


def _report(accepted: int, tried: int) -> None:
	if accepted == tried:
		frappe.msgprint(_("Processed {0} messages.").format(accepted), alert=True, indicator="green")
	else:
		frappe.msgprint(
			_(
				"Processed {0} of {1} messages. The others are still refused: their explanation says what to do."
			).format(accepted, tried),
			title=_("Not All Processed"),
			indicator="orange",
		)


def _now() -> datetime:
	return datetime.now(timezone.utc)

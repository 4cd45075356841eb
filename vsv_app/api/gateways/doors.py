"""What installers and administrators ask of a gateway from its form: a one-time code, an order, a badge."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_url

from vsv_app.api.gateways.device import AN_HOUR, _now
from vsv_app.engine.gateways.messages import COMMANDS
from vsv_app.services import school
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.gateways import commands, provisioning
from vsv_app.services.gateways.signed_message import Refused
from vsv_app.site.documents.refusals import said
from vsv_app.site.gateways import broker_files, command_publisher, door_history, listener_process, qr_code
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

LONGEST_ENROLMENT_S = AN_HOUR
DOCTYPE = "Attendance Gateway"


@frappe.whitelist(methods=["POST"])
def make_code(gateway: str) -> dict[str, Any]:
	"""A one-time code for the form's button Provision, of which only the hash is kept, and what to type where."""
	frappe.get_doc(DOCTYPE, gateway).check_permission("write")
	store = FrappeStore()
	try:
		code = provisioning.one_time_code(store, gateway, school.load(store).local(_now()))
	except Refused as refused:
		frappe.throw(said(refused.args[0]), title=_("Not Ready To Provision"))
	command = f"sudo vsv-gateway init --server {get_url()} --gateway {gateway} --code {code}"
	return {
		"code": code,
		"command": command,
		"qr": qr_code.as_image(command),
		"broker": broker_files.commands(frappe.local.site),
		"host_is_missing": provisioning.host_is_missing(store),
	}


@frappe.whitelist(methods=["GET"])
def watched(gateway: str) -> list[dict]:
	"""What each terminal of a gateway could see in the last days, for the gateway's form."""
	frappe.has_permission(DOCTYPE, "read", doc=gateway, throw=True)
	return door_history.of_gateway(gateway, school_now())


@frappe.whitelist(methods=["POST"])
def order(gateway: str, command: str, terminal: str | None = None, seconds: int | None = None) -> str:
	"""Let a gateway that is online do something now: enrol, stop-enrol, identify, refresh-roster; returns the order's id."""
	document = frappe.get_doc(DOCTYPE, gateway)
	document.check_permission("write")
	return send_order(document, command, terminal, seconds)


@frappe.whitelist(methods=["POST"])
def enrol_badge(badge: str, student: str) -> str:
	"""Give a badge in stock to a learner; its earlier taps become the learner's."""
	document = frappe.get_doc("Student Badge", badge)
	document.check_permission("write")
	store = FrappeStore()
	try:
		return enrolment.enrol(store, document.badge_digest, student, school.load(store).local(_now()))
	except enrolment.BadgeTaken as taken:
		frappe.throw(str(taken), title=_("Badge In Use"))
		raise


def send_order(
	gateway: Document, command: str, terminal: str | None = None, seconds: int | None = None
) -> str:
	"""Hand an order for a gateway to the broker, or say why that cannot be; who may give it has been asked before."""
	_check_order(gateway, command, terminal)
	store = FrappeStore()
	here = school.load(store)
	seconds = min(max(seconds, 1), LONGEST_ENROLMENT_S) if seconds else None
	try:
		topic, payload, id = commands.command(
			store, here, str(gateway.name), command, _now(), terminal=terminal, seconds=seconds
		)
		command_publisher.publish(listener_process.address(store), topic, payload, id=id)
	except Refused as refused:
		frappe.throw(str(refused), title=_("Order Not Possible"))
	except command_publisher.BrokerAway as away:
		frappe.throw(
			_("The broker did not take the order: {0}. Look at the broker's address and account in Early Warning Settings.").format(away),
			title=_("Broker Not Reached"),
		)  # fmt: skip
	return id


def _check_order(gateway: Document, command: str, terminal: str | None) -> None:
	"""An order that nobody at the door would notice is refused, and not kept for a moment when nobody expects it."""
	if command not in COMMANDS:
		frappe.throw(_("A gateway knows no order {0}.").format(command), title=_("Order Not Possible"))
	if gateway.status != "Online":
		frappe.throw(
			_("{0} is not online, so nobody at its door would notice. Try again when its form says Online.").format(gateway.name),
			title=_("Gateway Not Online"),
		)  # fmt: skip
	known = [row.terminal for row in gateway.terminals if row.enabled]
	if (terminal or command == "enrol") and terminal not in known:
		frappe.throw(
			_("Choose one of the terminals of {0}: {1}.").format(gateway.name, ", ".join(known) or "-"),
			title=_("Terminal Missing"),
		)

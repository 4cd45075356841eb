import secrets
from collections import Counter

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.gateways.messages import SLUG


class NotAShortName(frappe.ValidationError):
	"""A name that cannot be part of an MQTT topic."""


class TerminalTwice(frappe.ValidationError):
	"""Two terminals of one gateway with the same name."""


class AttendanceGateway(Document):
	def before_insert(self) -> None:
		self.make_keys()

	def validate(self) -> None:
		self.validate_names()
		self.validate_terminals_differ()

	def make_keys(self) -> None:
		"""Both are handed to the gateway when it is provisioned; nobody types them."""
		self.mac_key = self.mac_key or secrets.token_hex(32)
		self.mqtt_password = self.mqtt_password or secrets.token_urlsafe(24)

	def validate_names(self) -> None:
		for name in (self.gateway_id, *(terminal.terminal for terminal in self.terminals)):
			if not SLUG.fullmatch(name or ""):
				frappe.throw(
					_("{0} cannot be used as a name: choose up to 40 lower-case letters, digits and hyphens, for example main-door.").format(frappe.bold(name)),
					exc=NotAShortName,
					title=_("Name Not Possible"),
				)  # fmt: skip

	def validate_terminals_differ(self) -> None:
		for name, times in Counter(terminal.terminal for terminal in self.terminals).items():
			if times > 1:
				frappe.throw(
					_("Terminal {0} is listed {1} times. Give each door a name of its own.").format(
						frappe.bold(name), times
					),
					exc=TerminalTwice,
					title=_("Terminal Listed Twice"),
				)

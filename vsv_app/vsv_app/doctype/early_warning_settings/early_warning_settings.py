import ssl
from zoneinfo import available_timezones

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.gateways.broker_files import is_this_machine
from vsv_app.engine.gateways.messages import MAC, SLUG
from vsv_app.site.documents.time_fields import undo_time_of_day

LOGS = ("Badge Check In", "Door Watch")


class NotAShortName(frappe.ValidationError):
	"""A name that cannot be part of an MQTT topic."""


class NotAPort(frappe.ValidationError):
	"""A port that no broker can have."""


class NoBroker(frappe.ValidationError):
	"""No machine is named on which the broker runs."""


class NotACertificate(frappe.ValidationError):
	"""Text that no TLS library takes for a certificate: with it the listener could not start."""


class UnknownTimeZone(frappe.ValidationError):
	"""A time zone that does not exist."""


class KeyInUse(frappe.ValidationError):
	"""Badges were enrolled under the key that somebody wants to replace, or it is no key."""


class EarlyWarningSettings(Document):
	def validate(self) -> None:
		undo_time_of_day(self)
		self.validate_school_code()
		self.validate_time_zone()
		self.validate_broker_address()
		self.validate_broker()
		self.validate_badge_key()

	def on_update(self) -> None:
		self.tell_log_settings()

	def validate_school_code(self) -> None:
		if not SLUG.fullmatch(self.school_code or ""):
			frappe.throw(
				_(
					"The school code {0} cannot be used: choose up to 40 lower-case letters, digits and hyphens."
				).format(frappe.bold(self.school_code)),
				exc=NotAShortName,
				title=_("Name Not Possible"),
			)

	def validate_time_zone(self) -> None:
		self.time_zone = self.time_zone or frappe.utils.get_system_timezone()
		if self.time_zone not in available_timezones():
			frappe.throw(
				_(
					"There is no time zone {0}. Choose one from the list, for example Europe/Amsterdam."
				).format(frappe.bold(self.time_zone)),
				exc=UnknownTimeZone,
				title=_("Unknown Time Zone"),
			)

	def validate_broker(self) -> None:
		if not 0 < (self.mqtt_port or 0) < 65536:
			frappe.throw(_("The broker's port is a number from 1 to 65535; usual are 8883 with TLS and 1883 without."), exc=NotAPort, title=_("Port Not Possible"))  # fmt: skip
		if not self.mqtt_tls and not is_this_machine(self.mqtt_host):
			frappe.msgprint(
				_("Without TLS everybody on the network can read and drop what goes to the broker {0}. Switch TLS on.").format(frappe.bold(self.mqtt_host)),
				title=_("Not Encrypted"),
				indicator="orange",
			)  # fmt: skip

	def validate_broker_address(self) -> None:
		if not (self.mqtt_host or "").strip():
			frappe.throw(
				_(
					"Say where the broker is: the name or address of its machine, 127.0.0.1 where it is this one."
				),
				exc=NoBroker,
				title=_("No Broker Host"),
			)
		if not (self.mqtt_ca or "").strip():
			return
		try:
			ssl.create_default_context(cadata=self.mqtt_ca.strip())
		except (ssl.SSLError, ValueError):
			frappe.throw(
				_("This is no certificate: copy the whole text of ca.crt, from BEGIN CERTIFICATE to END CERTIFICATE."),
				exc=NotACertificate,
				title=_("Not a Certificate"),
			)  # fmt: skip

	def validate_badge_key(self) -> None:
		key = self.badge_key or ""
		if not key or self.is_dummy_password(key):
			return
		if not MAC.fullmatch(key):
			frappe.throw(_("The badge key has 64 hex digits. Leave the field as it is: the key was made at installation."), exc=KeyInUse, title=_("Not a Key"))  # fmt: skip
		if key != self.get_password("badge_key", raise_exception=False) and frappe.db.count("Student Badge"):
			frappe.throw(
				_("Badges were enrolled under the present key: a new one makes every one of them unknown. Delete the Student Badges first if that is meant."),
				exc=KeyInUse,
				title=_("Key In Use"),
			)  # fmt: skip

	def tell_log_settings(self) -> None:
		"""Frappe's nightly clearing takes its number of days from there."""
		for log in LOGS:
			if frappe.db.exists("Logs To Clear", {"ref_doctype": log}):
				frappe.db.set_value("Logs To Clear", {"ref_doctype": log}, "days", self.check_in_days)

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.partners import agreements


class NamedInAgreements(frappe.ValidationError):
	"""A name that stands in agreements that are signed, or in consents."""


class Stakeholder(Document):
	def before_rename(self, old: str, _new: str, merge: bool = False) -> None:
		"""What was signed is about this name; and a consent towards one partner is none towards another."""
		parties = frappe.get_all("Agreement Party", {"stakeholder": old}, pluck="parent")
		bound = {"name": ("in", parties or [""]), "status": ("in", agreements.BOUND)}
		signed = frappe.get_all("Stakeholder Agreement", bound, pluck="title")
		if signed:
			frappe.throw(
				_("Signed agreements are about this name: {0}. End them, or keep the name.").format(
					", ".join(frappe.utils.escape_html(title) for title in signed)
				),
				exc=NamedInAgreements,
				title=_("Signed Under This Name"),
			)
		if merge and frappe.db.exists("Consent Record", {"stakeholder": old}):
			frappe.throw(
				_("Consent was given to share with {0} and with nobody else: it is not merged.").format(
					frappe.bold(frappe.utils.escape_html(old))
				),
				exc=NamedInAgreements,
				title=_("Consent Was Given"),
			)

import frappe
from frappe import _
from frappe.model.document import Document

from vsv_app.engine.partners import agreements
from vsv_app.site.access.gate.people import is_at_desk


class NamedInAgreements(frappe.ValidationError):
	"""A name that stands in agreements that are signed, or in consents."""


class NoPartner(frappe.ValidationError):
	"""A contact of a partner who works at the school, or names oneself."""


class Stakeholder(Document):
	def validate(self) -> None:
		self.validate_contacts()

	def validate_contacts(self) -> None:
		"""A contact sees in the portal what is shared with the partner: nobody at the school becomes one."""
		before = self.get_doc_before_save()
		known = {row.user for row in before.contacts} if before else set()
		for row in self.contacts:
			if (
				row.user
				and row.user not in known
				and (row.user == frappe.session.user or is_at_desk(row.user))
			):
				frappe.throw(
					_(
						"{0} is no account of a partner: who works at the school is no contact outside of it."
					).format(frappe.bold(frappe.utils.escape_html(row.user))),
					exc=NoPartner,
					title=_("People Outside The School"),
				)

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

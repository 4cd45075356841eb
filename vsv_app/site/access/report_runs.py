"""Reports that Frappe makes for later: prepared ones, and those that go by mail. Made and had by who may run the report.

Frappe makes them for whoever asks, with the rights of whoever is named in them, and shows prepared ones to each reader of the report.
"""

from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.prepared_report import prepared_report
from frappe.desk import query_report
from frappe.email.doctype.auto_email_report import auto_email_report
from frappe.model.document import Document

from vsv_app.engine.access.reports import DOORS, FIGURES, REPORTS
from vsv_app.engine.access.table import ABOUT_LEARNERS, PARENTS

OURS = frozenset(row.report for row in REPORTS)
KINDS = frozenset((*ABOUT_LEARNERS, *PARENTS))
NAME_NOBODY = frozenset(
	name for name in OURS if all(row.learners in (FIGURES, DOORS) for row in REPORTS if row.report == name)
)
"""Reports of figures and doors: these may go by mail."""


class NotByMail(frappe.ValidationError):
	"""A report that names learners, and would leave by mail."""


class InOwnName(frappe.PermissionError):
	"""A report that would be made with somebody else's rights."""


class PreparedReport(prepared_report.PreparedReport):
	"""As Frappe's; what it holds is for who had it made."""

	def get_prepared_data(self, with_file_name: bool = False) -> Any:
		if not allowed(self):
			raise frappe.PermissionError
		return super().get_prepared_data(with_file_name=with_file_name)


class AutoEmailReport(auto_email_report.AutoEmailReport):
	"""As Frappe's; made as the person in whose name it goes, and not at all where that person may no longer run it."""

	def get_report_content(self) -> Any:
		asks = frappe.session.user
		if not is_ours(self.report):
			return super().get_report_content()
		if names_learners(self.report) or asks not in (self.user, "Administrator"):
			return None
		frappe.set_user(self.user)
		try:
			return super().get_report_content() if _may_run(self.report) else None
		finally:
			frappe.set_user(asks)


def check_preparing(report: Document, _event: str | None = None) -> None:
	"""Before a report is made in the background: who asks for it may run it."""
	query_report.get_report_doc(report.report_name)


def check_mailing(report: Document, _event: str | None = None) -> None:
	"""A report by mail: none that names learners, and in the name of who sets it up."""
	if not is_ours(report.report):
		return
	if names_learners(report.report):
		frappe.throw(
			_("Reports that name learners are not sent by mail. Whoever reads them signs in."),
			exc=NotByMail,
			title=_("Not By Mail"),
		)
	stored = frappe.db.get_value("Auto Email Report", report.name, "user")
	if report.user not in (stored, frappe.session.user):
		frappe.throw(
			_("A report is sent in the name of who sets it up."), exc=InOwnName, title=_("In Your Own Name")
		)
	if report.user == frappe.session.user:
		query_report.get_report_doc(report.report)


def listed(user: str | None = None, doctype: str = "") -> str:
	"""SQL condition: of reports of ours the prepared and mailed ones of the user."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	field, whose = _fields(doctype)
	reports = ", ".join(frappe.db.escape(name) for name in (*sorted(OURS), *_of_kinds_about_learners()))
	return f"(`tab{doctype}`.{field} not in ({reports}) or `tab{doctype}`.{whose} = {frappe.db.escape(user)})"


def allowed(doc: Document, ptype: str = "read", user: str | None = None, **_more: Any) -> bool:
	"""Whether a prepared or mailed report is the user's own; of reports of others Frappe's own rights say."""
	user = user or frappe.session.user
	field, whose = _fields(doc.doctype)
	stored = frappe.db.get_value(doc.doctype, doc.name, [field, whose], as_dict=True) or doc
	return user == "Administrator" or not is_ours(stored.get(field)) or stored.get(whose) == user


def is_ours(report: str | None) -> bool:
	"""Whether a report is one of the app, made from one, or of documents about learners."""
	return bool(report) and (
		_origin(str(report)) in OURS or frappe.db.get_value("Report", report, "ref_doctype") in KINDS
	)


def names_learners(report: str) -> bool:
	"""Whether a report, or what it is a report of, may name a learner."""
	return is_ours(report) and _origin(report) not in NAME_NOBODY


def _of_kinds_about_learners() -> list[str]:
	of_kinds = frappe.get_all("Report", {"ref_doctype": ("in", KINDS)}, pluck="name")
	made_from = frappe.get_all("Report", {"reference_report": ("in", OURS)}, pluck="name")
	return sorted({*of_kinds, *made_from})


def _origin(report: str) -> str:
	"""The report that a school's own is made from."""
	return frappe.db.get_value("Report", report, "reference_report") or report


def _fields(doctype: str) -> tuple[str, str]:
	"""The fields that say which report, and whose."""
	return ("report_name", "owner") if doctype == "Prepared Report" else ("report", "user")


def _may_run(report: str) -> bool:
	try:
		query_report.get_report_doc(report)
	except frappe.PermissionError:
		frappe.clear_last_message()
		return False
	return True

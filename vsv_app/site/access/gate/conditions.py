"""Conditions of the allow-list: what the arguments of a method must be, so that it asks what it ought to."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import frappe

from vsv_app.engine.access.gate.declaration import STANDS_FOR_A_KIND, Way
from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.site.access.gate import queries
from vsv_app.site.access.gate.ours import BY_NAME, KINDS

IGNORING = "ignore_"


@dataclass(frozen=True)
class Asked:
	"""What a method was asked: the way it is declared as, its arguments, and who asks."""

	way: Way
	args: Mapping[str, Any]
	user: str

	def kind(self) -> str:
		"""The kind that it is about: one of ours by its own name, or whatever was said."""
		said = self.args.get(self.way.of)
		if isinstance(said, str) and said.lstrip().startswith("{"):
			said = json.loads(said)
		if isinstance(said, Mapping):
			said = said.get("doctype")
		if not isinstance(said, str):
			return ""
		return said

	def names(self) -> Iterator[str]:
		"""The records that it is about."""
		said = self.args.get(self.way.name)
		if isinstance(said, str) and said.lstrip().startswith("["):
			said = json.loads(said)
		yield from (str(one) for one in (said if isinstance(said, list | tuple) else [said]) if one)


def meets(asked: Asked) -> bool:
	"""Whether everything that is asked of a way is so. Whoever cannot be understood is refused."""
	try:
		return (
			_names_exactly(asked)
			and _ignores_nothing(asked)
			and all(CONDITIONS[name](asked) for name in asked.way.if_)
		)
	except (ValueError, TypeError, KeyError, AttributeError, frappe.DoesNotExistError):
		return False


def _names_exactly(asked: Asked) -> bool:
	"""A kind of ours under its own name: "concern " is none to a program, and Concern to the database."""
	kind = asked.kind()
	return BY_NAME.exact(kind) in (None, kind)


def _ignores_nothing(asked: Asked) -> bool:
	"""Nobody tells Frappe to ignore permissions."""
	told = [value for name, value in asked.args.items() if str(name).lower().startswith(IGNORING)]
	return not any(frappe.utils.sbool(value) for value in told if value not in ("0", ""))


def _plain_query(asked: Asked) -> bool:
	return queries.is_plain(asked.kind(), asked.args) and not frappe.utils.cint(asked.args.get("debug"))


def _no_query_function(asked: Asked) -> bool:
	return not asked.args.get("query")


def _record(right: str) -> Callable[[Asked], bool]:
	def may(asked: Asked) -> bool:
		kind = asked.kind()
		if kind not in BY_NAME:
			return True
		names = list(asked.names())
		return bool(names) and all(
			frappe.db.exists(kind, name) and frappe.has_permission(kind, right, doc=name) for name in names
		)

	return may


def _kind(right: str) -> Callable[[Asked], bool]:
	def may(asked: Asked) -> bool:
		kind = asked.kind()
		return kind not in BY_NAME or bool(frappe.has_permission(kind, right))

	return may


def _nobody_elses(asked: Asked) -> bool:
	"""As oneself: no other user is named for whom a report is run."""
	return asked.args.get("user") in (None, "", asked.user)


def _made_by_rights(asked: Asked) -> bool:
	"""A report that asks the rights of whoever runs it: of an app, or made of a list. Not one of SQL about our kinds."""
	report = frappe.get_cached_doc("Report", asked.args.get(asked.way.name))
	if report.report_type == "Custom Report":
		report = frappe.get_cached_doc("Report", report.reference_report)
	if report.report_type in ("Report Builder", "Custom Report"):
		return True
	if report.is_standard == "Yes":
		return report.report_type == "Script Report" or not _tells(report)
	return not _tells(report)


def _tells(document: Any) -> bool:
	"""Whether what it runs names one of our kinds."""
	said = "\n".join(str(document.get(field) or "") for field in STANDS_FOR_A_KIND[document.doctype])
	return bool(BY_NAME.named(said) & KINDS)


def _stored_chart(asked: Asked) -> bool:
	"""A chart that is stored, drawn by a list: a heatmap asks no rights."""
	if asked.args.get("chart") and not asked.args.get("chart_name"):
		return False
	chart = frappe.get_cached_doc("Dashboard Chart", asked.args.get("chart_name"))
	return chart.type != "Heatmap" and queries.is_plain(
		chart.document_type, {"filters": asked.args.get("filters")}
	)


def _plain_card(asked: Asked) -> bool:
	card = frappe.parse_json(asked.args.get("doc"))
	return queries.is_plain(
		card["document_type"],
		{"filters": asked.args.get("filters"), "field": card.get("aggregate_function_based_on")},
	)


def _may_be_chosen(asked: Asked) -> bool:
	"""To choose a record one need not read it where the kind may be selected; of a learner's record the right on it."""
	kind = asked.kind()
	return kind not in ABOUT_LEARNERS or _record("read")(asked)


def _readable(doctype: str) -> Callable[[Asked], bool]:
	def may(asked: Asked) -> bool:
		names = list(asked.names())
		return bool(frappe.has_permission(doctype, "read")) and all(
			frappe.db.exists(doctype, name) and frappe.has_permission(doctype, "read", doc=name)
			for name in names
		)

	return may


def _attendance(asked: Asked) -> bool:
	return bool(frappe.has_permission("Student Attendance", "read"))


def _not_by_assignee(asked: Asked) -> bool:
	return asked.args.get("field") != "assigned_to"


CONDITIONS: dict[str, Callable[[Asked], bool]] = {
	"plain query": _plain_query,
	"no query function": _no_query_function,
	"record may be read": _record("read"),
	"record may be written": _record("write"),
	"kind may be read": _kind("read"),
	"as oneself": _nobody_elses,
	"made by rights": _made_by_rights,
	"stored chart": _stored_chart,
	"plain card": _plain_card,
	"not by assignee": _not_by_assignee,
	"record may be chosen": _may_be_chosen,
	"learner may be read": _readable("Student"),
	"group may be read": _readable("Student Group"),
	"attendance may be read": _attendance,
}

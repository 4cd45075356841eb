"""Conditions of the allow-list: what the arguments of a method must be, so that it asks what it ought to."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import frappe

from vsv_app.engine.access.gate.declaration import STANDS_FOR_A_KIND, Way
from vsv_app.engine.access.gate.desk import QUERIES
from vsv_app.engine.access.table import ABOUT_LEARNERS
from vsv_app.modules import MODULES
from vsv_app.site.access.gate import queries
from vsv_app.site.access.gate.ours import BY_NAME, KINDS, OF_EDUCATION

IGNORING = "ignore_"
OPENING = ("{", "[")
NOT_UNDERSTOOD = (ValueError, TypeError, KeyError, AttributeError, frappe.DoesNotExistError)


@dataclass(frozen=True)
class Asked:
	"""What a method was asked: the way it is declared as, its arguments, and who asks."""

	way: Way
	args: Mapping[str, Any]
	user: str

	def documents(self) -> Iterator[tuple[Any, Any]]:
		"""Kind and name of each that it is about, as they were said; a document may be sent whole."""
		names = _parsed(self.args.get(self.way.name))
		for said in (_parsed(self.args.get(one)) for one in self.way.of.split()):
			for one in said if isinstance(said, list) else [said]:
				if isinstance(one, Mapping):
					yield one.get("doctype"), one.get("name")
				elif one:
					for name in names if isinstance(names, list) else [names]:
						yield one, name

	@property
	def kind(self) -> str:
		return next((str(kind) for kind, _name in self.documents()), "")


def meets(asked: Asked) -> bool:
	"""Whether everything that is asked of a way is so. What cannot be understood is refused."""
	try:
		return (
			all(_is_named(*document) for document in asked.documents())
			and _is_name(_parsed(asked.args.get(asked.way.name)))
			and _ignores_nothing(asked)
			and all(CONDITIONS[name](asked) for name in asked.way.if_)
		)
	except NOT_UNDERSTOOD:
		return False


def _is_named(kind: Any, name: Any) -> bool:
	"""Under its own name: "concern " is none to a program, and Concern to the database. And no condition where a name belongs."""
	return isinstance(kind, str) and BY_NAME.exact(kind) in (None, kind) and _is_name(name)


def _is_name(said: Any) -> bool:
	return all(
		one is None or isinstance(one, str | int) for one in (said if isinstance(said, list) else [said])
	)


def _ignores_nothing(asked: Asked) -> bool:
	"""Nobody tells Frappe to ignore permissions."""
	told = [value for name, value in asked.args.items() if str(name).lower().startswith(IGNORING)]
	return not any(frappe.utils.sbool(value) for value in told if value not in ("0", ""))


def _parsed(said: Any) -> Any:
	return json.loads(said) if isinstance(said, str) and said.lstrip().startswith(OPENING) else said


def _plain_query(asked: Asked) -> bool:
	return queries.is_plain(asked.kind, asked.args) and not frappe.utils.cint(asked.args.get("debug"))


def _known_query(asked: Asked) -> bool:
	"""By a list, or by a function that tells of no record."""
	return not asked.args.get("query") or asked.args["query"] in QUERIES


def _plain_calendar(asked: Asked) -> bool:
	"""Columns by their names: Frappe builds conditions out of them."""
	columns = [one for one in _parsed(asked.args.get("field_map")).values() if one]
	return all(isinstance(one, bool | int) or queries.FIELD.fullmatch(one) for one in columns)


def _by_name(asked: Asked) -> bool:
	"""Not by conditions: whether there is one that meets them is told by the refusal."""
	return not _parsed(asked.args.get("filters"))


def _not_in_the_background(asked: Asked) -> bool:
	"""What Frappe 16 exports in the background it mails, where nobody is asked any more."""
	return not frappe.utils.sbool(asked.args.get("export_in_background") or 0)


def _links_stay_names(asked: Asked) -> bool:
	return not any(asked.args.get(name) for name in ("expand", "expand_links"))


def _record(right: str) -> Callable[[Asked], bool]:
	def may(asked: Asked) -> bool:
		return all(_may(right, kind, name) for kind, name in asked.documents() if kind in BY_NAME)

	return may


def _may(right: str, kind: str, name: Any) -> bool:
	return bool(name and frappe.db.exists(kind, name) and frappe.has_permission(kind, right, doc=str(name)))


def _may_be_chosen(asked: Asked) -> bool:
	"""To choose a record one need not read it, unless it says something about a learner."""
	return all(_may("read", kind, name) for kind, name in asked.documents() if kind in ABOUT_LEARNERS)


def _each_file(asked: Asked) -> bool:
	"""Files are handed on by those who may read them."""
	files = _parsed(asked.args.get("attachments")) or []
	named = [one.get("fid") if isinstance(one, Mapping) else one for one in files]
	return all(isinstance(one, str) and _may("read", "File", one) for one in named if one)


def _nobody_elses(asked: Asked) -> bool:
	"""As oneself, and not from what was prepared for somebody else."""
	filters = _parsed(asked.args.get("filters")) or {}
	prepared = filters.get("prepared_report_name") if isinstance(filters, Mapping) else None
	return asked.args.get("user") in (None, "", asked.user) and (
		not prepared or _is_own_report(prepared, asked.user)
	)


def _own_prepared(asked: Asked) -> bool:
	named = asked.args.get(asked.way.name)
	report = frappe.db.get_value("Prepared Report", named, "report_name")
	kinds = _kinds_of_report(frappe.get_cached_doc("Report", report)) if report else frozenset()
	return not kinds or _is_own_report(named, asked.user)


def _own_mail(asked: Asked) -> bool:
	"""A report that is mailed is made with the rights of whom it names."""
	return frappe.db.get_value("Auto Email Report", asked.args.get(asked.way.name), "user") == asked.user


def _is_own_report(name: Any, user: str) -> bool:
	return isinstance(name, str) and frappe.db.get_value("Prepared Report", name, "owner") == user


def _made_by_rights(asked: Asked) -> bool:
	"""A report that asks the rights of whoever runs it: of this app, or made of a list. Of others it may not concern our kinds."""
	report = frappe.get_cached_doc("Report", asked.args.get(asked.way.name))
	if report.report_type == "Custom Report":
		if not _plain_columns(report.json and json.loads(report.json).get("columns")):
			return False
		report = frappe.get_cached_doc("Report", report.reference_report)
	if not _plain_columns(_parsed(asked.args.get("custom_columns"))):
		return False
	return report.report_type == "Report Builder" or (
		report.module in MODULES and report.is_standard == "Yes"
	)


def _plain_columns(columns: Any) -> bool:
	return all(queries.FIELD.fullmatch(column["fieldname"].split("-")[0]) for column in columns or ())


def _may_be_run(asked: Asked) -> bool:
	"""A report that is prepared in the background, where nobody asks."""
	report = frappe.get_cached_doc("Report", asked.args.get(asked.way.name))
	return bool(report.is_permitted() and frappe.has_permission(report.ref_doctype, "report"))


def _kinds_of_report(document: Any) -> frozenset[str]:
	"""Which of our kinds a report, or what is made of one, is about."""
	said = "\n".join(str(document.get(field) or "") for field in STANDS_FOR_A_KIND[document.doctype])
	return BY_NAME.named(said) & KINDS


def _stored_chart(asked: Asked) -> bool:
	"""A chart that is stored, drawn by a list: a heatmap asks no rights, and one that is sent says what it likes."""
	if not asked.args.get("chart_name"):
		return False
	chart = frappe.get_cached_doc("Dashboard Chart", asked.args["chart_name"])
	fields = ("based_on", "value_based_on", "group_by_based_on", "aggregate_function_based_on")
	return (
		chart.type != "Heatmap"
		and all(queries.FIELD.fullmatch(chart.get(field)) for field in fields if chart.get(field))
		and queries.is_plain(chart.document_type, {"filters": chart.filters_json})
		and queries.is_plain(chart.document_type, {"filters": asked.args.get("filters")})
	)


def _plain_card(asked: Asked) -> bool:
	"""A card that counts a list; the one that is stored as well as the one that is sent."""
	sent = frappe._dict(_parsed(asked.args.get("doc")))
	stored = frappe.db.exists("Number Card", sent.name) and frappe.get_cached_doc("Number Card", sent.name)
	return all(
		queries.is_plain(
			card.document_type,
			{"filters": asked.args.get("filters"), "field": card.aggregate_function_based_on},
		)
		for card in (sent, stored)
		if card
	)


def _cards(asked: Asked) -> bool:
	"""Where a card lies is compared with where it is said to lie."""
	kind = frappe.get_cached_value("Kanban Board", asked.args.get(asked.way.name), "reference_doctype")
	cards = [card for column in _parsed(asked.args.get("order")).values() for card in column]
	return all(isinstance(card, str) and _may("read", kind, card) for card in cards)


def _readable(doctype: str) -> Callable[[Asked], bool]:
	def may(asked: Asked) -> bool:
		name = asked.args.get(asked.way.name)
		return _may("read", doctype, name)

	return may


def _attendance(asked: Asked) -> bool:
	return bool(frappe.has_permission("Student Attendance", "read"))


def _learner_may_be_chosen(asked: Asked) -> bool:
	"""Who keeps leave or fees chooses learners by name, and does not read the register."""
	named = asked.args.get(asked.way.name)
	return any(_may(right, "Student", named) for right in ("select", "read"))


def _groups_may_be_made(_asked: Asked) -> bool:
	return bool(frappe.has_permission("Student Group", "write"))


def _learner_of_card(asked: Asked) -> bool:
	return _may("read", "Student", _parsed(asked.args.get("doc")).get("student"))


def _guardian_may_be_changed(asked: Asked) -> bool:
	return _may("write", "Guardian", asked.args.get(asked.way.name))


def _form_of_others(asked: Asked) -> bool:
	kind = frappe.db.get_value("Web Form", asked.args.get(asked.way.name), "doc_type")
	return bool(kind) and kind not in BY_NAME and kind not in OF_EDUCATION


def _own_learner(asked: Asked) -> bool:
	named = asked.args.get(asked.way.name)
	return bool(named) and frappe.db.get_value("Student", named, "user") == asked.user


CONDITIONS: dict[str, Callable[[Asked], bool]] = {
	"plain query": _plain_query,
	"known query": _known_query,
	"not in the background": _not_in_the_background,
	"links stay names": _links_stay_names,
	"plain calendar": _plain_calendar,
	"by name": _by_name,
	"record may be read": _record("read"),
	"record may be written": _record("write"),
	"record may be chosen": _may_be_chosen,
	"each file may be read": _each_file,
	"as oneself": _nobody_elses,
	"one's own": _own_prepared,
	"one's own mail": _own_mail,
	"made by rights": _made_by_rights,
	"report may be run": _may_be_run,
	"stored chart": _stored_chart,
	"plain card": _plain_card,
	"cards may be read": _cards,
	"learner may be read": _readable("Student"),
	"learner may be chosen": _learner_may_be_chosen,
	"learner of the card may be read": _learner_of_card,
	"group may be read": _readable("Student Group"),
	"groups may be made": _groups_may_be_made,
	"guardian may be changed": _guardian_may_be_changed,
	"attendance may be read": _attendance,
	"form is not about ours": _form_of_others,
	"one's own learner": _own_learner,
}

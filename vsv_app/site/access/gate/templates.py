"""Templates: what people write between {{ and }} is a program, which Frappe runs with all rights, so theirs call no function.

Terms and conditions, contracts, pages, newsletters and many more are templates to Frappe and ERPNext, and a template may read and
change any record. Fields, conditions and formats are for everybody; a program is written by who administers the site.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from jinja2 import Environment, TemplateSyntaxError, nodes

from vsv_app.engine.access.roles import SITE

SIGNS = ("{{", "{%")
HIDDEN = "u007"
"""How JSON may write the sign within a text of a text."""
OTHER_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
NAMESPACE, WORDS = "frappe", "_"
OF_A_RECORD = frozenset({"get", "get_formatted"})
FORMATS = frozenset(
	{
		WORDS,
		*(f"{NAMESPACE}.{name}" for name in ("format", "format_value", "format_date", "get_url")),
		*(
			f"{NAMESPACE}.utils.{name}"
			for name in (
				"add_days", "add_months", "cint", "cstr", "date_diff", "escape_html", "flt", "fmt_money", "format_date", "format_datetime",
				"format_time", "formatdate", "get_datetime", "get_first_day", "get_last_day", "get_time", "get_url", "getdate", "in_words",
				"money_in_words", "now", "now_datetime", "nowdate", "nowtime", "rounded", "strip_html", "today",
			)
		),
	}
)  # fmt: skip
"""Functions that write a value in another way, and read nothing."""
SAVING = frozenset(
	{
		"frappe.desk.form.save.savedocs",
		*(f"frappe.client.{name}" for name in ("insert", "insert_many", "save", "set_value", "submit")),
		*(f"frappe.api.{version}.{name}_doc" for version in ("v1", "v2") for name in ("create", "update")),
	}
)
"""Methods that do nothing with a text but store it, which is looked at when it is stored."""
DEEP = 12
READING = Environment(autoescape=True)


class ProgramInText(frappe.PermissionError):
	"""Somebody who does not administer the site has written a program into a text."""


def check_sent(form: Mapping[str, Any], sent: str) -> None:
	"""A request: what it sends may be run without being stored."""
	if (any(sign in sent for sign in SIGNS) or HIDDEN in sent) and not _may_write_programs():
		_refuse_programs(_texts(form))


def check(document: Document, _event: str | None = None) -> None:
	"""A document, before its own methods see it, and once more as it is stored: Frappe takes tags out in between."""
	texts = set(_of_document(document))
	if not texts or _may_write_programs():
		return
	before = document.get_doc_before_save()
	_refuse_programs(texts - set(_of_document(before) if before else ()))


def is_plain(text: str) -> bool:
	"""Whether a template reads and formats what it is given, and nothing else."""
	try:
		tree = READING.parse(text)
	except TemplateSyntaxError:
		return "(" not in text  # none by itself, and a part of one perhaps
	return not any(True for _node in tree.find_all(OTHER_FILES)) and all(
		(*map(_is_format, tree.find_all(nodes.Call)), *map(_leaves_names, tree.find_all((nodes.Name, nodes.Macro))))
	)  # fmt: skip


def _is_format(call: nodes.Call) -> bool:
	if _path(call.node) in FORMATS:
		return True
	asked = call.node
	return (
		isinstance(asked, nodes.Getattr)
		and asked.attr in OF_A_RECORD
		and isinstance(asked.node, nodes.Name)
		and asked.node.name != NAMESPACE
	)


def _path(node: nodes.Node) -> str:
	if isinstance(node, nodes.Getattr):
		return f"{_path(node.node)}.{node.attr}"
	return node.name if isinstance(node, nodes.Name) else ""


def _leaves_names(node: nodes.Node) -> bool:
	"""Whether the names of the functions keep their meaning."""
	taken = isinstance(node, nodes.Macro) or node.ctx != "load"
	return not taken or node.name not in (NAMESPACE, WORDS)


def _may_write_programs() -> bool:
	user = frappe.session.user
	return user == "Administrator" or SITE in frappe.get_roles(user)


def _refuse_programs(texts: Iterable[str]) -> None:
	for text in texts:
		if any(sign in text for sign in SIGNS) and not is_plain(text):
			frappe.throw(
				_(
					"This text holds a program: {0}. Between {1} and {2} may stand fields, such as {3}. What calls a function is written by a System Manager."
				).format(
					frappe.bold(frappe.utils.escape_html(_shown(text))),
					"{{",
					"}}",
					"{{ doc.name }}",
				),
				exc=ProgramInText,
				title=_("A Program In A Text"),
			)


def _shown(text: str) -> str:
	start = min(text.find(sign) for sign in SIGNS if sign in text)
	return text[start : start + 60]


def _of_document(document: Document) -> Iterator[str]:
	for value in document.__dict__.values():
		if isinstance(value, str):
			if SIGNS[0] in value or SIGNS[1] in value:
				yield value
		elif isinstance(value, list):
			for row in value:
				if isinstance(row, Document):
					yield from _of_document(row)


def _texts(said: Any, depth: int = 0) -> Iterator[str]:
	"""Every text of what was sent, also of JSON within a text."""
	if isinstance(said, str):
		yield said
		if depth < DEEP and said.lstrip()[:1] in ("{", "["):
			try:
				yield from _texts(json.loads(said), depth + 1)
			except ValueError:
				return
	elif depth < DEEP and isinstance(said, Mapping):
		for name, value in said.items():
			yield str(name)
			yield from _texts(value, depth + 1)
	elif depth < DEEP and isinstance(said, list | tuple):
		for one in said:
			yield from _texts(one, depth + 1)

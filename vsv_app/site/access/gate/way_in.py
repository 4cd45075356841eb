"""The way in: the functions that a request really calls, and with what; one that an address or an argument names comes to the same.

Frappe calls a method by `cmd`, by its two interfaces, by a document's own method, and by a name that another method is given.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.api import API_URL_MAP
from frappe.core.doctype.server_script.server_script_utils import get_server_script_map
from frappe.model.base_document import get_controller
from frappe.modules.utils import load_doctype_module
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from vsv_app.site.access.gate.ours import BY_NAME

PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")
PAGE, SCRIPT, UNKNOWN = "page", "server script", "unknown method"
WRITTEN_HERE = "web page"
RUN_DOC_METHOD = "frappe.handler.run_doc_method"
NAMELESS = "frappe.write_only.<locals>.innfn.<locals>.wrapper_fn"
"""What Frappe's `write_only` makes: it says neither the name nor the function that it wraps."""
DEEP = 12
"""How deep in arguments names of methods are looked for; nobody sends more."""


@dataclass(frozen=True)
class Call:
	"""One function that is called.

	method      module and name of the function; of a page the word "page" and its first part
	args        what it is given
	guest       whether Frappe lets somebody call it who is not signed in
	inner       named in an argument of another one, which says by itself what this one is given
	"""

	method: str
	args: Mapping[str, Any] = field(default_factory=dict)
	guest: bool = False
	inner: bool = False


def calls_of(request: Request, form: Mapping[str, Any]) -> list[Call]:
	"""What a request calls. Empty where Frappe knows nothing of the kind, and calls nothing."""
	if form.get("cmd"):
		found = list(_of_method(form["cmd"], form))
	elif request.path.startswith("/api/"):
		found = list(_of_api(request, form))
	else:
		found = [Call(f"{PAGE}:{_page(request.path.strip('/'))}", form, guest=True)]
	given = {name: value for name, value in form.items() if name != "cmd"}
	return [*found, *_inside(given)]


def _page(path: str) -> str:
	"""The first part of an address; a page that the school wrote itself may have the name of a kind, and is no list of it."""
	if BY_NAME.exact(path) and frappe.db.exists("Web Page", {"route": path, "published": 1}):
		return WRITTEN_HERE
	return path.partition("/")[0] or "home"


def of_job(method: str | Callable[..., Any], kwargs: Mapping[str, Any]) -> list[Call]:
	"""What a background job calls."""
	called = frappe.get_attr(method) if isinstance(method, str) else method
	found = [
		Call(identity(called), kwargs),
		*_of_document(kwargs.get("doctype"), kwargs.get("doc_method"), kwargs),
	]
	return [*found, *_inside(kwargs)]


def identity(function: Callable[..., Any]) -> str:
	"""Module and name of a function, through whatever wraps it and wherever it is imported."""
	plain = inspect.unwrap(getattr(function, "__func__", function))
	name = f"{plain.__module__}.{plain.__qualname__}"
	return identity(inspect.getclosurevars(plain).nonlocals["fn"]) if name == NAMELESS else name


def _of_api(request: Request, form: Mapping[str, Any]) -> Iterator[Call]:
	try:
		endpoint, given = API_URL_MAP.bind_to_environ(request.environ).match()
	except HTTPException:
		return
	name = identity(endpoint)
	given = dict(given)
	if name == "frappe.api.v1.handle_rpc_call":
		yield from _of_method(given["method"].split("/")[0], form)
	elif name == "frappe.api.v2.handle_rpc_call":
		module = f"{load_doctype_module(given['doctype']).__name__}." if given.get("doctype") else ""
		yield from _of_method(f"{module}{given['method']}", form)
	elif name == "frappe.api.v2.<lambda>":
		yield Call("frappe.api.v2.run_doc_method", form)
		yield from _of_document(form.get("document"), form.get("method"), form)
	else:
		args = {**form, **given}
		yield Call(name, args, guest=endpoint in frappe.guest_methods)
		if method := given.get("method") or form.get("run_method"):
			yield from _of_document(given.get("doctype"), method, args)


def _of_method(said: Any, form: Mapping[str, Any]) -> Iterator[Call]:
	if not isinstance(said, str):
		yield Call(UNKNOWN, form)
		return
	name = frappe.override_whitelisted_method(said)
	if get_server_script_map().get("_api", {}).get(name):
		yield Call(f"{SCRIPT}:{name}", form, guest=True)
		return
	try:
		function = frappe.get_attr(name) if "." in name else getattr(frappe.handler, name)
	except Exception:  # noqa: BLE001 Frappe says so itself
		return
	called = identity(function)
	yield Call(called, form, guest=function in frappe.guest_methods)
	if called == RUN_DOC_METHOD:
		yield from _of_document(form.get("dt") or form.get("docs"), form.get("method"), form)


def _of_document(document: Any, method: Any, args: Mapping[str, Any]) -> Iterator[Call]:
	"""A method of a document: of its kind, or sent along as JSON."""
	if not method:
		return
	if isinstance(document, str) and document.lstrip().startswith("{"):
		document = frappe.parse_json(document)
	kind = document.get("doctype") if isinstance(document, Mapping) else document
	try:
		yield Call(identity(getattr(get_controller(kind), method)), args)
	except Exception:  # noqa: BLE001 Frappe says so itself
		return


def _inside(value: Any, depth: int = 0) -> Iterator[Call]:
	"""Methods that are named in arguments: a search calls its query, a tree its source."""
	if isinstance(value, str):
		if len(value) < frappe.db.VARCHAR_LEN and (called := _whitelisted(value.strip())):
			yield called
	elif depth < DEEP and isinstance(value, Mapping):
		for one in value.values():
			yield from _inside(one, depth + 1)
	elif depth < DEEP and isinstance(value, list | tuple):
		for one in value:
			yield from _inside(one, depth + 1)


def _whitelisted(said: str) -> Call | None:
	if not PATH.fullmatch(said) or said.partition(".")[0] not in frappe.get_installed_apps():
		return None
	try:
		function = frappe.get_attr(said)
		known = function in frappe.whitelisted
	except Exception:  # noqa: BLE001 no function
		return None
	return Call(identity(function), {}, function in frappe.guest_methods, inner=True) if known else None

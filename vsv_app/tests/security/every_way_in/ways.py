"""Ways in: requests that reach a method, a document, a page or a file, each aimed at one record.

Every method of `methods` in several shapes and by each route that leads to it; Frappe's REST addresses, v1 and v2; each page of
the website; a private file under each spelling of its address; and records of other kinds that somebody makes to look through.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import frappe
from frappe.modules.utils import get_doctype_module

from vsv_app.tests.security.every_way_in.arguments import (
	HIT,
	Aim,
	address,
	candidates,
	document,
	fields,
	filters,
	native,
	shapes,
)
from vsv_app.tests.security.every_way_in.methods import (
	APPS,
	BAGS,
	Method,
	Parameter,
	every_method,
	looked_up_in,
)
from vsv_app.tests.security.every_way_in.sandbox import Request

MADE = "{made}"
"""In place of the name of what the first request of a way made."""
NO_VALUE = (
	"Section Break",
	"Column Break",
	"Tab Break",
	"HTML",
	"Button",
	"Fold",
	"Heading",
	"Table",
	"Table MultiSelect",
	"Image",
)
LEFT_EMPTY = ("Password", "Signature", "Geolocation", "Barcode")
PLAIN = (
	"Check",
	"Int",
	"Float",
	"Currency",
	"Percent",
	"Date",
	"Datetime",
	"Time",
	"Duration",
	"Color",
	"Rating",
)
SWITCHED_ON = ("enabled", "published", "is_public", "is_private", "send_if_data")


@dataclass(frozen=True)
class Way:
	"""Requests one after the other, by what they are called in a report."""

	label: str
	requests: tuple[Request, ...]


def to_method(method: Method, aim: Aim, at_most: int, seed: int) -> Iterator[Way]:
	for number, values in enumerate(shapes(method, aim, at_most, seed)):
		if method.doctype:
			yield from _to_controller(method, aim, values, number)
		else:
			yield Way(method.path, (_call(method, values, number),))


def _call(method: Method, values: dict[str, Any], number: int) -> Request:
	verb = "POST" if "POST" in method.verbs else method.verbs[0]
	as_json = number % 3 == 2 and verb != "GET"
	sent = {key: native(value) if as_json else value for key, value in values.items()}
	if number % 4 == 1:
		return Request(verb, f"/api/v2/method/{method.path}", sent, as_json)
	if number % 4 == 3:
		return Request(verb, "/", {"cmd": method.path, **sent}, as_json)
	return Request(verb, f"/api/method/{method.path}", sent, as_json)


def _to_controller(method: Method, aim: Aim, values: dict[str, Any], number: int) -> Iterator[Way]:
	doctype = method.doctype
	name = aim.around.made or (aim.canary.name if doctype == aim.canary.doctype else _any_of(doctype))
	if (number % 2 or not name) and doctype != aim.canary.doctype:
		made_up = json.dumps({"doctype": doctype, **in_memory(doctype, aim)})
		yield Way(method.path, (Request("POST", "/api/method/run_doc_method", {"docs": made_up, "method": method.called, "args": json.dumps(values)}),))  # fmt: skip
		yield Way(method.path, (Request("POST", "/api/v2/method/run_doc_method", {"document": made_up, "method": method.called, "kwargs": values}, as_json=True),))  # fmt: skip
	else:
		yield Way(method.path, (Request("POST", "/api/method/run_doc_method", {"dt": doctype, "dn": name, "method": method.called, "args": json.dumps(values)}),))  # fmt: skip
		if number == 0:
			yield Way(method.path, (Request("POST", f"/api/resource/{doctype}/{name}", {"run_method": method.called, **values}),))  # fmt: skip
			yield Way(method.path, (Request("GET", f"/api/v2/document/{doctype}/{name}/method/{method.called}", values),))  # fmt: skip


@cache
def _any_of(doctype: str) -> str:
	if frappe.get_meta(doctype).issingle:
		return doctype
	return next(iter(frappe.get_all(doctype, limit=1, pluck="name")), "")


def in_memory(doctype: str, aim: Aim) -> dict[str, Any]:
	"""Values for the fields of a record that names ours wherever it can name something."""
	found: dict[str, Any] = {}
	for df in frappe.get_meta(doctype).fields:
		if df.fieldtype in NO_VALUE or df.fieldname == "amended_from":
			continue
		value = _for_field(df, aim)
		if value not in (None, ""):
			found[df.fieldname] = value
	return found


def _for_field(df: Any, aim: Aim) -> Any:
	kind = df.fieldtype
	if kind in LEFT_EMPTY:
		return None
	if kind == "Link":
		return _for_link(df, aim)
	if kind == "Select":
		options = [one for one in (df.options or "").split("\n") if one]
		return df.default or (options[0] if df.reqd and options else None)
	if kind in PLAIN:
		value = {
			"Date": aim.around.day,
			"Datetime": aim.around.day,
			"Time": "10:00:00",
			"Color": "#000000",
		}.get(kind, 1)
		return value if df.reqd or df.fieldname in SWITCHED_ON else None
	if kind in ("Attach", "Attach Image"):
		return address(aim)[0]
	value = aim.canary.name if kind == "Dynamic Link" else candidates(Parameter(df.fieldname), aim)[0]
	return value if isinstance(value, str) and HIT not in value else aim.canary.name if df.reqd else None


def _for_link(df: Any, aim: Aim) -> Any:
	if df.options == "DocType":
		return aim.canary.doctype
	if df.options == "Report":
		return aim.around.reports[0]
	if df.options == "User":
		return aim.around.coordinator
	if df.options == "File":
		return aim.canary.file_name
	if df.options in ("Student", aim.canary.doctype):
		return aim.canary.student if df.options == "Student" else aim.canary.name
	return _any_of(df.options) if df.reqd and frappe.db.exists("DocType", df.options) else None


def to_document(aim: Aim) -> Iterator[Way]:
	"""REST v1 and v2: one record, lists, counts, copies; and what is sent to change it."""
	kind, name, field = aim.canary.doctype, aim.canary.name, aim.canary.field
	for version, noun in (("/api", "resource"), ("/api/v1", "resource"), ("/api/v2", "document")):
		one, all_of = f"{version}/{noun}/{kind}/{name}", f"{version}/{noun}/{kind}"
		a_record, a_list = f"{version}/{noun}/…/…", f"{version}/{noun}/…"
		yield Way(a_record, (Request("GET", one),))
		for given in filters(aim):
			yield Way(
				a_list,
				(
					Request(
						"GET",
						all_of,
						{"filters": given, "fields": fields(aim)[0], "limit_page_length": 50, "limit": 50},
					),
				),
			)
		for asked in fields(aim):
			yield Way(
				a_list, (Request("GET", all_of, {"fields": asked, "parent": aim.canary.parent[0] or None}),)
			)
		yield Way(a_list, (Request("GET", all_of, {"order_by": f"`{field}` desc", "debug": "1"}),))
		yield Way(a_list, (Request("GET", all_of, {"or_filters": filters(aim)[0], "group_by": field}),))
		yield Way(
			a_record, (Request("PUT", one, {field: "x", "readers": [{"user": aim.around.me}]}, as_json=True),)
		)
		yield Way(a_record, (Request("DELETE", one),))
		yield Way(
			a_list,
			(
				Request(
					"POST",
					all_of,
					{**json.loads(document(aim)[0]), "student": aim.canary.student},
					as_json=True,
				),
			),
		)
	v2 = f"/api/v2/document/{kind}/{name}"
	yield Way("/api/v2/…/copy", (Request("GET", f"{v2}/copy"),))
	for given in filters(aim)[:2]:
		yield Way("/api/v2/…/count", (Request("GET", f"/api/v2/doctype/{kind}/count", {"filters": given}),))
	yield Way("/api/v2/…/meta", (Request("GET", f"/api/v2/doctype/{kind}/meta"),))


@cache
def pages() -> tuple[tuple[str, tuple[str, ...]], ...]:
	"""Each page of the website that has code, with what its code looks up in the form."""
	found = {}
	for app in APPS:
		root = Path(frappe.get_app_path(app, "www"))
		for file in sorted(root.rglob("*.py")):
			if file.stem != "__init__" and not file.stem.startswith("test_"):
				route = "/" + str(file.relative_to(root).with_suffix("")).replace("_", "-")
				looked_up = looked_up_in(file.read_text())
				keys = sorted(set().union(*(keys for bag, keys in looked_up.items() if bag in BAGS)))
				found[route.removesuffix("/index")] = tuple(keys)
	return tuple(found.items())


def to_page(aim: Aim) -> Iterator[Way]:
	kind, name = aim.canary.doctype, aim.canary.name
	named = {"doctype": kind, "name": name}
	for route, keys in pages():
		values = {**named, **{key: candidates(Parameter(key), aim)[0] for key in keys}}
		for path in {route, route.replace("-", "_")}:
			yield Way(f"page {route}", (Request("GET", path, values),))
	slug = frappe.scrub(kind).replace("_", "-")
	for path in (
		f"/{slug}",
		f"/{slug}/{name}",
		f"/list/{kind}",
		f"/{name}",
		*(f"/{desk}/{slug}/{name}" for desk in ("app", "desk")),
		f"/print/{kind}/{name}",
		f"/{kind}/{name}",
	):
		yield Way("page of a record", (Request("GET", path, named),))
	for given in filters(aim)[:2]:
		yield Way("page /list", (Request("GET", "/list", {"doctype": kind, "filters": given, "txt": HIT}),))
	yield Way(
		"page /printview",
		(Request("GET", "/printview", {"doctype": kind, "name": name, "format": "Standard", "key": "x"}),),
	)


def to_file(aim: Aim) -> Iterator[Way]:
	"""A private file under each spelling, by itself and by a file record that the caller makes."""
	for spelled in address(aim):
		path = "/" + spelled.lstrip("/")
		yield Way("file", (Request("GET", path),))
		yield Way("file", (Request("GET", path.replace("/private", "/private/", 1).replace(".", "%2e", 1)),))
		yield Way("download_file", (Request("GET", "/api/method/download_file", {"file_url": spelled}),))
		for private in (1, 0):
			values = {"file_url": spelled, "is_private": private, "file_name": "x.txt"}
			look = (
				Request("GET", path, {"fid": MADE}),
				Request("GET", "/api/method/download_file", {"file_url": spelled}),
				Request(
					"POST",
					"/api/method/frappe.core.api.file.get_attached_images",
					{"doctype": "File", "names": json.dumps([MADE])},
				),
				Request("GET", f"/api/resource/File/{MADE}"),
				Request(
					"POST",
					"/api/method/run_doc_method",
					{"dt": "File", "dn": MADE, "method": "optimize_file"},
				),
				Request("POST", "/api/method/frappe.core.doctype.file.file.unzip_file", {"name": MADE}),
			)
			yield Way("File made", (Request("POST", "/api/resource/File", values), *look))
			yield Way("upload_file", (Request("POST", "/api/method/upload_file", values), *look))
	hung = {
		"file_name": "x.txt",
		"content": "x",
		"is_private": 1,
		"attached_to_doctype": aim.canary.doctype,
		"attached_to_name": aim.canary.name,
	}
	yield Way("File hung on a record", (Request("POST", "/api/resource/File", hung),))


def to_look_through(doctype: str, aim: Aim, follow: int, seed: int) -> Iterator[Way]:
	"""A record of another kind that the caller makes, and then all that can be asked of it."""
	values = in_memory(doctype, aim)
	make = Request("POST", f"/api/resource/{doctype}", values, as_json=True)
	yield Way(
		f"{doctype} made",
		(
			make,
			Request("GET", f"/api/resource/{doctype}/{MADE}"),
			Request("GET", "/api/method/frappe.desk.form.load.getdoc", {"doctype": doctype, "name": MADE}),
		),
	)
	around = replace(aim.around, made=MADE)
	for method in every_method():
		if method.doctype == doctype or method.module == _module_of(doctype):
			for way in to_method(method, replace(aim, around=around), follow, seed):
				yield Way(f"{doctype} made, {way.label}", (make, *way.requests))


@cache
def _module_of(doctype: str) -> str:
	module = frappe.scrub(get_doctype_module(doctype))
	app = frappe.local.module_app.get(module, "frappe")
	return f"{app}.{module}.doctype.{frappe.scrub(doctype)}.{frappe.scrub(doctype)}"


@cache
def looking_glasses() -> tuple[str, ...]:
	"""Kinds of other apps whose records can name a kind, a record of any kind, a report, a learner or a file."""
	of_apps = frappe.get_all("Module Def", {"app_name": ("in", APPS)}, pluck="name")
	found = []
	for doctype in frappe.get_all(
		"DocType",
		{"istable": 0, "issingle": 0, "is_virtual": 0, "module": ("in", of_apps)},
		pluck="name",
		order_by="name",
	):
		for df in frappe.get_meta(doctype).fields:
			if df.fieldtype in ("Dynamic Link", "Attach") or (
				df.fieldtype == "Link" and df.options in ("DocType", "Report", "Student", "File")
			):
				found.append(doctype)
				break
	return tuple(found)

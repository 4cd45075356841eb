"""What can be called from outside: every whitelisted function and controller method of the installed apps, by introspection.

A signature alone says too little of Frappe's methods: many take what they need out of `form_dict`, `args` or `kwargs`. So the
source is read as well, for the names that are looked up there, and for the words that a parameter is compared with.
"""

import ast
import importlib
import inspect
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import frappe
from frappe.model.base_document import get_controller
from frappe.model.document import Document

APPS = ("frappe", "erpnext", "education")
BAGS = frozenset(
	{
		"args",
		"kwargs",
		"data",
		"filters",
		"form_dict",
		"local.form_dict",
		"frappe.form_dict",
		"frappe.local.form_dict",
		"params",
		"doc",
		"form_params",
	}
)
"""Names of what carries more arguments inside it."""
OF_ALL = "Concern"
DECORATOR = b"whitelist("


@dataclass(frozen=True)
class Parameter:
	"""An argument: its name and annotation, whether it may be left out, and the words that the source compares it with."""

	name: str
	annotation: Any = None
	optional: bool = True
	words: tuple[str, ...] = ()
	inside: tuple[str, ...] = ()
	"""What the source looks up in it, where it is a bag of more."""


@dataclass(frozen=True)
class Method:
	"""A function at `path`; or of documents of `doctype`, called by name."""

	path: str
	parameters: tuple[Parameter, ...]
	guest: bool
	verbs: tuple[str, ...]
	doctype: str = ""
	called: str = field(default="", compare=False)

	@property
	def app(self) -> str:
		return self.path.partition(".")[0]

	@property
	def module(self) -> str:
		return self.path.rpartition(".")[0]


@cache
def every_method() -> tuple[Method, ...]:
	"""In the order of their names, so that a sample is the same one everywhere."""
	for module in _modules():
		with suppress(Exception), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
			importlib.import_module(module)
	controllers = _controllers()
	found = {}
	for function in frappe.whitelisted:
		if function.__module__.partition(".")[0] not in APPS:
			continue
		path = f"{function.__module__}.{function.__qualname__}"
		owners = controllers[path] if "." in function.__qualname__ else [""]
		for doctype in owners:
			found[path, doctype] = Method(
				path,
				tuple(_parameters(function)),
				function in frappe.guest_methods,
				tuple(frappe.allowed_http_methods_for_whitelisted_func[function]),
				doctype,
				function.__name__,
			)
	return tuple(found[key] for key in sorted(found))


def _modules() -> Iterator[str]:
	"""Modules in which something is whitelisted."""
	for app in APPS:
		root = Path(next(iter(importlib.import_module(app).__path__)))
		for file in sorted(root.rglob("*.py")):
			parts = file.relative_to(root).with_suffix("").parts
			if "node_modules" in parts or "patches" in parts or parts[-1].startswith("test_"):
				continue
			if DECORATOR in file.read_bytes():
				names = parts[:-1] if parts[-1] == "__init__" else parts
				yield ".".join((app, *names))


def _controllers() -> dict[str, list[str]]:
	"""Controller methods by path: of which doctypes they are. What all documents have is tried on one kind of ours."""
	found: dict[str, list[str]] = defaultdict(list)
	modules = {one.__module__ for one in frappe.whitelisted if "." in one.__qualname__}
	for doctype in frappe.get_all("DocType", {"istable": 0}, pluck="name", order_by="name"):
		name = frappe.scrub(doctype)
		if any(module.endswith(f".doctype.{name}.{name}") for module in modules):
			controller = get_controller(doctype)
			for attribute in vars(controller).values():
				if callable(attribute) and attribute in frappe.whitelisted:
					found[f"{attribute.__module__}.{attribute.__qualname__}"].append(doctype)
	for attribute in vars(Document).values():
		if callable(attribute) and attribute in frappe.whitelisted:
			found[f"{attribute.__module__}.{attribute.__qualname__}"].append(OF_ALL)
	return found


def looked_up_in(source: str) -> dict[str, set[str]]:
	"""By name of a bag: what a source looks up in it."""
	return looked_up(ast.parse(source))


def _parameters(function: Callable[..., Any]) -> Iterator[Parameter]:
	tree = _source(function)
	compared, inside = _compared(tree), looked_up(tree)
	seen = set()
	for name, parameter in inspect.signature(function).parameters.items():
		if name in ("self", "cls"):
			continue
		if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
			for more in sorted(inside[name]):
				yield Parameter(more, words=tuple(sorted(compared[more])))
			seen |= inside[name]
			continue
		seen.add(name)
		yield Parameter(
			name,
			None if parameter.annotation is parameter.empty else parameter.annotation,
			parameter.default is not parameter.empty,
			tuple(sorted(compared[name])),
			tuple(sorted(inside[name])),
		)
	own = frozenset().union(*(keys for bag, keys in inside.items() if bag.endswith("form_dict")))
	for more in sorted(own - seen):
		yield Parameter(more, words=tuple(sorted(compared[more])))
	if not seen and not own and "form" in ast.dump(tree):
		# It takes everything, through helpers of its module.
		for more in sorted(_of_module(function.__module__)):
			yield Parameter(more)


@cache
def _of_module(module: str) -> frozenset[str]:
	"""What a whole module looks up in the form, and in bags."""
	with suppress(OSError, SyntaxError):
		inside = looked_up(ast.parse(inspect.getsource(importlib.import_module(module))))
		return frozenset().union(*(keys for bag, keys in inside.items() if bag in BAGS))
	return frozenset()


def _source(function: Callable[..., Any]) -> ast.AST:
	try:
		return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
	except (OSError, SyntaxError):
		return ast.Module([], [])


def _compared(tree: ast.AST) -> dict[str, set[str]]:
	"""By name: the words with which it is compared."""
	found: dict[str, set[str]] = defaultdict(set)
	for node in ast.walk(tree):
		if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name | ast.Attribute):
			name = node.left.id if isinstance(node.left, ast.Name) else node.left.attr
			for side in node.comparators:
				for word in ast.walk(side):
					if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value:
						found[name].add(word.value)
	return found


def looked_up(tree: ast.AST) -> dict[str, set[str]]:
	"""By name of a bag: the keys that are looked up in it."""
	found: dict[str, set[str]] = defaultdict(set)
	called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
	for node in ast.walk(tree):
		bag = key = None
		if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
			bag, key = node.value, node.slice.value
		elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
			first = node.args[0]
			if node.func.attr in ("get", "pop", "setdefault") and isinstance(first, ast.Constant):
				bag, key = node.func.value, first.value
		elif isinstance(node, ast.Attribute) and id(node) not in called:
			bag, key = node.value, "" if hasattr(dict, node.attr) else node.attr
		if bag is not None and isinstance(key, str) and key.isidentifier():
			found[ast.unparse(bag)].add(key)
	return found

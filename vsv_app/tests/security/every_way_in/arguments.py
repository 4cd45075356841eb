"""Arguments that name our records: values by what a parameter is called and annotated, and the shapes of calls made of them.

A value is chosen by the name of the parameter (`dt`, `reference_doctype`, `filters`, `txt`, `file_url`, ...), by its annotation
where the name says nothing. A *guess* is a text that is looked for: it stands in the record, or it does not, and an answer that
differs tells the record letter by letter.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, combinations, islice
from math import prod
from random import Random
from typing import Any

from vsv_app.tests.security.every_way_in.canaries import LETTERS, MARK, Canary
from vsv_app.tests.security.every_way_in.methods import Method, Parameter

HIT, MISS = f"{MARK}<guess>", f"{MARK}{'q' * (LETTERS - 1)}"
"""In place of a guess until it is sent: what the record says, short of its last letter; and what no record says."""
WHOLE = f"{MARK}<whole>"
"""In place of a whole word of the record: another one of its words is what must not come back."""
OMIT = object()


@dataclass(frozen=True)
class Surroundings:
	"""What a call may name besides the record that it is after. `me` is whoever calls."""

	coordinator: str
	reader: str
	group: str
	day: str
	company: str
	reports: tuple[str, ...]
	me: str = ""
	made: str = ""
	"""A record that the caller made just before."""


@dataclass(frozen=True)
class Aim:
	"""The record that a call is after, and what else it may name."""

	canary: Canary
	around: Surroundings


def fill(value: Any, words: dict[str, str]) -> Any:
	"""A value with each placeholder replaced."""
	if isinstance(value, str):
		for place, word in words.items():
			value = value.replace(place, word)
		return value
	if isinstance(value, dict):
		return {fill(key, words): fill(one, words) for key, one in value.items()}
	if isinstance(value, list):
		return [fill(one, words) for one in value]
	return value


def native(value: Any) -> Any:
	"""What a JSON text says; anything else as it is."""
	if isinstance(value, str) and value[:1] in ("{", "["):
		with suppress(ValueError):
			return json.loads(value)
	return value


def guesses(value: Any) -> bool:
	return HIT in json.dumps(value, default=str)


def kind(aim: Aim) -> list[Any]:
	return [aim.canary.doctype]


def name(aim: Aim) -> list[Any]:
	like = {aim.canary.field: ["like", f"{HIT}%"]}
	return [aim.canary.name, json.dumps(like)]


def names(aim: Aim) -> list[Any]:
	return [json.dumps([aim.canary.name]), aim.canary.name]


def document(aim: Aim) -> list[Any]:
	stored = {"doctype": aim.canary.doctype, "name": aim.canary.name}
	return [
		json.dumps(stored),
		aim.canary.name,
		json.dumps({**stored, "student": aim.canary.student, "__islocal": 1}),
	]


def documents(aim: Aim) -> list[Any]:
	stored = {"doctype": aim.canary.doctype, "name": aim.canary.name}
	return [json.dumps([stored]), json.dumps([{**stored, "docname": aim.canary.name}]), json.dumps(stored)]


def filters(aim: Aim) -> list[Any]:
	canary = aim.canary
	like = [canary.field, "like", f"{HIT}%"]
	return [
		json.dumps([[canary.doctype, *like]]),
		json.dumps({canary.field: ["like", f"{HIT}%"]}),
		json.dumps({"name": canary.name, "doctype": canary.doctype, "docname": canary.name, "reference_doctype": canary.doctype, "reference_name": canary.name}),
		json.dumps([like]),
		json.dumps({}),
		json.dumps([]),
		json.dumps([["name", "=", canary.name]]),
		json.dumps([[canary.parent[0] or canary.doctype, "student", "=", canary.student]]),
	]  # fmt: skip


def fields(aim: Aim) -> list[Any]:
	canary = aim.canary
	text = canary.field
	return [
		json.dumps(["name", text]),
		json.dumps(["*"]),
		json.dumps([f"`tab{canary.doctype}`.`{text}`"]),
		json.dumps([f"max(`{text}`) as name", "count(*) as count"]),
		text,
	]


def one_field(aim: Aim) -> list[Any]:
	text = aim.canary.field
	return [
		text,
		"name",
		f"`tab{aim.canary.doctype}`.`{text}`",
		json.dumps([text]),
		"_assign",
		"student_name",
	]


def text(aim: Aim) -> list[Any]:
	return ["", HIT, WHOLE, f"{HIT}%", "%", aim.canary.name]


def address(aim: Aim) -> list[Any]:
	file = aim.canary.file or f"/private/files/{aim.canary.file_name or 'x.txt'}"
	bare = file.removeprefix("/private/files/")
	return [
		file, f"/private/files/./{bare}", f"//private/files/{bare}", f"/files/../../private/files/{bare}", f"/private/files/../files/{bare}",
		f"/private/files/%2e/{bare}", f"/files/../private/files/{bare}", "/private/files/../../site_config.json", "/files/../../site_config.json",
		f"private/files/{bare}", bare,
	]  # fmt: skip


def person(aim: Aim) -> list[Any]:
	return [aim.around.reader, aim.around.me, aim.around.coordinator, "Administrator"]


def yes(_aim: Aim) -> list[Any]:
	return [1, 0]


def number(*values: int):
	return lambda _aim: list(values)


def words(*values: str):
	return lambda _aim: list(values)


def bag(aim: Aim) -> list[Any]:
	"""Everything at once, for a parameter that carries more inside."""
	canary = aim.canary
	return [
		json.dumps({
			"doctype": canary.doctype, "name": canary.name, "docname": canary.name, "dt": canary.doctype, "dn": canary.name,
			"reference_doctype": canary.doctype, "reference_name": canary.name, "student": canary.student,
			"fields": ["name", canary.field], "filters": [[canary.doctype, canary.field, "like", f"{HIT}%"]],
		})
	]  # fmt: skip


def report(aim: Aim) -> list[Any]:
	return list(aim.around.reports)


BY_NAME = tuple(
	(re.compile(rf"^(?:{pattern})$"), values)
	for pattern, values in (
		(r"(?:\w*_)?(?:doc_?type|dt)|parenttype|reference_type|\w*_doctype_name|party_type|voucher_type|\w+_dt", kind),
		(r"(?:reference_|ref_|document_|doc_|party_)?report(?:_name|_id)?|\w*report_name", report),
		(r"parent", lambda aim: [aim.canary.parent[0] or aim.canary.doctype, aim.canary.parent[1] or aim.canary.name]),
		(r"(?:doc)?names|docnames|source_names|\w+_names|items|tags?_list|export_records|states|stats", names),
		(r"attachments|file_list|file_names?_list", lambda aim: [json.dumps([aim.canary.file_id])]),
		(r"docs|documents|rows|data|payload", documents),
		(r"doc|document|\w+_doc|\w+_document|reference_doc", document),
		(r"(?:current_|or_|extra_|export_|applied_)?filters\w*|filters_json|conditions?|where|filter_by|query_filters", filters),
		(r"filter_fields|fields|export_fields|columns|select_columns|custom_columns|keys|fieldnames", fields),
		(r"group_by|order_by|sort_by|sort_key|\w*field|\w*fieldname|column|based_on|key", one_field),
		(r"txt|text|search\w*|query_text|keyword|q|term|phrase|search_term|search_value|content|description|subject|message|title|comment|value\w*|note|reason", text),
		(r"file_url|file|files|file_path|path|url|import_file|attachment|fid|redirect_to|route|link", address),
		(r"file_name|filename|library_file_name", lambda aim: [aim.canary.file_name, aim.canary.name]),
		(r"user\w*|\w*_user|assign_to|allocated_to|owner|email\w*|recipients?|sender|contact|for_user|mentor|raised_by|to|cc|bcc", person),
		(r"student\w*|learner|party", lambda aim: [aim.canary.student]),
		(r"student_group|group|course_schedule|batch", lambda aim: [aim.around.group]),
		(r"company", lambda aim: [aim.around.company]),
		(r"\w*date\w*|day|from_time|to_time|start|end", lambda aim: [aim.around.day]),
		(r"limit_start|page|offset", number(0)),
		(r"start", number(0)),
		(r"limit\w*|page_len\w*|page_length|\w*length", number(100)),
		(r"(?:ignore|as|with|is|no|only|allow|include|submit|force|debug|distinct|everyone|read|write|share|public|notify|now|enqueue|run)_?\w*", yes),
		(r"ptype|perm_type|permission_type", words("read", "write")),
		(r"method|cmd|query|function|fn|tree_method|\w+_method", words("frappe.client.get_list", "frappe.client.get_value", "frappe.desk.search.search_widget")),
		(r"file_format_type|format|file_type", words("CSV", "Excel")),
		(r"print_format|letterhead|letter_head|template|style", words("Standard")),
		(r"args|kwargs|params|settings|values|user_settings|report_settings|field_map|form_dict|options|config", bag),
		(r"(?:\w*_)?(?:docname|name|dn|id)|parent_name|\w+_docname|record|reference|link_name|source|board_name|target", name),
	)
)  # fmt: skip


LEFT_OUT = re.compile(
	r"^(?:method|query|parent|group_by|order_by|or_filters|debug|print_format|letter_?head|cache|\w*user|columns)$"
)
"""What turns a call into another one, and is given only in its later shapes."""


def candidates(parameter: Parameter, aim: Aim) -> list[Any]:
	"""Values for a parameter, the most telling one first."""
	for pattern, values in BY_NAME:
		if pattern.match(parameter.name):
			found = values(aim)
			break
	else:
		found = _by_annotation(parameter, aim)
	if parameter.inside and isinstance(found[0], str):
		found = [_inside(parameter, aim), *found]
	found = [*found, *parameter.words[:4]]
	if aim.around.made and re.search(r"name|dn$|^id$", parameter.name):
		found.insert(0, aim.around.made)
	return found


def _inside(parameter: Parameter, aim: Aim) -> str:
	"""A bag with a value for each thing that is looked up in it."""
	found = {}
	for key in parameter.inside:
		value = candidates(Parameter(key), aim)[0]
		found[key] = native(value)
	return json.dumps({"doctype": aim.canary.doctype, "name": aim.canary.name, **found})


def _by_annotation(parameter: Parameter, aim: Aim) -> list[Any]:
	said = str(parameter.annotation)
	if "bool" in said:
		return yes(aim)
	if "int" in said or "float" in said:
		return [1, 100]
	if "dict" in said:
		return bag(aim)
	if "list" in said:
		return names(aim)
	if parameter.name.endswith("s"):
		return [*names(aim), aim.canary.doctype]
	return [aim.canary.name, aim.canary.doctype, HIT]


def shapes(method: Method, aim: Aim, at_most: int, seed: int = 1) -> Iterator[dict[str, Any]]:
	"""Calls of a method: all that belongs together, only what must be, everything, and then so that each two values meet."""
	columns = {}
	for parameter in method.parameters:
		values = candidates(parameter, aim)
		columns[parameter.name] = [*values, OMIT] if parameter.optional else values
	optional = {one.name for one in method.parameters if one.optional}
	full = {key: values[0] for key, values in columns.items()}
	rows = [{key: OMIT if key in optional and LEFT_OUT.match(key) else value for key, value in full.items()}]
	if optional and optional != set(columns):
		rows.append({key: OMIT if key in optional else value for key, value in full.items()})
	rows.append(full)
	more = _each_two(columns, Random(f"{seed}{method.path}"))  # noqa: S311 a sample, no secret
	different = prod(len(values) for values in columns.values())
	seen = set()
	for row in islice(chain(rows, more), 3 * at_most):
		given = {key: value for key, value in row.items() if value is not OMIT}
		mark = json.dumps(given, sort_keys=True, default=str)
		if mark not in seen:
			seen.add(mark)
			yield given
		if len(seen) >= min(at_most, different):
			return


def _each_two(columns: dict[str, list[Any]], random: Random) -> Iterator[dict[str, Any]]:
	"""Rows without end in which values of different parameters meet two by two, those that have not met before first."""
	met: set[tuple[str, int, str, int]] = set()
	while columns:
		tries = [{key: random.randrange(len(values)) for key, values in columns.items()} for _try in range(4)]
		best = max(tries, key=lambda row: len(_pairs(row) - met))
		met |= _pairs(best)
		yield {key: columns[key][index] for key, index in best.items()}


def _pairs(row: dict[str, int]) -> set[tuple[str, int, str, int]]:
	return {(one, row[one], other, row[other]) for one, other in combinations(sorted(row)[:12], 2)}

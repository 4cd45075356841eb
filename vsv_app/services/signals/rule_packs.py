"""Rules and reasons that ship with the app, brought in without ever overwriting what a school has edited.

Each rule remembers the values that its pack gave it. An update changes only fields that still have those values;
for an edited one it notes what the pack would say now. Doing it again changes nothing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from vsv_app.engine.access.roles import ADMINISTRATOR
from vsv_app.engine.sentences import say
from vsv_app.engine.signals.rules import SINGLE, Rule
from vsv_app.services import seeding
from vsv_app.services.signals.rule_check import refuse_what_was_not_meant
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.signals import rule_seeds as kept
from vsv_app.stores.queries.signals import rules
from vsv_app.stores.store import Store

DATA = Path(__file__).parents[2] / "data"
RULE = "Early Warning Rule"
NOT_THE_SCHOOLS = ("rule_code",)
CONDITIONS = "conditions"
MEASURES = frozenset(
	{
		"combination", "combination_count", "tier_2_from", "tier_3_from", "indicator", "comparison", "threshold", "window_kind", "window_length",
		"has_clear_below", "clear_below", "minimum_school_days", "program", "student_group", "age_from", "age_to",
		CONDITIONS,
	}
)  # fmt: skip
"""A change of one of these makes a new version of a rule."""
KNOWN = MEASURES | {
	"rule_code", "title", "severity", "tier", "live", "basis", "basis_url", "advice", "valid_from", "valid_to",
	"statutory", "report_to", "report_within_days", "report_every_days", "report_kind", "report_kinds", "register_statuses",
}  # fmt: skip
"""What a pack may say about a rule."""
OF_A_CONDITION = frozenset(kept.CONDITION_FIELDS)
NUMBERS = frozenset({"threshold", "clear_below", "weight", "combination_count", "tier_2_from", "tier_3_from"})
WHOLE_NUMBERS = frozenset(
	{
		"window_length", "has_clear_below", "minimum_school_days", "age_from", "age_to", "tier", "live", "statutory",
		"report_within_days", "report_every_days",
	}
)  # fmt: skip
DAYS = frozenset({"valid_from", "valid_to"})
NEW = "Rules are new in a pack that is in use; they are off until you switch them on: {0}"
DIFFERS = "A newer pack has other values than the school's own in some rules, which stay as they are: {0}"
UNSAID = {**dict.fromkeys(NUMBERS | WHOLE_NUMBERS, 0), "tier": "1", "combination": SINGLE}
"""What a rule has in a field of which its pack says nothing; in any other it is empty."""


class PackError(ValueError):
	"""A pack that cannot be brought in as it is; the sentence names the rule and what to change."""


@dataclass(frozen=True)
class Imported:
	"""What bringing in a pack did, by rule code. `differing`: edited by the school, so left alone."""

	added: tuple[str, ...] = ()
	updated: tuple[str, ...] = ()
	differing: tuple[str, ...] = ()


def seed(store: Store, now: datetime) -> None:
	"""Everything that ships with the app, but what the school deleted: the packs and the absence reasons. `now` is naive, the school's own.

	Who sets the rules is told what is new in a pack that is in use, and where a newer pack has other values than the school.
	"""
	with store.transaction():
		for pack in available():
			in_use = any(on for _code, on in kept.rules_of_pack(store, pack["pack"]))
			done = _import_but_what_was_deleted(store, pack, now)
			for subject, codes in ((NEW, done.added if in_use else ()), (DIFFERS, done.differing)):
				for person in learners.people_with_role(store, ADMINISTRATOR) if codes else ():
					store.notify(person, subject, RULE, *codes)
		import_reasons(store, json.loads((DATA / "absence_reasons.json").read_text(encoding="utf-8")), now)


def _import_but_what_was_deleted(store: Store, pack: Mapping[str, Any], now: datetime) -> Imported:
	codes = {rule["rule_code"] for rule in pack["rules"]}
	deleted = (codes & seeding.given_codes(store, seeding.RULES)) - kept.rules_here(store)
	rules_left = [rule for rule in pack["rules"] if rule["rule_code"] not in deleted]
	done = import_pack(store, {**pack, "rules": rules_left}, now) if rules_left else Imported()
	seeding.note_given(store, seeding.RULES, codes)
	return done


def import_pack(store: Store, pack: Mapping[str, Any], now: datetime) -> Imported:
	"""Bring in a pack; raises PackError before anything is written when one of its rules cannot be used."""
	check(pack)
	added: list[str] = []
	updated: list[str] = []
	differing: list[str] = []
	with store.transaction():
		for rule in pack["rules"]:
			code = rule["rule_code"]
			known = kept.rule(store, code, sorted(KNOWN - {CONDITIONS}))
			if known is None:
				_add(store, pack, rule, now)
				added.append(code)
			elif (known["pack_version"] or 0) < pack["version"]:
				known[CONDITIONS] = kept.conditions(store, code)
				change, edited = _merge(rule, known)
				_change(store, pack, rule, known, change, edited, now)
				(differing if edited else updated).append(code)
	return Imported(tuple(added), tuple(updated), tuple(differing))


def available() -> list[dict[str, Any]]:
	"""The packs that ship with the app, each with its rules."""
	return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "packs").glob("*.json"))]


def switch(store: Store, pack: str, enabled: bool, now: datetime) -> list[str]:
	"""Switch all rules of a pack on or off; returns those that changed. Raises PackError for a pack without rules here."""
	rules_of_pack = kept.rules_of_pack(store, pack)
	if not rules_of_pack:
		raise PackError(say("There is no rule of a pack {0} here. Bring the pack in first.", repr(pack)))
	changing = [code for code, on in rules_of_pack if bool(on) != enabled]
	with store.transaction():
		for code in changing:
			kept.change_rule(store, code, {"enabled": int(enabled)}, now)
	return changing


def check(pack: Mapping[str, Any]) -> None:
	"""Raises PackError, with what to change, for a pack that cannot be brought in."""
	if not isinstance(pack, Mapping):
		raise PackError(say("A pack is an object with pack, title, version and rules."))
	missing = [field for field in ("pack", "title", "version", "rules") if not pack.get(field)]
	if missing:
		raise PackError(
			say(
				"The pack {0} lacks {1}: add it to the file.",
				str(pack.get("pack") or "without a name"),
				tuple(missing),
			)
		)
	name = str(pack["pack"])
	if not (_is_whole(pack["version"]) and _is_list_of_objects(pack["rules"])):
		raise PackError(
			say("Pack {0}: its version is a whole number, its rules are a list of objects.", name)
		)
	seen: set[str] = set()
	for number, rule in enumerate(pack["rules"], start=1):
		code = str(rule.get("rule_code") or f"number {number}")
		lacking = [field for field in ("rule_code", "title", "severity", "basis") if not rule.get(field)]
		if lacking:
			raise PackError(say("Pack {0}, rule {1}: it lacks {2}.", name, code, tuple(lacking)))
		_check_fields(name, code, rule, KNOWN)
		for condition in rule.get(CONDITIONS) or ():
			_check_fields(name, code, condition, OF_A_CONDITION)
		if code in seen:
			raise PackError(say("Pack {0}: two rules have the code {1}. Change one of them.", name, code))
		seen.add(code)
		_made(pack, rule)


def _check_fields(pack: str, code: str, values: Mapping[str, Any], known: frozenset[str]) -> None:
	"""Raises PackError for a field that nobody knows, and for a value of another kind than its field holds."""
	for field, value in values.items():
		if field not in known:
			near = get_close_matches(field, known, n=1)
			raise PackError(
				say(
					"Pack {0}, rule {1}: a rule has no field {2}. Did you mean {3}?",
					pack,
					code,
					field,
					near[0],
				)
				if near
				else say("Pack {0}, rule {1}: a rule has no field {2}.", pack, code, field)
			)
		kind, fits = _kind(field)
		if value is not None and not fits(value):
			seeding = json.dumps(value, default=str)
			raise PackError(say("Pack {0}, rule {1}: {2} is {3}, not {4}.", pack, code, field, kind, seeding))


def _kind(field: str) -> tuple[str, Callable[[Any], bool]]:
	"""What a field holds, in words and as a test."""
	if field in NUMBERS:
		return "a number", _is_number
	if field in WHOLE_NUMBERS:
		return "a whole number", _is_whole
	if field in DAYS:
		return "a day such as 2026-09-01", _is_day
	if field == CONDITIONS:
		return "a list of objects", _is_list_of_objects
	return "text", lambda value: isinstance(value, str)


def _is_number(value: Any) -> bool:
	return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
	return isinstance(value, int)


def _is_day(value: Any) -> bool:
	try:
		return bool(date.fromisoformat(value))
	except (TypeError, ValueError):
		return False


def _is_list_of_objects(value: Any) -> bool:
	return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def made(pack: Mapping[str, Any]) -> list[Rule]:
	"""The rules of a pack as the engine judges them; raises PackError."""
	check(pack)
	return [_made(pack, rule) for rule in pack["rules"]]


def import_reasons(store: Store, reasons: list[dict[str, Any]], now: datetime) -> list[str]:
	"""Add the absence reasons that a school never had; returns them. A reason that was deleted stays deleted."""
	key = ("reason_code", "reason")
	return seeding.seed(store, seeding.REASONS, "Absence Reason", reasons, key, kept.reason_known, now)


def _merge(rule: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
	"""(fields to change, fields that the school has edited and the pack changes too)."""
	before = json.loads(known["pack_values"] or "{}")
	# What an earlier update left to the school goes on differing, although the pack says the same again.
	noted = {line.partition(":")[0] for line in (known["pack_update"] or "").splitlines()}
	change, edited = {}, []
	# Of what it said before and says no more, a newer pack says that it is empty.
	for field, value in {**{field: UNSAID.get(field) for field in before}, **rule}.items():
		same = _same_rows if field == CONDITIONS else _same
		if field in NOT_THE_SCHOOLS or (value == before.get(field) and field not in noted):
			continue
		if same(known[field], before.get(field)):
			change[field] = value
		elif not same(known[field], value):
			edited.append(field)
	return change, edited


def _same(one: Any, other: Any) -> bool:
	"""A field as stored against a value as written in a pack: numbers by value, empty is empty."""
	if isinstance(other, int | float) and not isinstance(one, str):
		return float(one or 0) == float(other)
	return (one or None) == (other or None) or str(one) == str(other)


def _same_rows(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]] | None) -> bool:
	"""Conditions as stored against those as written in a pack."""
	other = other or ()
	return len(one) == len(other) and all(
		all(_same(stored.get(field), value) for field, value in written.items())
		for stored, written in zip(one, other, strict=True)
	)


def _made(pack: Mapping[str, Any], rule: Mapping[str, Any]) -> Rule:
	empty: dict[str, Any] = dict.fromkeys(rules.FIELDS)
	days = {field: date.fromisoformat(rule[field]) for field in DAYS if rule.get(field)}
	try:
		conditions = [
			rules.condition(
				row["indicator"],
				row["comparison"],
				row["threshold"],
				row["window_kind"],
				row.get("window_length"),
				row.get("has_clear_below"),
				row.get("clear_below"),
				row.get("weight"),
			)
			for row in rule.get(CONDITIONS) or ()
		]
		made = rules.make({**empty, **rule, **days, "name": rule["rule_code"]}, conditions)
		refuse_what_was_not_meant(made)
	except KeyError as lacking:
		raise PackError(
			say(
				"Pack {0}, rule {1}: a condition lacks {2}.", pack["pack"], rule["rule_code"], lacking.args[0]
			)
		) from None
	except ValueError as error:
		raise PackError(
			say("Pack {0}, rule {1}: {2}", pack["pack"], rule["rule_code"], error.args[0])
		) from None
	return made


def _add(store: Store, pack: Mapping[str, Any], rule: Mapping[str, Any], now: datetime) -> None:
	values = {field: value for field, value in rule.items() if field != CONDITIONS} | {
		"enabled": int(pack.get("enabled", 0)),
		"pack": pack["pack"],
		"pack_version": pack["version"],
		"name": rule["rule_code"],
		"version": 1,
		"pack_values": json.dumps(rule),
	}
	rows = {CONDITIONS: rule[CONDITIONS]} if rule.get(CONDITIONS) else None
	store.add_document(RULE, {**values, **_stamp(now)}, rows)


def _change(
	store: Store,
	pack: Mapping[str, Any],
	rule: Mapping[str, Any],
	known: Mapping[str, Any],
	change: Mapping[str, Any],
	edited: Sequence[str],
	now: datetime,
) -> None:
	"""Write what a newer pack changes, and beside it what it would change where the school has its own value."""
	code = rule["rule_code"]
	measures = bool(set(change) & MEASURES)
	if CONDITIONS in change:
		kept.replace_conditions(store, code, change[CONDITIONS] or (), now)
	kept.change_rule(
		store,
		code,
		{field: value for field, value in change.items() if field != CONDITIONS}
		| {
			"version": (known["version"] or 1) + measures,
			"pack_version": pack["version"],
			"pack_values": json.dumps(rule),
			"pack_update": "\n".join(
				f"{field}: {_in_words(rule.get(field, UNSAID.get(field)))}" for field in edited
			)
			or None,
		},
		now,
	)


def _in_words(value: Any) -> str:
	"""A value as the rule's form shows it; of conditions what each compares."""
	if not isinstance(value, list):
		return "" if value is None else str(value)
	return "; ".join(f"{row['indicator']} {row['comparison']} {row['threshold']}" for row in value)


def _stamp(now: datetime) -> dict[str, Any]:
	return {"creation": now, "modified": now}

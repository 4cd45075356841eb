"""Rules and reasons that ship with the app, brought in without ever overwriting what a school has edited.

Each rule remembers the values that its pack gave it. An update changes only fields that still have those values;
for an edited one it notes what the pack would say now. Doing it again changes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vsv_app.stores.queries import rules
from vsv_app.stores.queries import seeds as kept
from vsv_app.stores.store import Store

DATA = Path(__file__).parent.parent / "data"
RULE = "Early Warning Rule"
NOT_THE_SCHOOLS = ("rule_code",)


class PackError(ValueError):
	"""A pack that cannot be brought in as it is; the sentence names the rule and what to change."""


@dataclass(frozen=True)
class Imported:
	"""What bringing in a pack did, by rule code. `differing`: edited by the school, so left alone."""

	added: tuple[str, ...] = ()
	updated: tuple[str, ...] = ()
	differing: tuple[str, ...] = ()


def seed(store: Store, now: datetime) -> None:
	"""Everything that ships with the app: the packs and the absence reasons. `now` is naive, the school's own."""
	for path in sorted((DATA / "packs").glob("*.json")):
		import_pack(store, json.loads(path.read_text(encoding="utf-8")), now)
	import_reasons(store, json.loads((DATA / "absence_reasons.json").read_text(encoding="utf-8")), now)


def import_pack(store: Store, pack: Mapping[str, Any], now: datetime) -> Imported:
	"""Bring in a pack; raises PackError before anything is written when one of its rules cannot be used."""
	for rule in pack["rules"]:
		_check(pack, rule)
	added: list[str] = []
	updated: list[str] = []
	differing: list[str] = []
	with store.transaction():
		for rule in pack["rules"]:
			code = rule["rule_code"]
			known = kept.rule(store, code, tuple(rule))
			if known is None:
				values = {
					**rule,
					"enabled": int(pack.get("enabled", 0)),
					"pack": pack["pack"],
					"pack_version": pack["version"],
				}
				store.add_document(
					RULE,
					{**values, **_stamp(now), "name": code, "version": 1, "pack_values": json.dumps(rule)},
				)
				added.append(code)
			elif (known["pack_version"] or 0) < pack["version"]:
				change, edited = _merge(rule, known)
				kept.change_rule(
					store,
					code,
					{
						**change,
						"version": (known["version"] or 1) + bool(change),
						"pack_version": pack["version"],
						"pack_values": json.dumps(rule),
						"pack_update": "\n".join(f"{field}: {rule[field]}" for field in edited) or None,
					},
					now,
				)
				(differing if edited else updated).append(code)
	return Imported(tuple(added), tuple(updated), tuple(differing))


def import_reasons(store: Store, reasons: list[dict[str, Any]], now: datetime) -> list[str]:
	"""Add the absence reasons that a school never had; returns them. A reason that was deleted stays deleted."""
	fresh = [
		reason for reason in reasons if not kept.reason_known(store, reason["reason_code"], reason["reason"])
	]
	with store.transaction():
		for reason in fresh:
			store.add_document("Absence Reason", {**reason, **_stamp(now), "name": reason["reason"]})
	return [reason["reason"] for reason in fresh]


def _merge(rule: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
	"""(fields to change, fields that the school has edited and the pack changes too)."""
	before = json.loads(known["pack_values"] or "{}")
	change, edited = {}, []
	for field, value in rule.items():
		if field in NOT_THE_SCHOOLS or value == before.get(field):
			continue
		if _same(known[field], before.get(field)):
			change[field] = value
		elif not _same(known[field], value):
			edited.append(field)
	return change, edited


def _same(one: Any, other: Any) -> bool:
	"""A field as stored against a value as written in a pack: numbers by value, empty is empty."""
	if isinstance(other, int | float) and not isinstance(one, str):
		return float(one or 0) == float(other)
	return (one or None) == (other or None) or str(one) == str(other)


def _check(pack: Mapping[str, Any], rule: Mapping[str, Any]) -> None:
	empty: dict[str, Any] = dict.fromkeys(rules.FIELDS)
	try:
		rules.make({**empty, **rule, "name": rule["rule_code"]}, [])
	except ValueError as error:
		raise PackError(f"Pack {pack['pack']}, rule {rule['rule_code']}: {error}") from None


def _stamp(now: datetime) -> dict[str, Any]:
	return {"creation": now, "modified": now}

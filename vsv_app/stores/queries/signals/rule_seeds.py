"""What the importer of shipped rules and reasons asks and writes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vsv_app.stores.queries import child_rows
from vsv_app.stores.queries.child_rows import ChildTable
from vsv_app.stores.queries.sql import VALUE, delete, select, table, update
from vsv_app.stores.store import Store

RULE = table("Early Warning Rule")
CONDITION = table("Early Warning Rule Condition")
CONDITION_FIELDS = (
	"indicator", "comparison", "threshold", "window_kind", "window_length", "has_clear_below", "clear_below", "weight",
)  # fmt: skip
ITS_CONDITIONS = ChildTable(
	"Early Warning Rule Condition", "conditions", "Early Warning Rule", CONDITION_FIELDS
)
EMPTY = {"window_length": 0, "has_clear_below": 0, "clear_below": 0, "weight": 1}
"""What a pack need not say of a condition."""
REASON = table("Absence Reason")
BOOKKEEPING = ("version", "pack_version", "pack_values", "pack_update")


def rule(store: Store, code: str, fields: Sequence[str]) -> dict[str, Any] | None:
	"""These fields of a rule, and what the importer remembers of it; None where there is no such rule."""
	wanted = list(dict.fromkeys([*fields, *BOOKKEEPING]))
	rows = store.fetch(select(RULE, *(RULE[field] for field in wanted)).where(RULE.name == VALUE), [code])
	return dict(zip(wanted, rows[0], strict=True)) if rows else None


def change_rule(store: Store, code: str, values: dict[str, Any], now: datetime) -> None:
	query = update(RULE, *values, "modified", "modified_by").where(RULE.name == VALUE)
	store.run(query, [*values.values(), now, store.acting_user, code])


def rules_here(store: Store) -> set[str]:
	"""The codes of all rules."""
	return {code for (code,) in store.fetch(select(RULE, RULE.name))}


def rules_of_pack(store: Store, pack: str) -> list[tuple[str, int]]:
	"""(rule, whether it is switched on) of a pack."""
	query = select(RULE, RULE.name, RULE.enabled).where(RULE.pack == VALUE).orderby(RULE.name)
	return [(name, enabled) for name, enabled in store.fetch(query, [pack])]


def conditions(store: Store, code: str) -> list[dict[str, Any]]:
	"""The conditions of a rule, in their order."""
	c = CONDITION
	query = select(c, *(c[field] for field in CONDITION_FIELDS)).where(c.parent == VALUE).orderby(c.idx)
	return [dict(zip(CONDITION_FIELDS, row, strict=True)) for row in store.fetch(query, [code])]


def replace_conditions(store: Store, code: str, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
	"""Make the conditions of a rule those of a pack."""
	store.run(delete(CONDITION).where(CONDITION.parent == VALUE), [code])
	made = [[row.get(field, EMPTY.get(field)) for field in CONDITION_FIELDS] for row in rows]
	child_rows.add(store, ITS_CONDITIONS, {code: made}, now)


def reason_known(store: Store, code: str, reason: str) -> bool:
	query = select(REASON, REASON.name).where((REASON.reason_code == VALUE) | (REASON.name == VALUE))
	return bool(store.fetch(query, [code, reason]))

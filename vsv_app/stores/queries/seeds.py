"""What the importer of shipped rules and reasons asks and writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vsv_app.stores.queries.sql import VALUE, select, table, update
from vsv_app.stores.store import Store

RULE = table("Early Warning Rule")
REASON = table("Absence Reason")
BOOKKEEPING = ("version", "pack_version", "pack_values")


def rule(store: Store, code: str, fields: Sequence[str]) -> dict[str, Any] | None:
	"""These fields of a rule, and what the importer remembers of it; None where there is no such rule."""
	wanted = list(dict.fromkeys([*fields, *BOOKKEEPING]))
	rows = store.fetch(select(RULE, *(RULE[field] for field in wanted)).where(RULE.name == VALUE), [code])
	return dict(zip(wanted, rows[0], strict=True)) if rows else None


def change_rule(store: Store, code: str, values: dict[str, Any], now: datetime) -> None:
	query = update(RULE, *values, "modified", "modified_by").where(RULE.name == VALUE)
	store.run(query, [*values.values(), now, store.acting_user, code])


def reason_known(store: Store, code: str, reason: str) -> bool:
	query = select(REASON, REASON.name).where((REASON.reason_code == VALUE) | (REASON.name == VALUE))
	return bool(store.fetch(query, [code, reason]))

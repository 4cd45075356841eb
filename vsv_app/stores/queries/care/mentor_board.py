"""What the mentor board shows beside signals and attendance."""

from collections.abc import Sequence
from typing import Any

from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

RULE = table("Early Warning Rule")
USER = table("User")


def rules(store: Store, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
	"""basis, basis_url and advice by rule."""
	query = select(RULE, RULE.name, RULE.basis, RULE.basis_url, RULE.advice).where(any_of(RULE.name, codes))
	return {
		name: {"basis": basis, "basis_url": url, "advice": advice}
		for name, basis, url, advice in store.fetch(query, codes)
	}


def full_name(store: Store, user: str) -> str | None:
	rows = store.fetch(select(USER, USER.full_name).where(USER.name == VALUE), [user])
	return rows[0][0] if rows else None

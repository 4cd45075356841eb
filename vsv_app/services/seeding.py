"""Seeding of the lists that ship with the app, each record once: what a school changed or deleted stays so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from vsv_app.services.school import SETTINGS
from vsv_app.stores.store import Store

RULES, REASONS, INTERVENTIONS = "seeded_rules", "seeded_reasons", "seeded_interventions"
"""The lists, each a field of the settings that holds codes with a space between."""


def given_codes(store: Store, given: str) -> set[str]:
	"""The codes that the school was given up to now."""
	return set(str(store.single(SETTINGS).get(given) or "").split())


def note_given(store: Store, given: str, codes: Iterable[str]) -> None:
	"""From now on the school was given these too."""
	known = given_codes(store, given)
	if not known.issuperset(codes := set(codes)):
		store.set_single(SETTINGS, {given: " ".join(sorted(known | codes))})


def seed(
	store: Store,
	given: str,
	doctype: str,
	records: Sequence[Mapping[str, Any]],
	key: tuple[str, str],
	is_known: Callable[[Store, str, str], bool],
	now: datetime,
) -> list[str]:
	"""Add the records that the school was never given and does not know; returns their names. `key`: fields of code and name."""
	code, name = key
	earlier = given_codes(store, given)
	fresh = [one for one in records if one[code] not in earlier and not is_known(store, one[code], one[name])]
	with store.transaction():
		for one in fresh:
			store.add_document(doctype, {**one, "name": one[name], "creation": now, "modified": now})
		note_given(store, given, (one[code] for one in records))
	return [one[name] for one in fresh]

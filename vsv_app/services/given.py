"""What a school was given of the lists that ship with the app: a record that it deleted stays deleted."""

from collections.abc import Iterable

from vsv_app.stores.store import Store

SETTINGS = "Early Warning Settings"
RULES, REASONS, INTERVENTIONS = "seeded_rules", "seeded_reasons", "seeded_interventions"
"""The lists, each a field of the settings that holds codes with a space between."""


def before(store: Store, given: str) -> set[str]:
	"""The codes that the school was given up to now."""
	return set(str(store.single(SETTINGS).get(given) or "").split())


def note(store: Store, given: str, codes: Iterable[str]) -> None:
	"""From now on the school was given these too."""
	known = before(store, given)
	if not known.issuperset(codes := set(codes)):
		store.set_single(SETTINGS, {given: " ".join(sorted(known | codes))})

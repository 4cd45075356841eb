"""Intervention types that ship with the app, added once; what a school changed or deleted stays so."""

import json
from datetime import datetime
from pathlib import Path

from vsv_app.services import given
from vsv_app.stores.queries import care
from vsv_app.stores.store import Store

DATA = Path(__file__).parent.parent / "data" / "intervention_types.json"


def seed(store: Store, now: datetime) -> list[str]:
	"""Add the types that this school was never given; returns their names. `now` is naive, the school's own."""
	before = given.before(store, given.INTERVENTIONS)
	types = json.loads(DATA.read_text(encoding="utf-8"))
	fresh = [
		one
		for one in types
		if one["intervention_code"] not in before
		and not care.intervention_known(store, one["intervention_code"], one["intervention"])
	]
	with store.transaction():
		for one in fresh:
			values = {**one, "name": one["intervention"], "creation": now, "modified": now}
			store.add_document("Intervention Type", values)
		given.note(store, given.INTERVENTIONS, (one["intervention_code"] for one in types))
	return [one["intervention"] for one in fresh]

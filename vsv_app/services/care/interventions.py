"""Intervention types that ship with the app, added once; what a school changed or deleted stays so."""

import json
from datetime import datetime
from pathlib import Path

from vsv_app.services import seeding
from vsv_app.stores.queries.care import support_plans
from vsv_app.stores.store import Store

DATA = Path(__file__).parents[2] / "data" / "intervention_types.json"


def seed(store: Store, now: datetime) -> list[str]:
	"""Add the types that this school was never given; returns their names. `now` is naive, the school's own."""
	types = json.loads(DATA.read_text(encoding="utf-8"))
	key = ("intervention_code", "intervention")
	return seeding.seed(
		store, seeding.INTERVENTIONS, "Intervention Type", types, key, support_plans.intervention_known, now
	)

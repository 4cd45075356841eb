"""Early-warning rules as the engine wants them."""

from collections.abc import Iterable, Sequence
from typing import Any

from vsv_app.engine.sentences import say
from vsv_app.engine.signals.indicators.windows import WITH_LENGTH, Window
from vsv_app.engine.signals.rules import SINGLE, Condition, Rule, RuleError, Scope
from vsv_app.stores.queries.sql import VALUE, any_of, select, table
from vsv_app.stores.store import Store

RULE = table("Early Warning Rule")
CONDITION = table("Early Warning Rule Condition")
FIELDS = (
	"name", "title", "severity", "tier", "version", "combination", "combination_count", "tier_2_from", "tier_3_from", "indicator", "comparison",
	"threshold", "window_kind", "window_length", "has_clear_below", "clear_below", "minimum_school_days", "program",
	"student_group", "age_from", "age_to", "valid_from", "valid_to", "live", "basis", "basis_url", "advice",
)  # fmt: skip

OF_A_SINGLE = (
	"indicator", "comparison", "threshold", "window_kind", "window_length", "has_clear_below", "clear_below",
)  # fmt: skip
UNNAMED = "The rule"
"""How a refusal names a rule that has no title yet."""


def enabled(store: Store) -> tuple[list[Rule], dict[str, str]]:
	"""The rules that are switched on, and in a sentence why any of them cannot be used, by name."""
	return _made(store, RULE.enabled == VALUE, [1])


def switched_off_of(store: Store, pack: str) -> tuple[list[Rule], dict[str, str]]:
	"""As `enabled`, the rules of a pack that are switched off."""
	return _made(store, (RULE.enabled == VALUE) & (RULE.pack == VALUE), [0, pack])


def _made(store: Store, which: Any, values_of: Sequence[Any]) -> tuple[list[Rule], dict[str, str]]:
	conditions, broken = _conditions(store)
	found: list[Rule] = []
	in_use: dict[str, str] = {}
	query = select(RULE, *(RULE[field] for field in FIELDS)).where(which).orderby(RULE.name)
	for row in store.fetch(query, values_of):
		values = dict(zip(FIELDS, row, strict=True))
		name = values["name"]
		if name in broken and values["combination"] not in (SINGLE, None, ""):
			in_use[name] = say("{0}: {1}.", values["title"], broken[name])
			continue
		try:
			found.append(make(values, conditions.get(name, [])))
		except ValueError as error:
			in_use[name] = error.args[0]
	return found, in_use


def windows(store: Store, codes: Sequence[str]) -> dict[tuple[str, str], tuple[str, int]]:
	"""By rule and indicator over which time it counts: (kind, length)."""
	found: dict[tuple[str, str], tuple[str, int]] = {}
	for source, rule in ((CONDITION, CONDITION.parent), (RULE, RULE.name)):
		query = select(source, rule, source.indicator, source.window_kind, source.window_length)
		for code, indicator, kind, length in store.fetch(query.where(any_of(rule, codes)), codes):
			if indicator and kind:
				found.setdefault((code, indicator), (kind, int(length or 0) if kind in WITH_LENGTH else 0))
	return found


def _conditions(store: Store) -> tuple[dict[str, list[Condition]], dict[str, str]]:
	"""The conditions of rules that have several, and why any cannot be used, by rule."""
	found: dict[str, list[Condition]] = {}
	broken: dict[str, str] = {}
	c = CONDITION
	query = select(c, c.parent, *(c[field] for field in OF_A_SINGLE), c.weight)
	for parent, *row in store.fetch(query.orderby(c.parent).orderby(c.idx)):
		try:
			one = condition(*row)
		except ValueError as error:
			broken[parent] = error.args[0]
		else:
			found.setdefault(parent, []).append(one)
	return found, broken


def make(values: dict[str, Any], conditions: list[Condition]) -> Rule:
	"""The rule in a record's fields; raises RuleError with a sentence that says what to change."""
	title = values["title"] or UNNAMED
	if values["combination"] in (SINGLE, None, ""):
		conditions = conditions_of(title, [[values[field] for field in OF_A_SINGLE]])
	return Rule(
		code=values["name"],
		title=title,
		conditions=tuple(conditions),
		version=values["version"] or 1,
		combination=values["combination"] or SINGLE,
		count=values["combination_count"] or 0,
		tier_2_from=values["tier_2_from"] or 0,
		tier_3_from=values["tier_3_from"] or 0,
		severity=values["severity"],
		tier=int(values["tier"] or 0),
		minimum_school_days=values["minimum_school_days"] or 0,
		scope=Scope(
			group=values["student_group"] or None,
			program=values["program"] or None,
			age_from=values["age_from"] or None,
			age_to=values["age_to"] or None,
		),
		valid_from=values["valid_from"],
		valid_to=values["valid_to"],
		live=bool(values["live"]),
		basis=values["basis"] or "",
		basis_url=values["basis_url"] or "",
		advice=values["advice"] or "",
	)


def conditions_of(title: str, rows: Iterable[Sequence[Any]]) -> list[Condition]:
	"""What `condition` makes of rows; raises RuleError, which names the rule."""
	try:
		return [condition(*row) for row in rows]
	except ValueError as error:
		raise RuleError(say("{0}: {1}.", title, error.args[0])) from None


def condition(
	indicator: str | None,
	comparison: str | None,
	threshold: float | None,
	window_kind: str | None,
	window_length: int | None,
	has_clear_below: Any,
	clear_below: float | None,
	weight: float | None = None,
) -> Condition:
	"""A condition as a record or a form has it, where anything may be empty; raises ValueError with what to change."""
	return Condition(
		indicator or "",
		comparison or "",
		threshold or 0,
		window(window_kind, window_length),
		clearing(has_clear_below, clear_below),
		weight or 1,
	)


def clearing(has_own: Any, value: float | None) -> float | None:
	"""The clearing value that a record holds: an empty number is stored as 0, so that it was filled in stands beside it."""
	return (value or 0.0) if has_own else None


def window(kind: str | None, length: int | None) -> Window:
	return Window(kind or "", (length or 0) if kind in WITH_LENGTH else 0)

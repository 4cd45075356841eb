from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.rules import AT_LEAST, MORE_THAN, SINGLE, Rule
from vsv_app.services.signals.rule_check import refuse_what_cannot_be
from vsv_app.site.documents.refusals import said
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import rules

MEASURES = (
	"combination", "combination_count", "tier_2_from", "tier_3_from", "indicator", "comparison", "threshold", "window_kind", "window_length",
	"has_clear_below", "clear_below", "minimum_school_days", "program", "student_group", "age_from", "age_to",
)  # fmt: skip
MEASURES_IN_ROWS = (
	"indicator", "comparison", "threshold", "window_kind", "window_length", "has_clear_below", "clear_below", "weight",
)  # fmt: skip


class RuleNotPossible(frappe.ValidationError):
	"""A rule that always holds, never holds, or is not understood."""


class EarlyWarningRule(Document):
	def onload(self) -> None:
		self.tell_why_it_is_not_used()

	def validate(self) -> None:
		self.set_clearing()
		self.set_units()
		self.validate_rule()
		self.count_version()

	def tell_why_it_is_not_used(self) -> None:
		"""A rule may be in use that could not be saved any more: written by other means, or under an older version."""
		try:
			if self.enabled:
				self.as_engine()
		except ValueError as error:
			self.set_onload("not_used_because", said(error.args[0]))

	def set_clearing(self) -> None:
		"""An empty number field holds 0 in the database, so that it was filled in is kept beside it."""
		for row in (self, *self.conditions):
			if row.clear_below:
				row.has_clear_below = 1
			elif row.comparison in (AT_LEAST, MORE_THAN):
				row.has_clear_below = 0

	def set_units(self) -> None:
		for row in (self, *self.conditions):
			row.unit = INDICATORS[row.indicator].unit if row.indicator in INDICATORS else None

	def validate_rule(self) -> None:
		try:
			rule = self.as_engine()
			if self.enabled and self.measures_anew():
				refuse_what_cannot_be(FrappeStore(), rule, getdate())
		except ValueError as error:
			frappe.throw(said(error.args[0]), exc=RuleNotPossible, title=_("Rule Not Possible"))

	def measures_anew(self) -> bool:
		"""Whether it is new, newly switched on, or measures something else than before."""
		before = self.get_doc_before_save()
		return before is None or not before.enabled or measured(before) != measured(self)

	def count_version(self) -> None:
		before = self.get_doc_before_save()
		if before is not None and measured(before) != measured(self):
			self.version = (before.version or 1) + 1

	def as_engine(self) -> Rule:
		"""The rule as the engine judges it; raises ValueError with what to change."""
		values = {field: self.get(field) for field in rules.FIELDS}
		values |= {
			day: getdate(self.get(day)) if self.get(day) else None for day in ("valid_from", "valid_to")
		}
		several = [] if self.combination == SINGLE else self.conditions
		rows = [[*(row.get(field) for field in rules.OF_A_SINGLE), row.weight] for row in several]
		conditions = rules.conditions_of(self.title or rules.UNNAMED, rows)
		return rules.make({**values, "name": self.rule_code}, conditions)


def measured(rule: Document) -> tuple[Any, ...]:
	"""What a rule measures: a change of it makes a new version."""
	rows = tuple(tuple(row.get(field) or None for field in MEASURES_IN_ROWS) for row in rule.conditions)
	return (*(rule.get(field) or None for field in MEASURES), rows)

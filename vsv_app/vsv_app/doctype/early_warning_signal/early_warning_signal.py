from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from vsv_app.engine.signals import signal_lifecycle
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.signal_lifecycle import IllegalTransition, SignalState, Step
from vsv_app.services.signals import signal_steps as steps
from vsv_app.site.documents import server_fields
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.site.documents.refusals import said
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.signals import signal_steps
from vsv_app.stores.queries.signals.signal_steps import Taken

ANSWER = ("status", "dismiss_reason", "note")
"""What a person says to a signal; all else is the rules' to say."""


class StepNotPossible(frappe.ValidationError):
	"""A step that the life of a signal does not know, or a dismissal without a reason."""


class EarlyWarningSignal(LearnerDocument):
	def onload(self) -> None:
		if self.indicator in INDICATORS:
			self.set_onload("indicator_label", _(INDICATORS[self.indicator].label))

	def before_validate(self) -> None:
		server_fields.restore(self, keep=ANSWER)

	def validate(self) -> None:
		self.take_step()

	def on_update(self) -> None:
		self.write_step()

	def on_trash(self) -> None:
		"""A step goes with its signal and not by itself."""
		frappe.db.delete("Signal Step", {"signal": self.name})

	@staticmethod
	def after_insert_of(rows: Sequence[dict[str, Any]]) -> None:
		"""Many may go in as rows: nothing above or below speaks of a new one."""

	def take_step(self) -> None:
		"""What a person does in a form, with all that it means for the signal."""
		self.flags.taken = None
		before = self.get_doc_before_save()
		if before is None:
			return
		if before.status == self.status:
			self.dismiss_reason, self.note = before.dismiss_reason, before.note
			return
		was = signal_steps.state_of(before.as_dict(), holds_key=bool(before.open_key))
		step = Step(
			signal_lifecycle.STEP_TO.get(self.status, self.status),
			now_datetime(),
			frappe.session.user,
			self.dismiss_reason,
			self.note,
		)
		step = steps.with_day(FrappeStore(), step, was)
		state = self.state_after(was, step)
		self.update(
			{**signal_steps.columns(state, was), "dismiss_reason": state.dismiss_reason, "note": state.note}
		)
		self.step_count = (before.step_count or 0) + 1
		self.flags.taken = Taken(self.name, self.student, self.step_count, step, state)

	def state_after(self, was: SignalState, step: Step) -> SignalState:
		try:
			return signal_lifecycle.after(was, step)
		except IllegalTransition as illegal:
			frappe.throw(
				_("A signal that is {0} cannot become {1}. Use the mentor board to act on it.").format(_(illegal.before), _(illegal.after)),
				exc=StepNotPossible,
				title=_("Step Not Possible"),
			)  # fmt: skip
		except ValueError as missing:
			frappe.throw(said(missing.args[0]), exc=StepNotPossible, title=_("Reason Missing"))
		raise AssertionError("frappe.throw raises")

	def write_step(self) -> None:
		if self.flags.taken:
			steps.write(FrappeStore(), [self.flags.taken], now_datetime())

"""The steps of signals from before steps were written down: as far as what a signal says still tells them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.alerts import MENTOR
from vsv_app.engine.signals.signal_lifecycle import Measured, SignalState, Step
from vsv_app.stores.queries.signals import signal_steps, unrecorded_steps
from vsv_app.stores.queries.signals.signal_steps import Taken
from vsv_app.stores.store import Store

AT_ONCE = 500


class Dismissal(NamedTuple):
	"""A dismissal that was taken back, as it was kept before."""

	on: datetime
	by: str | None
	reason: str | None
	note: str | None
	taken_back_on: datetime


@dataclass(frozen=True)
class Known:
	"""What is known of a signal that has no steps: what it says today, and what else tells of its past.

	escalations  (recipient, level, on) of alerts that went up the ladder
	plans        (plan, on, by) of plans that answer to it
	contested    (record, on, by)
	changed_on   the last change of any kind
	raised_anew_on  when a signal of the same learner and rule came after it
	"""

	state: SignalState
	rule_version: int
	changed_on: datetime
	dismissals: Sequence[Dismissal] = ()
	escalations: Sequence[tuple[str, str, datetime]] = ()
	plans: Sequence[tuple[str, datetime, str | None]] = ()
	contested: Sequence[tuple[str, datetime, str | None]] = ()
	raised_anew_on: datetime | None = None


def reconstruct_some(store: Store, dismissals: Mapping[str, Sequence[Dismissal]]) -> int:
	"""Write the steps of some signals that have none; returns of how many, 0 when no such signal is left.

	`dismissals`: those that were taken back, by signal. It can be stopped and begun again.
	"""
	names = unrecorded_steps.signals(store, AT_ONCE)
	if not names:
		return 0
	with store.transaction():
		kept = signal_steps.kept(store, names)
		versions = unrecorded_steps.versions(store, names)
		escalations = unrecorded_steps.alerts_after_the_first(store, names)
		plans = unrecorded_steps.plans(store, names)
		contested = unrecorded_steps.contested(store, names)
		for name, signal in kept.items():
			version, changed_on, rule = versions[name]
			known = Known(
				signal.state,
				version,
				changed_on,
				dismissals.get(name, ()),
				[alert for alert in escalations.get(name, ()) if alert[1] != MENTOR],
				plans.get(name, ()),
				contested.get(name, ()),
				unrecorded_steps.next_raised_on(store, signal.student, rule, signal.state.closed_on),
			)
			steps = reconstruct(known)
			unrecorded_steps.count(store, name, len(steps))
			signal_steps.append(store, list(_taken(name, signal.student, steps)))
	return len(names)


def reconstruct(known: Known) -> list[Step]:
	"""Steps that lead to what a signal says today. What cannot have followed is left out."""
	now = known.state
	raised = _step(life.RAISED, now.raised_on or known.changed_on, measured=_measured(known))
	steps, state = [raised], life.after(None, raised)
	for step in [*sorted(_dated(known), key=lambda step: step.on), *_undated(known)]:
		if life.may_follow(state, step):
			steps.append(step)
			state = life.after(state, step)
	return steps


def _dated(known: Known) -> Iterator[Step]:
	now = known.state
	looks_told = {now.raised_on, None if now.closed_by else now.closed_on}
	if now.last_evaluated_on and now.last_evaluated_on not in looks_told:
		yield _step(life.UPDATED, now.last_evaluated_on, measured=_measured(known))
	for record, on, by in known.contested:
		yield _step(life.CONTESTED, on, by, record=record)
	for recipient, level, on in known.escalations:
		yield _step(life.ESCALATED, on, recipient=recipient, level=level)
	taken_back = {one.taken_back_on for one in known.dismissals}
	if now.acknowledged_on and now.acknowledged_on not in taken_back:
		yield _step(
			life.ACKNOWLEDGED, now.acknowledged_on, now.acknowledged_by, look_again_on=now.look_again_on
		)
	for plan, on, by in known.plans:
		if now.status == life.IN_PLAN or (now.closed_on and on <= now.closed_on):
			yield _step(life.PUT_IN_PLAN, on, by, plan=plan)
	for one in known.dismissals:
		yield _step(life.DISMISSED, one.on, one.by, reason=one.reason, note=one.note)
		held = next((plan for plan, on, _by in known.plans if on <= one.on), None)
		yield _step(life.TAKEN_BACK, one.taken_back_on, one.by, plan=held, look_again_on=now.look_again_on)
	if now.closed_on and now.status == life.DISMISSED:
		yield _step(life.DISMISSED, now.closed_on, now.closed_by, reason=now.dismiss_reason, note=now.note)
	if now.closed_on and now.status == life.RESOLVED:
		yield _step(life.RESOLVED, now.closed_on, now.closed_by)


def _undated(known: Known) -> Iterator[Step]:
	"""What a signal says although nothing tells when it came to be so."""
	now, on = known.state, known.changed_on
	if now.status == life.IN_PLAN:
		yield _step(life.PUT_IN_PLAN, on)
	if now.status == life.RESOLVED:
		yield _step(life.RESOLVED, on)
	if now.status == life.DISMISSED and not now.holds_key:
		if known.raised_anew_on:
			yield _step(life.RAISED_ANEW, known.raised_anew_on)
		yield _step(life.RESOLVED, on)


def _measured(known: Known) -> Measured:
	now = known.state
	return Measured(
		now.indicator, now.observed_value, now.threshold, now.tier, now.severity, known.rule_version
	)


def _step(kind: str, on: datetime, by: str | None = None, **more: object) -> Step:
	return Step(kind, on, by, reconstructed=True, **more)  # type: ignore[arg-type]


def _taken(name: str, student: str, steps: Sequence[Step]) -> Iterator[Taken]:
	state = None
	for sequence, step in enumerate(steps, start=1):
		state = life.after(state, step)
		yield Taken(name, student, sequence, step, state)

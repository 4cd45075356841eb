"""The nightly evaluation in parts, by student group, so that it spreads over as many workers as a school runs.

Each part stands alone and may run at any time, in any order and twice over.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from vsv_app.services.attendance import ledger, roll
from vsv_app.services.care import plans
from vsv_app.services.care.meetings import decisions
from vsv_app.services.school import School
from vsv_app.services.signals import alerting, evaluation, statutory_reports
from vsv_app.services.signals import look_again as look_again_at
from vsv_app.services.signals.evaluation import Evaluated
from vsv_app.services.signals.signal_steps import TakenMeanwhile
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

LEARNERS_A_PART = 250
"""At least: what a part asks for itself (calendar, rules) then costs little beside its learners."""


def parts(store: Store, now: datetime) -> list[tuple[str, ...]]:
	"""The student groups that are learners' own today, bundled into parts."""
	sizes: dict[str, int] = {}
	for membership in _own(store, now).values():
		sizes[membership.group] = sizes.get(membership.group, 0) + 1
	found: list[tuple[str, ...]] = []
	bundle: list[str] = []
	count = 0
	for group in sorted(sizes):
		bundle.append(group)
		count += sizes[group]
		if count >= LEARNERS_A_PART:
			found.append(tuple(bundle))
			bundle, count = [], 0
	return [*found, tuple(bundle)] if bundle else found


def look_at_part(
	store: Store, school: School, groups: Sequence[str], now: datetime, since: datetime | None = None
) -> Evaluated:
	"""The ledger of the learners whose own group is one of `groups`, computing anew what changed `since`; then every rule."""
	students = _students_of(store, groups, now)
	if not students:
		return Evaluated()
	ledger.reconcile(store, school, now, since=since, students=students)
	return evaluate_learners(store, school, students, now)


def evaluate_learners(store: Store, school: School, students: Sequence[str], now: datetime) -> Evaluated:
	"""Every rule for some learners, and the reports that follow from it."""
	done = evaluation.evaluate_now(store, school, now, students=students)
	statutory_reports.prepare(store, evaluation.settled_on(store, now), now, students)
	return done


def evaluate_rest(store: Store, school: School, now: datetime) -> Evaluated:
	"""Those of whom a signal stands and who are in no group any more."""
	here = _own(store, now)
	gone = sorted({signal.student for signal in signals.standing(store)} - set(here))
	return evaluation.evaluate_now(store, school, now, students=gone) if gone else Evaluated()


def look_again(store: Store, school: School, now: datetime) -> int:
	"""Open again what somebody wanted to look at by today, and what a plan that is over left behind; returns how many signals.

	Decisions of meetings that such a plan left undone are promises again. Of these learners the rules look first, so that nothing comes back whose facts no longer hold.
	"""
	due = signals.to_look_at_again(store, until=now.date())
	if students := sorted({student for _name, student, _severity, _day in due}):
		with suppress(TakenMeanwhile):  # then another job is looking at them this very moment
			evaluation.evaluate_now(store, school, now, students=students)
	decisions.follow_plans(store, now)
	return look_again_at.bring_back(store, school, now) + plans.give_back_what_no_plan_holds(
		store, school, now
	)


def escalate(store: Store, school: School, now: datetime) -> int:
	"""Tell the next person about each signal that nobody answered in time."""
	return alerting.escalate(store, school, calendar.load(store), now)


def _students_of(store: Store, groups: Sequence[str], now: datetime) -> list[str]:
	wanted = set(groups)
	members = learners.members_of(store, groups)
	own = roll.own_groups(learners.memberships(store, now.date(), now.date(), members))
	return [student for student, m in own.items() if m.group in wanted]


def _own(store: Store, now: datetime) -> dict[str, learners.Membership]:
	return roll.own_groups(learners.memberships(store, now.date(), now.date()))

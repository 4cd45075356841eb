"""Support plans: started from signals, shown on the board, and watched so that nothing agreed is forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.care.goals import FOLLOWED, as_given, in_words, unit_of
from vsv_app.engine.care.plan_words import began_with
from vsv_app.engine.care.plans import DRAFT, GUARDIAN, age_on, needed_parties
from vsv_app.engine.sentences import say as sentence
from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, YES_OR_NO
from vsv_app.engine.signals.signal_lifecycle import Step
from vsv_app.services.care.meetings import decisions
from vsv_app.services.school import School
from vsv_app.services.signals import evaluation, look_again, signal_steps
from vsv_app.stores.queries.care import care_meetings, support_plans
from vsv_app.stores.queries.care.deadlines import RUNNING
from vsv_app.stores.queries.signals import rules
from vsv_app.stores.store import Store

FIRST_GOALS_DAYS = 42
"""A suggested goal is to be met six weeks from now; people change it as they like."""
REACH = 0.5
"""A suggested goal asks for half of what the rule asked attention for."""
BETTER_HIGHER = ("average_result", "survey_score", "mentor_talks")
"""Indicators that a rule watches from below; a goal asks for what the rule asks for."""
CONSENT_AGE = 16


GIVEN = "You were given an action of a support plan"
DONE = "An action of a plan that you gave is done"
NOT_DONE = "An action of a plan that you gave could not be done"
ENDED = ("Done", "Dropped")
LONGEST = 500
"""Characters of what became of an action: a sentence or two."""


class NotGivenToYou(ValueError):
	"""An action that somebody else does."""


class HasPlan(ValueError):
	"""The learner has a plan that is not closed."""


def start(
	store: Store,
	student: str,
	student_name: str | None,
	by: str,
	now: datetime,
	names: Sequence[str],
	language: str = "en",
	say: Say = str,
) -> dict[str, Any]:
	"""Make a draft that answers to some of a learner's signals, with goals to begin the talk from. Raises ValueError.

	Its text is in `language`, that of who starts it; `say` translates into it.
	"""
	with store.transaction():
		if support_plans.standing_plans(store, [student]):
			raise HasPlan(say("This learner has a plan already. Go on with that one."))
		about = support_plans.signals_of(store, student, names) if names else []
		if len(about) != len(set(names)) or not about:
			raise ValueError(say("Choose at least one signal of this learner that the plan answers to."))
		put = Step(life.PUT_IN_PLAN, now, by)
		taken = signal_steps.change(store, {signal["name"]: put for signal in about}, now)
		reasons = [_reason(signal, language, say) for signal in about]
		windows = rules.windows(store, sorted({signal["rule"] for signal in about}))
		cause = "\n".join(reasons)
		plan = store.add_document(
			"Support Plan",
			{
				"creation": now,
				"modified": now,
				"student": student,
				"student_name": student_name,
				"status": DRAFT,
				"version": 1,
				"responsible": by,
				"needed_party": _needed(store, student, now.date()),
				"starts_on": now.date(),
				"cause": cause,
				"started_words": began_with(cause=(cause, _causes(about))),
				"written_in": language[:2],
			},
			{
				"signals": [
					{"signal": signal["name"], "rule_title": signal["rule_title"], "explanation": reason}
					for signal, reason in zip(about, reasons, strict=True)
				],
				"goals": [
					{**goal, **_window(signal, windows)}
					for signal in about
					if (goal := _goal(signal, now.date(), language, say))
				],
			},
		)
		signal_steps.write(store, [replace(one, step=replace(put, plan=plan)) for one in taken], now)
	return {"signal": about[0]["name"], "student": student, "status": life.IN_PLAN, "plan": plan}


def answer_action(
	store: Store, name: str, by: str, now: datetime, *, done: bool, words: str = ""
) -> support_plans.Action:
	"""Who does an action of a plan says what came of it; who gave it is told. Raises ValueError."""
	known = support_plans.action(store, name)
	# Whoever may read the plan may write in it, and stands in for who was asked.
	if known is None or (known.who != by and not store.may_open(by, "Support Plan", known.plan)):
		raise NotGivenToYou("This was asked of somebody else.")
	if known.status in ENDED or known.plan_status not in RUNNING:
		raise ValueError("This was answered already, or the plan is over.")
	if not done and not words.strip():
		raise ValueError("Say in a few words why it was not done.")
	if len(words.strip()) > LONGEST:
		raise ValueError(sentence("Please write no more than {0} characters.", str(LONGEST)))
	status = ENDED[0] if done else ENDED[1]
	with store.transaction():
		support_plans.close_action(store, known, status, words.strip(), now)
		if care_meetings.decision(store, name) is None:
			tell_who_gave(store, replace(known, status=status), by)
		decisions.follow_plan(store, known.plan, {name: status}, by, now, closed=False, only=name)
	return known


def tell_given(store: Store, plan: str, people: Collection[str], by: str) -> None:
	"""Whoever was given an action of a plan that is being carried out hears of it."""
	for who in dict.fromkeys(people):
		if who and who != by:
			store.notify(who, GIVEN, "Support Plan", plan)


def tell_who_gave(store: Store, ended: support_plans.Action, by: str) -> None:
	"""Whoever gave an action, or sees to the plan, hears that it is done, or could not be."""
	asked = ended.given_by or ended.responsible
	if asked and asked != by:
		store.notify(asked, DONE if ended.status == ENDED[0] else NOT_DONE, "Support Plan", ended.plan)


def give_back(
	store: Store, school: School, plan: str, student: str, by: str | None, now: datetime
) -> list[str]:
	"""A plan is closed: signals that still hold are open again and those that do not are resolved; returns the former.

	The rules look at the learner first, so that what comes back is what holds today.
	"""
	held = support_plans.signals_held_by(store, plan)
	if not held:
		return []
	if school.enabled:
		evaluation.evaluate_now(store, school, now, students=[student])
	return look_again.give_back(store, school, held, now, by=by, plan=plan)


def give_back_what_no_plan_holds(store: Store, school: School, now: datetime) -> int:
	"""Open again the signals that are in a plan which is over or gone; returns how many."""
	lost = support_plans.signals_of_no_plan(store)
	return len(look_again.give_back(store, school, lost, now)) if lost else 0


def shown(store: Store, students: Sequence[str]) -> dict[str, dict[str, Any]]:
	"""What the board shows of the plan that stands, by learner."""
	return {
		student: {
			"name": plan["name"],
			"status": plan["status"],
			"title": "",
			"next_review": plan["next_review"].isoformat() if plan["next_review"] else None,
		}
		for student, plan in (support_plans.standing_plans(store, students) if students else {}).items()
	}


def _reason(signal: dict[str, Any], language: str, say: Say) -> str:
	in_dutch = signal["explanation_nl"] if language.startswith("nl") else None
	return in_dutch or signal["explanation"] or say(signal["rule_title"] or "")


def _causes(about: Sequence[dict[str, Any]]) -> dict[str, str]:
	"""Why the plan is there, by language: signals have their explanation in English and in Dutch."""
	return {
		language: "\n".join(_reason(signal, language, str) for signal in about) for language in ("en", "nl")
	}


def _goal(signal: dict[str, Any], today: date, language: str, say: Say) -> dict[str, Any] | None:
	code = signal["indicator"] or ""
	observed, threshold = signal["observed_value"] or 0, signal["threshold"] or 0
	if code not in FOLLOWED or INDICATORS[code].unit == YES_OR_NO:
		return None
	rises = code in BETTER_HIGHER
	target = as_given(code, threshold if rises else int(threshold * REACH))
	observed = as_given(code, observed)
	if observed >= target if rises else observed <= target:
		return None
	what = sentence(
		"{0}: at least {1}" if rises else "{0}: at most {1}", INDICATORS[code].label, in_words(code, target)
	)
	measure = sentence("As counted in the rule {0}", signal["rule_title"] or code)
	said = say(what.text).format(say(INDICATORS[code].label), in_words(code, target, language))
	measured = say(measure.text).format(say(signal["rule_title"] or code))
	return {
		"what": said,
		"indicator": code,
		"measure": measured,
		"started_words": began_with(what=(said, what), measure=(measured, measure)),
		"baseline": observed,
		"target": target,
		"unit": unit_of(code),
		"due_on": today + timedelta(days=FIRST_GOALS_DAYS),
		"status": "Open",
	}


def _window(signal: dict[str, Any], windows: Mapping[tuple[str, str], tuple[str, int]]) -> dict[str, Any]:
	"""A goal counts over the same time as the rule whose value it begins from."""
	kind, length = windows.get((signal["rule"], signal["indicator"]), (None, 0))
	return {"window_kind": kind, "window_length": length}


def _needed(store: Store, student: str, today: date) -> str:
	born = support_plans.born(store, student)
	if born is None:
		return GUARDIAN
	age = store.single("Early Warning Settings").get("consent_age")
	return needed_parties(age_on(born, today), int(CONSENT_AGE if age is None else age))[0]

"""The life of a school plan: few aims, talked over with those whom they concern, adopted by a decision, evaluated and told back.

Draft ⇄ Consultation ─► Adopted ─► Running ─► Evaluated ─► Closed, told back
             ▲             │          │
             └─────────────┴──────────┘  changed aims: a new version, to be talked over and adopted again

PlanError(ValueError)   a plan that cannot be; its sentence says what to change
StepRefused             see `step`
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from vsv_app.engine.care.plans import OPEN
from vsv_app.engine.lifecycle import IllegalStep, Lifecycle, fingerprint_of
from vsv_app.engine.school.governance import decisions
from vsv_app.engine.school.improvement.aims import Aim
from vsv_app.engine.sentences import say

DRAFT, CONSULTATION, ADOPTED, RUNNING = "Draft", "Consultation", "Adopted", "Running"
EVALUATED, CLOSED = "Evaluated", "Closed"
LIFE = Lifecycle(
	"school plan",
	DRAFT,
	{
		DRAFT: (CONSULTATION,),
		CONSULTATION: (DRAFT, ADOPTED),
		ADOPTED: (RUNNING,),
		RUNNING: (EVALUATED,),
		EVALUATED: (CLOSED,),
		CLOSED: (),
	},
)
PUBLIC = (ADOPTED, RUNNING, EVALUATED, CLOSED)
"""The states in which learners and families read it."""
STANDS_ON_A_DECISION = (ADOPTED, RUNNING)

MOST_OPEN_AIMS = 5
"""What a school can do at once; a plan of eighty actions is done by nobody."""
LONGEST = timedelta(days=4 * 366)
SHORTEST = timedelta(days=360)
"""From the first day to the last: a school year, whichever way it lies."""
AUDIENCES = ("Learners", "Families", "Teaching Staff", "Other Staff", "Partners")
FROM_OUTSIDE_THE_STAFF = ("Learners", "Families")
PLANNED, UNDER_WAY, DONE, DROPPED = "Planned", "Under Way", "Done", "Dropped"
MEASURE_STATES = (PLANNED, UNDER_WAY, DONE, DROPPED)


class PlanError(ValueError):
	"""The sentence says what to change."""


@dataclass(frozen=True)
class TookPart:
	"""Who took part in making the plan: an audience, how many of it, and how."""

	audience: str
	number: int
	how: str

	def __post_init__(self) -> None:
		if self.audience not in AUDIENCES:
			raise PlanError(say("Say who took part: {0}.", AUDIENCES))
		if self.number < 1:
			raise PlanError("Say how many took part; leave out those of whom nobody did.")
		if not self.how.strip():
			raise PlanError("Say how they took part.")


@dataclass(frozen=True)
class Measure:
	"""Something that is done for an aim, by whom, from a day to a day."""

	aim: str
	what: str
	leads: str
	starts: date
	ends: date
	status: str = PLANNED

	def __post_init__(self) -> None:
		if not self.what.strip():
			raise PlanError("Say what is done.")
		if not self.leads:
			raise PlanError(say("{0}: name the person who leads it.", self.what))
		if self.ends < self.starts:
			raise PlanError(say("{0}: it ends before it begins. Change its dates.", self.what))
		if self.status not in MEASURE_STATES:
			raise PlanError(say("{0}: it is planned, under way, done or dropped.", self.what))


@dataclass(frozen=True)
class SchoolPlan:
	"""What the life of a school plan depends on. Raises PlanError.

	summary        for everybody, in plain words, by language
	decision       the decision that adopts it, and `decision_status` where that stands
	evaluated      what the school learned from it, in words
	told_back_on   when those who took part were told what became of it
	"""

	title: str
	starts: date
	ends: date
	status: str = DRAFT
	version: int = 1
	aims: tuple[Aim, ...] = ()
	measures: tuple[Measure, ...] = ()
	took_part: tuple[TookPart, ...] = ()
	summary: Mapping[str, str] = field(default_factory=dict)
	decision: str = ""
	decision_status: str = ""
	evaluated: str = ""
	told_back_on: date | None = None

	def __post_init__(self) -> None:
		if not self.title.strip():
			raise PlanError("Give the plan a title.")
		if self.ends <= self.starts:
			raise PlanError("The plan ends before it begins. Change its dates.")
		if not SHORTEST <= self.ends - self.starts <= LONGEST:
			raise PlanError("A school plan is for one to four years. Change its dates.")
		if len(self.open_aims) > MOST_OPEN_AIMS:
			raise PlanError(
				say(
					"{0} aims are open, and {1} is what a school can do at once. Reach one or drop one before the next.",
					str(len(self.open_aims)),
					str(MOST_OPEN_AIMS),
				)
			)
		names = [aim.what.strip() for aim in self.aims]
		if len(set(names)) < len(names):
			raise PlanError("Two aims have the same words. Change one of them.")
		for measure in self.measures:
			if measure.aim.strip() not in names:
				raise PlanError(say("{0}: name the aim that it is for.", measure.what))

	@property
	def open_aims(self) -> tuple[Aim, ...]:
		return tuple(aim for aim in self.aims if aim.status == OPEN)

	@property
	def fingerprint(self) -> str:
		"""What was adopted, as 64 hex digits: it changes with the aims, not with their order or how far they are."""
		text = sorted(
			[aim.what.strip(), aim.measured_by, aim.measure.strip(), aim.baseline, aim.target, str(aim.due)]
			for aim in self.aims
		)
		return fingerprint_of([text, str(self.starts), str(self.ends)])


@dataclass(frozen=True)
class Overdue:
	"""Something in a plan whose day has passed: an aim or a measure, and who has it in hand."""

	kind: str
	what: str
	who: str
	due: date


def step(plan: SchoolPlan, after: str, *, today: date) -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes."""
	checks: dict[str, Callable[[], list[str]]] = {
		CONSULTATION: lambda: _missing_to_consult(plan),
		ADOPTED: lambda: _missing_to_adopt(plan),
		RUNNING: lambda: _missing_to_run(plan, today),
		EVALUATED: lambda: _missing_to_evaluate(plan),
		CLOSED: lambda: _missing_to_close(plan, today),
	}
	LIFE.check(plan.status, after, checks[after]() if after in checks else ())


def edited(before: SchoolPlan, after: SchoolPlan) -> tuple[str, int]:
	"""(status, version) after the aims or the dates were edited: what was adopted is talked over anew. Raises IllegalStep on an evaluated plan."""
	if before.fingerprint == after.fingerprint or before.status in (DRAFT, CONSULTATION):
		return before.status, before.version
	if before.status not in STANDS_ON_A_DECISION:
		raise IllegalStep("school plan", before.status, "a plan with other aims", ())
	return CONSULTATION, before.version + 1


def overdue(plan: SchoolPlan, today: date) -> list[Overdue]:
	"""Aims and measures whose day has passed, in a plan that is being carried out."""
	if plan.status != RUNNING:
		return []
	found = [
		Overdue("Measure", measure.what, measure.leads, measure.ends)
		for measure in plan.measures
		if measure.ends < today and measure.status not in (DONE, DROPPED)
	]
	return found + [
		Overdue("Aim", aim.what, aim.team, aim.due) for aim in plan.open_aims if aim.due and aim.due < today
	]


def _missing_to_consult(plan: SchoolPlan) -> list[str]:
	missing: list[str] = []
	if not plan.open_aims:
		missing.append("Add at least one aim.")
	missing += [
		say("{0}: name the team that sees to it.", aim.what) for aim in plan.open_aims if not aim.team
	]
	missing += [
		say("{0}: say what shows that it is needed.", aim.what)
		for aim in plan.open_aims
		if not aim.why.strip()
	]
	return missing


def _missing_to_adopt(plan: SchoolPlan) -> list[str]:
	missing = _missing_to_consult(plan)
	here = {part.audience for part in plan.took_part}
	missing += [
		say("Say how many of {0} took part, and how. If nobody did, ask them first.", audience)
		for audience in FROM_OUTSIDE_THE_STAFF
		if audience not in here
	]
	if not any(text.strip() for text in plan.summary.values()):
		missing.append("Write a short summary that everybody understands.")
	if not plan.decision:
		missing.append("Name the decision that adopts it.")
	elif plan.decision_status not in (decisions.DECIDED, decisions.TOLD_BACK, decisions.REVIEWED):
		missing.append("The decision that adopts it is not taken yet.")
	return missing


def _missing_to_run(plan: SchoolPlan, today: date) -> list[str]:
	missing = _missing_to_adopt(plan)
	if today < plan.starts:
		missing.append(say("It begins on {0}.", str(plan.starts)))
	with_measure = {measure.aim.strip() for measure in plan.measures if measure.status != DROPPED}
	return missing + [
		say("{0}: say what is done for it, and who leads that.", aim.what)
		for aim in plan.open_aims
		if aim.what.strip() not in with_measure
	]


def _missing_to_evaluate(plan: SchoolPlan) -> list[str]:
	missing: list[str] = [
		say("{0}: say whether it is met, not met or dropped.", aim.what) for aim in plan.open_aims
	]
	missing += [
		say("{0}: say in a few words what you learned from it.", aim.what)
		for aim in plan.aims
		if aim.status != OPEN and not aim.learned.strip()
	]
	if not plan.evaluated.strip():
		missing.append("Say what the school learned from the plan.")
	return missing


def _missing_to_close(plan: SchoolPlan, today: date) -> list[str]:
	if plan.told_back_on is None or plan.told_back_on > today:
		return ["Tell those who took part what became of it, and say on which day."]
	return []

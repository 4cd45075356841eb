"""The life of a round of questions: announced with what is promised, answered, and told back to those who were asked.

Draft ⇄ Announced ─► Open ─► Closed ─► Published ─► Told Back
  ▲                    │
  └────────────────────┘  only while nobody has answered

What those who are invited were told freezes with the first invitation, what they are asked when the round opens.

Frozen(ValueError)   a change to what people were told, or have answered, already
StepRefused          see `step`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vsv_app.engine.lifecycle import Lifecycle
from vsv_app.engine.school.surveys.questionnaires import AUDIENCES, LEARNERS, Questionnaire
from vsv_app.engine.school.surveys.response_rates import voices
from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

DRAFT, ANNOUNCED, OPEN = "Draft", "Announced", "Open"
CLOSED, PUBLISHED, TOLD_BACK = "Closed", "Published", "Told Back"
LIFE = Lifecycle(
	"survey round",
	DRAFT,
	{
		DRAFT: (ANNOUNCED,),
		ANNOUNCED: (DRAFT, OPEN),
		OPEN: (DRAFT, CLOSED),
		CLOSED: (PUBLISHED,),
		PUBLISHED: (TOLD_BACK,),
		TOLD_BACK: (),
	},
)
COUNTED = (CLOSED, PUBLISHED, TOLD_BACK)
"""When its counts may be read, by anybody and by any way."""

ANONYMOUS, NAMED = "Anonymous", "Named"
MODES = (ANONYMOUS, NAMED)
MOST_BREAKDOWNS = 2


class Frozen(ValueError):
	"""A change that comes too late. `fields`: what would change."""

	def __init__(self, sentence: str, fields: tuple[str, ...]) -> None:
		self.fields = fields
		super().__init__(sentence)


@dataclass(frozen=True)
class SurveyRound:
	"""What the life of a round depends on.

	`invited`: people by audience; `answered`: forms of all of them. `readers`: who will read the results, as people are told. `remarks_reader`:
	the one person who reads free text first and takes names out; `remarks_waiting`: how many that person has not read yet.
	`tell_back_by`: the day that was promised; `told`: what came of it.
	"""

	questionnaire: Questionnaire | None = None
	status: str = DRAFT
	audiences: tuple[str, ...] = ()
	mode: str = ANONYMOUS
	breakdowns: tuple[str, ...] = ()
	purpose: str = ""
	readers: str = ""
	remarks_reader: str = ""
	opens: date | None = None
	closes: date | None = None
	tell_back_by: date | None = None
	invited: Mapping[str, int] = field(default_factory=dict)
	answered: int = 0
	remarks_waiting: int = 0
	told: str = ""

	@property
	def invitations(self) -> int:
		return sum(self.invited.values())

	@property
	def free_text(self) -> bool:
		"""Whether anybody who is asked may answer in their own words."""
		of = self.questionnaire
		return of is not None and any(
			question.free_text for audience in self.audiences for question in of.asked_of(audience)
		)

	def takes_answers(self, today: date) -> bool:
		"""Whether a form can be handed in today; the closing day is the last one."""
		return (
			self.status == OPEN
			and self.opens is not None
			and self.closes is not None
			and self.opens <= today <= self.closes
		)

	def tell_back_overdue(self, today: date) -> bool:
		"""Whether the day is past on which people would hear what came of their answers."""
		return (
			self.status not in (DRAFT, TOLD_BACK)
			and self.tell_back_by is not None
			and self.tell_back_by < today
		)


def step(round_: SurveyRound, after: str, *, today: date, smallest: int = SMALLEST_GROUP) -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes."""
	LIFE.check(round_.status, after, _missing(round_, after, today, smallest))


def edited(before: SurveyRound, after: SurveyRound, today: date) -> None:
	"""Check a change of what a round is; raises Frozen for what people were told or have answered already.

	Who reads remarks first may change at any time: nobody was promised a name, and a person can fall ill.
	"""
	told = _changed(before, after, ("mode", "breakdowns", "purpose", "readers"))
	if told and before.invitations:
		raise Frozen(
			say(
				"People were invited and told this: {0} cannot change any more. Make a new round for it.",
				told,
			),
			told,
		)
	asked = _changed(before, after, ("questionnaire", "audiences", "opens"))
	if asked and before.status not in (DRAFT, ANNOUNCED):
		raise Frozen(
			say("The round is {0}: {1} cannot change any more.", before.status.lower(), asked),
			asked,
		)
	ended = _changed(before, after, ("closes",))
	if ended and before.status in COUNTED:
		raise Frozen(say("The round is closed: {0} cannot change any more.", ended), ended)
	if ended and before.status == OPEN and (after.closes is None or after.closes < today):
		raise Frozen("Whoever wants to answer today still can: choose today or a later day to close.", ended)
	if _changed(before, after, ("tell_back_by",)) and before.status == TOLD_BACK:
		raise Frozen("It is told back already: the promised day cannot change any more.", ("tell_back_by",))


def _changed(before: SurveyRound, after: SurveyRound, names: tuple[str, ...]) -> tuple[str, ...]:
	return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _missing(round_: SurveyRound, after: str, today: date, smallest: int) -> list[str]:
	if after == DRAFT:
		return _missing_to_go_back(round_)
	if after == ANNOUNCED:
		return _missing_to_announce(round_, today)
	if after == OPEN:
		return _missing_to_announce(round_, today) + _missing_to_open(round_, today, smallest)
	missing: list[str] = []
	if after == CLOSED and round_.closes and today <= round_.closes:
		missing.append(
			"Its last day is not over: whoever was told so may still answer. Let it end today at the earliest."
		)
	if after == PUBLISHED and round_.remarks_waiting:
		missing.append(
			say(
				"{0} remarks were not read yet: let their reader take names out first.",
				str(round_.remarks_waiting),
			)
		)
	if after == TOLD_BACK and not round_.told.strip():
		missing.append("Write down what came of it, for those who were asked.")
	return missing


def _missing_to_go_back(round_: SurveyRound) -> list[str]:
	if round_.answered:
		return ["Somebody has answered already: let the round run, or close it."]
	return []


def _missing_to_announce(round_: SurveyRound, today: date) -> list[str]:
	missing = []
	if round_.questionnaire is None:
		missing.append("Choose a questionnaire.")
	missing += _missing_of_audiences(round_)
	if round_.mode not in MODES:
		missing.append(say("A round is one of these: {0}.", MODES))
	if round_.mode == NAMED and set(round_.audiences) - {LEARNERS}:
		missing.append("Only learners are asked by name: ask the others in an anonymous round.")
	if len(round_.breakdowns) > MOST_BREAKDOWNS:
		missing.append("Choose at most two breakdowns: with more of them people can be recognised.")
	if len(set(round_.breakdowns)) < len(round_.breakdowns):
		missing.append("Choose each breakdown once.")
	if not round_.purpose.strip():
		missing.append("Say what the answers are for.")
	if not round_.readers.strip():
		missing.append("Say who will read the results.")
	if round_.free_text and not round_.remarks_reader:
		missing.append("Name the one person who reads remarks first and takes names out.")
	return missing + _missing_of_days(round_, today)


def _missing_of_audiences(round_: SurveyRound) -> list[str]:
	if not round_.audiences:
		return ["Choose at least one audience: a round that asks nobody has no answer."]
	missing: list[str] = []
	for audience in round_.audiences:
		if audience not in AUDIENCES:
			missing.append(say("There is no audience {0}; choose from {1}.", repr(audience), AUDIENCES))
		elif round_.questionnaire and audience not in round_.questionnaire.audiences:
			missing.append(
				say(
					"The questionnaire asks {0} nothing: leave them out, or choose another questionnaire.",
					audience,
				)
			)
	if len(set(round_.audiences)) < len(round_.audiences):
		missing.append("Choose each audience once.")
	return missing


def _missing_of_days(round_: SurveyRound, today: date) -> list[str]:
	opens, closes, tell_back_by = round_.opens, round_.closes, round_.tell_back_by
	if opens is None or closes is None:
		return ["Say from when to when people can answer."]
	missing = []
	if closes < opens:
		missing.append("It closes before it opens. Change its days.")
	if closes < today:
		missing.append("Its last day is past. Choose a later one.")
	if tell_back_by is None or tell_back_by <= closes:
		missing.append("Say by which day people hear what came of it, after the last day.")
	return missing


def _missing_to_open(round_: SurveyRound, today: date, smallest: int) -> list[str]:
	missing: list[str] = []
	if round_.opens and today < round_.opens:
		missing.append(
			say("People were told that it opens on {0}. Wait, or change that day.", str(round_.opens))
		)
	nobody = tuple(audience for audience in round_.audiences if not round_.invited.get(audience))
	if nobody:
		missing.append(say("Nobody is invited of {0}: invite them, or leave them out.", nobody))
	if round_.mode == ANONYMOUS:
		sizes = {
			audience: round_.invited[audience] for audience in round_.audiences if audience not in nobody
		}
		few = tuple(audience for audience in sizes if audience not in voices(sizes, smallest))
		if few:
			missing.append(
				say(
					"Fewer than {0} are invited of {1}: nothing they say could be shown without showing who said it. Talk with them instead, and leave them out.",
					str(smallest),
					few,
				)
			)
	return missing

"""A practice card: what a school did, for whom, and what came of it, as a file that another school takes in; no server between.

Draft ⇄ Checked ─► Shared ─► Withdrawn

CardError(ValueError)   something that may not travel, or that is no card; its sentence says what to change
StepRefused             see `step`
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from math import isfinite
from typing import Any

from vsv_app.engine.care.intervention_effects import Effect
from vsv_app.engine.lifecycle import Lifecycle
from vsv_app.engine.school.improvement import trials
from vsv_app.engine.school.improvement.trials import Trial
from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

FORMAT, VERSION = "vsv-practice-card", 1
LICENCE = "CC BY 4.0"
LARGEST_FILE = 100_000
"""Characters; a card is two pages."""
LONGEST_TEXT, LONGEST_CODE = 4_000, 140

DRAFT, CHECKED, SHARED, WITHDRAWN = "Draft", "Checked", "Shared", "Withdrawn"
LIFE = Lifecycle(
	"practice card",
	DRAFT,
	{DRAFT: (CHECKED,), CHECKED: (DRAFT, SHARED), SHARED: (WITHDRAWN,), WITHDRAWN: ()},
)
TRIAL, EFFECT = "Trial", "Effect Of Interventions"
SOURCES = (TRIAL, EFFECT)
TEXTS = ("title", "problem", "what_we_did", "for_whom", "conditions", "effort")
"""What people write on it, all of it needed."""

SHORTEST_NAME = 2
"""Letters; a shorter word is nobody's name."""
WORDS_IN_A_ROW = 6
"""So many words of a remark one after the other are its words, not the language's."""
WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
FEW_PEOPLE = re.compile(
	r"\b([1-4]|one|two|three|four|een|één|twee|drie|vier)\s+(?:\w+\s+)?(?:learners?|pupils?|students?|children|girls?|boys?"
	r"|leerlingen|leerling|studenten|student|kinderen|kind|meisjes?|jongens?)\b",
	re.IGNORECASE,
)
"""A number of learners that is a group too small, written out; a word may stand between."""
MAIL_OF_A_PERSON = re.compile(r"^[^@\s]+\.[^@\s]+@")


class CardError(ValueError):
	"""The sentence says what to change."""


@dataclass(frozen=True)
class CardResult:
	"""What came of it, with how many that is of. Raises CardError.

	From a trial: `difference` and `reach` in the indicator's unit, the verdict, learners on both sides. From *Effect of Interventions*: `met`
	of `goals` goals were met in so many plans; it goes together, and says nothing about why.
	"""

	source: str
	indicator: str = ""
	verdict: str = ""
	difference: float | None = None
	reach: float | None = None
	learners_tried: int | None = None
	learners_compared: int | None = None
	plans: int | None = None
	goals: int | None = None
	met: int | None = None

	def __post_init__(self) -> None:
		if self.source not in SOURCES:
			raise CardError(say("Say where the result comes from: {0}.", SOURCES))
		if self.source == TRIAL and self.verdict not in trials.VERDICTS:
			raise CardError(say("Say what the trial came to: {0}.", trials.VERDICTS))
		counts = (self.learners_tried, self.learners_compared, self.plans)
		if any(count is not None and count < SMALLEST_GROUP for count in counts):
			raise CardError(
				say(
					"The result is of fewer than {0}: leave the numbers out, or wait for more.",
					str(SMALLEST_GROUP),
				)
			)
		if len(self.indicator) > LONGEST_CODE:
			raise CardError("Give the code of the indicator, not a text.")
		if any(value is not None and not isfinite(value) for value in (self.difference, self.reach)):
			raise CardError("The result is no number.")
		if self.difference is not None and None in (self.learners_tried, self.learners_compared, self.reach):
			raise CardError("Say of how many learners the difference is, and how far chance reaches.")
		if (self.met is None) != (self.goals is None) or (self.goals is not None and self.plans is None):
			raise CardError("Say how many goals were met, of how many, in how many plans.")
		if self.met is not None and self.goals is not None and not 0 <= self.met <= self.goals:
			raise CardError("More goals are met than there are.")


@dataclass(frozen=True)
class PracticeCard:
	"""A practice. `contact`: an office that answers, with an address of the school and of no person. `languages`: those of its text."""

	title: str
	problem: str
	what_we_did: str
	for_whom: str
	conditions: str
	effort: str
	contact: str
	languages: tuple[str, ...]
	school: str = ""
	licence: str = LICENCE
	result: CardResult | None = None
	status: str = DRAFT


def result_of(trial: Trial) -> CardResult:
	"""The result of a trial that was decided. Raises CardError before: a card tells how it ended."""
	if trial.status != trials.DECIDED or trial.result is None:
		raise CardError("The trial is not decided yet. Wait for its last day.")
	found = trial.result.comparison
	if found is None:
		return CardResult(TRIAL, trial.design.indicator, trial.result.verdict)
	return CardResult(
		TRIAL,
		trial.design.indicator,
		trial.result.verdict,
		found.difference,
		found.reach,
		found.learners_tried,
		found.learners_compared,
	)


def effect_of(effect: Effect) -> CardResult:
	"""The result of an intervention over closed plans. Raises CardError where it is of too few learners to be told."""
	if effect.goals is None or effect.met is None:
		raise CardError("The effect is of too few learners to be told. Wait for more plans.")
	return CardResult(EFFECT, plans=effect.plans, goals=effect.goals, met=effect.met)


def step(card: PracticeCard, after: str, *, names: Iterable[str] = (), remarks: Iterable[str] = ()) -> None:
	"""Check one step; raises IllegalStep, or NotYet with all that it still takes. For Checked and Shared: `names` and `remarks` as in `problems`."""
	LIFE.check(card.status, after, problems(card, names, remarks) if after in (CHECKED, SHARED) else ())


def problems(card: PracticeCard, names: Iterable[str], remarks: Iterable[str]) -> list[str]:
	"""Why a card may not travel yet, each in a sentence; empty: it may.

	names     of learners, families and staff, whole ("Anna de Vries") or one by one; each part from two letters on is looked for,
	          but for a part that is written small in the name ("de")
	remarks   what people wrote in surveys
	"""
	texts = {name: str(getattr(card, name)) for name in (*TEXTS, "contact")}
	missing = [say("Fill in: {0}.", name.replace("_", " ")) for name in TEXTS if not texts[name].strip()]
	found: list[str] = list(missing)
	if "@" not in card.contact or MAIL_OF_A_PERSON.match(card.contact.strip()):
		found.append("Give as contact an address of an office, such as care@school.example, not of a person.")
	if not card.languages:
		found.append("Say in which languages it is written.")
	if card.licence != LICENCE:
		found.append(say("A card is shared under {0}, so that others may use it.", LICENCE))
	whole = "\n".join(texts.values())
	found += [
		say("{0} is a name. Say what the person does instead.", name)
		for name in _names_in(card, whole, names)
	]
	found += [
		say("“{0}” are few enough to be known. Say it without the number.", few.group(0))
		for few in FEW_PEOPLE.finditer(whole)
	]
	if _quotes(whole, remarks):
		found.append("It quotes what somebody wrote in a survey, in confidence. Say it in your own words.")
	return found


def to_json(card: PracticeCard, *, names: Iterable[str], remarks: Iterable[str]) -> str:
	"""The file for another school. Raises CardError with all that may not travel, and for a card that is not shared."""
	if card.status != SHARED:
		raise CardError("Only a card that is shared goes out.")
	if found := problems(card, names, remarks):
		raise CardError(" ".join(found))
	own = {name: value for name, value in asdict(card).items() if name != "status"}
	return json.dumps({"format": FORMAT, "version": VERSION, **own}, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str) -> PracticeCard:
	"""The card of a file from another school: Shared, as it was there. Raises CardError before anything of it is used."""
	if len(text) > LARGEST_FILE:
		raise CardError("The file is too large for a practice card.")
	try:
		data = json.loads(text)
	except (ValueError, RecursionError):
		raise CardError("The file is no JSON. Ask for it anew.") from None
	if not isinstance(data, dict) or data.get("format") != FORMAT:
		raise CardError("The file is no practice card.")
	if data.get("version") != VERSION:
		raise CardError(say("The card is of another version than {0}, which this app reads.", str(VERSION)))
	own = {name: value for name, value in data.items() if name not in ("format", "version")}
	known = [one.name for one in fields(PracticeCard) if one.name != "status"]
	_check_fields(own, known, "")
	for name in (*TEXTS, "contact", "school", "licence"):
		if not isinstance(own[name], str) or len(own[name]) > LONGEST_TEXT:
			raise CardError(say("{0} is a text of at most {1} characters.", name, str(LONGEST_TEXT)))
	languages = own["languages"]
	if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
		raise CardError(say("{0} is a list of languages, such as nl.", "languages"))
	result = _result(own["result"]) if own["result"] is not None else None
	card = PracticeCard(**{**own, "languages": tuple(languages), "result": result, "status": SHARED})
	# Their names are not known here; whatever shows without them is refused as it was there.
	if found := problems(card, (), ()):
		raise CardError(" ".join(found))
	return card


def _result(data: Any) -> CardResult:
	if not isinstance(data, dict):
		raise CardError("The result is a JSON object, or null.")
	_check_fields(data, [one.name for one in fields(CardResult)], "result.")
	checks: Mapping[str, Callable[[Any], bool]] = {
		**dict.fromkeys(("source", "indicator", "verdict"), lambda value: isinstance(value, str)),
		**dict.fromkeys(("difference", "reach"), lambda value: value is None or _is_number(value)),
	}
	for name, value in data.items():
		if not checks.get(
			name, lambda value: value is None or (isinstance(value, int) and not isinstance(value, bool))
		)(value):
			raise CardError(say("{0} is of the wrong kind.", f"result.{name}"))
	return CardResult(**data)


def _is_number(value: Any) -> bool:
	return isinstance(value, int | float) and not isinstance(value, bool)


def _check_fields(data: Mapping[str, Any], known: Iterable[str], where: str) -> None:
	known = list(known)
	for name in data:
		if name not in known:
			close = get_close_matches(name, known, 1)
			if close and close[0] not in data:
				raise CardError(
					say("{0} is no field of a card; did you mean {1}?", where + name, where + close[0])
				)
			raise CardError(say("{0} is no field of a card. Nothing is taken over.", where + name))
	for name in known:
		if name not in data:
			raise CardError(say("{0} is missing in the card.", where + name))


def _names_in(card: PracticeCard, text: str, names: Iterable[str]) -> list[str]:
	"""Parts of names that stand in a text as words with a capital, or before the @ of the contact, each once: "will" is no Will."""
	parts = {
		part.casefold(): part
		for name in names
		for part in WORD.findall(name)
		if len(part) >= SHORTEST_NAME and part[0].isupper()
	}
	written = {word.casefold() for word in WORD.findall(text) if word[0].isupper()}
	written |= {word.casefold() for word in re.split(r"[\W_\d]+", card.contact.partition("@")[0])}
	return sorted(parts[word] for word in parts.keys() & written)


def _quotes(text: str, remarks: Iterable[str]) -> bool:
	own = [word.lower() for word in WORD.findall(text)]
	rows = {tuple(own[n : n + WORDS_IN_A_ROW]) for n in range(len(own) - WORDS_IN_A_ROW + 1)}
	whole = f" {' '.join(own)} "
	for remark in remarks:
		words = [word.lower() for word in WORD.findall(remark)]
		if any(tuple(words[n : n + WORDS_IN_A_ROW]) in rows for n in range(len(words) - WORDS_IN_A_ROW + 1)):
			return True
		# A short remark is a quotation where it stands whole; three words or fewer are anybody's.
		if 3 < len(words) < WORDS_IN_A_ROW and f" {' '.join(words)} " in whole:
			return True
	return False

"""The history of a signal in sentences, in English and Dutch: a step each, the newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation.findings import Say, amount, day_in_words, spoken
from vsv_app.engine.signals.indicators.catalogue import INDICATORS, YES_OR_NO
from vsv_app.engine.signals.signal_lifecycle import Measured, Step

SENTENCES: Mapping[str, Mapping[str, str]] = {
	"en": {
		life.RAISED: "Raised on {day}{value}.",
		life.UPDATED: "Measured anew on {day}{change}.",
		"Updated several times": "Measured anew {times} times from {first} to {day}{change}.",
		life.ACKNOWLEDGED: "Acknowledged by {by} on {day}{value}{again}.",
		life.FOLLOWED_UP: "Something was done by {by} on {day}{again}.",
		"A day was set": "A day to look again was set{again}.",
		life.CAME_BACK: "Nothing was done by {day}: it is open again.",
		life.GIVEN_BACK: "The plan was closed on {day}, and the rule still holds: it is open again.",
		life.CONTESTED: "{by} said on {day} that {record} is not right.",
		life.PUT_IN_PLAN: "Put in a plan by {by} on {day}{value}.",
		life.DISMISSED: "Dismissed by {by} on {day}: {reason}{value}.",
		life.TAKEN_BACK: "{by} took the dismissal back on {day}.",
		life.RESOLVED: "The rule no longer held on {day}.",
		"Resolved by a person": "Resolved by {by} on {day}{value}.",
		life.RAISED_ANEW: "It got worse, and a new signal was raised on {day}.",
		life.ESCALATED: "Nobody had answered: {recipient} was told on {day}.",
	},
	"nl": {
		life.RAISED: "Gemeld op {day}{value}.",
		life.UPDATED: "Opnieuw gemeten op {day}{change}.",
		"Updated several times": "{times} keer opnieuw gemeten van {first} tot {day}{change}.",
		life.ACKNOWLEDGED: "Opgepakt door {by} op {day}{value}{again}.",
		life.FOLLOWED_UP: "Er is iets gedaan door {by} op {day}{again}.",
		"A day was set": "Er is een dag bepaald{again}.",
		life.CAME_BACK: "Tot {day} is er niets gedaan: het staat weer open.",
		life.GIVEN_BACK: "Het plan is op {day} gesloten en de regel geldt nog: het staat weer open.",
		life.CONTESTED: "{by} zei op {day} dat {record} niet klopt.",
		life.PUT_IN_PLAN: "In een plan gezet door {by} op {day}{value}.",
		life.DISMISSED: "Afgewezen door {by} op {day}: {reason}{value}.",
		life.TAKEN_BACK: "{by} nam de afwijzing terug op {day}.",
		life.RESOLVED: "Op {day} gold de regel niet meer.",
		"Resolved by a person": "Afgesloten door {by} op {day}{value}.",
		life.RAISED_ANEW: "Het werd erger, en op {day} kwam er een nieuw signaal.",
		life.ESCALATED: "Niemand had gereageerd: {recipient} kreeg bericht op {day}.",
	},
}
PHRASES: Mapping[str, Mapping[str, str]] = {
	"en": {
		"value": "; value then {}",
		"again": "; look again on {}",
		"change": ": from {} to {}",
		"same": ": {}",
		"tier": "; support: {}",
		"record": "the record of {}",
		"a record": "a record",
		"somebody": "somebody",
		"Other": "another reason",
		"reconstructed": " (filled in afterwards).",
	},
	"nl": {
		"value": "; waarde toen {}",
		"again": "; opnieuw bekijken op {}",
		"change": ": van {} naar {}",
		"same": ": {}",
		"tier": "; ondersteuning: {}",
		"record": "het gegeven van {}",
		"a record": "een gegeven",
		"somebody": "iemand",
		"Other": "een andere reden",
		"reconstructed": " (achteraf ingevuld).",
	},
}
TIERS: Mapping[str, Sequence[str]] = {
	"en": ("for all learners", "keep an eye on it", "targeted help", "intensive help"),
	"nl": ("voor alle leerlingen", "in het oog houden", "gerichte hulp", "intensieve hulp"),
}


@dataclass(frozen=True)
class Entry:
	"""A line of the history: the step (of several alike the last), when, in a sentence, and the words of who took it."""

	kind: str
	on: datetime
	text: str
	note: str = ""


def tell(
	steps: Sequence[Step],
	language: str,
	people: Mapping[str, str],
	days: Mapping[str, date],
	say: Say = str,
	*,
	today: date,
) -> list[Entry]:
	"""The steps of one signal, given in their order. What was measured several times with nothing between is one line.

	`people` says what users are called, `days` which day a contested record is about; `say` translates reasons. The year is said
	where it is not that of `today`.
	"""
	teller = _Teller(spoken(language), people, days, say, today)
	return list(teller.entries(steps))[::-1]


class _Teller:
	def __init__(
		self, language: str, people: Mapping[str, str], days: Mapping[str, date], say: Say, today: date
	) -> None:
		self.language = language
		self.people = people
		self.days = days
		self.say = say
		self.today = today
		self.words = PHRASES[language]

	def entries(self, steps: Sequence[Step]) -> Iterator[Entry]:
		before: Measured | None = None
		for updates, some in groupby(steps, key=lambda step: step.kind == life.UPDATED):
			alike = list(some)
			for run in [alike] if updates else [[step] for step in alike]:
				yield self._entry(run, before)
				before = run[-1].measured or before

	def _entry(self, run: Sequence[Step], before: Measured | None) -> Entry:
		step = run[-1]
		text = SENTENCES[self.language][self._kind(run)].format(
			day=self._day(step.on),
			first=self._day(run[0].on),
			times=len(run),
			by=self._person(step.by),
			recipient=self._person(step.recipient),
			reason=self._reason(step),
			record=self._record(step),
			value=self._value(step),
			again=self._again(step),
			change=self._change(before, step.measured),
		)
		text = text[:1].upper() + text[1:]
		if step.reconstructed:
			text = text.removesuffix(".") + self.words["reconstructed"]
		return Entry(step.kind, step.on, text, step.note or "")

	def _kind(self, run: Sequence[Step]) -> str:
		if len(run) > 1:
			return "Updated several times"
		(step,) = run
		if step.kind == life.FOLLOWED_UP and not step.by:
			return "A day was set"
		return "Resolved by a person" if step.kind == life.RESOLVED and step.by else step.kind

	def _day(self, moment: datetime) -> str:
		text = day_in_words(moment.date(), self.language)
		return text if moment.year == self.today.year else f"{text} {moment.year}"

	def _person(self, user: str | None) -> str:
		return self.people.get(user or "", user or self.words["somebody"])

	def _reason(self, step: Step) -> str:
		if step.reason == "Other":
			return self.words["Other"]
		reason = self.say(step.reason or "")
		return reason[:1].lower() + reason[1:]

	def _record(self, step: Step) -> str:
		day = self.days.get(step.record or "")
		return (
			self.words["record"].format(day_in_words(day, self.language)) if day else self.words["a record"]
		)

	def _value(self, step: Step) -> str:
		said = self._amount(step.measured)
		return self.words["value"].format(said) if said and not step.reconstructed else ""

	def _again(self, step: Step) -> str:
		day = step.look_again_on
		return self.words["again"].format(day_in_words(day, self.language)) if day else ""

	def _change(self, before: Measured | None, now: Measured | None) -> str:
		earlier, later = self._amount(before), self._amount(now)
		text = (
			self.words["change"].format(earlier, later)
			if earlier != later
			else self.words["same"].format(later)
		)
		if before and now and before.tier != now.tier and now.tier in range(len(TIERS[self.language])):
			text += self.words["tier"].format(TIERS[self.language][now.tier])
		return text if later else ""

	def _amount(self, measured: Measured | None) -> str:
		"""A value in people's words; empty where it is a yes or no, which the signal says by being there."""
		code = measured.indicator if measured else ""
		if measured is None or (code in INDICATORS and INDICATORS[code].unit == YES_OR_NO):
			return ""
		return amount(code, measured.observed_value, self.language)

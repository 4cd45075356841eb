"""Questionnaires: questions in sections, in every language they say they have, the same item worded for each audience.

QuestionnaireError(ValueError)   a questionnaire that nobody could answer or compare; `faults` says each in a sentence
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vsv_app.engine.school.domains import DOMAINS, FACTORS
from vsv_app.engine.sentences import say

LEARNERS, FAMILIES, PARTNERS = "Learners", "Families", "Partners"
TEACHING_STAFF, OTHER_STAFF = "Teaching Staff", "Other Staff"
AUDIENCES = (LEARNERS, FAMILIES, TEACHING_STAFF, OTHER_STAFF, PARTNERS)

NOT_APPLICABLE, PREFER_NOT = "Not Applicable", "Prefer Not To Say"
BESIDE_THE_SCALE = (NOT_APPLICABLE, PREFER_NOT)
"""Offered with every question that has a scale; counted in no mean and in no base."""

FEWEST_POINTS, MOST_POINTS = 2, 7
"""One point asks nothing; more than seven nobody tells apart (G. A. Miller, Psychological Review 63, 1956)."""


class QuestionnaireError(ValueError):
	"""Says which questionnaire, and in `faults` what to change, each in a sentence."""

	def __init__(self, code: str, faults: Sequence[str]) -> None:
		self.code, self.faults = code, tuple(faults)
		super().__init__(" ".join(faults))


@dataclass(frozen=True)
class AnswerScale:
	"""A word for each point, from the lowest on, by language."""

	code: str
	words: Mapping[str, tuple[str, ...]]

	@property
	def points(self) -> int:
		return max((len(words) for words in self.words.values()), default=0)


@dataclass(frozen=True)
class Question:
	"""One question or statement, as it is put to some audiences.

	`scale`: empty for free text. `reverse`: agreeing is bad. `parallel`: the code of the question that asks others the same.
	"""

	code: str
	text: Mapping[str, str]
	audiences: tuple[str, ...]
	scale: str = ""
	reverse: bool = False
	parallel: str = ""

	@property
	def free_text(self) -> bool:
		return not self.scale

	@property
	def item(self) -> str:
		"""What it has in common with the questions that ask other audiences the same."""
		return self.parallel or self.code


@dataclass(frozen=True)
class Section:
	"""Questions that make a scale together. `domain`: the row of the whole-school approach that it is about."""

	code: str
	title: Mapping[str, str]
	domain: str
	factor: str
	questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
	"""A questionnaire in one version. `adaptable`: whether a school may change its wording. Raises QuestionnaireError."""

	code: str
	version: int
	title: Mapping[str, str]
	introduction: Mapping[str, str]
	languages: tuple[str, ...]
	source: str
	licence: str
	adaptable: bool
	scales: tuple[AnswerScale, ...]
	sections: tuple[Section, ...]

	def __post_init__(self) -> None:
		faults = [*_of_the_whole(self), *_of_scales(self), *_of_sections(self), *_of_parallels(self)]
		if faults:
			raise QuestionnaireError(self.code, faults)

	@property
	def questions(self) -> tuple[Question, ...]:
		return tuple(question for section in self.sections for question in section.questions)

	@property
	def audiences(self) -> tuple[str, ...]:
		"""Those whom it asks anything."""
		return tuple(
			audience for audience in AUDIENCES if any(audience in one.audiences for one in self.questions)
		)

	def asked_of(self, audience: str) -> tuple[Question, ...]:
		"""The questions for one audience, in their order."""
		return tuple(question for question in self.questions if audience in question.audiences)

	def points_of(self, question: Question) -> int:
		"""How many points its scale has; 0 for free text."""
		return next((scale.points for scale in self.scales if scale.code == question.scale), 0)


def _of_the_whole(of: Questionnaire) -> list[str]:
	faults: list[str] = []
	if not of.code.strip():
		faults.append("Give the questionnaire a code.")
	if of.version < 1:
		faults.append("The version is a whole number from 1 on.")
	if not of.languages:
		faults.append("Name at least one language.")
	if not of.source.strip() or not of.licence.strip():
		faults.append("Say where the questionnaire comes from, and under which licence.")
	if not of.questions:
		faults.append("Add at least one question.")
	if missing := _untold(of.title, of.languages):
		faults.append(say("Add the title in these languages: {0}.", missing))
	if missing := _untold(of.introduction, of.languages):
		faults.append(say("Add the introduction in these languages: {0}.", missing))
	for code in _doubled(section.code for section in of.sections):
		faults.append(say("Several sections have the code {0}: give each one of its own.", repr(code)))
	for code in _doubled(question.code for question in of.questions):
		faults.append(say("Several questions have the code {0}: give each one of its own.", repr(code)))
	for code in _doubled(scale.code for scale in of.scales):
		faults.append(say("Several answer scales have the code {0}: give each one of its own.", repr(code)))
	return faults


def _of_scales(of: Questionnaire) -> list[str]:
	faults: list[str] = []
	for scale in of.scales:
		lengths = {language: len(scale.words.get(language, ())) for language in of.languages}
		missing = [language for language, length in lengths.items() if not length]
		if missing:
			faults.append(
				say("Answer scale {0}: add its words in these languages: {1}.", scale.code, tuple(missing))
			)
		elif len(set(lengths.values())) > 1:
			faults.append(
				say("Answer scale {0}: give it as many points in each of its languages.", scale.code)
			)
		elif not FEWEST_POINTS <= scale.points <= MOST_POINTS:
			faults.append(
				say(
					"Answer scale {0}: give it from {1} to {2} points, so that there is something to choose. Points now: {3}.",
					scale.code,
					str(FEWEST_POINTS),
					str(MOST_POINTS),
					str(scale.points),
				)
			)
		for language, words in scale.words.items():
			if len({word.strip().casefold() for word in words}) < len(words) or not all(
				map(str.strip, words)
			):
				faults.append(
					say("Answer scale {0}: give each point a word of its own in {1}.", scale.code, language)
				)
	return faults


def _of_sections(of: Questionnaire) -> list[str]:
	faults: list[str] = []
	for section in of.sections:
		if not section.code.strip():
			faults.append("Give each section a code.")
		if section.domain not in DOMAINS:
			faults.append(
				say(
					"Section {0}: there is no domain {1}; choose one from 1.1 to 5.3.",
					section.code,
					repr(section.domain),
				)
			)
		if section.factor not in FACTORS:
			faults.append(say("Section {0}: its factor is one of {1}.", section.code, FACTORS))
		if missing := _untold(section.title, of.languages):
			faults.append(say("Section {0}: add its title in these languages: {1}.", section.code, missing))
		if len({of.points_of(question) for question in section.questions if not question.free_text}) > 1:
			faults.append(
				say(
					"Section {0}: its questions have answer scales of different length, so that they have no mean together. Put them into sections of their own.",
					section.code,
				)
			)
		for question in section.questions:
			faults += _of_question(of, question)
	return faults


def _of_question(of: Questionnaire, question: Question) -> list[str]:
	faults: list[str] = []
	if not question.code.strip():
		faults.append("Give each question a code.")
	if missing := _untold(question.text, of.languages):
		faults.append(say("Question {0}: add its words in these languages: {1}.", question.code, missing))
	if question.scale and question.scale not in {scale.code for scale in of.scales}:
		faults.append(
			say(
				"Question {0}: there is no answer scale {1}. Add it, or choose another.",
				question.code,
				repr(question.scale),
			)
		)
	if not question.audiences:
		faults.append(say("Question {0}: say whom it is for.", question.code))
	for audience in question.audiences:
		if audience not in AUDIENCES:
			faults.append(
				say(
					"Question {0}: there is no audience {1}; choose from {2}.",
					question.code,
					repr(audience),
					AUDIENCES,
				)
			)
	if question.free_text and (question.reverse or question.parallel):
		faults.append(
			say(
				"Question {0} is answered in free text: it is neither reversed nor parallel to another.",
				question.code,
			)
		)
	return faults


def _of_parallels(of: Questionnaire) -> list[str]:
	faults: list[str] = []
	home = {question.code: section.code for section in of.sections for question in section.questions}
	by_code = {question.code: question for question in of.questions}
	asked: Counter[tuple[str, str]] = Counter()
	for question in of.questions:
		asked.update({(question.item, audience) for audience in question.audiences})
		if not question.parallel:
			continue
		other = by_code.get(question.parallel)
		if other is None or other is question:
			faults.append(
				say(
					"Question {0} is parallel to {1}, which is no other question here. Name the code of one.",
					question.code,
					repr(question.parallel),
				)
			)
		elif other.parallel:
			faults.append(
				say(
					"Question {0} is parallel to {1}, which is itself parallel to {2}: name {2}.",
					question.code,
					other.code,
					other.parallel,
				)
			)
		elif (home[other.code], other.scale, other.reverse) != (
			home[question.code],
			question.scale,
			question.reverse,
		):
			faults.append(
				say(
					"Questions {0} and {1} are parallel: put them into one section, with the same answer scale and the same direction.",
					question.code,
					other.code,
				)
			)
	for (item, audience), times in asked.items():
		if times > 1:
			faults.append(
				say(
					"{0} are asked {1} twice, by parallel questions. Give each audience one of them.",
					audience,
					item,
				)
			)
	return faults


def _untold(text: Mapping[str, str], languages: Iterable[str]) -> tuple[str, ...]:
	"""The languages that a text lacks."""
	return tuple(language for language in languages if not text.get(language, "").strip())


def _doubled(codes: Iterable[str]) -> list[str]:
	return [code for code, times in Counter(codes).items() if times > 1]

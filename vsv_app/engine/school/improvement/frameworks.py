"""Frameworks that a school judges itself by: a data file each, brought in without overwriting what the school edited, and what it finds.

FrameworkError(ValueError)   a file that is no framework; its sentence names the question and what to change
FindingError(ValueError)     a judgement that rests on nothing or says nothing
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from vsv_app.engine.sentences import say

LANGUAGES = ("en", "nl")
"""In these a framework that ships is complete; more are welcome."""
OF_A_FRAMEWORK = ("framework", "version", "title", "description", "source", "source_url", "licence", "areas")
OF_AN_AREA = ("code", "title", "questions")
OF_A_QUESTION = ("code", "text")
TEXT = "text"

NOT_YET, IN_PART, MOSTLY, THROUGHOUT = "Not Yet", "In Part", "Mostly", "Throughout"
JUDGEMENTS = (NOT_YET, IN_PART, MOSTLY, THROUGHOUT)
RECORDS, SURVEY, TALKS, VISITS, DOCUMENT = "Records", "Survey", "Talks", "Visits", "Document"
EVIDENCE = (RECORDS, SURVEY, TALKS, VISITS, DOCUMENT)


class FrameworkError(ValueError):
	"""The sentence names what is wrong in the file, and what to change."""


class FindingError(ValueError):
	"""The sentence says what the finding lacks."""


@dataclass(frozen=True)
class Question:
	"""One question of a framework, in each language; `area`: the code of its part."""

	code: str
	area: str
	text: Mapping[str, str]


@dataclass(frozen=True)
class Framework:
	"""A framework as its file has it. `areas`: titles by language, by code, in the file's order."""

	code: str
	version: int
	title: Mapping[str, str]
	description: Mapping[str, str]
	source: str
	source_url: str
	licence: str
	areas: Mapping[str, Mapping[str, str]]
	questions: tuple[Question, ...]


@dataclass(frozen=True)
class Kept:
	"""A question as the school has it: what it says now, and what the framework gave it; they differ where the school edited."""

	code: str
	text: Mapping[str, str]
	given: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
	"""What bringing in a framework does, by code.

	added      questions that are not here yet
	updated    new texts of questions here, only in languages in which nobody edited them
	differing  what the framework says now of a question that the school edited: told, not written
	retired    questions that the framework has no more: they stay, as findings hang on them, and are asked no more
	"""

	added: tuple[Question, ...] = ()
	updated: Mapping[str, Mapping[str, str]] | None = None
	differing: Mapping[str, Mapping[str, str]] | None = None
	retired: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
	"""What a judgement rests on: of which kind, and what it is."""

	kind: str
	what: str

	def __post_init__(self) -> None:
		if self.kind not in EVIDENCE:
			raise FindingError(say("Say what kind of evidence it is: {0}.", EVIDENCE))
		if not self.what.strip():
			raise FindingError("Say what the evidence is.")


@dataclass(frozen=True)
class Finding:
	"""What a self-evaluation found on a question of a framework. `formative`: for the school's own use; it is in no file for others."""

	framework: str
	question: str
	judgement: str
	evidence: tuple[Evidence, ...]
	on: date
	formative: bool = False
	note: str = ""

	def __post_init__(self) -> None:
		if self.judgement not in JUDGEMENTS:
			raise FindingError(say("Judge in one of four words: {0}.", JUDGEMENTS))
		if not self.evidence:
			raise FindingError(
				"Say what the judgement rests on: a record, a survey, talks, visits or a document."
			)

	@property
	def value(self) -> int:
		"""From 1, not yet, to 4, throughout: for an aim that is measured by a judgement."""
		return JUDGEMENTS.index(self.judgement) + 1


def read(data: Any) -> Framework:
	"""The framework of a parsed file. Raises FrameworkError before anything of it is used."""
	if not isinstance(data, dict):
		raise FrameworkError("A framework is a JSON object with a code, a version, a title and areas.")
	_check_fields(data, OF_A_FRAMEWORK, "The framework")
	code = _word(data.get("framework"), "The framework", "framework")
	version = data.get("version")
	if not isinstance(version, int) or isinstance(version, bool) or version < 1:
		raise FrameworkError(say("{0}: the version is a whole number from 1 on.", code))
	areas: dict[str, Mapping[str, str]] = {}
	questions: list[Question] = []
	for area in _rows(data.get("areas"), code, "areas"):
		_check_fields(area, OF_AN_AREA, code)
		name = _word(area.get("code"), code, "code")
		if name in areas:
			raise FrameworkError(say("{0}: {1} stands twice.", code, name))
		areas[name] = _texts(area.get("title"), f"{code} {name}")
		for question in _rows(area.get("questions"), f"{code} {name}", "questions"):
			_check_fields(question, OF_A_QUESTION, f"{code} {name}")
			own = _word(question.get("code"), f"{code} {name}", "code")
			questions.append(Question(own, name, _texts(question.get(TEXT), f"{code} {own}")))
	codes = [question.code for question in questions]
	if twice := sorted({one for one in codes if codes.count(one) > 1}):
		raise FrameworkError(say("{0}: {1} stands twice.", code, twice[0]))
	return Framework(
		code,
		version,
		_texts(data.get("title"), code),
		_texts(data.get("description"), code),
		_word(data.get("source"), code, "source"),
		str(data.get("source_url") or ""),
		_word(data.get("licence"), code, "licence"),
		areas,
		tuple(questions),
	)


def changes(kept: Iterable[Kept], framework: Framework) -> Changes:
	"""What bringing in a framework does to what a school has; doing it again changes nothing."""
	here = {one.code: one for one in kept}
	updated: dict[str, Mapping[str, str]] = {}
	differing: dict[str, Mapping[str, str]] = {}
	for question in framework.questions:
		if question.code not in here:
			continue
		one = here[question.code]
		news = {language: text for language, text in question.text.items() if one.given.get(language) != text}
		edited = {language for language in news if one.text.get(language, "") != one.given.get(language, "")}
		if fresh := {language: text for language, text in news.items() if language not in edited}:
			updated[question.code] = fresh
		if other := {
			language: text
			for language, text in news.items()
			if one.text.get(language) != text and language in edited
		}:
			differing[question.code] = other
	known = {question.code for question in framework.questions}
	return Changes(
		tuple(question for question in framework.questions if question.code not in here),
		updated,
		differing,
		tuple(sorted(here.keys() - known)),
	)


def standing(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
	"""The last finding on each question, by (framework, question); of one day the one that was written last."""
	last: dict[tuple[str, str], Finding] = {}
	for finding in findings:
		about = finding.framework, finding.question
		if about not in last or finding.on >= last[about].on:
			last[about] = finding
	return last


def check_about(finding: Finding, framework: Framework) -> None:
	"""Raises FindingError for a finding on a question that the framework does not ask."""
	if finding.framework != framework.code or finding.question not in {
		one.code for one in framework.questions
	}:
		raise FindingError(say("{0} asks nothing of the code {1}.", framework.code, finding.question))


def for_others(findings: Iterable[Finding]) -> list[Finding]:
	"""The last findings that may leave the school, by question. A formative one hides none that was written before it for others."""
	return list(standing(finding for finding in findings if not finding.formative).values())


def _check_fields(row: Mapping[str, Any], known: Sequence[str], where: str) -> None:
	for name in row:
		if name not in known:
			close = get_close_matches(str(name), known, 1)
			hint = close[0] if close else ", ".join(known)
			raise FrameworkError(say("{0}: {1} is no field here; did you mean {2}?", where, str(name), hint))


def _rows(value: Any, where: str, field: str) -> list[dict[str, Any]]:
	if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
		raise FrameworkError(say("{0}: {1} is a list of at least one.", where, field))
	return value


def _word(value: Any, where: str, field: str) -> str:
	if not isinstance(value, str) or not value.strip():
		raise FrameworkError(say("{0}: say what its {1} is.", where, field))
	return value.strip()


def _texts(value: Any, where: str) -> dict[str, str]:
	if not isinstance(value, dict) or not all(
		isinstance(text, str) and text.strip() for text in value.values()
	):
		raise FrameworkError(say("{0}: give its text by language.", where))
	if missing := [language for language in LANGUAGES if language not in value]:
		raise FrameworkError(say("{0}: its text is missing in: {1}.", where, tuple(missing)))
	return {str(language): text.strip() for language, text in value.items()}

"""Questionnaires as files: read and checked, and what bringing one in would change.

A file is JSON: `code`, `version`, `title`, `introduction`, `languages`, `source`, `licence`, `adaptable`; `scales`, by code, each the words of
its points by language, from the lowest on; `sections` with `code`, `title`, `domain`, `factor` and `questions` with `code`, `text`,
`audiences`, `scale`, `reverse`, `parallel`. Text is given by language. What is shown ships in vsv_app/data/questionnaires/.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vsv_app.engine.school.surveys.questionnaires import (
	AnswerScale,
	Question,
	Questionnaire,
	QuestionnaireError,
	Section,
)
from vsv_app.engine.sentences import say

WHOLE = {
	"code": str, "version": int, "title": dict, "introduction": dict, "languages": list, "source": str, "licence": str,
	"adaptable": bool, "scales": dict, "sections": list,
}  # fmt: skip
SECTION = {"code": str, "title": dict, "domain": str, "factor": str, "questions": list}
QUESTION = {"code": str, "text": dict, "audiences": list, "scale": str, "reverse": bool, "parallel": str}
MAY_LACK = {"scale", "reverse", "parallel"}
KINDS = {
	str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object, by language or by code",
}  # fmt: skip

ADDED, REMOVED, REWORDED, ASKED_OTHERWISE = "Added", "Removed", "Reworded", "Asked Otherwise"
NEW, SAME, NEXT_VERSION = "New", "Same", "Next Version"


@dataclass(frozen=True)
class Change:
	"""What happens to a part of a questionnaire; `part` is empty for what is said of the whole."""

	kind: str
	part: str


def read(text: str | bytes) -> Questionnaire:
	"""The questionnaire in a file. Raises QuestionnaireError, with all that is to be changed."""
	try:
		raw = json.loads(text, object_pairs_hook=_without_doubles)
	except (ValueError, RecursionError) as error:
		raise QuestionnaireError(
			"", [say("The file is no JSON that can be read: {0}.", str(error))]
		) from None
	return from_fields(raw)


def from_fields(raw: Any) -> Questionnaire:
	"""The questionnaire that the fields of a file describe. Raises QuestionnaireError."""
	code = str(raw.get("code") or "") if isinstance(raw, dict) else ""
	faults = _form("The questionnaire", raw, WHOLE)
	if faults:
		raise QuestionnaireError(code, faults)
	faults += _texts("The questionnaire", raw, ("title", "introduction"))
	faults += _words("languages", raw["languages"])
	for scale, words in raw["scales"].items():
		if not isinstance(words, dict) or not all(map(_is_words, words.values())):
			faults.append(say("Answer scale {0}: give its words as a list for each language.", scale))
	sections = []
	for number, section in enumerate(raw["sections"], 1):
		sections.append(_section(number, section, faults))
	if faults:
		raise QuestionnaireError(code, faults)
	return Questionnaire(
		code,
		raw["version"],
		raw["title"],
		raw["introduction"],
		tuple(raw["languages"]),
		raw["source"],
		raw["licence"],
		raw["adaptable"],
		tuple(
			AnswerScale(scale, {language: tuple(told) for language, told in words.items()})
			for scale, words in raw["scales"].items()
		),
		tuple(section for section in sections if section),
	)


def compare(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
	"""What of `old` is another in `new`, by the codes of questions and scales; nothing when they differ in the version alone."""
	changes = []
	if _frame(old) != _frame(new):
		changes.append(Change(REWORDED, ""))
	before, after = (
		{question.code: (section, question) for section in of.sections for question in section.questions}
		for of in (old, new)
	)
	changes += [Change(REMOVED, code) for code in before if code not in after]
	changes += [Change(ADDED, code) for code in after if code not in before]
	for code in (code for code in after if code in before):
		was, now = before[code][1], after[code][1]
		if _how_asked(old, *before[code]) != _how_asked(new, *after[code]):
			changes.append(Change(ASKED_OTHERWISE, code))
		elif was.text != now.text:
			changes.append(Change(REWORDED, code))
	return tuple(changes)


def comparable(old: Questionnaire, new: Questionnaire) -> frozenset[str]:
	"""Items that ask the same in both, in all their wordings, so that their answers can stand beside each other.

	A language more changes nothing for those who answered in the others.
	"""
	both = [language for language in new.languages if language in old.languages]
	before = {question.code: question for question in old.questions}

	def same(question: Question) -> bool:
		was = before.get(question.code)
		return (
			was is not None
			and (was.item, was.reverse) == (question.item, question.reverse)
			and all(
				was.text[language] == question.text[language]
				and _words_of(old, was, language) == _words_of(new, question, language)
				for language in both
			)
		)

	other = {question.item for question in new.questions if not both or not same(question)}
	return frozenset(question.item for question in new.questions if question.item not in other)


def bring_in(known: Questionnaire | None, new: Questionnaire) -> str:
	"""What bringing `new` in does, beside the latest version known under its code: NEW, SAME or NEXT_VERSION.

	Raises QuestionnaireError: a version is never another text, and what may not be adapted stays as its makers wrote it.
	"""
	if known is None:
		return NEW
	if known.code != new.code:
		raise ValueError(f"{known.code} and {new.code} are two questionnaires")
	if known.version == new.version and known == new:
		return SAME
	changed = tuple(change.part or "the questionnaire" for change in compare(known, new))
	if not known.adaptable:
		raise QuestionnaireError(
			new.code,
			[
				say(
					"Questionnaire {0} may not be adapted: use it as it is, or write one with a code of its own. Changed: {1}.",
					new.code,
					changed or ("the version",),
				)
			],
		)
	if new.version < known.version:
		raise QuestionnaireError(
			new.code,
			[
				say(
					"Version {0} of questionnaire {1} is older than version {2}, which is here.",
					str(new.version),
					new.code,
					str(known.version),
				)
			],
		)
	if new.version == known.version:
		raise QuestionnaireError(
			new.code,
			[
				say(
					"Version {0} of questionnaire {1} is here with other words: call the file version {2}. Changed: {3}.",
					str(new.version),
					new.code,
					str(known.version + 1),
					changed or ("the order",),
				)
			],
		)
	return NEXT_VERSION


def _section(number: int, raw: Any, faults: list[str]) -> Section | None:
	what = f"Section {number}"
	found = _form(what, raw, SECTION)
	if found:
		faults += found
		return None
	what = f"Section {raw['code'] or number}"
	faults += _texts(what, raw, ("title",))
	questions = []
	for place, one in enumerate(raw["questions"], 1):
		found = _form(f"{what}, question {place}", one, QUESTION, MAY_LACK)
		if not found:
			found = _texts(f"Question {one['code'] or place}", one, ("text",))
			found += _words(f"Question {one['code'] or place}: audiences", one["audiences"])
		if found:
			faults += found
			continue
		questions.append(
			Question(
				one["code"],
				one["text"],
				tuple(one["audiences"]),
				one.get("scale", ""),
				one.get("reverse", False),
				one.get("parallel", ""),
			)
		)
	return Section(raw["code"], raw["title"], raw["domain"], raw["factor"], tuple(questions))


def _form(what: str, raw: Any, fields: Mapping[str, type], may_lack: set[str] | None = None) -> list[str]:
	"""What is wrong with the fields of an object, before anybody looks at what they say."""
	if not isinstance(raw, dict):
		return [say("{0} is an object with these fields: {1}.", what, tuple(fields))]
	faults: list[str] = []
	missing = tuple(field for field in fields if field not in raw and field not in (may_lack or ()))
	if missing:
		faults.append(say("{0} lacks {1}: add it.", what, missing))
	unknown = tuple(str(field) for field in raw if field not in fields)
	if unknown:
		faults.append(
			say(
				"{0} has fields that nothing reads: {1}. Take them out; known are {2}.",
				what,
				unknown,
				tuple(fields),
			)
		)
	for field, kind in fields.items():
		# In JSON true is no number, though Python takes it for one.
		if field in raw and (
			not isinstance(raw[field], kind) or (kind is int and isinstance(raw[field], bool))
		):
			faults.append(say("{0}: {1} must be {2}.", what, field, KINDS[kind]))
	return faults


def _texts(what: str, raw: Mapping[str, Any], fields: tuple[str, ...]) -> list[str]:
	return [
		say("{0}: give {1} as text for each language.", what, field)
		for field in fields
		if not all(isinstance(text, str) for text in raw[field].values())
	]


def _words(what: str, raw: Any) -> list[str]:
	return [] if _is_words(raw) and len(set(raw)) == len(raw) else [say("{0}: list words, each once.", what)]


def _is_words(raw: Any) -> bool:
	return isinstance(raw, list) and all(isinstance(word, str) for word in raw)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
	"""A field that stands twice in an object would be lost without a word."""
	found = dict(pairs)
	if len(found) < len(pairs):
		twice = next(field for at, (field, _value) in enumerate(pairs) if field in dict(pairs[:at]))
		raise ValueError(f"{twice!r} stands twice in one object")
	return found


def _frame(of: Questionnaire) -> tuple[Any, ...]:
	"""All that is said of a questionnaire beside its questions."""
	sections = [(section.code, section.title, section.domain, section.factor) for section in of.sections]
	return of.title, of.introduction, of.languages, of.source, of.licence, of.adaptable, sections


def _how_asked(of: Questionnaire, section: Section, question: Question) -> tuple[Any, ...]:
	words = [_words_of(of, question, language) for language in sorted(of.languages)]
	return section.code, question.audiences, words, question.reverse, question.parallel


def _words_of(of: Questionnaire, question: Question, language: str) -> tuple[str, ...]:
	"""The words of a question's answer scale; none for free text."""
	return next((scale.words.get(language, ()) for scale in of.scales if scale.code == question.scale), ())

"""What a form that somebody hands in adds to the counts of a round. After that it is dropped: nothing joins two answers of a person.

Where a round is named, `score` is what the answers of one learner come to.

AnswerRefused(ValueError)   an answer that the questionnaire does not know
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vsv_app.engine.school.surveys.questionnaires import BESIDE_THE_SCALE, Question, Questionnaire
from vsv_app.engine.sentences import say

LONGEST_REMARK = 1000
"""Characters of a free text; who writes more has a story to tell, and a form is no place for it."""

Group = tuple[str, ...]
"""The values of a round's breakdowns, in their order; empty in a round without."""


class AnswerRefused(ValueError):
	"""The sentence says which answer, and what to change. It repeats nothing that was answered."""


@dataclass(frozen=True, order=True)
class Count:
	"""What is counted: one option of a question, chosen by one audience in one group."""

	question: str
	audience: str
	group: Group
	option: str


@dataclass(frozen=True)
class Form:
	"""A form as it was handed in, checked. `chosen`: option by question; what was left empty is in neither."""

	chosen: Mapping[str, str]
	remarks: tuple[str, ...]


def checked(questionnaire: Questionnaire, audience: str, given: Mapping[str, object]) -> Form:
	"""What somebody of an audience answered, by question; None and empty text are questions left out. Raises AnswerRefused."""
	asked = {question.code: question for question in questionnaire.asked_of(audience)}
	chosen: dict[str, str] = {}
	remarks: list[str] = []
	for code, answer in given.items():
		question = asked.get(code)
		if question is None:
			raise AnswerRefused(say("There is no question {0} for {1}.", repr(code), audience))
		if answer is None or (isinstance(answer, str) and not answer.strip()):
			continue
		if question.free_text:
			remarks.append(_remark(question, answer))
		else:
			chosen[code] = _option(questionnaire, question, answer)
	return Form(chosen, tuple(remarks))


def counts(form: Form, audience: str, group: Group) -> tuple[Count, ...]:
	"""The counts that go up by one, always in the same order, so that forms at once wait for each other and never lock."""
	return tuple(sorted(Count(code, audience, group, option) for code, option in form.chosen.items()))


def score(questionnaire: Questionnaire, form: Form) -> float | None:
	"""The mean of what one learner answered in a named round, from 0 to 100, where more is better; None without an answer."""
	levels = []
	for question in questionnaire.questions:
		option = form.chosen.get(question.code)
		if option is None or option in BESIDE_THE_SCALE:
			continue
		level = (int(option) - 1) / (questionnaire.points_of(question) - 1)
		levels.append(1 - level if question.reverse else level)
	return 100 * sum(levels) / len(levels) if levels else None


def _option(questionnaire: Questionnaire, question: Question, answer: object) -> str:
	points = questionnaire.points_of(question)
	option = str(answer) if isinstance(answer, str | int) and not isinstance(answer, bool) else ""
	if option not in BESIDE_THE_SCALE and option not in map(str, range(1, points + 1)):
		raise AnswerRefused(
			say(
				"Question {0}: choose a point from 1 to {1}, or one of these: {2}.",
				question.code,
				str(points),
				BESIDE_THE_SCALE,
			)
		)
	return option


def _remark(question: Question, answer: object) -> str:
	if not isinstance(answer, str):
		raise AnswerRefused(say("Question {0} is answered in words.", question.code))
	if len(answer.strip()) > LONGEST_REMARK:
		raise AnswerRefused(
			say("Question {0}: write at most {1} characters.", question.code, str(LONGEST_REMARK))
		)
	return answer.strip()

"""Made-up questionnaires, and what is published of a made-up round."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vsv_app.engine.school.domains import PROTECTIVE
from vsv_app.engine.school.surveys.questionnaires import (
	LEARNERS,
	AnswerScale,
	Question,
	Questionnaire,
	Section,
)
from vsv_app.engine.school.surveys.results import Results, results
from vsv_app.engine.school.surveys.tallies import Count

WORDS = ("never", "rarely", "sometimes", "often", "always", "ever", "at all times")


def scale(points: int, code: str = "often") -> AnswerScale:
	return AnswerScale(code, {"en": WORDS[:points], "nl": tuple(f"{word} (nl)" for word in WORDS[:points])})


def question(code: str, audiences: Sequence[str] = (LEARNERS,), **more: Any) -> Question:
	fields = {"scale": "often", "text": {"en": f"{code}?", "nl": f"{code} (nl)?"}, **more}
	return Question(code, audiences=tuple(audiences), **fields)


def section(code: str, *questions: Question, **more: Any) -> Section:
	fields = {"domain": "2.2", "factor": PROTECTIVE, "title": {"en": code, "nl": code}, **more}
	return Section(code, questions=questions, **fields)


def questionnaire(*sections: Section, points: int = 5, **more: Any) -> Questionnaire:
	fields = {
		"code": "MADE", "version": 1, "title": {"en": "Made", "nl": "Gemaakt"}, "introduction": {"en": "Hello", "nl": "Hallo"},
		"languages": ("en", "nl"), "source": "A test", "licence": "None", "adaptable": True, "scales": (scale(points),), **more,
	}  # fmt: skip
	return Questionnaire(sections=sections or (section("S", question("Q")),), **fields)


ONE_QUESTION = {points: questionnaire(points=points) for points in range(2, 8)}
"""By the points of its scale."""

World = Sequence[Sequence[int]]
"""By group, how many learners chose each point of the one question, and how many left it out."""


def published(world: World, breakdowns: int = 1, invited: int = 60) -> Results:
	"""What is published of learners who answered one question, in groups named 0, 1 ..."""
	points = len(world[0]) - 1
	places = [(LEARNERS, (str(number),)) for number in range(len(world))]
	tallies = [
		(Count("Q", *place, str(point)), times)
		for place, group in zip(places, world, strict=True)
		for point, times in enumerate(group[:points], 1)
		if times
	]
	forms = {place: sum(group) for place, group in zip(places, world, strict=True)}
	return results(
		ONE_QUESTION[points], tallies, dict.fromkeys(places, invited), forms, breakdowns=breakdowns
	)


def counted(answers: Mapping[tuple[str, str, tuple[str, ...]], Mapping[int, int]]) -> list[tuple[Count, int]]:
	"""Tallies from how many chose each point, by question, audience and group."""
	return [
		(Count(*of, str(point)), times) for of, points in answers.items() for point, times in points.items()
	]


def without(of: Any, **fields: Any) -> Any:
	"""The same, with some fields changed."""
	return replace(of, **fields)

"""What the app wrote into a plan is said to each reader in the own language, until a person writes something else."""

from vsv_app.engine.care.plan_words import began_with, for_reader
from vsv_app.engine.sentences import say

DUTCH = {
	"{0}: at most {1}": "{0}: hoogstens {1}",
	"Unexcused absence": "Ongeoorloofd verzuim",
	"5 hours": "5 uur",
}
GOAL = say("{0}: at most {1}", "Unexcused absence", "5 hours")
CAUSE = {"en": "Away for 12 hours.", "nl": "12 uur weg."}


def dutch(text: str) -> str:
	return DUTCH.get(text, text)


def test_a_sentence_is_said_in_any_language_that_is_known() -> None:
	kept = began_with(what=(str(GOAL), GOAL))
	assert for_reader("what", str(GOAL), kept, "nl", dutch) == "Ongeoorloofd verzuim: hoogstens 5 uur"
	assert for_reader("what", str(GOAL), kept, "en", str) == str(GOAL)


def test_a_text_that_is_there_in_two_languages_is_the_readers_and_else_english() -> None:
	kept = began_with(cause=("12 uur weg.", CAUSE))
	said = [
		for_reader("cause", "12 uur weg.", kept, language, str) for language in ("nl", "nl-BE", "en", "tr")
	]
	assert said == ["12 uur weg.", "12 uur weg.", "Away for 12 hours.", "Away for 12 hours."]


def test_what_a_person_wrote_stays() -> None:
	kept = began_with(cause=("12 uur weg.", CAUSE))
	assert for_reader("cause", "He sleeps badly", kept, "en", str) is None
	assert for_reader("cause", "He sleeps badly", None, "en", str) is None
	assert for_reader("strengths", "Plays chess", kept, "en", str) is None


def test_what_was_not_kept_by_the_app_leaves_the_text_as_it_is() -> None:
	for kept in ("<img src=x>", "[1]", "7"):
		assert for_reader("cause", "Late", kept, "nl", str) is None

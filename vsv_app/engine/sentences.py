"""Sentences for people that carry the text which translators see, and what fills its places."""

from collections.abc import Callable
from typing import Any


class Sentence(str):
	"""A sentence for a person that also knows the text that translators see, and what fills its places."""

	text: str
	parts: tuple[str | tuple[str, ...], ...]


def say(text: str, *parts: str | tuple[str, ...]) -> Sentence:
	"""`text` with its places filled; a tuple is a list of words."""
	words = (part if isinstance(part, str) else ", ".join(part) for part in parts)
	said = Sentence(text.format(*words))
	said.text, said.parts = text, parts
	return said


def template(sentence: str) -> Any:
	"""A sentence as a screen can say it in any language: [text, what fills its places ...], as deep as they go."""
	if not isinstance(sentence, Sentence):
		return sentence
	return [sentence.text, *(template(p) if isinstance(p, str) else ", ".join(p) for p in sentence.parts)]


def filled(parts: Any, translated: Callable[[str], str]) -> str:
	"""What `template` took apart, in the language of `translated`; text as it is known there."""
	if isinstance(parts, str):
		return translated(parts)
	text, *words = parts
	return translated(text).format(*(filled(word, translated) for word in words))


def from_template(parts: Any) -> str:
	"""The sentence that `template` took apart."""
	if isinstance(parts, str):
		return parts
	text, *words = parts
	return say(text, *(from_template(word) for word in words))

"""The life of a document: which state may follow which, and how a step is refused.

StepRefused(ValueError)
├── IllegalStep   the life does not know this step; names the possible ones
└── NotYet        the step is known, and something that it rests on is missing; `missing` says each in a sentence
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256


class StepRefused(ValueError):
	"""A step that does not happen."""


class IllegalStep(StepRefused):
	"""A step that the life of a document does not know."""

	def __init__(self, noun: str, before: str, after: str, possible: Sequence[str]) -> None:
		self.noun, self.before, self.after, self.possible = noun, before, after, tuple(possible)
		named = ", ".join(possible) or "nothing: it is closed"
		super().__init__(f"A {noun} that is {before} cannot become {after}; possible: {named}.")


class NotYet(StepRefused):
	"""A step whose preconditions are not met."""

	def __init__(self, after: str, missing: Sequence[str]) -> None:
		self.after, self.missing = after, tuple(missing)
		super().__init__(" ".join(missing))


@dataclass(frozen=True)
class Lifecycle:
	"""The states of a kind of document, `first` the one it begins in; a state that leads nowhere is the end."""

	noun: str
	first: str
	allowed: Mapping[str, tuple[str, ...]]

	@property
	def states(self) -> tuple[str, ...]:
		return tuple(self.allowed)

	def is_closed(self, state: str) -> bool:
		return not self.allowed[state]

	def check(self, before: str, after: str, missing: Sequence[str] = ()) -> None:
		"""Raises IllegalStep when `after` cannot follow, NotYet when it could and something is missing."""
		possible = self.allowed.get(before, ())
		if after not in possible:
			raise IllegalStep(self.noun, before, after, possible)
		if missing:
			raise NotYet(after, missing)


def fingerprint_of(text: Sequence[object]) -> str:
	"""What people agreed to, in texts, numbers and lists of them, as 64 hex digits: it is another one when anything has changed."""
	return sha256(json.dumps(text, ensure_ascii=False).encode()).hexdigest()

"""Codes on paper slips, each for one form: who draws one answers without an account, alone or with an interpreter.

A slip belongs to an audience and a group of a round and to nobody: slips are drawn, not handed out by name. Only its digest is kept, and
that is removed once it was used, so that nothing tells when, or that a slip and a form have to do with each other.

CodeRefused(ValueError)   a code that opens no form
"""

from collections.abc import Callable, Iterable

from vsv_app.engine.partners import invitation_codes


class CodeRefused(ValueError):
	"""The sentence says what to do instead."""


def made(count: int, choice: Callable[[str], str]) -> tuple[str, ...]:
	"""So many codes, each another, as they are printed; `choice` takes one of some letters, as the secrets module does."""
	codes: dict[str, None] = {}
	while len(codes) < count:
		codes[invitation_codes.made(choice)] = None
	return tuple(codes)


def digest(typed: str, key: str, round_name: str) -> str:
	"""What is kept of a code in one round, under the site's own `key`. Raises CodeRefused for what is no code at all."""
	if not invitation_codes.normal(typed):
		raise CodeRefused(
			"This is no code of a slip: it has twelve letters and digits in three blocks. Type it once more."
		)
	return invitation_codes.digest(typed, f"{key}:{round_name}")


def kept(codes: Iterable[str], key: str, round_name: str) -> tuple[str, ...]:
	"""The digests of codes as they are stored: sorted, so that no order of printing or cutting can be had from them."""
	return tuple(sorted(digest(code, key, round_name) for code in codes))


def check(*, known: bool, open_now: bool) -> None:
	"""Raises CodeRefused where a code opens no form: of one that was used nothing is left, so it is as one that never was."""
	if not open_now:
		raise CodeRefused("These questions cannot be answered now: ask the school until when they can.")
	if not known:
		raise CodeRefused(
			"This code opens nothing: it was used already, or a letter is wrong. Type it once more, or draw another slip."
		)

"""What the site's translations say, for a school without a bench."""

import csv
from functools import cache
from pathlib import Path

from vsv_app.engine.signals.explanation.findings import Say

TRANSLATIONS = Path(__file__).parent.parent / "translations"


def speaker(language: str) -> Say:
	"""Translates English text into a language such as nl, nl-BE or what a browser accepts; text without a translation stays as it is."""
	words = _words(language[:2].lower())
	return lambda text: words.get(text, text)


@cache
def _words(code: str) -> dict[str, str]:
	path = TRANSLATIONS / f"{code}.csv"
	if not code.isalpha() or not path.is_file():
		return {}
	with path.open(encoding="utf-8", newline="") as file:
		return {text: said for text, said, context in csv.reader(file) if said and not context}

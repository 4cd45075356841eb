"""What the app itself wrote into a plan, said to each reader in the own language as long as nobody changed it.

What a person wrote stays as it was written; it is for the page to say in which language that is.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from vsv_app.engine.sentences import Sentence, filled, template

Texts = Mapping[str, str | None]
"""A text by language."""


def began_with(**texts: tuple[str, Sentence | str | Texts]) -> str:
	"""What to keep of the texts that a plan or goal begins with: by field, (as it was written, the same for any reader)."""
	return json.dumps(
		{field: [written, _kept(same)] for field, (written, same) in texts.items()}, ensure_ascii=False
	)


def for_reader(
	field: str, text: str, kept: str | None, language: str, translated: Callable[[str], str]
) -> str | None:
	"""The text of a field for a reader of `language`; None where a person wrote it, so that it stays as it is."""
	written, same = _begun(kept).get(field, ("", None))
	if same is None or (text or "").strip() != written.strip():
		return None
	if isinstance(same, dict):
		return same.get(language[:2]) or same.get("en") or text
	return filled(same, translated)


def _begun(kept: str | None) -> dict[str, Any]:
	"""What was kept; nothing where that is not what this app writes: a text that cannot be read stays as it is."""
	try:
		begun = json.loads(kept or "{}")
	except ValueError:
		return {}
	return begun if isinstance(begun, dict) else {}


def _kept(same: Sentence | str | Texts) -> Any:
	return template(same) if isinstance(same, str) else dict(same)

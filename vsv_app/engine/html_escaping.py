"""HTML escaping by look-alike signs: what people and machines write is text wherever it is shown, also where a page takes it for HTML."""

import re

OPENS_A_TAG = re.compile(r"<(?=[A-Za-z/!?])")
"""What HTML takes for the beginning of a tag; "I <3 school" and "a < b" are none."""
LIKE_IT = "‹"
STANDS_FOR_A_SIGN = re.compile(r"&(?=#|lt|gt|quot|amp)", re.IGNORECASE)
AMPERSAND = "＆"
QUOTES = str.maketrans({'"': "”"})


def escape_tags(text: str) -> str:
	"""The text, still readable, without anything that a browser could take for a tag."""
	return OPENS_A_TAG.sub(LIKE_IT, text) if "<" in text else text


def escape_name(text: str) -> str:
	"""As `escape_tags`, for names and titles: Desk decodes them once more and writes them into attributes, as in its Kanban."""
	return STANDS_FOR_A_SIGN.sub(AMPERSAND, escape_tags(text)).translate(QUOTES)

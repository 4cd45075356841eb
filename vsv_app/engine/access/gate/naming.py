"""Naming: which kinds of documents a request names, anywhere in what was sent, as a database would compare them.

MariaDB takes "CONCERN", "concérn" and "Concern " for the same; JSON may write a letter as \\u0043, also within JSON within JSON.
"""

import re
import unicodedata
from collections.abc import Iterable

ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
ESCAPED_BLANK = re.compile(r"\\+[bfnrt](?=[^\W_])")
BLANKS_ESCAPED = tuple(f"\\{letter}" for letter in "bfnrt")
PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
TAG = re.compile(r"<[^<>]*>")
"""Frappe takes tags out of what guests send."""
IGNORED = ("Mn", "Me", "Cf", "Cc", "Cs")
"""Categories of characters that a collation gives no weight: accents, joiners, control characters."""
BLANKS = "\t\n\v\f\r"
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
WEIGHS_NOTHING = (
	"\u0345\u06de\u0903\u0982\u0983\u0a03\u0a83\u0b02\u0b03\u0c01\u0c02\u0c03\u0c82\u0c83"
	"\u0d02\u0d03\u0d82\u0d83\u0f7f\u1038\u17c7\u17c8\u302e\u302f\ufc5e\ufc5f\ufc60\ufc61"
	"\ufc62\ufc63\ufcf2\ufcf3\ufcf4\ufe70\ufe71\ufe72\ufe73\ufe74\ufe76\ufe77\ufe78\ufe79"
	"\ufe7a\ufe7b\ufe7c\ufe7d\ufe7e\ufe7f"
)
ABOVE = dict(zip(range(0x363, 0x370), "aeioucdhmrtvx", strict=True))
"""Small letters above others, as old manuscripts have them."""
SAME = str.maketrans(
	{
		**dict.fromkeys(WEIGHS_NOTHING, ""),
		**{chr(point): letter for point, letter in ABOVE.items()},
		**{"œ": "oe", "Œ": "oe", "ƍ": "zw", "ƾ": "ts", "ʣ": "dz", "ʦ": "ts", "ʪ": "ls", "ʫ": "lz"},
	}
)
"""What Unicode's own folding leaves apart and MariaDB does not."""
SIDE = "\"'`,;|/\\[](){}=&?\n\t"
"""What stands beside a name that is an argument, or a part of one, and no word of a sentence."""
BLANK, TABLE = " \v\f\r", "tab"
WORD = re.compile(r"[a-z0-9_]")
AFTER = re.compile(rf"\s*(?=$|[{re.escape(SIDE)}]|\.[a-z_*`]|:\S)(?!\\*\"\s*:)")


def readable(text: str) -> str:
	"""A text with its escapes resolved, however deep one JSON lies within another."""
	if "<" in text:
		text = f"{text}\n{TAG.sub('', text)}"
	if "%" in text and PERCENT.search(text):
		text = f"{text}\n{PERCENT.sub(_of_address, text)}"
	if "\\u" in text:
		text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
	if any(blank in text for blank in BLANKS_ESCAPED):
		text = ESCAPED_BLANK.sub(" ", text)
	return text


def _of_address(found: re.Match[str]) -> str:
	return bytes.fromhex(found[0].replace("%", "")).decode(errors="replace")


def folded(text: str) -> str:
	"""A text as MariaDB compares it: without case, accents and characters that weigh nothing."""
	if text.isascii():
		return CONTROL.sub("", text).lower()
	plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(SAME)).casefold())
	return "".join(
		letter for letter in plain if letter in BLANKS or unicodedata.category(letter) not in IGNORED
	)


class Names:
	"""Names to find in texts. Each gives what it stands for: a kind is its own, a report stands for the kind it is about."""

	def __init__(self, meanings: dict[str, frozenset[str]]) -> None:
		self._meanings = meanings
		self._found = {folded(name): name for name in meanings}
		self._keys = {name: re.compile(rf"\"{re.escape(name)}\\*\"\s*:") for name in meanings}

	def __contains__(self, name: object) -> bool:
		return isinstance(name, str) and self.exact(name) is not None

	def exact(self, name: str) -> str | None:
		"""The name that a database would take this one for; None where it is none of these."""
		return self._found.get(folded(name).rstrip(" "))

	def named(self, text: str) -> frozenset[str]:
		"""What a text names: in quotes, as a table, as a part of a path, or alone; not a word in a sentence."""
		said = readable(text)
		plain = folded(said)
		found: set[str] = set()
		for look, name in self._found.items():
			if look in plain and (self._stands_in(plain, look) or self._is_key(said, name)):
				found |= self._meanings[name]
		return frozenset(found)

	def _stands_in(self, text: str, look: str) -> bool:
		start = text.find(look)
		while start >= 0:
			if _is_argument(text, start, start + len(look)):
				return True
			start = text.find(look, start + 1)
		return False

	def _is_key(self, text: str, name: str) -> bool:
		"""A kind as a key of JSON, written as a kind is: a field has the same word in small letters."""
		return f'"{name}' in text and bool(self._keys[name].search(text))


def of_kinds(kinds: Iterable[str]) -> Names:
	"""Names that stand for themselves."""
	return Names({kind: frozenset({kind}) for kind in kinds})


def _is_argument(text: str, start: int, end: int) -> bool:
	"""Whether what stands there in a folded text is a name: `tabName`, "name", name.field, /name/. As a key of JSON it may be a field's."""
	if text.endswith(TABLE, 0, start) and not WORD.match(text, end):
		before = start - len(TABLE) - 1
		if before < 0 or not WORD.match(text, before):
			return True
	before = start - 1
	while before >= 0 and text[before] in BLANK:
		before -= 1
	beside = before < 0 or text[before] in SIDE or text[start - 1] == ":"
	return beside and bool(AFTER.match(text, end))

"""File addresses: the one way in which the address of a file of the site is written.

Frappe, the disk and a browser each read more spellings as the same file, and some lead out of the folder.
"""

import re

PUBLIC, PRIVATE = "/files/", "/private/files/"
ELSEWHERE = re.compile(r"^https?://[^/\\?#\s]+(?P<path>/.*)?$", re.DOTALL)
ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
UNSAFE = re.compile(r"[\\\x00-\x1f\x7f]")
STEPS = ("", ".", "..")
ROUNDS = 5
"""So often an address may be escaped; what is still escaped then is no address."""


def unescaped(address: str) -> str | None:
	"""The address without escapes, as Frappe and a browser undo them; None where there is no end to them."""
	for _round in range(ROUNDS):
		plain = ESCAPES.sub(_sign, address)
		if plain == address:
			return plain
		address = plain
	return None


def plain_name(name: str) -> str:
	"""The name of a file without what no address keeps."""
	return UNSAFE.sub("", name).strip()


def is_plain(address: str) -> bool:
	"""Whether an address can be kept: a file of the site in its one spelling, or one elsewhere that is never taken for one of the site."""
	plain = unescaped(address)
	if plain is None or plain != plain.strip() or UNSAFE.search(plain):
		return False
	if found := ELSEWHERE.match(plain):
		# With the name of the host that it is asked at, Frappe takes the rest for a file of the site.
		path = found["path"] or ""
		return PRIVATE not in f"{path}/" and (PUBLIC not in path or _steps_down(path))
	root = PRIVATE if plain.startswith(PRIVATE) else PUBLIC
	return plain.startswith(root) and _steps_down(plain)


def is_private(address: str) -> bool:
	"""Whether a plain address is that of a private file of the site."""
	return address.startswith(PRIVATE)


def _steps_down(path: str) -> bool:
	"""Whether each part of a path names something in the part before it."""
	return not any(part in STEPS for part in path.partition("?")[0][1:].split("/"))


def _sign(escapes: re.Match[str]) -> str:
	return bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8", "replace")

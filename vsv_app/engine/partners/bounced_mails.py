"""Mails that a mail server gives back, as they arrive in a mailbox: whether a mail is such a one, and for which addresses it says so."""

import re

DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon")
"""What stands before the @ where a mail server itself writes."""
EXCHANGE = "microsoftexchange"
"""Exchange writes as this with a number behind it."""
STILL_TRIED = re.compile(
	r"\bdelay(ed)?\b|warning: could not send|still being retried|\bvertraag|\bvertraging\b", re.IGNORECASE
)
"""In a subject: nothing is lost yet."""
ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
OPEN_CODE = re.compile(r"(?:[A-HJKMNP-TV-Z2-9]{4}-){2}[A-HJKMNP-TV-Z2-9]{4}")
"""The code of an invitation, as it is printed; what comes back quotes the mail that it was in."""


def gives_back(sender: str, subject: str) -> bool:
	"""Whether a mail server says that a mail will not arrive."""
	before = sender.strip().lower().partition("@")[0]
	return (before in DAEMONS or before.startswith(EXCHANGE)) and not STILL_TRIED.search(subject)


def addresses(text: str) -> frozenset[str]:
	"""All addresses that a text names, in small letters."""
	return frozenset(found.lower().strip(".'`") for found in ADDRESS.findall(text))


def without_codes(text: str) -> str:
	"""A text without the codes that it quotes: who reads the mailbox is not who was invited."""
	return OPEN_CODE.sub("…", text)

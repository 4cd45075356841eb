"""The code with which a learner, guardian or partner gets an account: how it looks, what is kept of it, and until when it holds."""

import hmac
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No two of these look alike on paper."""
LENGTH, BLOCK = 12, 4
"""Nearly 59 bits: at sixty tries an hour nobody guesses one before it ends."""
VALID_DAYS = 30
SEPARATORS = str.maketrans("", "", "- .")

INVITED, SIGNED_IN, BOUNCED, WITHDRAWN, EXPIRED = "Invited", "Signed In", "Bounced", "Withdrawn", "Expired"
STATES = (INVITED, SIGNED_IN, BOUNCED, EXPIRED, WITHDRAWN)
WAITING = (INVITED, BOUNCED, EXPIRED)
"""Of whom nobody has signed in yet: they can be invited once more."""


def made(choice: Callable[[str], str]) -> str:
	"""A fresh code, as it is printed; `choice` takes one of some letters, as the secrets module does."""
	letters = "".join(choice(LETTERS) for _ in range(LENGTH))
	return "-".join(letters[at : at + BLOCK] for at in range(0, LENGTH, BLOCK))


def normal(typed: str) -> str:
	"""What somebody typed as it is compared: without separators, in capitals; empty where it is no code at all."""
	letters = typed.translate(SEPARATORS).upper()
	return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else ""


def digest(code: str, key: str) -> str:
	"""All that is kept of a code. Without the site's own key nobody can look for the code that it belongs to."""
	return hmac.new(key.encode(), normal(code).encode(), sha256).hexdigest()


def last_day(today: date) -> date:
	"""Until when a code holds that was made today."""
	return today + timedelta(days=VALID_DAYS)


def counts(status: str, expires: date | None, today: date) -> bool:
	"""Whether a code can be used; a mail that came back may have come through all the same."""
	return status in (INVITED, BOUNCED) and expires is not None and today <= expires


def over(status: str, expires: date | None, today: date) -> bool:
	"""Whether a code came too late, and for no other reason does not count."""
	return status in WAITING and expires is not None and today > expires


def tally(states: Sequence[str]) -> dict[str, int]:
	"""How many there are by state, in the order in which a screen shows them."""
	return {state: states.count(state) for state in STATES if state in states}

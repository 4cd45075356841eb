"""The wall clock, or a day played faster than it passes."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Clock = Callable[[], datetime]


def system() -> datetime:
	return datetime.now(timezone.utc)


def simulated(text: str) -> Clock:
	"""A clock for START@SPEED@BEGAN: it was START when the machine's own clock stood at BEGAN (Unix seconds).

	The gateway takes the same text, so two processes that started at different moments tell the same time.
	Raises ValueError.
	"""
	try:
		start_text, speed_text, began_text = text.split("@")
		start, speed, began = datetime.fromisoformat(start_text), float(speed_text), float(began_text)
	except ValueError:
		raise ValueError(
			f"{text!r} is not START@SPEED@BEGAN, such as 2026-11-23T08:00:00+01:00@60@1763881200.5"
		) from None
	if start.tzinfo is None or speed <= 0:
		raise ValueError("a simulated clock needs a start with an offset and a speed above 0")
	# The wall clock may be stepped while a demo runs; what has passed since is counted by the one that cannot.
	at = time.monotonic() - (time.time() - began)

	def now() -> datetime:
		return start + timedelta(seconds=(time.monotonic() - at) * speed)

	return now

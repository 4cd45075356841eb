"""How long to wait before the next try: longer each time, and never in step with the other gateways."""

import random
from collections.abc import Callable


class Backoff:
	"""`next` gives seconds between half and all of a span that doubles from `first` to `longest`."""

	def __init__(
		self, first: float, longest: float, uniform: Callable[[float, float], float] = random.uniform
	) -> None:
		self._first, self._longest, self._uniform = first, longest, uniform
		self._span = first

	def next(self) -> float:
		span, self._span = self._span, min(self._span * 2, self._longest)
		return self._uniform(span / 2, span)

	def reset(self) -> None:
		self._span = self._first

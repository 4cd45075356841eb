"""A queue in which each gateway has a share: who sends too much waits behind oneself, and holds up nobody else.

The broker keeps one queue for the listener, in the order in which messages came. So everything is taken in as it comes,
before it costs a query, and given out in turns: a message of each gateway. What is above a gateway's share is let go. Check-ins
are not lost by that, as a gateway keeps them until the app's own acknowledgement and sends them again.
"""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

CHECK_INS = 40
"""Messages of check-ins of one gateway that wait. It sends 20 at most before it hears of the first."""
OTHERS = 11_000
"""Other messages: a week of one each minute, which is as long as the broker keeps them for a listener that is away. Of as many
as the broker gives out before it hears of any, that is the part of one of five."""
BYTES = 24 * 1024 * 1024
"""Of all that waits of one gateway; 40 of the largest messages of check-ins are 10 MiB."""
GATEWAYS = 1000
"""Names with a share each. Where a broker lets anybody write under any name, the others have one share together."""
THE_OTHERS = ""


class Message(Protocol):
	"""What came in."""

	@property
	def topic(self) -> str: ...

	@property
	def payload(self) -> bytes: ...


M = TypeVar("M", bound=Message)


@dataclass
class _Lane(Generic[M]):
	"""What waits of one gateway, in the order in which it came."""

	waiting: deque[M] = field(default_factory=deque)
	check_ins: int = 0
	size: int = 0


class FairQueue(Generic[M]):
	"""One thread puts in, another takes out."""

	def __init__(self) -> None:
		self._lanes: OrderedDict[str, _Lane[M]] = OrderedDict()
		self._passed_over: Counter[str] = Counter()
		self._changed = threading.Condition()

	def put(self, message: M) -> bool:
		"""Let a message wait; False where its gateway has its share, and more."""
		name, is_check_in = _sender(message.topic)
		size = len(message.payload)
		with self._changed:
			if name not in self._lanes and len(self._lanes) >= GATEWAYS:
				name = THE_OTHERS
			lane = self._lanes.get(name) or _Lane()
			others = len(lane.waiting) - lane.check_ins
			full = lane.check_ins >= CHECK_INS if is_check_in else others >= OTHERS
			if full or (lane.waiting and lane.size + size > BYTES):
				self._passed_over[name] += 1
				return False
			lane.waiting.append(message)
			lane.check_ins += is_check_in
			lane.size += size
			self._lanes[name] = lane
			self._changed.notify()
			return True

	def take(self, patience: float) -> M | None:
		"""The next message, of the gateway whose turn it is; None where nothing came within `patience` seconds."""
		with self._changed:
			if not self._lanes:
				self._changed.wait(patience)
			if not self._lanes:
				return None
			name, lane = self._lanes.popitem(last=False)
			message = lane.waiting.popleft()
			lane.check_ins -= _sender(message.topic)[1]
			lane.size -= len(message.payload)
			if lane.waiting:
				self._lanes[name] = lane
			return message

	def forget(self) -> None:
		"""Let go of all that waits: on a new connection the broker gives it again."""
		with self._changed:
			self._lanes.clear()

	def passed_over(self) -> Mapping[str, int]:
		"""How many messages of each gateway were let go since this was asked last."""
		with self._changed:
			counted, self._passed_over = self._passed_over, Counter()
		return counted

	def __len__(self) -> int:
		with self._changed:
			return sum(len(lane.waiting) for lane in self._lanes.values())


def _sender(topic: str) -> tuple[str, bool]:
	parts = topic.split("/")
	return (parts[3], parts[4] == "checkins") if len(parts) == 5 else (THE_OTHERS, False)

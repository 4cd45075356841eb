"""Each gateway has a share of what waits: who sends too much waits behind oneself."""

from dataclasses import dataclass

import pytest

from vsv_app.listener import IN_FLIGHT, SESSION_EXPIRY_S
from vsv_app.services.dispatch import fair_queue
from vsv_app.services.dispatch.fair_queue import CHECK_INS, FairQueue


@dataclass(frozen=True)
class Sent:
	topic: str
	payload: bytes = b"{}"


def sent(gateway: str, kind: str = "checkins", payload: bytes = b"{}") -> Sent:
	return Sent(f"vsv/v1/elm/{gateway}/{kind}", payload)


def drained(queue: FairQueue[Sent]) -> list[Sent]:
	return [message for _ in range(len(queue)) if (message := queue.take(0)) is not None]


def test_a_message_of_each_gateway_in_turn() -> None:
	queue: FairQueue[Sent] = FairQueue()
	for number in range(10):
		queue.put(sent("flood", payload=b"%d" % number))
	queue.put(sent("door"))
	queue.put(sent("side"))
	assert [message.topic.split("/")[3] for message in drained(queue)][:4] == [
		"flood",
		"door",
		"side",
		"flood",
	]


def test_the_messages_of_one_gateway_stay_in_their_order() -> None:
	queue: FairQueue[Sent] = FairQueue()
	kinds = ["status", "checkins", "health", "checkins", "enrolment"]
	for kind in kinds:
		queue.put(sent("door", kind))
	assert [message.topic.rpartition("/")[2] for message in drained(queue)] == kinds


def test_check_ins_above_the_share_are_let_go_and_counted_and_nobody_elses() -> None:
	queue: FairQueue[Sent] = FairQueue()
	assert [queue.put(sent("flood")) for _ in range(CHECK_INS + 2)] == [True] * CHECK_INS + [False] * 2
	assert queue.put(sent("door"))
	assert queue.put(sent("flood", "health")), "check-ins take no other message's place"
	assert queue.passed_over() == {"flood": 2}
	assert queue.passed_over() == {}
	queue.take(0)
	assert queue.put(sent("flood")), "as soon as there is room again"


def test_health_of_a_week_waits_whole() -> None:
	"""For so long the broker keeps what comes in while the listener is away; and four who flood leave room for others."""
	assert SESSION_EXPIRY_S < 60 * fair_queue.OTHERS
	assert 5 * (fair_queue.OTHERS + CHECK_INS) < IN_FLIGHT
	queue: FairQueue[Sent] = FairQueue()
	assert all(queue.put(sent("door", "health")) for _ in range(7 * 24 * 60))
	assert (
		sum(queue.put(sent("door", "health")) for _ in range(fair_queue.OTHERS))
		== fair_queue.OTHERS - 7 * 24 * 60
	)


def test_large_messages_fill_a_share_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(fair_queue, "BYTES", 100)
	queue: FairQueue[Sent] = FairQueue()
	assert queue.put(sent("door", payload=b"x" * 500)), "the first always has room"
	assert not queue.put(sent("door"))
	queue.take(0)
	assert queue.put(sent("door", payload=b"x" * 60))
	assert not queue.put(sent("door", payload=b"x" * 60))


def test_names_without_end_share_one_share(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(fair_queue, "GATEWAYS", 2)
	queue: FairQueue[Sent] = FairQueue()
	taken = sum(queue.put(sent(f"made-up-{number}")) for number in range(500))
	assert taken == 2 + CHECK_INS


def test_a_topic_of_no_meaning_has_its_place_too() -> None:
	queue: FairQueue[Sent] = FairQueue()
	assert queue.put(Sent("a/b"))
	assert queue.take(0) == Sent("a/b")
	assert queue.take(0) is None


def test_what_the_broker_gives_again_is_forgotten_first() -> None:
	queue: FairQueue[Sent] = FairQueue()
	queue.put(sent("door"))
	queue.forget()
	assert (len(queue), queue.take(0)) == (0, None)
	assert all(queue.put(sent("door")) for _ in range(CHECK_INS))

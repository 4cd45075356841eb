"""kill -9 at random moments: no accepted read is lost, none counts twice."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.path.world import World
from tests.seed import SEED

ROUNDS = int(os.environ.get("VSV_CRASH_ROUNDS", "50"))
CARDS_A_ROUND = 8
LONGEST_GAP_S = 0.05
LONGEST_WAY_S = 0.15
"""From the last card of a round to the kill: about as long as a read is under way, there and back."""
MANY = 50
"""Rounds after which chance alone cannot have spared every message under way."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
	made = World(tmp_path)
	yield made
	made.close()


@pytest.mark.long
@pytest.mark.seeded
@pytest.mark.mosquitto
@pytest.mark.timeout(300 + 12 * ROUNDS)
def test_no_accepted_read_is_lost_and_none_counts_twice(world: World) -> None:
	chance = random.Random(SEED)
	number = 0
	world.hold(number)
	world.wait(lambda: len(world.accepted()) == 1, "the first card was accepted")
	for _ in range(ROUNDS):
		before = len(world.stored())
		number += 1
		world.hold(number)
		world.wait(lambda: len(world.stored()) > before, "the path is up again")  # noqa: B023 called at once
		for _ in range(CARDS_A_ROUND - 1):
			number += 1
			world.hold(number)
			time.sleep(chance.uniform(0, LONGEST_GAP_S))
		time.sleep(chance.uniform(0, LONGEST_WAY_S))
		chance.choice((world.kill_gateway, world.kill_listener, world.kill_both, world.kill_both))()
	number += 1
	world.hold(number)
	world.wait(
		lambda: {seq for seq, _badge in world.stored()} >= set(world.accepted()),
		"all accepted reads are stored",
	)
	world.wait(lambda: world.held_back() == 0, "the gateway has seen everything acknowledged")

	accepted, stored = world.accepted(), world.stored()
	lost = set(accepted) - {seq for seq, _badge in stored}
	double = [badge for badge, times in Counter(badge for _seq, badge in stored).items() if times > 1]
	assert (lost, double) == (set(), []), world.said()
	# Most cards fell outside the moments in which the gateway was down, so the path was really at work.
	assert len(stored) >= number // 2
	# And much was under way when a process died; that none counts twice would else say nothing.
	resent = [seq for seq, times in world.sent.items() if times > 1]
	assert resent or ROUNDS < MANY, "no check-in was sent twice"
	assert len(accepted) == len(set(accepted))


@pytest.mark.mosquitto
def test_what_was_held_while_everything_else_was_down_arrives_later(world: World) -> None:
	world.hold(1)
	world.wait(lambda: len(world.stored()) == 1, "the first card is stored")
	world.broker.stop()
	for number in range(2, 12):
		world.hold(number)
	world.wait(lambda: len(world.accepted()) == 11, "the door accepts cards without a broker")
	world.kill_listener()
	world.kill_gateway()
	world.restart_broker()
	world.wait(lambda: len(world.stored()) == 11, "all cards are stored after the broker came back")
	assert [seq for seq, _badge in sorted(world.stored())] == world.accepted()

"""A gateway at work while its clock is not set, is set, and jumps: real terminals, broker and store, a clock in the test's hands."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from gateway.config import load, load_secrets
from gateway.service import Service
from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import Rig
from tests.gateway.test_parts import NOON, SECOND, HandClock

pytestmark = pytest.mark.mosquitto


@contextmanager
def running(rig: Rig, clock: HandClock) -> Iterator[Service]:
	config, mask = load(rig.config), os.umask(0o077)
	service = Service(config, load_secrets(config), clock=clock, feedback_log=rig.feedback_log)
	thread = threading.Thread(target=service.run)
	thread.start()
	try:
		yield service
	finally:
		service.stop()
		thread.join(30)
		os.umask(mask)
	assert not thread.is_alive()


def test_what_was_read_before_the_clock_was_set_is_dated_when_it_is(rig: Rig, app: AppSide) -> None:
	clock = HandClock()
	clock.wall, clock.boottime, clock.said = datetime(1970, 1, 1, tzinfo=UTC), 10 * SECOND, "unsynced"
	with running(rig, clock) as service:
		assert rig.tap_and_wait(1)["signal"] == "clock-unsure"
		wait_until(lambda: service.publisher.connected, "the broker is reached")
		clock.wall, clock.boottime, clock.said = NOON, 40 * SECOND, "synced"
		wait_until(lambda: len(app.check_ins()) == 1, "it is sent")
	*_, at, quality = app.check_ins()[0]
	# Read at 10 s since the boot, known at 40 s
	assert (datetime.fromisoformat(at), quality) == (NOON - timedelta(seconds=30), "synced")


def test_what_can_no_longer_be_dated_is_sent_as_it_is(rig: Rig, app: AppSide) -> None:
	clock = HandClock()
	clock.boottime, clock.said = 10 * SECOND, "unsynced"
	with running(rig, clock):
		rig.tap_and_wait(1)
		clock.boottime = 1000 * SECOND
		wait_until(lambda: len(app.check_ins()) == 1, "waiting has an end")
	assert app.check_ins()[0][-1] == "unsynced"


def test_a_day_forth_and_back_loses_nothing_and_lets_nobody_in_twice(rig: Rig, app: AppSide) -> None:
	clock = HandClock()
	with running(rig, clock):
		for card, jump in enumerate((0, 1, -2, 1), start=1):
			clock.wall += timedelta(days=jump)
			clock.boottime += SECOND
			assert rig.tap_and_wait(card)["signal"].startswith("recorded")
			if card > 1:
				assert rig.tap_and_wait(card - 1)["signal"] == "already"
		wait_until(lambda: len(app.check_ins()) == 4, "all at the app")
	assert [seq for _, seq, *_ in app.check_ins()] == [1, 2, 3, 4]
	assert [datetime.fromisoformat(at) - NOON for *_, at, _ in app.check_ins()] == [
		timedelta(days=days) for days in (0, 1, -1, 0)
	]

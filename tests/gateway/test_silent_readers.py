"""A polled reader that fell asleep or lost its power is told as silent, and is woken until it answers: each polled protocol."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway import terminal as of_terminal
from gateway.config import TerminalSection
from gateway.door import RECORDED, Answer
from gateway.readers import pn532, reader, reader_names
from gateway.service import make_terminal
from gateway.terminal import HELLO_EVERY_S, SILENT_POLLS, SILENT_S, Talk
from tests.gateway.app_side import wait_until
from tests.gateway.readers import reader_samples
from tests.gateway.rig import Badges

POLLED = {
	"pn532": pn532.ACK,
	"idtronic-neo2": bytes.fromhex("f00001227da2"[:10]) + bytes([0xF0 ^ 0x01 ^ 0x22 ^ 0x7D]),
	"sm130": bytes.fromhex("ff0002824cd0"),
	"stronglink": bytes.fromhex("bd030101be"),
	"elatec-twn4-simple": b"0000\r",
	"gwiot7941w": bytes.fromhex("cddc00800080"),
}
"""What a reader answers that is awake and sees no card."""


def test_these_are_all_that_we_poll() -> None:
	assert {name for name in reader_names() if reader(name).poll_every_s} == set(POLLED)
	assert {name for name in reader_names() if reader(name).panel} == {"osdp"}


class Chip(threading.Thread):
	"""The other end of a line: answers each poll while it is awake. `wakes_by` is what wakes it, else nothing does."""

	def __init__(self, badges: Badges, answer: bytes, wakes_by: bytes = b"") -> None:
		super().__init__(daemon=True)
		self.badges, self.answer, self.wakes_by = badges, answer, wakes_by
		self.awake = not wakes_by
		self.echoes = False
		self.heard = b""
		self.polls = 0
		self.going = True
		self.start()

	def run(self) -> None:
		with suppress(AssertionError, OSError):  # the line was pulled
			self.serve()

	def serve(self) -> None:
		while self.going:
			said = self.badges.replies()
			if said:
				self.polls += 1
				self.heard += said
				if self.wakes_by and self.wakes_by in said:
					self.awake = True
				if self.echoes:
					self.badges.send(said)
				if self.awake:
					self.badges.send(self.answer)
			time.sleep(0.002)


class AnyDoor:
	def __init__(self) -> None:
		self.cards: list[str] = []

	def decide(self, _doorway: Any, card: str, _forms: Callable[[], tuple[str, ...]]) -> Answer:
		self.cards.append(card)
		return Answer(RECORDED)


@contextmanager
def running(protocol: str, badges: Badges, door: AnyDoor, **options: Any) -> Iterator[of_terminal.Terminal]:
	section = TerminalSection(name="door", port=str(badges.path), protocol=protocol, options=options)
	made = make_terminal(section, door, now=lambda: datetime.now(UTC), feedback_log=None)
	made.start()
	try:
		yield made
	finally:
		made.stop()
		made.join(5)


@pytest.fixture
def badges(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Badges]:
	monkeypatch.setattr(of_terminal, "SILENT_S", 0.4)
	monkeypatch.setattr(of_terminal, "PANEL_SILENT_S", 1.5)
	line = Badges(tmp_path / "tty")
	yield line
	line.pull()


@pytest.mark.parametrize("protocol", sorted(POLLED))
def test_silence_is_told_and_over_when_it_answers(protocol: str, badges: Badges) -> None:
	door = AnyDoor()
	chip = Chip(badges, POLLED[protocol])
	with running(protocol, badges, door, poll_every_ms=30) as terminal:
		wait_until(lambda: terminal.state == "reading", "it answers")
		chip.awake = False
		wait_until(lambda: terminal.state == "silent", "silence is noticed")
		assert terminal.faults["silent"] == 1
		polls = chip.polls
		wait_until(lambda: chip.polls > polls + 3, "it is asked on")
		chip.awake = True
		wait_until(lambda: terminal.state == "reading", "it answers again")
		frame, card = reader_samples.frame(protocol, random.Random(7))
		badges.send(frame)
		wait_until(lambda: door.cards == [card], "the next card is read")
	chip.going = False


def test_a_pn532_after_a_brown_out_is_woken_by_a_new_hello(badges: Badges) -> None:
	"""74 polls into the void were seen, with the state open: it answers nothing before it is woken and configured."""
	hello = reader("pn532").hello()
	chip = Chip(badges, POLLED["pn532"], wakes_by=hello)
	with running("pn532", badges, AnyDoor(), poll_every_ms=30) as terminal:
		wait_until(lambda: terminal.state == "reading", "the first hello wakes it")
		chip.awake, chip.heard = False, b""
		wait_until(lambda: terminal.faults["silent"] == 1, "silence is noticed")
		wait_until(lambda: terminal.state == "reading", "the next hello wakes it")
		assert chip.heard.count(hello) == 1
	chip.going = False


def test_a_reader_without_power_at_the_start_is_silent_and_not_reading(badges: Badges) -> None:
	chip = Chip(badges, b"", wakes_by=b"never")
	with running("pn532", badges, AnyDoor(), poll_every_ms=30) as terminal:
		time.sleep(0.2)
		assert terminal.state in ("closed", "silent")
		wait_until(lambda: terminal.faults["silent"] == 1, "silence is noticed")
		wait_until(lambda: chip.heard.count(reader("pn532").hello()) >= 3, "it is woken again and again")
		assert terminal.state == "silent"
		assert terminal.faults["silent"] == 1, "counted once"
	chip.going = False


def test_an_adapter_that_gives_back_what_we_say_is_no_reader(badges: Badges) -> None:
	chip = Chip(badges, b"", wakes_by=b"never")
	chip.echoes = True
	with running("stronglink", badges, AnyDoor(), poll_every_ms=50) as terminal:
		wait_until(lambda: terminal.state == "silent" and terminal.faults["silent"] == 1, "silence")
		time.sleep(0.5)
		assert terminal.state == "silent"
	chip.going = False


def test_an_osdp_reader_that_loses_its_power_is_asked_anew_and_not_after_minutes(badges: Badges) -> None:
	osdp = pytest.importorskip("osdp", reason="the OSDP panel needs libosdp")

	class Channel(osdp.Channel):  # type: ignore[misc]
		powered = True

		def read(self, _max_bytes: int) -> bytes:
			said = badges.replies()
			return said if self.powered else b""

		def write(self, buf: bytes) -> int:
			if self.powered:
				badges.send(bytes(buf))
			return len(buf)

		def flush(self) -> None:
			badges.replies()

	def device(channel: Channel) -> Any:
		info = osdp.PDInfo(0, channel, scbk=None, flags=[])
		return osdp.PeripheralDevice(info, osdp.PDCapabilities([]), log_level=osdp.LogLevel.Emergency)

	channel = Channel()
	reader_side = device(channel)

	def until(holds: Callable[[], bool], what: str) -> None:
		def step() -> bool:
			if channel.powered:
				reader_side.ctx.refresh()
			return holds()

		wait_until(step, what, within_s=20, every_s=0.005)

	with running("osdp", badges, AnyDoor()) as terminal:
		assert terminal.state in ("closed", "silent")
		until(lambda: terminal.state == "reading", "it is online")
		channel.powered = False
		until(lambda: terminal.state == "silent", "silence is noticed")
		time.sleep(3)
		channel.powered, reader_side = True, device(channel)
		badges.replies()
		until(lambda: terminal.state == "reading", "it is online again")
		assert terminal.faults["silent"] == 1


# the rule alone


class Quiet:
	"""A reader that is polled, in the test's hands."""

	poll_every_s = 1.0

	def hello(self) -> bytes:
		return b"hello"

	def poll(self, turn: int) -> bytes:
		return b"poll%d" % (turn % 10)


def test_a_slow_poll_gets_several_before_its_reader_is_silent() -> None:
	talk, now = Talk(Quiet(), 0.0), 0.0
	said = []
	while talk.hears is not False:
		if spoken := talk.due(now):
			said.append(spoken)
		now += 0.1
	assert len(said) > SILENT_POLLS
	assert now > SILENT_S
	assert said[0] == b"hellopoll0"
	assert said[-1].startswith(b"hello"), "woken at once"


def test_a_reader_that_answers_gets_a_hello_now_and_then() -> None:
	talk = Talk(Quiet(), 0.0)
	hellos = 0
	for tenth in range(round(10 * HELLO_EVERY_S * 2.5)):
		if spoken := talk.due(tenth / 10):
			hellos += spoken.startswith(b"hello")
			talk.heard(b"answer")
	assert talk.hears is True
	assert hellos == 3


def test_a_reader_that_is_not_polled_gets_one_hello_and_is_not_judged() -> None:
	class Sends(Quiet):
		poll_every_s = None  # type: ignore[assignment]  # as gateway.readers.Reader has it

	talk = Talk(Sends(), 0.0)
	assert [spoken for tenth in range(1000) if (spoken := talk.due(tenth / 10))] == [b"hello"]
	assert talk.hears is None

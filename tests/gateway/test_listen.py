"""`listen` on pseudo-terminals: readers that send by themselves, and readers that have to be asked."""

import os
import random
import threading
import tty

import pytest
import serial

from gateway import cli, listen
from gateway.readers import reader, reader_names
from gateway.readers.osdp import POLL_ANY
from tests.gateway.readers import reader_samples as samples
from tests.gateway.readers.decoding import PROTOCOLS

ROUND_S = 0.25
GAP_S = 0.08
EMPTY = {
	"gwiot7941w": bytes.fromhex("cddc00800080"),
	"elatec-twn4-simple": b"0000\r",
	"idtronic-neo2": bytes.fromhex("f0000122e033"),
	"pn532": bytes.fromhex("0000ff00ff00") + samples.pn532_frame(b"\xd5\x4b\x00"),
	"sm130": bytes.fromhex("ff0002824ed2"),
	"stronglink": bytes.fromhex("bd030101be"),
	"osdp": samples.osdp_frame(b"\x40"),
}
"""What a polled reader says when there is no badge."""


@pytest.fixture(autouse=True)
def _one_speed(monkeypatch):
	"""A pseudo-terminal has no speed, so that the others would only take time."""
	monkeypatch.setattr(listen, "BAUDS", (9600,))


class Device:
	"""The far end of a line. `answer` is given what was heard and says what to send, None for nothing."""

	def __init__(self, answer):
		self._master, self._slave = os.openpty()
		tty.setraw(self._slave)
		os.set_blocking(self._master, False)
		self.port = os.ttyname(self._slave)
		self._answer = answer
		self._ended = threading.Event()
		self._thread = threading.Thread(target=self._run, daemon=True)

	def __enter__(self):
		self._thread.start()
		return self.port

	def __exit__(self, *_):
		self._ended.set()
		self._thread.join(10)
		os.close(self._master)
		os.close(self._slave)

	def _run(self):
		while not self._ended.wait(GAP_S):
			try:
				heard = os.read(self._master, 4096)
			except BlockingIOError:
				heard = b""
			if said := self._answer(heard):
				os.write(self._master, said)


def polls(protocol):
	chosen = reader(protocol)
	return (POLL_ANY,) if chosen.panel else chosen.polls


def asked(protocol, said):
	"""Answers nothing but the polls of its protocol."""
	return lambda heard: said if any(poll in heard for poll in polls(protocol)) else None


def guessed(port):
	return list(listen.guess(port, round_s=ROUND_S))[-1]


@pytest.mark.parametrize("protocol", [name for name in PROTOCOLS if name not in EMPTY])
def test_readers_that_send_by_themselves_are_found(protocol):
	frame, card = samples.frame(protocol, random.Random(1))
	with Device(lambda _heard: frame) as port:
		found = guessed(port)
	assert found == listen.Guess(protocol, 9600, (card,), 0)


@pytest.mark.parametrize("protocol", EMPTY)
def test_readers_that_have_to_be_asked_are_found(protocol):
	frame, card = samples.frame(protocol, random.Random(2))
	with Device(asked(protocol, frame)) as port:
		assert guessed(port) == listen.Guess(protocol, reader(protocol).baud, (card,), 0)


@pytest.mark.parametrize("protocol", EMPTY)
def test_a_reader_that_answers_without_a_badge_is_found_as_well(protocol):
	with Device(asked(protocol, EMPTY[protocol])) as port:
		assert guessed(port) == listen.Guess(protocol, reader(protocol).baud, (), 0)


def test_every_polled_reader_is_tried():
	assert {name for name in reader_names() if listen._asks(reader(name))} >= set(EMPTY)


def test_our_own_words_are_no_answer():
	"""A half-duplex adapter echoes what we send."""
	with Device(lambda heard: heard) as port:
		assert guessed(port) == listen.Unexplained({})


def test_a_badge_half_read_at_the_start_does_not_hide_those_after_it():
	"""An EM-18 is framed by silence, which must not get lost on the way."""
	frame, card = samples._em4100(b"", head=b"")(random.Random(3))
	bursts = iter([frame[5:], frame, frame])
	with Device(lambda _heard: next(bursts, None)) as port:
		assert guessed(port) == listen.Guess("em18", 9600, (card,), 1)


def test_what_came_is_shown_where_nothing_explains_it(capsys, monkeypatch):
	monkeypatch.setattr(listen, "ROUND_S", ROUND_S)
	with Device(lambda _heard: b"\x81\x9f\xff") as port:
		assert cli.main(["listen", port]) == cli.EXIT_FAILED
	said = capsys.readouterr()
	assert "at 9600 baud came" in said.out
	assert "81 9f ff" in said.out
	assert "troubleshooting" in said.err
	with Device(lambda _heard: None) as port:
		assert cli.main(["listen", port]) == cli.EXIT_FAILED
	assert "not one byte came" in capsys.readouterr().err


def test_a_port_that_does_not_open_says_what_to_do(capsys, monkeypatch, tmp_path):
	(tmp_path / "usb-Elatec_TWN4-if00").touch()
	monkeypatch.setattr(listen, "BY_ID", tmp_path)
	assert cli.main(["listen", "/dev/ttyNOPE", "--protocol", "rdm6300"]) == cli.EXIT_FAILED
	assert f"the ports of this machine: {tmp_path}/usb-Elatec_TWN4-if00" in capsys.readouterr().err
	assert cli.main(["listen", "/dev/null"]) == cli.EXIT_FAILED
	assert "is it a serial port" in capsys.readouterr().err
	with Device(lambda _heard: None) as port, serial.Serial(port, exclusive=True):
		assert cli.main(["listen", port]) == cli.EXIT_FAILED
	assert "another program holds it" in capsys.readouterr().err


def test_a_known_protocol_with_its_options(capsys):
	with Device(lambda _heard: b"0009334109\r\n") as port:
		options = ["--option", "format=decimal", "--seconds", "0.4"]
		assert cli.main(["listen", port, "--protocol", "line", *options]) == 0
	assert '{"card": "008E6D5D", "protocol": "line"}' in capsys.readouterr().out.splitlines()


def test_osdp_is_asked_as_any_reader_answers():
	"""libosdp's own peripheral device answers the poll, whatever its address, and gives its card."""
	osdp = pytest.importorskip("osdp", reason="needs libosdp: pip install -e './gateway[osdp]'")
	to_device, from_device = bytearray(), bytearray()

	class Line(osdp.Channel):
		def read(self, max_bytes):
			data = bytes(to_device[:max_bytes])
			del to_device[:max_bytes]
			return data

		def write(self, buf):
			from_device.extend(buf)
			return len(buf)

		def flush(self):
			to_device.clear()

	info = osdp.PDInfo(5, Line(), scbk=None, flags=[])
	device = osdp.PeripheralDevice(info, osdp.PDCapabilities([]), log_level=osdp.LogLevel.Emergency)
	decoder, found = reader("osdp").decoder(), []
	card = {
		"event": osdp.Event.CardRead,
		"reader_no": 0,
		"direction": 0,
		"format": osdp.CardFormat.Unspecified,
		"length": 56,
		"data": bytes.fromhex("0416c6c2d73881"),
	}
	for turn in range(200):
		to_device.extend(POLL_ANY)
		if turn == 2:
			device.ctx.submit_event(card)
		device.ctx.refresh()
		found += decoder.feed(bytes(from_device))
		from_device.clear()
		if found:
			break
	assert [item.card for item in found] == ["0416C6C2D73881"]

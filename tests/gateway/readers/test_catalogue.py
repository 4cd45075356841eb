"""Readers by name, their options, and plug-ins."""

import importlib.metadata
import subprocess
import sys

import pytest

import gateway.readers
from gateway.readers import SIGNALS, Reader, ReaderError, catalogue, reader, reader_names
from tests.gateway.readers.decoding import PROTOCOLS, decode


def test_public_names():
	assert set(gateway.readers.__all__) == {
		"FAULT_KINDS",
		"HELD_LIMIT",
		"SIGNALS",
		"Bad",
		"BadgeRead",
		"Card",
		"Confirmation",
		"Decoder",
		"Fault",
		"FrameDecoder",
		"Good",
		"Options",
		"Reader",
		"ReaderError",
		"reader",
		"reader_names",
	}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_settings_of_every_reader(protocol):
	chosen = reader(protocol)
	assert chosen.name == protocol
	assert chosen.title
	assert chosen.baud in (9600, 19200, 115200)
	assert (chosen.bytesize, chosen.parity, chosen.stopbits) == (8, "N", 1)
	assert 0.005 <= chosen.idle_gap_s <= 2
	assert chosen.confirm is (protocol in ("rdm6300", "rdm6300-rawcrc"))
	assert (chosen.poll() is None) is (chosen.poll_every_s is None)
	assert chosen.decoder() is not chosen.decoder()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nothing_that_we_send_reads_as_a_card(protocol):
	chosen = reader(protocol)
	sent = chosen.hello() + b"".join(chosen.poll(turn) or b"" for turn in range(4))
	assert not [item for item in decode(protocol, sent) if hasattr(item, "card")]


def test_polled_readers():
	polled = {name for name in PROTOCOLS if reader(name).poll() is not None}
	assert polled == {"gwiot7941w", "elatec-twn4-simple", "idtronic-neo2", "pn532", "sm130", "stronglink"}
	assert reader("idtronic-neo2", {"poll": ""}).poll() is None
	assert reader("osdp").panel


def test_feedback_of_a_reader_with_a_beeper_is_different_for_each_signal():
	beeps = [reader("elatec-twn4-simple").feedback(signal) for signal in SIGNALS]
	assert len(set(beeps)) == len(SIGNALS)
	assert beeps[0] == b"04076460095000" + b"0000\r"


def test_feedback_by_a_reply_that_the_installer_states():
	chosen = reader("line", {"reply_recorded": "06", "reply-already": "15 0d"})
	assert [chosen.feedback(signal) for signal in ("recorded", "already", "unknown")] == [
		b"\x06",
		b"\x15\r",
		None,
	]
	with pytest.raises(ReaderError, match="did you mean 'recorded'"):
		chosen.feedback("recorde")


@pytest.mark.parametrize(
	("name", "options", "message", "near"),
	[
		("rdm630", {}, "unknown protocol: 'rdm630'; did you mean 'rdm6300'?", "rdm6300"),
		(
			"rdm6300",
			{"idle_gap": 5},
			"unknown option for rdm6300: 'idle_gap'; did you mean 'idle_gap_ms'?",
			"idle_gap_ms",
		),
		("line", {"byteorder": "lsb"}, "did you mean 'byte_order'?", "byte_order"),
		("line", {"format": "dec"}, "format = 'dec': must be text, hex or decimal", "decimal"),
		("line", {"length": "four"}, "length = 'four': must be a whole number from 0 to 255", None),
		("line", {"length": -1}, "must be a whole number", None),
		("line", {"length": True}, "must be a whole number", None),
		("line", {"reply_recorded": "xyz"}, "must be bytes in hex", None),
		("rdm6300", {"confirm": "yes"}, "must be true or false", None),
		("wiegand26", {"form": "ascii"}, "must be auto, bits, hex or raw", "raw"),
	],
)
def test_what_is_not_known_is_an_error_that_says_what_to_write(name, options, message, near):
	with pytest.raises(ReaderError) as caught:
		reader(name, options)
	assert message in str(caught.value)
	if near in ("decimal", "raw"):
		assert caught.value.nearest is not None
	else:
		assert caught.value.nearest == near


def test_a_broken_regular_expression_is_named():
	with pytest.raises(ValueError, match=r"regex: '\(' is not a regular expression"):
		reader("line", {"regex": "("})


def test_options_may_be_text_as_on_a_command_line():
	assert reader("rdm6300", {"confirm": "false", "idle_gap_ms": "40"}).idle_gap_s == 0.04
	assert reader("rdm6300", {"confirm": "false"}).confirm is False


def test_a_plug_in_adds_a_reader_and_replaces_none(monkeypatch):
	class Point:
		def __init__(self, name):
			self.name = name

		def load(self):
			return lambda options: Reader(self.name, "from a plug-in", 4800, reader("line").make_decoder)

	points = [Point("acme"), Point("rdm6300")]
	monkeypatch.setattr(
		importlib.metadata, "entry_points", lambda group: points if group == "vsv_gateway.readers" else []
	)
	catalogue._factories.cache_clear()
	try:
		assert reader_names() == (*PROTOCOLS, "acme")
		assert reader("acme").baud == 4800
		assert reader("rdm6300").title != "from a plug-in"
	finally:
		catalogue._factories.cache_clear()


def test_readers_need_nothing_but_the_standard_library():
	code = (
		"import sys; blocked = ('serial', 'paho', 'requests', 'apscheduler', 'osdp', 'frappe', 'vsv_app')\n"
		"for name in blocked: sys.modules[name] = None\n"
		"import gateway.readers, gateway.decode; gateway.readers.reader('osdp').decoder()"
	)
	subprocess.run([sys.executable, "-c", code], check=True, timeout=120)

"""The subcommands `decode` and `protocols`, as a process and as functions."""

import itertools
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decode import HexError, as_json, from_hex, json_line
from gateway.readers import FAULT_KINDS, BadgeRead, Fault, reader_names

CARD = b"\x02010063E9AE25\x03"
OTHER = b"\x0267003B51C6CB\x03"
GHOST = b"\x02F000060007F1\x03"


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, list[dict], str]:
	done = subprocess.run(
		[sys.executable, "-m", "gateway.decode", *arguments],
		input=stdin,
		capture_output=True,
		timeout=120,
		check=False,
	)
	lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
	return done.returncode, lines, done.stderr.decode()


def decode(protocol: str, stdin: bytes, *arguments: str) -> list[dict]:
	code, lines, errors = run("decode", "--protocol", protocol, *arguments, stdin=stdin)
	assert (code, errors) == (0, "")
	return lines


def test_a_card_is_one_line():
	assert decode("id12la", b"\x020500207B32" + b"6C\r\n\x03") == [
		{"card": "0500207B32", "protocol": "id12la"}
	]


def test_a_wiegand_card_has_facility_and_number():
	assert decode("wiegand26", b"80811640", "--hex") == [
		{"card": "66092", "protocol": "wiegand26", "facility": 1, "number": 556}
	]


def test_a_fault_has_its_offset():
	assert decode("gwiot7941e", b"ff ff 020a022e000302b59d03", "--hex") == [
		{"fault": "noise", "at": 0},
		{"fault": "checksum", "at": 2},
	]


def test_frames_without_a_card_give_no_line():
	assert decode("pn532", b"0000ff00ff00 0000ff04fcd44a0100e100 0000ffff0000", "--hex") == []


def test_end_of_input_is_a_silence():
	assert decode("em18", b"4500C5D1E9B8") == [{"card": "4500C5D1E9", "protocol": "em18"}]
	assert decode("id12la", b"\x0205002") == [{"fault": "incomplete", "at": 0}]


@pytest.mark.parametrize(
	("stream", "lines"),
	[
		(CARD, [{"fault": "unconfirmed", "at": 0}]),
		(CARD * 2, [{"card": "010063E9AE", "protocol": "rdm6300"}]),
		(CARD * 30, [{"card": "010063E9AE", "protocol": "rdm6300"}]),
		(
			CARD + b"\xff" + CARD,
			[{"fault": "noise", "at": 14}, {"card": "010063E9AE", "protocol": "rdm6300"}],
		),
		(CARD + OTHER, [{"fault": "unconfirmed", "at": at} for at in (0, 14)]),
		(
			CARD + GHOST + CARD,
			[{"fault": "unconfirmed", "at": 14}, {"card": "010063E9AE", "protocol": "rdm6300"}],
		),
		(
			CARD * 3 + GHOST + CARD * 3,
			[{"card": "010063E9AE", "protocol": "rdm6300"}, {"fault": "unconfirmed", "at": 42}],
		),
		(
			CARD * 2 + OTHER * 2 + CARD * 2,
			[{"card": card, "protocol": "rdm6300"} for card in ("010063E9AE", "67003B51C6", "010063E9AE")],
		),
		(
			GHOST + CARD * 2,
			[{"fault": "unconfirmed", "at": 0}, {"card": "010063E9AE", "protocol": "rdm6300"}],
		),
	],
)
def test_a_repeating_reader_needs_a_second_equal_read(stream, lines):
	assert decode("rdm6300", stream) == lines


def test_without_confirmation_every_read_is_a_line():
	assert decode("rdm6300", CARD * 3, "--no-confirm") == [{"card": "010063E9AE", "protocol": "rdm6300"}] * 3
	assert decode("rdm6300", CARD, "--option", "confirm=false") == [
		{"card": "010063E9AE", "protocol": "rdm6300"}
	]


@given(
	card=st.text(),
	facility=st.none() | st.integers(0),
	number=st.none() | st.integers(0),
	kind=st.sampled_from(sorted(FAULT_KINDS)),
)
def test_a_line_is_the_object_as_json(card, facility, number, kind):
	for found in (BadgeRead(card, "line", 7, facility, number), Fault(kind, 7)):
		assert json_line(found) == json.dumps(as_json(found)) + "\n"


def test_options_of_the_protocol():
	options = ("--option", "format=decimal", "--option", "prefix=ID=")
	assert decode("line", b"ID=0009334109\r\n", *options) == [{"card": "008E6D5D", "protocol": "line"}]


@pytest.mark.parametrize(
	"text", [b"0x02,0x30 31\n30,30363345\t3941453235:03", b"02303130303633453941453235 03\r\n"]
)
def test_hex_as_people_write_it(text):
	assert decode("rdm6300", text, "--hex", "--no-confirm") == [{"card": "010063E9AE", "protocol": "rdm6300"}]


def test_unknown_protocol_lists_the_known_ones():
	code, lines, errors = run("decode", "--protocol", "rdm63")
	assert (code, lines) == (2, [])
	assert "unknown protocol: 'rdm63'" in errors
	assert all(name in errors for name in reader_names())


@pytest.mark.parametrize(
	("text", "message"),
	[(b"02 3g", "not hex: 'g' at character 4"), (b"02 303", "an odd number of digits"), (b"\xff", "not hex")],
)
def test_bad_hex_is_named(text, message):
	code, _, errors = run("decode", "--protocol", "rdm6300", "--hex", stdin=text)
	assert code == 2
	assert message in errors
	assert "Traceback" not in errors


def test_shows_each_card_as_it_comes():
	with subprocess.Popen(
		[sys.executable, "-m", "gateway.decode", "decode", "--protocol", "line"],
		stdin=subprocess.PIPE,
		stdout=subprocess.PIPE,
	) as process:
		for card in ("STU-1", "STU-2"):
			process.stdin.write(card.encode() + b"\r\n")
			process.stdin.flush()
			assert json.loads(process.stdout.readline()) == {"card": card, "protocol": "line"}
		process.stdin.close()
		assert process.wait(timeout=120) == 0


def test_protocols_lists_every_protocol_with_its_settings():
	code, lines, _ = run("protocols", "--json")
	assert code == 0
	assert [line["protocol"] for line in lines] == list(reader_names())
	assert {"title", "baud", "line", "idle_gap_ms", "confirm", "polled", "options"} <= set(lines[0])
	assert all(set(line["allowed"]) == set(line["options"]) for line in lines)
	text = subprocess.run(
		[sys.executable, "-m", "gateway.decode", "protocols"], capture_output=True, timeout=120, check=True
	).stdout.decode()
	assert all(f"\n{name} " in "\n" + text for name in reader_names())
	assert "--option format=text  (text, hex or decimal)\n" in text


@given(
	st.lists(
		st.tuples(st.binary(max_size=6), st.sampled_from([" ", "\n", ", ", "\r\n", " 0x"]), st.booleans()),
		max_size=12,
	),
	st.lists(st.integers(0, 200), max_size=6),
)
def test_hex_in_any_pieces(parts, cuts):
	text = " ".join(
		(data.hex().upper() if upper else data.hex()) + (gap if gap != " 0x" else " ")
		for data, gap, upper in parts
	)
	points = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
	pieces = [text[a:b].encode() for a, b in itertools.pairwise(points)]
	assert b"".join(from_hex(pieces)) == b"".join(data for data, _, _ in parts)


def test_an_endless_word_of_hex_is_not_kept_in_memory():
	assert b"".join(from_hex(b"30" * 5000 for _ in range(20))) == b"0" * 100_000


def test_hex_error_carries_its_place():
	with pytest.raises(HexError) as caught:
		b"".join(from_hex([b"02 30", b" 3", b"z"]))
	assert (caught.value.at, caught.value.character) == (7, "z")

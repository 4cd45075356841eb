"""What every decoder promises, for every protocol: vectors, damage, cuts, glue, noise, bounds, fuzz."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readers import FAULT_KINDS, HELD_LIMIT, BadgeRead, Fault, reader, reader_names
from gateway.readers.shapes import Run
from tests.gateway.readers import reader_samples as samples
from tests.gateway.readers.decoding import PROTOCOLS, cards, decode, faults, held_bytes

VECTORS = json.loads(Path(__file__).with_name("frames.json").read_text(encoding="utf-8"))
# 25 bits packed into four bytes cannot be told from 26 bits: the vector is fed as text, where the length shows.
PACKED = [vector for vector in VECTORS if vector["protocol"] != "wiegand25"]
SEEDS = range(5)

every_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)


def test_every_protocol_is_offered_and_tested():
	assert reader_names()[: len(PROTOCOLS)] == PROTOCOLS


@pytest.mark.parametrize("vector", PACKED, ids=lambda v: f"{v['protocol']} {v['hex']}")
def test_vector(vector):
	found = decode(vector["protocol"], bytes.fromhex(vector["hex"]))
	if not vector["valid"]:
		assert cards(found) == []
		assert len(faults(found)) == 1
	elif vector["card"] is None:
		assert found == []
	elif set(vector["card"]) == {"0"}:
		assert faults(found) == [("refused-number", 0)]
	else:
		assert cards(found) == [vector["card"]] * vector.get("expect_cards", 1)
		read = next(item for item in found if isinstance(item, BadgeRead))
		if "facility" in vector:
			assert (read.facility, read.number) == (vector["facility"], vector["number"])
	if "expect_rejects" in vector:
		assert len(faults(found)) == vector["expect_rejects"]


@pytest.mark.parametrize(
	"vector", [v for v in VECTORS if "bits" in v], ids=lambda v: f"{v['protocol']} {v['bits']}"
)
def test_wiegand_vector_as_text(vector):
	protocol = vector["protocol"].replace("25", "26")
	found = decode(protocol, vector["bits"].encode() + b"\r\n")
	assert cards(found) == ([vector["card"]] if vector["valid"] else [])
	if vector["valid"]:
		assert cards(decode(protocol, vector["hex"].encode() + b"\r\n")) == [vector["card"]]
	else:
		assert faults(found) == [("length" if vector["protocol"] == "wiegand25" else "parity", 0)]


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_good_frame(protocol, seed):
	frame, card = samples.frame(protocol, random.Random(seed))
	found = decode(protocol, frame)
	assert cards(found) == [card]
	assert faults(found) == []
	assert [item.at for item in found] == [0]


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_wrong_check_value_is_one_fault(protocol, seed):
	found = decode(protocol, samples.damaged(protocol, random.Random(seed)))
	assert cards(found) == []
	assert len(found) == 1
	assert found[0].at == 0
	assert found[0].kind in FAULT_KINDS


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_split_at_every_byte(protocol, seed):
	rng = random.Random(seed)
	stream = b"".join(
		(samples.frame(protocol, rng)[0], samples.damaged(protocol, rng), samples.frame(protocol, rng)[0])
	)
	whole = decode(protocol, stream)
	for cut in range(len(stream) + 1):
		assert decode(protocol, stream[:cut], stream[cut:]) == whole
	assert decode(protocol, *(stream[i : i + 1] for i in range(len(stream)))) == whole


@every_protocol
@pytest.mark.parametrize("count", [2, 3, 40])
def test_glued_frames(protocol, count):
	rng = random.Random(count)
	made = [samples.frame(protocol, rng) for _ in range(count)]
	found = decode(protocol, b"".join(frame for frame, _ in made))
	assert cards(found) == [card for _, card in made]
	offsets = [sum(len(frame) for frame, _ in made[:i]) for i in range(count)]
	assert [item.at for item in found] == offsets


@every_protocol
def test_a_long_run_of_equal_frames_reads_as_each_of_them(protocol):
	"""Runs are read in bulk; one damaged frame in the middle changes nothing for the others."""
	rng = random.Random(7)
	frame, card = samples.frame(protocol, rng)
	bad = bytearray(frame)
	bad[len(frame) // 2] ^= 0x01
	found = decode(protocol, frame * 30 + bytes(bad) + frame * 30)
	assert cards(found)[:30] == cards(found)[-30:] == [card] * 30
	one_by_one = decode(protocol, *([frame] * 30), bytes(bad), *([frame] * 30))
	assert found == one_by_one


@every_protocol
@pytest.mark.parametrize(
	"between", [b"", b"\r", b"\n", b"\r\n", b"\n\r", b"\x03\x02", b"\x00", b" ", b"7", b"\xff"]
)
def test_copies_with_anything_between_them_read_as_each_of_them(protocol, between):
	"""What follows a held card's last frame may begin as its copies do, or continue the end of its line."""
	rng = random.Random(11)
	held, other = samples.frame(protocol, rng)[0], samples.frame(protocol, rng)[0]
	for frame in (held, held.rstrip(b"\r\n")):
		for last in (b"", b"\r", b"\n", frame[:5], other):
			stream = between + (frame + between) * 12 + last
			assert decode(protocol, stream) == decode(protocol, *(bytes([byte]) for byte in stream))


@every_protocol
def test_a_run_of_refused_frames_costs_little_more_than_itself(protocol, monkeypatch):
	"""A reader that reports an empty field for hours must not take the processor."""
	monkeypatch.setattr(samples, "identifier", lambda rng, size: bytes(size))
	stream = samples.frame(protocol, random.Random(1))[0] * 2000
	looked_at, reads_of = 0, Run.reads

	def counted(self, protocol):
		nonlocal looked_at
		looked_at += len(self.frames)
		return reads_of(self, protocol)

	monkeypatch.setattr(Run, "reads", counted)
	decode(protocol, stream)
	assert looked_at < 40 * len(stream)


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_of_different_frames_reads_as_each_of_them(protocol, seed):
	"""Frames of several lengths are read in bulk too; refused, random and damaged ones among them change nothing."""
	rng = random.Random(seed)
	frames = [samples.frame(protocol, rng)[0] for _ in range(400)]
	with pytest.MonkeyPatch.context() as patch:
		for at, byte in ((70, 0x00), (150, 0xFF), (230, 0x08)):
			patch.setattr(samples, "identifier", lambda rng, size, byte=byte: bytes([byte]) * size)
			frames[at : at + 3] = [samples.frame(protocol, rng)[0] for _ in range(3)]
	frames[310] = samples.damaged(protocol, rng)
	frames[340] = frames[340][: len(frames[340]) // 2]
	found = decode(protocol, b"".join(frames))
	assert found == decode(protocol, *(bytes([byte]) for byte in b"".join(frames)))
	assert len(cards(found)) >= 380


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_with_frames_without_a_card_reads_as_each_of_them(protocol, seed):
	"""Most of what a polled reader says is that there is no card; on a shared line the commands are heard as well."""
	rng = random.Random(seed)
	frames = [samples.frame(protocol, rng)[0] for _ in range(100)]
	frames += [samples.without_card(protocol, rng) for _ in range(300)]
	rng.shuffle(frames)
	bad = bytearray(next(frame for frame in frames[200:] if frame))
	bad[-1 - bad.endswith((b"\x00", b"\x03"))] ^= 0x10
	stream = b"".join(frames[:200]) + bytes(bad) + b"".join(frames[200:])
	found = decode(protocol, stream)
	assert found == decode(protocol, *(bytes([byte]) for byte in stream))
	assert len(cards(found)) >= 97


def _assert_reads_as_each_byte_alone(protocol: str, stream: bytes):
	one_by_one = decode(protocol, *(bytes([byte]) for byte in stream))
	assert decode(protocol, stream) == one_by_one
	assert decode(protocol, *(stream[at : at + 64] for at in range(0, len(stream), 64))) == one_by_one


@every_protocol
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("period", [1, 3])
def test_what_is_said_again_and_again_reads_as_each_time(protocol, seed, period):
	"""A held card, a reader that has none, a line with a fault that comes again: what repeats is read once."""
	rng = random.Random(seed)
	once = [samples.frame(protocol, rng)[0] + samples.without_card(protocol, rng) for _ in range(period)]
	cut, halves = (
		rng.randrange(1, 9),
		(b"\x00", b"\r\n", b"\x02Z", b":1", b"\x53\x80\x03", b"\xff\x00", b"\xbd"),
	)
	for odd in (b"", samples.damaged(protocol, rng), once[0][:cut], rng.randbytes(3), rng.choice(halves)):
		for said in (b"".join(once) + odd, odd or once[0]):
			for tail in (said[1:], once[0][cut:]):
				_assert_reads_as_each_byte_alone(protocol, said * 30 + tail)


@pytest.mark.parametrize(
	("protocol", "start"),
	[
		("gwiot7941e", "020f"),
		("gwiot7941w", "cddc008130"),
		("sm130", "ff0040"),
		("stronglink", "bd20"),
		("idtronic-neo2", "500040"),
		("pn532", "0000ff30d0"),
		("osdp", "5380300004"),
	],
)
def test_damage_that_reaches_beyond_what_repeats_reads_as_each_time(protocol, start):
	"""What a false start is depends on bytes far behind it, which the last time are others."""
	frame = samples.frame(protocol, random.Random(4))[0]
	for tail in (b"", frame[:-1], b"\x03" * 80):
		_assert_reads_as_each_byte_alone(protocol, (bytes.fromhex(start) + frame) * 60 + tail)


def _held(protocol: str, rng: random.Random) -> list[bytes]:
	return [samples.frame(protocol, rng)[0]] * 1000


def _of_another_card_each(protocol: str, rng: random.Random) -> list[bytes]:
	return [samples.frame(protocol, rng)[0] for _ in range(1000)]


def _polled(protocol: str, rng: random.Random) -> list[bytes]:
	"""A card now and then between answers that there is none."""
	return [
		samples.frame(protocol, rng)[0] if rng.random() < 0.2 else samples.without_card(protocol, rng)
		for _ in range(1500)
	]


def _known(protocol: str, _rng: random.Random) -> list[bytes]:
	"""All that is known of the protocol, the bad ones too, one after the other."""
	known = [bytes.fromhex(vector["hex"]) for vector in VECTORS if vector["protocol"] == protocol]
	return known * (3000 // len(known)) if known else []


@pytest.mark.parametrize("stream", [_held, _of_another_card_each, _polled, _known])
@pytest.mark.parametrize(
	"protocol", [name for name in PROTOCOLS if hasattr(reader(name).decoder(), "shapes")]
)
def test_a_long_stream_is_not_read_frame_by_frame(protocol, stream, monkeypatch):
	"""What keeps the decoders fast, whatever the machine: of five frames at most one is looked at by itself."""
	decoder = reader(protocol).decoder()
	frames = stream(protocol, random.Random(2))
	parsed, parse = 0, decoder._parse

	def counted(data, begin):
		nonlocal parsed
		parsed += 1
		return parse(data, begin)

	monkeypatch.setattr(decoder, "_parse", counted)
	found = decoder.feed(b"".join(frames)) + decoder.idle()
	assert parsed <= len(frames) / 5
	assert found == decode(protocol, *frames)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("protocol", ["idtronic-neo2", "osdp"])
def test_runs_of_every_layout_read_as_each_frame_alone(protocol, seed):
	"""Layouts that are read in bulk by a rule of their own: other cards, refused ones and damage in one run."""
	rng = random.Random(seed)
	for make in LAYOUTS[protocol]:
		frames = [make(rng) for _ in range(60)]
		frames[20] = make(rng, number=0)
		frames[40] = bytes([*frames[40][:-1], frames[40][-1] ^ 0x01])
		found = decode(protocol, b"".join(frames))
		assert found == decode(protocol, *(bytes([byte]) for byte in b"".join(frames)))
		assert len(cards(found)) >= 56


def _vicinity(command: int, before: bytes):
	def make(rng: random.Random, number: int | None = None) -> bytes:
		uid = rng.randbytes(7) if number is None else bytes(7)
		data = before + uid + b"\xe0"
		body = b"\x50" + len(data).to_bytes(2) + bytes([command]) + data
		return body + bytes([samples.xor_of(body)])

	return make


def _activated(command: int, before: bytes, size: int):
	def make(rng: random.Random, number: int | None = None) -> bytes:
		uid = samples.identifier(rng, size) if number is None else bytes(size)
		data = before + rng.randbytes(3) + bytes([size]) + uid
		body = b"\x50" + len(data).to_bytes(2) + bytes([command]) + data
		return body + bytes([samples.xor_of(body)])

	return make


def _raw(form: int, bits: int, control: int):
	def make(rng: random.Random, number: int | None = None) -> bytes:
		if bits in (26, 34):
			text = samples.wiegand_bits(rng, bits)[0] if number is None else _same_bits(bits, 0)
			data = samples.left_justified(text)
		else:
			data = samples.identifier(rng, bits // 8) if number is None else bytes(bits // 8)
		return samples.osdp_frame(bytes([0x50, rng.randrange(2), form, bits, 0]) + data, control=control)

	return make


LAYOUTS = {
	"idtronic-neo2": [
		_vicinity(0x5C, b""),
		_vicinity(0x22, b"\x00"),
		_vicinity(0x5C, b"\x00\xff"),
		_vicinity(0x23, bytes.fromhex("0464000405")),
		_activated(0x22, b"", 4),
		_activated(0x22, b"", 7),
		_activated(0x23, bytes.fromhex("0164000405"), 4),
	],
	"osdp": [
		_raw(form, bits, control)
		for form, bits in ((0, 26), (1, 26), (1, 34), (0, 32), (0, 56))
		for control in (0x01, 0x06)
	],
}


@every_protocol
@pytest.mark.parametrize("noise", [b"\xfe", b"\x80\xc1\xfe\x81", b"?!~ %", b"\x1b[0m\x07"], ids=repr)
def test_leading_noise_is_one_fault_and_hides_nothing(protocol, noise):
	frame, card = samples.frame(protocol, random.Random(3))
	found = decode(protocol, noise + frame)
	if protocol == "line":
		# There is no telling where noise ends and text begins, so the line as a whole is refused, not guessed at.
		assert cards(found) in ([], [noise.decode("latin-1").strip() + card])
		assert cards(decode(protocol, noise + frame, frame))[-1:] == [card]
		return
	assert cards(found) == [card]
	assert faults(found) == [("noise", 0)]


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_finds_the_next_good_frame_after_a_frame_cut_anywhere(protocol, seed):
	rng = random.Random(seed)
	frame, _ = samples.frame(protocol, rng)
	good, card = samples.frame(protocol, rng)
	for cut in range(1, len(frame)):
		found = decode(protocol, frame[:cut] + good + good)
		assert cards(found)[-1] == card, cut


@every_protocol
@pytest.mark.parametrize("seed", SEEDS)
def test_finds_the_next_good_frame_after_a_lost_added_or_changed_byte(protocol, seed):
	rng = random.Random(seed)
	frame, _ = samples.frame(protocol, rng)
	good, card = samples.frame(protocol, rng)
	for at in range(len(frame)):
		byte = bytes([rng.randrange(256)])
		for damaged in (
			frame[:at] + frame[at + 1 :],
			frame[:at] + byte + frame[at:],
			frame[:at] + byte + frame[at + 1 :],
		):
			found = decode(protocol, damaged + good + good)
			assert cards(found)[-1] == card, (at, damaged.hex())


@every_protocol
def test_half_a_frame_is_incomplete_and_the_next_is_read(protocol):
	rng = random.Random(11)
	frame, _ = samples.frame(protocol, rng)
	good, card = samples.frame(protocol, rng)
	decoder = reader(protocol).decoder()
	half = frame[: len(frame) // 2]
	# Half of a line of bits is a line of too few bits.
	kind = "length" if protocol.startswith("wiegand") else "incomplete"
	assert faults(decoder.feed(half) + decoder.idle()) == [(kind, 0)]
	found = decoder.feed(good) + decoder.idle()
	assert cards(found) == [card]
	assert [item.at for item in found] == [len(half)]


@every_protocol
def test_two_damaged_frames_are_two_faults(protocol):
	rng = random.Random(5)
	first, second = samples.damaged(protocol, rng), samples.damaged(protocol, rng)
	found = decode(protocol, first + second)
	assert [item.at for item in found if isinstance(item, Fault)][:2] in ([0, len(first)], [0])
	decoder = reader(protocol).decoder()
	separate = decoder.feed(first) + decoder.idle() + decoder.feed(second) + decoder.idle()
	assert [item.at for item in separate] == [0, len(first)]


@every_protocol
@pytest.mark.parametrize("digit", [0x00, 0xFF])
def test_all_zero_and_all_one_numbers_are_refused(protocol, digit, monkeypatch):
	monkeypatch.setattr(samples, "identifier", lambda rng, size: bytes([digit]) * size)
	monkeypatch.setattr(
		samples, "wiegand_bits", lambda rng, count, broken=False: (_same_bits(count, digit & 1), 0)
	)
	if protocol == "idtronic-neo2":
		uid = bytes([digit]) * 7
		body = b"\x50\x00\x0b\x22\x44\x00\x20\x07" + uid
		frame = body + bytes([samples.xor_of(body)])
	else:
		frame, _ = samples.frame(protocol, random.Random(1))
	for copies in (1, 20):
		found = decode(protocol, frame * copies)
		assert cards(found) == []
		assert [kind for kind, _ in faults(found)] == ["refused-number"] * copies


def _same_bits(count: int, bit: int) -> str:
	"""All data bits equal, with the parities that belong to them."""
	half = (count - 2) // 2
	ones = half * bit % 2
	return f"{ones}{str(bit) * (count - 2)}{1 - ones}"


@every_protocol
@given(data=st.data())
def test_any_bytes_any_pieces_same_result(protocol, data):
	rng = data.draw(st.randoms(use_true_random=False))
	parts = data.draw(
		st.lists(
			st.one_of(
				st.binary(max_size=40),
				st.builds(lambda: samples.frame(protocol, rng)[0]),
				st.builds(lambda: samples.damaged(protocol, rng)),
				st.builds(lambda: samples.frame(protocol, rng)[0][: rng.randrange(12)]),
			),
			max_size=12,
		)
	)
	stream = b"".join(parts)
	cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
	pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
	assert decode(protocol, *pieces) == decode(protocol, stream)


@every_protocol
def test_long_streams_any_pieces_same_result(protocol, rng):
	"""Longer than what a decoder holds, and with runs that are read in bulk."""
	for _ in range(40):
		stream = b"".join(_stretch(protocol, rng) for _ in range(rng.randrange(1, 8)))
		cuts = sorted(rng.randrange(len(stream) + 1) for _ in range(5))
		whole = decode(protocol, stream)
		assert decode(protocol, *(bytes([byte]) for byte in stream)) == whole, stream.hex()
		pieces = zip([0, *cuts], [*cuts, len(stream)], strict=True)
		assert decode(protocol, *(stream[a:b] for a, b in pieces)) == whole, stream.hex()
		assert [item.at for item in whole] == sorted(item.at for item in whole)


def _stretch(protocol: str, rng: random.Random) -> bytes:
	"""Some of what a line may bring."""
	frames = [samples.frame(protocol, rng)[0] for _ in range(rng.randrange(1, 40))]
	kind = rng.randrange(6)
	if kind == 0:
		return rng.randbytes(rng.randrange(60))
	if kind == 1:
		return bytes([rng.choice(b"\x02\x03\r\n:0F\x53\xff\x00\xbd\xcd\x50")]) * rng.randrange(1, 400)
	if kind == 2:
		return frames[0] * len(frames)
	if kind == 3:
		return samples.damaged(protocol, rng) * rng.randrange(1, 12)
	stream = bytearray(b"".join(frames))
	for _ in range(3 * (kind - 4)):
		at = rng.randrange(len(stream))
		stream[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
	return bytes(stream[: rng.randrange(len(stream) + 1)])


@every_protocol
@given(garbage=st.binary(max_size=300), seed=st.integers(0, 1 << 30))
def test_good_frame_after_any_garbage_and_a_silence(protocol, garbage, seed):
	frame, card = samples.frame(protocol, random.Random(seed))
	decoder = reader(protocol).decoder()
	decoder.feed(garbage)
	decoder.idle()
	found = decoder.feed(frame) + decoder.idle()
	assert (cards(found), faults(found)) == ([card], [])
	assert found[0].at == len(garbage)


@every_protocol
@pytest.mark.parametrize(
	"filling", [None, b"\x02", b"0", b":", b"\x53", b"\xbd\x20", b"\x00\x00\xff\xff\xff\x01\x08\xf7"]
)
def test_holds_a_bounded_number_of_bytes(protocol, filling, rng):
	decoder = reader(protocol).decoder()
	for _ in range(400):
		decoder.feed(filling * 37 if filling else rng.randbytes(rng.randrange(80)))
		assert held_bytes(decoder) <= HELD_LIMIT


@every_protocol
def test_fuzz(protocol, fuzz_bytes, rng):
	"""Pure noise, and frames with noise and damage between them: nothing raises, every offset and kind is real."""
	decoder = reader(protocol).decoder()
	fed = 0
	while fed < fuzz_bytes:
		chunk = bytearray(b"".join(samples.frame(protocol, rng)[0] for _ in range(rng.randrange(60))))
		chunk += rng.randbytes(rng.randrange(3000))
		for _ in range(rng.randrange(20)):
			at = rng.randrange(len(chunk) + 1)
			chunk[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
		found = decoder.feed(bytes(chunk))
		fed += len(chunk)
		if not rng.randrange(4):
			found += decoder.idle()
		assert all(0 <= item.at < fed for item in found)
		assert all(item.kind in FAULT_KINDS for item in found if isinstance(item, Fault))
		assert held_bytes(decoder) <= HELD_LIMIT
	decoder.idle()
	frame, card = samples.frame(protocol, rng)
	assert cards(decoder.feed(frame) + decoder.idle()) == [card]

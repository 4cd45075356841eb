"""How fast each decoder reads: frames glued, in pieces as a pipe gives them, on one core.

- `held`: cards held to the reader, each frame 40 times over, as readers send them.
- `cards`: another card in each frame, of one length.
- `mixed`: another card each time, of changing length, layout and address.
- `polled`: as `mixed`, with four answers without a card (or commands) to each card.
- `known`: the good frames that the tests know, one after the other.
- `damaged`: cards held, with a wrong check value now and then.
- `noise`: random bytes, with a card now and then.
- `small`: as `held` and as `mixed`, in pieces of 64 bytes, as a port gives them.
- `bare`: what CPython takes to cut `mixed` into frames of their mean length by a regular expression and to make one
  BadgeRead of each, without a look at what they say: nothing in Python reads frames of that size faster.

A terminal gives 1 kB/s; 20 MB/s for the protocols of bytes is headroom for a Pi Zero. Protocols of text lines, or
framed by silence, are shown without an aim: a line may mean many things and is looked at by itself, as in `mixed`, and
only the copies of a line that was a card are read at one go. The best of several rounds is shown, as anything else that
the machine does only takes time away. Ends with 1 when a column before `damaged` misses the aim; where `bare` is not
about twice the aim, the machine is busy or slow.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

from gateway.readers import Decoder, reader, reader_names
from gateway.readers.reads import reads_in_row
from tests.gateway.readers import reader_samples as samples

STREAM_BYTES = 1_000_000
PIECE = 65536
ROUNDS = 7
AIM_MB_S = 20
BYTE_PROTOCOLS = frozenset(
	{
		"rdm6300",
		"rdm6300-rawcrc",
		"id12la",
		"gwiot7941e",
		"gwiot7941w",
		"elatec-twn3-inditag",
		"idtronic-neo2",
		"pn532",
		"sm130",
		"stronglink",
		"osdp",
	}
)
WITH_AN_AIM = ("held", "cards", "mixed", "polled", "known")
WITHOUT = ("damaged", "noise", "small held", "small mixed", "bare")
HELD_FRAMES = 40
WITHOUT_CARD = 4
ONE_BAD_IN = 200
NOISE_BYTES = 300
SMALL_PIECE = 64
SMALL_STREAM_BYTES = 100_000
KNOWN = json.loads((Path(samples.__file__).with_name("frames.json")).read_text(encoding="utf-8"))


def streams(protocol: str, rng: random.Random) -> dict[str, bytes]:
	"""The streams named above; those are left out for which the protocol has no frames."""

	def frame() -> bytes:
		return samples.frame(protocol, rng)[0]

	def stream(make: Callable[[], bytes], size: int = STREAM_BYTES) -> bytes:
		made = bytearray()
		while len(made) < size:
			made += make()
		return bytes(made)

	length = len(frame())
	known = b"".join(
		bytes.fromhex(each["hex"]) for each in KNOWN if each["protocol"] == protocol and each["valid"]
	)
	made = {
		"held": stream(lambda: frame() * HELD_FRAMES),
		"cards": stream(lambda: next(each for each in iter(frame, None) if len(each) == length)),
		"mixed": stream(frame),
		"damaged": stream(lambda: frame() * ONE_BAD_IN + samples.damaged(protocol, rng)),
		"noise": stream(lambda: rng.randbytes(NOISE_BYTES) + frame() * 3, STREAM_BYTES // 4),
	}
	if samples.without_card(protocol, rng):
		none = [samples.without_card(protocol, rng) for _ in range(WITHOUT_CARD)]
		made["polled"] = stream(lambda: frame() + b"".join(rng.sample(none, WITHOUT_CARD)))
	if known:
		made["known"] = stream(lambda: known)
	for name in ("held", "mixed"):
		made[f"small {name}"] = made[name][:SMALL_STREAM_BYTES]
	return made


def rate(decoder: Decoder, stream: bytes, piece_bytes: int = PIECE) -> float:
	"""MB/s of a fresh decoder, in pieces."""
	pieces = [stream[at : at + piece_bytes] for at in range(0, len(stream), piece_bytes)]
	began = time.process_time()
	for piece in pieces:
		decoder.feed(piece)
	decoder.idle()
	return len(stream) / (time.process_time() - began) / 1e6


def bare_rate(protocol: str, stream: bytes) -> float:
	"""MB/s of `bare`."""
	decoder, count = reader(protocol).decoder(), 0
	for at in range(0, len(stream), PIECE):
		count += len(decoder.feed(stream[at : at + PIECE]))
	frame = re.compile(rb".{%d}" % (len(stream) // count), re.DOTALL)
	began = time.process_time()
	for at in range(0, len(stream), PIECE):
		frames = frame.findall(stream[at : at + PIECE])
		list(reads_in_row(repeat(protocol), protocol, range(len(frames))))
	return len(stream) / (time.process_time() - began) / 1e6


def main() -> int:
	rng = random.Random(1)
	missed = []
	columns = (*WITH_AN_AIM, *WITHOUT)
	print(
		f"decoders, MB/s of one core, best of {ROUNDS}: aim {AIM_MB_S} up to `{WITH_AN_AIM[-1]}`, protocols of bytes"
	)
	print(f"{'':20}" + "".join(f"{name:>12}" for name in columns))
	for protocol in reader_names():
		if protocol not in samples._MAKERS:
			continue
		made = streams(protocol, rng)
		rates = {
			name: max(
				rate(reader(protocol).decoder(), stream, SMALL_PIECE if name.startswith("small") else PIECE)
				for _ in range(ROUNDS)
			)
			for name, stream in made.items()
		}
		rates["bare"] = max(bare_rate(protocol, made["mixed"]) for _ in range(ROUNDS))
		shown = (f"{rates[name]:>12.0f}" if name in rates else f"{'-':>12}" for name in columns)
		print(f"{protocol:20}" + "".join(shown), flush=True)
		if protocol in BYTE_PROTOCOLS:
			missed += [f"{protocol} {name}" for name in WITH_AN_AIM if rates.get(name, AIM_MB_S) < AIM_MB_S]
	print(f"below the aim: {', '.join(missed) or 'none'}")
	return 1 if missed else 0


if __name__ == "__main__":
	sys.exit(main())

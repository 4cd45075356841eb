"""How fast each decoder reads: frames glued, in pieces as a pipe gives them, on one core.

- `held`: cards held to the reader, each frame many times over, as readers send them.
- `damaged`: the same with a wrong check value now and then.
- `mixed`: another card each time, of changing length, layout and address: the worst that can come.

A terminal gives 1 kB/s; 20 MB/s for the protocols of bytes is headroom for a Pi Zero. Protocols of text lines, or
framed by silence, are shown without an aim. Ends with 1 when `held` misses it.
"""

import random
import statistics
import sys
import time

from gateway.readers import BadgeRead, Decoder, reader, reader_names
from tests.gateway.readers import reader_samples as samples

STREAM_BYTES = 4_000_000
CARDS = 20
PIECE = 65536
ROUNDS = 5
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
HELD_FRAMES = 40
ONE_BAD_IN = 200


def streams(protocol: str, rng: random.Random) -> dict[str, bytes]:
	"""The streams named above."""
	held, mixed, damaged = bytearray(), bytearray(), bytearray()
	while len(held) < STREAM_BYTES:
		held += samples.frame(protocol, rng)[0] * HELD_FRAMES
	while len(mixed) < STREAM_BYTES:
		mixed += samples.frame(protocol, rng)[0]
	while len(damaged) < STREAM_BYTES:
		damaged += samples.frame(protocol, rng)[0] * ONE_BAD_IN + samples.damaged(protocol, rng)
	return {"held": bytes(held), "mixed": bytes(mixed), "damaged": bytes(damaged)}


def rate(decoder: Decoder, stream: bytes) -> float:
	"""MB/s of a fresh decoder, in pieces."""
	pieces = [stream[at : at + PIECE] for at in range(0, len(stream), PIECE)]
	reads = 0
	began = time.process_time()
	for piece in pieces:
		reads += len(decoder.feed(piece))
	found = decoder.idle()
	took = time.process_time() - began
	assert reads + sum(isinstance(item, BadgeRead) for item in found), "no card in a stream of cards"
	return len(stream) / took / 1e6


def main() -> int:
	rng = random.Random(1)
	missed = []
	print(
		f"decoders, MB/s of one core, medians of {ROUNDS}: aim {AIM_MB_S} for cards held, protocols of bytes"
	)
	print(f"{'':22}{'held':>8}{'mixed':>8}{'damaged':>9}")
	for protocol in reader_names():
		if protocol not in samples._MAKERS:
			continue
		made = streams(protocol, rng)
		rates = {
			name: statistics.median(rate(reader(protocol).decoder(), stream) for _ in range(ROUNDS))
			for name, stream in made.items()
		}
		print(f"{protocol:22}{rates['held']:>8.0f}{rates['mixed']:>8.0f}{rates['damaged']:>9.0f}", flush=True)
		if protocol in BYTE_PROTOCOLS and rates["held"] < AIM_MB_S:
			missed.append(protocol)
	print(f"below the aim: {', '.join(missed) or 'none'}")
	return 1 if missed else 0


if __name__ == "__main__":
	sys.exit(main())

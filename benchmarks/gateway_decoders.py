"""How fast each decoder reads: frames glued, in pieces as a pipe gives them, on one core.

- `held`: cards held to the reader, each frame many times over, as readers send them.
- `damaged`: the same with a wrong check value now and then.
- `mixed`: another card each time, of changing length, layout and address.
- `noise`: random bytes, with a card now and then.
- `small`: as `held`, in pieces of 64 bytes, as a port gives them.

A terminal gives 1 kB/s; 20 MB/s for the protocols of bytes is headroom for a Pi Zero. Protocols of text lines, or
framed by silence, are shown without an aim: a line may mean many things and is looked at by itself, as in `mixed`, and
only the copies of a line that was a card are read at one go. Ends with 1 when `held` misses the aim.
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
COLUMNS = ("held", "mixed", "damaged", "noise", "small")
HELD_FRAMES = 40
ONE_BAD_IN = 200
NOISE_BYTES = 300
SMALL_PIECE = 64
SMALL_STREAM_BYTES = 500_000


def streams(protocol: str, rng: random.Random) -> dict[str, bytes]:
	"""The streams named above."""
	held, mixed, damaged, noise = bytearray(), bytearray(), bytearray(), bytearray()
	while len(held) < STREAM_BYTES:
		held += samples.frame(protocol, rng)[0] * HELD_FRAMES
	while len(mixed) < STREAM_BYTES:
		mixed += samples.frame(protocol, rng)[0]
	while len(damaged) < STREAM_BYTES:
		damaged += samples.frame(protocol, rng)[0] * ONE_BAD_IN + samples.damaged(protocol, rng)
	while len(noise) < STREAM_BYTES // 4:
		noise += rng.randbytes(NOISE_BYTES) + samples.frame(protocol, rng)[0] * 3
	return {"held": bytes(held), "mixed": bytes(mixed), "damaged": bytes(damaged), "noise": bytes(noise)}


def rate(decoder: Decoder, stream: bytes, piece_bytes: int = PIECE) -> float:
	"""MB/s of a fresh decoder, in pieces."""
	pieces = [stream[at : at + piece_bytes] for at in range(0, len(stream), piece_bytes)]
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
	print(f"{'':22}" + "".join(f"{name:>9}" for name in COLUMNS))
	for protocol in reader_names():
		if protocol not in samples._MAKERS:
			continue
		made = streams(protocol, rng)
		rates = {
			name: statistics.median(rate(reader(protocol).decoder(), stream) for _ in range(ROUNDS))
			for name, stream in made.items()
		}
		small = made["held"][:SMALL_STREAM_BYTES]
		rates["small"] = rate(reader(protocol).decoder(), small, SMALL_PIECE)
		print(f"{protocol:22}" + "".join(f"{rates[name]:>9.0f}" for name in COLUMNS), flush=True)
		if protocol in BYTE_PROTOCOLS and rates["held"] < AIM_MB_S:
			missed.append(protocol)
	print(f"below the aim: {', '.join(missed) or 'none'}")
	return 1 if missed else 0


if __name__ == "__main__":
	sys.exit(main())

"""The subcommands `decode` (bytes in, one JSON object a line out) and `protocols` (what there is to decode)."""

import argparse
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from json.encoder import encode_basestring_ascii as _quoted
from typing import BinaryIO, Protocol, TextIO

from gateway.readers import BadgeRead, Confirmation, Fault, Reader, ReaderError, reader, reader_names

CHUNK = 65536
USAGE_ERROR = 2


class Subparsers(Protocol):
	"""What argparse's add_subparsers returns, as far as it is used here."""

	def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
		"""Add one subcommand."""
		...


class HexError(ValueError):
	"""Text that is not bytes in hex; `at` is the offset of the character, `character` what stands there."""

	def __init__(self, at: int, character: str) -> None:
		super().__init__(
			f"not hex: {character!r} at character {at}" if character else "not hex: an odd number of digits"
		)
		self.at = at
		self.character = character


def add_parsers(subparsers: Subparsers) -> None:
	"""Mount `decode` and `protocols`; each sets `run`, a function of the parsed arguments that gives the exit code."""
	decode = subparsers.add_parser(
		"decode",
		help="show the cards and faults in bytes from a reader",
		description="Reads bytes on stdin and writes one JSON object a line: a card, or a fault with its byte offset. "
		"The end of the input counts as a silence on the line.",
	)
	decode.add_argument("--protocol", required=True, metavar="NAME", help="see `vsv-gateway protocols`")
	decode.add_argument(
		"--hex", action="store_true", help="the input is hex; blanks, commas and 0x do not matter"
	)
	decode.add_argument(
		"--no-confirm",
		action="store_true",
		help="show every read, also of readers that need a second equal read to rule out a ghost",
	)
	add_option_argument(decode)
	decode.set_defaults(run=run_decode)
	protocols = subparsers.add_parser(
		"protocols",
		help="list the protocols with their settings",
		description="Lists the protocols with line settings and options. Needs no port and no configuration.",
	)
	protocols.add_argument("--json", action="store_true", help="one JSON object a line")
	protocols.set_defaults(run=run_protocols)


def add_option_argument(parser: argparse.ArgumentParser) -> None:
	"""The argument `--option KEY=VALUE` for options of the protocol; `options_of` gives what was said."""
	parser.add_argument(
		"--option",
		action="append",
		default=[],
		metavar="KEY=VALUE",
		help="an option of the protocol; may be given more than once",
	)


def options_of(args: argparse.Namespace) -> dict[str, str]:
	"""The options given on the command line."""
	return dict(_key_value(text) for text in args.option)


def run_decode(args: argparse.Namespace) -> int:
	"""Decode stdin to stdout as it arrives. 0, or 2 for an unknown protocol or option and for bad hex."""
	return decode_stream(args, sys.stdin.buffer, sys.stdout, sys.stderr)


def decode_stream(args: argparse.Namespace, source: BinaryIO, out: TextIO, errors: TextIO) -> int:
	"""As run_decode, between the given streams."""
	try:
		chosen = reader(args.protocol, options_of(args))
	except ReaderError as error:
		errors.write(f"{error}\n")
		return USAGE_ERROR
	chunks = _chunks(source)
	try:
		for found in _decoded(chosen, from_hex(chunks) if args.hex else chunks, confirm=not args.no_confirm):
			out.write("".join(map(json_line, found)))
			out.flush()
	except HexError as error:
		errors.write(f"{error}\n")
		return USAGE_ERROR
	except BrokenPipeError:
		# Whoever read our output has seen enough.
		sys.stderr.close()
	return 0


def run_protocols(args: argparse.Namespace) -> int:
	"""Write the list of protocols to stdout."""
	shown = []
	for name in reader_names():
		try:
			shown.append(reader(name))
		except ReaderError as error:
			sys.stderr.write(f"{error}\n")
	lines = [json.dumps(_settings(one)) + "\n" if args.json else _describe(one) for one in shown]
	sys.stdout.write("".join(lines))
	return 0


def decode(chosen: Reader, chunks: Iterable[bytes], *, confirm: bool) -> Iterator[BadgeRead | Fault]:
	"""What the bytes say, in the order in which it becomes certain; the end of `chunks` is an idle gap.

	With `confirm`, a reader that repeats needs two equal reads; further repeats belong to the same tap, until another
	card is confirmed. There is no clock here, so no repeat comes too late.
	"""
	return chain.from_iterable(_decoded(chosen, chunks, confirm=confirm))


def as_json(found: BadgeRead | Fault) -> dict[str, str | int]:
	"""The object that `decode` writes."""
	if isinstance(found, Fault):
		return {"fault": found.kind, "at": found.at}
	shown: dict[str, str | int] = {"card": found.card, "protocol": found.protocol}
	if found.facility is not None:
		shown["facility"] = found.facility
	if found.number is not None:
		shown["number"] = found.number
	return shown


def json_line(found: BadgeRead | Fault) -> str:
	"""The object of as_json as one line; written out here, since making it is most of the work of `decode`."""
	if isinstance(found, Fault):
		return f'{{"fault": "{found.kind}", "at": {found.at}}}\n'
	card, protocol, _, facility, number, _ = found
	shown = f'{{"card": {_quoted(card)}, "protocol": {_quoted(protocol)}'
	if facility is not None:
		shown += f', "facility": {facility}'
	if number is not None:
		shown += f', "number": {number}'
	return shown + "}\n"


def from_hex(chunks: Iterable[bytes]) -> Iterator[bytes]:
	"""Bytes from hex text that may have blanks, line ends, commas, colons and 0x in it. HexError."""
	at, rest = 0, ""
	for chunk in chunks:
		text = rest + chunk.decode("latin-1")
		# A digit or 0x that the piece cuts in two waits for the next piece.
		keep = len(text) - len(_UNFINISHED.search(text).group())  # type: ignore[union-attr]
		yield _bytes(text[:keep], at)
		at, rest = at + keep, text[keep:]
	if rest:
		yield _bytes(rest, at)


def _decoded(
	chosen: Reader, chunks: Iterable[bytes], *, confirm: bool
) -> Iterator[Iterable[BadgeRead | Fault]]:
	"""As decode, together what one piece of input made certain, so that it can be written at one go."""
	decoder = chosen.decoder()
	taps = Confirmation(math.inf) if confirm and chosen.confirm else None
	for chunk in chunks:
		found = decoder.feed(chunk)
		yield _confirmed(taps, found) if taps else found
	found = decoder.idle()
	yield _confirmed(taps, found) if taps else found
	yield taps.end() if taps else ()


def _confirmed(taps: Confirmation, found: Iterable[BadgeRead | Fault]) -> Iterator[BadgeRead | Fault]:
	for item in found:
		if isinstance(item, Fault):
			yield item
			continue
		# Without a clock its presence does not end
		if item.card == taps.present:
			continue
		passed = taps.judge(item, 0)
		yield from taps.expired(0)
		if passed is not None:
			yield passed


def _bytes(text: str, at: int) -> bytes:
	wrong = _NOT_HEX.search(_PREFIX.sub("  ", text))
	if wrong:
		raise HexError(at + wrong.start(), wrong.group())
	digits = _BETWEEN.sub("", _PREFIX.sub("  ", text))
	if len(digits) % 2:
		raise HexError(at + len(text), "")
	return bytes.fromhex(digits)


_PREFIX = re.compile(r"(?<![0-9A-Fa-f])0[xX]")
_BETWEEN = re.compile(r"[\s,:]+")
_NOT_HEX = re.compile(r"[^0-9A-Fa-f\s,:]")
_UNFINISHED = re.compile(r"[^\s,:]*\Z")


def _chunks(source: BinaryIO) -> Iterator[bytes]:
	"""Bytes as they arrive, so that a terminal's bytes piped in are shown at once."""
	read = getattr(source, "read1", source.read)
	while chunk := read(CHUNK):
		yield chunk


def _key_value(text: str) -> tuple[str, str]:
	key, _, value = text.partition("=")
	return key.strip(), value


def _settings(shown: Reader) -> dict[str, object]:
	return {
		"protocol": shown.name,
		"title": shown.title,
		"baud": shown.baud,
		"line": f"{shown.bytesize}{shown.parity}{shown.stopbits:g}",
		"idle_gap_ms": round(shown.idle_gap_s * 1000),
		"confirm": shown.confirm,
		"polled": shown.poll_every_s is not None or shown.panel,
		"options": dict(shown.options),
		"allowed": dict(shown.allowed),
	}


def _describe(shown: Reader) -> str:
	settings = _settings(shown)
	ways = [f"{settings['baud']} {settings['line']}", f"idle gap {settings['idle_gap_ms']} ms"]
	ways += ["polled"] if settings["polled"] else []
	ways += ["needs a second equal read"] if shown.confirm else []
	lines = [shown.title, "; ".join(ways)]
	for key, value in shown.options.items():
		if not key.startswith("reply_"):
			written = str(value).lower() if isinstance(value, bool) else value
			allowed = f"  ({shown.allowed[key]})" if key in shown.allowed else ""
			lines.append(f"  --option {key}={written}{allowed}")
	return f"{shown.name:<22}" + f"\n{'':<22}".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
	"""`python -m gateway.decode decode|protocols ...`"""
	parser = argparse.ArgumentParser(prog="python -m gateway.decode", description=__doc__)
	add_parsers(parser.add_subparsers(required=True))
	args = parser.parse_args(arguments)
	code: int = args.run(args)
	return code


if __name__ == "__main__":
	sys.exit(main())

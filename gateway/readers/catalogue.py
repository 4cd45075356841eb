"""The readers that we know, by name; others join through the entry point group `vsv_gateway.readers`."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.readers import idtronic, pn532, sm130, stronglink
from gateway.readers.elatec import SEARCH_TAG, HidProxDecoder, IndiTagDecoder, Twn4Decoder, beep
from gateway.readers.em4100 import AsciiDecoder, GapDecoder, RawCheckDecoder
from gateway.readers.gwiot import Gwiot7941eDecoder, Gwiot7941wDecoder
from gateway.readers.line import BYTE_ORDERS, FORMATS, LineFormat, TextLineDecoder
from gateway.readers.osdp import OsdpDecoder
from gateway.readers.reads import Decoder
from gateway.readers.settings import SIGNALS, Options, Reader, ReaderError, unknown
from gateway.readers.wiegand import WiegandDecoder

if TYPE_CHECKING:
	from importlib.metadata import EntryPoint

GROUP = "vsv_gateway.readers"
Factory = Callable[[Options], Reader]


def reader(name: str, options: Mapping[str, object] | None = None) -> Reader:
	"""The reader called `name` with its options. ReaderError (a ValueError) for what is not known or cannot be."""
	make = _OURS.get(name) or _factories().get(name)
	if make is None:
		raise unknown("protocol", name, reader_names())
	return make(Options(name, options))


def reader_names() -> tuple[str, ...]:
	"""All names that `reader` takes: ours first, then those of installed plug-ins."""
	return tuple(_factories())


@lru_cache(maxsize=1)
def _factories() -> Mapping[str, Factory]:
	# Looking through all that is installed takes a while, for which no learner at the door of a reader of ours waits
	from importlib.metadata import entry_points  # noqa: PLC0415

	found = dict(_OURS)
	for point in entry_points(group=GROUP):
		# Ours win, so that a name never means two things.
		if point.name not in found:
			found[point.name] = partial(_plugged_in, point)
	return MappingProxyType(found)


def _plugged_in(point: "EntryPoint", options: Options) -> Reader:
	"""Loaded only when asked for, so that a broken plug-in stops nobody else's terminals."""
	try:
		make: Factory = point.load()
	except Exception as error:
		raise ReaderError(
			f"{point.name}: the plug-in {point.value} cannot be loaded: {error}; install it anew", point.name
		) from error
	return make(options)


def _rdm6300(options: Options) -> Reader:
	return _reader(
		options,
		"rdm6300",
		"RDM630, RDM6300 and Seeed 125 kHz modules",
		9600,
		lambda: AsciiDecoder("rdm6300", b"\x03"),
		confirm=True,
	)


def _rdm6300_rawcrc(options: Options) -> Reader:
	return _reader(
		options,
		"rdm6300-rawcrc",
		"RDM6300 clones that send the check value as one raw byte",
		9600,
		lambda: RawCheckDecoder("rdm6300-rawcrc"),
		confirm=True,
	)


def _id12la(options: Options) -> Reader:
	# These send a card once when it enters the field and stay silent while it is held, so a second read would
	# ask the learner to tap twice.
	return _reader(
		options,
		"id12la",
		"ID-2LA, ID-12LA and ID-20LA in ASCII mode",
		9600,
		lambda: AsciiDecoder("id12la", b"\r\n\x03"),
	)


def _em18(options: Options) -> Reader:
	# As the ID-12LA, an EM-18 sends one frame for each tap.
	return _reader(
		options, "em18", "EM-18 (frames by silence)", 9600, lambda: GapDecoder("em18"), idle_gap_ms=20
	)


def _gwiot7941e(options: Options) -> Reader:
	return _reader(
		options,
		"gwiot7941e",
		"Gwiot 7941E and other STX LEN TYPE modules",
		9600,
		lambda: Gwiot7941eDecoder("gwiot7941e"),
	)


def _gwiot7941w(options: Options) -> Reader:
	cards = options.text("cards", "both", ("both", "hf", "lf"))
	polls = {"hf": (_READ_HF,), "lf": (_READ_LF,), "both": (_READ_HF, _READ_LF)}[cards]
	return _reader(
		options,
		"gwiot7941w",
		"Gwiot 7941W dual-band module (polled)",
		115200,
		lambda: Gwiot7941wDecoder("gwiot7941w"),
		polls=polls,
		poll_every_ms=100,
	)


def _wiegand(name: str, bits: int) -> Factory:
	def make(options: Options) -> Reader:
		form = options.text("form", "auto", ("auto", "bits", "hex", "raw"))
		return _reader(
			options,
			name,
			f"Wiegand {bits} bits through a serial converter",
			9600,
			lambda: WiegandDecoder(name, bits, form),
			idle_gap_ms=30,
		)

	return make


def _hidprox(options: Options) -> Reader:
	return _reader(
		options,
		"elatec-twn3-hidprox",
		"Elatec TWN3 HID Prox, transparent protocol",
		9600,
		lambda: HidProxDecoder("elatec-twn3-hidprox"),
	)


def _inditag(options: Options) -> Reader:
	return _reader(
		options,
		"elatec-twn3-inditag",
		"Elatec TWN3 IndiTag, transparent protocol",
		9600,
		lambda: IndiTagDecoder("elatec-twn3-inditag"),
	)


def _twn4(options: Options) -> Reader:
	return _reader(
		options,
		"elatec-twn4-simple",
		"Elatec TWN4, simple protocol (polled)",
		9600,
		lambda: Twn4Decoder("elatec-twn4-simple"),
		polls=(SEARCH_TAG,),
		poll_every_ms=100,
		replies=_TWN4_BEEPS,
	)


def _line(options: Options) -> Reader:
	form = options.text("format", "text", FORMATS)
	length = options.number("length", 0, 0, 255)
	stated = LineFormat(
		format=form,
		prefix=options.text("prefix"),
		suffix=options.text("suffix"),
		byte_order=options.text("byte_order", "msb", BYTE_ORDERS),
		length=length or None,
		pattern=options.text("regex") or None,
		max_length=options.number("max_length", 64, 1, 255),
		terminator=options.text("terminator", "newline", ("newline", "gap")),
	)
	return _reader(
		options,
		"line",
		"Readers and barcode engines that send a line of text",
		9600,
		lambda: TextLineDecoder("line", stated),
	)


def _neo2(options: Options) -> Reader:
	command = options.number("command", idtronic.ISO_14443_A, 0, 255)
	return _reader(
		options,
		"idtronic-neo2",
		"idTronic NEO2 (polled for ISO 14443 A, or set to send by itself)",
		115200,
		lambda: idtronic.Neo2Decoder("idtronic-neo2", command),
		polls=tuple(filter(None, (options.hex("poll", idtronic.POLL),))),
		poll_every_ms=200,
	)


def _pn532(options: Options) -> Reader:
	return _reader(
		options,
		"pn532",
		"NXP PN532 over its high-speed UART (polled)",
		115200,
		lambda: pn532.Pn532Decoder("pn532"),
		wake_up=pn532.WAKE_UP + pn532.SAM_CONFIGURATION,
		polls=(pn532.POLL,),
		poll_every_ms=200,
	)


def _sm130(options: Options) -> Reader:
	return _reader(
		options,
		"sm130",
		"SonMicro SM130 and SM132 (polled)",
		19200,
		lambda: sm130.Sm130Decoder("sm130"),
		polls=(sm130.SEEK_TAG,),
		poll_every_ms=200,
	)


def _stronglink(options: Options) -> Reader:
	return _reader(
		options,
		"stronglink",
		"StrongLink SL025, SL031, SL032 over UART (polled)",
		115200,
		lambda: stronglink.StrongLinkDecoder("stronglink"),
		polls=(stronglink.SELECT_CARD,),
		poll_every_ms=100,
	)


def _osdp(options: Options) -> Reader:
	options.number("address", 0, 0, 126)
	options.text("scbk_file")
	options.flag("require_secure", default=False)
	return _reader(
		options,
		"osdp",
		"OSDP v2 over RS-485 (needs the extra vsv-gateway[osdp])",
		9600,
		lambda: OsdpDecoder("osdp"),
		panel=True,
	)


_READ_HF = bytes.fromhex("abba00100010")
_READ_LF = bytes.fromhex("abba00150015")

# Told apart by pitch and length, for a person who cannot see a light: high and short is good, low and long is not.
_TWN4_BEEPS = MappingProxyType(
	{
		"recorded": beep(2400, 80),
		"recorded-offline": beep(2400, 250),
		"already": beep(1800, 80),
		"clock-unsure": beep(1800, 250),
		"unknown": beep(800, 500),
		"try-again": beep(1200, 150),
		"blocked": beep(600, 800),
		"out-of-service": beep(500, 1200),
	}
)


def _reader(
	options: Options,
	name: str,
	title: str,
	baud: int,
	make_decoder: Callable[[], Decoder],
	*,
	idle_gap_ms: int = 50,
	confirm: bool = False,
	polls: tuple[bytes, ...] = (),
	poll_every_ms: int = 0,
	wake_up: bytes = b"",
	replies: Mapping[str, bytes] | None = None,
	panel: bool = False,
) -> Reader:
	"""A reader with the options that all readers have; refuses those that nobody has asked for."""
	gap = options.number("idle_gap_ms", idle_gap_ms, 5, 2000)
	confirm = options.flag("confirm", confirm)
	poll_every = options.number("poll_every_ms", poll_every_ms, 20, 60000) if poll_every_ms else 0
	own = {signal: options.hex("reply_" + signal.replace("-", "_")) for signal in SIGNALS}
	return Reader(
		name=name,
		title=title,
		baud=baud,
		make_decoder=make_decoder,
		idle_gap_s=gap / 1000,
		confirm=confirm,
		poll_every_s=poll_every / 1000 if polls else None,
		wake_up=wake_up,
		polls=polls,
		replies=MappingProxyType(
			{**(replies or {}), **{signal: data for signal, data in own.items() if data}}
		),
		options=options.done(),
		allowed=options.allowed(),
		panel=panel,
	)


_OURS: Mapping[str, Factory] = MappingProxyType(
	{
		"rdm6300": _rdm6300,
		"rdm6300-rawcrc": _rdm6300_rawcrc,
		"id12la": _id12la,
		"em18": _em18,
		"gwiot7941e": _gwiot7941e,
		"gwiot7941w": _gwiot7941w,
		"wiegand26": _wiegand("wiegand26", 26),
		"wiegand34": _wiegand("wiegand34", 34),
		"elatec-twn3-hidprox": _hidprox,
		"elatec-twn3-inditag": _inditag,
		"elatec-twn4-simple": _twn4,
		"line": _line,
		"idtronic-neo2": _neo2,
		"pn532": _pn532,
		"sm130": _sm130,
		"stronglink": _stronglink,
		"osdp": _osdp,
	}
)

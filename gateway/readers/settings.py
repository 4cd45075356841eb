"""A reader with its line settings and options, as a terminal needs it."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from gateway.readers.reads import Decoder

SIGNALS = (
	"recorded",
	"recorded-offline",
	"already",
	"unknown",
	"blocked",
	"clock-unsure",
	"try-again",
	"out-of-service",
)

Option = str | int | float | bool
T = TypeVar("T")


class ReaderError(ValueError):
	"""A reader or option that does not exist or cannot be: `name` is what was asked, `nearest` the nearest known."""

	def __init__(self, message: str, name: str, nearest: str | None = None) -> None:
		super().__init__(message)
		self.name = name
		self.nearest = nearest


@dataclass(frozen=True)
class Reader:
	"""How to talk to one kind of terminal. Holds no state: `decoder()` gives a new decoder at each call."""

	name: str
	title: str
	baud: int
	make_decoder: Callable[[], Decoder]
	bytesize: int = 8
	parity: str = "N"
	stopbits: float = 1
	idle_gap_s: float = 0.05
	confirm: bool = False
	poll_every_s: float | None = None
	wake_up: bytes = b""
	polls: tuple[bytes, ...] = ()
	replies: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
	options: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))
	allowed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
	"""What each option may be, in words."""
	panel: bool = False
	"""Whether a live control panel speaks this protocol (osdp_panel), so that polling is not ours to do."""

	def decoder(self) -> Decoder:
		"""A decoder for one connection."""
		return self.make_decoder()

	def hello(self) -> bytes:
		"""What to send once the port is open: wake-up and configuration, or nothing."""
		return self.wake_up

	def poll(self, turn: int = 0) -> bytes | None:
		"""What to send every `poll_every_s` seconds; `turn` counts the polls of this connection."""
		return self.polls[turn % len(self.polls)] if self.polls else None

	def feedback(self, signal: str) -> bytes | None:
		"""The bytes that make the terminal itself give a signal, or None where it has no means. ValueError."""
		if signal not in SIGNALS:
			raise unknown("signal", signal, SIGNALS)
		return self.replies.get(signal)


class Options:
	"""Options as configured, taken one by one; what nobody takes is an error that names the nearest known."""

	def __init__(self, reader: str, given: Mapping[str, object] | None) -> None:
		self._reader = reader
		self._given = {str(key).replace("-", "_"): value for key, value in (given or {}).items()}
		self._known: dict[str, Option] = {}
		self._allowed: dict[str, str] = {}

	def text(self, name: str, default: str = "", choices: tuple[str, ...] = ()) -> str:
		"""A text; one of `choices` where given."""
		value = self._take(name, default)
		if choices and value not in choices:
			raise ReaderError(
				f"{self._reader}: {name} = {value!r}: must be {_or(choices)}",
				name,
				nearest(str(value), choices),
			)
		return self._keep(name, str(value), _or(choices) if choices else "text")

	def number(self, name: str, default: int, least: int, most: int) -> int:
		"""A whole number within bounds."""
		value = self._take(name, default)
		try:
			number = int(str(value), 0) if not isinstance(value, bool) else least - 1
		except ValueError:
			number = least - 1
		if not least <= number <= most:
			raise ReaderError(
				f"{self._reader}: {name} = {value!r}: must be a whole number from {least} to {most}", name
			)
		return self._keep(name, number, f"{least} to {most}")

	def flag(self, name: str, default: bool) -> bool:
		"""true or false."""
		value = self._take(name, default)
		if isinstance(value, bool):
			return self._keep(name, value, _TRUTH)
		if str(value).lower() not in ("true", "false"):
			raise ReaderError(f"{self._reader}: {name} = {value!r}: must be {_TRUTH}", name)
		return self._keep(name, str(value).lower() == "true", _TRUTH)

	def hex(self, name: str, default: bytes = b"") -> bytes:
		"""Bytes written in hex."""
		value = self._take(name, default.hex())
		try:
			data = bytes.fromhex(str(value))
		except ValueError:
			raise ReaderError(
				f'{self._reader}: {name} = {value!r}: must be bytes in hex, as in "06 0d"', name
			) from None
		self._keep(name, data.hex(), "bytes in hex")
		return data

	def done(self) -> Mapping[str, Option]:
		"""All options with their values; ReaderError when one was given that the reader does not know."""
		for name in self._given:
			if name not in self._known:
				raise unknown(f"option for {self._reader}", name, tuple(self._known))
		return MappingProxyType(dict(self._known))

	def allowed(self) -> Mapping[str, str]:
		"""What each option may be, in words."""
		return MappingProxyType(dict(self._allowed))

	def _take(self, name: str, default: Option) -> object:
		return self._given.get(name, default)

	def _keep(self, name: str, value: T, allowed: str) -> T:
		self._known[name] = value  # type: ignore[assignment]
		self._allowed[name] = allowed
		return value


_TRUTH = "true or false"


def unknown(what: str, name: str, known: tuple[str, ...]) -> ReaderError:
	"""The error for a name that is not among the known ones."""
	near = nearest(name, known)
	hint = f"did you mean {near!r}?" if near else "there are none"
	return ReaderError(f"unknown {what}: {name!r}; {hint} Known: {', '.join(known)}", name, near)


def nearest(name: str, known: tuple[str, ...]) -> str | None:
	"""The known name most like `name`, or None when there are none."""
	return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.0)), None)


def _or(choices: tuple[str, ...]) -> str:
	return f"{', '.join(choices[:-1])} or {choices[-1]}"

"""A live OSDP control panel for one reader on one line, over the `libosdp` bindings (extra `osdp`).

libosdp does the polling, the sequence numbers and the secure channel (https://doc.osdp.dev). It takes a reader
offline for minutes when it is sent a command that the reader did not announce, so feedback asks first.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from gateway.readers.osdp import WIEGAND, card_of_bits, text_card
from gateway.readers.reads import BadgeRead, Fault, is_refused

REFRESH_EVERY_S = 0.02
"""How often `refresh` wants to be called: libosdp's own pace."""
PROTOCOL = "osdp"
KEY_LENGTH = 16
TENTHS_S = 100
"""Milliseconds in the unit of time of OSDP's LED and buzzer."""


class Port(Protocol):
	"""What the panel needs of an open serial port: neither call may wait."""

	def read(self, size: int = 1, /) -> bytes:
		"""At most `size` bytes of what has arrived."""
		...

	def write(self, data: bytes, /) -> int | None:
		"""Send."""
		...


class OsdpUnavailable(RuntimeError):
	"""The libosdp bindings are not installed."""


class Show(NamedTuple):
	"""How a signal looks and sounds: LED colour by name, for how long, and beeps of how long."""

	colour: str
	lit_ms: int
	beeps: int
	beep_ms: int


# Colour is never the only cue: each signal differs in number or length of beeps.
SHOWS: Mapping[str, Show] = MappingProxyType(
	{
		"recorded": Show("Green", 1000, 1, 100),
		"recorded-offline": Show("Green", 1000, 1, 300),
		"already": Show("Green", 1000, 2, 100),
		"clock-unsure": Show("Amber", 1000, 2, 300),
		"unknown": Show("Red", 2000, 3, 100),
		"try-again": Show("Amber", 1000, 3, 300),
		"blocked": Show("Red", 2000, 1, 800),
		"out-of-service": Show("Red", 3000, 2, 800),
	}
)


class OsdpPanel:
	"""Polls one reader. Call `refresh` every REFRESH_EVERY_S; nothing here waits or starts a thread.

	`key`: the secure channel base key (16 bytes) or None for a plain line. With `require_secure` the reader must
	set up the secure channel, else it stays offline. OsdpUnavailable without libosdp; ValueError for a bad key.
	"""

	def __init__(
		self, port: Port, address: int = 0, key: bytes | None = None, *, require_secure: bool = False
	) -> None:
		if key is not None and len(key) != KEY_LENGTH:
			raise ValueError(f"the OSDP secure channel key must be {KEY_LENGTH} bytes, not {len(key)}")
		if require_secure and key is None:
			raise ValueError("require_secure needs a secure channel key")
		self._osdp = _libosdp()
		self._line = _line(self._osdp, port)
		self._found: list[BadgeRead | Fault] = []
		flags = [self._osdp.LibFlag.EnforceSecure] if require_secure else []
		info = self._osdp.PDInfo(address, self._line, scbk=key, flags=flags)
		level = self._osdp.LogLevel.Critical
		# libosdp prints what a handler raises, so ours must not raise.
		self._panel = self._osdp.ControlPanel([info], log_level=level, event_handler=self._event)
		self._context = self._panel.ctx

	@property
	def online(self) -> bool:
		"""Whether the reader answers."""
		return bool(self._context.status() & 1)

	@property
	def secure(self) -> bool:
		"""Whether the secure channel stands."""
		return bool(self._context.sc_status() & 1)

	def refresh(self) -> list[BadgeRead | Fault]:
		"""Poll once and give what the reader said. Raises what the port raised (SerialException, OSError)."""
		self._context.refresh()
		if self._line.error is not None:
			error, self._line.error = self._line.error, None
			raise error
		found, self._found = self._found, []
		return found

	def feedback(self, signal: str) -> bool:
		"""Show a signal by the reader's own LED and buzzer; False when it is offline or has neither."""
		if not self.online:
			return False
		show = SHOWS[signal]
		capability = self._osdp.Capability
		commands = []
		if self._has(capability.LEDControl):
			commands.append(self._light(show))
		if self._has(capability.AudibleControl):
			commands.append(self._sound(show))
		sent = [bool(self._context.submit_command(0, command)) for command in commands]
		return any(sent)

	def _has(self, capability: int) -> bool:
		level, _items = self._context.check_capability(0, capability)
		return bool(level > 0)

	def _light(self, show: Show) -> dict[str, object]:
		colours = self._osdp.CommandLEDColor
		tenths = show.lit_ms // TENTHS_S
		return {
			"command": self._osdp.Command.LED,
			"reader": 0,
			"led_number": 0,
			"control_code": 2,
			"temporary": True,
			"on_count": tenths,
			"off_count": 0,
			"on_color": getattr(colours, show.colour),
			"off_color": colours.Black,
			"timer_count": tenths,
		}

	def _sound(self, show: Show) -> dict[str, object]:
		tenths = show.beep_ms // TENTHS_S
		return {
			"command": self._osdp.Command.Buzzer,
			"reader": 0,
			"control_code": 2,
			"on_count": tenths,
			"off_count": 1,
			"rep_count": show.beeps,
		}

	def _event(self, _index: int, event: dict[str, Any]) -> int:
		if event.get("event") == self._osdp.Event.CardRead:
			self._found.append(self._read(event))
		return 0

	def _read(self, event: Mapping[str, Any]) -> BadgeRead | Fault:
		at = self._line.received
		data, length = bytes(event["data"]), int(event["length"])
		if event["format"] == self._osdp.CardFormat.ASCII:
			found = text_card(bytes((0, event["direction"], length & 0xFF)) + data[:length])
		else:
			found = card_of_bits(data, length, wiegand=event["format"] == WIEGAND)
		if isinstance(found, Fault):
			return Fault(found.kind, at)
		if is_refused(found.card):
			return Fault("refused-number", at)
		return BadgeRead(found.card, PROTOCOL, at, found.facility, found.number)


def _libosdp() -> Any:
	try:
		import osdp  # noqa: PLC0415 - an extra that most gateways do not have
	except ImportError as error:
		raise OsdpUnavailable("OSDP needs libosdp: pip install 'vsv-gateway[osdp]'") from error
	return osdp


def _line(osdp: Any, port: Port) -> Any:
	"""The port as libosdp's Channel. What the port raises is kept in `error`: libosdp would swallow it."""

	class Line(osdp.Channel):  # type: ignore[misc]
		def __init__(self) -> None:
			super().__init__()
			self.received = 0
			self.error: Exception | None = None

		def read(self, max_bytes: int) -> bytes:
			data = self._try(lambda: port.read(max_bytes), b"")
			self.received += len(data)
			return bytes(data)

		def write(self, buf: bytes) -> int:
			sent = self._try(lambda: port.write(bytes(buf)), 0)
			return len(buf) if sent is None else int(sent)

		def flush(self) -> None:
			while self._try(lambda: port.read(256), b""):
				continue

		def _try(self, call: Any, otherwise: Any) -> Any:
			try:
				return call()
			except OSError as error:
				# pyserial's SerialException is an OSError, and it also lets bare ones through.
				self.error = error
				return otherwise

	return Line()

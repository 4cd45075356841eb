"""The control panel against libosdp's own peripheral device, over two in-memory lines."""

import secrets
import threading
import time

import pytest

from gateway.readers import SIGNALS, BadgeRead, Fault
from gateway.readers.osdp_panel import REFRESH_EVERY_S, SHOWS, OsdpPanel

osdp = pytest.importorskip("osdp", reason="the OSDP panel needs libosdp: pip install -e './gateway[osdp]'")

PATIENCE_S = 120


class Wire:
	"""One direction of a line."""

	def __init__(self):
		self.bytes = bytearray()
		self.lock = threading.Lock()

	def put(self, data):
		with self.lock:
			self.bytes += data
		return len(data)

	def take(self, size):
		with self.lock:
			data = bytes(self.bytes[:size])
			del self.bytes[:size]
		return data


class PanelPort:
	def __init__(self, down, up):
		self.down, self.up, self.error = down, up, None

	def read(self, size=1):
		if self.error:
			raise self.error
		return self.up.take(size)

	def write(self, data):
		return self.down.put(data)


class DeviceChannel(osdp.Channel):
	def __init__(self, down, up):
		super().__init__()
		self.down, self.up = down, up

	def read(self, max_bytes):
		return self.down.take(max_bytes)

	def write(self, buf):
		return self.up.put(buf)

	def flush(self):
		self.down.take(1 << 20)


class Bench:
	"""A panel and a reader; `until` drives both."""

	def __init__(self, capabilities, key=None, panel_key=None, require_secure=False):
		down, up = Wire(), Wire()
		flags = [osdp.LibFlag.EnforceSecure] if key else []
		info = osdp.PDInfo(5, DeviceChannel(down, up), scbk=key, flags=flags)
		self.device = osdp.PeripheralDevice(
			info, osdp.PDCapabilities(capabilities), log_level=osdp.LogLevel.Emergency
		)
		self.port = PanelPort(down, up)
		self.panel = OsdpPanel(self.port, 5, panel_key or key, require_secure=require_secure)
		self.found = []

	def until(self, condition):
		deadline = time.monotonic() + PATIENCE_S
		while not condition():
			assert time.monotonic() < deadline, "the panel did not get there"
			self.device.ctx.refresh()
			self.found += self.panel.refresh()
			time.sleep(REFRESH_EVERY_S / 4)

	def show_card(self, data, length, card_format=None, direction=0):
		self.found.clear()
		self.device.ctx.submit_event(
			{
				"event": osdp.Event.CardRead,
				"reader_no": 0,
				"direction": direction,
				"format": osdp.CardFormat.Unspecified if card_format is None else card_format,
				"data": data,
				"length": length,
			}
		)
		self.until(lambda: self.found)
		return self.found


LED_AND_BUZZER = [(osdp.Capability.LEDControl, 1, 1), (osdp.Capability.AudibleControl, 1, 1)]


@pytest.mark.parametrize("secure", [False, True])
def test_cards_and_feedback(secure):
	key = secrets.token_bytes(16) if secure else None
	bench = Bench(LED_AND_BUZZER, key, require_secure=secure)
	assert not bench.panel.feedback("recorded"), "offline readers get nothing"
	bench.until(lambda: bench.panel.online and bench.panel.secure is secure)
	[read] = bench.show_card(bytes.fromhex("0416c6c2d73881"), 56)
	assert isinstance(read, BadgeRead)
	assert (read.card, read.protocol) == ("0416C6C2D73881", "osdp")
	[read] = bench.show_card(bytes.fromhex("2d00a200"), 26, osdp.CardFormat.Wiegand)
	assert (read.card, read.facility, read.number) == ("5898564", 90, 324)
	[fault] = bench.show_card(bytes.fromhex("ad00a200"), 26, osdp.CardFormat.Wiegand)
	assert isinstance(fault, Fault)
	assert fault.kind == "parity"
	assert bench.panel.feedback("unknown")
	bench.until(lambda: bench.device.command_queue.qsize() == 2)
	light, sound = bench.device.get_command(), bench.device.get_command()
	assert (light["command"], light["on_color"]) == (osdp.Command.LED, osdp.CommandLEDColor.Red)
	assert (sound["command"], sound["rep_count"]) == (osdp.Command.Buzzer, 3)
	assert bench.panel.online


def test_a_reader_without_led_and_buzzer_is_sent_nothing_and_stays_online():
	bench = Bench([])
	bench.until(lambda: bench.panel.online)
	assert not bench.panel.feedback("recorded")
	[read] = bench.show_card(bytes.fromhex("0416c6c2d73881"), 56)
	assert read.card == "0416C6C2D73881"
	assert bench.panel.online
	assert bench.device.command_queue.empty()


def test_a_reader_with_another_key_stays_offline():
	bench = Bench(LED_AND_BUZZER, secrets.token_bytes(16), secrets.token_bytes(16), require_secure=True)
	refreshed = iter(range(200))
	bench.until(lambda: next(refreshed) == 199)
	assert not bench.panel.online
	assert not bench.panel.secure


def test_what_the_port_raises_comes_out_of_refresh():
	bench = Bench([])
	bench.until(lambda: bench.panel.online)
	bench.port.error = OSError(5, "Input/output error")
	with pytest.raises(OSError, match="Input/output error"):
		bench.until(lambda: False)


def test_every_signal_differs_by_its_beeps():
	assert set(SHOWS) == set(SIGNALS)
	assert len({(show.beeps, show.beep_ms) for show in SHOWS.values()}) == len(SIGNALS)


@pytest.mark.parametrize(("key", "secure"), [(b"short", False), (None, True)])
def test_keys_that_cannot_be(key, secure):
	with pytest.raises(ValueError, match="secure channel key"):
		OsdpPanel(PanelPort(Wire(), Wire()), 0, key, require_secure=secure)

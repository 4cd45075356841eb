"""Which machine this is, and what it says about itself: for telling a cloned card from the original, and for health."""

import hashlib
from pathlib import Path

# A cloned card carries the machine-id along; the board's serial number does not travel with it.
IDENTITY_FILES = (
	Path("/etc/machine-id"),
	Path("/proc/device-tree/serial-number"),
	Path("/sys/class/dmi/id/product_uuid"),
)
TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")
THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
UNDERVOLTAGE_BITS = 0x1 | 0x10000  # now, and at some time since the boot


def fingerprint() -> str:
	"""32 hex characters, the same on this machine for as long as it is this machine."""
	known = "\n".join(text for path in IDENTITY_FILES if (text := _read(path)) is not None)
	return hashlib.sha256(known.encode()).hexdigest()[:32]


def temperature_c() -> float | None:
	"""The processor's temperature, where the machine tells it."""
	text = _read(TEMPERATURE)
	return round(int(text) / 1000, 1) if text and text.lstrip("-").isdigit() else None


def undervoltage() -> bool | None:
	"""Whether the supply was too weak since the boot; None where the machine does not tell."""
	text = _read(THROTTLED)
	try:
		return bool(int(text, 16) & UNDERVOLTAGE_BITS) if text else None
	except ValueError:
		return None


def _read(path: Path) -> str | None:
	try:
		return path.read_text(encoding="ascii", errors="replace").strip("\0 \n")
	except OSError:
		return None

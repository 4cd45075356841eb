"""`vsv-gateway install`: the systemd unit, the udev rules, the drivers to load and a user without a login, on a Pi or any Debian.

The user is stated to systemd-sysusers, which makes it at once, or, in an image that was written with `--root`, at boot.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

USER = "vsv-gateway"
FILES = Path(__file__).parent / "systemd"
UNIT = Path("etc/systemd/system/vsv-gateway.service")
RULES = Path("etc/udev/rules.d/60-vsv-gateway.rules")
SYSUSERS = Path("etc/sysusers.d/vsv-gateway.conf")
MODULES = Path("etc/modules-load.d/vsv-gateway.conf")
CONFIG_DIR = Path("etc/vsv-gateway")
SECRETS = ("badge_key", "mac_key", "broker_password")
PLACEHOLDER = "@EXECUTABLE@"


class InstallError(Exception):
	"""What stands in the way; `detail` says what to do."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


def install(executable: str, root: Path = Path("/")) -> Iterator[str]:
	"""Write the files under `root`; on the running system also make the user and tell systemd. Yields what was done.

	Raises InstallError. Running it again changes nothing that is right already.
	"""
	live = root == Path("/")
	if live and os.geteuid():
		raise InstallError("this writes to /etc: run it with sudo")
	yield from _write(root / UNIT, (FILES / UNIT.name).read_text().replace(PLACEHOLDER, executable))
	yield from _write(root / RULES, (FILES / RULES.name).read_text())
	yield from _write(root / SYSUSERS, (FILES / "sysusers.conf").read_text())
	yield from _write(root / MODULES, (FILES / "modules.conf").read_text())
	directory = root / CONFIG_DIR
	directory.mkdir(parents=True, exist_ok=True)
	for name in SECRETS:
		# systemd hands these to the service as credentials, so that the service's own user cannot read the files
		if not (directory / name).exists():
			(directory / name).touch(mode=0o600)
			yield f"made {directory / name}, still empty"
	if not live:
		return
	yield from _user()
	for command in (("systemctl", "daemon-reload"), ("udevadm", "control", "--reload")):
		yield from _run(*command)
	try:
		yield from _run("systemctl", "restart", "systemd-modules-load")
	except InstallError as error:
		yield f"{error.detail} (no harm where the drivers are part of the kernel, or the reader is plugged in already)"
	yield "now: sudo systemctl enable --now vsv-gateway"


def _write(path: Path, text: str) -> Iterator[str]:
	if path.exists() and path.read_text() == text:
		yield f"{path} is as it should be"
		return
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(text)
	path.chmod(0o644)
	yield f"wrote {path}"


def _user() -> Iterator[str]:
	if subprocess.run(["id", "-u", USER], capture_output=True, check=False).returncode == 0:  # noqa: S603, S607  # fixed words
		yield f"the user {USER} exists"
		return
	yield from _run("systemd-sysusers", f"/{SYSUSERS}")


def _run(*command: str) -> Iterator[str]:
	if shutil.which(command[0]) is None:
		raise InstallError(f"{command[0]} is missing: this needs Debian or Raspberry Pi OS with systemd")
	done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
	if done.returncode:
		raise InstallError(f"{' '.join(command)}: {done.stderr.strip()}")
	yield " ".join(command)

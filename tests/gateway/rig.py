"""A bench for the gateway: its real process, terminals as pseudo-terminals, a real Mosquitto, the app's side of the contract."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import termios
import tty
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.gateway.app_side import GATEWAY, PATIENCE_S, SCHOOL, wait_until
from vsv_app.embedded.broker import find_mosquitto

ROOT = Path(__file__).parents[2]
BADGE_KEY, MAC_KEY = b"b" * 32, b"m" * 32


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return int(probe.getsockname()[1])


def frame(card: int) -> bytes:
	"""A card as an RDM6300 sends it."""
	number = card.to_bytes(5, "big")
	check = 0
	for byte in number:
		check ^= byte
	return b"\x02" + (number + bytes([check])).hex().upper().encode() + b"\x03"


class Broker:
	"""Mosquitto on a free port of the loopback address, with its persistence in `directory`."""

	def __init__(self, directory: Path, *settings: str) -> None:
		self.directory = directory
		self.port = free_port()
		directory.mkdir(parents=True, exist_ok=True)
		(directory / "data").mkdir()
		listener = (f"listener {self.port} 127.0.0.1", *(settings or ("allow_anonymous true",)))
		rest = (
			"user root",
			"persistence true",
			f"persistence_location {directory}/data/",
			"autosave_interval 1",
		)
		(directory / "mosquitto.conf").write_text("\n".join((*rest, *listener)) + "\n")
		self._process: subprocess.Popen[bytes] | None = None

	def start(self) -> None:
		command = [
			find_mosquitto() or "mosquitto",
			"-c",
			str(self.directory / "mosquitto.conf"),
		]
		with (self.directory / "log").open("ab") as log:
			self._process = subprocess.Popen(command, stdout=log, stderr=log)
		wait_until(self._listens, "Mosquitto listens")

	def stop(self, number: int = signal.SIGTERM) -> None:
		if self._process is not None:
			self._process.send_signal(number)
			self._process.wait(10)
			self._process = None

	def forget(self) -> None:
		"""Delete what a stopped broker kept."""
		for file in (self.directory / "data").iterdir():
			file.unlink()

	def log(self) -> str:
		return (self.directory / "log").read_text(errors="replace")

	def _listens(self) -> bool:
		with socket.socket() as probe:
			return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Badges:
	"""A badge terminal as a pseudo-terminal behind a stable name; can be pulled out and put back."""

	def __init__(self, path: Path) -> None:
		self.path = path
		self._ends: tuple[int, int] | None = None
		self.plug()

	def plug(self) -> None:
		master, slave = os.openpty()
		tty.setraw(slave)
		os.set_blocking(master, False)
		self._ends = (master, slave)
		self.path.unlink(missing_ok=True)
		self.path.symlink_to(os.ttyname(slave))

	def pull(self) -> None:
		if self._ends is not None:
			for end in self._ends:
				os.close(end)
			self._ends = None
			self.path.unlink()

	def send(self, data: bytes) -> None:
		assert self._ends is not None
		os.write(self._ends[0], data)

	def tap(self, card: int) -> None:
		"""A card as this reader sends it while the card is held: more than once."""
		self.send(frame(card) * 2)

	@property
	def far_end(self) -> int:
		"""The gateway's end of the line, where what is not read waits."""
		assert self._ends is not None
		return self._ends[1]

	def replies(self) -> bytes:
		"""What the gateway sent to the reader since the last question."""
		assert self._ends is not None
		try:
			return os.read(self._ends[0], 65536)
		except BlockingIOError:
			return b""

	def flush(self) -> None:
		"""Throw away what the gateway did not read."""
		assert self._ends is not None
		termios.tcflush(self._ends[1], termios.TCIFLUSH)


class Rig:
	"""A gateway on a bench. `configure` writes its file; `start` runs the very command that systemd would run."""

	def __init__(self, directory: Path, broker_port: int) -> None:
		self.directory = directory
		self.broker_port = broker_port
		self.config = directory / "gateway.toml"
		self.data_dir = directory / "data"
		self.output = directory / "output"
		self.feedback_log = directory / "feedback.jsonl"
		self.terminals: dict[str, Badges] = {}
		self.process: subprocess.Popen[bytes] | None = None
		for name, key in (("badge_key", BADGE_KEY), ("mac_key", MAC_KEY)):
			(directory / name).write_text(key.hex())
			(directory / name).chmod(0o600)

	def terminal(self, name: str) -> Badges:
		self.terminals[name] = Badges(self.directory / f"tty-{name}")
		return self.terminals[name]

	def configure(
		self, *extra: str, broker: Iterable[str] = ("insecure = true",), terminal: Iterable[str] = ()
	) -> None:
		lines = [
			"[gateway]",
			f'name = "{GATEWAY}"',
			f'school = "{SCHOOL}"',
			f'data_dir = "{self.data_dir}"',
			"[broker]",
			'host = "127.0.0.1"',
			f"port = {self.broker_port}",
			*broker,
			"[secrets]",
			f'badge_key_file = "{self.directory / "badge_key"}"',
			f'mac_key_file = "{self.directory / "mac_key"}"',
			*(extra or ('[clock]\ntrust = "always"',)),
		]
		for name, badges in self.terminals.items():
			lines += ["[[terminal]]", f'name = "{name}"', f'port = "{badges.path}"', 'protocol = "rdm6300"']
			lines += ['direction = "in"', *terminal]
		self.config.write_text("\n".join(lines) + "\n")

	def command(self, *arguments: str) -> list[str]:
		return [sys.executable, "-m", "gateway", *arguments]

	def ask(self, *arguments: str, given: str | None = None) -> "subprocess.CompletedProcess[str]":
		"""Run another command of the gateway on this configuration."""
		return subprocess.run(
			self.command(*arguments, "--config", str(self.config)),
			cwd=ROOT,
			capture_output=True,
			text=True,
			timeout=PATIENCE_S,
			check=False,
			input=given,
		)

	def start(self, *arguments: str, wait: bool = True, environment: dict[str, str] | None = None) -> None:
		run = ("run", "--config", str(self.config), "--feedback-log", str(self.feedback_log), *arguments)
		already = self.output.read_text().count(" runs with ") if self.output.exists() else 0
		with self.output.open("ab") as output:
			self.process = subprocess.Popen(
				self.command(*run),
				cwd=ROOT,
				stdout=output,
				stderr=output,
				env={**os.environ, **(environment or {})},
			)
		if wait:
			wait_until(lambda: self.output.read_text().count(" runs with ") > already, "the gateway runs")

	def signal(self, number: int) -> None:
		assert self.process is not None
		self.process.send_signal(number)

	def kill(self) -> None:
		if self.process is not None:
			self.process.kill()
			self.process.wait(10)
			self.process = None

	def stop(self) -> int:
		assert self.process is not None
		self.process.terminate()
		status = self.process.wait(30)
		self.process = None
		return status

	def close(self) -> None:
		self.kill()
		for badges in self.terminals.values():
			badges.pull()

	def signals(self) -> list[dict[str, Any]]:
		"""What learners were told, in order."""
		if not self.feedback_log.exists():
			return []
		return [json.loads(line) for line in self.feedback_log.read_text().splitlines()]

	def stored(self) -> set[tuple[str, int]]:
		"""The check-ins that learners were told are stored."""
		return {(each["epoch"], each["seq"]) for each in self.signals() if "seq" in each}

	def tap_and_wait(self, card: int, terminal: str = "door") -> dict[str, Any]:
		"""A tap, and what the learner was told."""
		before = len(self.signals())
		self.terminals[terminal].tap(card)
		wait_until(lambda: len(self.signals()) > before, f"an answer to card {card}")
		return self.signals()[before]

	def wait_connected(self) -> None:
		"""Until the broker knows what the gateway listens to: what is published earlier reaches nobody."""
		wait_until(lambda: "connected to broker" in self.output.read_text(), "a connection to the broker")

	def rows(self) -> list[tuple[str, int]]:
		"""epoch and seq of what the store holds."""
		with closing(sqlite3.connect(f"file:{self.data_dir / 'outbox.db'}?mode=ro", uri=True)) as connection:
			rows = connection.execute(
				"SELECT e.epoch, c.seq FROM check_in c JOIN epoch e ON e.no = c.epoch_no ORDER BY e.no, c.seq"
			).fetchall()
		return rows

"""A real Mosquitto on a free port of this machine, with the very files that `vsv-broker-config` writes."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe

from vsv_app.engine.gateways.broker_files import BINDS_NAMES, listener_account, orders_account
from vsv_app.services.school import SETTINGS
from vsv_app.site.gateways import broker_files
from vsv_app.stores.frappe_store import FrappeStore

PATIENCE_S = 30
PAUSE_S = 0.05


class Broker:
	"""A running Mosquitto whose files are in `folder`."""

	def __init__(self, folder: str, port: int) -> None:
		self.port = port
		self._folder = folder
		self._start()

	def restart(self) -> None:
		"""Stop it, and start it anew with what it had written to its disk."""
		self.stop()
		self._start()

	def stop(self) -> None:
		self._process.terminate()
		self._process.wait(PATIENCE_S)

	def _start(self) -> None:
		with Path(self._folder, "log").open("a") as log:
			command = [_program(), "-c", f"{self._folder}/vsv.conf"]
			self._process = subprocess.Popen(command, stdout=log, stderr=log)
		wait_for(lambda: _answers(self.port), "the broker to answer")


@contextmanager
def mosquitto(*, of_before: bool = False) -> Iterator[Broker]:
	"""Point the settings at a broker of their own, without TLS, and run it. Commits.

	`of_before`: its files know the listener by its school alone, and bind no names.
	"""
	port = _free_port()
	known = {
		field: frappe.db.get_single_value(SETTINGS, field) for field in ("mqtt_host", "mqtt_port", "mqtt_tls")
	}
	FrappeStore(commits=True).set_single(
		SETTINGS, {"mqtt_host": "127.0.0.1", "mqtt_port": port, "mqtt_tls": 0}
	)
	with tempfile.TemporaryDirectory() as folder:
		for name, text in (_files_of_before(folder) if of_before else _files(folder)).items():
			(Path(folder) / name).write_text(_as_us(text, folder) if name == "vsv.conf" else text)
			(Path(folder) / name).chmod(0o600)
		broker = Broker(folder, port)
		try:
			yield broker
		finally:
			broker.stop()
			FrappeStore(commits=True).set_single(SETTINGS, known)


@contextmanager
def listening(**environment: str) -> Iterator["subprocess.Popen[bytes]"]:
	"""`bench vsv-listen` as a process, connected when it is handed over; `environment` is added to ours."""
	program = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", frappe.local.site]
	with tempfile.NamedTemporaryFile() as log:
		process = subprocess.Popen(
			[*program, "vsv-listen"],
			cwd=frappe.local.sites_path,
			stdout=log,
			stderr=log,
			env=os.environ | environment,
		)
		try:
			wait_for(lambda: b"connected to broker" in Path(log.name).read_bytes(), "the listener to connect")
			yield process
		except TimeoutError as late:
			raise TimeoutError(f"{late}\n{Path(log.name).read_text()[-3000:]}") from late
		finally:
			process.terminate()
			process.wait(PATIENCE_S)


def wait_for(happens: Callable[[], object], what: str) -> None:
	"""Return once `happens()` is true; raises TimeoutError after PATIENCE_S."""
	deadline = time.monotonic() + PATIENCE_S
	while not happens():
		if time.monotonic() > deadline:
			raise TimeoutError(f"waited {PATIENCE_S} s for {what}")
		time.sleep(PAUSE_S)


def _files(folder: str) -> dict[str, str]:
	return broker_files.contents(
		[broker_files.load(FrappeStore(), frappe.local.site)], files=folder, certificates=""
	)


def _files_of_before(folder: str) -> dict[str, str]:
	texts = _files(folder)
	school = FrappeStore().single(SETTINGS)["school_code"]
	for name in texts:
		texts[name] = texts[name].replace(listener_account(school), school).replace(BINDS_NAMES, "")
		texts[name] = texts[name].replace(orders_account(school), "nobody")
	return texts


def _as_us(configuration: str, folder: str) -> str:
	return f"{configuration}persistence_location {folder}/\nuser {pwd.getpwuid(os.getuid()).pw_name}\n"


def _program() -> str:
	found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
	if not found:
		raise FileNotFoundError("these tests run a real broker: apt install mosquitto")
	return found


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
	with socket.socket() as probe:
		return probe.connect_ex(("127.0.0.1", port)) == 0

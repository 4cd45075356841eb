"""Frappe's own server and its realtime service on one free port, as nginx puts them together on a production bench."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

START_WITHIN_S, POLL_S, STOP_WITHIN_S = 60.0, 0.1, 10.0
CHUNK = 65536
REALTIME = b"/socket.io/"


class NotStarted(RuntimeError):
	"""The server ended or never answered; says where its log is."""


@contextmanager
def running(bench: Path, site: str, logs: Path) -> Iterator[str]:
	"""The address under which the site answers on this machine. Raises NotStarted."""
	logs.mkdir(parents=True, exist_ok=True)
	pages, events = free_port(), free_port()
	frappe = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site]
	with process(
		[*frappe, "serve", "--port", str(pages), "--noreload"], bench / "sites", logs / "serve.log", pages
	):
		if not realtime_missing(bench):
			node = ["node", str(bench / "apps" / "frappe" / "socketio.js")]
			env = {"FRAPPE_SOCKETIO_PORT": str(events), "FRAPPE_SITE": site, "FRAPPE_BENCH_ROOT": str(bench)}
			with process(node, bench, logs / "realtime.log", events, **env), _front(pages, events) as port:
				yield f"http://127.0.0.1:{port}"
			return
		with _front(pages, pages) as port:
			yield f"http://127.0.0.1:{port}"


def realtime_missing(bench: Path) -> str:
	"""Why the realtime service cannot run on this bench; empty where it can."""
	if not shutil.which("node"):
		return "Node is not installed, so nothing arrives by itself in Desk"
	if not (bench / "apps/frappe/node_modules/socket.io").is_dir():
		return "the bench has no node modules (bench setup requirements --node), so nothing arrives by itself in Desk"
	return ""


def assets_missing(bench: Path) -> str:
	"""Why Desk cannot be shown on this bench; empty where it can."""
	known = bench / "sites/assets/assets.json"
	found = (
		re.search(r'"desk\.bundle\.js": "/assets/([^"]+)"', known.read_text()) if known.is_file() else None
	)
	if found and (bench / "sites/assets" / found[1]).is_file():
		return ""
	return "the bench has no built assets (bench build), so Desk cannot be shown"


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
	with socket.socket() as probe:
		return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def process(
	command: list[str], folder: Path, log: Path, port: int, **env: str
) -> Iterator[subprocess.Popen[bytes]]:
	"""Runs until the block ends; entered once `port` answers."""
	with log.open("ab") as output:
		child = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env={**os.environ, **env})
	try:
		deadline = time.monotonic() + START_WITHIN_S
		while not _answers(port):
			if child.poll() is not None or time.monotonic() > deadline:
				raise NotStarted(f"{' '.join(command)} did not start; see {log}")
			time.sleep(POLL_S)
		yield child
	finally:
		child.terminate()
		try:
			child.wait(STOP_WITHIN_S)
		except subprocess.TimeoutExpired:
			child.kill()
			child.wait()


@contextmanager
def _front(pages: int, events: int) -> Iterator[int]:
	"""One port for both; a connection carries one exchange, so each request finds its own server."""
	ready = threading.Event()
	ports: list[int] = []
	stops: list[Callable[[], object]] = []

	async def serve() -> None:
		server = await asyncio.start_server(lambda r, w: _exchange(r, w, pages, events), "127.0.0.1", 0)
		ports.append(server.sockets[0].getsockname()[1])
		stop, loop = asyncio.Event(), asyncio.get_running_loop()
		stops.append(lambda: loop.call_soon_threadsafe(stop.set))
		ready.set()
		await stop.wait()
		server.close()

	thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
	thread.start()
	ready.wait()
	try:
		yield ports[0]
	finally:
		stops[0]()
		thread.join()


async def _exchange(
	reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: int, events: int
) -> None:
	opened = [writer]
	try:
		head = await reader.readuntil(b"\r\n\r\n")
		target = head.split(b" ", 2)[1]
		if b"\r\nupgrade: websocket" not in head.lower():
			head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"\r\nConnection: close", head)
		if target.startswith(REALTIME):
			head = _with_origin(head)
		behind, before = await asyncio.open_connection(
			"127.0.0.1", events if target.startswith(REALTIME) else pages
		)
		opened.append(before)
		before.write(head)
		forth = asyncio.ensure_future(_pipe(reader, before))
		await _pipe(behind, writer)
		forth.cancel()
	except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
		pass  # the browser went away
	finally:
		for end in opened:
			end.close()


def _with_origin(head: bytes) -> bytes:
	"""As the nginx of a bench states it: a browser leaves it out where pages and events share an address."""
	host = re.search(rb"(?i)\r\nhost: ([^\r]*)", head)
	head = re.sub(rb"(?i)\r\norigin: [^\r]*", b"", head)
	return head.replace(b"\r\n", b"\r\nOrigin: http://%b\r\n" % (host[1] if host else b""), 1)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
	with suppress(ConnectionError):
		while data := await reader.read(CHUNK):
			writer.write(data)
			await writer.drain()

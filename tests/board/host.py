"""A page that hosts the mentor board and the three answers of a server behind it, on a free loopback port.

The page has the strictest content security policy that the board promises to live with: no inline script or
style, and Trusted Types, under which any write of text as HTML throws.
"""

import json
import queue
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request

import vsv_app
from vsv_app.hooks import page_js

APP = Path(vsv_app.__file__).parent
BOARD = {f"/{path}": APP / path for path in page_js["mentor-board"]}
"""The files of the board by the path under which this page loads them, in order."""
ACT = "/api/board/act"
TOKEN = "token-of-this-page"
PATIENCE_S = 30.0
"""The machine may have other work."""
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Board</title>
{scripts}<script src="/host.js" defer></script></head>
<body><main><h1>School</h1><mentor-board lang="{lang}" {theme}></mentor-board></main></body>
</html>"""
SCRIPT = f"""document.querySelector("mentor-board").api = MentorBoard.httpApi("", {{ token: "{TOKEN}" }});"""


class Host:
	"""The server's side as a test sets it: `overview(lang)` answers; `refusals` are given to the next actions."""

	def __init__(self, overview: Callable[[str], dict[str, Any]]) -> None:
		self.overview = overview
		self.timeline: Callable[[str, str], list[dict[str, Any]]] = lambda _student, _lang: []
		self.help: dict[str, Any] = {"text": ""}
		"""What a learner wrote who asks for help."""
		self.answers: dict[str, dict[str, Any]] = {}
		"""What the server adds to its answer, by action."""
		self.refusals: list[tuple[int, dict[str, Any]]] = []
		self.overview_status = HTTPStatus.OK
		self.hold = threading.Event()
		"""Actions and overviews wait until it is set."""
		self.hold.set()
		self.changes: queue.Queue[str | None] = queue.Queue()
		self._pages: list[Page] = []
		self._sent = 0
		self._acted: list[dict[str, Any]] = []
		self._arrived = threading.Condition()
		self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
		self._server.daemon_threads = True
		self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
		self._thread.start()

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self._server.server_port}"

	def watch(self, page: Page) -> None:
		"""Counts what the page sends, so that `acted` knows what is still under way."""
		self._pages.append(page)
		page.on("request", self._note)

	def acted(self) -> list[dict[str, Any]]:
		"""All actions that the pages have sent by now: the board shows them before they arrive, so they are waited for."""
		for page in self._pages:
			# Its answer comes behind the news of every request that the page made before.
			page.evaluate("fetch('/host.js').then((answer) => answer.text())")
		with self._arrived:
			assert self._arrived.wait_for(lambda: len(self._acted) == self._sent, PATIENCE_S), (
				f"{self._sent} actions were sent, and {len(self._acted)} arrived"
			)
			return list(self._acted)

	def _note(self, request: Request) -> None:
		if request.method == "POST" and request.url == self.url + ACT:
			self._sent += 1

	def _take(self, action: dict[str, Any]) -> None:
		with self._arrived:
			self._acted.append(action)
			self._arrived.notify_all()

	def close(self) -> None:
		self.hold.set()
		self.changes.put(None)
		self._server.shutdown()
		self._server.server_close()
		self._thread.join()


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
	class Handler(BaseHTTPRequestHandler):
		def do_GET(self) -> None:
			split = urlsplit(self.path)
			query = {name: values[0] for name, values in parse_qs(split.query).items()}
			if split.path == "/":
				theme = f'theme="{query["theme"]}"' if "theme" in query else ""
				scripts = "".join(f'<script src="{path}" defer></script>' for path in BOARD)
				page = PAGE.format(lang=query.get("lang", "en"), theme=theme, scripts=scripts)
				self._send("text/html", page.encode())
			elif split.path in BOARD:
				self._send("text/javascript", BOARD[split.path].read_bytes())
			elif split.path == "/host.js":
				self._send("text/javascript", SCRIPT.encode())
			elif split.path == "/api/board":
				host.hold.wait()
				self._json(host.overview_status, host.overview(query["lang"]))
			elif split.path == "/api/board/timeline":
				host.hold.wait()
				self._json(host.overview_status, host.timeline(query["student"], query["lang"]))
			elif split.path == "/api/board/help":
				self._json(host.overview_status, host.help)
			elif split.path == "/api/board/events":
				self._events()
			else:
				self._send("image/x-icon", b"", HTTPStatus.NOT_FOUND)

		def do_POST(self) -> None:
			action = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
			host.hold.wait()
			if self.path != ACT or self.headers["X-VSV-Token"] != TOKEN:
				self._json(HTTPStatus.FORBIDDEN, {"message": "The token is missing."})
				return
			host._take(action)
			if host.refusals:
				status, body = host.refusals.pop(0)
				self._json(status, body)
				return
			status_after = {
				"acknowledge": "Acknowledged",
				"take_back": "Acknowledged",
				"dismiss": "Dismissed",
				"start_plan": "In Plan",
			}
			done = {"signal": action.get("signal"), "status": status_after.get(action["action"])}
			self._json(HTTPStatus.OK, done | host.answers.get(action["action"], {}))

		def log_message(self, *_arguments: object) -> None:
			"""Quiet: a test says what went wrong."""

		def _events(self) -> None:
			self._head("text/event-stream", HTTPStatus.OK)
			while (change := host.changes.get()) is not None:
				self.wfile.write(f"event: vsv_signal\ndata: {change}\n\n".encode())
				self.wfile.flush()

		def _json(self, status: int, body: dict[str, Any]) -> None:
			self._send("application/json", json.dumps(body).encode(), status)

		def _send(self, kind: str, body: bytes, status: int = HTTPStatus.OK) -> None:
			self._head(kind, status)
			self.wfile.write(body)

		def _head(self, kind: str, status: int) -> None:
			self.send_response(status)
			self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
			self.send_header("Content-Security-Policy", POLICY)
			self.end_headers()

	return Handler

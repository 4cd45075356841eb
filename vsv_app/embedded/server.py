"""`make board`: the mentor board of a school in one SQLite file, on 127.0.0.1 alone.

Whoever has the printed address is the mentor that it names: the token in it stands in for a login, which a site has.
"""

import argparse
import hmac
import json
import re
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from html import escape
from http.cookies import SimpleCookie
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs, unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from vsv_app.embedded import asked, records, report
from vsv_app.embedded.demo import DATABASE
from vsv_app.embedded.words import speaker
from vsv_app.engine.sentences import filled, template
from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.engine.signals.signal_lifecycle import IllegalTransition
from vsv_app.hooks import page_js
from vsv_app.services import school as schools
from vsv_app.services.care import mentor_board
from vsv_app.stores.sqlite_store import SqliteStore

PUBLIC = Path(__file__).parent.parent / "public"
PAGE = Path(__file__).parent / "board.html"
SCRIPTS = [path.removeprefix("public/") for path in page_js["mentor-board"]]
"""The board, in the order in which its files use one another."""
WORDS = ("Mentor Board", "A made-up school. Nobody in it exists.", "Mentor", "Language")
"""What the page says round the board."""
MENTOR_OF = re.compile(r"\bMentor of (\w+)")
LANGUAGE_COOKIE = "vsv-board-language"
LONGEST_BODY = 64 * 1024
LOOK_EVERY_S = 1.0
TYPES = {".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
HEADERS = [
	("Cache-Control", "no-store"),
	("X-Content-Type-Options", "nosniff"),
	("Referrer-Policy", "no-referrer"),
	(
		"Content-Security-Policy",
		"default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
	),
]

Respond = Callable[[str, list[tuple[str, str]]], Any]
Answer = tuple[str, str, bytes | Iterator[bytes]]


class BoardServer:
	"""The WSGI application. `now` gives the school's own naive time, which may be that of the demo's morning."""

	def __init__(self, database: Path, token: str, now: Callable[[], datetime]) -> None:
		self.database = database
		self.token = token
		self.now = now

	def __call__(self, environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
		say = speaker(environ.get("HTTP_ACCEPT_LANGUAGE") or "en")
		try:
			status, kind, body = self._answer(environ)
		except mentor_board.NotYours as error:
			status, kind, body = _json({"message": say(str(error))}, "403 Forbidden")
		except IllegalTransition as illegal:
			sentence = say("A signal that is {0} cannot become {1}. Somebody may just have acted on it.")
			message = sentence.format(say(illegal.before), say(illegal.after))
			status, kind, body = _json({"message": message}, "400 Bad Request")
		except ValueError as error:
			status, kind, body = _json(
				{"message": filled(template(error.args[0]), say) if error.args else ""}, "400 Bad Request"
			)
		length = [("Content-Length", str(len(body)))] if isinstance(body, bytes) else []
		respond(status, [("Content-Type", kind), *length, *HEADERS])
		return [body] if isinstance(body, bytes) else body

	def _answer(self, environ: dict[str, Any]) -> Answer:
		"""Static files, else `/board/{token}/{mentor}/...`."""
		parts = [unquote(part) for part in environ.get("PATH_INFO", "/").split("/")[1:]]
		if parts[0] == "static":
			return _static("/".join(parts[1:]))
		if (
			parts[0] != "board"
			or len(parts) < 2
			or not hmac.compare_digest(parts[1].encode(), self.token.encode())
		):
			return _text(
				"403 Forbidden", "Open the address that `make board` printed: it holds the key to this board."
			)
		return self._of_mentor(environ, parts[2] if len(parts) > 2 else "", "/".join(parts[3:]))

	def _of_mentor(self, environ: dict[str, Any], mentor: str, rest: str) -> Answer:
		language = _asked(environ, "lang") or _remembered(environ)
		answers: dict[tuple[str, str], Callable[[], Answer]] = {
			("GET", ""): lambda: self._page(mentor, language),
			("GET", "api/board"): lambda: self._overview(mentor, language),
			("POST", "api/board/act"): lambda: self._act(mentor, environ),
			("GET", "api/board/timeline"): lambda: self._timeline(mentor, language, environ),
			("GET", "api/board/help"): lambda: self._help(mentor, language, environ),
			("GET", "api/board/events"): lambda: ("200 OK", "text/event-stream", self._changes()),
		}
		answer = answers.get((environ["REQUEST_METHOD"], rest))
		return answer() if answer else _text("404 Not Found", "There is nothing here.")

	def _page(self, mentor: str, language: str) -> Answer:
		text = PAGE.read_text(encoding="utf-8")
		with self._store() as store:
			mentors = report.mentors_at_work(store, self.now().date())
		say = speaker(language)
		chosen = mentor if mentor in mentors else next(iter(mentors), "")
		options = "".join(
			f"<option value='{escape(user)}'{' selected' if user == chosen else ''}>{escape(_called(name, say))} ({number})</option>"
			for user, (name, number) in mentors.items()
		)
		for name, value in (
			*((f"say {text}", escape(say(text))) for text in WORDS),
			("lang", "nl" if language.startswith("nl") else "en"),
			("token", escape(self.token)),
			("mentor", escape(chosen)),
			("mentors", options),
			("scripts", "\n".join(f"<script src='/static/{script}'></script>" for script in SCRIPTS)),
		):
			text = text.replace(f"{{{{{name}}}}}", value)
		return "200 OK", "text/html; charset=utf-8", text.encode()

	def _overview(self, mentor: str, language: str) -> Answer:
		with self._store() as store:
			school, now = schools.load(store), self.now()
			say = speaker(language)
			return _json(_spoken(mentor_board.overview(store, school, mentor, now, language, say), say))

	def _timeline(self, mentor: str, language: str, environ: dict[str, Any]) -> Answer:
		with self._store() as store:
			student, today = _asked(environ, "student"), self.now().date()
			say = speaker(language)
			return _json(_spoken(mentor_board.timeline_of(store, mentor, student, today, language, say), say))

	def _help(self, mentor: str, language: str, environ: dict[str, Any]) -> Answer:
		with self._store() as store:
			concern = _asked(environ, "concern")
			read = mentor_board.call_for_help(store, mentor, concern, self.now(), language)
			return _json(_spoken(read, speaker(language)))

	def _act(self, mentor: str, environ: dict[str, Any]) -> Answer:
		length = int(environ.get("CONTENT_LENGTH") or 0)
		if length > LONGEST_BODY:
			raise ValueError("That is more than the board ever sends.")
		action = json.loads(environ["wsgi.input"].read(length) or b"{}")
		if not isinstance(action, dict):
			raise ValueError("The board expects an action.")
		language = environ.get("HTTP_ACCEPT_LANGUAGE") or "en"
		with self._store(mentor) as store:
			return _json(mentor_board.act(store, mentor, action, self.now(), language, speaker(language)))

	def _changes(self) -> Iterator[bytes]:
		"""An event whenever a signal has changed, until the browser goes away; a comment now and then shows that it has."""
		seen = None
		while True:
			with self._store() as store:
				newest = report.newest_signal(store)
			if seen is not None and newest != seen:
				yield b"event: vsv_signal\ndata: {}\n\n"
			else:
				yield b": still here\n\n"
			seen = newest
			time.sleep(LOOK_EVERY_S)

	def _store(self, acting_user: str = "Administrator") -> "_Open":
		return _Open(self.database, acting_user)


class _Open:
	"""A store for one request."""

	def __init__(self, database: Path, acting_user: str) -> None:
		self.store = SqliteStore(database, acting_user=acting_user)

	def __enter__(self) -> SqliteStore:
		return self.store

	def __exit__(self, *_error: object) -> None:
		self.store.close()


class _Server(ThreadingMixIn, WSGIServer):
	daemon_threads = True


class _Quiet(WSGIRequestHandler):
	"""No request lines: an address holds the token."""

	def log_message(self, format: str, *args: Any) -> None:
		return


def serve(database: Path, port: int) -> Iterator[str]:
	"""Yield the address once it is served, then serve until interrupted."""
	token = secrets.token_urlsafe(16)
	moment = last_moment(database)
	application = BoardServer(database, token, lambda: moment)
	with make_server("127.0.0.1", port, application, server_class=_Server, handler_class=_Quiet) as server:
		yield f"http://127.0.0.1:{server.server_port}/board/{token}/"
		server.serve_forever()


def last_moment(database: Path) -> datetime:
	"""The last moment that the school's records know: the demo's morning goes on from there."""
	with _Open(database, "Administrator") as store:
		return report.last_moment(store)


def main() -> None:
	options = _options()
	if not options.database.exists():
		sys.exit(f"There is no school in {options.database} yet: run `make demo` first.")
	try:
		for address in serve(options.database, options.port):
			sys.stdout.write(f"The mentor board of {records.SCHOOL_CODE}: {address}\nStop it with Ctrl-C.\n")
			sys.stdout.flush()
	except sqlite3.Error as error:
		sys.exit(f"{options.database} cannot be used ({error}): it is for whoever ran `make demo`.")
	except (OSError, OverflowError) as error:
		sys.exit(f"Port {options.port} cannot be used ({error}): make board PORT=...")
	except KeyboardInterrupt:
		sys.stdout.write("\n")


def _remembered(environ: dict[str, Any]) -> str:
	"""The language that was chosen on the page before, or else the browser's own first one."""
	kept = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(LANGUAGE_COOKIE)
	return kept.value if kept else (environ.get("HTTP_ACCEPT_LANGUAGE") or "en")


def _spoken(value: Any, say: Say) -> Any:
	"""What the made-up people wrote, in the reader's language; at a school it stays as it was written."""
	if isinstance(value, dict):
		return {name: _spoken(one, say) for name, one in value.items()}
	if isinstance(value, list):
		return [_spoken(one, say) for one in value]
	if isinstance(value, str) and any(text in value for text in asked.TEXTS):
		for text in asked.TEXTS:
			value = value.replace(text, say(text))
	return _called(value, say) if isinstance(value, str) else value


def _called(name: str, say: Say) -> str:
	"""The made-up mentors are called after their groups."""
	return MENTOR_OF.sub(lambda found: say("Mentor of {0}").format(found[1]), name)


def _asked(environ: dict[str, Any], name: str) -> str:
	"""A value of the address's query."""
	return next(iter(parse_qs(environ.get("QUERY_STRING", "")).get(name, [])), "")


def _static(name: str) -> Answer:
	path = (PUBLIC / name).resolve()
	if not path.is_relative_to(PUBLIC) or path.suffix not in TYPES or not path.is_file():
		return _text("404 Not Found", "There is no such file.")
	return "200 OK", TYPES[path.suffix], path.read_bytes()


def _json(value: Any, status: str = "200 OK") -> Answer:
	return status, "application/json; charset=utf-8", json.dumps(value, ensure_ascii=False).encode()


def _text(status: str, text: str) -> Answer:
	return status, "text/plain; charset=utf-8", f"{text}\n".encode()


def _options() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description="The mentor board of a school in one SQLite file.")
	parser.add_argument(
		"--database", type=Path, default=Path("build/demo") / DATABASE, help="the file that `make demo` wrote"
	)
	parser.add_argument("--port", type=int, default=8321, help="of 127.0.0.1; 0 takes a free one")
	return parser.parse_args()


if __name__ == "__main__":
	main()

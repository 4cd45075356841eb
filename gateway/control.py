"""Asking the running gateway: a Unix socket in its data directory that only its own user can open.

One question a connection, as a line of JSON; the answer is lines of JSON until the gateway closes.
"""

import json
import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger("vsv_gateway.control")

FILE_NAME = "control.sock"
QUESTION_LIMIT = 4096
PATIENCE_S = 10.0
MAX_ENROL_S = 600
RESTART = "sudo systemctl restart vsv-gateway"

Answers = Iterator[dict[str, Any]]


class NotRunning(Exception):
	"""No gateway answers on the socket."""


class NotAnswering(NotRunning):
	"""A gateway is there, and stays silent: it hangs, or was halted."""


class ControlServer:
	"""Answers from `answer`, which is given the question and yields its answers; a thread each question."""

	def __init__(self, directory: Path, answer: Callable[[dict[str, Any]], Answers]) -> None:
		self._path, self._answer = directory / FILE_NAME, answer
		with suppress(FileNotFoundError):
			self._path.unlink()
		self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
		self._socket.bind(str(self._path))
		self._path.chmod(0o600)
		self._socket.listen(4)
		threading.Thread(target=self._serve, name="control", daemon=True).start()

	def close(self) -> None:
		with suppress(OSError):
			self._socket.shutdown(socket.SHUT_RDWR)
		self._socket.close()
		with suppress(FileNotFoundError):
			self._path.unlink()

	def _serve(self) -> None:
		while True:
			try:
				connection, _ = self._socket.accept()
			except OSError:
				return
			threading.Thread(target=self._talk, args=(connection,), name="control-talk", daemon=True).start()

	def _talk(self, connection: socket.socket) -> None:
		connection.settimeout(PATIENCE_S)
		try:
			with connection, connection.makefile("rw", encoding="utf-8") as file:
				question = json.loads(file.readline(QUESTION_LIMIT))
				for answer in self._answer(question):
					file.write(json.dumps(answer) + "\n")
					file.flush()
		except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
			log.info("a question on the control socket was not answered: %s", type(error).__name__)


def ask(directory: Path, question: dict[str, Any], *, patience_s: float = PATIENCE_S) -> Answers:
	"""Put a question to the gateway that works in `directory`; at least one answer, or raises NotRunning."""
	answered = False
	with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
		connection.settimeout(patience_s)
		try:
			connection.connect(str(directory / FILE_NAME))
		except OSError as error:
			hint = "; sudo?" if isinstance(error, PermissionError) else ""
			raise NotRunning(f"no gateway answers in {directory}: {error.strerror}{hint}") from None
		try:
			with connection.makefile("rw", encoding="utf-8") as file:
				file.write(json.dumps(question) + "\n")
				file.flush()
				for line in file:
					yield json.loads(line)
					answered = True
		except OSError as error:
			raise NotAnswering(f"the gateway in {directory} does not answer: {error}; {RESTART}") from None
	if not answered:
		raise NotAnswering(f"the gateway in {directory} has no answer; its log says why; {RESTART}")


class Watched:
	"""Badges read in enrolment mode, for the person who asked on the machine itself."""

	def __init__(self) -> None:
		self._waiting: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

	def note(self, terminal: str, badge: str) -> None:
		self._waiting.put((terminal, badge))

	def until(self, seconds: float) -> Iterator[tuple[str, str]]:
		"""What comes in, one by one; ends after `seconds` without a badge."""
		with suppress(queue.Empty):
			while True:
				yield self._waiting.get(timeout=seconds)

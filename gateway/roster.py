"""Which badges the school knows: fetched over HTTPS, kept on disk, asked at the door.

Without a roster every read is accepted and stored; a badge that the roster does not know is stored all the same.
"""

import hashlib
import hmac
import json
import logging
import os
import re
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from gateway import __version__
from gateway.link import tls_context

log = logging.getLogger("vsv_gateway.roster")

FILE_NAME = "roster.json"
PATH = "/api/method/vsv_app.api.gateway.roster"
PATIENCE_S = 20.0
MAX_BYTES = 16 * 1024 * 1024
CLOCK_TOLERANCE_S = 120
STANDINGS = frozenset({"active", "blocked"})
_DIGEST = re.compile(r"[0-9a-f]{32}")


class RosterError(Exception):
	"""The roster could not be fetched; `detail` says why and what to do."""

	def __init__(self, detail: str) -> None:
		super().__init__(detail)
		self.detail = detail


class RosterUnreachable(RosterError):
	"""Nobody there, or not who it should be."""


class Roster:
	"""Badge digests and their standing, as last heard of. Safe to read from any thread."""

	def __init__(self, directory: Path) -> None:
		self._path = directory / FILE_NAME
		self._badges: Mapping[str, str] | None = None
		self.etag: str | None = None
		self._load()

	@property
	def size(self) -> int | None:
		"""How many badges are known; None without a roster."""
		return None if self._badges is None else len(self._badges)

	def standing(self, badge: str) -> str | None:
		"""active, blocked, unknown; None without a roster."""
		return None if self._badges is None else self._badges.get(badge, "unknown")

	def replace(self, badges: Mapping[str, str], etag: str | None) -> None:
		"""Take a fetched roster into use and keep it for the next start."""
		self._badges, self.etag = MappingProxyType(dict(badges)), etag
		draft = self._path.with_suffix(".new")
		file = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
		with os.fdopen(file, "w", encoding="utf-8") as out:
			json.dump({"etag": etag, "badges": dict(badges)}, out)
			out.flush()
			os.fsync(file)
		draft.replace(self._path)

	def _load(self) -> None:
		try:
			kept = json.loads(self._path.read_text(encoding="utf-8"))
			self._badges, self.etag = MappingProxyType(checked_badges(kept)), kept.get("etag")
		except FileNotFoundError:
			return
		except (OSError, ValueError, RosterError):
			log.warning(
				"the kept roster cannot be read and is fetched anew; until then every badge is accepted"
			)


def checked_badges(body: object) -> dict[str, str]:
	"""The badges in a roster document; raises RosterError."""
	badges = body.get("badges") if isinstance(body, dict) else None
	if not isinstance(badges, dict):
		raise RosterError("the server's answer is no roster")
	for badge, standing in badges.items():
		if not _DIGEST.fullmatch(badge) or standing not in STANDINGS:
			raise RosterError("the server's roster has an entry that is not understood")
	return badges


def signature(gateway: str, unix_time: int, mac_key: bytes) -> str:
	"""The header that proves to the server which gateway asks."""
	text = f"GET\n{PATH}\n{gateway}\n{unix_time}"
	return f"{gateway}:{unix_time}:{hmac.new(mac_key, text.encode(), hashlib.sha256).hexdigest()}"


def refresh(
	roster: Roster,
	*,
	server: str,
	gateway: str,
	mac_key: bytes,
	ca_file: str = "",
	unix_time: Callable[[], float] = time.time,
) -> bool:
	"""Fetch the roster if it changed; whether it did. Raises RosterError."""
	headers = {
		"X-VSV-Signature": signature(gateway, int(unix_time()), mac_key),
		"User-Agent": f"vsv-gateway/{__version__}",
	}
	if roster.etag and roster.size is not None:
		headers["If-None-Match"] = roster.etag
	url = f"{server.rstrip('/')}{PATH}?{urlencode({'gateway': gateway})}"
	try:
		status, body, etag = _get(url, headers, ca_file)
	except (OSError, HTTPException, ValueError) as error:
		reason = error.reason if isinstance(error, URLError) else error
		raise RosterUnreachable(f"{server} is not reached: {reason}") from None
	return _take(roster, status, body, etag, unix_time())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
	"""The signature is for this server and no other."""

	def redirect_request(self, *_: Any) -> None:
		return None


def _get(url: str, headers: Mapping[str, str], ca_file: str) -> tuple[int, bytes, str | None]:
	"""Status, body and ETag. Not by requests, which would take 6 MB for as long as the gateway runs."""
	handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
	if url.startswith("https:"):
		handlers.append(urllib.request.HTTPSHandler(context=tls_context(ca_file)))
	opener = urllib.request.build_opener(*handlers)
	asked = urllib.request.Request(url, headers=dict(headers))  # noqa: S310  # the configuration takes http and https alone
	try:
		answer = opener.open(asked, timeout=PATIENCE_S)
	except HTTPError as refusal:  # also an answer: 304 is among them
		answer = refusal
	with answer:
		body = answer.read(MAX_BYTES + 1)
		if len(body) > MAX_BYTES:
			raise RosterError("the server's answer is too large for a roster")
		return answer.status, body, answer.headers.get("ETag")


def _take(roster: Roster, status: int, body: bytes, etag: str | None, now: float) -> bool:
	if status == 304:
		return False
	document: object = None
	with suppress(ValueError):
		document = json.loads(body)
	if status == 401:
		raise RosterError(_why_refused(document, now))
	if status != 200:
		raise RosterError(
			f"the server answers {status}: is server.url the school's site, with the app on it?"
		)
	badges = checked_badges(document)
	try:
		roster.replace(badges, etag)
	except OSError as error:
		raise RosterError(f"the roster is in use but cannot be kept on disk: {error.strerror}") from None
	return True


def _why_refused(document: object, now: float) -> str:
	theirs = document.get("now") if isinstance(document, dict) else None
	if isinstance(theirs, int | float) and abs(theirs - now) > CLOCK_TOLERANCE_S:
		return f"the clock is off by {round(now - theirs)} s against the server: set up NTP"
	return "the server does not accept this gateway's signature: provision it anew"

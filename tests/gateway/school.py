"""The school's server as a gateway sees it: the roster and the one-time provisioning of the contract."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CA_PEM = """\
-----BEGIN CERTIFICATE-----
MIIBrzCCAVWgAwIBAgIUKkC/zfrI+RyRbaRhUzdGtQ6PytkwCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZQ0Egb2YgdGhlIHNjaG9vbCdzIGJyb2tlcjAgFw0yNjExMjkw
OTE4MjdaGA8yMTI2MTEwNTA5MTgyN1owJDEiMCAGA1UEAwwZQ0Egb2YgdGhlIHNj
aG9vbCdzIGJyb2tlcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDXTNk5OExy7
GPuC3ZNGp/ufxPMWabyE1eAThfWHzJxsKCiU3hymgIsN6cBuy0Sp8IAvupQm4jvQ
qDnUtXefLimjYzBhMB0GA1UdDgQWBBToLXh0AnyGLhOdHIMYcwJtkj1uCjAfBgNV
HSMEGDAWgBToLXh0AnyGLhOdHIMYcwJtkj1uCjAPBgNVHRMBAf8EBTADAQH/MA4G
A1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiEA4nTeFK01sBG5HaANXXCo
t9Wu05OT60Crt0+N0g4BzYECIEXU1c2HfENGje1064mRNJXslh6NNu94qmMpoE7M
YGe7
-----END CERTIFICATE-----
"""
"""A certificate that nobody has the key of."""
PROVISION: dict[str, Any] = {
	"v": 1,
	"school": "demo-school",
	"gateway": "front-door",
	"server": "https://school.example",
	"mqtt": {
		"host": "mqtt.example",
		"port": 8883,
		"username": "front-door",
		"password": "s3cret",
		"tls": True,
		"ca_pem": CA_PEM,
	},
	"badge_key": "ab" * 32,
	"mac_key": "cd" * 32,
	"terminals": [
		{
			"terminal": "in",
			"protocol": "rdm6300",
			"port": "/dev/x",
			"direction": "in",
			"baud": None,
			"options": {},
		},
		{
			"terminal": "out",
			"protocol": "line",
			"port": "/dev/y",
			"direction": "out",
			"baud": 19200,
			"options": {"format": "hex"},
		},
	],
}


class School:
	"""The two HTTPS questions of the contract on the loopback address; over plain HTTP without a key and certificate."""

	def __init__(self, tls: tuple[Path, Path] | None = None) -> None:
		self.badges: dict[str, str] = {}
		self.asked: list[tuple[str, int]] = []
		self.codes: list[str] = []
		self.status: int | None = None
		self.refusal: dict[str, str] = {}
		self.server_now = 0
		self.provision = json.dumps(PROVISION).encode()
		self.headers: dict[str, str] = {}
		school = self

		class Handler(BaseHTTPRequestHandler):
			def do_GET(self) -> None:
				etag = f'"{len(school.badges)}"'
				same = self.headers.get("If-None-Match") == etag
				status = school.status or (304 if same else 200)
				school.asked.append((self.headers["X-VSV-Signature"], status))
				body = {"now": school.server_now} if status == 401 else {"v": 1, "badges": school.badges}
				self.answer(status, b"" if status == 304 else json.dumps(body).encode(), etag)

			def do_POST(self) -> None:
				sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
				school.codes.append(sent["code"])
				good = sent == {"gateway": "front-door", "code": "right"}
				status = school.status or (200 if good else 403)
				body = school.provision if status == 200 else json.dumps(school.refusal).encode()
				self.answer(status, body)

			def answer(self, status: int, body: bytes, etag: str = "") -> None:
				self.send_response(status)
				self.send_header("ETag", etag)
				for name, value in school.headers.items():
					self.send_header(name, value)
				self.send_header("Content-Length", str(len(body)))
				self.end_headers()
				self.wfile.write(body)

			def log_message(self, format: str, *args: Any) -> None:
				"""Quiet."""

		self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		if tls is not None:
			context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
			context.load_cert_chain(tls[1], tls[0])
			self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
		self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_port}"
		threading.Thread(target=self._server.serve_forever, daemon=True).start()

	def close(self) -> None:
		self._server.shutdown()
		self._server.server_close()

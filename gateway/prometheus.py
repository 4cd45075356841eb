"""The health figures in Prometheus' text format, on the loopback address alone."""

import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
GAUGES = {
	"uptime_s": "seconds since the gateway started",
	"backlog": "check-ins that the app has not acknowledged",
	"oldest_unconfirmed_s": "age of the oldest of them",
	"disk_free_bytes": "free room on the disk of the store",
	"store_bytes": "size of the store",
	"temperature_c": "temperature of the processor",
	"undervoltage": "1 when the power supply is or was too weak",
	"refused_reads": "reads that could not be stored since the start",
	"suppressed_reads": "double taps since the start",
	"refused_messages": "messages from the broker that were forged, sent again or not understood, since the start",
	"roster_size": "badges in the roster",
}


class MetricsServer:
	"""Serves `facts()` at /metrics on 127.0.0.1 until closed."""

	def __init__(self, port: int, facts: Callable[[], Mapping[str, Any]]) -> None:
		class Handler(BaseHTTPRequestHandler):
			def do_GET(self) -> None:
				if self.path != "/metrics":
					self.send_error(404)
					return
				body = "".join(f"{line}\n" for line in lines(facts())).encode()
				self.send_response(200)
				self.send_header("Content-Type", CONTENT_TYPE)
				self.send_header("Content-Length", str(len(body)))
				self.end_headers()
				self.wfile.write(body)

			def log_message(self, format: str, *args: Any) -> None:
				"""Not worth a log line."""

		self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
		self._server.daemon_threads = True
		threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

	def close(self) -> None:
		self._server.shutdown()
		self._server.server_close()


def lines(facts: Mapping[str, Any]) -> Iterator[str]:
	"""The exposition of a health message's body."""
	for name, meaning in GAUGES.items():
		if facts.get(name) is not None:
			yield f"# HELP vsv_gateway_{name} {meaning}"
			yield f"# TYPE vsv_gateway_{name} gauge"
			yield f"vsv_gateway_{name} {float(facts[name])}"
	yield "# TYPE vsv_gateway_clock_synced gauge"
	yield f"vsv_gateway_clock_synced {int(facts['clock'] == 'synced')}"
	for terminal in facts["terminals"]:
		label = f'terminal="{terminal["terminal"]}"'
		yield f"vsv_gateway_terminal_open{{{label}}} {int(terminal['state'] != 'closed')}"
		yield f"vsv_gateway_terminal_reading{{{label}}} {int(terminal['state'] == 'reading')}"
		yield f"vsv_gateway_terminal_reads{{{label}}} {terminal['reads']}"
		for kind, count in sorted(terminal["faults"].items()):
			yield f'vsv_gateway_terminal_faults{{{label},kind="{kind}"}} {count}'
	for alarm in facts["alarms"]:
		place = f',terminal="{alarm["terminal"]}"' if alarm["terminal"] else ""
		yield f'vsv_gateway_alarm{{kind="{alarm["kind"]}"{place}}} 1'

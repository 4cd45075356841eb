"""A backlog of 100,000 check-ins on its way to the app's acknowledgement, beside bare paho with batches of the same size.

The sender is a process of its own both times; the receiver here takes each message, and for the gateway also
acknowledges it. Bare paho makes the JSON of its batches out of memory, and neither reads a store nor signs nor waits
for the app. The runs take turns; the best of each counts.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.drain import BATCH
from gateway.outbox import Outbox, Tap
from tests.gateway.app_side import GATEWAY, SCHOOL, now, signed
from tests.gateway.rig import MAC_KEY, Broker, Rig

CHECK_INS = 100_000
ROUNDS = 3
AIM = 0.8
BARE = """
import json, sys, threading
import paho.mqtt.client as mqtt
port, topic, size, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
left, done = [count], threading.Event()
def taken(*_):
	left[0] -= 1
	if not left[0]:
		done.set()
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="bare", protocol=mqtt.MQTTv5)
client.on_publish = taken
client.connect("127.0.0.1", port)
client.loop_start()
for batch in range(count):
	first = 1 + batch * size
	events = [
		{
			"seq": seq,
			"terminal": "door",
			"badge": f"{seq:032x}",
			"at": "2026-11-23T08:29:58.123+01:00",
			"clock": "synced",
			"direction": "in",
		}
		for seq in range(first, first + size)
	]
	client.publish(topic, json.dumps({"v": 1, "first_seq": first, "events": events}), qos=1)
done.wait()
client.disconnect()
"""


class Receiver:
	"""Counts check-ins, acknowledges where asked to, and tells when all have come and when the first came."""

	def __init__(self, port: int, topic: str, *, acknowledge: bool) -> None:
		self.complete = threading.Event()
		self._acknowledge, self._topic = acknowledge, topic
		self._began = self._ended = 0.0
		self._seen = 0
		subscribed = threading.Event()
		self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="receiver")
		self._client.on_message = self._take
		self._client.on_subscribe = lambda *_: subscribed.set()
		self._client.connect("127.0.0.1", port)
		self._client.subscribe(topic, qos=1)
		self._client.loop_start()
		assert subscribed.wait(10)

	@property
	def rate(self) -> float:
		return (CHECK_INS - BATCH) / (self._ended - self._began)

	def close(self) -> None:
		self._client.disconnect()
		self._client.loop_stop()

	def _take(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
		self._began = self._began or time.perf_counter()
		body = json.loads(message.payload)
		self._seen = max(self._seen, body["events"][-1]["seq"])
		if self._acknowledge:
			ack = {"v": 1, "gateway": GATEWAY, "epoch": body["epoch"], "seq": self._seen, "at": now()}
			client.publish(self._topic.replace("checkins", "ack"), signed(ack, MAC_KEY), qos=1, retain=True)
		if self._seen >= CHECK_INS:
			self._ended = time.perf_counter()
			self.complete.set()


def gateway_rate(directory: Path, port: int) -> float:
	"""Check-ins a second."""
	topic = f"vsv/v1/{SCHOOL}/{GATEWAY}/checkins"
	directory.mkdir()
	rig = Rig(directory, port)
	rig.terminal("door")
	rig.configure()
	fill(rig.data_dir)
	receiver = Receiver(port, topic, acknowledge=True)
	rig.start()
	receiver.complete.wait(300)
	rig.stop()
	rig.close()
	receiver.close()
	return receiver.rate


def bare_rate(port: int) -> float:
	"""Check-ins a second."""
	receiver = Receiver(port, "bare/checkins", acknowledge=False)
	count = str(CHECK_INS // BATCH)
	subprocess.run([sys.executable, "-c", BARE, str(port), "bare/checkins", str(BATCH), count], check=True)
	receiver.complete.wait(300)
	receiver.close()
	return receiver.rate


def fill(data_dir: Path) -> None:
	"""A store with a backlog. All but the first come in by one transaction: storing is not what is measured."""
	from gateway.clock import SystemClock  # noqa: PLC0415  # only for a time to write
	from gateway.machine import fingerprint  # noqa: PLC0415

	data_dir.mkdir(mode=0o700)
	clock = SystemClock("always")
	outbox = Outbox(data_dir, machine=fingerprint(), max_bytes=2**28, reserve_bytes=0)
	outbox.append(Tap("door", "0" * 32, clock.now(), "synced", "in", clock.boot_id, clock.boottime_ns()))
	writer = outbox._writer
	writer.execute("BEGIN")
	writer.execute(
		"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO check_in"
		" SELECT epoch_no, i, terminal, printf('%032x', i), at, clock, direction, boot_id, boottime_ns, 0"
		" FROM n, check_in",
		(CHECK_INS,),
	)
	writer.execute("UPDATE epoch SET last_seq = ?", (CHECK_INS,))
	writer.execute("COMMIT")
	outbox.close()


def main() -> None:
	with tempfile.TemporaryDirectory() as place:
		broker = Broker(Path(place) / "broker", "allow_anonymous true", "max_queued_messages 0")
		broker.start()
		ours, bare = [], []
		try:
			for number in range(ROUNDS):
				ours.append(gateway_rate(Path(place) / f"round-{number}", broker.port))
				bare.append(bare_rate(broker.port))
		finally:
			broker.stop()
	print(
		f"drain to the app's acknowledgement: {max(ours):,.0f} check-ins/s, bare paho {max(bare):,.0f},"
		f" ratio {max(ours) / max(bare):.2f} (aim: at least {AIM})"
	)


if __name__ == "__main__":
	main()

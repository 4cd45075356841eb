"""A backlog of 100,000 check-ins on its way to the app's acknowledgement, beside bare paho on the same broker.

All senders are processes of their own and send batches of the same size, of the same form, at QoS 1 over MQTT 5. One
fast app side answers each message with a signed acknowledgement, whoever sent it, and does nothing else: it takes the
last number out of the text, and leaves checking and storing to benchmarks of the app. A run counts from the arrival of
its first message until the acknowledgement of its last one has gone through the broker and is at hand.

- `bare`: what anyone would write who needs the contract and no store: the events as dicts out of memory, json.dumps,
  HMAC, paho. It never reads a disk, has no window, resends nothing and ignores the acknowledgements.
- `opaque`: the harder figure. The same batches lie finished in memory before the clock starts; nothing but paho runs.

The gateway has been running for a while without a broker, as it does when a backlog comes about; then the broker comes
back. (At its own start it has modules to load besides.) The others begin with everything loaded.

The three take turns, so that whatever else the machine does hits all of them. The ratio is the median over rounds of
each round's ratio. Ends with 1 when that to `bare` misses the aim.
"""

import re
import statistics
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
from tests.gateway.app_side import GATEWAY, SCHOOL, now, signed, wait_until
from tests.gateway.rig import MAC_KEY, Broker, Rig

CHECK_INS = 100_000
ROUNDS = 7
AIM = 0.8
PATIENCE_S = 120
TRIES = 2  # of the gateway to reach its broker; by then it has loaded everything
TOPIC = f"vsv/v1/{SCHOOL}/{GATEWAY}"
LAST_SEQ = re.compile(rb'.*"seq":(\d+)', re.DOTALL)
EPOCH = re.compile(rb'"epoch":"([0-9a-f]{16})"')
BARE = """
import hashlib, hmac, json, sys, threading
import paho.mqtt.client as mqtt
port, topic, size, count, kind, key = sys.argv[1:]
size, count = int(size), int(count)
left, done = [count], threading.Event()
def taken(*_):
	left[0] -= 1
	if not left[0]:
		done.set()
def dumps(message):
	return json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def message(batch):
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
	body = {"v": 1, "gateway": "front-door", "epoch": "0" * 16, "first_seq": first, "oldest_seq": 1, "events": events}
	body["sent_at"] = "2026-11-23T08:29:58.123+01:00"
	body["mac"] = hmac.new(bytes.fromhex(key), dumps(body), hashlib.sha256).hexdigest()
	return dumps(body)
messages = map(message, range(count))
if kind == "opaque":
	messages = list(messages)
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="bare", protocol=mqtt.MQTTv5)
client.on_publish = taken
client.connect("127.0.0.1", int(port))
client.subscribe(topic + "/ack", qos=1)
client.loop_start()
for payload in messages:
	client.publish(topic + "/checkins", payload, qos=1)
done.wait()
client.disconnect()
"""


class AppSide:
	"""Acknowledges every message, and tells how fast check-ins came."""

	def __init__(self, port: int) -> None:
		self.complete = threading.Event()
		self._began = self._ended = 0.0
		subscribed = threading.Event()
		self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="app-side", protocol=mqtt.MQTTv5)
		self._client.on_message = self._take
		self._client.on_subscribe = lambda *_: subscribed.set()
		self._client.connect("127.0.0.1", port)
		# What an earlier run left at the broker says nothing about this one
		self._client.publish(f"{TOPIC}/ack", b"", qos=1, retain=True)
		self._client.subscribe([(f"{TOPIC}/checkins", 1), (f"{TOPIC}/ack", 1)])
		self._client.loop_start()
		assert subscribed.wait(10)

	def rate(self) -> float:
		"""Check-ins a second; the first message started the clock, so that its check-ins do not count."""
		assert self.complete.wait(PATIENCE_S), "the check-ins did not all come"
		self._client.disconnect()
		self._client.loop_stop()
		return (CHECK_INS - BATCH) / (self._ended - self._began)

	def _take(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
		payload = message.payload
		if message.topic.endswith("/ack"):
			if payload and not message.retain and f'"seq":{CHECK_INS}'.encode() in payload:
				self._ended = time.perf_counter()
				self.complete.set()
			return
		self._began = self._began or time.perf_counter()
		last, epoch = LAST_SEQ.match(payload), EPOCH.search(payload)
		assert last, "a message without a check-in"
		assert epoch, "a message without an epoch"
		ack = {"v": 1, "gateway": GATEWAY, "epoch": epoch[1].decode(), "seq": int(last[1]), "at": now()}
		client.publish(f"{TOPIC}/ack", signed(ack, MAC_KEY), qos=1, retain=True)


def gateway_rate(directory: Path, broker: Broker) -> float:
	"""Check-ins a second out of the store of a real gateway that waits for its broker, which is started here."""
	directory.mkdir()
	rig = Rig(directory, broker.port)
	rig.terminal("door")
	rig.configure()
	fill(rig.data_dir)
	rig.start()
	try:
		wait_until(lambda: rig.output.read_text().count("no broker (") >= TRIES, "a gateway that has settled")
		broker.start()
		return AppSide(broker.port).rate()
	finally:
		rig.stop()
		rig.close()


def bare_rate(port: int, kind: str) -> float:
	"""Check-ins a second by paho alone; `kind` is bare or opaque."""
	app = AppSide(port)
	arguments = (str(port), TOPIC, str(BATCH), str(CHECK_INS // BATCH), kind, MAC_KEY.hex())
	subprocess.run([sys.executable, "-c", BARE, *arguments], check=True)
	return app.rate()


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


def main() -> int:
	rates: dict[str, list[float]] = {"gateway": [], "bare": [], "opaque": []}
	with tempfile.TemporaryDirectory() as place:
		for number in range(ROUNDS):
			broker = Broker(Path(place) / f"broker-{number}", "allow_anonymous true", "max_queued_messages 0")
			try:
				rates["gateway"].append(gateway_rate(Path(place) / f"round-{number}", broker))
				rates["bare"].append(bare_rate(broker.port, "bare"))
				rates["opaque"].append(bare_rate(broker.port, "opaque"))
			finally:
				broker.stop()
	print(f"drain to the app's acknowledgement, {BATCH} check-ins a message, medians of {ROUNDS} rounds:")
	for name, of_rounds in rates.items():
		print(f"  {name:8} {statistics.median(of_rounds):>10,.0f} check-ins/s")
	ratios = {name: ratio(rates["gateway"], rates[name]) for name in ("bare", "opaque")}
	print(
		f"gateway to bare paho that makes and signs its messages: {ratios['bare']:.2f} (aim: at least {AIM})"
	)
	print(f"gateway to bare paho with messages made beforehand: {ratios['opaque']:.2f} (no aim)")
	return 0 if ratios["bare"] >= AIM else 1


def ratio(ours: list[float], theirs: list[float]) -> float:
	"""The median of the rounds' ratios."""
	return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


if __name__ == "__main__":
	sys.exit(main())

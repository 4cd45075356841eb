"""A gateway's side of the contract, as far as tests on a site need it."""

import secrets
from datetime import datetime, timezone
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.broker_files import gateway_account
from vsv_app.services.school import SETTINGS
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests.broker import PATIENCE_S

DOCTYPE = "Attendance Gateway"


class Gateway:
	"""A gateway's side of the contract, as far as these tests need it: sign, send, keep the newest ack."""

	def __init__(self, name: str, port: int, *, client_id: str | None = None) -> None:
		store = FrappeStore()
		self.name = name
		self.school = store.single(SETTINGS)["school_code"]
		self.key = bytes.fromhex(str(store.secret(DOCTYPE, name, "mac_key")))
		self.acks: dict[str, int] = {}
		self.heard: set[str] = set()
		self.client = mqtt.Client(
			CallbackAPIVersion.VERSION2,
			client_id=client_id or f"vsv-{self.school}.{name}",
			protocol=MQTTProtocolVersion.MQTTv5,
		)
		self.client.username_pw_set(
			gateway_account(self.school, name), store.secret(DOCTYPE, name, "mqtt_password")
		)
		self.client.on_message = self._note_ack
		# Anew at each connection, because a broker that was restarted knows no session of ours
		self.client.on_connect = lambda *_: self.client.subscribe(self.topic("ack"), qos=1)
		self.client.connect("127.0.0.1", port)
		self.client.loop_start()

	def topic(self, kind: str, gateway: str | None = None) -> str:
		return f"vsv/v1/{self.school}/{gateway or self.name}/{kind}"

	def send(self, epoch: str, first: int, last: int, badge: str) -> None:
		at = datetime.now(timezone.utc).astimezone().isoformat(timespec="milliseconds")
		events = [
			{"seq": seq, "terminal": "door", "badge": badge, "at": at, "clock": "synced", "direction": "in"}
			for seq in range(first, last + 1)
		]
		message = {"v": 1, "gateway": self.name, "epoch": epoch, "first_seq": first, "oldest_seq": first, "events": events, "sent_at": at}  # fmt: skip
		self.publish(self.topic("checkins"), messages.sign(message, self.key))

	def tell(self, state: str) -> None:
		"""Say that the gateway is online or offline."""
		at = datetime.now(timezone.utc).astimezone().isoformat(timespec="milliseconds")
		message = {"v": 1, "gateway": self.name, "epoch": secrets.token_hex(8), "state": state, "version": "1.0.0", "at": at}  # fmt: skip
		self.client.publish(self.topic("status"), messages.sign(message, self.key), qos=1, retain=True).wait_for_publish(PATIENCE_S)  # fmt: skip

	def publish(self, topic: str, payload: bytes) -> None:
		self.client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)

	def close(self) -> None:
		self.client.disconnect()
		self.client.loop_stop()

	def _note_ack(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
		self.heard.add(message.topic)
		if message.topic == self.topic("ack"):
			ack = messages.verified(message.payload, self.key, self.name)
			self.acks[ack["epoch"]] = ack["seq"]

"""Orders to a gateway, handed to the broker by whoever asks for them, over a connection of their own.

They have an account of their own beside the listener's, since a broker of ours takes the name of an account for its client id:
two at once under one name would push each other off.
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import paho.mqtt.client as mqtt
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from vsv_app.engine.gateways.broker_files import orders_account
from vsv_app.listener import BAD_ACCOUNT, BrokerAddress, introduce

PATIENCE_S = 5.0
PUSHED_OFF_WITHIN_S = 3.0


class BrokerAway(ConnectionError):
	"""The broker was not reached, or did not let us in."""


class AccountUnknown(BrokerAway):
	"""The broker does not know the account, or has another password for it."""


def publish(address: BrokerAddress, topic: str, payload: bytes, *, id: str) -> None:
	"""Hand one message to the broker and wait until it has it; raises BrokerAway."""
	with _one_at_a_time():
		try:
			_publish(_for_orders(address), topic, payload)
		except AccountUnknown:
			if address.otherwise is None:
				raise
			# A broker whose files are of before, or not ours. There the listener's own session stays its own by its client id.
			former = replace(address, username=address.otherwise, client_id=f"{address.client_id}-order-{id}")
			_publish(former, topic, payload)


def binds_names(address: BrokerAddress) -> bool:
	"""Whether the broker takes an account's name for its client id, and lets nobody have another's; raises BrokerAway.

	Two connections of the account for orders, with a client id each: the second pushes the first off.
	"""
	address = _for_orders(address)
	gone = threading.Event()
	with _one_at_a_time(), _connected(replace(address, client_id=f"{address.client_id}-1")) as first:
		first.on_disconnect = lambda *_: gone.set()
		with _connected(replace(address, client_id=f"{address.client_id}-2")):
			return gone.wait(PUSHED_OFF_WITHIN_S)


def _for_orders(address: BrokerAddress) -> BrokerAddress:
	account = orders_account(address.school)
	return replace(address, username=account, client_id=account)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
	try:
		with filelock("vsv_orders", timeout=int(4 * PATIENCE_S)):
			yield
	except LockTimeoutError as error:
		raise BrokerAway("another order is still being handed over") from error


def _publish(address: BrokerAddress, topic: str, payload: bytes) -> None:
	with _connected(address) as client:
		handed = client.publish(topic, payload, qos=1)
		handed.wait_for_publish(PATIENCE_S)
		if not handed.is_published():
			raise BrokerAway("it does not take the message")


@contextmanager
def _connected(address: BrokerAddress) -> Iterator[mqtt.Client]:
	"""A client whom the broker has let in."""
	client = mqtt.Client(
		CallbackAPIVersion.VERSION2,
		client_id=address.client_id,
		protocol=MQTTProtocolVersion.MQTTv311,
		reconnect_on_failure=False,
	)
	client.connect_timeout = PATIENCE_S
	answered, refused = threading.Event(), ["no answer", 0]

	def on_connect(
		_client: mqtt.Client, _data: object, _flags: object, reason: mqtt.ReasonCode, _properties: object
	) -> None:
		refused[:] = [str(reason), reason.value] if reason.is_failure else []
		answered.set()

	client.on_connect = on_connect
	try:
		introduce(client, address)
		client.connect(address.host, address.port)
	except (OSError, ssl.SSLError, ValueError) as error:
		raise BrokerAway(str(error)) from error
	client.loop_start()
	try:
		answered.wait(PATIENCE_S)
		if refused:
			why, code = refused
			raise (AccountUnknown if code in BAD_ACCOUNT else BrokerAway)(why)
		yield client
	finally:
		client.disconnect()
		client.loop_stop()

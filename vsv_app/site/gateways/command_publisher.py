"""Orders to a gateway, handed to the broker by whoever asks for them, over a connection of their own."""

import ssl
import threading
from dataclasses import replace

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from vsv_app.listener import BrokerAddress, introduce

PATIENCE_S = 5.0


class BrokerAway(ConnectionError):
	"""The broker was not reached, or did not let us in."""


def publish(address: BrokerAddress, topic: str, payload: bytes, *, id: str) -> None:
	"""Hand one message to the broker and wait until it has it; raises BrokerAway."""
	address = replace(
		address, client_id=f"{address.client_id}-order-{id}"
	)  # the listener's own session stays its own
	client = mqtt.Client(
		CallbackAPIVersion.VERSION2, client_id=address.client_id, protocol=MQTTProtocolVersion.MQTTv311
	)
	client.connect_timeout = PATIENCE_S
	answered, why = threading.Event(), ["no answer"]

	def on_connect(
		_client: mqtt.Client, _data: object, _flags: object, reason: mqtt.ReasonCode, _properties: object
	) -> None:
		why[:] = [str(reason)] if reason.is_failure else []
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
		if why:
			raise BrokerAway(why[0])
		handed = client.publish(topic, payload, qos=1)
		handed.wait_for_publish(PATIENCE_S)
		if not handed.is_published():
			raise BrokerAway("it does not take the message")
	finally:
		client.disconnect()
		client.loop_stop()

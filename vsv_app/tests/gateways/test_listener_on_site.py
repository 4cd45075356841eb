"""The listener as a school runs it: a process of its own, a real broker, the site's own database."""

import secrets
import signal
import threading
from datetime import datetime, timezone

import frappe
from frappe.tests.utils import FrappeTestCase

from vsv_app.api.gateways.doors import order
from vsv_app.engine.gateways import messages
from vsv_app.engine.gateways.broker_files import listener_account, orders_account
from vsv_app.services.school import SETTINGS
from vsv_app.site.desk import readiness
from vsv_app.tests import factories
from vsv_app.tests.broker import PATIENCE_S, listening, mosquitto, wait_for
from vsv_app.tests.gateway_side import DOCTYPE, Gateway
from vsv_app.tests.proxy import wire


class TestListenerOnSite(FrappeTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.group, (cls.student,) = factories.make_group(1)
		cls.gateway, cls.other = factories.make_gateway(), factories.make_gateway()
		cls.badge = secrets.token_hex(16)
		cls.badge_name = factories.make_badge(cls.student, badge_digest=cls.badge)
		frappe.db.commit()

	@classmethod
	def tearDownClass(cls) -> None:
		frappe.db.rollback()
		names = {"gateway": ("in", (cls.gateway, cls.other))}
		for doctype in ("Badge Check In", "Gateway Epoch", "Set Aside Message"):
			frappe.db.delete(doctype, names)
		frappe.delete_doc("Student Badge", cls.badge_name, force=True)
		for gateway in (cls.gateway, cls.other):
			frappe.delete_doc(DOCTYPE, gateway, force=True)
		frappe.db.delete("Student Group Student", {"parent": cls.group})
		frappe.delete_doc("Student Group", cls.group, force=True)
		frappe.db.delete("Student", {"name": cls.student})
		frappe.db.commit()
		super().tearDownClass()

	def test_check_ins_are_stored_once_and_acknowledged_over_a_killed_listener(self) -> None:
		epoch = secrets.token_hex(8)
		with mosquitto() as broker:
			gateway = Gateway(self.gateway, broker.port)
			with listening() as listener:
				gateway.send(epoch, 1, 40, self.badge)
				wait_for(lambda: gateway.acks.get(epoch) == 40, "the acknowledgement of 40")
				listener.send_signal(signal.SIGKILL)
				listener.wait(PATIENCE_S)
				gateway.send(epoch, 41, 60, self.badge)
			with listening() as listener:
				wait_for(lambda: gateway.acks.get(epoch) == 60, "what was sent while the listener was down")
				gateway.send(epoch, 31, 60, self.badge)
				gateway.send(epoch, 61, 70, self.badge)
				wait_for(lambda: gateway.acks.get(epoch) == 70, "the acknowledgement of 70")
				listener.terminate()
				self.assertEqual(listener.wait(PATIENCE_S), 0)
			gateway.close()
		frappe.db.rollback()
		stored = frappe.get_all(
			"Badge Check In", {"epoch": epoch}, ["seq", "student", "outcome"], order_by="seq"
		)
		self.assertEqual([row.seq for row in stored], list(range(1, 71)))
		self.assertEqual({(row.student, row.outcome) for row in stored}, {(self.student, "Recognised")})
		self.assertIsNotNone(frappe.db.get_single_value(SETTINGS, "listener_seen"))

	def test_it_goes_on_when_the_database_and_the_broker_come_back(self) -> None:
		epoch = secrets.token_hex(8)
		database = (frappe.conf.db_host, int(frappe.conf.db_port or 3306))
		with mosquitto() as broker, wire(database) as to_database:
			through = {"FRAPPE_DB_HOST": "127.0.0.1", "FRAPPE_DB_PORT": str(to_database.port)}
			with listening(**through) as listener:
				gateway = Gateway(self.gateway, broker.port)
				gateway.send(epoch, 1, 5, self.badge)
				wait_for(lambda: gateway.acks.get(epoch) == 5, "the acknowledgement of 5")
				to_database.cut()
				gateway.send(epoch, 6, 9, self.badge)
				wait_for(lambda: to_database.refused >= 2, "the listener to try the database again")
				self.assertEqual(gateway.acks[epoch], 5, "nothing is acknowledged that is not committed")
				to_database.mend()
				wait_for(lambda: gateway.acks.get(epoch) == 9, "what was sent while the database was away")
				broker.restart()
				wait_for(gateway.client.is_connected, "the gateway to find the broker again")
				gateway.send(epoch, 10, 12, self.badge)
				wait_for(lambda: gateway.acks.get(epoch) == 12, "what was sent after the broker came back")
				self.assertIsNone(listener.poll(), "it is still the same process")
				gateway.close()
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("Badge Check In", {"epoch": epoch}), 12)

	def test_it_waits_for_a_database_that_is_not_there_yet(self) -> None:
		database = (frappe.conf.db_host, int(frappe.conf.db_port or 3306))
		with mosquitto() as broker, wire(database) as to_database:
			to_database.cut()
			through = {"FRAPPE_DB_HOST": "127.0.0.1", "FRAPPE_DB_PORT": str(to_database.port)}
			mends = threading.Thread(
				target=lambda: (wait_for(lambda: to_database.refused >= 2, "tries"), to_database.mend())
			)
			mends.start()
			epoch = secrets.token_hex(8)
			with listening(**through):
				gateway = Gateway(self.gateway, broker.port)
				gateway.send(epoch, 1, 1, self.badge)
				wait_for(lambda: gateway.acks.get(epoch) == 1, "the acknowledgement")
				gateway.close()
			mends.join()

	def test_a_forged_message_is_set_aside_and_the_next_one_stored(self) -> None:
		epoch = secrets.token_hex(8)
		with mosquitto() as broker, listening():
			gateway = Gateway(self.gateway, broker.port)
			forged = {
				"v": 1,
				"gateway": self.gateway,
				"epoch": epoch,
				"first_seq": 1,
				"events": [],
				"sent_at": "",
			}
			gateway.publish(gateway.topic("checkins"), messages.sign(forged, b"another key"))
			gateway.send(epoch, 1, 3, self.badge)
			wait_for(lambda: gateway.acks.get(epoch) == 3, "the acknowledgement of the good message")
			gateway.close()
		frappe.db.rollback()
		listed = frappe.get_all("Set Aside Message", {"gateway": self.gateway}, pluck="reason")
		self.assertEqual(listed, ["Bad Signature"])

	def test_badges_are_read_at_a_door_that_the_form_asks(self) -> None:
		heard: list[dict[str, object]] = []
		digest = secrets.token_hex(16)
		with mosquitto() as broker, listening():
			gateway = Gateway(self.gateway, broker.port)

			def obey(_client: object, _data: object, message: object) -> None:
				heard.append(messages.verified(message.payload, gateway.key, gateway.name))

			gateway.client.on_message = obey
			gateway.client.subscribe(gateway.topic("command"), qos=1)
			gateway.tell("online")
			wait_for(lambda: self.status() == "Online", "the gateway to be online")
			id = order(self.gateway, "enrol", terminal="door", seconds=60)
			wait_for(lambda: bool(heard), "the order")
			self.assertEqual(
				[(one["command"], one["terminal"], one["id"]) for one in heard], [("enrol", "door", id)]
			)
			at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
			read = {
				"v": 1,
				"gateway": self.gateway,
				"terminal": "door",
				"badge": digest,
				"command": id,
				"at": at,
			}
			gateway.publish(gateway.topic("enrolment"), messages.sign(read, gateway.key))
			wait_for(lambda: bool(self.in_stock(digest)), "the badge in stock")
			for wrong in (
				{"command": "enrol", "terminal": "cellar"},
				{"command": "enrol"},
				{"command": "dance"},
			):
				self.assertRaises(frappe.ValidationError, order, self.gateway, **wrong)
			gateway.tell("offline")
			wait_for(lambda: self.status() == "Offline", "the gateway to be offline")
			self.assertRaisesRegex(frappe.ValidationError, "not online", order, self.gateway, "identify")
			gateway.close()
		frappe.db.set_value(DOCTYPE, self.gateway, "status", "Online")
		self.assertRaisesRegex(frappe.ValidationError, "broker", order, self.gateway, "identify")
		for name in self.in_stock(digest):
			frappe.delete_doc("Student Badge", name, force=True)
		frappe.db.commit()

	def status(self) -> str:
		frappe.db.rollback()
		return frappe.db.get_value(DOCTYPE, self.gateway, "status")

	def in_stock(self, digest: str) -> list[str]:
		frappe.db.rollback()
		return frappe.get_all(
			"Student Badge", {"badge_digest": digest, "student": ("is", "not set")}, pluck="name"
		)

	def test_a_gateway_shuts_out_neither_the_listener_nor_an_order_nor_another_gateway(self) -> None:
		"""Under the listener's client id, that of the forms, and that of another gateway: each is tried."""
		heard: list[bytes] = []
		with mosquitto() as broker, listening() as listener:
			other = Gateway(self.other, broker.port)
			other.client.on_message = lambda _client, _data, message: heard.append(message.topic)
			other.client.subscribe(other.topic("command"), qos=1)
			other.tell("online")
			for number, lie in enumerate((
				listener_account(other.school), orders_account(other.school), f"vsv-{other.school}.{self.other}",
				f"{other.school}.{self.other}",
			), start=1):  # fmt: skip
				liar = Gateway(self.gateway, broker.port, client_id=lie)
				liar.send(epoch := secrets.token_hex(8), 1, 1, self.badge)
				wait_for(lambda liar=liar, epoch=epoch: liar.acks.get(epoch) == 1, "the listener's answer")
				wait_for(
					lambda: frappe.db.rollback()
					or frappe.db.get_value(DOCTYPE, self.other, "status") == "Online",
					"online",
				)
				order(self.other, "identify")
				wait_for(lambda number=number: heard.count(other.topic("command")) == number, "the order")
				liar.close()
			self.assertTrue(other.client.is_connected())
			self.assertIsNone(listener.poll())
			wait_for(lambda: self.binds() == "Yes", "the listener to find that names are bound")
			other.close()

	def binds(self) -> str:
		frappe.db.rollback()
		return frappe.db.get_single_value(SETTINGS, "broker_binds_names", cache=False)

	def test_a_broker_whose_files_are_of_before_is_told_from_one_that_binds_names(self) -> None:
		epoch = secrets.token_hex(8)
		with mosquitto(of_before=True) as broker, listening():
			gateway = Gateway(self.gateway, broker.port)
			gateway.tell("online")
			gateway.send(epoch, 1, 1, self.badge)
			wait_for(lambda: gateway.acks.get(epoch) == 1, "the acknowledgement")
			wait_for(lambda: self.status() == "Online", "the gateway to be online")
			order(self.gateway, "identify")
			wait_for(lambda: self.binds() == "No", "the listener to find that names are not bound")
			self.assertIn(
				"does not bind accounts", " ".join(one["sentence"] for one in readiness.what_is_missing())
			)
			gateway.close()

	def test_a_gateway_cannot_speak_or_listen_under_the_name_of_another(self) -> None:
		epoch = secrets.token_hex(8)
		with mosquitto() as broker, listening():
			gateway, other = Gateway(self.gateway, broker.port), Gateway(self.other, broker.port)
			gateway.client.subscribe(gateway.topic("ack", self.other), qos=1)
			gateway.send(epoch, 1, 1, self.badge)
			wait_for(lambda: gateway.acks.get(epoch) == 1, "the gateway's own acknowledgement")
			other.send(epoch, 1, 1, self.badge)
			wait_for(lambda: other.acks.get(epoch) == 1, "the other gateway's acknowledgement")
			forged = gateway.client.publish(gateway.topic("checkins", self.other), b"{}", qos=1)
			# Mosquitto refuses it and, by version, hangs up as well.
			wait_for(
				lambda: forged.is_published() or not gateway.client.is_connected(), "the broker to refuse it"
			)
			other.send(epoch, 2, 2, self.badge)
			wait_for(lambda: other.acks.get(epoch) == 2, "what came after the forged message")
			gateway.close()
			other.close()
		self.assertEqual(gateway.heard, {gateway.topic("ack")})
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("Set Aside Message", {"gateway": self.other}), 0)

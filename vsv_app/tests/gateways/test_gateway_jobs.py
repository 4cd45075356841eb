"""A gateway that is not there is marked and told of, with the listener and without it."""

from datetime import datetime, timedelta

import frappe

from vsv_app.services import school
from vsv_app.site.jobs.gateway_jobs import watch_gateways
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests.committed import CommittedTestCase
from vsv_app.tests.factories import make_gateway, make_user


class TestGatewayJobs(CommittedTestCase):
	def heard(self, gateway: str, status: str, *, minutes_ago: int) -> None:
		now = datetime.now(school.load(FrappeStore()).zone).replace(tzinfo=None)
		values = {"status": status, "last_seen": now - timedelta(minutes=minutes_ago)}
		frappe.db.set_value("Attendance Gateway", gateway, values, update_modified=False)
		frappe.db.commit()

	def told(self, user: str, gateway: str) -> int:
		frappe.db.rollback()
		return frappe.db.count("Notification Log", {"for_user": user, "document_name": gateway})

	def test_silence_is_marked_without_a_listener_and_told_once_to_each_installer(self) -> None:
		installers, mentor = (
			[make_user("Gateway Installer") for _ in range(2)],
			make_user("Attendance Officer"),
		)
		silent, heard, switched_off = make_gateway(), make_gateway(), make_gateway(enabled=0)
		self.heard(silent, "Online", minutes_ago=10)
		self.heard(heard, "Online", minutes_ago=1)
		self.heard(switched_off, "Offline", minutes_ago=100)
		for _ in range(2):
			watch_gateways()
		self.assertEqual(frappe.db.get_value("Attendance Gateway", silent, "status"), "Lost")
		self.assertEqual([self.told(user, silent) for user in (*installers, mentor)], [1, 1, 0])
		self.assertEqual([self.told(installers[0], each) for each in (heard, switched_off)], [0, 0])

	def test_a_restart_is_no_silence_and_the_next_silence_is_told_again(self) -> None:
		installer, gateway = make_user("Gateway Installer"), make_gateway()
		self.heard(gateway, "Offline", minutes_ago=1)
		watch_gateways()
		self.assertEqual(self.told(installer, gateway), 0)
		self.heard(gateway, "Offline", minutes_ago=5)
		watch_gateways()
		self.assertEqual(self.told(installer, gateway), 1)
		frappe.db.set_value("Notification Log", {"document_name": gateway}, "creation", "2020-01-01", update_modified=False)  # fmt: skip
		frappe.db.commit()
		watch_gateways()
		self.assertEqual(self.told(installer, gateway), 2)

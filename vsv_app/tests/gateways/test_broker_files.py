"""What `bench vsv-broker-config` writes for a site, and what it leaves alone."""

import secrets
import tempfile
from pathlib import Path
from unittest.mock import patch

import click
import frappe
from frappe.tests.utils import FrappeTestCase

from vsv_app.engine.gateways.broker_files import gateway_account, orders_account
from vsv_app.patches import keep_short_accounts
from vsv_app.services import school
from vsv_app.services.gateways import provisioning
from vsv_app.services.school import SETTINGS
from vsv_app.site.gateways import broker_files, listener_process
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import factories

DOCTYPE = "Attendance Gateway"


class TestBrokerFiles(FrappeTestCase):
	def setUp(self) -> None:
		self.gateway = factories.make_gateway()
		self.school = frappe.db.get_single_value(SETTINGS, "school_code")

	def tearDown(self) -> None:
		frappe.db.rollback()

	def account(self) -> str:
		tenant = broker_files.load(FrappeStore(), frappe.local.site)
		(name,) = [account.name for account in tenant.accounts if account.gateway == self.gateway]
		return name

	def test_the_account_of_a_gateway_holds_its_school(self) -> None:
		self.assertEqual(self.account(), gateway_account(self.school, self.gateway))

	def test_a_gateway_of_before_keeps_its_account_until_it_is_provisioned(self) -> None:
		keep_short_accounts.execute()
		self.assertEqual(self.account(), self.gateway)
		store, now = FrappeStore(), frappe.utils.now_datetime()
		code = provisioning.one_time_code(store, self.gateway, now)
		brought = provisioning.provision(
			store, school.load(store), self.gateway, code, "https://school.example", now
		)
		self.assertEqual(brought["mqtt"]["username"], gateway_account(self.school, self.gateway))
		self.assertEqual(self.account(), brought["mqtt"]["username"])

	def test_the_listener_is_let_in_under_the_name_that_it_gives(self) -> None:
		"""Which is its client id, as a broker of ours takes the one for the other."""
		for username, otherwise in ((None, self.school), ("listener", "listener")):
			frappe.db.set_single_value(SETTINGS, "mqtt_username", username)
			tenant = broker_files.load(FrappeStore(), frappe.local.site)
			names = [account.name for account in tenant.accounts if account.gateway is None]
			address = listener_process.address(FrappeStore())
			self.assertEqual(names, [address.username, orders_account(self.school)])
			self.assertEqual((address.client_id, address.otherwise), (address.username, otherwise))


class TestBrokerFilesOnDisk(FrappeTestCase):
	"""The command opens sites by itself, so these tests only read what the site holds anyway."""

	def tearDown(self) -> None:
		frappe.init(site=self.site)
		frappe.connect()

	def setUp(self) -> None:
		self.site = frappe.local.site
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.folder = Path(folder.name)

	def write(self, *sites: str) -> None:
		broker_files.run(sites, str(self.folder), "/etc/mosquitto", "/etc/mosquitto/certs")

	def test_they_are_written_for_the_owner_alone_and_again(self) -> None:
		self.write(self.site)
		self.write(self.site)
		modes = {path.name: path.stat().st_mode & 0o777 for path in self.folder.iterdir()}
		self.assertEqual(modes, dict.fromkeys(("vsv.conf", "vsv.acl", "vsv.passwords"), 0o600))

	def test_a_configuration_that_changed_is_said_to_need_a_restart(self) -> None:
		said: list[str] = []
		with patch.object(click, "echo", said.append):
			self.write(self.site)
			self.write(self.site)
			self.assertFalse([line for line in said if "restart" in line])
			(self.folder / "vsv.conf").write_text("per_listener_settings false\n")
			self.write(self.site)
		self.assertIn("does not read it on a reload", said[-1])

	def test_a_school_that_was_let_in_is_not_locked_out(self) -> None:
		let_in = f"user oak\ntopic read vsv/v1/{secrets.token_hex(4)}/+/checkins\n"
		(self.folder / "vsv.acl").write_text(let_in)
		with self.assertRaisesRegex(click.ClickException, "--site all vsv-broker-config"):
			self.write(self.site)
		self.assertEqual([path.name for path in self.folder.iterdir()], ["vsv.acl"])
		self.assertEqual((self.folder / "vsv.acl").read_text(), let_in)

	def test_two_sites_with_one_school_code_are_told_so(self) -> None:
		with self.assertRaisesRegex(click.ClickException, "School Code"):
			self.write(self.site, self.site)

"""The listener on a Frappe site: settings in, sessions of the site's database, a clean stop on SIGTERM."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import click
import frappe

from vsv_app.engine.gateways.broker_files import listener_account
from vsv_app.listener import FIRST_BACKOFF_S, LONGEST_BACKOFF_S, BrokerAddress, Listener
from vsv_app.services.school import SETTINGS
from vsv_app.stores.frappe_store import frappe_session
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.site.gateways.listener_process")
SEEN_EVERY_S = 60
DATABASE_AWAY = frozenset({"OperationalError", "InterfaceError"})
"""By name, because Frappe 15 brings PyMySQL and 16 mysqlclient, each with classes of its own."""


def run(site: str, user: str, *, verbose: bool = False) -> None:
	"""Listen for one site until SIGTERM or SIGINT."""
	logging.basicConfig(
		stream=sys.stderr,
		level=logging.DEBUG if verbose else logging.INFO,
		format=f"%(asctime)s {site} %(levelname)s %(name)s: %(message)s",
	)
	listener = Listener(_patiently(lambda: broker_address(site, user)), sessions(site, user), _utc)
	stop_on_signals(listener)
	log.info(
		"listening for school %s at %s:%s",
		listener.address.school,
		listener.address.host,
		listener.address.port,
	)
	listener.run()
	log.info("stopped")


def broker_address(site: str, user: str) -> BrokerAddress:
	"""Where the site's broker is, from Early Warning Settings."""
	with frappe_session(site, user) as store:
		check_installed(site)
		return address(store)


def address(store: Store) -> BrokerAddress:
	"""Where the broker is, of a site that is open, and who the listener is there."""
	settings = store.single(SETTINGS)
	password = store.secret(SETTINGS, SETTINGS, "mqtt_password")
	return BrokerAddress(
		host=settings["mqtt_host"],
		port=settings["mqtt_port"],
		school=settings["school_code"],
		client_id=f"vsv-{settings['school_code']}-listener",
		username=listener_account(settings["school_code"], settings["mqtt_username"]),
		password=password,
		tls=bool(settings["mqtt_tls"]),
		ca_pem=settings["mqtt_ca"],
	)


def check_installed(site: str) -> None:
	"""Raise where the site does not have the app: a bench offers every app's commands on every site."""
	if "vsv_app" not in frappe.get_installed_apps():
		raise click.ClickException(
			f"vsv_app is not installed on {site}: bench --site {site} install-app vsv_app"
		)


def sessions(site: str, user: str) -> Callable[[], Any]:
	"""Opens a store on the site for each piece of work; now and then notes in the settings that the listener lives."""
	noted: list[datetime] = []

	@contextmanager
	def session() -> Iterator[Store]:
		with frappe_session(site, user) as store:
			now = _utc()
			if not noted or (now - noted[-1]).total_seconds() >= SEEN_EVERY_S:
				_note_alive(store)
				noted[:] = [now]
			yield store

	return session


def stop_on_signals(listener: Listener) -> None:
	"""Finish the message in hand, then stop."""
	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, lambda *_: listener.stop())


def _patiently(ask: Callable[[], BrokerAddress]) -> BrokerAddress:
	"""After a power cut the database may come up later than this process: wait for it."""
	pause = FIRST_BACKOFF_S
	while True:
		try:
			return ask()
		except Exception as error:
			if type(error).__name__ not in DATABASE_AWAY:
				raise
			log.warning("the database is not there yet (%s); trying again in %.1f s", error.args[0], pause)
			time.sleep(pause)
			pause = min(2 * pause, LONGEST_BACKOFF_S)


def _note_alive(store: Store) -> None:
	store.set_single(SETTINGS, {"listener_seen": frappe.utils.now_datetime()})


def _utc() -> datetime:
	return datetime.now(timezone.utc)

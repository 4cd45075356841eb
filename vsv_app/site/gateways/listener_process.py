"""The listener on a Frappe site: settings in, sessions of the site's database, a clean stop on SIGTERM."""

import logging
import signal
import sys
import threading
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
from vsv_app.site.gateways import command_publisher
from vsv_app.stores.frappe_store import frappe_session
from vsv_app.stores.store import Store

log = logging.getLogger("vsv_app.site.gateways.listener_process")
SEEN_EVERY_S = 60
LOOK_EVERY_S = 60.0
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
	threading.Thread(target=_watch_broker, args=(listener, site, user), daemon=True).start()
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
		client_id=listener_account(settings["school_code"]),
		username=listener_account(settings["school_code"]),
		otherwise=settings["mqtt_username"] or settings["school_code"],
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


def _watch_broker(listener: Listener, site: str, user: str) -> None:
	"""After each connection, see whether the broker lets somebody have another's name; the form of the settings shows it."""
	looked_at = 0
	while not listener.wait_stopped(LOOK_EVERY_S if looked_at else FIRST_BACKOFF_S):
		number = listener.connections
		if number == looked_at or not listener.connected.is_set():
			continue
		try:
			with frappe_session(site, user) as store:
				store.set_single(
					SETTINGS, {"broker_binds_names": "Yes" if _binds(listener.address) else "No"}
				)
		except Exception as error:  # noqa: BLE001 looked at again in a minute
			log.info("whether the broker binds names to accounts is not known yet: %s", error)
		else:
			looked_at = number


def _binds(address: BrokerAddress) -> bool:
	try:
		return command_publisher.binds_names(address)
	except command_publisher.AccountUnknown:
		return False  # its files are of before


def _note_alive(store: Store) -> None:
	store.set_single(SETTINGS, {"listener_seen": frappe.utils.now_datetime()})


def _utc() -> datetime:
	return datetime.now(timezone.utc)

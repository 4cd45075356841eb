"""The command that writes Mosquitto's files for the schools of a bench, from the accounts that their sites keep."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
import frappe

from vsv_app.engine.gateways import broker_files
from vsv_app.engine.gateways.broker_files import Account, Listener, NotApart, Tenant
from vsv_app.services.school import SETTINGS
from vsv_app.site.gateways.listener_process import check_installed
from vsv_app.stores.frappe_store import FrappeStore, frappe_session
from vsv_app.stores.queries.sql import select, table

GATEWAY = "Attendance Gateway"
ACCESS_LIST, CONFIGURATION = "vsv.acl", "vsv.conf"
FOLDER = "~/vsv-broker"
"""Where the files are written before they are installed: a folder of the user who runs bench, as they hold password hashes."""


def run(sites: Sequence[str], directory: str | None, files: str, certificates: str) -> None:
	"""Print the files of one broker for these sites, or write them into a directory."""
	tenants = [tenant for site in sites if (tenant := _tenant(site, among_others=len(sites) > 1))]
	try:
		texts = contents(tenants, files=files, certificates=certificates)
	except NotApart as error:
		raise click.ClickException(str(error)) from None
	if directory is not None:
		_check_nobody_is_locked_out(Path(directory) / ACCESS_LIST, tenants)
	if directory is None:
		for name, text in texts.items():
			click.echo(f"# {name}\n{text}")
		return
	before = Path(directory) / CONFIGURATION
	changed = before.exists() and before.read_text() != texts[CONFIGURATION]
	for name, text in texts.items():
		_write(Path(directory) / name, text)
		click.echo(f"wrote {name}")
	if changed:
		click.echo(
			f"{CONFIGURATION} is another than before: install it in /etc/mosquitto/conf.d/ as well, and restart the broker; it does not read it on a reload"
		)


def contents(tenants: Sequence[Tenant], *, files: str, certificates: str) -> dict[str, str]:
	"""Text by file name; raises NotApart. `files` and `certificates` are folders on the broker's machine."""
	broker_files.check_apart(tenants)
	accounts = [account for tenant in tenants for account in tenant.accounts]
	listeners = [tenant.listener for tenant in tenants]
	return {
		CONFIGURATION: broker_files.configuration(listeners, files=files, certificates=certificates),
		ACCESS_LIST: broker_files.access_list(accounts),
		"vsv.passwords": broker_files.password_file(accounts, os.urandom),
	}


def commands(site: str) -> list[str]:
	"""What to type on the broker's machine, once its certificates and vsv.conf are there, so that it knows every gateway."""
	return [
		f"bench --site {site} vsv-broker-config --directory {FOLDER}",
		f"sudo install -o mosquitto -g mosquitto -m 600 {FOLDER}/vsv.acl {FOLDER}/vsv.passwords /etc/mosquitto/",
		"sudo systemctl reload mosquitto",
	]


def load(store: FrappeStore, site: str) -> Tenant:
	"""The school of a site, with the accounts of its listener, of its forms, and of enabled gateways that have a password."""
	settings = store.single(SETTINGS)
	school = settings["school_code"]
	gateway = table(GATEWAY)
	known = select(gateway, gateway.name, gateway.short_account).where(gateway.enabled == 1)
	accounts = [
		Account(
			name if short else broker_files.gateway_account(school, name),
			store.secret(GATEWAY, name, "mqtt_password") or "",
			school,
			name,
		)
		for name, short in store.fetch(known)
	]
	password = store.secret(SETTINGS, SETTINGS, "mqtt_password") or ""
	accounts += [
		Account(broker_files.listener_account(school), password, school),
		Account(broker_files.orders_account(school), password, school, orders=True),
	]
	return Tenant(
		site,
		school,
		Listener(settings["mqtt_port"], bool(settings["mqtt_tls"])),
		tuple(account for account in accounts if account.password),
	)


def _tenant(site: str, *, among_others: bool) -> Tenant | None:
	"""The school of a site; None for one of many that does not have the app."""
	with frappe_session(site) as store:
		if among_others and "vsv_app" not in frappe.get_installed_apps():
			click.echo(f"{site} has no vsv_app and gets no account")
			return None
		check_installed(site)
		return load(store, site)


def _check_nobody_is_locked_out(access_list: Path, tenants: Sequence[Tenant]) -> None:
	"""Files that let other schools in are not replaced by those of one school: their gateways would be refused."""
	known = broker_files.schools_of(access_list.read_text()) if access_list.exists() else set()
	others = known - {tenant.school for tenant in tenants}
	if others:
		raise click.ClickException(
			f"{access_list} lets in {', '.join(sorted(others))} as well, which would be locked out. Write the files of all"
			f" sites at once with bench --site all vsv-broker-config; or, where those schools are gone, remove {access_list}."
		)


def _write(path: Path, text: str) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	path.touch(mode=0o600)
	path.write_text(text)

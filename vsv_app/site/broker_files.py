"""The command that writes Mosquitto's files for a school, from the accounts that its site keeps."""

import os
from pathlib import Path

import click

from vsv_app.engine.broker import Accounts, access_list, configuration, password_file
from vsv_app.services.school import SETTINGS
from vsv_app.stores.frappe_store import FrappeStore, frappe_session
from vsv_app.stores.queries.sql import select, table


def run(site: str, directory: str | None, files: str, certificates: str) -> None:
	"""Print the files, or write them into a directory."""
	with frappe_session(site) as store:
		texts = contents(store, files=files, certificates=certificates)
	for name, text in texts.items():
		if directory is None:
			click.echo(f"# {name}\n{text}")
		else:
			_write(Path(directory) / name, text)
			click.echo(f"wrote {name}")


def contents(store: FrappeStore, *, files: str, certificates: str) -> dict[str, str]:
	"""Text by file name. `files` and `certificates` are folders on the broker's machine."""
	settings, accounts = store.single(SETTINGS), load(store)
	return {
		"vsv.conf": configuration(
			settings["mqtt_port"], tls=bool(settings["mqtt_tls"]), files=files, certificates=certificates
		),
		"vsv.acl": access_list(accounts),
		"vsv.passwords": password_file(accounts, os.urandom),
	}


def load(store: FrappeStore) -> Accounts:
	"""The accounts of enabled gateways that have a password, and the listener's."""
	settings = store.single(SETTINGS)
	gateway = table("Attendance Gateway")
	names = [row[0] for row in store.fetch(select(gateway, gateway.name).where(gateway.enabled == 1))]
	held = {name: store.secret("Attendance Gateway", name, "mqtt_password") for name in names}
	held[settings["mqtt_username"]] = store.secret(SETTINGS, SETTINGS, "mqtt_password")
	passwords = {name: password for name, password in held.items() if password}
	return Accounts(settings["school_code"], settings["mqtt_username"], passwords)


def _write(path: Path, text: str) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	path.touch(mode=0o600)
	path.write_text(text)

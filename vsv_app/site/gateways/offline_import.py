"""The command for an offline import: it takes over check-ins which somebody carried here in a file."""

from collections.abc import Iterable
from datetime import datetime, timezone

import click

from vsv_app.services import school
from vsv_app.services.dispatch import offline_import
from vsv_app.services.gateways.signed_message import Refused
from vsv_app.site.gateways.listener_process import check_installed
from vsv_app.stores.frappe_store import frappe_session


def run(site: str, gateway: str, lines: Iterable[str]) -> None:
	"""Take them over, and say how many there were."""
	with frappe_session(site) as store:
		check_installed(site)
		try:
			count = offline_import.bring_in(store, school.load(store), gateway, lines, _utc)
		except (offline_import.NotAnExport, Refused) as error:
			raise click.ClickException(str(error)) from None
	click.echo(
		f"{count} check-ins of {gateway} were read. Each is in the database once; what could not be understood is set aside."
	)


def _utc() -> datetime:
	return datetime.now(timezone.utc)

"""bench commands. What they need is imported when they run: bench loads this file for every command of every app."""

import click
from frappe.commands import get_site, pass_context


@click.command("vsv-listen")
@click.option(
	"--user", default="Administrator", show_default=True, help="The user that check-ins are written as."
)
@click.option("--verbose", is_flag=True, help="Also log each message.")
@pass_context
def listen(context: object, user: str, verbose: bool) -> None:
	"""Take over what the gateways of one site send, until stopped. One process a site."""
	from vsv_app import site_listener  # noqa: PLC0415 see above

	site_listener.run(get_site(context), user, verbose=verbose)


@click.command("vsv-broker-config")
@click.option(
	"--directory", type=click.Path(file_okay=False), help="Write the files here; without it, print them."
)
@click.option("--files", default="/etc/mosquitto", show_default=True, help="Where the broker will find them.")
@click.option(
	"--certificates",
	default="/etc/mosquitto/certs",
	show_default=True,
	help="Where the broker finds its keys.",
)
@pass_context
def broker_config(context: object, directory: str | None, files: str, certificates: str) -> None:
	"""Configuration of a Mosquitto broker for the site's gateways: listener, access list, password file."""
	from vsv_app import broker_files  # noqa: PLC0415 see above

	broker_files.run(get_site(context), directory, files, certificates)


commands = [listen, broker_config]

"""bench commands. What they need is imported when they run: bench loads this file for every command of every app."""

from typing import Any, TextIO

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
	from vsv_app.site.gateways import listener_process as site_listener  # noqa: PLC0415 see above

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
def broker_config(context: Any, directory: str | None, files: str, certificates: str) -> None:
	"""Configuration of one Mosquitto broker for the gateways of a site, or of `--site all`: listener, access list, password file."""
	from vsv_app.site.gateways import broker_files  # noqa: PLC0415 see above

	get_site(context)  # says so where none is given
	broker_files.run(context.sites, directory, files, certificates)


@click.command("vsv-bring-in")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--gateway", required=True, help="The gateway whose check-ins these are.")
@pass_context
def bring_in(context: object, file: TextIO, gateway: str) -> None:
	"""Take over check-ins from a FILE of `vsv-gateway outbox export`, where a gateway's network cannot be repaired for long."""
	from vsv_app.site.gateways import offline_import  # noqa: PLC0415 see above

	offline_import.run(get_site(context), gateway, file)


@click.command("vsv-demo-data")
@click.option("--remove", is_flag=True, help="Remove all that was made, and nothing else.")
@click.option("--users", is_flag=True, help="List whom to sign in as, with role and page to open.")
@click.option("--yes", is_flag=True, help="Make it although the site has learners of its own.")
@click.option("--password", help="Of all made-up users; without it one is made and shown.")
@click.option("--learners", default=600, show_default=True, type=click.IntRange(50, 2000))
@click.option("--weeks", default=8, show_default=True, type=click.IntRange(2, 20))
@click.option("--seed", default=1, show_default=True, help="Another seed makes another school.")
@pass_context
def demo_data(
	context: object,
	remove: bool,
	users: bool,
	yes: bool,
	password: str | None,
	learners: int,
	weeks: int,
	seed: int,
) -> None:
	"""A made-up school on one site, to try everything on: people, eight weeks of attendance, signals, plans."""
	from vsv_app.site.demo_data import run  # noqa: PLC0415 see above

	run.run(
		get_site(context),
		removing=remove,
		listing=users,
		learners=learners,
		weeks=weeks,
		seed=seed,
		password=password,
		among_real=yes,
	)


@click.command("vsv-study-data")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
	"--group",
	"groups",
	multiple=True,
	type=click.Choice(["gender", "programme", "first language"]),
	help="Also write this of each learner, to see whether rules treat groups alike. None without it.",
)
@click.option(
	"--reason",
	"reasons",
	multiple=True,
	help="A recorded reason of leaving that counts as leaving early; as the settings say, if none.",
)
@pass_context
def study_data(context: object, file: str, groups: tuple[str, ...], reasons: tuple[str, ...]) -> None:
	"""Write what rules look at, of all learners of a site, as the CSV FILE of a study: with digests instead of names."""
	from vsv_app.site.signals import study_data  # noqa: PLC0415 see above

	study_data.run(get_site(context), file, groups, reasons or None)


@click.command("vsv-study", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def study(arguments: tuple[str, ...]) -> None:
	"""How well the rules tell who leaves, over the CSV of `bench vsv-study-data`. `bench vsv-study --help` says all of it."""
	from vsv_app.study.program import main  # noqa: PLC0415 see above

	raise SystemExit(main(arguments, "bench vsv-study"))


commands = [listen, broker_config, bring_in, demo_data, study_data, study]

"""The command itself: connects to the site, shows how far it is, says what came of it."""

import time
from typing import Any

import click
import frappe

from vsv_app.site.demo_data import make, remove, users
from vsv_app.site.gateways.listener_process import check_installed


def run(site: str, *, removing: bool, listing: bool, **options: Any) -> None:
	"""Make the school on a site, list its people or remove it; raises click.ClickException with what to do where it cannot be."""
	started = time.monotonic()
	frappe.init(site=site)
	try:
		frappe.connect()
		check_installed(site)
		if listing:
			_list(options["password"])
		else:
			_remove(started) if removing else _make(started, options)
	except (make.NotHere, remove.StillNamed, users.NoSchool) as reason:
		raise click.ClickException(str(reason)) from None
	finally:
		frappe.destroy()


def _make(started: float, options: dict[str, Any]) -> None:
	done = make.make(_bar, **options)
	click.echo(
		f"{done.learners} learners, {done.attendance} attendance records, {done.signals} signals, "
		f"{done.plans} plans in {time.monotonic() - started:.0f} s."
	)
	_show()
	click.echo(f"Password of all made-up users: {done.password}")
	click.echo("This list again: vsv-demo-data --users. Remove it all: vsv-demo-data --remove")


def _list(password: str | None) -> None:
	if password:
		users.set_password(password)
	_show()
	if not password:
		click.echo(
			"The password was shown when the school was made. A new one for all: vsv-demo-data --users --password NEW"
		)


def _show() -> None:
	for line in users.lines(users.listed()):
		click.echo(line)


def _remove(started: float) -> None:
	removed = remove.remove()
	if not removed:
		click.echo("There is no made-up school on this site: nothing to remove.")
		return
	click.echo(f"Removed {sum(removed.values())} records in {time.monotonic() - started:.0f} s.")


def _bar(label: str, steps: int) -> Any:
	return click.progressbar(length=steps, label=f"{label:<28}", show_eta=False)

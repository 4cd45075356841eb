"""The command for a study: it writes a site's records into a file, with digests instead of names."""

import csv
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import click

from vsv_app.site.gateways.listener_process import check_installed
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import frappe_session
from vsv_app.study import school_records
from vsv_app.study.school_records import HEADS, NoRecords, Written

MINE_ALONE = 0o600
KEY_BYTES = 32


def run(site: str, file: str, groups: Sequence[str], reasons: Sequence[str] | None) -> None:
	"""Write the file, for whoever runs this alone, and say what is in it. One that is there already is left as it is."""
	path = Path(file).resolve()
	with frappe_session(site) as store:
		check_installed(site)
		written = Written()
		# Nobody has this key once the command is over, and so nobody gets from a digest to a learner by it.
		key = secrets.token_bytes(KEY_BYTES)
		found = school_records.lines(store, school_now().date(), key, written, groups=groups, reasons=reasons)
		try:
			first = next(found)
			with os.fdopen(
				os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MINE_ALONE),
				"w",
				encoding="utf-8",
				newline="",
			) as out:
				writer = csv.writer(out, lineterminator="\n")
				writer.writerows([HEADS, first])
				writer.writerows(found)
		except NoRecords as error:
			raise click.ClickException(str(error)) from None
		except FileExistsError:
			raise click.ClickException(
				f"{path} is there already. Name another file, or take it away."
			) from None
		except OSError as error:
			raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
	click.echo(_said(path, written))


def _said(path: Path, written: Written) -> str:
	facts = ", ".join(f"{count:,} {fact}" for fact, count in sorted(written.lines.items()))
	said = [
		f"{path}: {written.learners:,} learners, of whom {written.left:,} left early. {facts}.",
		"It names nobody, and is still about learners: keep it where the register is kept, and delete it after the study.",
	]
	if written.other_days:
		said.append(
			f"{written.other_days:,} learners have other school days than most; the study judges them by those of most."
		)
	if written.left == 0:
		said.append("Nobody is recorded as having left early: fill in the date and reason of leaving on Student, or there is nothing to tell.")  # fmt: skip
	starts = f" --year-starts {written.year_starts:%m-%d}" if written.year_starts else ""
	said.append(f"Next: bench vsv-study {path}{starts} --html {path.with_suffix('.html')}")
	return "\n".join(said)

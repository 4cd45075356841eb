"""The nightly reconciliation of a year that is in order, in MariaDB on a real site, beside the one query of its exceptions.

The made-up school of `site_evaluation` with a gateway; all of it goes again, and the school's own settings are put back.
VSV_SITE names the site; run in the bench's `sites` folder.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import frappe

from benchmarks import evaluation, ledger
from benchmarks.site_evaluation import made_up_school
from vsv_app.services.school import SETTINGS
from vsv_app.stores.frappe_store import FrappeStore, frappe_session

KEPT = ("badges_from", "turnout_least")


def main() -> int:
	with frappe_session(os.environ["VSV_SITE"]) as store, made_up_school(store) as last, _doors(store, last):
		failed = ledger.measure(store, last, "MariaDB")
	return int(failed)


@contextmanager
def _doors(store: FrappeStore, last: object) -> Iterator[None]:
	"""A gateway that is heard of while the year is measured; it goes with the made-up school."""
	own = {field: store.single(SETTINGS)[field] for field in KEPT}
	try:
		ledger.make_doors(store, evaluation.FIRST, last)
		yield
	finally:
		frappe.db.rollback()
		with store.transaction():
			store.set_single(SETTINGS, own)


if __name__ == "__main__":
	sys.exit(main())

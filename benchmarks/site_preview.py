"""The preview of a rule in MariaDB on a real site, beside the one query that fetches the year's absences.

The made-up school of `site_evaluation`, with results, incidents and leavers; all of it goes again. VSV_SITE names the site; run
in the bench's `sites` folder.
"""

import os
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import preview, site_evaluation
from vsv_app.stores.frappe_store import frappe_session


def main() -> int:
	with (
		frappe_session(os.environ["VSV_SITE"]) as store,
		site_evaluation.made_up_school(store, preview.make_school) as last,
	):
		failed = preview.measure(store, last, "MariaDB")
		failed |= preview.memory([sys.executable, __file__, last.isoformat()])
	return int(failed)


if __name__ == "__main__":
	if len(sys.argv) > 1:
		with frappe_session(os.environ["VSV_SITE"]) as one_store:
			preview.peak_of_one(one_store, date.fromisoformat(sys.argv[1]))
	else:
		sys.exit(main())

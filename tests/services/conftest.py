"""The store that each test of a service runs on: a SQLite file always, and a Frappe site where a bench is given.

On the site nothing is kept: Frappe's transaction around a test is rolled back.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.world import World

STORES = ["sqlite", "site"] if os.environ.get("VSV_SITE") else ["sqlite"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
	if request.param == "site":
		yield from _site_store()
		return
	from vsv_app.stores.sqlite_store import SqliteStore

	made = SqliteStore(tmp_path / "school.sqlite")
	yield made
	made.close()


def _site_store() -> Iterator[Any]:
	import frappe

	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.tests import factories, first_company

	frappe.init(site=os.environ["VSV_SITE"], sites_path=str(Path(os.environ["VSV_BENCH"]) / "sites"))
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True
	try:
		first_company.make()
		# Education takes no attendance where the company has no holiday list; this site may have none yet.
		factories.make_holiday_list()
		yield FrappeStore()
	finally:
		frappe.db.rollback()
		for company in frappe.get_all("Company", pluck="name"):
			frappe.clear_document_cache(
				"Company", company
			)  # which Redis would keep with the list of the test
		frappe.destroy()


@pytest.fixture
def world(store: Any) -> World:
	"""A school with two groups, on a Monday in November 2031."""
	return World(store)

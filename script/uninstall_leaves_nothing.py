"""Install and uninstall the app on a throw-away site, and compare what the database looks like before and after.

Run in the `sites` folder of a bench with the bench's own python:
    python uninstall_leaves_nothing.py --db-root-password SECRET [--db-root-user root] [--keep]
Exits with 1 and lists the differences when anything is left behind or lost.
"""

import argparse
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe

COLUMNS = (
	"select table_name, column_name, column_type, is_nullable, column_default from information_schema.columns"
	" where table_schema = database()"
)
INDEXES = (
	"select table_name, index_name, seq_in_index, column_name, non_unique from information_schema.statistics"
	" where table_schema = database()"
)
RECORDS = (
	"DocType", "DocField", "DocPerm", "Custom DocPerm", "Custom Field", "Property Setter", "Role", "Has Role", "Module Def",
	"Workspace", "Number Card", "Dashboard Chart", "Dashboard", "Report", "Page", "Web Form", "Print Format",
	"Notification", "Scheduled Job Type", "Logs To Clear", "DefaultValue", "Patch Log", "Portal Menu Item", "Role Profile",
	"Installed Application", "Custom HTML Block", "Workflow", "Server Script", "Client Script", "User", "Deleted Document",
	"Desktop Icon", "Workspace Sidebar", "Workspace Sidebar Item", "Permission Log",
)  # fmt: skip
# Names that Frappe draws anew whenever it writes its own bookkeeping.
DRAWN_ANEW = {"Installed Application": "app_name", "DefaultValue": "defkey", "Has Role": "role", "Portal Menu Item": "title", "Logs To Clear": "ref_doctype", "DocPerm": "parent", "Scheduled Job Type": "method", "DocField": "fieldname", "Deleted Document": "deleted_name", "Workspace Sidebar Item": "parent", "Permission Log": "for_document"}  # fmt: skip


def main() -> int:
	arguments = _arguments()
	site = f"throw-away-{secrets.token_hex(4)}.test"
	root = ["--db-root-username", arguments.db_root_user, "--db-root-password", arguments.db_root_password]
	# Education asks for `erpnext` without its organisation, which Frappe looks up on the network unless such a folder is here.
	folder = Path("erpnext")
	made = not folder.exists()
	folder.mkdir(exist_ok=True)
	try:
		_bench("new-site", site, "--admin-password", "admin", "--install-app", "education", *root)
		before = _describe(site)
		_bench("--site", site, "install-app", "vsv_app")
		installed = _describe(site)
		_bench("--site", site, "uninstall-app", "vsv_app", "--yes", "--no-backup")
		after = _describe(site)
	finally:
		if not arguments.keep and Path(site).is_dir():
			_bench("drop-site", site, "--no-backup", "--force", *root)
		if made and not any(folder.iterdir()):
			folder.rmdir()
	print(f"{len(before)} facts before, {len(installed)} with the app, {len(after)} after")
	for fact in sorted(after - before):
		print("left behind:", *fact)
	for fact in sorted(before - after):
		print("lost:", *fact)
	if not installed - before:
		print("the app brought nothing: the comparison means nothing")
	return int(after != before or not installed - before)


def _describe(site: str) -> set[tuple[str, ...]]:
	"""Every column, index and record name of the site."""
	with _connected(site):
		facts = {("column", *map(str, row)) for row in frappe.db.sql(COLUMNS)}
		facts |= {("index", *map(str, row)) for row in frappe.db.sql(INDEXES)}
		for doctype in filter(
			frappe.db.table_exists, RECORDS
		):  # Frappe 15 has no sidebars and no log of rights
			field = DRAWN_ANEW.get(doctype, "name")
			rows = frappe.db.sql(f"select `{field}`, count(*) from `tab{doctype}` group by `{field}`")
			facts |= {("record", doctype, *map(str, row)) for row in rows}
		for table in ("tabSingles", "__Auth"):
			facts |= {
				("record", table, *map(str, row))
				for row in frappe.db.sql(f"select doctype, count(*) from `{table}` group by doctype")
			}
		facts |= {("record", "Series", *map(str, row)) for row in frappe.db.sql("select name from tabSeries")}
	return facts


@contextmanager
def _connected(site: str) -> Iterator[None]:
	frappe.init(site=site)
	frappe.connect()
	try:
		yield
	finally:
		frappe.destroy()


def _bench(*arguments: str) -> None:
	print("bench", arguments[0] if arguments[0] != "--site" else " ".join(arguments[2:4]), flush=True)
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", *arguments]
	done = subprocess.run(command, capture_output=True, text=True, check=False)
	if done.returncode:
		print((done.stdout + done.stderr)[-3000:])
		raise SystemExit(f"bench {arguments[0]} failed in {Path.cwd()}")


def _arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--db-root-user", default="root")
	parser.add_argument("--db-root-password", required=True)
	parser.add_argument("--keep", action="store_true", help="do not drop the site")
	return parser.parse_args()


if __name__ == "__main__":
	raise SystemExit(main())

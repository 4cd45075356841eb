"""What a site gets when the app comes, and gives back when the app goes."""

import json
import re
import secrets
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils.data import cint

from vsv_app.engine.access import roles
from vsv_app.modules import MODULES
from vsv_app.services.care import interventions
from vsv_app.services.signals import rule_packs
from vsv_app.site.access import education_rights
from vsv_app.site.privacy import search_rows
from vsv_app.stores.frappe_store import FrappeStore

NEEDS = {"frappe": 15, "erpnext": 15, "education": 15}
NEWEST = 16
AT_LEAST = {"education": (15, 5)}
"""Of the lowest version: what leave applications do to attendance differs before it."""
DATABASE = "mariadb"
LONGEST_CODE = 40
SETTINGS = "Early Warning Settings"
BOARD = "Support Plans"
BOARD_COLOURS = {
	"Draft": "Gray",
	"Proposed": "Orange",
	"Agreed": "Blue",
	"Active": "Green",
	"In Review": "Purple",
	"Closed": "Light Blue",
}
FIXTURES = Path(__file__).parent / "fixtures"

# Composite indexes: on Education's tables they go again at uninstall, on ours with the tables.
INDEXES: dict[str, dict[str, tuple[str, ...]]] = {
	"Student Attendance": {
		"vsv_status_date": ("status", "date"),
		"vsv_status_minutes_missed_date": ("status", "vsv_minutes_missed", "date"),
		"vsv_student_date": ("student", "date"),
		"vsv_student_status_date": ("student", "status", "date"),
		"vsv_student_minutes_missed": ("student", "vsv_minutes_missed"),
		"vsv_source_date": ("vsv_source", "date"),
		"vsv_ledger": ("student", "vsv_source", "docstatus", "date", "course_schedule"),
	},
	"Badge Check In": {
		"vsv_school_day_student": ("school_day", "student"),
		"vsv_outcome_school_day": ("outcome", "school_day"),
	},
	"Door Watch": {"vsv_gateway_at": ("gateway", "at")},
	"Attendance Hold": {"vsv_status_school_day": ("status", "school_day")},
}
RETIRED = {"Student Attendance": ("vsv_minutes_missed_date",)}
"""What an earlier version made and no query uses any more."""
OTHERS = ("Student Attendance",)
ROLES_OF_THE_SITE = "vsv_roles_of_the_site"
WITH_SECONDS, WITHOUT_SECONDS = "HH:mm:ss", "HH:mm"
TIMES_BEFORE = "vsv_times_before"
"""How the site showed times when the app came."""
MORE_THAN_A_KIND = ("Email Account", "IMAP Folder", "User Type")
"""What a school keeps when the kind of document that it names is gone."""


class WrongVersion(frappe.ValidationError):
	"""An app that this one builds on is missing or of a version that it does not know."""


class WrongDatabase(frappe.ValidationError):
	"""The site keeps its records in another database than MariaDB."""


def before_install() -> None:
	"""Refuse early, in plain words, what would fail later in obscure ones."""
	database = frappe.conf.get("db_type") or DATABASE
	if database != DATABASE:
		frappe.throw(
			_(
				"Early Warning works on a site with MariaDB; the database of this one is {0}. Make a site with MariaDB and install it there."
			).format(database),
			exc=WrongDatabase,
			title=_("Database Not Supported"),
		)
	for app, lowest in NEEDS.items():
		found = _major_version(app)
		if found is None:
			frappe.throw(
				_(
					"Early Warning needs the app {0}, version {1} or {2}. Install it on this site first."
				).format(app, lowest, NEWEST),
				exc=WrongVersion,
				title=_("App Missing"),
			)
		if not lowest <= found <= NEWEST:
			frappe.throw(
				_(
					"Early Warning works with version {1} and {2} of {0}; here is version {3}. Update {0} first."
				).format(app, lowest, NEWEST, found),
				exc=WrongVersion,
				title=_("Version Not Supported"),
			)
		wanted = AT_LEAST.get(app, ())
		if wanted and found == wanted[0] and _version(app) < wanted:
			frappe.throw(
				_(
					"Early Warning stands on what leave does to attendance in version {1} of {0}; here is version {2}. Update {0} first."
				).format(app, ".".join(map(str, wanted)), ".".join(map(str, _version(app)))),
				exc=WrongVersion,
				title=_("Version Not Supported"),
			)
	if "vsv_app" not in frappe.get_installed_apps():
		_note_roles_of_the_site()


def _note_roles_of_the_site() -> None:
	"""A role that a site has already under one of our names is its own, and stays when the app goes."""
	known = frappe.get_all("Role", {"name": ("in", roles.OURS)}, pluck="name")
	frappe.db.set_default(ROLES_OF_THE_SITE, json.dumps(known))


def set_up() -> None:
	"""Bring a site up to what this version of the app needs. Safe to run at any time; overwrites nothing of the school's."""
	add_modules()
	make_roles()
	education_rights.give()
	add_indexes()
	make_settings()
	seed()
	make_kanban_board()
	show_times_without_seconds()
	search_rows.keep_out()


def add_modules() -> None:
	"""A module that came with an update: Frappe adds one by itself at installation, and later only with a first doctype."""
	for module in MODULES:
		if not frappe.db.exists("Module Def", module):
			frappe.get_doc(doctype="Module Def", module_name=module, app_name="vsv_app").insert(
				ignore_permissions=True
			)


def make_roles() -> None:
	"""The roles that are missing; one that is there keeps what the school made of it."""
	for role in roles.OURS:
		if not frappe.db.exists("Role", role):
			frappe.get_doc(doctype="Role", role_name=role, desk_access=1).insert(ignore_permissions=True)


def add_indexes() -> None:
	for doctype, wanted in INDEXES.items():
		known = _index_names(doctype)
		for name, fields in wanted.items():
			if name not in known:
				frappe.db.add_index(doctype, list(fields), name)
		for name in RETIRED.get(doctype, ()):
			if name in known:
				_drop_index(doctype, name)


def make_settings() -> None:
	"""What is made once: the badge key and the listener's broker password. A school changes the rest."""
	_give_new_settings_their_defaults()
	# By now Frappe has made the record, unvalidated, and its times are the hour of installation.
	if not frappe.db.get_single_value(SETTINGS, "time_zone"):
		settings = frappe.get_single(SETTINGS)
		settings.school_code = _school_code()
		settings.save(ignore_permissions=True)
	store = FrappeStore()
	for field, fresh in (("badge_key", secrets.token_hex(32)), ("mqtt_password", secrets.token_urlsafe(24))):
		if not store.secret(SETTINGS, SETTINGS, field):
			store.set_secret(SETTINGS, SETTINGS, field, fresh)


def follow_setup_wizard(_answers: dict[str, Any]) -> None:
	"""The app may be installed before the wizard asks where the school is: its days begin at midnight there."""
	frappe.db.set_single_value(SETTINGS, "time_zone", frappe.utils.get_system_timezone())
	# The wizard sets the country's own, with seconds.
	frappe.db.set_default(TIMES_BEFORE, None)
	show_times_without_seconds()


def _give_new_settings_their_defaults() -> None:
	"""A number that came with an update would read as 0 on a site whose settings are older, and be saved as that."""
	known = frappe.db.get_singles_dict(SETTINGS)
	for field in frappe.get_meta(SETTINGS).fields:
		if field.default and field.fieldname not in known:
			frappe.db.set_single_value(SETTINGS, field.fieldname, field.default, update_modified=False)


def _school_code() -> str:
	"""After the site, so that two schools of one bench can share a broker."""
	return re.sub("[^a-z0-9]+", "-", frappe.local.site.lower())[:LONGEST_CODE].strip("-") or "school"


def seed() -> None:
	"""Rules and reasons from data files; what is there already is left as the school made it."""
	rule_packs.seed(FrappeStore(), frappe.utils.now_datetime())
	interventions.seed(FrappeStore(), frappe.utils.now_datetime())


def make_kanban_board() -> None:
	"""The plans by status, made once; a school that deletes or changes the board keeps it so."""
	if cint(frappe.db.get_single_value(SETTINGS, "kanban_board_made")):
		return
	if not frappe.db.exists("Kanban Board", BOARD):
		frappe.get_doc(
			doctype="Kanban Board",
			kanban_board_name=BOARD,
			reference_doctype="Support Plan",
			field_name="status",
			private=0,
			show_labels=1,
			fields=json.dumps(["responsible", "next_review"]),
			columns=[
				{
					"column_name": status,
					"status": "Archived" if status == "Closed" else "Active",
					"indicator": colour,
				}
				for status, colour in BOARD_COLOURS.items()
			],
		).insert(ignore_permissions=True)
	frappe.db.set_single_value(SETTINGS, "kanban_board_made", 1, update_modified=False)


def show_times_without_seconds() -> None:
	"""Frappe shows seconds unless it is told otherwise: nobody at a school needs them. Once; who wants them sets them back."""
	shown = frappe.db.get_single_value("System Settings", "time_format") or WITH_SECONDS
	if frappe.db.get_default(TIMES_BEFORE):
		return
	frappe.db.set_default(TIMES_BEFORE, shown)
	if shown == WITH_SECONDS:
		_show_times_as(WITHOUT_SECONDS)


def _show_times_as(time_format: str) -> None:
	frappe.db.set_single_value("System Settings", "time_format", time_format)
	frappe.db.set_default("time_format", time_format)


def before_uninstall() -> None:
	"""While the doctypes still exist: what hangs on other apps' doctypes."""
	education_rights.take_back()
	search_rows.give_back()
	_drop_indexes()
	_drop_custom_fields()
	_forget_documents()


def after_uninstall() -> None:
	"""What Frappe leaves behind when an app goes."""
	before = frappe.db.get_default(TIMES_BEFORE)
	if before and frappe.db.get_single_value("System Settings", "time_format") == WITHOUT_SECONDS:
		_show_times_as(before)
	came_along = ("in", _roles_that_came_along() or [""])
	_forget_icons_and_deletions()
	for doctype, field in _links_to("Role", istable=1):
		frappe.db.delete(doctype, {field: came_along})
	for doctype, filters in (
		("Custom DocPerm", {"role": came_along}),
		("Role", {"name": came_along}),
		("Scheduled Job Type", {"method": ("like", "vsv_app.%")}),
		("DefaultValue", {"defkey": ("like", "vsv\\_%")}),
		("Patch Log", {"patch": ("like", "vsv_app.%")}),
	):
		frappe.db.delete(doctype, filters)
	for table, field in (("Singles", "doctype"), ("Series", "name")):
		frappe.db.delete(table, {field: ("in", (SETTINGS, "BADGE-"))})
	for series in ("EWS-%", "EWR-%"):
		frappe.db.delete("Series", {"name": ("like", series)})
	frappe.db.delete("Series", {"name": ("like", "VSV-%")})
	frappe.db.delete("__Auth", {"doctype": ("in", (SETTINGS, "Attendance Gateway"))})
	# What Frappe has just deleted of ours, from doctypes to cards, it keeps a copy of.
	for module in MODULES:
		frappe.db.delete("Deleted Document", {"data": ("like", f'%"module": "{module}"%')})
	frappe.db.delete("Deleted Document", {"deleted_doctype": "Module Def", "deleted_name": ("in", MODULES)})
	frappe.db.delete("Deleted Document", {"deleted_doctype": ("in", _shipped("DocType") or [""])})
	frappe.db.commit()  # bench closes the connection after this hook without a commit; nosemgrep
	frappe.clear_cache()


def _forget_icons_and_deletions() -> None:
	"""What Frappe 16 deletes after its last commit, and its log of the rights that it has just deleted. Frappe 15 has neither."""
	for doctype in ("Desktop Icon", "Workspace Sidebar"):
		if not frappe.db.exists("DocType", doctype) or not frappe.get_meta(doctype).has_field("app"):
			continue
		_delete_with_rows(doctype, {"app": "vsv_app"})
		_delete_with_rows(doctype, {"name": ("in", _shipped(doctype))})
	if frappe.db.exists("DocType", "Permission Log"):
		for kind in ("DocType", "Page", "Report"):
			frappe.db.delete(
				"Permission Log", {"for_doctype": kind, "for_document": ("in", _shipped(kind) or [""])}
			)
		frappe.db.delete("Permission Log", {"for_doctype": "Role", "for_document": ("in", roles.OURS)})


def _shipped(doctype: str) -> list[str]:
	"""Names of the records of a kind that come with the app as files: of a module, or beside the modules."""
	here, folder = Path(__file__).parent, frappe.scrub(doctype)
	files = (*here.glob(f"*/{folder}/*/*.json"), *here.glob(f"{folder}/*.json"))
	return [record["name"] for record in (json.loads(file.read_text("utf-8")) for file in files)]


def _roles_that_came_along() -> list[str]:
	of_the_site = json.loads(frappe.db.get_default(ROLES_OF_THE_SITE) or "[]")
	return [role for role in roles.OURS if role not in of_the_site]


def _forget_documents() -> None:
	"""All that Frappe keeps about our documents: it names learners, or would point at nothing when the app is gone."""
	ours = ("in", frappe.get_all("DocType", {"module": ("in", MODULES)}, pluck="name") or [""])
	mails = frappe.get_all("Communication", {"reference_doctype": ours}, pluck="name")
	for filters in (
		{"attached_to_doctype": ours},
		{"attached_to_doctype": "Communication", "attached_to_name": ("in", mails or [""])},
	):
		for name in frappe.get_all("File", filters, pluck="name"):
			frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)
	for doctype, field in _links_to("DocType"):
		_delete_with_rows(doctype, {field: ours})
	for doctype, filters in (
		("Deleted Document", {"deleted_doctype": ours}),
		("Access Log", {"export_from": ours}),
		("Workspace Link", {"link_type": "DocType", "link_to": ours}),
		("Workspace Shortcut", {"type": "DocType", "link_to": ours}),
		("__UserSettings", {"doctype": ours}),
	):
		frappe.db.delete(doctype, filters)


def _links_to(doctype: str, **of_kind: int) -> list[tuple[str, str]]:
	"""(doctype, field) of Frappe's own tables whose records name one of these, such as a Comment its kind of document."""
	modules = frappe.get_all("Module Def", {"app_name": "frappe"}, pluck="name")
	tables = frappe.get_all(
		"DocType",
		{
			"module": ("in", modules), "issingle": 0, "is_virtual": 0, "name": ("not in", MORE_THAN_A_KIND), **of_kind,
		},
		pluck="name",
	)  # fmt: skip
	links = {"fieldtype": "Link", "options": doctype, "parent": ("in", tables)}
	return frappe.get_all("DocField", links, ["parent", "fieldname"], as_list=True)


def _delete_with_rows(doctype: str, filters: dict[str, Any]) -> None:
	"""Records and the rows of their child tables, without a trace of the deletion itself."""
	for table in frappe.get_meta(doctype).get_table_fields():
		names = frappe.get_all(doctype, filters, pluck="name")
		frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", names or [""])})
	frappe.db.delete(doctype, filters)


def _drop_indexes() -> None:
	for doctype in OTHERS:
		known = _index_names(doctype)
		for name in (*INDEXES[doctype], *RETIRED.get(doctype, ())):
			if name in known:
				_drop_index(doctype, name)


def _drop_custom_fields() -> None:
	"""Our custom fields with their columns: Frappe deletes the record and leaves the column."""
	for field in json.loads((FIXTURES / "custom_field.json").read_text()):
		frappe.db.delete("Custom Field", {"name": field["name"]})
		frappe.db.delete("Property Setter", {"doc_type": field["dt"], "field_name": field["fieldname"]})
		if frappe.db.has_column(field["dt"], field["fieldname"]):
			_change_table(f"ALTER TABLE `tab{field['dt']}` DROP COLUMN `{field['fieldname']}`")
		frappe.clear_cache(doctype=field["dt"])


def _change_table(statement: str) -> None:
	frappe.db.sql_ddl(statement)  # with names of our own alone; nosemgrep


def _drop_index(doctype: str, name: str) -> None:
	_change_table(f"ALTER TABLE `tab{doctype}` DROP INDEX `{name}`")


def _index_names(doctype: str) -> set[str]:
	rows = frappe.db.sql(f"SHOW INDEX FROM `tab{doctype}`", as_dict=True)  # nosemgrep
	return {row.Key_name for row in rows}


def _major_version(app: str) -> int | None:
	return _version(app)[0] if app in frappe.get_installed_apps() else None


def _version(app: str) -> tuple[int, ...]:
	"""The first two numbers of an app's version."""
	return tuple(cint(part) for part in frappe.get_attr(f"{app}.__version__").split(".")[:2])

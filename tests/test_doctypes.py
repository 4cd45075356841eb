"""Every doctype says what it is; those of the path, from a gateway to a signal, what each field is for, and they can be searched and listed."""

import json

import pytest

from vsv_app.engine.attendance import day_outcome, tap_time
from vsv_app.engine.signals import signal_lifecycle
from vsv_app.modules import APP, MODULES, folder
from vsv_app.stores.schema import described

PATH = (
	"Attendance Gateway", "Student Badge", "Badge Check In", "Bell Schedule", "Absence Reason", "Mentor Assignment",
	"Early Warning Settings", "Early Warning Rule", "Early Warning Signal", "Early Warning Alert", "Signal Step", "Learner Circumstance",
	"Statutory Report", "Set Aside Message",
)  # fmt: skip
WITHOUT_WORDS = ("Section Break", "Column Break", "Tab Break", "Button", "HTML")


DOCTYPES = described()
TABLES = [
	field["options"] for name in PATH for field in DOCTYPES[name]["fields"] if field["fieldtype"] == "Table"
]
LISTED = [name for name in PATH if not DOCTYPES[name].get("issingle")]


@pytest.mark.parametrize("module", MODULES)
def test_each_module_has_a_folder_that_frappe_can_import(module: str) -> None:
	assert (folder(module) / "__init__.py").is_file()


def test_each_doctype_and_workspace_lies_in_the_folder_of_its_module() -> None:
	for module in MODULES:
		for path in folder(module).glob("*/*/*.json"):
			one = json.loads(path.read_text("utf-8"))
			assert one.get("module", module) == module, path


@pytest.mark.parametrize("name", sorted(DOCTYPES))
def test_each_doctype_of_the_app_says_what_it_is(name: str) -> None:
	assert DOCTYPES[name].get("description")


@pytest.mark.parametrize("name", [*PATH, *TABLES])
def test_each_field_says_what_it_is_and_what_it_is_for(name: str) -> None:
	shown = [
		field
		for field in DOCTYPES[name]["fields"]
		if field["fieldtype"] not in WITHOUT_WORDS and not field.get("hidden")
	]
	assert [
		field["fieldname"] for field in shown if not (field.get("label") and field.get("description"))
	] == []


def test_so_do_the_fields_on_doctypes_of_others() -> None:
	fields = json.loads((APP / "fixtures/custom_field.json").read_text("utf-8"))
	shown = [field for field in fields if field["fieldtype"] not in WITHOUT_WORDS]
	assert {field["dt"] for field in shown} >= {"Student Attendance"}
	assert [field["name"] for field in shown if not (field.get("label") and field.get("description"))] == []


@pytest.mark.parametrize("name", LISTED)
def test_each_can_be_listed_filtered_and_searched(name: str) -> None:
	doctype = DOCTYPES[name]
	fields = {field["fieldname"]: field for field in doctype["fields"]}
	assert doctype.get("title_field") in fields
	assert set(doctype["search_fields"].split(",")) <= set(fields)
	for place in ("in_list_view", "in_standard_filter"):
		assert [field for field in fields.values() if field.get(place)], place
	assert [field for field in fields.values() if field.get("search_index") or field.get("unique")]


@pytest.mark.parametrize("name", [*PATH])
def test_nobody_writes_without_a_role_of_a_school(name: str) -> None:
	roles = {rule["role"] for rule in DOCTYPES[name]["permissions"]}
	assert roles - {"System Manager"}
	assert not roles & {"All", "Guest", "Desk User"}


@pytest.mark.parametrize("name", LISTED)
def test_its_dashboard_leads_to_records_that_name_it(name: str) -> None:
	for link in DOCTYPES[name].get("links", ()):
		if link["link_doctype"] in DOCTYPES:
			there = {field["fieldname"]: field for field in DOCTYPES[link["link_doctype"]]["fields"]}
			# A message that was set aside may name a gateway that is no record here.
			assert there[link["link_fieldname"]].get("options", name) == name


@pytest.mark.parametrize(
	("doctype", "field", "known"),
	[
		("Attendance Hold", "cause", day_outcome.CAUSES),
		("Attendance Hold", "settled_as", day_outcome.ANSWERS),
		("Badge Check In", "time_certainty", tap_time.CERTAINTIES),
		("Signal Step", "step", signal_lifecycle.STEPS),
	],
)
def test_a_choice_of_the_engine_is_that_of_the_form(doctype: str, field: str, known: tuple[str, ...]) -> None:
	(options,) = (one["options"] for one in DOCTYPES[doctype]["fields"] if one["fieldname"] == field)
	assert tuple(filter(None, options.split("\n"))) == known

"""The table of who may do what: it stands in the documentation and in the doctypes, and says nothing careless."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine import access
from vsv_app.engine.access import (
	ABOUT_LEARNERS,
	ACTIONS,
	CARE,
	CONDITIONS,
	DOCUMENTS,
	ROLES,
	SET_UP,
	SETUP,
	SITE,
	TABLE,
	Circumstances,
)

ROOT = Path(__file__).parents[2]
DOCUMENTED = (ROOT / "docs/data-protection.md").read_text("utf-8")
CIRCUMSTANCES = st.builds(Circumstances, *[st.booleans() for _field in Circumstances.__dataclass_fields__])


def described(document: str) -> dict[str, object]:
	name = document.lower().replace(" ", "_")
	path = ROOT / f"vsv_app/vsv_app/doctype/{name}/{name}.json"
	return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def written_table(heading: str) -> str:
	"""The table that follows a heading of the document, spaces evened out."""
	after = DOCUMENTED.split(f"## {heading}\n", 1)[1]
	lines = [line for line in re.split(r"\n## ", after)[0].splitlines() if line.startswith("|")]
	return "\n".join(re.sub(r"\s+", " ", line) for line in lines)


def test_the_documentation_says_what_the_engine_says() -> None:
	assert written_table("Who may do what at a desk") == access.as_markdown()
	assert written_table("Who may do what with what a school sets up") == access.setup_as_markdown()
	assert written_table("Whose learners the reports name") == access.reports_as_markdown()
	assert written_table("Who may do what in the portal") == access.portal_as_markdown()


def test_every_document_of_the_app_has_rows() -> None:
	kinds = (
		json.loads(path.read_text("utf-8")) for path in (ROOT / "vsv_app/vsv_app/doctype").glob("*/*.json")
	)
	assert {one["name"] for one in kinds if not one.get("istable")} == {*DOCUMENTS, *SET_UP}
	assert set(DOCUMENTS).isdisjoint(SET_UP)


@pytest.mark.parametrize("document", SET_UP)
def test_what_a_school_sets_up_names_no_learner(document: str) -> None:
	"""In no field and in no row: a link to a learner, or to a record about one."""
	fields = list(described(document)["fields"])  # type: ignore[call-overload]
	tables = [field["options"] for field in fields if field["fieldtype"].startswith("Table")]
	fields += [field for table in tables for field in described(table)["fields"]]  # type: ignore[attr-defined]
	assert not {field.get("options") for field in fields} & {"Student", "Guardian", *ABOUT_LEARNERS}


def test_each_report_is_for_the_roles_of_the_table() -> None:
	for path in (ROOT / "vsv_app/vsv_app/report").glob("*/*.json"):
		report = json.loads(path.read_text("utf-8"))
		assert {row["role"] for row in report["roles"]} == {
			row.role for row in access.REPORTS if row.report == report["name"]
		}, report["name"]
		assert not report["prepared_report"], "a prepared report is a file for whoever opens it"


@pytest.mark.parametrize("document", [*DOCUMENTS, *SET_UP])
def test_the_doctype_gives_the_rights_of_the_table_and_no_other(document: str) -> None:
	given = {
		row["role"]: {right for right, on in row.items() if on == 1 and right != "permlevel"}
		for row in described(document)["permissions"]  # type: ignore[attr-defined]
	}
	assert given == {row.role: set(row.actions) for row in (*TABLE, *SETUP) if row.document == document}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_field_reaches_the_global_search_that_knows_no_conditions(document: str) -> None:
	fields = described(document)["fields"]
	assert document not in ABOUT_LEARNERS or not any(field.get("in_global_search") for field in fields)  # type: ignore[attr-defined]


def test_each_row_is_of_known_words_and_stands_once() -> None:
	for row in (*TABLE, *SETUP):
		assert row.role in (ROLES if row in TABLE else (*ROLES, SITE))
		assert set(row.actions) <= set(ACTIONS)
		assert row.condition in CONDITIONS
		assert "read" in row.actions
	assert len({(row.role, row.document) for row in (*TABLE, *SETUP)}) == len(TABLE) + len(SETUP)


def test_nobody_deletes_a_record_about_a_learner_by_hand() -> None:
	deleted = {row.document for row in TABLE if row.document in ABOUT_LEARNERS and "delete" in row.actions}
	assert deleted == {
		"Learner Circumstance",
		"Mentor Assignment",
		"Student Badge",
	}  # what somebody entered, and may take back


def test_who_sees_all_that_is_done_for_learners_is_the_coordinator_alone() -> None:
	everywhere = {row.role for row in TABLE if row.document in CARE and row.condition.startswith("all")}
	assert everywhere == {access.COORDINATOR}


def test_the_table_has_every_document_that_names_a_learner() -> None:
	described = [
		json.loads(path.read_text("utf-8")) for path in (ROOT / "vsv_app/vsv_app/doctype").glob("*/*.json")
	]
	about = {
		one["name"]
		for one in described
		if not one.get("istable") and any(field.get("options") == "Student" for field in one["fields"])
	}
	assert about | {"Care Reminder"} == set(ABOUT_LEARNERS)


@pytest.mark.parametrize("document", ABOUT_LEARNERS)
def test_no_title_that_frappe_tells_everybody_who_asks(document: str) -> None:
	assert not described(document).get("show_title_field_in_link")


def test_no_role_of_frappe_itself_sees_a_learner() -> None:
	for document in ABOUT_LEARNERS:
		assert {row["role"] for row in described(document)["permissions"]} <= set(ROLES)  # type: ignore[attr-defined]


@given(CIRCUMSTANCES, st.sets(st.sampled_from(ROLES)), st.sampled_from(ACTIONS))
def test_a_restricted_concern_is_for_its_named_readers_alone(
	at: Circumstances, roles: set[str], action: str
) -> None:
	at = replace(at, restricted=True, named=False)
	assert not access.may("Concern", roles, action, at)


@given(CIRCUMSTANCES, st.sets(st.sampled_from(ROLES)), st.sampled_from(DOCUMENTS), st.sampled_from(ACTIONS))
def test_without_a_row_nothing_and_with_another_role_never_less(
	at: Circumstances, roles: set[str], document: str, action: str
) -> None:
	assert not access.may(document, set(), action, at)
	allowed = access.may(document, roles, action, at)
	assert allowed == any(access.may(document, {role}, action, at) for role in roles)


def test_a_mentor_sees_own_learners_and_no_others() -> None:
	for document in ("Support Plan", "Contact Log", "Consent Record", "Referral", "Concern"):
		assert access.may(document, {"School Mentor"}, "read", Circumstances(own_learner=True))
		assert not access.may(document, {"School Mentor"}, "read", Circumstances())

"""The table of who may do what: nothing about a learner is missing, it stands in the documentation, the doctypes and the hooks, and says nothing careless."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app import hooks
from vsv_app.engine.access import conditions, markdown, roles, table
from vsv_app.engine.access.conditions import CONDITIONS, Circumstances
from vsv_app.engine.access.declaration import REFERENCE, STUDENT, UNTIL_ERASED, VISIBILITY, Document
from vsv_app.engine.access.documents import care, partners
from vsv_app.engine.access.gate.declaration import STANDS_FOR_A_KIND
from vsv_app.engine.access.reports import REPORTS
from vsv_app.engine.access.rights import ACTIONS
from vsv_app.engine.access.roles import ROLES, SITE
from vsv_app.engine.access.table import ABOUT_LEARNERS, DECLARED, DOCUMENTS, SET_UP, SETUP, TABLE
from vsv_app.modules import MODULES, folder
from vsv_app.stores.schema import described

ROOT = Path(__file__).parents[2]
DOCUMENTED = (ROOT / "docs/data-protection.md").read_text("utf-8")
CIRCUMSTANCES = st.builds(Circumstances, *[st.booleans() for _field in Circumstances.__dataclass_fields__])
DOCTYPES = described()
PEOPLE = {"Student", "Guardian"}
SETTINGS = {field["fieldname"]: field for field in DOCTYPES["Early Warning Settings"]["fields"]}


def fields(kind: str) -> dict[str, dict[str, Any]]:
	return {field["fieldname"]: field for field in DOCTYPES[kind]["fields"]}


def child_tables(kind: str) -> tuple[str, ...]:
	return tuple(f["options"] for f in DOCTYPES[kind]["fields"] if f["fieldtype"].startswith("Table"))


def lead_to(kind: str, targets: set[str]) -> bool:
	"""Whether a field of a doctype, or of its child tables, names one of these, or a record of any kind."""
	return any(
		field["fieldtype"] == "Dynamic Link"
		or (field["fieldtype"] == "Link" and field.get("options") in {*targets, "DocType"})
		for one in (kind, *child_tables(kind))
		for field in DOCTYPES[one]["fields"]
	)


def about_learners() -> set[str]:
	"""By the doctypes alone: what names a learner or a guardian, and what names such a record, however far."""
	found: set[str] = set()
	parents = {kind for kind, one in DOCTYPES.items() if not one.get("istable")}
	while fresh := {kind for kind in parents - found if lead_to(kind, PEOPLE | found)}:
		found |= fresh
	return found


def section(heading: str) -> str:
	after = DOCUMENTED.split(f"## {heading}\n", 1)[1]
	return re.split(r"\n## ", after)[0]


def written_table(heading: str) -> str:
	"""The table that follows a heading of the document, spaces evened out."""
	lines = [line for line in section(heading).splitlines() if line.startswith("|")]
	return "\n".join(re.sub(r"\s+", " ", line) for line in lines)


def test_the_documentation_says_what_the_engine_says() -> None:
	assert written_table("Who may do what at a desk") == markdown.at_a_desk()
	assert (
		written_table("Who may do what with what a school sets up") == markdown.with_what_a_school_sets_up()
	)
	assert written_table("Whose learners the reports name") == markdown.in_reports()
	assert written_table("Who may do what in the portal") == markdown.in_the_portal()


def test_every_document_of_the_app_is_declared_once() -> None:
	kinds = [one.kind for one in DECLARED]
	assert sorted(kinds) == sorted(kind for kind, one in DOCTYPES.items() if not one.get("istable"))


def test_no_document_about_a_learner_is_missing() -> None:
	"""Declare a new one in engine/access/documents, with `by`: hooks, export, erasure and the rest follow from that."""
	assert about_learners() == set(ABOUT_LEARNERS)


def test_a_link_over_other_records_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
	link = {"fieldname": "x", "fieldtype": "Link"}
	step = {"fields": [{**link, "options": "Early Warning Signal"}]}
	row = {"istable": 1, "fields": [{**link, "options": "Signal Mark"}]}
	decision = {"fields": [{"fieldname": "steps", "fieldtype": "Table", "options": "Decision Step"}]}
	survey = {"fields": [{**link, "options": "Student Group"}]}
	for kind, one in {
		"Signal Mark": step,
		"Decision Step": row,
		"Decision": decision,
		"Survey": survey,
	}.items():
		monkeypatch.setitem(DOCTYPES, kind, one)
	assert about_learners() - set(ABOUT_LEARNERS) == {"Signal Mark", "Decision"}


@pytest.mark.parametrize("one", [one for one in DECLARED if one.by], ids=lambda one: one.kind)
def test_what_is_declared_of_a_document_about_a_learner_is_so(one: Document) -> None:
	own = fields(one.kind)
	assert one.by in (STUDENT, REFERENCE)
	if one.by == STUDENT:
		assert own[STUDENT]["options"] == "Student"
	else:
		assert set(REFERENCE) <= set(own)
	assert set(one.rows) == set(child_tables(one.kind))
	assert all("user" in fields(rows) for rows in (one.team, one.readers) if rows)
	assert {one.team, one.readers} - {""} <= set(one.rows)
	assert not one.noted_by or own[one.noted_by]["options"] == "User"
	assert bool(one.readers) == (VISIBILITY in own)
	if one.addressee:
		there = fields(one.addressee.told_by or one.kind)
		assert there[one.addressee.field]["options"] == "User"
		if one.addressee.told_by:
			about = one.kind if one.addressee.about == "name" else own[one.addressee.about]["options"]
			assert there[one.addressee.link]["options"] == about
	if one.of_user:
		assert own[one.of_user.field]["options"] == "User"
		assert set(one.of_user.redact) <= set(own)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.role}, {row.document}")
def test_a_condition_finds_what_it_looks_at(row: table.Row) -> None:
	one = table.BY_KIND[row.document]
	looked_at = {
		conditions.ALL: [True],
		conditions.OWN: [one.addressee],
		conditions.OWN_TASKS: [one.addressee],
		conditions.OWN_LEARNERS: [one.by == STUDENT],
		conditions.OWN_LEARNERS_OR_TEAM: [one.by == STUDENT, one.team],
		conditions.OWN_NOTES: [one.noted_by, one.readers],
		conditions.OWN_LEARNERS_NAMED: [one.by == STUDENT, one.noted_by, one.readers],
		conditions.ALL_NAMED: [one.readers],
	}
	assert set(looked_at) == set(CONDITIONS)
	assert all(looked_at[row.condition])
	assert one.by or row.condition == conditions.ALL


def test_the_rows_of_a_document_about_a_learner_are_of_no_other() -> None:
	"""They would be hidden there from who may read that one."""
	for rows, parents in table.PARENTS.items():
		assert set(parents) == {kind for kind in DOCTYPES if rows in child_tables(kind)}


def test_what_cannot_be_without_another_record_is_erased_before_it() -> None:
	order = table.OF_A_LEARNER
	for kind in order:
		for field in DOCTYPES[kind]["fields"]:
			if field["fieldtype"] == "Link" and field.get("reqd") and field["options"] in order:
				assert order.index(kind) < order.index(field["options"]), (kind, field["options"])


def test_the_hooks_name_each_document_about_a_learner_and_the_rows_of_each() -> None:
	looked_at = {path: set() for path in ("listed", "rows_listed", "allowed")}
	for hook in (hooks.permission_query_conditions, hooks.has_permission):
		for kind, path in hook.items():
			module, function = path.rsplit(".", 1)
			if module == "vsv_app.site.access.permission_hooks":
				looked_at[function].add(kind)
	rows = {child for kind in about_learners() for child in child_tables(kind)}
	assert looked_at == {"listed": about_learners(), "allowed": about_learners(), "rows_listed": rows}


@pytest.mark.parametrize("kind", STANDS_FOR_A_KIND)
def test_the_gate_hears_of_each_document_whose_name_stands_for_a_kind(kind: str) -> None:
	told = {event for event, paths in hooks.doc_events[kind].items() if "gate.ours.forget" in str(paths)}
	assert told == {"on_update", "on_trash", "after_rename"}


@pytest.mark.parametrize("kind", ABOUT_LEARNERS)
def test_it_is_said_why_it_is_kept_and_how_long(kind: str) -> None:
	kept = table.BY_KIND[kind].kept
	assert kept is not None
	name = kind.removeprefix("Early Warning ")  # the tables say "Early Warning Signal, Alert"
	assert re.search(rf"^\|[^|]*\b{name}\b", written_table("What is kept, and why"), re.M)
	line = re.search(rf"^\|[^|]*\b{name}\b.*$", written_table("How long it is kept"), re.M)
	assert line
	if kept != UNTIL_ERASED:
		setting = SETTINGS[kept.setting]
		assert setting["label"].removesuffix(" (days)") in line[0]
		assert f"{setting['default']} days" in line[0]
	for ended in kept.ended:
		assert {ended.on, *(field for field, _is, _value in ended.where)} <= {
			*fields(kind),
			"creation",
			"modified",
		}


@pytest.mark.parametrize("document", SET_UP)
def test_what_a_school_sets_up_names_no_learner(document: str) -> None:
	"""In no field and in no row: a link to a learner, or to a record about one."""
	assert not lead_to(document, {*PEOPLE, *ABOUT_LEARNERS})


def test_each_report_is_for_the_roles_of_the_table() -> None:
	for path in (path for module in MODULES for path in folder(module).glob("report/*/*.json")):
		report = json.loads(path.read_text("utf-8"))
		assert {row["role"] for row in report["roles"]} == {
			row.role for row in REPORTS if row.report == report["name"]
		}, report["name"]
		assert not report["prepared_report"], "a prepared report is a file for whoever opens it"


@pytest.mark.parametrize("document", [*DOCUMENTS, *SET_UP])
def test_the_doctype_gives_the_rights_of_the_table_and_no_other(document: str) -> None:
	given = {
		row["role"]: {right for right, on in row.items() if on == 1 and right != "permlevel"}
		for row in DOCTYPES[document]["permissions"]
	}
	assert given == {row.role: set(row.actions) for row in (*TABLE, *SETUP) if row.document == document}


@pytest.mark.parametrize("document", ABOUT_LEARNERS)
def test_no_field_reaches_the_global_search_that_knows_no_conditions(document: str) -> None:
	assert not any(field.get("in_global_search") for field in fields(document).values())


def test_each_row_is_of_known_words_and_stands_once() -> None:
	for row in (*TABLE, *SETUP):
		assert row.role in (ROLES if row in TABLE else (*ROLES, SITE))
		assert set(row.actions) <= set(ACTIONS)
		assert "read" in row.actions
	assert all(row.condition == conditions.ALL for row in SETUP)
	assert len({(row.role, row.document) for row in (*TABLE, *SETUP)}) == len(TABLE) + len(SETUP)


def test_nobody_deletes_a_record_about_a_learner_by_hand() -> None:
	deleted = {row.document for row in TABLE if row.document in ABOUT_LEARNERS and "delete" in row.actions}
	assert deleted == {
		"Learner Circumstance",
		"Mentor Assignment",
		"Student Badge",
	}  # what somebody entered, and may take back


def test_who_sees_all_that_is_done_for_learners_is_the_coordinator_alone() -> None:
	kinds = {one.kind for one in (*care.DOCUMENTS, *partners.DOCUMENTS) if one.by}
	# Who has a task with whom, who has read, and who was given access.
	kinds -= {"Mentor Assignment", "Restricted Read", "Family Invitation"}
	everywhere = {row.role for row in TABLE if row.document in kinds and row.condition.startswith("all")}
	assert everywhere == {roles.COORDINATOR}


@pytest.mark.parametrize("document", ABOUT_LEARNERS)
def test_no_title_that_frappe_tells_everybody_who_asks(document: str) -> None:
	assert not DOCTYPES[document].get("show_title_field_in_link")


def test_no_role_of_frappe_itself_sees_a_learner() -> None:
	for document in ABOUT_LEARNERS:
		assert {row["role"] for row in DOCTYPES[document]["permissions"]} <= set(ROLES)


def test_the_roles_that_the_app_brings_along_are_those_of_its_table_that_nobody_else_has() -> None:
	assert {row.role for row in (*TABLE, *SETUP)} == {*roles.OURS, roles.TEACHER, SITE}


@given(CIRCUMSTANCES, st.sets(st.sampled_from(ROLES)), st.sampled_from(ACTIONS))
def test_a_restricted_concern_is_for_its_named_readers_alone(
	at: Circumstances, roles: set[str], action: str
) -> None:
	at = replace(at, restricted=True, named=False)
	assert not table.may("Concern", roles, action, at)


@given(CIRCUMSTANCES, st.sets(st.sampled_from(ROLES)), st.sampled_from(DOCUMENTS), st.sampled_from(ACTIONS))
def test_without_a_row_nothing_and_with_another_role_never_less(
	at: Circumstances, roles: set[str], document: str, action: str
) -> None:
	assert not table.may(document, set(), action, at)
	allowed = table.may(document, roles, action, at)
	assert allowed == any(table.may(document, {role}, action, at) for role in roles)


def test_a_mentor_sees_own_learners_and_no_others() -> None:
	for document in ("Support Plan", "Contact Log", "Consent Record", "Referral", "Concern"):
		assert table.may(document, {"School Mentor"}, "read", Circumstances(own_learner=True))
		assert not table.may(document, {"School Mentor"}, "read", Circumstances())

"""Packs: what ships is sound and says why, a school's own edits survive, and what cannot be used is refused."""

import copy
import re
from datetime import date, datetime
from typing import Any

import pytest

from tests.services.world import World
from vsv_app.engine.attendance.learner_days import Enrolment
from vsv_app.engine.signals.evaluation import in_scope
from vsv_app.services.signals import rule_packs
from vsv_app.services.signals.rule_packs import PackError
from vsv_app.stores.queries.signals import rules
from vsv_app.stores.queries.sql import VALUE, delete, select, table, update
from vsv_app.stores.schema import described

NOW = datetime(2031, 11, 24, 12)
SHIPPED = {pack["pack"]: pack for pack in rule_packs.available()}
CONDITION = table("Early Warning Rule Condition")
ALL_RULES = [(code, rule) for code, pack in SHIPPED.items() for rule in pack["rules"]]


def test_what_ships() -> None:
	assert set(SHIPPED) == {
		"abc", "england-absence", "flanders-half-days", "nl-lateness", "nl-statutory", "start",
	}  # fmt: skip
	assert [code for code, pack in SHIPPED.items() if pack.get("enabled")] == ["start"]
	codes = [rule["rule_code"] for _pack, rule in ALL_RULES]
	assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(("pack", "rule"), ALL_RULES, ids=[rule["rule_code"] for _pack, rule in ALL_RULES])
def test_each_rule_is_sound_and_says_why(pack: str, rule: dict[str, Any]) -> None:
	rule_packs.check(SHIPPED[pack])
	assert rule["basis_url"].startswith("https://")
	assert rule["basis"].endswith(".")
	assert rule["advice"][-1] in ".?"
	assert not re.search(r"\b(truant|problem child|bad)\b", rule["title"] + rule["advice"], re.IGNORECASE)
	if rule.get("statutory"):
		assert rule["report_to"]
		assert rule["report_within_days"] > 0


@pytest.mark.parametrize(("pack", "rule"), ALL_RULES, ids=[rule["rule_code"] for _pack, rule in ALL_RULES])
def test_what_each_rule_says_fits_where_it_is_kept(pack: str, rule: dict[str, Any]) -> None:
	"""A database that finds a text too long would stop a school's update; SQLite would say nothing."""
	fields = described()["Early Warning Rule"]["fields"]
	short = {f["fieldname"]: f for f in fields if f["fieldtype"] in ("Data", "Select", "Link")}
	for name, value in rule.items():
		if name in short:
			assert len(str(value)) <= short[name].get("length", 140), name


@pytest.mark.parametrize("pack", sorted(set(SHIPPED) - {"start", "nl-lateness", "england-absence"}))
def test_each_limit_has_an_earlier_talk(pack: str) -> None:
	"""The gravest rule of a pack does not come alone."""
	tiers = {rule["tier"] for rule in SHIPPED[pack]["rules"]}
	assert len(tiers) > 1
	assert min(tiers) < 3


def test_all_of_them_can_be_in_use_together(world: World) -> None:
	for code in SHIPPED:
		rule_packs.switch(world.store, code, True, NOW)
	enabled, broken = rules.enabled(world.store)
	assert broken == {}
	assert {rule["rule_code"] for _pack, rule in ALL_RULES} <= {rule.code for rule in enabled}


@pytest.mark.parametrize("gone", ["one of a pack", "a whole pack"])
def test_what_the_school_deleted_stays_deleted(world: World, gone: str) -> None:
	"""At every migrate everything that ships is brought in anew."""
	rule, reason = table("Early Warning Rule"), table("Absence Reason")
	kept_away = rule.rule_code == VALUE if gone == "one of a pack" else rule.pack == VALUE
	world.store.run(delete(rule).where(kept_away), ["START-LATE-3" if gone == "one of a pack" else "start"])
	world.store.run(delete(reason).where(reason.reason_code == VALUE), ["ILL"])

	def here() -> list[str]:
		rows = [*world.store.fetch(select(rule, rule.name)), *world.store.fetch(select(reason, reason.name))]
		return sorted(name for (name,) in rows)

	left = here()
	rule_packs.seed(world.store, NOW)
	assert here() == left
	assert "START-LATE-3" not in left


def test_switching_on_and_off_says_what_changed(world: World) -> None:
	assert rule_packs.switch(world.store, "abc", True, NOW) == sorted(
		r["rule_code"] for r in SHIPPED["abc"]["rules"]
	)
	assert rule_packs.switch(world.store, "abc", True, NOW) == []
	assert len(rule_packs.switch(world.store, "abc", False, NOW)) == len(SHIPPED["abc"]["rules"])
	with pytest.raises(PackError, match="no rule of a pack 'xyz' here"):
		rule_packs.switch(world.store, "xyz", True, NOW)


# Refused with a sentence


def changed(**fields: Any) -> dict[str, Any]:
	pack = copy.deepcopy(SHIPPED["nl-statutory"])
	pack["rules"][0] |= fields
	return pack


@pytest.mark.parametrize(
	("pack", "sentence"),
	[
		(changed(indicator="unexcused_minuts"), "rule NL-UNEXCUSED-8H: .*Did you mean 'unexcused_minutes'"),
		(changed(indicator=None), "rule NL-UNEXCUSED-8H: .*there is no indicator ''"),
		(changed(threshold=96000), "can never hold.*The threshold is in minutes"),
		(changed(threshold=16, has_clear_below=0), "for 16 hours write 960"),
		(changed(window_length=60), "longer than a school year"),
		(changed(treshold=3), "no field treshold. Did you mean threshold"),
		(changed(basis=""), "it lacks basis"),
		(changed(rule_code=None), "rule number 1: it lacks rule_code"),
		(changed(rule_code="NL-UNEXCUSED-16H"), "two rules have the code NL-UNEXCUSED-16H"),
		(changed(combination="All Of", conditions=[{"indicator": "times_late"}]), "a condition lacks comparison"),
		({**SHIPPED["abc"], "version": None}, "The pack abc lacks version"),
		({}, "The pack without a name lacks pack, title, version, rules"),
		([], "A pack is an object with pack, title, version and rules"),
		({**SHIPPED["abc"], "version": "2"}, "Pack abc: its version is a whole number"),
		({**SHIPPED["abc"], "rules": ["ABC-COURSE"]}, "its rules are a list of objects"),
		({**SHIPPED["abc"], "rules": {"ABC-COURSE": {}}}, "its rules are a list of objects"),
		(changed(threshold="sixteen"), 'rule NL-UNEXCUSED-8H: threshold is a number, not "sixteen"'),
		(changed(threshold=True), "threshold is a number, not true"),
		(changed(threshold=[3]), r"threshold is a number, not \[3\]"),
		(changed(window_length="4"), 'window_length is a whole number, not "4"'),
		(changed(window_length=2.5), "window_length is a whole number, not 2.5"),
		(changed(tier="x"), 'tier is a whole number, not "x"'),
		(changed(indicator=5), "indicator is text, not 5"),
		(changed(valid_from="1-9-2026"), 'valid_from is a day such as 2026-09-01, not "1-9-2026"'),
		(changed(combination="All Of", conditions=["times_late"]), "conditions is a list of objects"),
		(changed(combination="All Of", conditions=None), "add at least one condition"),
		(changed(combination="All Of", conditions=[{"indicater": "times_late"}]), "no field indicater. Did you mean indicator"),
	],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_before_anything_is_written(
	world: World, pack: dict[str, Any], sentence: str
) -> None:
	before = sorted(world.rows("Early Warning Rule", "name", "modified"))
	with pytest.raises(PackError, match=sentence):
		rule_packs.import_pack(world.store, pack, NOW)
	assert sorted(world.rows("Early Warning Rule", "name", "modified")) == before


# Updates


def newer(pack: str, code: str, **fields: Any) -> dict[str, Any]:
	made = copy.deepcopy(SHIPPED[pack])
	made["version"] += 1
	for rule in made["rules"]:
		if rule["rule_code"] == code:
			rule.update(fields)
	return made


def stored(world: World, code: str, *fields: str) -> tuple[Any, ...]:
	(row,) = world.rows("Early Warning Rule", *fields, name=code)
	return row


def test_new_words_make_no_new_version_and_a_new_threshold_does(world: World) -> None:
	rule_packs.import_pack(world.store, newer("abc", "ABC-COURSE", advice="Ask."), NOW)
	assert stored(world, "ABC-COURSE", "advice", "version") == ("Ask.", 1)
	pack = newer("abc", "ABC-COURSE", threshold=2)
	rule_packs.import_pack(world.store, {**pack, "version": pack["version"] + 1}, NOW)
	assert stored(world, "ABC-COURSE", "threshold", "version") == (2, 2)


def conditions(world: World) -> list[tuple[Any, ...]]:
	return sorted(
		world.rows("Early Warning Rule Condition", "idx", "indicator", "threshold", parent="ABC-TWO-OF-THREE")
	)


def two_of_three(threshold: float) -> dict[str, Any]:
	rows = copy.deepcopy(SHIPPED["abc"]["rules"][-1]["conditions"])
	rows[0]["threshold"] = threshold
	return newer("abc", "ABC-TWO-OF-THREE", conditions=rows)


def test_conditions_are_updated_where_the_school_left_them(world: World) -> None:
	assert [row[1] for row in conditions(world)] == ["absence_rate", "incidents", "failed_courses"]
	done = rule_packs.import_pack(world.store, two_of_three(12), NOW)
	assert "ABC-TWO-OF-THREE" in done.updated
	assert conditions(world)[0] == (1, "absence_rate", 12)
	assert stored(world, "ABC-TWO-OF-THREE", "version") == (2,)


def test_conditions_that_the_school_edited_stay(world: World) -> None:
	own = update(CONDITION, "threshold").where(CONDITION.parent == VALUE).where(CONDITION.indicator == VALUE)
	world.store.run(own, [15, "ABC-TWO-OF-THREE", "absence_rate"])
	done = rule_packs.import_pack(world.store, two_of_three(12), NOW)
	assert "ABC-TWO-OF-THREE" in done.differing
	assert conditions(world)[0] == (1, "absence_rate", 15)
	assert "conditions:" in stored(world, "ABC-TWO-OF-THREE", "pack_update")[0]


def test_what_a_newer_pack_says_no_more_is_empty_again(world: World) -> None:
	"""But for what the school has made of it."""
	first = copy.deepcopy(SHIPPED["nl-statutory"])
	said = {
		"minimum_school_days": 5,
		"age_to": 17,
		"advice": "Call home.",
		"valid_to": "2031-12-31",
		"tier": 3,
	}
	first["rules"][0].update(said)
	first["version"] += 1
	rule_packs.import_pack(world.store, first, NOW)
	code = first["rules"][0]["rule_code"]
	r = table("Early Warning Rule")
	world.store.run(update(r, "age_to").where(r.name == VALUE), [20, code])
	second = copy.deepcopy(first)
	second["version"] += 1
	for field in said:
		del second["rules"][0][field]
	done = rule_packs.import_pack(world.store, second, NOW)
	assert code in done.differing
	fields = ("minimum_school_days", "advice", "valid_to", "age_to", "pack_update")
	assert world.rows("Early Warning Rule", *fields, name=code) == [(0, None, None, 20, "age_to: 0")]
	assert [int(row[0]) for row in world.rows("Early Warning Rule", "tier", name=code)] == [1]
	again = rule_packs.import_pack(world.store, second, NOW)
	assert (again.updated, again.differing) == ((), ())


def test_what_differs_is_told_until_it_does_no_more(world: World) -> None:
	"""A later update that says the same of a field again says so still, and nothing once the school has taken it over."""
	r = table("Early Warning Rule")
	world.store.run(update(r, "threshold").where(r.name == VALUE), [420, "NL-UNEXCUSED-8H"])
	second = newer("nl-statutory", "NL-UNEXCUSED-8H", threshold=450)
	assert rule_packs.import_pack(world.store, second, NOW).differing == ("NL-UNEXCUSED-8H",)
	third = copy.deepcopy(second)
	third["version"] += 1
	third["rules"][0]["advice"] = "Ask first."
	assert rule_packs.import_pack(world.store, third, NOW).differing == ("NL-UNEXCUSED-8H",)
	fields = ("threshold", "advice", "pack_update")
	assert stored(world, "NL-UNEXCUSED-8H", *fields) == (420, "Ask first.", "threshold: 450")
	world.store.run(update(r, "threshold").where(r.name == VALUE), [450, "NL-UNEXCUSED-8H"])
	fourth = {**third, "version": third["version"] + 1}
	assert rule_packs.import_pack(world.store, fourth, NOW).differing == ()
	assert stored(world, "NL-UNEXCUSED-8H", *fields) == (450, "Ask first.", None)


def test_an_update_takes_the_age_and_the_words_and_leaves_what_the_school_made_of_them(world: World) -> None:
	"""As a site comes from the pack before: until 22, no kinds of report; a text and a threshold of the school's own."""
	code = "NL-UNEXCUSED-16H-ADULT"
	before = copy.deepcopy(SHIPPED["nl-statutory"])
	(old,) = (rule for rule in before["rules"] if rule["rule_code"] == code)
	for field in ("report_kind", "report_kinds", "register_statuses", "report_every_days"):
		del old[field]
	old |= {"age_to": 22, "title": "16 hours of unexcused absence, 18 to 22 years"}
	before["version"] -= 1
	r = table("Early Warning Rule")
	world.store.run(delete(r).where(r.pack == VALUE), ["nl-statutory"])
	rule_packs.import_pack(world.store, before, NOW)
	own = update(r, "threshold", "title", "enabled").where(r.name == VALUE)
	world.store.run(own, [900, "Fifteen hours, as agreed with the city", 1, code])
	done = rule_packs.import_pack(world.store, SHIPPED["nl-statutory"], NOW)
	assert done.differing == (code,)
	fields = ("threshold", "title", "age_to", "report_every_days", "report_kind", "enabled", "pack_update")
	assert stored(world, code, *fields) == (
		900, "Fifteen hours, as agreed with the city", 26, 7, "From 18 on (Doorstroompunt)", 1,
		f"title: {next(rule for rule in SHIPPED['nl-statutory']['rules'] if rule['rule_code'] == code)['title']}",
	)  # fmt: skip


def test_who_sets_the_rules_is_told_what_is_new_where_the_pack_is_in_use(
	world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	for name, role in (
		("t-admin@school.example", "Early Warning Administrator"),
		("t-other@school.example", "School Mentor"),
	):
		world.add_row("User", name=name, email=name, full_name=name, enabled=1)
		world.add_row("Has Role", parent=name, parenttype="User", parentfield="roles", role=role)
	extra = copy.deepcopy(SHIPPED["england-absence"])
	extra["version"] += 1
	extra["rules"].append({**extra["rules"][0], "rule_code": "ENG-T-NEW"})
	monkeypatch.setattr(rule_packs, "available", lambda: [extra])
	rule_packs.seed(world.store, NOW)
	assert world.bell("t-admin@school.example") == [], "the school does not use that pack"
	assert stored(world, "ENG-T-NEW", "enabled") == (0,)
	extra["version"] += 1
	extra["rules"].append({**extra["rules"][0], "rule_code": "ENG-T-NEWER"})
	rule_packs.switch(world.store, "england-absence", True, NOW)
	rule_packs.seed(world.store, NOW)
	assert [subject for subject, _name in world.bell("t-admin@school.example")] == [rule_packs.NEW.format(1)]
	assert stored(world, "ENG-T-NEWER", "enabled") == (0,)
	assert world.bell("t-other@school.example") == []
	rule_packs.seed(world.store, NOW)
	assert len(world.bell("t-admin@school.example")) == 1


@pytest.mark.parametrize(
	("born", "on", "about"),
	[
		(date(2013, 11, 25), date(2031, 11, 24), {"NL-UNEXCUSED-16H"}),
		# The 18th birthday, and the 27th.
		(date(2013, 11, 24), date(2031, 11, 24), {"NL-UNEXCUSED-16H-ADULT"}),
		(date(2004, 11, 25), date(2031, 11, 24), {"NL-UNEXCUSED-16H-ADULT"}),
		(date(2004, 11, 24), date(2031, 11, 24), set()),
		# Who was born on a leap day has no birthday in other years before the first of March.
		(date(2012, 2, 29), date(2030, 2, 28), {"NL-UNEXCUSED-16H"}),
		(date(2012, 2, 29), date(2030, 3, 1), {"NL-UNEXCUSED-16H-ADULT"}),
		(date(2010, 2, 28), date(2028, 2, 28), {"NL-UNEXCUSED-16H-ADULT"}),
		(None, date(2031, 11, 24), set()),
	],
)
def test_whom_the_dutch_limits_are_about_to_the_day(born: date | None, on: date, about: set[str]) -> None:
	learner = Enrolment("A", "1A", None, date(2026, 8, 1), born=born)
	limits = [rule for rule in rule_packs.made(SHIPPED["nl-statutory"]) if "16H" in rule.code]
	assert {rule.code for rule in limits if in_scope(rule.scope, learner, on)} == about

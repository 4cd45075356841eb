"""Badges by the dozen: a list of card numbers, a group one by one, lost, found, replaced, and the last taken back."""

from datetime import timedelta

import pytest

from tests.services.world import A1, A2, A3, A4, B1, BADGE_KEY, GATEWAY, World, at
from vsv_app.engine.gateways import card_numbers
from vsv_app.engine.gateways.messages import badge_digest
from vsv_app.services.attendance.badges import bring_in, enrolment, handing_out
from vsv_app.services.attendance.badges.bring_in import Line, Looked
from vsv_app.stores.queries.attendance import badges
from vsv_app.stores.queries.sql import VALUE, table, update

KEY = bytes.fromhex(BADGE_KEY)
FOBS = ("4521C5D1E9", "4521C5D1EA", "4521C5D1EB", "4521C5D1EC")


def of_card(card: str) -> str:
	return badge_digest(KEY, card)


def looked(world: World, *rows: tuple[str, str], form: str = "hex") -> Looked:
	lines = [Line(number, who, card) for number, (who, card) in enumerate(rows, start=2)]
	return bring_in.look(world.store, KEY, lines, form)


def read(world: World, card: str, moment: str, terminal: str = "door", **fields: object) -> None:
	world.say("enrolment", now=at(moment), terminal=terminal, badge=of_card(card), command="abc", **fields)


def badge_of(world: World, card: str) -> badges.Badge:
	return badges.by_digests(world.store, [of_card(card)])[of_card(card)]


def test_a_list_is_looked_at_before_anything_is_written(world: World) -> None:
	world.change("Student", A4, enabled=0, date_of_leaving=at("08:00").date())
	world.change("Student", A3, student_email_id="three@school.example")
	before = len(world.rows("Student Badge", "name"))
	found = looked(
		world,
		(A1, FOBS[0]),
		(f"  name  OF {A2} ", FOBS[0].lower()),
		("THREE@school.example", FOBS[1]),
		(A1, FOBS[2]),
		("Nobody at all", FOBS[2]),
		(A4, FOBS[2]),
		("", FOBS[2]),
		(B1, "12345"),
	)
	assert [(one.row, one.student) for one in found.ready] == [(2, A1), (4, A3)]
	assert [(one.row, one.who, str(one.why)) for one in found.refused] == [
		(3, f"Name of {A2}", "the same number stands in row 2"),
		(5, f"Name of {A1}", "this learner stands in row 2 already, with another number"),
		(6, "Nobody at all", "no learner is called so: write the name as on the learner's form, the number or the mail address"),
		(7, A4, "this learner has left or is switched off"),
		(8, "", "no learner is named"),
		(9, B1, "8, 10, 14 or 20 hexadecimal digits were expected (0-9, A-F)"),
	]  # fmt: skip
	assert len(world.rows("Student Badge", "name")) == before


def test_two_who_are_called_the_same_are_asked_for(world: World) -> None:
	for student in (A1, A2):
		world.change("Student", student, student_name="Same Name")
	(refused,) = looked(world, ("same name", FOBS[0])).refused
	assert str(refused.why) == "2 learners are called so: write the number or the mail address"


def test_what_is_taken_over_is_known_at_every_reader_and_the_number_nowhere(world: World) -> None:
	world.take(world.message([world.event(A1, at("08:25"), badge=of_card("566612457"))]))
	found = looked(world, (A1, FOBS[0]), (A2, FOBS[1]))
	done = bring_in.bring_in(world.store, found.ready, at("09:00"))
	assert (done.learners, done.returned) == (2, 0)
	assert done.touched in ({}, {at("08:25").date(): {A1}}), "a site's own documents have claimed it by then"
	rows = world.rows("Student Badge", "badge_digest", "student", "status", "fob", "label", student=A1)
	known = {row[0]: row for row in rows}
	for card in card_numbers.read(FOBS[0], "hex").all:
		assert known[of_card(card)][1:4] == (A1, "Active", of_card(FOBS[0]))
	assert world.check_ins() == [(1, A1, "Recognised")]
	assert FOBS[0] not in repr(rows) + repr(found) + repr(Line(2, A1, FOBS[0]))
	again = looked(world, (A1, FOBS[0]), (A2, FOBS[1]))
	assert (again.ready, again.refused, again.already) == ((), (), 2)


def test_what_others_have_or_lost_is_not_taken_from_them(world: World) -> None:
	bring_in.bring_in(world.store, looked(world, *zip((A1, A2, A3), FOBS, strict=False)).ready, at("09:00"))
	handing_out.mark(world.store, badge_of(world, FOBS[1]).name, "Lost", at("10:00"))
	handing_out.mark(world.store, badge_of(world, FOBS[2]).name, "Returned", at("10:00"))
	assert badge_of(world, "566612458").status == "Lost", "the whole fob is lost"
	found = looked(world, (A4, FOBS[0]), (A2, FOBS[1]), (B1, FOBS[2]))
	assert [str(one.why) for one in found.refused] == [
		f"this badge is Name of {A1}'s: mark it as returned there first",
		"this is a badge of this learner that was lost, blocked or returned: it stays so. Mark it as found on its form",
	]
	assert [one.student for one in found.ready] == [B1]
	bring_in.bring_in(world.store, found.ready, at("11:00"))
	assert badge_of(world, FOBS[2]).student == badge_of(world, "566612459").student == B1
	assert [row[0] for row in badges.periods(world.store, badge_of(world, FOBS[2]).name)] == [A3, B1]


def test_earlier_badges_go_back_where_somebody_says_so(world: World) -> None:
	found = looked(world, (A1, FOBS[0]))
	assert found.ready[0].beside == (f"T-BADGE-{A1}",)
	assert bring_in.bring_in(world.store, found.ready, at("09:00"), returning=True).returned == 1
	assert badges.one(world.store, f"T-BADGE-{A1}").status == "Returned"  # type: ignore[union-attr]


def test_doors_that_read_longer_numbers_are_named(world: World) -> None:
	terminal = table("Attendance Terminal")
	world.store.run(update(terminal, "protocol").where(terminal.parent == VALUE), ["rdm6300", GATEWAY])
	(said,) = looked(world, (A1, "0566612457"), form="decimal").warnings
	assert str(said).startswith(f"Door door of {GATEWAY} reads longer numbers (rdm6300)")
	assert looked(world, (A1, FOBS[0])).warnings == ()


def test_a_group_gets_its_badges_one_by_one(world: World) -> None:
	for student in (A1, A2):
		handing_out.mark(world.store, f"T-BADGE-{student}", "Lost", at("07:00"))
	assert handing_out.groups(world.store, at("08:00").date())[0] == ("T-1A", 4, 2)
	assert [(p.student, p.has_one, p.lost_one) for p in handing_out.of_group(world.store, "T-1A")] == [
		(A1, False, True), (A2, False, True), (A3, True, False), (A4, True, False),
	]  # fmt: skip
	since = at("08:00")
	read(world, FOBS[0], "08:01", also=[of_card("566612457")])
	read(world, FOBS[1], "08:02", terminal="side")
	(badge,) = handing_out.read_since(world.store, GATEWAY, "door", since)
	assert (badge.digest, badge.student) == (of_card(FOBS[0]), None)
	given = handing_out.give(world.store, badge.name, A1, at("08:01"))
	assert (given.already, given.replaced) == (False, ())
	assert badge_of(world, "566612457").student == A1
	assert handing_out.read_since(world.store, GATEWAY, "door", at("08:01")) == []
	read(world, FOBS[0], "08:03")
	(again,) = handing_out.read_since(world.store, GATEWAY, "door", at("08:01"))
	assert handing_out.give(world.store, again.name, A1, at("08:03")).already
	with pytest.raises(handing_out.NotToGive, match=f"This badge is Name of {A1}'s"):
		handing_out.give(world.store, again.name, A2, at("08:04"))
	with pytest.raises(handing_out.NotToGive, match="no such learner"):
		handing_out.give(world.store, again.name, "Nobody", at("08:05"))


def test_the_last_is_taken_back_as_if_it_had_not_been_given(world: World) -> None:
	world.take(world.message([world.event(A1, at("07:50"), badge=of_card(FOBS[0]))]))
	read(world, FOBS[0], "08:01", also=[of_card("566612457")])
	badge = badge_of(world, FOBS[0])
	given = handing_out.give(world.store, badge.name, A1, at("08:01"), replacing=True)
	assert given.replaced == (f"T-BADGE-{A1}",)
	assert given.touched == {at("07:50").date(): {A1}}
	touched = handing_out.take_back(world.store, badge.name, A1, at("08:02"), given.replaced)
	assert touched == {at("07:50").date(): {A1}}
	back = badge_of(world, FOBS[0])
	assert (back.student, back.status, badge_of(world, "566612457").student) == (None, "Active", None)
	assert badges.one(world.store, f"T-BADGE-{A1}").status == "Active"  # type: ignore[union-attr]
	assert world.check_ins() == [(1, None, "Unknown Badge")]
	assert badges.periods(world.store, badge.name) == []
	handing_out.give(world.store, badge.name, A2, at("08:03"))
	assert world.check_ins() == [(1, A2, "Recognised")], "who gets it out of stock had it from the beginning"
	assert handing_out.take_back(world.store, badge.name, A1, at("08:04")) == {}, "it is another's by now"


def test_a_lost_badge_is_replaced_in_one_step_and_counts_up_to_then(world: World) -> None:
	world.tap(A1, at("08:00"))
	read(world, FOBS[0], "08:30")
	given = handing_out.give(world.store, badge_of(world, FOBS[0]).name, A1, at("08:30"), replacing=True)
	assert given.replaced == (f"T-BADGE-{A1}",)
	world.take(world.message([world.event(A1, at("08:35"))]))
	assert [row[1:] for row in world.check_ins()] == [(A1, "Recognised"), (A1, "Blocked Badge")]
	read(world, f"CARD{A1}", "09:00")
	(found,) = handing_out.read_since(world.store, GATEWAY, "door", at("08:31"))
	with pytest.raises(handing_out.NotToGive, match="lost this badge"):
		handing_out.give(world.store, found.name, A2, at("09:00"))
	handing_out.mark(world.store, found.name, "Active", at("09:01"))
	assert badges.one(world.store, f"T-BADGE-{A1}").is_carried  # type: ignore[union-attr]


def test_a_card_that_was_recorded_and_sent_again_is_not_read_anew(world: World) -> None:
	read(world, FOBS[0], "08:01")
	read(world, FOBS[1], "08:02")
	world.say("enrolment", now=at("08:01"), terminal="door", badge=of_card(FOBS[0]), command="abc")
	found = handing_out.read_since(world.store, GATEWAY, "door", at("08:01") + timedelta(seconds=30))
	assert [badge.digest for badge in found] == [of_card(FOBS[1])]


def test_one_badge_still_finds_its_learner_by_hand(world: World) -> None:
	read(world, FOBS[0], "08:01")
	assert enrolment.enrol(world.store, of_card(FOBS[0]), A1, at("08:02")) == badge_of(world, FOBS[0]).name

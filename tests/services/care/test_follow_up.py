"""What was agreed is followed up, and what waits is told, on both stores: reminders, the morning's digest, progress."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.world import A1, A2, COORDINATOR, LEADER, MENTORS, TODAY, World, at
from vsv_app.engine.care import goals
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.engine.care.plan_words import for_reader
from vsv_app.engine.signals.alerts import Alert, first_alerts
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.services.care import digest, goal_progress, mentor_board, plans, promises, reminders
from vsv_app.services.care.board import waiting
from vsv_app.services.care.digest import Digest
from vsv_app.services.dispatch import nightly
from vsv_app.services.school import load as load_school
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care import care_reminders
from vsv_app.stores.queries.signals import rules
from vsv_app.stores.queries.sql import VALUE, table, update
from vsv_app.stores.sqlite_store import SqliteStore

NOW = at("18:00")
MENTOR = MENTORS["T-1A"]


@pytest.fixture
def school(world: World) -> World:
	"""A1 was away for four days, of which a signal was raised and a plan begun that is overdue for review."""
	for day in world.school_days(4):
		world.whole_day(day, absent=[A1])
	evaluation.evaluate_now(world.store, world.school, NOW)
	if isinstance(world.store, SqliteStore):
		return world
	# A site reminds only those who may open the plan. Assignments of this school begin years after the site's own today.
	import frappe

	for user, role in ((MENTOR, "Care Team Coordinator"), (COORDINATOR, "Care Team Coordinator")):
		frappe.get_doc(
			doctype="Has Role", parent=user, parenttype="User", parentfield="roles", role=role
		).db_insert()
		frappe.clear_cache(user=user)
	return world


def begin_plan(school: World) -> str:
	(name, *_more) = [row[0] for row in school.rows("Early Warning Signal", "name", student=A1)]
	plan = plans.start(school.store, A1, A1, MENTOR, NOW, [name])["plan"]
	p = table("Support Plan")
	values = ["Active", TODAY - timedelta(days=1), plan]
	school.store.run(update(p, "status", "next_review").where(p.name == VALUE), values)
	return str(plan)


def remind(school: World, days: int, plan: str = "") -> int:
	"""How many reminders went out about a plan; a site may hold overdue things of its own."""
	before = len(levels(school, plan))
	now = NOW + timedelta(days=days)
	reminders.send(school.store, school.school, calendar.load(school.store), now, notice_days=60)
	return len(levels(school, plan)) - before


def levels(school: World, plan: str) -> list[tuple[str, str, str]]:
	return [
		(row[0], row[1], row[2])
		for row in school.rows("Care Reminder", "recipient", "level", "status", reference_name=plan)
	]


def test_an_overdue_review_climbs_the_ladder_once_a_rung(school: World) -> None:
	plan = begin_plan(school)
	after = school.school.escalate_after_days
	sent = [remind(school, day, plan) for day in (0, 0, *range(1, 15))]
	assert after > 0
	assert sum(sent) == 3
	assert sorted(levels(school, plan)) == sorted(
		[
			(MENTOR, "Mentor", "Escalated"),
			(COORDINATOR, "Coordinator", "Escalated"),
			(LEADER, "Leader", "Sent"),
		]
	)


def test_what_is_done_reminds_nobody_and_its_reminder_ends(school: World) -> None:
	plan = begin_plan(school)
	assert remind(school, 0, plan) == 1
	p = table("Support Plan")
	school.store.run(update(p, "next_review").where(p.name == VALUE), [TODAY + timedelta(days=400), plan])
	assert remind(school, 1, plan) == 0
	assert levels(school, plan) == [(MENTOR, "Mentor", "Done")]


def test_what_got_a_later_day_and_passes_that_too_is_overdue_anew(school: World) -> None:
	plan = begin_plan(school)
	p, g = table("Support Plan"), table("Support Plan Goal")
	school.store.run(update(p, "next_review").where(p.name == VALUE), [TODAY + timedelta(days=400), plan])
	school.store.run(update(g, "due_on").where(g.parent == VALUE), [TODAY - timedelta(days=1), plan])
	assert remind(school, 0, plan) == 1
	school.store.run(update(g, "due_on").where(g.parent == VALUE), [TODAY + timedelta(days=14), plan])
	assert remind(school, 1, plan) == 0
	assert remind(school, 20, plan) == 1
	# Whoever has it in hand is told before anybody above.
	assert sorted(levels(school, plan)) == [(MENTOR, "Mentor", "Done"), (MENTOR, "Mentor", "Sent")]


def test_the_digest_counts_what_waits_for_each(school: World) -> None:
	waiting = len(school.rows("Early Warning Alert", "name", recipient=MENTOR))
	(own,) = [one for one in digest.of_today(school.store, TODAY) if one.recipient == MENTOR]
	assert own.signals == waiting > 0
	begin_plan(school)
	remind(school, 0)
	told = {one.recipient: one for one in digest.of_today(school.store, TODAY)}
	assert told[MENTOR].overdue == 1
	assert told[MENTOR].signals == waiting - 1


def test_nothing_waits_for_nobody(world: World) -> None:
	assert [
		one for one in digest.of_today(world.store, TODAY) if one.recipient in (MENTOR, COORDINATOR)
	] == []
	assert Digest("somebody").empty


def test_an_escalated_signal_is_the_coordinators_too(school: World) -> None:
	before = {one.recipient: one for one in digest.of_today(school.store, TODAY)}
	nightly.escalate(school.store, school.school, NOW + timedelta(days=9))
	told = {one.recipient: one for one in digest.of_today(school.store, TODAY + timedelta(days=9))}
	assert told[COORDINATOR].signals > 0
	assert told[MENTOR].signals == before[MENTOR].signals, "it still stands on the mentor's board"


def test_progress_week_by_week(school: World) -> None:
	moved = goal_progress.of_indicator(
		school.store, A1, "unexcused_minutes", TODAY - timedelta(days=10), TODAY
	)
	assert moved.unit == "hours"
	assert {point.value for point in moved.before} == {0}
	assert moved.since[-1].on == TODAY
	assert moved.since[-1].value == 4 * 6  # four whole days
	assert [point.on for point in moved.before] == sorted(point.on for point in moved.before)


def test_progress_of_a_learner_without_absence_is_flat(school: World) -> None:
	moved = goal_progress.of_indicator(school.store, A2, "times_late", TODAY - timedelta(days=10), TODAY)
	assert {point.value for point in (*moved.before, *moved.since)} == {0}


def test_a_goal_begins_where_the_learner_stands(school: World) -> None:
	assert goal_progress.now(school.store, A1, "unexcused_minutes", TODAY) == 4 * 6
	assert goal_progress.now(school.store, A2, "unexcused_minutes", TODAY) == 0
	assert goal_progress.now(school.store, A1, "survey_score", TODAY) is None
	assert goal_progress.now(school.store, "Nobody", "times_late", TODAY) is None


def test_no_such_indicator(school: World) -> None:
	with pytest.raises(KeyError):
		goal_progress.of_indicator(school.store, A1, "nonsense", TODAY, TODAY)


def test_reminders_are_found_by_whom_they_wait_for(school: World) -> None:
	begin_plan(school)
	remind(school, 0)
	assert MENTOR in care_reminders.open_reminders_by_recipient(school.store)


def waits_for(school: World, user: str, days: int) -> list[tuple[str, str]]:
	today = TODAY + timedelta(days=days)
	standing = promises.waiting_for(school.store, school.school, calendar.load(school.store), user, today)
	return [(one.kind, one.name) for one in standing if one.student == A1]


def test_a_review_waits_three_school_days_ahead_and_until_it_was_held(school: World) -> None:
	plan = begin_plan(school)
	p = table("Support Plan")
	due = TODAY + timedelta(days=14)
	school.store.run(update(p, "next_review").where(p.name == VALUE), [due, plan])
	days = calendar.load(school.store)
	ahead = [n for n in range(15) if days.is_school_day(TODAY + timedelta(days=n))][-4:]
	shown = [n for n in range(-1, 30) if ("Review", plan) in waits_for(school, MENTOR, n)]
	assert shown == list(range(ahead[0], 30))
	assert ("Review", plan) not in waits_for(school, COORDINATOR, 20)
	school.store.run(update(p, "status").where(p.name == VALUE), ["Closed", plan])
	assert ("Review", plan) not in waits_for(school, MENTOR, 14)


def test_what_climbed_waits_for_whom_it_climbed_to_as_well(school: World) -> None:
	plan = begin_plan(school)
	for day in range(6):
		remind(school, day, plan)
	assert ("Review", plan) in waits_for(school, COORDINATOR, 6)
	assert ("Review", plan) in waits_for(school, MENTOR, 6)


def test_what_nobody_has_in_hand_is_the_mentors_or_the_coordinators(school: World) -> None:
	for student in (A1, "S-of-nobody"):
		school.add_row(
			"Family Message",
			student=student,
			kind="Question",
			status="Open",
			sent_by=MENTOR,
			capacity="Guardian",
			sent_on=NOW,
			message="May I call you?",
		)
	standing = promises.standing(school.store, school.school, calendar.load(school.store), TODAY)
	held = {one.student: one.held_by for one in standing if one.kind == "Message"}
	assert held[A1] == (MENTOR,)
	assert held["S-of-nobody"] == (COORDINATOR,)
	told = {one.recipient: one.kinds.get("Message") for one in digest.of_today(school.store, TODAY)}
	assert told[MENTOR] == 1


def test_a_goal_its_baseline_and_its_chart_count_over_the_time_of_its_rule(school: World) -> None:
	"""The rule of the start pack counts in this school year or in another window, and the chart with it."""
	windows = rules.windows(school.store, ["START-AWAY-3"])
	(kind, length), (indicator,) = next(iter(windows.values())), {one for _rule, one in windows}
	signal = school.signal("START-AWAY-3", A1)
	rule = table("Early Warning Rule")
	school.store.run(
		update(rule, "window_kind", "window_length").where(rule.name == VALUE),
		["School Days", 3, "START-AWAY-3"],
	)
	assert rules.windows(school.store, ["START-AWAY-3"])["START-AWAY-3", indicator] == ("School Days", 3)
	plan = plans.start(school.store, A1, None, MENTOR, NOW, [signal])["plan"]
	assert school.rows("Support Plan Goal", "window_kind", "window_length", parent=plan) == [
		("School Days", 3)
	]
	measured = INDICATORS["unexcused_minutes"]
	short = goals.window_from("School Days", 3, measured)
	in_window = goal_progress.of_indicator(school.store, A1, "unexcused_minutes", TODAY, TODAY, short).since[
		-1
	]
	assert in_window.value == 2 * 6, "three school days up to today, of which today is still running"
	assert goals.window_from("", 0, measured) == goals.window_of(measured)
	assert goals.window_from("School Weeks", 0, measured) == goals.window_of(measured)
	assert (kind, length) != ("School Days", 3)


def refer(school: World, **values: object) -> str:
	common = {"student": A1, "stakeholder": "Youth Work", "referred_by": MENTOR}
	return school.add_row("Referral", **{**common, **values})


def referrals_waiting(school: World, user: str, days: int) -> list[tuple[str, str]]:
	"""(referral, what about it) of what waits for somebody some days on."""
	day, known = TODAY + timedelta(days=days), calendar.load(school.store)
	mine = promises.waiting_for(school.store, school.school, known, user, day)
	return sorted((one.name, one.thing) for one in mine if one.kind == "Referral")


def test_a_partner_that_does_not_answer_is_the_coordinators(school: World) -> None:
	name = refer(school, status="Sent", sent_on=NOW)
	assert referrals_waiting(school, COORDINATOR, 1) == []
	assert (name, "partner") in referrals_waiting(school, COORDINATOR, 8)


def test_an_answer_waits_for_who_referred_until_it_is_seen(school: World) -> None:
	name = refer(school, status="Accepted", sent_on=NOW, replied_on=NOW)
	seen = refer(school, status="Declined", sent_on=NOW, replied_on=NOW, answer_seen_on=NOW)
	waiting = referrals_waiting(school, MENTOR, 1)
	assert (name, "answer") in waiting
	assert seen not in [one for one, _thing in waiting]


def test_a_referral_that_ended_with_its_consent_waits_for_who_referred(school: World) -> None:
	gone = refer(school, status="Withdrawn", sent_on=NOW, closed_on=NOW)
	answered = refer(school, status="Withdrawn", sent_on=NOW, replied_on=NOW, closed_on=NOW)
	seen = refer(school, status="Withdrawn", sent_on=NOW, closed_on=NOW, answer_seen_on=NOW)
	waiting_now = referrals_waiting(school, MENTOR, 1)
	assert {(gone, "withdrawn"), (answered, "withdrawn")} <= set(waiting_now)
	assert seen not in [one for one, _thing in waiting_now]
	assert titles(school, gone) == ["Consent was withdrawn, the referral has ended"]


def titles(school: World, name: str, days: int = 1) -> list[str]:
	"""What stands under *Needs you now* of the mentor about one document."""
	day = NOW + timedelta(days=days)
	known = calendar.load(school.store)
	listed = waiting.of(school.store, school.school, known, MENTOR, [], [], day, "en", str)
	return [one["title"] for one in listed if one["name"] == name]


def test_what_came_of_an_accepted_referral_is_asked_after_six_weeks(school: World) -> None:
	seen = {"sent_on": NOW, "replied_on": NOW, "answer_seen_on": NOW}
	name = refer(school, status="Accepted", **seen)
	closed = refer(school, status="Closed", closed_on=NOW, **seen)
	assert (name, "result") not in referrals_waiting(school, MENTOR, 41)
	waiting = referrals_waiting(school, MENTOR, 42)
	assert (name, "result") in waiting
	assert closed not in [one for one, _thing in waiting]


def test_a_familys_word_is_gone_on_with_and_its_silence_is_seen(school: World) -> None:
	asked = refer(
		school, status="Draft", consent_status="Asked", consent_asked_on=NOW, consent_asked_by=MENTOR
	)
	said = [
		refer(school, status="Draft", consent_status=word, consent_asked_on=NOW, consent_answered_on=NOW, consent_asked_by=MENTOR)
		for word in ("Given", "Refused")
	]  # fmt: skip
	assert referrals_waiting(school, MENTOR, 1) == sorted(zip(said, ("Given", "Refused"), strict=True))
	assert (asked, "Asked") in referrals_waiting(school, MENTOR, 8)


def test_a_plan_begins_in_the_languages_of_all_its_readers(school: World) -> None:
	plan = begin_plan(school)
	((cause, kept, written_in),) = school.rows(
		"Support Plan", "cause", "started_words", "written_in", name=plan
	)
	english, dutch = (for_reader("cause", cause, kept, language, str) for language in ("en", "nl"))
	assert written_in == "en"
	assert english == cause
	assert dutch not in (None, cause)
	((what, goal_kept),) = school.rows("Support Plan Goal", "what", "started_words", parent=plan)
	assert for_reader("what", what, goal_kept, "nl", lambda text: f"<{text}>").startswith("<")


@pytest.mark.parametrize("status", ["Draft", "Proposed", "Agreed"])
def test_a_plan_that_does_not_begin_waits_for_its_responsible_and_climbs(school: World, status: str) -> None:
	plan = begin_plan(school)
	p = table("Support Plan")
	school.store.run(update(p, "status", "modified").where(p.name == VALUE), [status, NOW, plan])
	assert (("Review", plan) in waits_for(school, MENTOR, 0)) == (status == "Agreed")
	assert ("Review", plan) in waits_for(school, MENTOR, 8)
	titles = {"Draft": "be proposed", "Proposed": "for an agreement", "Agreed": "to begin"}
	listed = waiting.of(
		school.store,
		school.school,
		calendar.load(school.store),
		MENTOR,
		[],
		[],
		NOW + timedelta(days=8),
		"en",
		str,
	)
	assert [one["title"].endswith(titles[status]) for one in listed if one["name"] == plan] == [True]
	told = {one.recipient: one for one in digest.of_today(school.store, TODAY + timedelta(days=8))}
	assert told[MENTOR].kinds.get(digest.NOT_BEGUN) == 1
	assert "Review" not in told[MENTOR].kinds
	assert sum(remind(school, day, plan) for day in range(25)) == 3


def call_in_hand(school: World, responsible: str | None) -> str:
	return school.add_row(
		"Concern", student=A1, kind="Other", what="Help", status="In Hand", visibility="Care Team",
		from_learner=1, noted_by=MENTOR, noted_on=NOW, responsible=responsible,
	)  # fmt: skip


def leave(school: World, user: str) -> None:
	u = table("User")
	school.store.run(update(u, "enabled").where(u.name == VALUE), [0, user])


def test_help_in_hand_with_nobody_or_with_who_is_gone_waits_for_others(school: World) -> None:
	calls = [call_in_hand(school, None), call_in_hand(school, COORDINATOR)]
	leave(school, COORDINATOR)
	waiting = waits_for(school, MENTOR, 1)
	assert all(("Next Step", call) in waiting for call in calls)
	assert remind(school, 10, calls[1]) == 1


def test_without_a_coordinator_the_leader_is_reminded(school: World) -> None:
	alone = replace(school.school, coordinator=None)
	school.add_row(
		"Family Message", student="S-of-nobody", kind="Question", status="Open", sent_by=MENTOR,
		capacity="Guardian", sent_on=NOW, message="May I call you?",
	)  # fmt: skip
	standing = promises.standing(school.store, alone, calendar.load(school.store), TODAY)
	assert [one.held_by for one in standing if one.student == "S-of-nobody"] == [(LEADER,)]
	assert first_alerts([], None, LEADER) == [Alert(LEADER, "Leader")]
	call = call_in_hand(school, None)
	leave(school, MENTOR)
	reminders.send(school.store, alone, calendar.load(school.store), NOW + timedelta(days=10), notice_days=60)
	assert [row[:2] for row in levels(school, call)] == [(LEADER, "Leader")]


def test_who_has_left_has_nothing_in_hand(school: World) -> None:
	plan = begin_plan(school)
	message = school.add_row(
		"Family Message", student="S-of-nobody", kind="Question", status="Open", sent_by=MENTOR,
		capacity="Guardian", sent_on=NOW, message="May I call you?",
	)  # fmt: skip

	def held() -> dict[str, tuple[str, ...]]:
		known, here = calendar.load(school.store), load_school(school.store)
		return {
			one.name: one.held_by
			for one in promises.standing(school.store, here, known, TODAY)
			if one.name in (plan, message)
		}

	assert held() == {plan: (MENTOR,), message: (COORDINATOR,)}
	leave(school, MENTOR)
	assert held() == {plan: (COORDINATOR,), message: (COORDINATOR,)}
	leave(school, COORDINATOR)
	assert held() == {plan: (LEADER,), message: (LEADER,)}
	leave(school, LEADER)
	assert held() == {plan: (), message: ()}


def test_an_action_of_who_has_left_is_of_who_is_responsible(school: World) -> None:
	plan = begin_plan(school)
	gone = MENTORS["T-1B"]
	school.add_row(
		"Support Plan Action", parent=plan, parenttype="Support Plan", parentfield="actions", what="Call home",
		who=gone, status="Planned", to_date=TODAY,
	)  # fmt: skip
	leave(school, gone)
	assert ("Action", plan) in waits_for(school, MENTOR, 0)


def test_a_call_for_help_whose_readers_have_left_is_not_for_mentors_to_read(school: World) -> None:
	call = school.add_row(
		"Concern", student=A1, kind="Asked For Help", what="Help", status="Open", visibility=RESTRICTED,
		from_learner=1, noted_by="noor@school.example", noted_on=NOW,
	)  # fmt: skip
	gone = MENTORS["T-1B"]
	school.add_row("Named Reader", parent=call, parenttype="Concern", parentfield="readers", user=gone)
	leave(school, gone)
	found = promises.standing(school.store, school.school, calendar.load(school.store), TODAY)
	assert [one.held_by for one in found if one.name == call] == [(COORDINATOR,)]


def note(school: World, **values: object) -> str:
	"""A concern about A1, noted by somebody who does not look after A1."""
	noted = {
		"student": A1, "kind": "Home", "severity": "Watch", "what": "x", "status": "Open",
		"visibility": "People With A Task", "from_learner": 0, "noted_by": MENTORS["T-1B"], "noted_on": NOW,
	}  # fmt: skip
	return school.add_row("Concern", **{**noted, **values})


def held(school: World, name: str, kind: str) -> list[tuple[str, ...]]:
	found = promises.standing(school.store, school.school, calendar.load(school.store), TODAY)
	return [one.held_by for one in found if (one.name, one.kind) == (name, kind)]


def test_a_call_for_help_that_a_colleague_noted_is_one_too(school: World) -> None:
	call = note(school, kind="Asked For Help", visibility=RESTRICTED)
	school.add_row("Named Reader", parent=call, parenttype="Concern", parentfield="readers", user=COORDINATOR)
	assert held(school, call, "Call For Help") == [(COORDINATOR,)]
	assert held(school, call, "Concern Noted") == []


def test_what_a_colleague_notes_waits_for_the_mentor_and_climbs(school: World) -> None:
	seen = note(school)
	assert held(school, seen, "Concern Noted") == [(MENTOR,)]
	assert ("Concern Noted", seen) in waits_for(school, MENTOR, 0)
	assert sum(remind(school, day, seen) for day in range(25)) == 3
	c = table("Concern")
	school.store.run(update(c, "status").where(c.name == VALUE), ["In Hand", seen])
	assert held(school, seen, "Concern Noted") == []


def test_who_is_named_to_see_to_it_has_it_before_the_mentors(school: World) -> None:
	assert held(school, note(school, responsible=COORDINATOR), "Concern Noted") == [(COORDINATOR,)]


def test_a_restricted_one_is_not_for_mentors_who_may_not_read_it(school: World) -> None:
	hidden = note(school, visibility=RESTRICTED, kind="Safety", responsible=MENTOR)
	school.add_row(
		"Named Reader", parent=hidden, parenttype="Concern", parentfield="readers", user=COORDINATOR
	)
	assert held(school, hidden, "Concern Noted") == [(COORDINATOR,)]


@pytest.mark.parametrize(
	("values", "asks"),
	[
		({}, False),
		({"severity": "Urgent"}, True),
		({"responsible": MENTOR}, True),
		({"kind": "Positive", "noted_by": MENTORS["T-1B"]}, False),
	],
)
def test_a_small_thing_that_a_mentor_notes_is_no_new_duty(
	school: World, values: dict[str, object], asks: bool
) -> None:
	assert bool(held(school, note(school, **{"noted_by": MENTOR, **values}), "Concern Noted")) == asks


def test_a_report_to_the_authority_is_asked_for_before_its_day_and_reminded_on_it(school: World) -> None:
	report = school.add_row(
		"Statutory Report", student=A1, status="To Check", due_on=TODAY + timedelta(days=2), rule="x",
		period_from=TODAY, period_to=TODAY, hours=16,
	)  # fmt: skip
	assert held(school, report, "Report To File")
	assert [remind(school, day, report) for day in range(3)] == [0, 0, 1]
	r = table("Statutory Report")
	school.store.run(update(r, "status").where(r.name == VALUE), ["Reported", report])
	assert held(school, report, "Report To File") == []


def test_a_meeting_that_nobody_closed_is_a_promise_of_who_called_it(school: World) -> None:
	passed = TODAY - timedelta(days=3)
	meeting = school.add_row("Care Meeting", meeting_on=passed, status="Planned", chair=COORDINATOR)
	ahead = school.add_row("Care Meeting", meeting_on=TODAY, status="Planned", chair=COORDINATOR)
	assert held(school, meeting, "Meeting To Close") == [(COORDINATOR,)]
	assert held(school, ahead, "Meeting To Close") == []


def test_who_does_an_action_answers_it_and_who_gave_it_is_told(school: World) -> None:
	plan = begin_plan(school)
	row = school.add_row(
		"Support Plan Action", parent=plan, parenttype="Support Plan", parentfield="actions", what="Call home",
		who=MENTOR, given_by=COORDINATOR, status="Planned", to_date=TODAY + timedelta(days=2),
	)  # fmt: skip
	assert ("Action", plan) in waits_for(school, MENTOR, 0)
	act = {"thing": row, "action": "action_not_done"}
	with pytest.raises(ValueError, match="few words"):
		mentor_board.act(school.store, MENTOR, act, NOW)
	with pytest.raises(ValueError, match="no more than 500"):
		mentor_board.act(school.store, MENTOR, {**act, "note": "long " * 101}, NOW)
	mentor_board.act(school.store, MENTOR, {**act, "note": "Nobody picks up."}, NOW)
	assert school.rows("Support Plan Action", "status", "answer", name=row) == [
		("Dropped", "Nobody picks up.")
	]
	assert (plans.NOT_DONE, plan) in school.bell(COORDINATOR)
	with pytest.raises(ValueError, match="answered already"):
		mentor_board.act(school.store, MENTOR, {"thing": row, "action": "action_done"}, NOW)

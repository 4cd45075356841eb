"""The kinds of fault that made a false record, a lost one or a false alarm, each with its smallest input."""

from datetime import date, timedelta

import pytest

from tests.services.world import A1, A2, A3, A4, B1, GATEWAY, LEARNERS, TODAY, ZONE, World, at, digest
from vsv_app.services.attendance import day_close, ledger, roll, settling, witness
from vsv_app.services.attendance.badges import enrolment
from vsv_app.services.dispatch.inbox import Inbox
from vsv_app.services.gateways import health
from vsv_app.services.signals import evaluation
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.gateways import door_watches
from vsv_app.stores.queries.sql import VALUE, table, update

EVERYBODY = [student for students in LEARNERS.values() for student in students]
FRIDAY, TOMORROW = TODAY - timedelta(days=3), TODAY + timedelta(days=1)
NIGHT = at("04:20", TOMORROW)
HERE = ("recorded", "Present", "Badge", 0, 0)
AWAY = ("recorded", "Absent", "Badge", 0, 360)
NOT_ARRIVED = "START-NOT-ARRIVED"


def missing(world: World, clock: str) -> set[str]:
	"""Of whom the app would say at this time that they have not arrived."""
	found = witness.arrivals(world.store, calendar.load(world.store), at(clock))
	return {person.student for person in found.missing}


def weeks_at(world: World, doors: dict[str, list[str]]) -> None:
	"""Three weeks in which everybody came in by a door of their own."""
	for day in world.school_days(10):
		for door, students in doors.items():
			world.everybody_in(day, *(s for s in EVERYBODY if s not in students), terminal=door)
		world.close(day)


def test_a_door_that_did_not_read_makes_nobody_absent(world: World) -> None:
	half = EVERYBODY[:4]
	weeks_at(world, {"side": half, "main": EVERYBODY[4:]})
	world.say("health", now=at("08:29"), terminals=[{"terminal": "side", "state": "open"}], refused_reads=0)
	world.say("health", now=at("08:30"), terminals=[{"terminal": "side", "state": "closed"}], refused_reads=0)
	world.everybody_in(TODAY, *half, B1, terminal="main")
	world.online(seen=at("09:35"))
	assert missing(world, "09:35") == {B1}
	found = witness.arrivals(world.store, calendar.load(world.store), at("09:35"))
	assert [str(one) for one in found.sentences] == [
		"Door side of t-door was not reading from 08:29 to 09:35: its port or cable was gone."
	]
	world.close()
	assert {world.day_of(student) for student in half} == {("held", "Door Not Reading")}
	assert world.day_of(B1) == AWAY
	assert {world.day_of(student) for student in EVERYBODY[5:]} == {HERE}


def test_reads_that_were_refused_are_a_door_that_did_not_read(world: World) -> None:
	weeks_at(world, {"side": EVERYBODY[:4], "main": EVERYBODY[4:]})
	terminals = [{"terminal": "side", "state": "closed"}, {"terminal": "main", "state": "open"}]
	world.say("health", now=at("08:40"), terminals=terminals, refused_reads=120)
	world.everybody_in(TODAY, *EVERYBODY[:5], terminal="main")
	world.close()
	assert {world.day_of(student) for student in EVERYBODY[:5]} == {("held", "Door Not Reading")}


def test_what_a_gateway_tells_counts_from_its_true_beginning_however_late_it_comes(world: World) -> None:
	weeks_at(world, {"side": EVERYBODY[:4], "main": EVERYBODY[4:]})
	world.everybody_in(TODAY, *EVERYBODY[:4], terminal="main")
	world.close()
	assert world.day_of(A1) == AWAY
	told = [
		world.watch("side", "closed", at("07:41")),
		world.watch("side", "reading", at("09:35")),
	]
	taken = world.take(world.message(told), now=at("18:00"))
	assert taken.days == {TODAY}
	world.close(now=at("18:01"))
	assert world.day_of(A1) == ("held", "Door Not Reading")
	((explanation,),) = world.rows("Attendance Hold", "explanation", student=A1)
	assert (
		explanation == "Door side of t-door was not reading from 07:41 to 09:35: its port or cable was gone."
	)


def test_one_tap_of_a_whole_school_says_nothing_about_the_others(world: World) -> None:
	world.believe_silence_from(50)
	world.tap(A1, at("08:20"), at("15:05"))
	world.close()
	assert world.day_of(A1) == HERE
	assert {world.day_of(student) for student in EVERYBODY[1:]} == {("held", "Few Came In")}
	assert missing(world, "10:00") == set()


def test_a_day_on_which_half_of_the_usual_number_came_is_believed(world: World) -> None:
	world.believe_silence_from(50)
	world.everybody_in(TODAY, A1, A2)
	world.close()
	assert world.day_of(A1) == AWAY


def test_a_clock_that_was_never_set_makes_no_monday_a_friday(world: World) -> None:
	world.everybody_in(FRIDAY, A1)
	world.tap(A2, at("08:50", FRIDAY))
	world.close(FRIDAY)
	friday = [world.day_of(A1, FRIDAY), world.day_of(A2, FRIDAY)]
	world.everybody_in(TODAY, A1, A2)
	slow = [world.event(s, at("08:25", FRIDAY), clock="unsynced") for s in (A1, A2)]
	world.take(world.message(slow), now=at("15:10"))
	world.close(FRIDAY, now=at("17:00"))
	world.close()
	assert [world.day_of(A1, FRIDAY), world.day_of(A2, FRIDAY)] == friday
	assert {world.day_of(s) for s in (A1, A2)} == {HERE}


def test_a_tap_of_an_unknown_day_is_held_and_a_person_says_when_it_was(world: World) -> None:
	world.everybody_in(FRIDAY, A1)
	world.close(FRIDAY)
	world.everybody_in(TODAY, A1)
	world.forget_time()
	bounds = {
		"not_before": "2031-11-21T07:00:00.000+01:00",
		"not_after": "2031-11-24T09:00:00.000+01:00",
	}
	tap = world.event(A1, at("08:25", FRIDAY), clock="unsynced", **bounds)
	world.take(world.message([tap]), now=at("15:10"))
	world.close(FRIDAY, now=at("17:00"))
	world.close()
	assert world.day_of(A1, FRIDAY) == world.day_of(A1) == ("held", "Time Unknown")
	((name, day, certainty),) = world.rows(
		"Badge Check In", "name", "school_day", "time_certainty", student=A1, time_certainty="Held"
	)
	assert (day, certainty) == (None, "Held")
	settling.date_taps(world.store, [name], TODAY, at("17:10"))
	assert world.day_of(A1) == HERE
	assert world.day_of(A1, FRIDAY) == AWAY


def test_a_tap_from_tomorrow_rewrites_no_day_and_hides_no_alarm(world: World) -> None:
	world.everybody_in(TODAY, A1)
	world.forget_time()
	world.take(world.message([world.event(A1, at("08:20", TOMORROW))]), now=at("08:20"))
	assert world.rows("Badge Check In", "school_day", student=A1) == [(TODAY,)]
	world.everybody_in(TOMORROW, A1)
	world.online(seen=at("10:00", TOMORROW))
	found = witness.arrivals(world.store, calendar.load(world.store), at("10:00", TOMORROW))
	assert A1 in {person.student for person in found.missing}


def test_two_doors_in_a_row_take_nobody_out(world: World) -> None:
	world.everybody_in(TODAY, A1)
	world.tap(A1, at("08:12"), at("08:18"))
	world.close()
	assert world.day_of(A1) == HERE


def test_who_is_switched_off_is_on_no_roll_and_nobody_takes_back_what_was(world: World) -> None:
	world.everybody_in(FRIDAY)
	world.close(FRIDAY)
	world.change("Student", A1, at("08:00"), enabled=0)
	world.everybody_in(TODAY)
	world.close()
	world.night(NIGHT)
	assert world.day_of(A1) == ()
	assert world.day_of(A1, FRIDAY) == HERE


def test_a_group_of_last_year_lets_nobody_in_at_the_door_either(world: World) -> None:
	world._rows(
		"Academic Year",
		[{"name": "T-2030-31", "year_start_date": date(2030, 8, 1), "year_end_date": date(2031, 7, 31)}],
	)
	world.change("Student Group", "T-1A", at("07:00"), academic_year="T-2030-31")
	world.tap(A1, at("08:20"))
	assert [row[2] for row in world.check_ins()] == ["No Student Group"]
	people = roll.call(world.store, calendar.load(world.store), TODAY)
	assert A1 not in {person.student for person in people.people}


@pytest.mark.parametrize("first", ["leave", "close"])
def test_a_leave_that_counts_as_present_misses_nothing_whenever_it_is_entered(
	world: World, first: str
) -> None:
	world.everybody_in(TODAY, A1)
	if first == "close":
		world.close()
	world.leave(A1, TODAY, TODAY, present=True)
	world.close()
	assert world.day_of(A1) == HERE
	assert world.attendance(A1)["vsv_excused"] == "Excused"


def test_a_leave_that_is_cancelled_leaves_no_blank_day(world: World) -> None:
	world.everybody_in(TODAY, A1)
	name = world.leave(A1, TODAY, TODAY)
	world.close()
	assert world.day_of(A1) == ("recorded", "Leave", "Badge", 0, 360)
	# Education cancels its records with it
	leave, record = table("Student Leave Application"), table("Student Attendance")
	world.store.run(update(leave, "docstatus", "modified").where(leave.name == VALUE), [2, at("18:00"), name])
	world.store.run(
		update(record, "docstatus").where(record.leave_application == VALUE).where(record.student == VALUE),
		[2, name, A1],
	)
	world.night(NIGHT, since=at("17:30"))
	assert world.day_of(A1) == AWAY


def test_a_badge_that_changed_hands_counts_for_who_held_it(world: World) -> None:
	world.everybody_in(FRIDAY, A1, A2)
	world.close(FRIDAY)
	world.change("Student Badge", f"T-BADGE-{A1}", at("12:00", FRIDAY), status="Returned", valid_to=FRIDAY)
	enrolment.enrol(world.store, digest(A1), A2, at("07:00"))
	late = [world.event(A1, at("08:20", FRIDAY)), world.event(A1, at("15:05", FRIDAY))]
	world.forget_time()
	world.take(world.message([*late, world.event(A1, at("08:20"))]), now=at("08:30"))
	rows = world.rows("Badge Check In", "school_day", "student", "outcome", badge_digest=digest(A1))
	assert sorted(rows) == [
		(FRIDAY, A1, "Recognised"),
		(FRIDAY, A1, "Recognised"),
		(TODAY, A2, "Recognised"),
	]
	world.close(FRIDAY, now=at("17:00"))
	assert world.day_of(A1, FRIDAY) == HERE
	assert world.day_of(A2, FRIDAY) == AWAY
	((valid_to,),) = world.rows("Student Badge", "valid_to", name=f"T-BADGE-{A1}")
	assert valid_to is None


def test_who_is_put_on_the_roll_late_has_their_days(world: World) -> None:
	world.change("Student Group Student", f"T-1A-{A1}", at("07:00", FRIDAY), active=0)
	world.roster.version = None
	world.everybody_in(FRIDAY)
	world.everybody_in(TODAY, A1)
	world.close(FRIDAY)
	world.close()
	assert (world.day_of(A1, FRIDAY), world.day_of(A1)) == ((), ())
	world.change("Student Group Student", f"T-1A-{A1}", at("20:00"), active=1)
	world.night(NIGHT)
	assert (world.day_of(A1, FRIDAY), world.day_of(A1)) == (HERE, AWAY)
	found = ledger.balance(world.store, calendar.load(world.store), NIGHT)
	assert (found.expected, found.missing) == (16, 0)


def test_three_weeks_without_one_door_leave_no_day_unwritten(world: World) -> None:
	world.add_gateway("t-far")
	days = world.school_days(16)
	for day in days[:2]:
		world.forget_time()
		world.take(
			world.message([world.event(A1, at("08:20", day), seq=n) for n in (1, 2)], gateway="t-far"),
			gateway="t-far",
			now=at("08:21", day),
		)
		world.everybody_in(day, A1)
	for day in days[2:]:
		world.everybody_in(day, A1, A2)
	world.night(at("04:20"))
	found = ledger.balance(world.store, calendar.load(world.store), at("04:20"))
	assert (found.expected, found.missing) == (8 * 16, 0)
	# of A1 nobody knows, as their own door was not heard of; A2 was not seen at doors that were looking
	assert {world.day_of(A1, day) for day in days[2:]} == {("held", "Door Not Reading")}
	assert {world.day_of(A2, day) for day in days[2:]} == {AWAY}


def test_other_times_today_move_the_hour_at_which_somebody_is_missed(world: World) -> None:
	for group in ("T-1A", "T-1B"):
		calendar.child_rows.add(
			world.store,
			calendar.ChildTable(
				"Bell Schedule Exception", "exceptions", "Bell Schedule", ("date", "kind", "starts", "ends")
			),
			{
				f"T-Bells {group}": [
					(TODAY, "Other Times", timedelta(hours=10, minutes=30), timedelta(hours=15))
				]
			},
			at("07:00"),
		)
	world.everybody_in(TODAY, A1)
	world.online(seen=at("11:40"))
	assert missing(world, "09:40") == set()
	assert missing(world, "11:40") == {A1}


def test_an_evening_group_is_judged_in_the_evening(world: World) -> None:
	session = table("Bell Schedule Session")
	world.store.run(
		update(session, "starts", "ends").where(session.parent == VALUE).where(session.session == VALUE),
		[timedelta(hours=18), timedelta(hours=21), "T-Bells T-1B", "Afternoon"],
	)
	world.store.run(
		update(session, "starts", "ends").where(session.parent == VALUE).where(session.session == VALUE),
		[timedelta(hours=17), timedelta(hours=18), "T-Bells T-1B", "Morning"],
	)
	world.everybody_in(TODAY, B1)
	world.online(seen=at("17:30"))
	inbox = Inbox(lambda: at("17:30").replace(tzinfo=ZONE), closes_days=True)
	inbox.tick(world.store)
	assert world.day_of(A1) == HERE
	assert world.day_of(B1) == ()
	world.close(now=at("21:31"))
	assert world.day_of(B1)[1] == "Absent"


def test_away_between_two_enrolments_of_a_year_is_no_school(world: World) -> None:
	for day in world.school_days(8):
		world.everybody_in(day, A1)
	days = world.school_days(8)
	world.change("Student", A1, at("07:00"), date_of_leaving=days[1])
	world._rows(
		"Program Enrollment",
		[
			{
				"name": f"T-PE-{n}",
				"student": A1,
				"program": "T-P",
				"academic_year": "T-2031-32",
				"enrollment_date": day,
			}
			for n, day in enumerate((date(2031, 8, 1), days[5]))
		],
		docstatus=1,
	)
	world.night(at("04:20"))
	assert [world.day_of(A1, day) for day in days] == [AWAY, AWAY, (), (), (), AWAY, AWAY, AWAY]
	stay = roll.enrolments(world.store, date(2031, 8, 1), TODAY, [A1])[A1]
	track = calendar.load(world.store).track(stay.group, stay.program, stay.before)
	assert [day in track.at for day in days] == [True, True, False, False, False, True, True, True]


def test_a_holiday_that_is_entered_late_takes_back_what_the_machine_wrote(world: World) -> None:
	world.everybody_in(TODAY, A1)
	world.mark_by_hand(A2, "Absent")
	world.close()
	assert world.day_of(A1) == AWAY
	calendar.close_school(world.store, ["T-Bells T-1A"], TODAY, "Snow", at("20:00"))
	world.night(NIGHT)
	assert world.day_of(A1) == ()
	assert world.day_of(A2)[2] == "Teacher"
	assert world.day_of(B1) == HERE


def test_leave_for_a_part_of_a_day_is_no_absence_and_no_leave_of_the_whole(world: World) -> None:
	world.everybody_in(TODAY, A1)
	world.tap(A1, at("08:20"), at("13:05"))
	name = world.leave(A1, TODAY, TODAY)
	world.change("Student Leave Application", name, at("09:00"), vsv_from_time=timedelta(hours=13))
	world.close()
	assert world.day_of(A1) == HERE
	record = world.attendance(A1)
	assert (record["vsv_conflict"], record["leave_application"]) == (None, name)
	((minutes,),) = world.rows("Student Attendance", "vsv_minutes_leave", student=A1, date=TODAY)
	assert minutes == 120


def test_a_session_that_counts_nothing_is_not_missed(world: World) -> None:
	session = table("Bell Schedule Session")
	world.store.run(
		update(session, "counted_minutes").where(session.parent == VALUE).where(session.session == VALUE),
		[0, "T-Bells T-1A", "Afternoon"],
	)
	world.everybody_in(TODAY, A1)
	world.close()
	assert world.day_of(A1) == ("recorded", "Absent", "Badge", 0, 240)


def test_what_education_refuses_is_held_and_tried_again(
	world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
	from vsv_app.stores.store import RowsRefused

	world.everybody_in(TODAY)
	submit = type(world.store).submit_attendance

	def refuses(self: object, rows: list[dict[str, object]]) -> list[str]:
		if any(row["student"] == A1 for row in rows):
			raise RowsRefused({A1: "no member of the group"})
		return submit(self, rows)  # type: ignore[arg-type]

	with monkeypatch.context() as strict:
		strict.setattr(type(world.store), "submit_attendance", refuses)
		closed = world.close()
	assert closed.refused == {A1: "no member of the group"}
	assert world.day_of(A1) == ("held", "Not Accepted")
	assert world.day_of(A2) == HERE
	world.night(NIGHT)
	assert world.day_of(A1) == HERE


def test_the_hour_that_comes_twice_in_autumn_is_in_the_order_in_which_it_was(world: World) -> None:
	sunday = date(2031, 10, 26)
	session = table("Bell Schedule Session")
	world.store.run(
		update(session, "weekday", "starts", "ends", "counted_minutes")
		.where(session.parent == VALUE)
		.where(session.session == VALUE)
		.where(session.weekday == VALUE),
		["Sunday", timedelta(hours=1), timedelta(hours=6), 300, "T-Bells T-1A", "Morning", "Monday"],
	)
	events = [
		world.event(A1, at("00:55", sunday), at="2031-10-26T00:55:00.000+02:00", direction="in"),
		world.event(A1, at("02:50", sunday), at="2031-10-26T02:50:00.000+02:00", direction="out"),
		world.event(A1, at("02:10", sunday), at="2031-10-26T02:10:00.000+01:00", direction="in"),
	]
	world.take(world.message(events), now=at("09:00", sunday))
	world.close(sunday, students=[A1], now=at("09:00", sunday))
	assert world.day_of(A1, sunday)[1:] == ("Present", "Badge", 0, 0)


def test_two_groups_at_once_keep_one_day(world: World) -> None:
	world._rows(
		"Student Group Student", [{"name": "T-1B-twice", "parent": "T-1B", "student": A1, "active": 1}]
	)
	world.everybody_in(TODAY)
	world.close()
	world.night(NIGHT)
	assert world.day_of(A1) == HERE
	assert roll.in_two_groups(world.store, TODAY) == {A1: ("T-1A", "T-1B")}


def test_held_days_count_neither_as_planned_nor_as_missed(world: World) -> None:
	world.believe_silence_from(50)
	world.tap(A1, at("08:20"), at("15:05"))
	world.close()
	stay = roll.enrolments(world.store, date(2031, 8, 1), TODAY, [A2])[A2]
	track = calendar.load(world.store).track(stay.group, stay.program, stay.before)
	assert TODAY not in track.at
	evaluation.evaluate_now(world.store, world.school, at("18:00"))
	assert world.signals() == []


@pytest.mark.parametrize(
	("settled_as", "became"),
	[
		("There", ("recorded", "Present", "Officer", 0, 0)),
		("Away", ("recorded", "Absent", "Officer", 0, 360)),
		("School Closed", ()),
		("On A Trip", ("recorded", "Present", "Badge", 0, 0)),
	],
)
def test_an_officer_settles_a_day(world: World, settled_as: str, became: tuple[object, ...]) -> None:
	world.believe_silence_from(50)
	world.tap(A1, at("08:20"), at("15:05"))
	world.close()
	(group,) = settling.waiting(world.store)
	assert (group.day, group.cause, len(group.held)) == (TODAY, "Few Came In", 7)
	names = [hold.name for hold in group.held if hold.group == "T-1A"]
	assert settling.settle(world.store, names, settled_as, at("18:00"), note="snow").count == 3
	assert world.day_of(A2) == became
	world.night(NIGHT)
	assert world.day_of(A2) == became
	assert {row[3] for row in world.holds(student=A2)} == {"Settled"}
	assert world.rows("Attendance Hold", "settled_as", "settled_by", "note", student=A2) == [
		(settled_as, "Administrator", "snow")
	]
	assert settling.settle(world.store, names, "There", at("18:01")).count == 0


def test_a_persons_mark_closes_what_was_held(world: World) -> None:
	world.believe_silence_from(50)
	world.tap(A1, at("08:20"), at("15:05"))
	world.close()
	world.mark_by_hand(A2, "Present")
	world.close()
	assert world.day_of(A2)[2] == "Teacher"
	assert world.holds(student=A2)[0][3] == "Withdrawn"


def test_the_ledger_adds_up_and_says_so(world: World) -> None:
	world.everybody_in(FRIDAY, A1)
	world.everybody_in(TODAY, A1)
	world.mark_by_hand(A2, "Present")
	world.night(NIGHT)
	settings = world.store.single("Early Warning Settings")
	found = {
		name: settings[f"ledger_{name}"]
		for name in ("expected", "by_machine", "by_person", "held", "missing")
	}
	assert found == {"expected": 16, "by_machine": 15, "by_person": 1, "held": 0, "missing": 0}
	assert settings["ledger_words"] == "Every school day of every learner is accounted for."
	assert day_close.write_days(world.store, TODAY, NIGHT).changed is False


def test_a_gateway_that_is_switched_off_vouches_for_nobody(world: World) -> None:
	world.everybody_in(TODAY, A1)
	g = table("Attendance Gateway")
	world.store.run(update(g, "enabled").where(g.name == VALUE), [0, GATEWAY])
	world.close()
	assert {world.day_of(student) for student in EVERYBODY} == {()}


def test_other_learners_are_not_held_with_those_of_a_door(world: World) -> None:
	weeks_at(world, {"side": [A3, A4], "main": [s for s in EVERYBODY if s not in (A3, A4)]})
	told = [world.watch("side", "silent", at("07:41"))]
	world.take(world.message(told), now=at("08:00"))
	world.everybody_in(TODAY, A1, A2, A3, A4, terminal="main")
	world.close()
	assert [world.day_of(s) for s in (A1, A2, A3, A4)] == [AWAY, AWAY, *[("held", "Door Not Reading")] * 2]


def test_one_fob_opens_every_door(world: World) -> None:
	forms = [digest("fob"), digest("fob as wiegand"), digest("fob as decimal")]
	read = {"terminal": "door", "badge": forms[0], "also": forms[1:], "command": "x"}
	world.say("enrolment", now=at("08:00"), **read)
	enrolment.enrol(world.store, forms[0], A1, at("08:01"))
	for number, form in enumerate(forms):
		world.tap(A1, at(f"08:2{number}"), badge=form)
	assert {row[1:] for row in world.check_ins()} == {(A1, "Recognised")}


def late(world: World, *days: date) -> None:
	for day in days:
		world.everybody_in(day, A1)
		world.tap(A1, at("08:45", day))
		world.close(day)


def test_a_signal_whose_facts_were_corrected_clears_at_once(world: World) -> None:
	"""Late three times raises it, and it clears below two: two are left, as the third was none."""
	days = world.school_days(4)
	late(world, *days[:3])
	world.everybody_in(days[3])
	world.close(days[3])
	evaluation.evaluate_now(world.store, world.school, at("18:00", days[3]))
	assert ("START-LATE-3", A1, "Open") in world.signals()
	record = table("Student Attendance")
	change = update(record, "vsv_minutes_late", "vsv_minutes_missed").where(record.name == VALUE)
	world.store.run(change, [0, 0, world.attendance(A1, days[2])["name"]])
	evaluation.evaluate_now(world.store, world.school, at("18:05", days[3]))
	assert ("START-LATE-3", A1, "Resolved") in world.signals()


def test_excused_lateness_is_not_reported_as_lateness(world: World) -> None:
	days = world.school_days(3)
	late(world, *days)
	record = table("Student Attendance")
	for day in days:
		world.store.run(
			update(record, "vsv_excused").where(record.name == VALUE),
			["Excused", world.attendance(A1, day)["name"]],
		)
	evaluation.evaluate_now(world.store, world.school, at("18:00", days[2]))
	assert world.signals() == []


def test_who_keeps_the_doors_hears_of_a_blind_one_while_it_is(world: World) -> None:
	world.say("health", now=at("08:29"), terminals=[{"terminal": "side", "state": "open"}], refused_reads=0)
	world.say("health", now=at("08:30"), terminals=[{"terminal": "side", "state": "closed"}], refused_reads=0)
	assert door_watches.newest(world.store, GATEWAY)["side"] == (at("08:29"), "closed")
	assert health.mark_silent(world.store, at("08:31")) == []
	assert health.mark_silent(world.store, at("08:40")) == [GATEWAY]
	world.say("health", now=at("08:41"), terminals=[{"terminal": "side", "state": "open"}], refused_reads=0)
	assert door_watches.newest(world.store, GATEWAY)["side"] == (at("08:41"), "reading")
	assert health.mark_silent(world.store, at("08:41")) == []


def test_a_gateway_that_was_never_seen_holds_up_nothing(world: World) -> None:
	weeks_at(world, {"door": EVERYBODY})
	world.add_gateway("t-planned")
	world.everybody_in(TODAY, A1)
	world.online(seen=at("09:35"))
	assert missing(world, "09:35") == {A1}
	assert day_close.doors_to_wait_for(world.store) == []
	closed = world.close()
	assert (closed.held, world.day_of(A1)) == (0, AWAY)
	world.online(backlog=3)
	assert [one.name for one in day_close.doors_to_wait_for(world.store)] == [GATEWAY]
	world.change("Attendance Gateway", GATEWAY, enabled=0)
	friday = day_close.write_days(world.store, TODAY, at("17:05"), [A2])
	assert friday.written == 0, "with none but a planned gateway, terminals keep no attendance"

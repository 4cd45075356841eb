"""What keeps the school's days from being written and its signals from reaching somebody, in sentences for a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils.scheduler import is_scheduler_inactive

from vsv_app.services import school
from vsv_app.services.attendance import day_close, roll
from vsv_app.services.school import SETTINGS, School
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import badges, calendar, check_ins
from vsv_app.stores.queries.gateways.accounts import GatewayState
from vsv_app.stores.queries.signals import rules

LISTENER_SILENT_AFTER = timedelta(minutes=5)
RECENT = timedelta(weeks=2)


def what_is_missing() -> list[str]:
	"""Everything that somebody has to put right, in the order in which it is needed."""
	store = FrappeStore()
	here = school.load(store)
	now = school_now(here)
	return [
		*_of_the_site(here),
		*_of_the_timetable(store, now),
		*_of_the_doors(store, now),
		*_of_people(here),
		*_of_the_rules(store),
	]


def words(door: GatewayState) -> str:
	"""Why a day waits for a gateway."""
	if door.status == "Online":
		return _("{0} still holds {1} check-ins.").format(door.name, door.backlog)
	if (door.status or "Never Seen") == "Never Seen":
		return _("{0} was never seen. Provision it, or switch it off until it is there.").format(door.name)
	return _("{0} is not online. What it holds comes in when it is back.").format(door.name)


def _of_the_site(here: School) -> Iterator[str]:
	if not here.enabled:
		yield _("Early Warning Is On is not ticked: no day is closed and no rule looks at anybody.")
	if is_scheduler_inactive(verbose=False):
		yield _("The site's scheduler does not run: no day is closed by itself. Run bench enable-scheduler.")
	seen = frappe.db.get_single_value(SETTINGS, "listener_seen")
	if not seen or frappe.utils.now_datetime() - seen > LISTENER_SILENT_AFTER:
		yield _("The listener is not running: check-ins wait at the doors. Start bench vsv-listen.")


def _of_the_timetable(store: FrappeStore, now: datetime) -> Iterator[str]:
	school_calendar = calendar.load(store)
	if school_calendar.year(now.date()) is None:
		yield _("There is no Academic Year for today: check-ins count for nobody.")
	if not school_calendar.schedules:
		yield _("There is no Bell Schedule that is switched on: nobody is late, and no day is written.")
	elif unplanned := roll.call(store, school_calendar, now.date()).unplanned:
		yield _("{0} learners have no Bell Schedule for their group or programme: their days are not written.").format(len(unplanned))  # fmt: skip
	if twice := roll.in_two_groups(store, now.date()):
		yield _("{0} learners are in two groups of their own at once: the alphabet decides by which their days are kept. End one of the two.").format(len(twice))  # fmt: skip
	if off := badges.of_who_is_switched_off(store):
		yield _("{0} learners are switched off and have no date of leaving: they are on no roll, and their badges open nothing. Fill in when they left, or switch them on.").format(off)  # fmt: skip
	company = frappe.defaults.get_defaults().get("company")
	if not company or not frappe.db.get_value("Company", company, "default_holiday_list"):
		yield _("The company has no default Holiday List: Education takes no attendance without one.")


def _of_the_doors(store: FrappeStore, now: datetime) -> Iterator[str]:
	if not frappe.db.exists("Attendance Gateway", {"enabled": 1}):
		yield _("There is no Attendance Gateway that is switched on.")
	if strangers := check_ins.on_no_roll(store, now.date() - RECENT):
		yield _("{0} learners came in during the last two weeks and are on no roll. Put them into their group, or take their badges back.").format(strangers)  # fmt: skip
	if undated := len(check_ins.held(store)):
		yield _("{0} check-ins are of a day that nobody knows, as the door's clock was not set. Say in Days To Settle when they were.").format(undated)  # fmt: skip
	yield from (words(door) for door in day_close.doors_to_wait_for(store))


def _of_people(here: School) -> Iterator[str]:
	if not here.coordinator:
		yield _("There is no Coordinator: what a mentor leaves lying reaches nobody.")
	if not frappe.db.count("Mentor Assignment"):
		yield _("There is no Mentor Assignment: every alert goes to the coordinator.")


def _of_the_rules(store: FrappeStore) -> Iterator[str]:
	for reason in rules.enabled(store)[1].values():
		yield _("A rule is switched on and looks at nobody. {0}").format(said(reason))

"""The checklist of the first hour, and of any hour after: what somebody has to put right, each with what does it.

What keeps days from being written and signals from reaching somebody comes first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils.scheduler import is_scheduler_inactive

from vsv_app.engine.access import roles
from vsv_app.services import mentors, school
from vsv_app.services.attendance import day_close, roll
from vsv_app.services.attendance.badges import handing_out
from vsv_app.services.gateways import provisioning
from vsv_app.services.school import SETTINGS, School
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.attendance import badges, calendar, check_ins
from vsv_app.stores.queries.gateways import accounts
from vsv_app.stores.queries.gateways.accounts import GatewayState
from vsv_app.stores.queries.signals import rules

LISTENER_SILENT_AFTER = timedelta(minutes=5)
RECENT = timedelta(weeks=2)
MOST_NAMED = 5
GATEWAY = "Attendance Gateway"
NEEDED = {
	roles.OFFICER: (("Student Attendance", "write"), ("Student", "read")),
	roles.COORDINATOR: (("Student", "read"),),
	roles.ADMINISTRATOR: (("Student", "read"), ("Student Group", "read"), ("Academic Year", "read")),
}
"""Rights on Education's records, which each of these needs for a part of its work."""
LOOKS_UP, WRITES = "Instructor", "Academics User"
"""Education's roles that bring them: reading the register, and keeping attendance, groups and years."""


@dataclass(frozen=True)
class ToDo:
	"""Something to put right. `label` and what follows are its button: a place in Desk, a field, a tick, a command to copy, or a
	dialog: `invite` a group, or choose who gets a `role`.
	"""

	sentence: str
	label: str = ""
	route: tuple[str, ...] = ()
	filters: dict[str, Any] = field(default_factory=dict)
	field: str = ""
	tick: str = ""
	command: str = ""
	dialog: str = ""
	role: str = ""


def what_is_missing() -> list[dict[str, Any]]:
	"""Everything that somebody has to put right, in the order in which it is needed."""
	store = FrappeStore()
	here = school.load(store)
	now = school_now(here)
	found = (
		*_of_the_site(here),
		*_of_the_company(),
		*_of_the_timetable(store, now),
		*_of_people(store, here, now.date()),
		*_of_rights(),
		*_of_the_doors(store, now),
		*_of_mail(store),
		*_of_the_rules(store),
	)
	return [asdict(one) for one in found]


def words(door: GatewayState) -> str:
	"""Why a day waits for a gateway."""
	if door.status == "Online":
		return _("{0} still holds {1} check-ins.").format(_called(door), door.backlog)
	return _("{0} is not online. What it holds comes in when it is back.").format(_called(door))


def _called(door: GatewayState) -> str:
	return f"{door.name} ({door.location})" if door.location else door.name


def _of_the_site(here: School) -> Iterator[ToDo]:
	bench = f"bench --site {frappe.local.site}"
	if not here.enabled:
		yield ToDo(
			_("Early Warning Is On is not ticked: no day is closed and no rule looks at anybody."),
			_("Switch On"),
			tick="enabled",
		)
	if is_scheduler_inactive(verbose=False):
		yield ToDo(
			_("The site's scheduler does not run: no day is closed by itself. Run bench enable-scheduler."),
			_("Copy The Command"),
			command=f"{bench} enable-scheduler",
		)
	seen = frappe.db.get_single_value(SETTINGS, "listener_seen")
	if not seen or frappe.utils.now_datetime() - seen > LISTENER_SILENT_AFTER:
		yield ToDo(
			_("The listener is not running: check-ins wait at the doors. Start bench vsv-listen."),
			_("Copy The Command"),
			command=f"{bench} vsv-listen",
		)
	elif frappe.db.get_single_value(SETTINGS, "broker_binds_names") == "No":
		yield ToDo(
			_("The broker does not bind accounts: whoever has a gateway's password can shut out the listener and other gateways. Write its files anew, install all three, and restart it."),
			_("Copy The Command"),
			command=f"{bench} vsv-broker-config --directory ~/vsv-broker",
		)  # fmt: skip


def _of_the_company() -> Iterator[ToDo]:
	if not frappe.db.exists("Company", {}):
		yield ToDo(
			_("There is no company yet: Education keeps holidays by it. Go through the setup wizard, or make a company."),
			_("Setup Wizard"),
			("setup-wizard",),
		)  # fmt: skip
		return
	company = frappe.defaults.get_defaults().get("company")
	if not company:
		yield ToDo(
			_("No company is the default one: Education takes no attendance without its Holiday List."),
			_("Global Defaults"),
			("Form", "Global Defaults", "Global Defaults"),
		)
	elif not frappe.db.get_value("Company", company, "default_holiday_list"):
		yield ToDo(
			_("The company has no default Holiday List: Education takes no attendance without one."),
			_("Open The Company"),
			("Form", "Company", company),
		)


def _of_the_timetable(store: FrappeStore, now: datetime) -> Iterator[ToDo]:
	school_calendar = calendar.load(store)
	if school_calendar.year(now.date()) is None:
		yield ToDo(
			_("There is no Academic Year for today: check-ins count for nobody."),
			_("New Academic Year"),
			("Form", "Academic Year", "new-academic-year"),
		)
	if not school_calendar.schedules:
		yield ToDo(
			_("There is no Bell Schedule that is switched on: nobody is late, and no day is written."),
			_("New Bell Schedule"),
			("Form", "Bell Schedule", "new-bell-schedule"),
		)
	elif unplanned := roll.call(store, school_calendar, now.date()).unplanned:
		yield ToDo(
			_("{0} learners have no Bell Schedule for their group or programme: their days are not written.").format(len(unplanned)),
			_("New Bell Schedule"),
			("Form", "Bell Schedule", "new-bell-schedule"),
		)  # fmt: skip
	if twice := roll.in_two_groups(store, now.date()):
		yield ToDo(
			_("{0} learners are in two groups of their own at once: the alphabet decides by which their days are kept. End one of the two.").format(len(twice)),
			_("Student Groups"),
			("List", "Student Group"),
		)  # fmt: skip
	if off := badges.of_who_is_switched_off(store):
		yield ToDo(
			_("{0} learners are switched off and have no date of leaving: they are on no roll, and their badges open nothing. Fill in when they left, or switch them on.").format(off),
			_("Show Them"),
			("List", "Student"),
			{"enabled": 0, "date_of_leaving": ["is", "not set"]},
		)  # fmt: skip


def _of_people(store: FrappeStore, here: School, today: date) -> Iterator[ToDo]:
	if not here.coordinator:
		yield ToDo(
			_("There is no Coordinator: what a mentor leaves lying reaches nobody."),
			_("Choose One"),
			field="coordinator",
		)
	if not here.leader:
		yield ToDo(
			_("There is no School Leader to whom alerts go in the end."), _("Choose One"), field="leader"
		)
	looked_after = mentors.load(store, today)
	alone: dict[str, int] = {}
	for one in learners.memberships(store, today, today):
		if one.based_on != "Course" and not looked_after.of(one.student):
			alone[one.group] = alone.get(one.group, 0) + 1
	if not frappe.db.count("Mentor Assignment"):
		yield ToDo(
			_("There is no Mentor Assignment: every alert goes to the coordinator."),
			_("Mentors"),
			("mentors",),
		)
	elif alone:
		yield ToDo(
			_("Learners of {0} groups have no mentor: {1}.").format(len(alone), _named(alone)),
			_("Mentors"),
			("mentors",),
		)
	without = sum(missing for _group, _count, missing in handing_out.groups(store, today))
	if without:
		yield ToDo(
			_("{0} learners have no badge.").format(without), _("Hand Out Badges"), ("hand-out-badges",)
		)
	if not (frappe.db.get_single_value(SETTINGS, "school_phone") or "").strip():
		yield ToDo(
			_("The school's telephone number is missing: families read on their page and in their letter whom to call."),
			_("Fill In"),
			field="school_phone",
		)  # fmt: skip
	if families := _guardians_without_account():
		yield ToDo(
			_("{0} guardians have no account: they cannot see what the school sees.").format(families),
			_("Invite Families"),
			dialog="invite",
		)


def _of_rights() -> Iterator[ToDo]:
	"""Roles that nobody has, and people who lack a right that their role needs."""
	for role in (roles.ADMINISTRATOR, roles.OFFICER, roles.COORDINATOR, roles.MENTOR):
		if not _holders(role):
			yield ToDo(
				_("Nobody has the role {0}.").format(_(role)),
				_("Choose Who Has It"),
				dialog="role",
				role=role,
			)
	for role, needed in NEEDED.items():
		for user in _holders(role):
			for doctype, right in needed:
				if not frappe.has_permission(doctype, right, user=user):
					yield _lacks(user, role, doctype, right)
					break
	if strangers := _mentors_without_role():
		yield ToDo(
			_("{0} people look after learners and have not the role School Mentor: {1}.").format(len(strangers), _named(strangers)),
			_("Open The User"),
			("Form", "User", strangers[0]),
		)  # fmt: skip


def _lacks(user: str, role: str, doctype: str, right: str) -> ToDo:
	name = frappe.db.get_value("User", user, "full_name") or user
	sentence = (
		_("{0} ({1}) may not look up {2}: give the role {3} besides.")
		if right == "read"
		else _("{0} ({1}) may not change {2}: give the role {3} besides.")
	)
	needs = LOOKS_UP if right == "read" and doctype in ("Student", "Student Group") else WRITES
	return ToDo(
		sentence.format(name, _(role), _(doctype), _(needs)), _("Open The User"), ("Form", "User", user)
	)


def _of_the_doors(store: FrappeStore, now: datetime) -> Iterator[ToDo]:
	known = accounts.in_use(store)
	if not known:
		yield ToDo(
			_("There is no Attendance Gateway that is switched on."),
			_("New Attendance Gateway"),
			("Form", GATEWAY, "new-attendance-gateway"),
		)
	elif provisioning.host_is_missing(store) and any(one.is_to_come for one in known):
		yield ToDo(
			_(
				"Gateways would look for the broker on themselves: say in Broker Host For Gateways where it is."
			),
			_("Fill In"),
			field="gateway_mqtt_host",
		)
	for one in known:
		if not accounts.terminal_settings(store, one.name):
			yield ToDo(_("{0} has no terminal.").format(_called(one)), _("Open"), ("Form", GATEWAY, one.name))
		elif one.is_to_come:
			yield ToDo(
				_("{0} was never seen; nothing waits for it. Provision it when it is mounted.").format(_called(one)),
				_("Provision"),
				("Form", GATEWAY, one.name),
			)  # fmt: skip
	if strangers := check_ins.on_no_roll(store, now.date() - RECENT):
		yield ToDo(
			_("{0} learners came in during the last two weeks and are on no roll. Put them into their group, or take their badges back.").format(strangers),
			_("Show Them"),
			("List", "Badge Check In"),
			{"outcome": ["in", list(check_ins.ON_NO_ROLL)]},
		)  # fmt: skip
	if undated := len(check_ins.held(store)):
		yield ToDo(
			_("{0} check-ins are of a day that nobody knows, as the door's clock was not set. Say in Days To Settle when they were.").format(undated),
			_("Days To Settle"),
			("days-to-settle",),
		)  # fmt: skip
	for door in day_close.doors_to_wait_for(store):
		yield ToDo(words(door), _("Open"), ("Form", GATEWAY, door.name))


def _of_mail(store: FrappeStore) -> Iterator[ToDo]:
	settings = store.single(SETTINGS)
	goes_out = frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1})
	if not goes_out and (settings["daily_digest"] or settings["mail_families"]):
		yield ToDo(
			_("Daily Digest By Mail is on, and there is no Email Account that mail goes out by.")
			if settings["daily_digest"]
			else _("Mails to families are on, and there is no Email Account that mail goes out by."),
			_("New Email Account"),
			("Form", "Email Account", "new-email-account"),
		)
	if settings["sms_to_guardians"] and not frappe.db.get_single_value("SMS Settings", "sms_gateway_url"):
		yield ToDo(
			_("Texts to guardians are on, and SMS Settings name no provider."),
			_("SMS Settings"),
			("Form", "SMS Settings", "SMS Settings"),
		)


def _of_the_rules(store: FrappeStore) -> Iterator[ToDo]:
	good, broken = rules.enabled(store)
	if not good and not broken:
		yield ToDo(
			_("No rule is switched on: nobody is signalled."), _("Rules"), ("List", "Early Warning Rule")
		)
	for reason in broken.values():
		yield ToDo(
			_("A rule is switched on and looks at nobody. {0}").format(said(reason)),
			_("Rules"),
			("List", "Early Warning Rule"),
		)


def _named(names: Iterable[str]) -> str:
	"""The first of some names, and how many more there are."""
	found = sorted(names)
	more = len(found) - MOST_NAMED
	listed = ", ".join(found[:MOST_NAMED])
	return _("{0} and {1} more").format(listed, more) if more > 0 else listed


def _holders(role: str) -> list[str]:
	return [one for one in learners.people_with_role(FrappeStore(), role) if one != "Administrator"]


def _mentors_without_role() -> list[str]:
	today = school_now().date()
	looking = {one.mentor for one in learners.mentorings(FrappeStore(), today) if one.task in mentors.ALERTED}
	return sorted(looking - set(_holders(roles.MENTOR)))


def _guardians_without_account() -> int:
	"""Guardians of learners who are here, without a user of their own."""
	of_learners = frappe.get_all(
		"Student Guardian",
		{"parenttype": "Student", "parent": ("in", list(learners.enabled_students(FrappeStore())) or [""])},
		pluck="guardian",
		distinct=True,
	)
	return frappe.db.count("Guardian", {"name": ("in", of_learners or [""]), "user": ("is", "not set")})

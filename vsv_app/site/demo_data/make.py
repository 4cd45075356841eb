"""The whole of it: a school on the site, eight weeks of taps and closed days, signals by the real rules, and care."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe

from vsv_app.embedded import history, records
from vsv_app.embedded.school import LearnerDay
from vsv_app.engine.gateways import messages
from vsv_app.services import school
from vsv_app.services.attendance import ingest
from vsv_app.services.dispatch import daily
from vsv_app.services.gateways import health
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.services.school import SETTINGS, School
from vsv_app.site.demo_data import care, made, people
from vsv_app.site.demo_data.made import Made
from vsv_app.site.demo_data.people import Founded
from vsv_app.site.language import in_language
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore

Progress = Callable[[str, int], AbstractContextManager[Any]]
"""(label, steps) -> something whose `update(n)` is called after each step."""
LOOKED_AT = time(22, 0)
MENTORS_LOOK = time(16, 0)
MORNING = time(8, 0)


class NotHere(frappe.ValidationError):
	"""A site on which the made-up school would be in the way, or has no ground to stand on."""


@dataclass(frozen=True)
class Summary:
	"""What there is to say afterwards."""

	learners: int
	attendance: int
	signals: int
	plans: int
	password: str


@in_language(None)
def make(
	progress: Progress,
	*,
	seed: int = 1,
	learners: int = 600,
	weeks: int = 8,
	password: str | None = None,
	among_real: bool = False,
) -> Summary:
	"""Make the school on the site that is connected, in its language. Raises NotHere before anything is written."""
	store = FrappeStore(commits=True)
	check(store, among_real=among_real)
	here = school.load(store)
	now = school_now(here)
	imagined = people.imagine(seed=seed, today=_school_day(now.date()), learners=learners, weeks=weeks)
	own = made.Made(store)
	before = store.single(SETTINGS)
	secret = password or secrets.token_urlsafe(9)
	with progress("People", 1) as bar:
		founded = people.found(own, imagined, _company(), secret, now)
		bar.update(1)
	_weeks(store, founded, progress)
	_today(store, founded, now)
	with progress("Talks, plans and partners", 1) as bar, store.transaction():
		care.live(own, founded, now)
		bar.update(1)
	with store.transaction():
		_give_back(own, before)
	return _counted(own, founded, secret)


def check(store: FrappeStore, *, among_real: bool) -> None:
	"""Raises NotHere where the site has made-up data already, real learners, or no company."""
	if made.known(store):
		raise NotHere("This site has the made-up school already. Remove it first: vsv-demo-data --remove")
	if not frappe.db.exists("Company", {}):
		raise NotHere("This site has no company yet: complete the setup wizard first, then try again.")
	real = frappe.db.count("Student")
	if real and not among_real:
		raise NotHere(
			f"This site has {real} learners of its own. Made-up ones would appear in their lists, reports and figures. "
			"Use a site made for trying things out, or say --yes to make them here nevertheless."
		)
	for doctype, name in (
		("Attendance Gateway", records.GATEWAY),
		("Bell Schedule", people.BELLS),
		("User", people.COORDINATOR),
		("Student", "DEMO-STU-00001"),
	):
		if frappe.db.exists(doctype, name):
			raise NotHere(
				f"{doctype} {name} is there already, and the made-up school would have one of that name."
			)


def _weeks(store: FrappeStore, founded: Founded, progress: Progress) -> None:
	"""Every school day before today, with a look at everybody at the end of each week, as `make demo` has it."""
	days = founded.school.school_days[:-1]
	here = school.load(store)
	done = 0
	with progress("School days", len(days)) as bar:

		def after_a_day() -> None:
			nonlocal done
			day, done = days[done], done + 1
			if day.weekday() == 4 or done == len(days):
				if done < len(days):
					history.mentors_answer(store, founded.school, datetime.combine(day, MENTORS_LOOK))
				daily.nightly(store, here, datetime.combine(day, LOOKED_AT))
			bar.update(1)

		history.play(store, founded.school, founded.keys, after_a_day)


def _today(store: FrappeStore, founded: Founded, now: datetime) -> None:
	"""The running day as far as it has come: who has tapped, a gateway that is online, and what the rules make of it."""
	here, day = school.load(store), founded.school.today
	if day == now.date():
		people_so_far = [_so_far(one, now) for one in founded.school.day(day)]
		records.report_absences(
			store, [one for one in founded.school.day(day)], datetime.combine(day, MORNING)
		)
		history.tap(
			store, people_so_far, day, founded.keys, ingest.Roster(),
			epoch=secrets.token_hex(8), seq=0, sent_at=now.time(),
		)  # fmt: skip
	_online(store, here, founded, now)
	daily.nightly(store, here, now)


def _so_far(one: LearnerDay, now: datetime) -> LearnerDay:
	arrives = one.arrives if one.arrives and one.arrives <= now else None
	leaves = one.leaves if one.leaves and one.leaves <= now else None
	return replace(one, arrives=arrives, leaves=leaves)


def _online(store: FrappeStore, here: School, founded: Founded, now: datetime) -> None:
	"""The gateway's own message of its condition, signed with its key."""
	at = now.replace(tzinfo=here.zone)
	payload = messages.sign(
		{
			"v": messages.VERSION, "gateway": records.GATEWAY, "epoch": "0" * 16, "at": at.isoformat(), "version": "demo",
			"uptime_s": 3600, "clock": "synced", "backlog": 0, "oldest_unconfirmed_s": 0,
			"disk_free_bytes": 12 * 2**30, "temperature_c": 47.5, "alarms": [],
		},
		bytes.fromhex(founded.keys.mac_key),
	)  # fmt: skip
	topic = f"vsv/v1/{here.code}/{records.GATEWAY}/health"
	health.note_health(store, Incoming(here, records.GATEWAY, topic, payload, at))


def _give_back(own: Made, before: Any) -> None:
	"""The school's own coordinator and leader, where it had any, have theirs back."""
	for field in ("coordinator", "leader"):
		if before[field]:
			own.store.set_single(SETTINGS, {field: before[field]})


def _company() -> str:
	return str(
		frappe.db.get_single_value("Global Defaults", "default_company") or frappe.get_all("Company")[0].name
	)


def _counted(own: Made, founded: Founded, password: str) -> Summary:
	students = {"student": ("in", own.names["Student"])}
	return Summary(
		learners=len(founded.school.learners),
		attendance=frappe.db.count("Student Attendance", students),
		signals=frappe.db.count("Early Warning Signal", students),
		plans=frappe.db.count("Support Plan", students),
		password=password,
	)


def _school_day(day: date) -> date:
	"""The day itself, or the Friday before a weekend."""
	return day - timedelta(days=max(0, day.weekday() - 4))

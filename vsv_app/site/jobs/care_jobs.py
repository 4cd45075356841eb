"""What runs by the clock for care: reminders, the morning's digest, texts to guardians, and retention.

Each may run at any time and twice over: it does what is still to be done.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care.quiet_hours import QuietHours, may_disturb
from vsv_app.services.care import digest, promises, reminders
from vsv_app.services.school import SETTINGS, minute_of
from vsv_app.site.care import digest_mails, family_mails, guardian_texts
from vsv_app.site.portal import invitations
from vsv_app.site.privacy import personal_data_requests, retention
from vsv_app.site.privacy.error_redaction import redacts_errors
from vsv_app.site.school_clock import running_school, school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar


@redacts_errors
def remind() -> int:
	"""Remind of what was agreed and is overdue, and tell the next person where a reminder did not help."""
	here = running_school()
	if here is None:
		return 0
	store, now = FrappeStore(commits=not frappe.flags.in_test), school_now(here)
	notice = frappe.db.get_single_value(SETTINGS, "agreement_notice_days")
	days = promises.DEFAULT_NOTICE_DAYS if notice is None else cint(notice)
	return reminders.send(store, here, calendar.load(store), now, notice_days=days)


@redacts_errors
def climb_with_calls_for_help() -> int:
	"""Tell the next person of a call for help that waits for hours, unless the hour is quiet."""
	here = running_school()
	if here is None:
		return 0
	store, now = FrappeStore(commits=not frappe.flags.in_test), school_now(here)
	school_calendar = calendar.load(store)
	if not _may_disturb(store.single(SETTINGS), school_calendar, now):
		return 0
	return reminders.climb_with_calls_for_help(store, here, school_calendar, now)


@redacts_errors
def write_to_people() -> None:
	"""Send the morning's digests and the texts that wait, unless the hour is quiet or there is no school."""
	here = running_school()
	if here is not None:
		write_now(school_now(here))
	invitations.follow_mails()
	invitations.expire()


def write_now(now: datetime) -> tuple[int, int]:
	"""(digests, texts) that went out at a moment of the school's own time."""
	store = FrappeStore()
	settings = store.single(SETTINGS)
	if settings["sms_to_guardians"]:
		guardian_texts.gather(now)
	if not _may_disturb(settings, calendar.load(store), now):
		return 0, 0
	mailed = _mail_digests(store, now) if settings["daily_digest"] else 0
	texted = guardian_texts.send_waiting(now) if settings["sms_to_guardians"] else 0
	if settings["mail_families"]:
		family_mails.send(now)
	return mailed, texted


@redacts_errors
def clear_old_records() -> None:
	"""Delete records of care that are past the school's retention periods."""
	gone = retention.clear(commits=not frappe.flags.in_test)
	personal_data_requests.forget_copies()
	if gone:
		frappe.logger("vsv_app").info(f"Retention: {gone}")


def _may_disturb(settings: Mapping[str, Any], school_calendar: SchoolCalendar, now: datetime) -> bool:
	"""Whether it is an hour of a school day that the school has not set to be quiet."""
	quiet = QuietHours(minute_of(settings["quiet_from"]), minute_of(settings["quiet_to"]))
	school_day = school_calendar.is_school_day(now.date())
	return may_disturb(quiet, now.hour * 60 + now.minute, school_day=school_day)


def _mail_digests(store: FrappeStore, now: datetime) -> int:
	"""The first pass of a school day sends them all; what comes up later waits for the next morning.

	0 on a site that has no account to send mail from: what else there is to do goes on.
	"""
	# A second worker waits here until the first has sent them, and finds that it is done.
	sent_on = frappe.db.get_value("Singles", {"doctype": SETTINGS, "field": "digest_sent_on"}, "value", for_update=True, order_by=None)  # fmt: skip
	if sent_on == str(now.date()):
		return 0
	try:
		sent = sum(digest_mails.send_digest(one, now) for one in digest.of_today(store, now.date()))
	except frappe.OutgoingEmailError:
		return 0
	store.set_single(SETTINGS, {"digest_sent_on": now.date()})
	return sent

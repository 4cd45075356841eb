"""A mail to a learner, guardian or partner that something waits on the school's page: a link, nobody named, one a day at most.

What waits is read from the records; that a mail went out is read from the queue, so the same is not told twice.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe import _, _lt
from frappe.utils import get_datetime, get_url, getdate

from vsv_app.engine.care import plans
from vsv_app.engine.care.plans import GUARDIAN, LEARNER, needed_parties
from vsv_app.engine.partners import agreements, referrals
from vsv_app.services.care.meetings import agenda
from vsv_app.site import learners
from vsv_app.site.care import stopped_mails
from vsv_app.site.language import in_language
from vsv_app.site.portal import absences, landing

UNSUBSCRIBE = "/api/method/vsv_app.site.care.family_mails.unsubscribe"
OF_ACCOUNT = "Notification Settings"
"""Frappe keeps one for each account: mails about the account refer to it, and so does the wish to get no more of them."""
STOPPED = _lt("You get no more of these mails. On your page you can have them again.")
FRESH_DAYS = 3
"""What happened longer ago is no news."""


def send(now: datetime) -> int:
	"""Mail everybody for whom something new waits and who had no mail today; returns how many went out.

	0 on a site that has no account to send mail from.
	"""
	newest: dict[str, datetime] = {}
	for user, since in _waiting(now):
		newest[user] = max(since, newest.get(user, since))
	try:
		return sum(_send(user, since, now) for user, since in sorted(newest.items()))
	except frappe.OutgoingEmailError:
		return 0


def no_longer_expected(user: str, subject: str, day: date) -> None:
	"""Mail a partner at once that a care meeting is none of theirs any more: the page, which says so of others, does not show it now."""
	account = frappe.db.get_value("User", user, ["email", "enabled", "language"], as_dict=True)
	wanted = choice(user)
	if not account or not account.enabled or not wanted or not wanted["wanted"]:
		return
	with in_language(account.language), suppress(frappe.OutgoingEmailError):
		frappe.sendmail(
			recipients=[account.email],
			subject=_(subject),
			template="vsv_no_longer_expected",
			args={"day": frappe.utils.format_date(day, "d MMMM yyyy")},
		)


def gets_mails(user: str) -> bool:
	return not stopped_mails.is_stopped(OF_ACCOUNT, user)


def choice(user: str) -> dict[str, Any] | None:
	"""To which address mails go, and whether; None where the school sends none."""
	if not frappe.db.get_single_value(learners.SETTINGS, "mail_families"):
		return None
	return {"wanted": gets_mails(user), "address": frappe.db.get_value("User", user, "email")}


def choose(user: str, wanted: bool) -> None:
	"""Mails again, or no more of them."""
	(stopped_mails.go_on if wanted else stopped_mails.stop)(OF_ACCOUNT, user)


@frappe.whitelist(allow_guest=True, methods=["GET"])
def unsubscribe(email: str, name: str, doctype: str = OF_ACCOUNT) -> None:
	"""Stop the mails of whom a signed link was sent to."""
	stopped_mails.stop_by_link(OF_ACCOUNT, name, STOPPED)


def _send(user: str, since: datetime, now: datetime) -> bool:
	account = frappe.db.get_value("User", user, ["email", "enabled", "language"], as_dict=True)
	page = landing.home_of(user)
	if not account or not account.enabled or not page or not gets_mails(user):
		return False
	about = {"reference_doctype": OF_ACCOUNT, "reference_name": user, "unsubscribe_method": UNSUBSCRIBE}
	latest = frappe.db.get_value("Email Queue", about, "creation", order_by="creation desc")
	if latest and (latest >= since or latest.date() >= now.date()):
		return False
	with in_language(account.language):
		frappe.sendmail(
			recipients=[account.email],
			subject=_("Something waits for you on the school's page"),
			template="vsv_something_waits",
			args={"link": get_url(f"/{page}")},
			reference_doctype=OF_ACCOUNT,
			reference_name=user,
			unsubscribe_method=UNSUBSCRIBE,
			unsubscribe_message=_("Unsubscribe"),
		)
	return True


def _waiting(now: datetime) -> Iterator[tuple[str, datetime]]:
	"""(account, since when) of everything new that waits for somebody."""
	fresh = (">=", now - timedelta(days=FRESH_DAYS))
	for row in frappe.get_all(
		"Family Message",
		{"status": "Answered", "answered_on": fresh},
		["sent_by", "answered_by", "answered_on"],
	):
		if row.answered_by != row.sent_by:
			yield row.sent_by, row.answered_on
	for field in ("answered_on", "closed_on"):
		for row in frappe.get_all("Concern", {"from_learner": 1, field: fresh}, ["noted_by", field]):
			yield row.noted_by, row[field]
	answered = {"capacity": ("in", (LEARNER, GUARDIAN)), "answered_on": fresh}
	for row in frappe.get_all("Contested Record", answered, ["contested_by", "answered_on"]):
		yield row.contested_by, row.answered_on
	yield from _reports_decided(fresh)
	for row in frappe.get_all(
		"Support Plan", {"status": plans.PROPOSED, "modified": fresh}, ["name", "student", "modified"]
	):
		parties = plans.open_parties(frappe.get_doc("Support Plan", row.name).facts())
		for user in _of_family(row.student, parties, now):
			yield user, row.modified
	asked = {"status": referrals.DRAFT, "consent_status": referrals.ASKED, "consent_asked_on": fresh}
	for row in frappe.get_all("Referral", asked, ["student", "consent_asked_on"]):
		parties = needed_parties(learners.age(row.student, getdate(now)), learners.consent_age())
		for user in _of_family(row.student, parties, now):
			yield user, row.consent_asked_on
	for row in frappe.get_all(
		"Referral", {"status": referrals.SENT, "sent_on": fresh}, ["stakeholder", "sent_on"]
	):
		for user in _contacts(row.stakeholder):
			yield user, get_datetime(row.sent_on)
	yield from _of_agreements(fresh)
	yield from _of_meetings(fresh, now)


def _of_agreements(fresh: tuple[str, datetime]) -> Iterator[tuple[str, datetime]]:
	"""Partners whose signature is waited for, and those whose feedback was answered."""
	asked = {"status": agreements.UNDER_DISCUSSION, "discussed_since": fresh}
	for row in frappe.get_all("Stakeholder Agreement", asked, ["name", "discussed_since"]):
		for party in frappe.get_doc("Stakeholder Agreement", row.name).facts().unsigned:
			for user in _contacts(party):
				yield user, row.discussed_since
	answered = {"parenttype": "Stakeholder Agreement", "answered_on": fresh, "stakeholder": ("is", "set")}
	for row in frappe.get_all("Agreement Feedback", answered, ["stakeholder", "user", "answered_on"]):
		contacts = _contacts(row.stakeholder)
		for user in [row.user] if row.user in contacts else contacts:
			yield user, row.answered_on


def _of_meetings(fresh: tuple[str, datetime], now: datetime) -> Iterator[tuple[str, datetime]]:
	"""Partners who are invited to a care meeting to come, or to one that was moved or called off."""
	told = {
		"parenttype": "Care Meeting",
		"stakeholder": ("is", "set"),
		"user": ("is", "set"),
		"told_on": fresh,
	}
	for row in frappe.get_all("Care Meeting Person", told, ["parent", "user", "told_on"]):
		status, day = frappe.db.get_value("Care Meeting", row.parent, ["status", "meeting_on"])
		if status != agenda.HELD and day >= now.date():
			yield row.user, row.told_on


def _contacts(stakeholder: str) -> list[str]:
	"""The accounts of a partner."""
	of = {"parent": stakeholder, "parenttype": "Stakeholder", "user": ("is", "set")}
	return frappe.get_all("Stakeholder Contact", of, pluck="user")


def _reports_decided(fresh: tuple[str, datetime]) -> Iterator[tuple[str, datetime]]:
	"""Learners whose own report of an absence was accepted, or not."""
	for row in frappe.get_all(
		absences.LEAVE,
		{"docstatus": ("in", (1, 2)), "modified": fresh},
		["owner", "student", "docstatus", "vsv_declined", "modified"],
	):
		if (row.docstatus == 1 or row.vsv_declined) and absences.by_learner(row):
			yield row.owner, row.modified


def _of_family(student: str, parties: tuple[str, ...], now: datetime) -> list[str]:
	"""The accounts of those of a family who are asked."""
	found = []
	if LEARNER in parties:
		found += [frappe.db.get_value("Student", student, "user")]
	if GUARDIAN in parties and (learners.age(student, getdate(now)) or 0) < learners.OF_AGE:
		found += learners.guardian_users(student).values()
	return [user for user in found if user]

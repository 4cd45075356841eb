"""The site that the stories run on: records made by the site tests' own factories, and gone again after each story.

Imports Frappe, so it is imported where a bench is known to be there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from email import message_from_string
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import now_datetime, nowdate
from frappe.utils.password import update_password

from vsv_app.services import school
from vsv_app.services.care.board import contesting
from vsv_app.services.dispatch import nightly
from vsv_app.services.signals import alerting
from vsv_app.site.jobs import care_jobs
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.tests import care_factories, factories

PASSWORD = "the stories sign in with this"
KEPT_BY_OTHERS = ("tabError Log", "tabScheduled Job Log", "tabDefaultValue", "tabSeries")
"""Tables that are written beside any story, and counters."""
CHANGED = (("Early Warning Settings", None), ("Company", "default_holiday_list"))
"""What factories change of records that were there before."""


@contextmanager
def connected(site: str) -> Iterator[None]:
	frappe.init(site=site)
	frappe.connect()
	# The hourly limit on new users is for people; a run makes a few dozen.
	frappe.local.conf.throttle_user_limit = 10_000
	try:
		yield
	finally:
		frappe.destroy()


@contextmanager
def as_it_was() -> Iterator[None]:
	"""What is written inside, by whomever, is gone afterwards: rows that are new, in every table that names its rows."""
	fresh()
	tables = [table for table in _tables_with_names() if table not in KEPT_BY_OTHERS]
	before = {table: _names(table) for table in tables}
	settings = frappe.db.get_singles_dict("Early Warning Settings")
	companies = dict(frappe.get_all("Company", ["name", "default_holiday_list"], as_list=True))
	try:
		yield
	finally:
		frappe.set_user("Administrator")
		fresh()
		for table in tables:
			for name in _names(table) - before[table]:
				frappe.db.sql(f"delete from `{table}` where name = %s", name)  # noqa: S608 a table of the site
				frappe.db.sql("delete from `__Auth` where doctype = %s and name = %s", (table[3:], name))
		for field, value in frappe.db.get_singles_dict("Early Warning Settings").items():
			if value != settings.get(field):
				frappe.db.set_single_value("Early Warning Settings", field, settings.get(field))
		for company, holiday_list in companies.items():
			frappe.db.set_value("Company", company, "default_holiday_list", holiday_list)
		frappe.db.commit()
		frappe.clear_cache()


def fresh() -> None:
	"""See what the server has written since."""
	frappe.db.rollback()


def value(doctype: str, name: Any, field: str | list[str]) -> Any:
	"""As it stands on the site now."""
	fresh()
	return frappe.db.get_value(doctype, name, field)


def user(*roles: str, name: str = "") -> str:
	"""A Desk user who can sign in; without roles a portal user."""
	email = factories.make_user(*roles) if roles else care_factories.make_portal_user()
	if name:
		frappe.db.set_value("User", email, {"full_name": name, "first_name": name})
	update_password(email, PASSWORD)
	return email


def named_learners(*names: str, **data: Any) -> tuple[str, list[str]]:
	"""(group, learners) of one group, under names that a person would have."""
	group, students = factories.make_group(len(names))
	for student, name in zip(students, names, strict=True):
		frappe.db.set_value("Student", student, {"student_name": name, "first_name": name, **data})
		frappe.db.set_value("Student Group Student", {"student": student}, "student_name", name)
	return group, students


def leave(student: str, reason: str) -> None:
	"""The learner has left today."""
	frappe.db.set_value("Student", student, {"date_of_leaving": nowdate(), "reason_for_leaving": reason})


def absence(student: str, group: str, back: int = 0, status: str = "Absent") -> Any:
	"""A submitted record of one school day."""
	record = frappe.get_doc(
		doctype="Student Attendance",
		student=student,
		student_group=group,
		date=factories.school_day(back),
		status=status,
	).insert()
	record.submit()
	return record


def signal(student: str, name: str, record: Any, mentor: str, **data: Any) -> str:
	"""A signal on one record, as an evaluation raises it, with its first alert."""
	values = {
		"student_name": name,
		"student_group": record.student_group,
		"mentor": mentor,
		"rule_title": "Unexcused absence",
		"indicator": "unexcused_minutes",
		"observed_value": 720,
		"threshold": 600,
		"severity": "Concern",
		"explanation": "Away without a known reason for 12 hours in four school weeks; the school looks from 10 hours.",
		"explanation_nl": "12 uur afwezig zonder bekende reden in vier schoolweken; de school kijkt vanaf 10 uur.",
		"evidence": [
			{
				"reference_doctype": "Student Attendance", "reference_name": record.name, "date": record.date,
				"fact": "Absent, no reason known", "value": 360,
			}
		],
		"raised_on": now_datetime() - timedelta(hours=2),
		**data,
	}  # fmt: skip
	evidence = values.pop("evidence")
	rule = values.pop("rule", None) or factories.make_rule(title=values["rule_title"])
	store = FrappeStore()
	made = store.add_document(
		"Early Warning Signal",
		{"student": student, "rule": rule, "status": "Open", "open_key": f"{student}|{rule}", **values},
		{"evidence": evidence},
	)
	alerting.raise_first(
		store, school.load(store), [(alerting.About(made, student, name), [mentor])], now_datetime()
	)
	return made


def call_for_help(student: str, words: str, reader: str) -> str:
	"""As a learner writes it in the portal: for the mentor alone."""
	concern = frappe.get_doc(
		doctype="Concern",
		student=student,
		kind="Asked For Help",
		severity="Concern",
		visibility="Named People Only",
		what=words,
		readers=[{"user": reader}],
	)
	concern.flags.from_learner = True
	return str(concern.insert(ignore_permissions=True).name)


def family_message(student: str, words: str) -> str:
	"""A question of a guardian that nobody has answered."""
	message = frappe.get_doc(
		doctype="Family Message", student=student, kind="Question", status="Open", capacity="Guardian",
		person_name="Samira Story", sent_on=now_datetime(), message=words,
	)  # fmt: skip
	return str(message.insert(ignore_permissions=True).name)


def answer_contested(student: str, officer: str, words: str) -> str:
	"""The attendance officer lets a contested record stand; returns the Contested Record."""
	fresh()
	name = str(frappe.db.get_value("Contested Record", {"student": student, "status": "Open"}))
	contesting.answer(FrappeStore(), name, officer, now_datetime(), answer=words)
	commit()
	return name


def settings(**values: Any) -> None:
	"""Settings of the school, for this story."""
	frappe.db.set_single_value("Early Warning Settings", values)


def begin_plan(name: str, responsible: str) -> None:
	"""What a draft lacks is written, everybody agrees, and it begins."""
	fresh()
	plan = frappe.get_doc("Support Plan", name)
	plan.next_review = days_ahead(28)
	plan.append("actions", {"what": "A talk a week", "who": responsible})
	for goal in plan.goals:
		goal.due_on = days_ahead(42)
	plan.status = "Proposed"
	plan.save()
	care_factories.activate(plan)
	commit()


def review_plan(name: str, what_moved: str) -> None:
	"""The plan was looked at together today, and goes on."""
	plan = frappe.get_doc("Support Plan", name)
	plan.status = "In Review"
	plan.save()
	plan.append("reviews", {"reviewed_on": nowdate(), "what_moved": what_moved, "decision": "Continue"})
	plan.update({"status": "Active", "next_review": days_ahead(42)})
	plan.save()


def school_morning(hour: str = "10:00:00") -> datetime:
	"""An hour of today, or of the next day with school."""
	day = frappe.utils.getdate(nowdate())
	while day.weekday() > 4:
		day += timedelta(days=1)
	return datetime.combine(day, time.fromisoformat(hour))


def night_looks_again() -> None:
	"""What the job of the night does with promises that came due."""
	fresh()
	store = FrappeStore()
	nightly.look_again(store, school.load(store), max(now_datetime(), school_morning()))
	commit()


def night_escalates(days: int) -> None:
	"""What the job of the night does with signals that nobody answered, so many days from now."""
	fresh()
	store = FrappeStore()
	nightly.escalate(store, school.load(store), school_morning() + timedelta(days=days))
	commit()


def last_school_day(hour: str) -> datetime:
	"""An hour of the school day before."""
	on = school_morning(hour) - timedelta(days=1)
	while on.weekday() > 4:
		on -= timedelta(days=1)
	return on


def came_on_last_school_day(call: str, hour: str) -> str:
	"""A call for help came on the school day before; returns the moment as the board says it."""
	on = last_school_day(hour)
	frappe.db.set_value("Concern", call, "noted_on", on)
	commit()
	return on.isoformat(" ", "minutes")


def climb_with_calls_for_help(hour: str) -> None:
	"""The job of the hour, as it ran at an hour of the school day before."""
	fresh()
	with patch.object(care_jobs, "school_now", lambda *_here: last_school_day(hour)):
		care_jobs.climb_with_calls_for_help()
	commit()


def morning_mails() -> None:
	"""The job that writes the morning's mails, on a site that can send mail."""
	fresh()
	make_mail_account()
	care_jobs.write_now(school_morning("08:00:00"))
	commit()


def make_mail_account() -> None:
	"""Mail waits in the queue; nothing is sent while the stories run."""
	account = frappe.new_doc("Email Account")
	account.update(
		{
			"email_account_name": "_Test Stories", "email_id": "school@school.example", "enable_outgoing": 1,
			"default_outgoing": 1, "smtp_server": "127.0.0.1", "no_smtp_authentication": 1,
		}
	)  # fmt: skip
	account.name = account.email_account_name
	account.db_insert()  # Frappe would try whether a server answers


def mail_to(user: str) -> str:
	"""The newest mail to somebody that waits in the queue."""
	fresh()
	(mail,) = frappe.get_all(
		"Email Queue Recipient", {"recipient": user}, pluck="parent", order_by="creation desc", limit=1
	)
	return str(frappe.db.get_value("Email Queue", mail, "message"))


def text_of(mail: str) -> str:
	"""What a mail says in plain text."""
	return "\n".join(
		part.get_payload(decode=True).decode()
		for part in message_from_string(mail).walk()
		if part.get_content_type() == "text/plain"
	)


def set_language(user: str, language: str) -> None:
	frappe.db.set_value("User", user, "language", language)


def commit() -> None:
	frappe.db.commit()


def days_ahead(days: int) -> str:
	return frappe.utils.add_days(frappe.utils.nowdate(), days)


def school_now() -> datetime:
	return now_datetime()


def _tables_with_names() -> list[str]:
	return [
		row[0]
		for row in frappe.db.sql(
			"select table_name from information_schema.columns where table_schema = database()"
			" and column_name = 'name' and table_name like 'tab%'"
		)
	]


def _names(table: str) -> set[str]:
	return {row[0] for row in frappe.db.sql(f"select name from `{table}`")}  # noqa: S608 a table of the site

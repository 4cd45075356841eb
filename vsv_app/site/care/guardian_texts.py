"""Text messages to guardians who chose to get them, through the site's SMS settings. Never two for one fact.

What there is to say is written down first, and goes out once the hour is not quiet; a text names no learner.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.core.doctype.sms_settings.sms_settings import send_sms
from frappe.model.document import Document
from frappe.utils import format_date, getdate
from requests.exceptions import RequestException

from vsv_app.engine.care import plans
from vsv_app.engine.care.plans import GUARDIAN
from vsv_app.site import learners
from vsv_app.site.language import in_language
from vsv_app.site.portal.people import OF_AGE

TEXT = "Guardian Text"
ABSENCE, PLAN, ANSWER = "Absence", "Plan", "Answer"
WAITING, SENT, FAILED = "Waiting", "Sent", "Failed"
UNEXPLAINED = {
	"docstatus": 1,
	"status": "Absent",
	"vsv_excused": ("!=", "Excused"),
	"leave_application": ("is", "not set"),
}
ATTEMPTS = 3
FRESH_DAYS = 2
"""What happened longer ago is no news: a guardian who chooses texts today is not told of last month."""


def gather(now: datetime) -> int:
	"""Write down what there is to say to guardians who chose texts; returns how many are new."""
	count = 0
	for kind, student, doctype, name, version in (*_absences(now), *_plans(now)):
		for guardian in _who_chose(student, now):
			count += _note(guardian, kind, doctype, name, version)
	for guardian, name, answered in _answers(now):
		count += _note(guardian, ANSWER, "Family Message", name, answered)
	return count


def send_waiting(now: datetime) -> int:
	"""Send what waits; what the gateway refuses waits again, three times at most. Returns how many went out."""
	if not frappe.db.get_single_value("SMS Settings", "sms_gateway_url"):
		return 0
	sent = 0
	for name in frappe.get_all(TEXT, {"status": WAITING}, pluck="name", order_by="creation"):
		sent += _send(name, now)
	return sent


def text(kind: str, version: str) -> str:
	"""What a text says, in the current language; `version` of an absence is its day."""
	day = format_date(version) if kind == ABSENCE else ""
	return {
		ABSENCE: _("A message from school: on {1} an absence without a known reason was noted. Please sign in at {0} or call us."),
		PLAN: _("A message from school: a plan asks for your answer. Please sign in at {0} to read it."),
		ANSWER: _("A message from school: your message was answered. Please sign in at {0} to read it."),
	}[kind].format(frappe.utils.get_url("/family"), day)  # fmt: skip


def _send(name: str, now: datetime) -> bool:
	fields = ["guardian", "kind", "status", "attempts", "reference_name", "text_key"]
	# Whoever has the row sends it; another worker waits here, and finds that it went out.
	row = frappe.db.get_value(TEXT, name, fields, as_dict=True, for_update=True)
	if row is None or row.status != WAITING:
		return False
	if not _still_so(row):
		frappe.db.delete(TEXT, {"name": name})
		return False
	guardian = frappe.db.get_value(
		"Guardian", row.guardian, ["mobile_number", "vsv_text_messages", "vsv_language", "user"], as_dict=True
	)
	if not guardian or not guardian.vsv_text_messages or not guardian.mobile_number:
		frappe.db.set_value(TEXT, name, "status", FAILED)
		return False
	language = guardian.vsv_language or (
		guardian.user and frappe.db.get_value("User", guardian.user, "language")
	)
	went = True
	try:
		with in_language(language):
			send_sms([guardian.mobile_number], text(row.kind, _version(row)), success_msg=False)
	except RequestException as refused:
		went = False
		# The exception may carry the address that was called, with the number in it.
		frappe.log_error(
			title="vsv_app.site.care.guardian_texts: a text did not go out", message=type(refused).__name__
		)
	attempts = (row.attempts or 0) + 1
	status = SENT if went else FAILED if attempts >= ATTEMPTS else WAITING
	frappe.db.set_value(
		TEXT, name, {"status": status, "attempts": attempts, "sent_on": now if went else None}
	)
	if not frappe.flags.in_test:
		frappe.db.commit()  # what went out must not go out again, whatever comes next; nosemgrep
	return went


def _note(guardian: str, kind: str, doctype: str, name: str, version: str) -> bool:
	key = "|".join((guardian, kind, name, version))
	if frappe.db.exists(TEXT, {"text_key": key}):
		return False
	values = {"guardian": guardian, "kind": kind, "status": WAITING, "text_key": key}
	values |= {"reference_doctype": doctype, "reference_name": name}
	frappe.get_doc({"doctype": TEXT, **values}).insert(ignore_permissions=True)  # a log of the app's own
	return True


def _absences(now: datetime) -> Iterator[tuple[str, str, str, str, str]]:
	"""Today's absences without a known reason. One a day for a learner, however many lessons were missed."""
	unexplained = {"date": now.date(), **UNEXPLAINED}
	for student in frappe.get_all("Student Attendance", unexplained, pluck="student", distinct=True):
		yield ABSENCE, student, "Student", student, str(now.date())


def _plans(now: datetime) -> Iterator[tuple[str, str, str, str, str]]:
	"""Plans that wait for a guardian's agreement."""
	since = now - timedelta(days=FRESH_DAYS)
	waiting = {"status": plans.PROPOSED, "needed_party": GUARDIAN, "modified": (">=", since)}
	for name in frappe.get_all("Support Plan", waiting, pluck="name"):
		plan = frappe.get_doc("Support Plan", name)
		if _asks_guardian(plan):
			yield PLAN, plan.student, "Support Plan", name, str(plan.version)


def _asks_guardian(plan: Document) -> bool:
	return plan.status == plans.PROPOSED and GUARDIAN in plans.open_parties(plan.facts())


def _still_so(row: dict) -> bool:
	"""Whether what a text says is true still: hours may have been quiet since, in which somebody answered."""
	if row.kind == ABSENCE:
		about = {"student": row.reference_name, "date": _version(row), **UNEXPLAINED}
		return bool(frappe.db.exists("Student Attendance", about))
	if row.kind == PLAN:
		exists = frappe.db.exists("Support Plan", row.reference_name)
		return bool(exists) and _asks_guardian(frappe.get_doc("Support Plan", row.reference_name))
	return True


def _version(row: dict) -> str:
	return row.text_key.rpartition("|")[2]


def _answers(now: datetime) -> Iterator[tuple[str, str, str]]:
	"""(guardian, message, when) of messages of guardians that were answered."""
	since = now - timedelta(days=FRESH_DAYS)
	fresh = {"status": "Answered", "capacity": GUARDIAN, "answered_on": (">=", since)}
	for row in frappe.get_all("Family Message", fresh, ["name", "sent_by", "answered_on"]):
		chosen = {"user": row.sent_by, "vsv_text_messages": 1, "mobile_number": ("is", "set")}
		for guardian in frappe.get_all("Guardian", chosen, pluck="name"):
			yield guardian, row.name, str(row.answered_on)


def _who_chose(student: str, now: datetime) -> list[str]:
	"""The guardians of a learner under age who want texts and have a number."""
	if (learners.age(student, getdate(now)) or 0) >= OF_AGE:
		return []
	rows = frappe.get_all("Student Guardian", {"parent": student, "parenttype": "Student"}, pluck="guardian")
	chosen = {"name": ("in", rows or [""]), "vsv_text_messages": 1, "mobile_number": ("is", "set")}
	return frappe.get_all("Guardian", chosen, pluck="name")

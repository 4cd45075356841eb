"""Records of every kind about learners, with a word of its own in each text of theirs, and who may read each by the table.

A word begins with MARK and is in no dictionary, so wherever it turns up it says from which record and which field it came.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.utils import add_days, nowdate
from frappe.utils.global_search import sync_global_search

from vsv_app.engine.access import rights, table
from vsv_app.engine.access.conditions import Circumstances
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.security.every_way_in.people import PORTAL, WITH_A_TASK, Caller

MARK = "zqx"
LETTERS = 4
ALPHABET = "abcdefghijklmnoprstuvwxyz"
"""Without q: a guess of nothing but q is wrong."""
WORD = re.compile(rf"{MARK}[a-z]{{{LETTERS}}}")
TEXTS = (
	"Data",
	"Small Text",
	"Text",
	"Long Text",
	"Text Editor",
	"HTML Editor",
	"Markdown Editor",
	"Read Only",
)
BY_PROGRAM = {
	"Email": "{}@example.org",
	"URL": "https://example.org/{}",
	"Phone": None,
	"Barcode": None,
	"IBAN": None,
}
"""What a Data field must look like; None: it takes no word."""
EDUCATION = ("Student", "Guardian", "Student Attendance", "Student Log", "Student Leave Application")
"""Education's own about learners: its roles say who of the staff reads them, and nobody of the portal but one's own."""


@dataclass
class Canary:
	"""A record: whose it is, and the words that stand in it by field; `file` is the address of a file attached to it."""

	doctype: str
	name: str
	student: str
	readable: Callable[[Caller], bool]
	words: dict[str, str] = field(default_factory=dict)
	parent: tuple[str, str] = ("", "")
	file: str = ""
	file_name: str = ""
	file_id: str = ""

	@property
	def field(self) -> str:
		"""The text that says most: not the learner's name, which many may know."""
		return next((one for one in self.words if one != "student_name" and " " not in one), "name")

	@property
	def word(self) -> str:
		return self.words.get(self.field, self.name)

	@property
	def told_first(self) -> str:
		"""A word that a caller may know already, beside which another one stands."""
		return self.words.get("task", self.word)


class Aviary:
	"""All canaries of a crawl; which record a word stands in, and what is hidden from whom."""

	def __init__(self) -> None:
		self.canaries: list[Canary] = []
		self.by_word: dict[str, Canary] = {}
		self._next = secrets.randbelow(
			len(ALPHABET) ** LETTERS // 2
		)  # some texts are unique, and a broken run leaves its own

	def word(self) -> str:
		count, letters = self._next, ""
		self._next += 1
		for _place in range(LETTERS):
			count, letter = divmod(count, len(ALPHABET))
			letters = ALPHABET[letter] + letters
		return MARK + letters

	def hidden_from(self, caller: Caller) -> list[Canary]:
		return [one for one in self.canaries if not one.readable(caller)]

	def may_read(self, caller: Caller, word: str) -> bool:
		return word in self.by_word and self.by_word[word].readable(caller)

	def add(self, doctype: str, name: str, student: str, readable: Callable[[Caller], bool]) -> Canary:
		"""Puts a word in each text of a stored record, and of its rows."""
		canary = Canary(doctype, name, student, readable)
		self._fill(canary)
		self.canaries.append(canary)
		for rows in frappe.get_meta(doctype).get_table_fields():
			if rows.options in table.PARENTS:
				for row in frappe.get_all(
					rows.options, {"parent": name, "parenttype": doctype}, pluck="name"
				):
					child = Canary(rows.options, row, student, readable, parent=(doctype, name))
					self._fill(child)
					self.canaries.append(child)
		return canary

	def _fill(self, canary: Canary) -> None:
		meta = frappe.get_meta(canary.doctype)
		values = {}
		for df in meta.fields:
			shape = BY_PROGRAM.get(df.options or "", "{}") if df.fieldtype == "Data" else "{}"
			if df.fieldtype not in TEXTS or df.fieldname in LEFT or shape is None or df.is_virtual:
				continue
			word = self.word()
			canary.words[df.fieldname] = word
			self.by_word[word] = canary
			values[df.fieldname] = shape.format(word)
		if values:
			frappe.db.set_value(canary.doctype, canary.name, values, update_modified=False)

	def note(self, canary: Canary, name: str) -> str:
		"""A word that is written into something else, which tells of this record."""
		word = self.word()
		canary.words[name] = word
		self.by_word[word] = canary
		return word


LEFT = (
	"naming_series",
	"file_url",
	"route",
	"content_hash",
	"ref_doctype",
	"docname",
	"deleted_doctype",
	"deleted_name",
)


def make_canaries(own: str, other: str, group: str, someone: str) -> Aviary:
	"""`own` is a learner of mentor and member, `other` is nobody's; `group` is the other's. `someone` is the one named reader."""
	aviary = Aviary()
	for student in (other, own):
		tasks = WITH_A_TASK if student == own else ()
		for doctype, name in _records(student, someone):
			aviary.add(doctype, name, student, by_table(doctype, tasks))
		hidden = care.make_concern(student, what="x", visibility=RESTRICTED, readers=[{"user": someone}])
		restricted = aviary.add("Concern", hidden.name, student, by_table("Concern", tasks, restricted=True))
		_beside(aviary, restricted, someone)
	for doctype, name in _of_education(other, group):
		aviary.add(doctype, name, other, by_roles(doctype))
	for doctype in ("Concern", "Support Plan"):
		_beside(aviary, next(one for one in aviary.canaries if one.doctype == doctype), someone)
	sync_global_search()
	return aviary


def by_table(doctype: str, tasks: tuple[str, ...], *, restricted: bool = False) -> Callable[[Caller], bool]:
	"""Whether the permission table lets somebody read it, who has written none of it and is named nowhere."""

	def readable(caller: Caller) -> bool:
		at = Circumstances(own_learner=caller.kind in tasks, restricted=restricted)
		return table.may(doctype, caller.roles, rights.READ, at)

	return readable


def by_roles(doctype: str) -> Callable[[Caller], bool]:
	"""Whether Education's own roles let somebody of the staff read or select it."""
	allowed = {
		row.role
		for row in frappe.get_meta(doctype).permissions
		if (row.read or row.select) and not row.permlevel and row.role not in ("All", "Guest")
	}
	return lambda caller: caller.kind not in PORTAL and bool(allowed & caller.roles)


def _records(student: str, someone: str) -> Iterator[tuple[str, str]]:
	"""One of every kind that is about a learner."""
	partner = care.make_stakeholder()
	agreement = care.make_agreement(partner)
	meeting = care.make_meeting()
	signal = factories.make_signal(student)
	team = [{"part": "Specialist", "person_name": "x", "user": someone}]
	plan = care.make_plan(student, team=team, status="Proposed")
	care.agree(plan, "School")
	today = nowdate()
	yield "Concern", care.make_concern(student).name
	yield "Support Plan", plan.name
	yield "Mentor Assignment", factories.make_assignment(someone, student=student)
	yield "Contact Log", care.make_contact(student).name
	yield "Consent Record", care.make_consent(student, partner).name
	yield "Referral", care.make_referral(student, partner, agreement.name).name
	yield "Family Message", care.make_message(student).name
	yield "Family Invitation", care.make_invitation(student).name
	yield "Care Meeting Learner", care.put_on_agenda(meeting.name, student)
	yield "Care Decision", care.make_decision(student, someone)
	yield "Early Warning Signal", signal
	yield "Signal Step", f"{signal}-1"
	yield "Early Warning Alert", factories.make_alert(signal, student, someone)
	yield "Badge Check In", factories.make_check_in(student)
	yield "Student Badge", factories.make_badge(student)
	for doctype, values in {
		"Attendance Hold": {"name": f"_test-{student}", "student": student, "school_day": today, "cause": "Few Came In"},
		"Contested Record": {"student": student, "school_day": today, "attendance": f"_Test {student}"},
		"Absence Call": {"student": student, "school_day": today, "outcome": "Not Reached"},
		"Learner Circumstance": {"student": student, "circumstance": "Newcomer", "purpose": "x"},
		"Statutory Report": {"student": student, "rule": factories.make_rule(), "report_key": f"_Test {student}"},
		"Care Reminder": {"recipient": someone, "kind": "Review", "reminder_key": f"_Test {student}", "reference_doctype": "Support Plan", "reference_name": plan.name},
		"Guardian Text": {"kind": "Answer", "status": "Sent", "text_key": f"_Test {student}", "reference_doctype": "Support Plan", "reference_name": plan.name},
		"Restricted Read": {"user": someone, "reference_doctype": "Concern", "reference_name": "_Test"},
	}.items():  # fmt: skip
		yield doctype, _insert(doctype, **values)


def _of_education(student: str, group: str) -> Iterator[tuple[str, str]]:
	yield "Student", student
	yield "Guardian", care.make_guardian(student)
	day = {"student": student, "student_group": group, "date": factories.school_day(1)}
	attendance = frappe.get_doc({"doctype": "Student Attendance", "status": "Absent", **day}).insert()
	attendance.submit()
	yield "Student Attendance", attendance.name
	yield "Student Log", _insert("Student Log", student=student, type="General", date=nowdate(), log="x")
	yield "Student Leave Application", care.make_leave(student, add_days(nowdate(), 30)).name


def _beside(aviary: Aviary, canary: Canary, someone: str) -> None:
	"""What Frappe keeps beside a record: a file, a comment, a version, a task, a tag, a mail and the like."""
	kind, name = canary.doctype, canary.name
	of = {"reference_doctype": kind, "reference_name": name}
	word = aviary.note
	content = word(canary, "file content")
	canary.file_name = f"{word(canary, 'file name')}.txt"
	file = frappe.get_doc(
		doctype="File", file_name=canary.file_name, content=content, is_private=1, attached_to_doctype=kind, attached_to_name=name
	).insert()  # fmt: skip
	canary.file, canary.file_id = file.file_url, file.name
	beside = [("File", file.name)]
	for doctype, values in {
		"Comment": {"comment_type": "Comment", "content": word(canary, "comment"), **of},
		"Communication": {"communication_type": "Communication", "subject": word(canary, "subject"), "content": word(canary, "communication"), **of},
		"Version": {"ref_doctype": kind, "docname": name, "data": frappe.as_json({"changed": [["what", word(canary, "version"), "x"]]})},
		"ToDo": {"description": f"{word(canary, 'task')} {word(canary, 'task in full')}", "allocated_to": someone, "reference_type": kind, "reference_name": name},
		"Notification Log": {"subject": word(canary, "notification"), "for_user": someone, "type": "Alert", "document_type": kind, "document_name": name},
		"Deleted Document": {"deleted_doctype": kind, "deleted_name": name, "data": frappe.as_json({"doctype": kind, "name": name, "what": word(canary, "deleted")})},
		"Activity Log": {"subject": word(canary, "activity"), **of},
	}.items():  # fmt: skip
		beside.append((doctype, _insert(doctype, **values)))
	for doctype, beside_name in beside:
		copy = Canary(doctype, beside_name, canary.student, canary.readable, parent=(kind, name), file=canary.file, file_name=canary.file_name, file_id=file.name)  # fmt: skip
		copy.words = {"content": canary.words["comment"]} if doctype == "Comment" else {}
		aviary.canaries.append(copy)


def _insert(doctype: str, **values: Any) -> str:
	document = frappe.get_doc({"doctype": doctype, **values})
	document.flags.ignore_links = document.flags.ignore_mandatory = True
	return str(document.insert(ignore_permissions=True).name)

"""What learners and guardians do in the portal. Each method first asks who they are to the record."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.rate_limiter import rate_limit
from frappe.utils import add_days, getdate, now_datetime, nowdate, to_timedelta

from vsv_app.api.portal.writing import WRITES_PER_HOUR, NotPossible, tell, tell_one, written
from vsv_app.engine.care import plans
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.services import mentors, school
from vsv_app.services.care.board import contesting
from vsv_app.site import learners
from vsv_app.site.documents.refusals import said
from vsv_app.site.portal import absences, pages, people
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.care.deadlines import WITHDRAWS as NO_LONGER_AGREES
from vsv_app.vsv_app.doctype.concern.concern import NoReader

TO_ANSWER = {plans.ASKS_CHANGE: "Change To A Plan", plans.WITHDRAWS: NO_LONGER_AGREES}
"""What a family says of a plan and somebody answers: the kind of the message that it is kept as."""
REPORTED_BACK_DAYS, LONGEST_ABSENCE_DAYS = 5, 14


@frappe.whitelist(methods=["GET"])
def family() -> list[dict]:
	"""The learners of the current user alone; a user who is nobody's learner or guardian gets none."""
	return pages.family()


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def decide(plan: str, decision: str, version: int, note: str = "") -> dict:
	"""Agree with a plan, ask for a change, or withdraw: about the version that the person has seen."""
	student = frappe.db.get_value("Support Plan", plan, "student")
	as_what = people.capacity(student)
	document = frappe.get_doc("Support Plan", plan)
	if decision not in plans.DECISIONS or document.status not in (plans.PROPOSED, *plans.RESTS_ON_AGREEMENT):
		frappe.throw(_("This plan does not ask for an answer now."), exc=NotPossible, title=_("Not Possible"))
	if version != document.version:
		frappe.throw(
			_("The plan has changed meanwhile. Load the page again and read it first."),
			exc=NotPossible,
			title=_("Plan Has Changed"),
		)
	document.append(
		"agreements",
		{
			"party": as_what,
			"person": frappe.session.user,
			"person_name": frappe.utils.get_fullname(frappe.session.user),
			"decision": decision,
			"how": "Portal",
			"note": written(note),
		},
	)
	document.flags.from_portal = True
	document.save(ignore_permissions=True)
	if decision in TO_ANSWER:
		_message(student, as_what, TO_ANSWER[decision], note, plan=plan)
	else:
		tell_one((document.responsible,), "Support Plan", plan)
	return {"status": document.status}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def report_absence(
	student: str,
	from_date: str,
	to_date: str,
	reason: str,
	note: str = "",
	from_time: str = "",
	to_time: str = "",
	also: list[str] | str | None = None,
) -> dict:
	"""Say that a learner is away, all day or for a part of it: a Student Leave Application.

	A guardian's counts at once; a learner's waits for an attendance officer, who is told. `also`: other children of the guardian, of whom the same is so.
	"""
	start, end = getdate(from_date), getdate(to_date or from_date)
	_check_period(start, end)
	_check_reason(reason)
	_check_hours(from_time, to_time)
	students = list(dict.fromkeys([student, *(frappe.parse_json(also) or [])]))
	for one in students:
		absences.check(one, start, end, people.capacity(one))
	hours = (from_time or None, to_time or None)
	leaves = [_report(one, start, end, hours, reason, written(note)) for one in students]
	return {"name": leaves[0].name, "submitted": leaves[0].docstatus == 1, "count": len(leaves)}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def withdraw_absence(leave: str) -> dict:
	"""Take back what was reported, as long as its days are not over and nothing rests on it."""
	people.capacity(frappe.db.get_value("Student Leave Application", leave, "student"))
	absences.withdraw(leave)
	return {"withdrawn": True}


def _report(
	student: str, start: date, end: date, hours: tuple[str | None, str | None], reason: str, note: str
) -> Document:
	as_what = people.capacity(student)
	if as_what == GUARDIAN:
		absences.take_over(student, start, end)
	leave = frappe.get_doc(
		doctype="Student Leave Application",
		student=student,
		from_date=start,
		to_date=end,
		attendance_based_on="Student Group",
		student_group=absences.group_of(student)[0],
		vsv_from_time=hours[0],
		vsv_to_time=hours[1],
		reason="\n".join(part for part in (reason, note) if part),
	)
	leave.insert(ignore_permissions=True)
	if as_what == GUARDIAN:
		with people.by_the_system():
			leave.flags.ignore_permissions = True
			leave.submit()
		if not any(hours):
			frappe.db.set_value(
				"Student Attendance",
				{"leave_application": leave.name},
				{"vsv_source": "Guardian", "vsv_reason": reason, "vsv_excused": _excused(reason)},
			)
		return leave
	store = FrappeStore()
	for user in contesting.answerers(store, school.load(store)):
		tell(user, absences.LEAVE, leave.name)
	return leave


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def contest(record: str, note: str) -> dict:
	"""Say that an attendance record is not right: it is marked, and somebody answers."""
	student = frappe.db.get_value("Student Attendance", record, "student")
	as_what = people.capacity(student)
	if not written(note):
		frappe.throw(_("Say in a few words what is not right."), exc=NotPossible, title=_("Not Possible"))
	user, now = frappe.session.user, school_now()
	return {"name": contesting.contest(FrappeStore(), record, user, as_what, now, written(note))}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def withdraw_contest(contested: str) -> dict:
	"""Whoever said that a record is not right takes that back, as long as nobody has answered."""
	people.capacity(frappe.db.get_value("Contested Record", contested, "student"))
	try:
		contesting.withdraw(FrappeStore(), contested, frappe.session.user, school_now())
	except contesting.NotPossible as wrong:
		frappe.throw(said(wrong.args[0]), exc=NotPossible, title=_("Not Possible"))
	return {"withdrawn": True}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def send_message(student: str, message: str, kind: str = "Feedback", plan: str | None = None) -> dict:
	"""Feedback or a question, which gets an answer."""
	as_what = people.capacity(student)
	if kind not in ("Feedback", "Question") or not written(message):
		frappe.throw(_("Write your message first."), exc=NotPossible, title=_("Not Possible"))
	if plan and frappe.db.get_value("Support Plan", plan, "student") != student:
		plan = None
	return {"name": _message(student, as_what, kind, message, plan=plan)}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def ask_for_help(student: str, message: str, to: str = "Mentor") -> dict:
	"""A learner asks for help: a restricted concern, read by the mentors or by the care team's coordinator."""
	if people.capacity(student) != LEARNER:
		frappe.throw(_("Only the learner asks for help here."), exc=people.NotYours)
	if not written(message):
		frappe.throw(_("Write your message first."), exc=NotPossible, title=_("Not Possible"))
	readers = _mentors(student) if to == "Mentor" else []
	readers = readers or [user for user in (learners.coordinator(),) if user]
	concern = frappe.get_doc(
		doctype="Concern",
		student=student,
		kind="Asked For Help",
		severity="Concern",
		visibility=RESTRICTED,
		what=written(message),
		readers=[{"user": user} for user in readers],
	)
	concern.flags.from_learner = True
	try:
		concern.insert(ignore_permissions=True)
	except NoReader:
		frappe.throw(
			_(
				"Nobody at school is set to read this yet. Please go to somebody you trust, or call the school."
			),
			exc=NotPossible,
			title=_("Not Possible"),
		)
	for row in concern.readers:
		tell(row.user, "Concern", concern.name)
	return {"sent": True}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def choose_texts(wanted: int) -> dict:
	"""A guardian chooses text messages, or no more of them; the number is the one that the school has."""
	own = frappe.get_all("Guardian", {"user": frappe.session.user}, ["name", "mobile_number"])
	if frappe.session.user == "Guest" or not own:
		frappe.throw(_("Only a guardian chooses this."), exc=people.NotYours)
	for guardian in own:
		frappe.db.set_value("Guardian", guardian.name, "vsv_text_messages", int(bool(wanted)))
	return {"wanted": bool(wanted), "has_number": any(guardian.mobile_number for guardian in own)}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def withdraw_consent(consent: str, reason: str = "") -> dict:
	"""Take a consent back: what rests on it is closed with this request."""
	people.capacity(frappe.db.get_value("Consent Record", consent, "student"))
	frappe.get_doc("Consent Record", consent).take_back(written(reason))
	return {"withdrawn": True}


def _message(student: str, as_what: str, kind: str, message: str, **about: str | None) -> str:
	document = frappe.get_doc(
		doctype="Family Message",
		student=student,
		kind=kind,
		status="Open",
		sent_by=frappe.session.user,
		person_name=frappe.utils.get_fullname(frappe.session.user),
		capacity=as_what,
		sent_on=now_datetime(),
		message=written(message),
		**about,
	)
	document.insert(ignore_permissions=True)
	for user in _read_messages(student, about.get("plan")) or [learners.coordinator()]:
		tell(user, "Family Message", document.name)
	return document.name


def _read_messages(student: str, plan: str | None) -> list[str]:
	"""Who is told of a message: who sees to the plan that it is about, and is here, and the mentors."""
	holder = frappe.db.get_value("Support Plan", plan, "responsible") if plan else None
	first = [holder] if holder and FrappeStore().is_here(holder) else []
	return list(dict.fromkeys([*first, *_mentors(student)]))


def _mentors(student: str) -> list[str]:
	return mentors.load(FrappeStore(), getdate(nowdate()), [student]).of(student)


def _check_period(start, end) -> None:
	earliest = getdate(add_days(nowdate(), -REPORTED_BACK_DAYS))
	if start < earliest or end < start or (end - start).days >= LONGEST_ABSENCE_DAYS:
		frappe.throw(
			_(
				"Choose days from {0} on, at most {1} days in a row. For anything else call the school."
			).format(frappe.utils.format_date(earliest), LONGEST_ABSENCE_DAYS),
			exc=NotPossible,
			title=_("Which Days?"),
		)


def _check_hours(from_time: str, to_time: str) -> None:
	if from_time and to_time and to_timedelta(from_time) >= to_timedelta(to_time):
		frappe.throw(
			_("The time of coming back is after that of leaving."), exc=NotPossible, title=_("Which Hours?")
		)


def _check_reason(reason: str) -> None:
	if not frappe.db.exists("Absence Reason", {"name": reason, "enabled": 1, "guardian_may_report": 1}):
		frappe.throw(_("Choose a reason from the list."), exc=NotPossible, title=_("Which Reason?"))


def _excused(reason: str) -> str:
	return "Excused" if frappe.db.get_value("Absence Reason", reason, "excused") else "Unexcused"

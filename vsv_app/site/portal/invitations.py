"""Invitations to the portal: whom, by mail or letter, with a code each; and what a code makes of who has it."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import frappe
import pyqrcode
from frappe import _
from frappe.sessions import clear_sessions
from frappe.translate import print_language
from frappe.utils import get_url, getdate, now_datetime, nowdate, validate_email_address
from frappe.utils.password import get_encryption_key
from frappe.utils.pdf import get_pdf

from vsv_app.engine.access.roles import ADMINISTRATOR, COORDINATOR, OFFICER
from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.engine.partners import invitation_codes as codes
from vsv_app.services import mentors
from vsv_app.site import learners
from vsv_app.site.documents import one_at_a_time
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners as enrolled

KIND, PARTNER = "Family Invitation", "Partner"
ABOUT = {LEARNER: "student", GUARDIAN: "guardian", PARTNER: "contact"}
RECORDS = {LEARNER: "Student", GUARDIAN: "Guardian", PARTNER: "Stakeholder Contact"}
"""By kind of person: the field that says who, and what it names."""
MAIL, LETTER = "Mail", "Letter"
LETTERS_HTML = "vsv_app/templates/letters/invitation.html"
WRITTEN_BY = (
	("Support Plan Agreement", "person", {"parenttype": "Support Plan"}),
	("Consent Record", "owner", {}),
	("Student Leave Application", "owner", {}),
	("Contested Record", "contested_by", {}),
	("Family Message", "sent_by", {}),
	("Concern", "noted_by", {}),
)
"""What somebody may have written on the page: kind, the field that names the account, and what else tells it."""
QR_SCALE = 3
ACCOUNTS_AN_HOUR = 5000


@dataclass(frozen=True)
class Person:
	"""Somebody who could be invited; `signed_in`: has an account that was used already."""

	kind: str
	name: str
	email: str = ""
	language: str = ""
	student: str | None = None
	group: str | None = None
	guardian: str | None = None
	stakeholder: str | None = None
	contact: str | None = None
	signed_in: bool = False

	@property
	def about(self) -> dict[str, str]:
		"""What tells this person's invitation from others."""
		one = ABOUT[self.kind]
		return {"kind": self.kind, one: getattr(self, one)}


def family_of(students: Iterable[tuple[str, str | None]], who: Iterable[str]) -> list[Person]:
	"""The learners and guardians of (learner, group), each guardian once; no guardian of who is of age."""
	found: dict[tuple[str, str], Person] = {}
	for student, group in students:
		for person in (*_learner(student, group), *_guardians(student, group)):
			if person.kind in who:
				found.setdefault((person.kind, person.guardian or student), person)
	return list(found.values())


def contacts_of(stakeholder: str) -> list[Person]:
	rows = frappe.get_all(
		"Stakeholder Contact",
		{"parent": stakeholder, "parenttype": "Stakeholder"},
		["name", "person_name", "email", "user"],
		order_by="idx",
	)
	return [
		Person(PARTNER, row.person_name, _address(row.email), stakeholder=stakeholder, contact=row.name, signed_in=_used(row.user))
		for row in rows
	]  # fmt: skip


def of_invitation(name: str) -> Person | None:
	"""The same person as things stand now: an address may have been corrected since."""
	row = frappe.get_doc(KIND, name)
	if row.kind == PARTNER:
		known = contacts_of(row.stakeholder)
	else:
		known = family_of([(row.student, row.student_group)], (row.kind,))
	wanted = {"kind": row.kind, "guardian": row.guardian, "contact": row.contact}
	return next(
		(one for one in known if all(getattr(one, key) == (value or None) for key, value in wanted.items())),
		None,
	)


def invite(person: Person, how: str, language: str) -> str:
	"""Make or renew somebody's invitation, without a code yet; by letter where there is no address. Returns its name."""
	one_at_a_time.wait_for(RECORDS[person.kind], person.about[ABOUT[person.kind]])
	known = one_at_a_time.found(KIND, {**person.about, "status": ("in", codes.WAITING)})
	invitation = frappe.get_doc(KIND, known, for_update=True) if known else frappe.new_doc(KIND)
	invitation.update(
		{
			**person.about,
			"person_name": person.name,
			"student": person.student,
			"student_group": person.group,
			"stakeholder": person.stakeholder,
			"how": MAIL if how == MAIL and person.email else LETTER,
			"email": person.email or None,
			"language": person.language or language or frappe.local.lang,
			"status": codes.INVITED,
		}
	)
	invitation.flags.by_the_app = True
	invitation.save(ignore_permissions=True)  # whoever calls has looked at the right to make it
	return str(invitation.name)


def send_mail(name: str) -> None:
	"""Mail a fresh code. The mail names nobody but whom it is for."""
	invitation = frappe.get_doc(KIND, name)
	code = _fresh_code(invitation, MAIL)
	with print_language(invitation.language):
		frappe.sendmail(
			recipients=[invitation.email],
			subject=_("Your access to the school's page"),
			template="vsv_invitation",
			args=_said(invitation, code),
			reference_doctype=KIND,
			reference_name=name,
		)


def letters(names: Iterable[str]) -> bytes:
	"""A PDF of letters, one a page, each with a fresh code in its reader's language."""
	pages = []
	for name in names:
		invitation = frappe.get_doc(KIND, name)
		code = _fresh_code(invitation, LETTER)
		with print_language(invitation.language):
			pages.append(
				frappe.render_template(LETTERS_HTML, {**_said(invitation, code), "qr": _qr(invitation, code)})
			)
	return get_pdf("".join(pages))


def expire() -> int:
	"""Mark the invitations whose code ended, and keep its digest: who types it late is told so. Returns how many."""
	ended = [["status", "=", codes.INVITED], ["expires_on", "is", "set"], ["expires_on", "<", nowdate()]]
	over = frappe.get_all(KIND, ended, pluck="name")
	for name in over:
		frappe.db.set_value(KIND, name, "status", codes.EXPIRED)
	return len(over)


def follow_mails() -> int:
	"""Note the mails that did not arrive, and empty those that are gone: the queue need not keep a code. Returns how many bounced."""
	bounced = 0
	about = {"reference_doctype": KIND, "status": ("in", ("Sent", "Error")), "message": ("!=", "")}
	for row in frappe.get_all("Email Queue", about, ["name", "status", "reference_name"]):
		frappe.db.set_value("Email Queue", row.name, "message", "")
		if row.status == "Error" and frappe.db.get_value(KIND, row.reference_name, "status") == codes.INVITED:
			frappe.db.set_value(KIND, row.reference_name, "status", codes.BOUNCED)
			bounced += 1
	return bounced


def by_code(code: str) -> Any:
	"""The invitation that a code opens, for whoever has it; None for any other text. Nobody else can use it meanwhile."""
	invitation = _of_code(code)
	today = getdate(nowdate())
	if invitation is None or not codes.counts(invitation.status, getdate(invitation.expires_on), today):
		return None
	return invitation


def ended(code: str) -> date | None:
	"""The last day of a code that came too late; None for any other. Only who has the code can ask."""
	invitation = _of_code(code)
	if invitation is None or not codes.over(
		invitation.status, getdate(invitation.expires_on), getdate(nowdate())
	):
		return None
	return getdate(invitation.expires_on)


def linked_user(invitation: Any) -> str | None:
	"""The account that the invited person has already."""
	return frappe.db.get_value(*_record_of(invitation), "user")


def taken(invitation: Any, by: str) -> bool:
	"""Whether the invited person has an account in use already, other than the one that asks: no old code replaces it."""
	linked = linked_user(invitation)
	return bool(linked and linked != by and used(linked))


def used(user: str) -> bool:
	"""Whether an account was used already, or is one with a desk: its password is for its owner to change."""
	return _used(user) or frappe.db.get_value("User", user, "user_type") == "System User"


def open_account(invitation: Any, user: str, language: str) -> None:
	"""Link an account to who was invited, with the role and the language of the invitation; the code is spent."""
	if invitation.kind == LEARNER:
		frappe.db.set_value("Student", invitation.student, "user", user)
	elif invitation.kind == GUARDIAN:
		frappe.db.set_value("Guardian", invitation.guardian, {"user": user, "vsv_language": language})
	else:
		frappe.db.set_value("Stakeholder Contact", invitation.contact, "user", user)
	_set_up(user, role_of(invitation.kind), language)
	spent = {"status": codes.SIGNED_IN, "user": user, "signed_in_on": now_datetime(), "code_hash": None}
	frappe.db.set_value(KIND, invitation.name, spent)


def _set_up(user: str, role: str | None, language: str) -> None:
	"""An account that was there already has the role of who was invited; one without a desk speaks the language that was chosen with the code."""
	if role and not frappe.db.exists("Has Role", {"parent": user, "parenttype": "User", "role": role}):
		account = frappe.get_doc("User", user)
		account.append_roles(role)
		account.save(ignore_permissions=True)  # the code is the right
	if language and frappe.db.get_value("User", user, "user_type") == "Website User":
		frappe.db.set_value("User", user, "language", language)


def write_to_known_address(invitation: Any, user: str) -> None:
	"""Tell whoever was invited that a printed code was used, at the address that the school had before: it may be somebody else who did."""
	person = of_invitation(invitation.name)
	known = (person.email if person else invitation.email or "").strip()
	if not known or known.lower() == (frappe.db.get_value("User", user, "email") or "").lower():
		return
	school = frappe.defaults.get_global_default("company") or _("The school")
	telephone = frappe.db.get_single_value(learners.SETTINGS, "school_phone") or ""
	with print_language(invitation.language), suppress(frappe.OutgoingEmailError):
		frappe.sendmail(
			recipients=[known],
			subject=_("Your access to the school's page was set up"),
			template="vsv_access_set_up",
			args={"school": school, "telephone": telephone},
			reference_doctype=KIND,
			reference_name=invitation.name,
		)


def take_access_back(invitation: Any, by: str) -> dict[str, Any]:
	"""The account that a code opened loses what it was opened for, and is signed out; returns what it had done meanwhile.

	The account itself stays, so that a family whose access was taken by mistake signs in and types a new code.
	"""
	user, (kind, record) = invitation.user, _record_of(invitation)
	if linked_user(invitation) == user:
		frappe.db.set_value(kind, record, "user", None)
	role = role_of(invitation.kind)
	if role and not frappe.db.exists(kind, {"user": user}):
		frappe.db.delete("Has Role", {"parent": user, "parenttype": "User", "role": role})
	clear_sessions(user=user, force=True)
	frappe.clear_cache(user=user)
	invitation.update({"status": codes.WITHDRAWN, "taken_back_by": by, "taken_back_on": now_datetime()})
	invitation.flags.by_the_app = True
	invitation.save(ignore_permissions=True)  # whoever calls has looked at the right to it
	return {"user": user, "did": _did(user, invitation.signed_in_on)}


@contextmanager
def many_at_once() -> Iterator[None]:
	"""Frappe's limit on new users an hour is for who signs up; at a parents' evening a whole year comes at once."""
	conf, limit = frappe.local.conf, frappe.local.conf.get("throttle_user_limit")
	conf.throttle_user_limit = ACCOUNTS_AN_HOUR
	try:
		yield
	finally:
		if limit is None:
			conf.pop("throttle_user_limit", None)
		else:
			conf.throttle_user_limit = limit


def role_of(kind: str) -> str | None:
	"""Education's own role for the portal of such a person; none that would open the desk."""
	name = {LEARNER: "Student", GUARDIAN: "Guardian"}.get(kind)
	return name if name and frappe.db.get_value("Role", name, ["desk_access"]) == 0 else None


def _of_code(code: str) -> Any:
	if not codes.normal(code):
		return None
	kept = {"code_hash": codes.digest(code, get_encryption_key())}
	name = frappe.db.get_value(KIND, kept, "name", for_update=True)
	return frappe.get_doc(KIND, name) if name else None


def _record_of(invitation: Any) -> tuple[str, str]:
	"""The record that names the account of who was invited."""
	return {
		LEARNER: ("Student", invitation.student),
		GUARDIAN: ("Guardian", invitation.guardian),
	}.get(invitation.kind, ("Stakeholder Contact", invitation.contact))


def _did(user: str, since: Any) -> dict[str, int]:
	"""How many records an account wrote since it had access, by kind: somebody looks at them."""
	counts = {
		kind: frappe.db.count(kind, {field: user, **more, "creation": (">=", since)})
		for kind, field, more in WRITTEN_BY
	}
	return {kind: count for kind, count in counts.items() if count}


def _learner(student: str, group: str | None) -> list[Person]:
	row = frappe.db.get_value(
		"Student", student, ["student_name", "student_email_id", "user", "enabled"], as_dict=True
	)
	if not row or not row.enabled:
		return []
	return [Person(LEARNER, row.student_name or student, _address(row.student_email_id), student=student, group=group, signed_in=_used(row.user))]  # fmt: skip


def _guardians(student: str, group: str | None) -> list[Person]:
	enabled = frappe.db.get_value("Student", student, "enabled")
	if not enabled or (learners.age(student) or 0) >= learners.OF_AGE:
		return []
	names = frappe.get_all("Student Guardian", {"parent": student, "parenttype": "Student"}, pluck="guardian")
	rows = frappe.get_all(
		"Guardian",
		{"name": ("in", names or [""])},
		["name", "guardian_name", "email_address", "vsv_language", "user"],
		order_by="guardian_name",
	)
	return [
		Person(
			GUARDIAN, row.guardian_name or row.name, _address(row.email_address), row.vsv_language or "",
			student=student, group=group, guardian=row.name, signed_in=_used(row.user),
		)
		for row in rows
	]  # fmt: skip


def _address(text: str | None) -> str:
	"""Where mail can go to; Education takes any text for an address, and one mistyped holds up nobody else's invitation."""
	address = (text or "").strip()
	return address if validate_email_address(address) else ""


def _used(user: str | None) -> bool:
	return bool(user and frappe.db.get_value("User", user, "last_active"))


def _fresh_code(invitation: Any, how: str) -> str:
	"""Only what went by mail shows that an address is somebody's, so the way of this very code is kept with it."""
	code = codes.made(secrets.choice)
	invitation.update(
		{
			"how": how,
			"code_hash": codes.digest(code, get_encryption_key()),
			"expires_on": codes.last_day(getdate(nowdate())),
			"invited_on": now_datetime(),
			"invited_by": frappe.session.user,
			"times": (invitation.times or 0) + 1,
			"status": codes.INVITED,
		}
	)
	invitation.flags.by_the_app = True
	invitation.save(ignore_permissions=True)
	return code


def _said(invitation: Any, code: str) -> dict[str, Any]:
	return {
		"person": invitation.person_name,
		"kind": invitation.kind,
		"school": frappe.defaults.get_global_default("company") or _("The school"),
		"telephone": frappe.db.get_single_value(learners.SETTINGS, "school_phone") or "",
		"code": code,
		"page": get_url("/invitation"),
		"link": _link(invitation, code),
		"until": frappe.utils.formatdate(invitation.expires_on, "d MMMM yyyy"),
	}


def groups_to_choose() -> list[str]:
	"""The groups of today whose families the reader invites: a mentor's own, everybody's for who invites all."""
	store, today = FrappeStore(), school_now().date()
	found = enrolled.memberships(store, today, today)
	if not {ADMINISTRATOR, COORDINATOR, OFFICER}.intersection(frappe.get_roles()):
		mine = mentors.learners_of(store, frappe.session.user, today)
		found = [one for one in found if one.student in mine]
	return sorted({one.group for one in found if one.group})


def _link(invitation: Any, code: str) -> str:
	"""The code stands behind the #, so that it reaches no server's log."""
	return get_url(f"/invitation?_lang={invitation.language}#{code}")


def _qr(invitation: Any, code: str) -> str:
	drawn = BytesIO()
	pyqrcode.create(_link(invitation, code)).svg(drawn, scale=QR_SCALE, xmldecl=False)
	return drawn.getvalue().decode()

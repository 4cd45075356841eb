"""Inviting families and partners to the portal, and what they do with the code."""

from typing import Any

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.utils import validate_email_address
from frappe.utils.password import update_password
from frappe.utils.password_strength import test_password_strength

from vsv_app.api.portal.writing import WRITES_PER_HOUR, NotPossible, tell
from vsv_app.engine.access.roles import ADMINISTRATOR, COORDINATOR, OFFICER, ROLES
from vsv_app.engine.care.plans import GUARDIAN, LEARNER
from vsv_app.engine.partners import invitation_codes as codes
from vsv_app.site import learners
from vsv_app.site.portal import invitations, landing, pages
from vsv_app.site.portal.invitations import KIND, LETTER, MAIL, Person

SHORTEST_PASSWORD = 8
MOST_AT_ONCE = 500
TAKE_BACK = frozenset({COORDINATOR, OFFICER, ADMINISTRATOR})
FAMILY = {"Guardians": (GUARDIAN,), "Learners": (LEARNER,), "Both": (GUARDIAN, LEARNER)}


@frappe.whitelist(methods=["GET"])
def groups() -> list[str]:
	"""The groups to choose from: Education shows its list of groups to its own roles alone."""
	frappe.has_permission(KIND, "write", throw=True)
	return invitations.groups_to_choose()


@frappe.whitelist(methods=["GET"])
def begins(
	student_group: str | None = None, student: str | None = None, stakeholder: str | None = None, who: str = "Guardians"
) -> dict[str, Any]:  # fmt: skip
	"""How many there are to invite of a group, of one learner's family or of a partner, and how far the others are."""
	people = _people(student_group, student, stakeholder, who)
	states = [_state(one) for one in people]
	fresh = [one for one, state in zip(people, states, strict=True) if not state]
	return {
		"people": len(people),
		"states": codes.tally([state for state in states if state]),
		"with_address": sum(bool(one.email) for one in fresh),
		"without_address": sum(not one.email for one in fresh),
		"languages": [{"value": code, "label": name} for code, name in pages.languages().items()],
	}


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def invite(
	student_group: str | None = None,
	student: str | None = None,
	stakeholder: str | None = None,
	who: str = "Guardians",
	how: str = MAIL,
	language: str = "",
) -> dict[str, Any]:
	"""Invite everybody of them who was not invited yet: by mail where there is an address, the others by a letter to print."""
	people = [one for one in _people(student_group, student, stakeholder, who) if not _state(one)]
	return _send([invitations.invite(one, how, language) for one in people[:MOST_AT_ONCE]])


@frappe.whitelist(methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def once_more(names: list[str] | str, how: str = MAIL) -> dict[str, Any]:
	"""Invite those of them who have not signed in, with a new code to the address that is known now."""
	known = _checked(names, codes.WAITING)
	people = [
		person for name in known if (person := invitations.of_invitation(name)) and not person.signed_in
	]
	return _send([invitations.invite(one, how, "") for one in people])


@frappe.whitelist(methods=["POST"])
def letters(names: list[str] | str) -> None:
	"""A PDF with a letter each. The codes are made as it is printed: letters that were printed before no longer count."""
	known = [
		name
		for name in _checked(names, codes.WAITING)
		if not ((person := invitations.of_invitation(name)) and person.signed_in)
	]
	if not known:
		frappe.throw(_("They have all signed in."), exc=NotPossible, title=_("Nothing To Print"))
	frappe.response.filename = f"{_('Invitations')}.pdf"
	frappe.response.filecontent = invitations.letters(known)
	frappe.response.type = "pdf"


@frappe.whitelist(methods=["POST"])
def came_back(names: list[str] | str) -> dict[str, int]:
	"""Mails or letters that did not reach whom they were for."""
	known = _checked(names, (codes.INVITED,))
	for name in known:
		frappe.db.set_value(KIND, name, "status", codes.BOUNCED)
	return {"count": len(known)}


@frappe.whitelist(methods=["POST"])
def withdraw(names: list[str] | str) -> dict[str, int]:
	"""Codes that nobody shall use any more."""
	known = _checked(names, codes.WAITING)
	for name in known:
		frappe.db.set_value(KIND, name, {"status": codes.WITHDRAWN, "code_hash": None})
	return {"count": len(known)}


@frappe.whitelist(methods=["POST"])
def take_access_back(name: str) -> dict[str, Any]:
	"""The account that came of an invitation was not whom it was for: it sees nothing more, from this moment on."""
	if TAKE_BACK.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("The coordinator, an attendance officer or the administrator takes access back."),
			exc=frappe.PermissionError,
			title=_("Not Yours"),
		)
	if not _checked([name], (codes.SIGNED_IN,)):
		frappe.throw(_("Nobody has access by this invitation."), exc=NotPossible, title=_("Not Possible"))
	done = invitations.take_access_back(frappe.get_doc(KIND, name), frappe.session.user)
	landing.forget_user(done["user"])
	return {**done, "did": [f"{_(kind)}: {count}" for kind, count in done["did"].items()]}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=WRITES_PER_HOUR, seconds=3600)
def redeem(code: str, email: str = "", password: str = "", language: str = "") -> dict[str, str]:
	"""Who has a code gets an account with a password of the own choice; who is signed in gets it for that account.

	The code is the right. One that is unknown, used or replaced by a newer one is answered alike; who has one that is over is told so.
	"""
	if last_day := invitations.ended(code):
		frappe.throw(
			_("This code ended on {0}. Ask the school for a new one.").format(
				frappe.utils.formatdate(last_day, "d MMMM yyyy")
			),
			exc=NotPossible,
			title=_("Code"),
		)
	invitation = invitations.by_code(code)
	if invitation is None or invitations.taken(invitation, frappe.session.user):
		frappe.throw(
			_(
				"This code does not work, or no longer. Look at it once more; of several letters or mails the newest counts. "
				"Did you use it already? Then sign in. Otherwise ask the school for a new one."
			),
			exc=NotPossible,
			title=_("Code"),
		)
	if _for_somebody_else(invitation, frappe.session.user):
		frappe.throw(
			_("Sign out first. The code is for the person who was invited."), exc=NotPossible, title=_("Code")
		)
	language = language if language in pages.languages() else invitation.language
	user = (
		frappe.session.user
		if frappe.session.user != "Guest"
		else _account(invitation, email, password, language)
	)
	invitations.open_account(invitation, user, language)
	if (
		invitation.how == LETTER
	):  # a wrong reader of a letter is seen by somebody at school, and by whom it was for
		tell(_who_watches(invitation.invited_by), KIND, invitation.name)
		invitations.write_to_known_address(invitation, user)
	landing.forget_user(user)
	if frappe.session.user != user:
		frappe.local.login_manager.login_as(user)
	return {"page": f"/{landing.home_of(user) or ''}"}


def _who_watches(printed_by: str) -> str:
	"""Who is told that a printed code was used: somebody else than who printed it, where the school names anybody."""
	others = (one for one in (learners.coordinator(), learners.leader()) if one and one != printed_by)
	return next(others, printed_by)


def _for_somebody_else(invitation: Any, user: str) -> bool:
	"""Whether a code is held by who made it, or by staff who are not the person that the invitation itself names."""
	if user == "Guest":
		return False
	if user in ("Administrator", invitation.invited_by):
		return True
	if not set(ROLES) & set(frappe.get_roles(user)):
		return False
	own = {user.lower(), (frappe.db.get_value("User", user, "email") or "").lower()}
	return (invitation.email or "").strip().lower() not in own - {""}


def _account(invitation: Any, email: str, password: str, language: str) -> str:
	"""The account of who has the code; a mail went to its owner's address, a letter's reader types one."""
	address = (invitation.email if invitation.how == MAIL else email or "").strip().lower()
	if not validate_email_address(address):
		frappe.throw(_("Type your e-mail address."), exc=NotPossible, title=_("E-mail Address"))
	_check_password(password, address, invitation.person_name)
	known = frappe.db.get_value("User", {"email": address})
	if known is None:
		return _new_account(invitation, address, password, language)
	# A letter proves who somebody is, not that an address is theirs.
	theirs = invitation.how == MAIL or known == invitations.linked_user(invitation)
	if invitations.used(known) or not theirs or not frappe.db.get_value("User", known, "enabled"):
		frappe.throw(
			_("There is an account with this address already. Sign in first, and type the code then."),
			exc=NotPossible,
			title=_("Sign In First"),
		)
	update_password(known, password)
	frappe.db.set_value("User", known, "language", language)
	return str(known)


def _new_account(invitation: Any, address: str, password: str, language: str) -> str:
	role = invitations.role_of(invitation.kind)
	user = frappe.get_doc(
		doctype="User",
		email=address,
		first_name=invitation.person_name,
		user_type="Website User",
		language=language,
		send_welcome_email=0,
		roles=[{"role": role}] if role else [],
	)
	user.flags.no_welcome_mail = True
	with invitations.many_at_once():
		user.insert(ignore_permissions=True)  # the code is the right
	update_password(user.name, password)
	return str(user.name)


def _check_password(password: str, *own: str) -> None:
	weak = len(password) < SHORTEST_PASSWORD or test_password_strength(password, user_inputs=own)["score"] < 2
	if weak:
		frappe.throw(
			_(
				"Choose a longer password, one that nobody guesses: at least {0} characters, not your name."
			).format(SHORTEST_PASSWORD),
			exc=NotPossible,
			title=_("Password"),
		)


def _people(
	student_group: str | None, student: str | None, stakeholder: str | None, who: str
) -> list[Person]:
	"""Whom the current user may invite of them; raises where that is nobody's to do."""
	if stakeholder:
		frappe.get_doc("Stakeholder", stakeholder).check_permission("write")
		frappe.has_permission(KIND, "write", throw=True)
		return invitations.contacts_of(stakeholder)
	if student_group:
		rows = frappe.get_all(
			"Student Group Student", {"parent": student_group, "active": 1}, pluck="student"
		)
		students = [(one, student_group) for one in rows]
	else:
		group = frappe.db.get_value("Student Group Student", {"student": student, "active": 1}, "parent")
		students = [(str(student), group)]
	frappe.has_permission(KIND, "write", throw=True)
	mine = [one for one in students if frappe.get_doc(doctype=KIND, student=one[0]).has_permission("write")]
	if not mine:
		frappe.throw(_("None of these is your learner."), exc=frappe.PermissionError)
	return invitations.family_of(mine, FAMILY.get(who, ()))


def _state(person: Person) -> str:
	"""How far somebody is; empty: was not invited yet."""
	if person.signed_in:
		return codes.SIGNED_IN
	about = {**person.about, "status": ("!=", codes.WITHDRAWN)}
	return frappe.db.get_value(KIND, about, "status", order_by="creation desc") or ""


def _checked(names: list[str] | str, states: tuple[str, ...]) -> list[str]:
	"""Those of these invitations in one of these states; raises where one is not the user's to renew."""
	frappe.has_permission(KIND, "write", throw=True)
	found = []
	for name in list(frappe.parse_json(names))[:MOST_AT_ONCE]:
		invitation = frappe.get_doc(KIND, name)
		invitation.check_permission("write")
		if invitation.stakeholder:
			frappe.get_doc("Stakeholder", invitation.stakeholder).check_permission("write")
		if invitation.status in states:
			found.append(name)
	return found


def _send(names: list[str]) -> dict[str, Any]:
	"""Mail those that go by mail; the names of the others are for `letters`."""
	by_mail = frappe.get_all(KIND, {"name": ("in", names or [""]), "how": MAIL}, pluck="name")
	try:
		for name in by_mail:
			invitations.send_mail(name)
	except frappe.OutgoingEmailError:
		frappe.throw(
			_(
				"This site has no account to send mail from. Choose letters, or ask the administrator to set one up."
			),
			exc=NotPossible,
			title=_("No Mail"),
		)
	return {"mailed": len(by_mail), "letters": [name for name in names if name not in by_mail]}

"""Badges by the dozen: card numbers from a list, and a group's badges one by one as a terminal reads them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime

from vsv_app.api.gateways import doors
from vsv_app.engine.access.roles import ADMINISTRATOR, OFFICER
from vsv_app.engine.gateways import card_numbers
from vsv_app.services.attendance.badges import bring_in as lists
from vsv_app.services.attendance.badges import handing_out
from vsv_app.services.attendance.badges.bring_in import Line, Looked
from vsv_app.services.gateways import provisioning
from vsv_app.site import table_files
from vsv_app.site.attendance import waiting_days
from vsv_app.site.documents.refusals import said
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance.badges import Badge

MAY_HAND_OUT = frozenset({OFFICER, ADMINISTRATOR})
BADGE, GATEWAY = "Student Badge", "Attendance Gateway"
READ_FOR_S = 900
"""A terminal reads new badges for so long, and longer where the screen asks again; it checks nobody in meanwhile."""
MOST_TOLD = 200
LEARNER = re.compile(r"learner|student|leerling|deelnemer|naam|name|e-?mail", re.IGNORECASE)
NUMBER = re.compile(r"card|badge|number|pas|kaart|nummer|nr\b|tag|uid|druppel", re.IGNORECASE)


class NotToHandOut(frappe.ValidationError):
	"""A badge that is not this learner's to have."""


@frappe.whitelist(methods=["GET"])
def overview() -> dict[str, Any]:
	"""Groups with how many of them have no badge, and the terminals that could read new ones now."""
	_check_may_hand_out()
	store = FrappeStore()
	return {
		"groups": [
			{"group": group, "learners": count, "without": without}
			for group, count, without in handing_out.groups(store, school_now().date())
		],
		"doors": _doors(),
		"formats": [{"value": form, "label": label} for form, label in _formats().items()],
	}


@frappe.whitelist(methods=["GET"])
def people(group: str = "", student: str = "") -> list[dict[str, Any]]:
	"""The learners of a group, or one learner, with whether they have a badge."""
	_check_may_hand_out()
	store = FrappeStore()
	found = handing_out.people(store, [student]) if student else handing_out.of_group(store, group)
	return [
		{
			"student": one.student,
			"name": one.name,
			"has": one.has_one,
			"lost": one.lost_one,
			"badges": [{"badge": b.name, "status": b.status, "label": b.label} for b in one.badges],
		}
		for one in found
	]


@frappe.whitelist(methods=["POST"])
def read_new(gateway: str, terminal: str) -> str:
	"""Let a terminal read new badges for a while; returns from when on what it reads is new."""
	_check_may_hand_out()
	now = school_now()
	doors.send_order(frappe.get_doc(GATEWAY, gateway), "enrol", terminal, READ_FOR_S)
	return str(now)


@frappe.whitelist(methods=["POST"])
def stop_reading(gateway: str) -> None:
	"""The terminal checks people in again."""
	_check_may_hand_out()
	doors.send_order(frappe.get_doc(GATEWAY, gateway), "stop-enrol")


@frappe.whitelist(methods=["GET"])
def read(gateway: str, terminal: str, since: str) -> list[dict[str, Any]]:
	"""What the terminal has read since a moment, in order."""
	_check_may_hand_out()
	found = handing_out.read_since(FrappeStore(), gateway, terminal, _moment(since))
	return [{"badge": one.name, "at": str(one.read_at), "whose": _whose(one)} for one in found]


@frappe.whitelist(methods=["POST"])
def give(badge: str, student: str, replacing: bool = False) -> dict[str, Any]:
	"""A badge becomes a learner's, or `refused` says why not; `replacing`: what they had until now is lost."""
	_check_may_hand_out()
	try:
		given = handing_out.give(FrappeStore(), badge, student, school_now(), replacing=replacing)
	except handing_out.NotToGive as why:
		return {"refused": said(why.args[0])}
	waiting_days.note_all(given.touched)
	return {"badge": given.badge, "already": given.already, "replaced": list(given.replaced)}


@frappe.whitelist(methods=["POST"])
def take_back(badge: str, student: str, replaced: list[str] | str = "") -> None:
	"""As if the badge had not been given."""
	_check_may_hand_out()
	again = frappe.parse_json(replaced) or []
	waiting_days.note_all(
		handing_out.take_back(FrappeStore(), badge, student, school_now(), [str(one) for one in again])
	)


@frappe.whitelist(methods=["POST"])
def mark(badge: str, status: str) -> None:
	"""A badge is lost, found again, blocked or returned."""
	_check_may_hand_out()
	if status not in handing_out.MARKS:
		frappe.throw(_("A badge is active, lost, blocked or returned."), exc=NotToHandOut)
	handing_out.mark(FrappeStore(), badge, status, school_now())


@frappe.whitelist(methods=["POST"])
def look(
	content: str, form: str = "", learner_column: int | None = None, number_column: int | None = None
) -> dict[str, Any]:
	"""What taking over a list would come to; writes nothing, and repeats no number."""
	_check_may_hand_out()
	asked = _List(content, form, learner_column, number_column)
	found = asked.look()
	return {
		"columns": list(asked.table.columns),
		"learner_column": asked.learner,
		"number_column": asked.number,
		"form": asked.form,
		"rows": len(asked.lines),
		"ready": len(found.ready),
		"already": found.already,
		"beside": sum(bool(one.beside) for one in found.ready),
		"refused": [
			{"row": one.row, "who": one.who, "why": said(one.why)} for one in found.refused[:MOST_TOLD]
		],
		"refused_total": len(found.refused),
		"warnings": [said(one) for one in found.warnings],
	}


@frappe.whitelist(methods=["POST"])
def bring_in(
	content: str, form: str, learner_column: int, number_column: int, returning: bool = False
) -> dict[str, int]:
	"""Take over what can be of a list. Its numbers become digests here; the file is kept nowhere."""
	_check_may_hand_out()
	found = _List(content, form, learner_column, number_column).look()
	done = lists.bring_in(FrappeStore(), found.ready, school_now(), returning=returning)
	waiting_days.note_all(done.touched)
	return {"learners": done.learners, "returned": done.returned}


class _List:
	"""A list as somebody means it: which columns, and how its numbers are written."""

	def __init__(
		self, content: str, form: str, learner_column: int | None, number_column: int | None
	) -> None:
		self.table = table_files.read(content)
		guessed = _guess(self.table.columns)
		self.learner = _column(learner_column, guessed[0], self.table.columns)
		self.number = _column(number_column, guessed[1], self.table.columns)
		cell = self.table.cell
		self.lines = [
			Line(row, cell(cells, self.learner), cell(cells, self.number)) for row, cells in self.table.rows
		]
		self.form = form or card_numbers.likely_format([one.number for one in self.lines if one.number][:50])
		if self.form not in card_numbers.FORMATS:
			frappe.throw(_("Choose how the numbers are written."), exc=NotToHandOut)

	def look(self) -> Looked:
		store = FrappeStore()
		return lists.look(store, bytes.fromhex(provisioning.badge_key(store)), self.lines, self.form)


def _check_may_hand_out() -> None:
	if MAY_HAND_OUT.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("An attendance officer or an administrator hands out badges."),
			exc=frappe.PermissionError,
			title=_("Not Yours To Hand Out"),
		)


def _guess(columns: Sequence[str]) -> tuple[int, int]:
	"""Which columns are likely to hold the learner and the number."""
	likely = [at for at, head in enumerate(columns) if NUMBER.search(head)]
	number = next((at for at in likely if not LEARNER.search(columns[at])), likely[0] if likely else 1)
	learner = next((at for at, head in enumerate(columns) if LEARNER.search(head) and at != number), None)
	return (0 if number else 1) if learner is None else learner, number


def _column(asked: int | None, guessed: int, columns: Sequence[str]) -> int:
	return asked if asked is not None and 0 <= asked < len(columns) else guessed


def _formats() -> dict[str, str]:
	return {
		card_numbers.HEX: _("Hexadecimal, 8 to 20 digits: 4521C5D1E9"),
		card_numbers.DECIMAL: _("Decimal, as the ten digits on a fob: 0566612457"),
		card_numbers.PRINTED: _("Three and five digits: 197,53737"),
		card_numbers.TEXT: _("Just as the reader sends it, as a barcode"),
	}


def _doors() -> list[dict[str, Any]]:
	online = {"enabled": 1, "status": "Online"}
	places = frappe.get_all(GATEWAY, online, ["name", "location"], order_by="name")
	rows = frappe.get_all(
		"Attendance Terminal",
		{"parent": ("in", [one.name for one in places] or [""]), "enabled": 1},
		["parent", "terminal", "label"],
		order_by="parent, idx",
	)
	where = {one.name: one.location or one.name for one in places}
	return [
		{
			"gateway": row.parent,
			"terminal": row.terminal,
			"label": f"{where[row.parent]} · {row.label or row.terminal}",
		}
		for row in rows
	]


def _whose(badge: Badge) -> str | None:
	return (badge.student_name or badge.student) if badge.is_carried else None


def _moment(text: str) -> datetime:
	found = get_datetime(text)
	return found if isinstance(found, datetime) else datetime.combine(date.max, datetime.min.time())

"""Answers from the board: to what a family wrote, and to a learner who asks for help.

NotYours(PermissionError)   it is about somebody else's learner, or for other readers
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from vsv_app.engine.care import concerns as life
from vsv_app.engine.lifecycle import IllegalStep
from vsv_app.engine.sentences import say
from vsv_app.services.care.board.waiting import emergency_text
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.care import concerns, deadlines
from vsv_app.stores.queries.care.concerns import Noted
from vsv_app.stores.store import Store


class NotYours(PermissionError):
	"""The learner is not one of this mentor's, or the record is for other readers."""


def answer_message(
	store: Store, name: str, answer: str, by: str, mine: Collection[str], now: datetime
) -> dict[str, Any]:
	"""Answer what a family wrote; who asked reads it in the portal. Raises ValueError."""
	known = deadlines.message(store, name)
	if known is None or known["student"] not in mine:
		raise NotYours(say("This message is not about one of your learners."))
	if not answer.strip():
		raise ValueError(say("Write your answer first."))
	if known["status"] != "Open":
		raise ValueError(say("Somebody has answered this message already."))
	store.change_document(
		"Family Message",
		name,
		{"answer": answer.strip(), "status": "Answered", "answered_by": by, "answered_on": now},
		now,
	)
	return {"student": known["student"], "message": name}


def read_help(
	store: Store, name: str, by: str, mine: Collection[str], now: datetime, language: str
) -> dict[str, Any]:
	"""What a learner wrote, for those who may read it. Whoever shows it notes the read."""
	call = _call(store, name, by, mine)
	who = call.responsible or ""
	return {
		"concern": call.name,
		"student": call.student,
		"student_name": call.student_name or "",
		"text": call.what,
		"asked_on": call.noted_on.isoformat(" ", "minutes"),
		"hours": int((now - call.noted_on).total_seconds() // 3600),
		"status": call.status,
		"in_hand_with": learners.full_names(store, [who]).get(who, who) if who else "",
		"emergency_text": emergency_text(store, language),
	}


def take_help(store: Store, name: str, by: str, mine: Collection[str], now: datetime) -> dict[str, Any]:
	"""Take a call for help in hand: the learner sees who has. Raises ValueError."""
	call = _call(store, name, by, mine)
	if call.status == life.IN_HAND and call.responsible and call.responsible != by:
		called = learners.full_names(store, [call.responsible]).get(call.responsible, call.responsible)
		raise ValueError(say("{0} has it in hand already.", called))
	if call.status != life.IN_HAND:
		_step(call, life.IN_HAND)
		store.change_document("Concern", name, {"status": life.IN_HAND, "responsible": by}, now)
	return {"student": call.student, "concern": name, "status": life.IN_HAND, "text": call.what}


def close_help(
	store: Store, name: str, done: str, answer: str, by: str, mine: Collection[str], now: datetime
) -> dict[str, Any]:
	"""Say what was done about a call for help, and to the learner what one wants to. Raises ValueError."""
	call = _call(store, name, by, mine)
	_step(call, life.CLOSED, done)
	store.change_document(
		"Concern",
		name,
		{
			"status": life.CLOSED,
			"what_was_done": done.strip(),
			"responsible": call.responsible or by,
			"closed_on": now,
			"closed_by": by,
			**({"answer": answer.strip(), "answered_on": now, "answered_by": by} if answer.strip() else {}),
		},
		now,
	)
	return {"student": call.student, "concern": name, "status": life.CLOSED}


def may_read(concern: Noted, user: str, mine: Collection[str]) -> bool:
	"""Whether somebody with a task may read it: what is restricted, only who is named."""
	if concern.visibility == life.RESTRICTED:
		return user in concern.readers
	return concern.student in mine or user in concern.readers or user == concern.noted_by


def _call(store: Store, name: str, by: str, mine: Collection[str]) -> Noted:
	call = concerns.get(store, name)
	if call is None or not call.asks_for_help or not may_read(call, by, mine):
		raise NotYours(say("This call for help is not for you to read."))
	return call


def _step(call: Noted, after: str, done: str = "") -> None:
	facts = life.Concern(
		call.kind, call.status, call.visibility, call.noted_by or "", frozenset(call.readers), done
	)
	try:
		life.step(facts, after)
	except IllegalStep:
		raise ValueError(say("This call for help is closed.")) from None

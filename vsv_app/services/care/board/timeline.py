"""A learner's timeline: signals with their steps, talks, messages, plans, reviews, referrals, decisions, contested records, concerns, the newest first.

What a reader may not open is not in it: whoever asks says which documents of a kind may be read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vsv_app.engine.care.concerns import CLOSED
from vsv_app.engine.signals.explanation.findings import Say, day_in_words, spoken
from vsv_app.services.care.meetings.agenda import DISCUSSED, NEXT_TIME
from vsv_app.services.signals import signal_steps
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.care import about_learner, care_meetings, concerns
from vsv_app.stores.store import Store

Readable = Callable[[str, Sequence[str]], set[str]]
"""(doctype, names) -> those that the reader may open."""

SIGNAL, TALK, MESSAGE, PLAN, REVIEW = "Signal", "Talk", "Message", "Plan", "Review"
ACTION, REFERRAL, CONCERN, HELP = "Action", "Referral", "Concern", "Call For Help"
DECISION, CONTESTED, MEETING = "Decision", "Contested", "Meeting"
MOST = 300
"""Entries; whoever wants more has the lists."""
WITH = {
	"Learner": "Talk with the learner",
	"Guardian": "Talk with a guardian",
	"Other Family": "Talk with family",
	"Teacher": "Talk with a teacher",
	"Partner": "Talk with a partner",
	"Other": "Talk with somebody else",
}
NOT_REACHED = {
	"Learner": "Learner not reached",
	"Guardian": "Guardian not reached",
	"Other Family": "Family not reached",
	"Teacher": "Teacher not reached",
	"Partner": "Partner not reached",
	"Other": "Not reached",
}


@dataclass(frozen=True)
class Entry:
	"""A line of the timeline. `by` is a user or a name."""

	on: datetime
	kind: str
	doctype: str
	name: str
	title: str
	text: str = ""
	note: str = ""
	by: str = ""


def of(
	store: Store, student: str, today: date, language: str, say: Say, readable: Readable
) -> list[dict[str, Any]]:
	"""The timeline of one learner as far as a reader may see it, the newest first."""
	teller = _Teller(store, student, today, language, say, readable)
	entries = sorted(teller.entries(), key=lambda entry: entry.on, reverse=True)[:MOST]
	people = learners.full_names(store, sorted({entry.by for entry in entries if "@" in entry.by}))
	return [
		{
			"on": entry.on.isoformat(" ", "minutes"),
			"kind": entry.kind,
			"title": entry.title,
			"text": entry.text,
			"note": entry.note,
			"by": people.get(entry.by, entry.by),
			"doctype": entry.doctype,
			"name": entry.name,
		}
		for entry in entries
	]


class _Teller:
	def __init__(
		self, store: Store, student: str, today: date, language: str, say: Say, readable: Readable
	) -> None:
		self.store, self.student, self.today = store, student, today
		self.language, self.say, self.readable = language, say, readable

	def entries(self) -> Iterator[Entry]:
		yield from self.signals()
		yield from self.talks()
		yield from self.messages()
		yield from self.plans()
		yield from self.referrals()
		yield from self.contested()
		yield from self.decisions()
		yield from self.concerns()
		yield from self.meetings()

	def signals(self) -> Iterator[Entry]:
		kind = "Early Warning Signal"
		known = {
			one["name"]: one for one in self._open(kind, about_learner.signals(self.store, self.student))
		}
		told = (
			signal_steps.told(self.store, sorted(known), self.today, self.language, self.say) if known else {}
		)
		for name, steps in told.items():
			title = self.say(known[name]["rule_title"] or known[name]["rule"] or "")
			for step in steps:
				on = datetime.fromisoformat(step["on"])
				yield Entry(on, SIGNAL, kind, name, title, step["text"], step["note"] or "")

	def talks(self) -> Iterator[Entry]:
		kind = "Contact Log"
		for one in self._open(kind, about_learner.contacts(self.store, self.student)):
			titles = NOT_REACHED if one["not_reached"] else WITH
			title = self.say(titles.get(one["with_whom"], titles["Other"]))
			if one["person_name"]:
				title = f"{title}: {one['person_name']}"
			text = _lines(
				self.say(one["channel"] or ""),
				one["agreed"] and self.say("Agreed: {0}").format(one["agreed"]),
				self._next_step(one),
			)
			yield Entry(
				one["contact_on"],
				TALK,
				kind,
				one["name"],
				title,
				text,
				one["note"] or "",
				one["contact_by"] or "",
			)
			if one["next_step_done"] and one["next_step_done_on"]:
				yield Entry(
					one["next_step_done_on"], TALK, kind, one["name"], self.say("Next step done"),
					one["next_step"] or "", "", one["next_step_done_by"] or "",
				)  # fmt: skip

	def messages(self) -> Iterator[Entry]:
		kind = "Family Message"
		for one in self._open(kind, about_learner.messages(self.store, self.student)):
			yield Entry(
				one["sent_on"], MESSAGE, kind, one["name"], self.say(one["kind"] or ""), one["message"] or "",
				"", one["person_name"] or "",
			)  # fmt: skip
			if one["answered_on"]:
				yield Entry(
					one["answered_on"], MESSAGE, kind, one["name"], self.say("Message answered"),
					one["answer"] or "", "", one["answered_by"] or "",
				)  # fmt: skip

	def plans(self) -> Iterator[Entry]:
		kind, say = "Support Plan", self.say
		plans = list(self._open(kind, about_learner.plans(self.store, self.student)))
		for one in plans:
			yield Entry(
				one["creation"],
				PLAN,
				kind,
				one["name"],
				say("Plan begun"),
				one["cause"] or "",
				"",
				one["owner"] or "",
			)
			if one["closed_on"]:
				text = _lines(say(one["outcome"] or ""), one["closing_reason"])
				yield Entry(
					one["closed_on"],
					PLAN,
					kind,
					one["name"],
					say("Plan closed"),
					text,
					"",
					one["closed_by"] or "",
				)
		names = [one["name"] for one in plans]
		begun = {one["name"]: one["creation"] for one in plans}
		for row in about_learner.agreements(self.store, names):
			if row["agreed_on"]:
				text = f"{say(row['party'] or '')}: {say(row['decision'] or '')}"
				yield Entry(
					row["agreed_on"], PLAN, kind, row["parent"], say("About the plan"), text, row["note"] or "",
					row["person_name"] or "",
				)  # fmt: skip
		for row in about_learner.reviews(self.store, names):
			text = _lines(row["what_moved"], say(row["decision"] or ""))
			yield Entry(
				_midday(row["reviewed_on"]), REVIEW, kind, row["parent"], say("Review of the plan"), text, "",
				row["present"] or "",
			)  # fmt: skip
		for row in about_learner.actions(self.store, names):
			from_date, on = row["from_date"], begun[row["parent"]]
			# One that begins with its plan does not stand above what happened since
			if from_date and from_date > on.date():
				on = _midday(from_date)
			if on.date() <= self.today:
				yield Entry(
					on, ACTION, kind, row["parent"], say("Action of the plan"),
					f"{row['what'] or ''} ({say(row['status'] or '')})", "", row["who_else"] or row["who"] or "",
				)  # fmt: skip

	def referrals(self) -> Iterator[Entry]:
		kind, say = "Referral", self.say
		for one in self._open(kind, about_learner.referrals(self.store, self.student)):
			partner = one["stakeholder"] or ""
			if one["sent_on"]:
				yield Entry(
					one["sent_on"], REFERRAL, kind, one["name"], say("Referred to {0}").format(partner),
					one["question"] or "", "", one["referred_by"] or "",
				)  # fmt: skip
			if one["replied_on"]:
				yield Entry(
					one["replied_on"], REFERRAL, kind, one["name"], say("Answer of {0}").format(partner),
					one["reply"] or "", "", partner,
				)  # fmt: skip
			if one["closed_on"]:
				yield Entry(
					one["closed_on"], REFERRAL, kind, one["name"], say("Referral closed"),
					one["result"] or say(one["status"] or ""), "", partner,
				)  # fmt: skip

	def contested(self) -> Iterator[Entry]:
		kind, say = "Contested Record", self.say
		for one in self._open(kind, about_learner.contested(self.store, self.student)):
			day = day_in_words(one["school_day"], spoken(self.language)) if one["school_day"] else ""
			if one["contested_on"]:
				yield Entry(
					one["contested_on"], CONTESTED, kind, one["name"], say("The record of {0} is contested").format(day),
					one["words"] or "", "", one["person_name"] or one["contested_by"] or "",
				)  # fmt: skip
			if one["answered_on"]:
				text = _lines(say(one["status"] or ""), one["answer"])
				yield Entry(
					one["answered_on"], CONTESTED, kind, one["name"], say("The contested record of {0} has an answer").format(day),
					text, "", one["answered_by"] or "",
				)  # fmt: skip

	def decisions(self) -> Iterator[Entry]:
		kind, say = "Care Decision", self.say
		for one in self._open(kind, about_learner.decisions(self.store, self.student)):
			if one["decided_on"]:
				yield Entry(
					_midday(one["decided_on"]), DECISION, kind, one["name"], say("Decision of the care meeting"),
					one["what"] or "", "", one["decided_by"] or "",
				)  # fmt: skip
			if one["answered_on"]:
				text = _lines(say(one["status"] or ""), one["answer"])
				yield Entry(
					one["answered_on"], DECISION, kind, one["name"], say("What became of a decision"), text, "",
					one["answered_by"] or "",
				)  # fmt: skip

	def concerns(self) -> Iterator[Entry]:
		kind, say = "Concern", self.say
		known = {one.name: one for one in concerns.about(self.store, self.student)}
		for name in sorted(self.readable(kind, sorted(known)) & set(known) if known else ()):
			one = known[name]
			shown = HELP if one.asks_for_help else CONCERN
			yield Entry(
				one.noted_on, shown, kind, name, say("Asked For Help" if one.asks_for_help else one.kind), one.what, "",
				one.noted_by or "",
			)  # fmt: skip
			if one.status == CLOSED and one.closed_on:
				yield Entry(
					one.closed_on, shown, kind, name, say("Concern closed"), one.what_was_done or "", "",
					one.responsible or "",
				)  # fmt: skip

	def meetings(self) -> Iterator[Entry]:
		kind, say = "Care Meeting Learner", self.say
		for one in self._open(kind, about_learner.meetings(self.store, self.student)):
			if one["status"] == DISCUSSED and one["meeting_on"]:
				yield Entry(
					_midday(one["meeting_on"]), MEETING, kind, one["name"], say("Discussed in the care meeting"),
					one["note"] or "",
				)  # fmt: skip
			elif one["status"] == NEXT_TIME and one["meeting_on"]:
				later = care_meetings.planned_after(self.store, one["meeting_on"])
				day = day_in_words(later, spoken(self.language)) if later else ""
				to = (
					"Put off by the care meeting, to that of {0}"
					if later
					else "Put off by the care meeting, to its next one"
				)
				yield Entry(_midday(one["meeting_on"]), MEETING, kind, one["name"], say(to).format(day))

	def _open(self, kind: str, records: Sequence[about_learner.Record]) -> Iterable[about_learner.Record]:
		"""Those that the reader may open."""
		names = [one["name"] for one in records]
		may = self.readable(kind, names) if names else set()
		return [one for one in records if one["name"] in may]

	def _next_step(self, one: about_learner.Record) -> str:
		if not one["next_step"] and not one["next_step_on"]:
			return ""
		day = day_in_words(one["next_step_on"], spoken(self.language)) if one["next_step_on"] else ""
		return self.say("Next step on {0}: {1}").format(day, one["next_step"] or "").rstrip(": ")


def _lines(*texts: str | None) -> str:
	return "\n".join(text for text in texts if text)


def _midday(day: date) -> datetime:
	"""Of what has a day and no hour."""
	return datetime.combine(day, datetime.min.time()).replace(hour=12)

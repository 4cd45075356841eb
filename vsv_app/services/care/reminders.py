"""Reminders of what was agreed and is overdue: first who has it in hand, then the coordinator, then the leader."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from vsv_app.engine.attendance.timetable import SchoolCalendar
from vsv_app.engine.care import promises as kinds
from vsv_app.engine.care.promises import About, Promise, climbs_after
from vsv_app.engine.signals.alerts import LADDER, LEADER, Alert, Sent, escalation
from vsv_app.services.care import promises
from vsv_app.services.school import SETTINGS, School
from vsv_app.stores.queries.care import care_reminders, concerns
from vsv_app.stores.queries.care.deadlines import NOT_BEGUN
from vsv_app.stores.store import Store

SCHOOL_BEGINS = time(8)
SUBJECTS: Mapping[str, tuple[str, str]] = {
	kinds.HELP: (
		"A call for help has no answer",
		"A call for help has no answer, and a reminder did not help",
	),
	kinds.MESSAGE: (
		"A family's message has no answer",
		"A family's message has no answer, and a reminder did not help",
	),
	kinds.LOOK_AGAIN: (
		"A signal is to be looked at again",
		"A signal is to be looked at again, and a reminder did not help",
	),
	kinds.NEXT_STEP: (
		"A next step that was agreed is overdue",
		"A next step that was agreed is overdue, and a reminder did not help",
	),
	kinds.ACTION: (
		"A step of a plan is overdue",
		"A step of a plan is overdue, and a reminder did not help",
	),
	kinds.GOAL: (
		"A goal of a plan has passed its day",
		"A goal of a plan has passed its day, and a reminder did not help",
	),
	kinds.REVIEW: (
		"A review of a plan is overdue",
		"A review of a plan is overdue, and a reminder did not help",
	),
	kinds.ABSENCE: (
		"An absence that a learner reported has no answer",
		"An absence that a learner reported has no answer, and a reminder did not help",
	),
	kinds.CONTESTED: (
		"A contested record has no answer",
		"A contested record has no answer, and a reminder did not help",
	),
	kinds.CONTEST_ANSWERED: (
		"A contested record was answered",
		"A contested record was answered, and a reminder did not help",
	),
	kinds.REFERRAL: (
		"A referral waits for somebody",
		"A referral waits for somebody, and a reminder did not help",
	),
	kinds.DECISION: (
		"What the care meeting decided is overdue",
		"What the care meeting decided is overdue, and a reminder did not help",
	),
	kinds.NOTED: (
		"A concern that was noted has no answer",
		"A concern that was noted has no answer, and a reminder did not help",
	),
	kinds.REPORT: (
		"A report to the authority is due",
		"A report to the authority is due, and a reminder did not help",
	),
	kinds.MEETING: (
		"A care meeting was not closed",
		"A care meeting was not closed, and a reminder did not help",
	),
	kinds.AGREEMENT: (
		"A review of an agreement is overdue",
		"A review of an agreement is overdue, and a reminder did not help",
	),
	kinds.RENEWAL: (
		"An agreement ends soon",
		"An agreement ends soon, and a reminder did not help",
	),
	kinds.CONSENT: (
		"A consent is to be asked for anew",
		"A consent is to be asked for anew, and a reminder did not help",
	),
	kinds.SIGNATURE: (
		"An agreement waits for signatures",
		"An agreement waits for signatures, and a reminder did not help",
	),
	kinds.FEEDBACK: (
		"A partner's feedback has no answer",
		"A partner's feedback has no answer, and a reminder did not help",
	),
}
NOT_BEGUN_SUBJECTS = (
	"A plan has not begun",
	"A plan has not begun, and a reminder did not help",
)
"""What the bell says, by kind: the first time, and to the next person. Nobody is named: it goes out as a mail too."""


def send(store: Store, school: School, calendar: SchoolCalendar, now: datetime, *, notice_days: int) -> int:
	"""Remind of everything overdue, on the next rung where the last one did nothing; returns how many went out."""
	today = now.date()
	due = promises.overdue(store, school, calendar, today, notice_days)
	told = care_reminders.reminders(store, sorted({one.name for one in due})) if due else {}
	count = 0
	with store.transaction():
		standing = _close_what_is_done(store, due, now)
		for one in due:
			sent = [Sent(recipient, level, on.date()) for recipient, level, on in told.get(one.about, [])]
			alert = _first(store, one, school) if not sent else _next(one, sent, school, calendar, today)
			if alert is not None:
				if earlier := standing.get(one.about):
					care_reminders.mark_reminders(store, earlier, "Escalated", now)
				_send(store, one, alert, now)
				count += 1
	return count


def climb_with_calls_for_help(store: Store, school: School, calendar: SchoolCalendar, now: datetime) -> int:
	"""Tell the coordinator, and then the leader, of a call for help that nobody took in hand; returns how many were told.

	Its clock has hours: the first person after so many as the school has set, the next after as many again. What it
	says stays with who is named to read it. On a day without school nobody is there to climb to.
	"""
	hours = int(store.single(SETTINGS).get("help_hours") or 0)
	if not hours or not calendar.is_school_day(now.date()):
		return 0
	calls = {one.name: one for one in concerns.calls_for_help(store)}
	due = [one for one in promises.standing(store, school, calendar, now.date()) if one.name in calls]
	told = care_reminders.reminders(store, sorted(calls)) if due else {}
	count = 0
	with store.transaction():
		for one in due:
			sent = told.get(one.about, [])
			since = max([_begins(one, calls[one.name].noted_on), *(on for _who, _level, on in sent)])
			if now - since < timedelta(hours=hours):
				continue
			reached = [Sent(recipient, level, on.date()) for recipient, level, on in sent]
			alert = escalation(
				reached or [Sent("", LADDER[0], one.due)],
				school_days_since=1,
				after=1,
				coordinator=school.coordinator,
				leader=school.leader,
			)
			if alert is not None:
				_send(store, one, alert, now)
				count += 1
	return count


def _begins(call: Promise, asked: datetime) -> datetime:
	"""From when the clock of a call for help runs: of one from a weekend, from the morning of the next school day."""
	return asked if asked.date() == call.due else datetime.combine(call.due, SCHOOL_BEGINS)


def _close_what_is_done(store: Store, due: Sequence[Promise], now: datetime) -> dict[About, list[str]]:
	"""Mark reminders of what is no longer overdue; returns the others by what they are about."""
	wanted = {one.about for one in due}
	standing: dict[About, list[str]] = {}
	done = []
	for reminder, about in care_reminders.open_reminders(store).items():
		if about in wanted:
			standing.setdefault(about, []).append(reminder)
		else:
			done.append(reminder)
	if done:
		care_reminders.mark_reminders(store, done, "Done", now)
	return standing


def _first(store: Store, due: Promise, school: School) -> Alert | None:
	"""Who has it in hand and may open it: a teacher who does one action of a plan sees no plans."""
	if due.doctype == promises.CONCERN:
		# To ask whether it may be opened would be noted as a read of it; who is named may.
		able = (who for who in due.held_by if who != school.leader and store.is_here(who))
	else:
		able = (who for who in due.holders if store.may_open(who, due.doctype, due.name))
	for who in able:
		return Alert(who, LADDER[0])
	for level, who_next in zip(LADDER[1:], (school.coordinator, school.leader), strict=True):
		if who_next and store.is_here(who_next):
			return Alert(who_next, level)
	return None


def _next(
	due: Promise, sent: Sequence[Sent], school: School, calendar: SchoolCalendar, today: date
) -> Alert | None:
	since = max(one.on for one in sent)
	return escalation(
		list(sent),
		school_days_since=sum(
			calendar.is_school_day(date.fromordinal(day))
			for day in range(since.toordinal() + 1, today.toordinal() + 1)
		),
		after=climbs_after(due.kind, school.escalate_after_days),
		coordinator=school.coordinator,
		leader=school.leader,
	)


def _send(store: Store, due: Promise, alert: Alert, now: datetime) -> None:
	reminder = store.add_document(
		"Care Reminder",
		{
			"creation": now,
			"modified": now,
			"recipient": alert.recipient,
			"level": alert.level,
			"kind": due.kind,
			"status": "Sent",
			"due_on": due.due,
			"sent_on": now,
			"reference_doctype": due.doctype,
			"reference_name": due.name,
			"thing": due.thing,
			"reminder_key": f"{due.name}|{due.kind}|{due.thing}|{due.due}|{alert.recipient}|{alert.level}",
		},
	)
	subjects = (
		NOT_BEGUN_SUBJECTS if due.kind == kinds.REVIEW and due.thing in NOT_BEGUN else SUBJECTS[due.kind]
	)
	subject = subjects[alert.level != LADDER[0]]
	# A leader has no task with the learner and may not open the record, nor who is not named a call for help.
	# The reminder itself says what is late.
	itself = alert.level == LEADER or (due.doctype == promises.CONCERN and alert.recipient not in due.held_by)
	about = ("Care Reminder", reminder) if itself else (due.doctype, due.name)
	store.notify(alert.recipient, subject, *about)

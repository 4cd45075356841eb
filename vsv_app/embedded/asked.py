"""What people ask of the mentor who has most to do in the made-up school: a call for help, a message, a step that was agreed.

Its texts are English, and read in the language of whoever looks: `tests/embedded` finds each in the translations.
"""

from datetime import datetime, timedelta

from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.services import mentors
from vsv_app.services.care import contacts
from vsv_app.stores.sqlite_store import SqliteStore

HELP = "I do not want to go home after school today. Can I talk to you?"
MESSAGE = "We move house on Thursday. May our child come home at two o'clock that day?"
SAID = "Wants to be on time; the bus of half past seven is too full to get on."
AGREED = "Takes the earlier bus this week."
STEP = "Ask whether the earlier bus works"
TEXTS = (HELP, MESSAGE, SAID, AGREED, STEP)
ASKED_BEFORE, WROTE_BEFORE, SPOKE_BEFORE = timedelta(minutes=50), timedelta(days=1), timedelta(days=4)


def ask(store: SqliteStore, mentor: str, busy: set[str], now: datetime) -> None:
	"""Three learners of a mentor beside those whom signals are about, in `busy`; `now` is naive, the school's own."""
	quiet = [
		(student, one.student_name)
		for student, one in sorted(mentors.learners_of(store, mentor, now.date()).items())
		if student not in busy
	]
	steps = (_calls_for_help, _writes, _was_spoken_to)
	with store.transaction():
		for step, (student, name) in zip(steps, quiet, strict=False):
			step(store, mentor, student, name, now)


def _calls_for_help(store: SqliteStore, mentor: str, student: str, name: str | None, now: datetime) -> None:
	at = now - ASKED_BEFORE
	store.add_document(
		"Concern",
		{
			"creation": at,
			"modified": at,
			"student": student,
			"student_name": name,
			"kind": "Asked For Help",
			"severity": "Concern",
			"status": "Open",
			"from_learner": 1,
			"noted_on": at,
			"what": HELP,
			"visibility": RESTRICTED,
		},
		{"readers": [{"user": mentor}]},
	)


def _writes(store: SqliteStore, _mentor: str, student: str, name: str | None, now: datetime) -> None:
	at = now - WROTE_BEFORE
	store.add_document(
		"Family Message",
		{
			"creation": at,
			"modified": at,
			"student": student,
			"student_name": name,
			"kind": "Question",
			"status": "Open",
			"capacity": "Guardian",
			"sent_on": at,
			"message": MESSAGE,
		},
	)


def _was_spoken_to(store: SqliteStore, mentor: str, student: str, name: str | None, now: datetime) -> None:
	at = now - SPOKE_BEFORE
	contacts.log_talk(
		store, student, name, mentor, at, channel="In Person", note=SAID, agreed=AGREED, next_step=STEP,
		next_step_on=now.date(),
	)  # fmt: skip

"""The weeks before today: every tap as a signed message of the gateway, every day closed, as it would have been."""

import json
import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from vsv_app.embedded import records
from vsv_app.embedded.school import LearnerDay, MadeUpSchool
from vsv_app.engine.gateways import messages
from vsv_app.engine.signals.signal_lifecycle import OPEN
from vsv_app.services import school as schools
from vsv_app.services.attendance import day_close, ingest
from vsv_app.services.care import mentor_board
from vsv_app.services.gateways.signed_message import Incoming
from vsv_app.stores.store import Store

BATCH = 500
LAST_MESSAGE, END_OF_DAY = time(16, 55), time(17, 0)
LOOKS = 0.7
"""The share of mentors who look at their board in a given week."""


@dataclass(frozen=True)
class Played:
	"""What the weeks before today came to."""

	check_ins: int
	records: int


def play(store: Store, school: MadeUpSchool, keys: records.Keys, progress: Callable[[], None]) -> Played:
	"""Play every school day before today; `progress` is called after each."""
	epoch = secrets.token_hex(8)
	roster = ingest.Roster()
	sent = written = 0
	for day in school.school_days[:-1]:
		people = list(school.day(day))
		closing = datetime.combine(day, END_OF_DAY)
		records.report_absences(store, people, datetime.combine(day, time(8, 0)))
		sent += tap(store, people, day, keys, roster, epoch=epoch, seq=sent, sent_at=LAST_MESSAGE)
		written += day_close.write_days(store, day, closing).written
		progress()
	return Played(sent, written)


def mentors_answer(store: Store, school: MadeUpSchool, now: datetime) -> None:
	"""Most mentors look at their board by the end of a week, and take on what they find there; `now` is naive."""
	chance = random.Random(f"{school.seed}/{now}")  # noqa: S311 a model, not a secret
	looking = [mentor for mentor in school.groups.values() if chance.random() < LOOKS]
	here = schools.load(store)
	for mentor in looking:
		for learner in mentor_board.overview(store, here, mentor, now)["learners"]:
			for signal in learner["signals"]:
				if signal["status"] == OPEN:
					mentor_board.acknowledge(store, signal["name"], mentor, now)


def tap(
	store: Store,
	people: list[LearnerDay],
	day: date,
	keys: records.Keys,
	roster: ingest.Roster,
	*,
	epoch: str,
	seq: int,
	sent_at: time,
) -> int:
	"""Send what people hold to the terminals on a day, numbered on from `seq`; returns how many. Raises RuntimeError."""
	here = schools.load(store)
	zone = here.zone
	badge_key, mac_key = bytes.fromhex(keys.badge_key), bytes.fromhex(keys.mac_key)
	taps = sorted(
		(at, one.learner.card, records.TERMINALS[one.learner.door])
		for one in people
		for at in (one.arrives, one.leaves)
		if at is not None
	)
	digests = {card: messages.badge_digest(badge_key, card) for _at, card, _terminal in taps}
	events = (
		{
			"seq": seq + number,
			"terminal": terminal,
			"badge": digests[card],
			"at": at.replace(tzinfo=zone).isoformat(timespec="milliseconds"),
			"clock": "synced",
			"direction": "unknown",
		}
		for number, (at, card, terminal) in enumerate(taps, start=1)
	)
	now = datetime.combine(day, sent_at, zone)
	topic = f"vsv/v1/{records.SCHOOL_CODE}/{records.GATEWAY}/checkins"
	for batch in _batches(events):
		payload = messages.sign(
			{
				"v": messages.VERSION,
				"gateway": records.GATEWAY,
				"epoch": epoch,
				"first_seq": batch[0]["seq"],
				"oldest_seq": batch[0]["seq"],
				"events": batch,
				"sent_at": now.isoformat(),
			},
			mac_key,
		)
		taken = ingest.take_over(store, roster, Incoming(here, records.GATEWAY, topic, payload, now))
		if taken.ack is None or json.loads(taken.ack)["seq"] != batch[-1]["seq"]:
			raise RuntimeError(f"the history of {day} was not taken over")
	return len(taps)


def _batches(events: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
	while batch := list(islice(events, BATCH)):
		yield batch

"""The parts that decide: double taps, the door, the order of sending, clocks, notes to systemd, messages from outside."""

import json
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import door, messages, publisher
from gateway.alarms import Alarms
from gateway.backoff import Backoff
from gateway.clock import SimulatedClock, SystemClock, parse_simulated
from gateway.door import Answer, Door, Doorway, Enrolment, FeedbackLog
from gateway.doubletap import HELD_S, DoubleTaps
from gateway.drain import BATCH, LONGEST_PATIENCE_S, WINDOW, Drain
from gateway.feedback import PATTERNS
from gateway.link import Address, Lost, Reached
from gateway.notify import Notifier
from gateway.outbox import Batch, Outbox, OutboxFull, RecentTap, Tap
from gateway.prometheus import lines
from gateway.readers import SIGNALS
from gateway.roster import Roster, RosterError, checked_badges
from gateway.schedule import Schedule
from tests.gateway.app_side import wait_until
from tests.gateway.rendered import events_of, rendered, seqs_of

KEY = b"k" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = 10**9


class Hands:
	"""A monotonic clock that moves when told."""

	def __init__(self) -> None:
		self.now = 100.0

	def __call__(self) -> float:
		return self.now


class HandClock:
	"""A wall clock and a boot clock, moved apart from each other."""

	boot_id = "boot"

	def __init__(self) -> None:
		self.wall, self.boottime, self.said = NOON, 0, "synced"

	def now(self) -> datetime:
		return self.wall

	def boottime_ns(self) -> int:
		return self.boottime

	def quality(self) -> str:
		return self.said

	def was_set(self) -> None:
		self.said = "holdover" if self.said == "unsynced" else self.said


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
	store = Outbox(tmp_path, machine="m", max_bytes=2**26, reserve_bytes=0)
	store.prove({})
	yield store
	store.close()


@pytest.fixture
def clock() -> HandClock:
	return HandClock()


@pytest.fixture
def the_door(outbox: Outbox, clock: HandClock, tmp_path: Path) -> Door:
	hands = Hands()
	made = Door(
		outbox=outbox,
		clock=clock,
		roster=Roster(tmp_path),
		double_taps=DoubleTaps(monotonic=hands),
		badge_key=KEY,
		enrolment=Enrolment(lambda *_: None),
		changed=lambda: None,
		online=lambda: True,
	)
	made.hands = hands  # type: ignore[attr-defined]  # for the tests to move
	return made


IN = Doorway("front", "in", 10.0)


# double taps


def test_a_second_tap_within_the_window_is_double_and_after_it_is_not() -> None:
	hands = Hands()
	taps = DoubleTaps(monotonic=hands)
	assert not taps.is_double("a", "in", 0, 10)
	taps.count("a", "in", 0)
	hands.now += HELD_S
	assert taps.is_double("a", "in", 10 * SECOND - 1, 10)
	hands.now += HELD_S
	assert not taps.is_double("a", "in", 10 * SECOND, 10)
	assert not taps.is_double("a", "out", 1, 10)
	assert not taps.is_double("b", "in", 1, 10)


def test_a_badge_that_is_held_counts_once_however_long() -> None:
	hands = Hands()
	taps = DoubleTaps(monotonic=hands)
	taps.count("a", "in", 0)
	for tenth in range(1, 300):
		hands.now += 0.1
		assert taps.is_double("a", "in", tenth * SECOND // 10, 5)


def test_a_read_that_was_not_stored_may_be_tapped_again_at_once() -> None:
	taps = DoubleTaps(monotonic=Hands())
	assert not taps.is_double("a", "in", 0, 10)
	assert not taps.is_double("a", "in", 1, 10)


def test_what_was_stored_before_a_restart_is_still_known() -> None:
	taps = DoubleTaps([RecentTap("a", "in", 5 * SECOND)], monotonic=Hands())
	assert not taps.is_double("a", "in", 4 * SECOND, 10), "time of another run"
	assert taps.is_double("a", "in", 6 * SECOND, 10)


def test_memory_for_double_taps_is_bounded() -> None:
	taps = DoubleTaps(monotonic=Hands())
	for number in range(20_000):
		taps.count(str(number), "in", number)
	assert len(taps._counted) < 5000
	assert taps.is_double("19999", "in", 20_000, 10)


# the door


def test_a_wall_clock_that_jumps_neither_loses_nor_suppresses_nor_reorders(
	the_door: Door, clock: HandClock, outbox: Outbox
) -> None:
	for number, jump in enumerate((0, 1, -1, 2, -2)):
		clock.wall = NOON + timedelta(days=jump)
		clock.boottime += 20 * SECOND
		the_door.hands.now += 20  # type: ignore[attr-defined]
		answer = the_door.decide(IN, "1234567890")
		assert answer == Answer(door.RECORDED, (outbox.epoch, number + 1))


def test_the_answer_tells_clock_and_network(the_door: Door, clock: HandClock) -> None:
	clock.said = "unsynced"
	assert the_door.decide(IN, "1").signal == door.CLOCK_UNSURE
	clock.said = "holdover"
	the_door._online = lambda: False
	assert the_door.decide(IN, "2").signal == door.RECORDED_OFFLINE


def test_a_store_that_is_full_gives_no_green(tmp_path: Path, clock: HandClock) -> None:
	(tmp_path / "small").mkdir()
	small = Outbox(tmp_path / "small", machine="m", max_bytes=128 * 1024, reserve_bytes=0)
	made = Door(
		outbox=small,
		clock=clock,
		roster=Roster(tmp_path),
		double_taps=DoubleTaps(),
		badge_key=KEY,
		enrolment=Enrolment(lambda *_: None),
		changed=lambda: None,
		online=lambda: True,
	)
	answers = [made.decide(IN, str(number)) for number in range(2000)]
	refused = [answer for answer in answers if answer.signal == door.OUT_OF_SERVICE]
	assert made.tally.refused == len(refused) > 0
	assert all(answer.stored is None for answer in refused)
	with pytest.raises(OutboxFull):
		small.append(Tap("front", "a" * 32, NOON, "synced", "in", "boot", 1))
	small.close()


def test_every_signal_has_a_pattern_of_its_own_and_is_known_to_the_readers() -> None:
	assert set(PATTERNS) == set(SIGNALS)
	rhythms = [tuple(pulse.on_s for pulse in pulses) for pulses in PATTERNS.values()]
	assert len(set(rhythms)) == len(rhythms), "told apart without seeing colour"


def test_the_feedback_log_has_whole_lines(tmp_path: Path) -> None:
	log = FeedbackLog(tmp_path / "log")
	threads = [
		threading.Thread(target=lambda: [log.note("front", Answer("recorded")) for _ in range(200)])
		for _ in range(4)
	]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	log.close()
	read = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
	assert read == [{"terminal": "front", "signal": "recorded"}] * 800


# the order of sending


class Sent:
	"""Takes batches as a connection would."""

	def __init__(self, outbox: Outbox) -> None:
		self.hands = Hands()
		self.batches: list[Batch] = []
		self.up = True
		self.held = False
		patience = Backoff(10, LONGEST_PATIENCE_S, uniform=lambda _low, high: high)
		self.drain = Drain(
			outbox,
			publish=self.publish,
			may_still_be_dated=lambda: self.held,
			monotonic=self.hands,
			patience=patience,
		)

	def publish(self, batch: Batch) -> bool:
		if self.up:
			self.batches.append(batch)
		return self.up

	def seqs(self) -> list[int]:
		return [seq for batch in self.batches for seq in seqs_of(batch)]


def fill(outbox: Outbox, count: int, clock: str = "synced") -> None:
	for number in range(count):
		outbox.append(Tap("front", f"{number:032x}", NOON, clock, "in", "boot", number))


def test_a_live_read_goes_out_alone_and_a_backlog_in_batches(outbox: Outbox) -> None:
	sent = Sent(outbox)
	fill(outbox, 1)
	sent.drain.fill()
	fill(outbox, BATCH + 1)
	sent.drain.fill()
	assert [batch.size for batch in sent.batches] == [1, BATCH, 1]
	assert sent.seqs() == list(range(1, BATCH + 3))


def test_only_a_window_of_messages_waits_for_the_app(outbox: Outbox) -> None:
	sent = Sent(outbox)
	for _ in range(WINDOW + 5):
		fill(outbox, 1)
		sent.drain.fill()
	assert len(sent.batches) == WINDOW
	confirmed = outbox.confirm(outbox.epoch, WINDOW)
	assert confirmed is not None
	sent.drain.answered(confirmed)
	sent.drain.fill()
	assert sent.seqs() == list(range(1, WINDOW + 6))
	assert not sent.drain.idle


def test_without_an_answer_the_oldest_goes_again_one_message_at_a_time_and_ever_later(outbox: Outbox) -> None:
	sent = Sent(outbox)
	fill(outbox, 3)
	sent.drain.fill()
	moments = []
	for _ in range(200):
		sent.hands.now += 5
		before = len(sent.batches)
		sent.drain.fill()
		if len(sent.batches) > before:
			moments.append(sent.hands.now)
			assert seqs_of(sent.batches[-1]) == [1, 2, 3]
	gaps = [later - earlier for earlier, later in pairwise(moments)]
	assert gaps == sorted(gaps)
	assert gaps[-1] >= LONGEST_PATIENCE_S - 5


def test_what_is_sent_again_is_the_same(outbox: Outbox) -> None:
	sent = Sent(outbox)
	fill(outbox, 5)
	sent.drain.fill()
	sent.drain.start_over()
	sent.drain.fill()
	first, second = sent.batches
	assert first.events == second.events


def test_a_check_in_that_the_medium_damaged_holds_up_no_other(tmp_path: Path) -> None:
	store = Outbox(tmp_path, machine="0" * 32, max_bytes=2**26, reserve_bytes=0)
	fill(store, 5)
	store.close()
	file = store.path.read_bytes()
	third = b"%032x" % 2
	file = file.replace(b'"seq":2', b'"seq"\x002', 1)  # what was made of it, but not what it was made of
	file = file.replace(third, b"\xff\xfe" + third[2:])  # both
	store.path.write_bytes(file)
	store = Outbox(tmp_path, machine="0" * 32, max_bytes=2**26, reserve_bytes=0)
	store.prove({})
	assert len(store.recent_taps("boot", 0)) == 5
	sent = Sent(store)
	sent.drain.fill()
	with pytest.raises(ValueError, match=r"can't decode|Expecting"):
		events_of(sent.batches[0])
	sent.hands.now += 100
	sent.drain.fill()
	assert [event["seq"] for event in events_of(sent.batches[1])] == [1, 2, 4, 5]
	assert [event["badge"] for event in events_of(sent.batches[1])][1] == f"{1:032x}"
	with closing(sqlite3.connect(store.path)) as database:
		assert database.execute("SELECT seq FROM set_aside").fetchall() == [(3,)]
	assert "check-in 3 " in store.alarms["check_in_damaged"]
	store.close()


class Ends:
	"""A connection whose thread has ended."""

	def __init__(self, *_of: object, report: Callable[..., None], **_named: object) -> None:
		self.tell = lambda event: report(self, event)

	def open(self) -> None:
		self.tell(Reached())

	def is_alive(self) -> bool:
		return False

	def close(self) -> None:
		"""Nothing is left."""


def test_a_connection_that_ended_is_asked_for_its_last_words(
	outbox: Outbox, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(publisher, "Link", Ends)
	alarms = Alarms()
	address = Address("broker.example", 1, "id", "name", None, tls=False, ca_file="", keepalive_s=25)
	made = publisher.Publisher(
		school="school",
		gateway="door",
		address=address,
		mac_key=KEY,
		outbox=outbox,
		clock=clock,
		alarms=alarms,
		hold_undated_s=0,
		obey=lambda _command: None,
	)
	made._step()
	made._link.tell(Lost(0x87, "Not authorized"))  # type: ignore[union-attr]
	made._step()
	assert [(alarm.kind, alarm.detail) for alarm in alarms.standing()] == [
		("broker_refuses", "Not authorized")
	]


def test_a_time_that_the_medium_damaged_stops_no_health(tmp_path: Path) -> None:
	store = Outbox(tmp_path, machine="0" * 32, max_bytes=2**26, reserve_bytes=0)
	fill(store, 1)
	with closing(sqlite3.connect(store.path)) as database:
		database.execute("UPDATE check_in SET at = 'never'")
		database.commit()
	assert (store.backlog().count, store.backlog().oldest_at) == (1, None)
	store.close()


def test_a_connection_that_is_gone_keeps_the_place(outbox: Outbox) -> None:
	sent = Sent(outbox)
	sent.up = False
	fill(outbox, 2)
	sent.drain.fill()
	assert sent.drain.idle
	sent.up = True
	sent.drain.fill()
	assert sent.seqs() == [1, 2]


def test_undated_reads_wait_while_the_time_may_come_and_hold_back_what_follows(outbox: Outbox) -> None:
	sent = Sent(outbox)
	sent.held = True
	fill(outbox, 2, clock="unsynced")
	fill(outbox, 1)
	sent.drain.fill()
	assert sent.batches == []
	outbox.redate(NOON + timedelta(days=1), "boot", 10 * SECOND)
	sent.drain.fill()
	assert [event["clock"] for event in events_of(sent.batches[0])] == ["synced"] * 3


# clocks


def test_a_simulated_day_runs_at_its_speed_and_needs_an_offset() -> None:
	clock = parse_simulated("2026-11-23T08:00:00+01:00@3600")
	began, boot = clock.now(), clock.boottime_ns()
	assert began >= datetime.fromisoformat("2026-11-23T08:00:00+01:00")
	while clock.boottime_ns() - boot < 60 * SECOND:
		continue
	assert clock.now() - began >= timedelta(seconds=60)
	for wrong in (
		"2026-11-23T08:00:00+01:00",
		"2026-11-23T08:00:00@60",
		"x@60",
		"2026-11-23T08:00:00+01:00@0",
	):
		with pytest.raises(ValueError, match=r".+"):
			parse_simulated(wrong)
	assert isinstance(clock, SimulatedClock)


def test_the_system_clock_was_synced_or_was_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
	monkeypatch.setattr("gateway.clock.TIMESYNC_FLAG", tmp_path / "none")
	monkeypatch.setattr("gateway.clock.QUALITY_CACHE_S", 0.0)
	synced = [False]
	clock = SystemClock(kernel_synced=lambda: synced[0])
	assert clock.quality() == "unsynced"
	synced[0] = True
	assert clock.quality() == "synced"
	synced[0] = False
	assert clock.quality() == "holdover"
	assert SystemClock("always", kernel_synced=lambda: False).quality() == "synced"
	assert clock.now().tzinfo is not None


def test_timesyncd_is_believed_while_its_mark_is_fresh(
	monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
	import os

	flag = tmp_path / "synchronized"
	flag.touch()
	monkeypatch.setattr("gateway.clock.TIMESYNC_FLAG", flag)
	assert SystemClock(kernel_synced=lambda: False).quality() == "synced"
	os.utime(flag, (0, 0))
	assert SystemClock(kernel_synced=lambda: False).quality() == "holdover"


# systemd, metrics, roster, messages


def test_a_clock_that_is_set_back_stops_no_regular_work() -> None:
	"""APScheduler goes by the wall clock: what is due in a minute would come a day and a minute later."""
	wall = [time.time()]
	runs: list[int] = []
	schedule = Schedule(wall=lambda: wall[0], monotonic=lambda: 0.0)
	try:
		schedule.every(3600, lambda: runs.append(1))
		wait_until(lambda: len(runs) == 1, "the first, at once")
		schedule.mend()
		once: list[int] = []
		schedule.soon(lambda: once.append(1))
		wait_until(lambda: len(once) == 1, "the scheduler had its turn")
		assert len(runs) == 1, "without a jump nothing comes early"
		for jump_s in (-86400, 2 * 86400):
			wall[0] += jump_s
			before = len(runs)
			schedule.mend()
			wait_until(lambda before=before: len(runs) == before + 1, "work goes on")  # type: ignore[misc]
	finally:
		schedule.close()


def test_systemd_is_told_in_its_own_words(tmp_path: Path) -> None:
	with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
		ear.bind(str(tmp_path / "notify"))
		notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"})
		notifier.ready()
		notifier.working("fine")
		assert [ear.recv(100), ear.recv(100)] == [b"READY=1", b"WATCHDOG=1\nSTATUS=fine"]
		assert notifier.watchdog_s == 30
	Notifier({}).ready()


def test_metrics_leave_out_what_is_unknown() -> None:
	facts = dict.fromkeys(
		("uptime_s", "backlog", "disk_free_bytes", "store_bytes", "refused_reads", "suppressed_reads"), 1
	)
	facts |= dict.fromkeys(("oldest_unconfirmed_s", "temperature_c", "undervoltage", "roster_size"))
	text = "\n".join(lines({**facts, "clock": "synced", "terminals": [], "alarms": []}))
	assert "vsv_gateway_backlog 1.0" in text
	assert "temperature" not in text


def test_a_roster_survives_a_restart_and_a_damaged_one_accepts_everybody(tmp_path: Path) -> None:
	roster = Roster(tmp_path)
	assert (roster.size, roster.standing("a" * 32)) == (None, None)
	roster.replace({"a" * 32: "blocked"}, '"1"')
	again = Roster(tmp_path)
	assert (again.standing("a" * 32), again.standing("b" * 32), again.etag) == ("blocked", "unknown", '"1"')
	assert (tmp_path / "roster.json").stat().st_mode & 0o777 == 0o600
	(tmp_path / "roster.json").write_text("{")
	assert Roster(tmp_path).standing("a" * 32) is None


@pytest.mark.parametrize(
	"body", [None, [], {}, {"badges": []}, {"badges": {"x": "active"}}, {"badges": {"a" * 32: "?"}}]
)
def test_a_roster_that_is_not_understood_is_refused(body: object) -> None:
	with pytest.raises(RosterError):
		checked_badges(body)


@given(st.binary(max_size=400))
def test_no_bytes_from_outside_do_more_than_be_refused(payload: bytes) -> None:
	for decode in (messages.decode_ack, messages.decode_command):
		with pytest.raises(messages.MessageError):
			decode(payload, key=KEY, gateway="front-door")


@given(
	st.recursive(
		st.none() | st.booleans() | st.integers() | st.text(),
		lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
	),
	st.sampled_from(["epoch", "seq", "command", "id", "at", "expires_at", "terminal", "seconds"]),
)
def test_a_signed_message_of_the_wrong_shape_is_refused_or_read(value: object, name: str) -> None:
	good = {
		"v": 1,
		"gateway": "g",
		"epoch": "a" * 16,
		"seq": 1,
		"command": "enrol",
		"id": "x",
		"at": "2026-11-23T08:00:00Z",
	}
	payload = messages.sign({**good, "expires_at": "2026-11-23T08:00:00Z", name: value}, KEY)
	for decode in (messages.decode_ack, messages.decode_command):
		try:
			read = decode(payload, key=KEY, gateway="g")
		except messages.MessageError:
			continue
		assert isinstance(read, messages.Ack | messages.Command)


def test_a_signed_message_that_is_too_large_is_not_even_read() -> None:
	fits = {"v": 1, "gateway": "g", "epoch": "0" * 16, "seq": 1, "padding": "x" * 100}
	assert messages.decode_ack(messages.sign(fits, KEY), key=KEY, gateway="g").seq == 1
	with pytest.raises(messages.TooLarge):
		messages.decode_ack(
			messages.sign({**fits, "padding": "x" * messages.MAX_BYTES}, KEY), key=KEY, gateway="g"
		)


def test_backoff_doubles_to_its_longest_within_half_and_all() -> None:
	backoff = Backoff(1, 8, uniform=random.Random(1).uniform)
	for span in (1, 2, 4, 8, 8):
		assert span / 2 <= backoff.next() <= span
	backoff.reset()
	assert backoff.next() <= 1


def test_the_gateway_needs_nothing_of_the_app_nor_of_frappe() -> None:
	import subprocess
	import sys

	code = (
		"import sys; sys.modules['frappe'] = sys.modules['vsv_app'] = None\n"
		"import gateway.cli, gateway.service, gateway.check, gateway.listen, gateway.provision, gateway.install"
	)
	subprocess.run([sys.executable, "-c", code], check=True)


@given(
	st.lists(
		st.tuples(st.integers(1, 9), *[st.text(max_size=5) | st.just("front-door")] * 5),
		min_size=1,
		max_size=5,
	)
)
def test_check_ins_are_canonical_whatever_their_texts_hold(
	rows: list[tuple[int, str, str, str, str, str]],
) -> None:
	columns = ("seq", "terminal", "badge", "at", "clock", "direction")
	events = [dict(zip(columns, row, strict=True)) for row in rows]
	try:
		payload = messages.encode_check_ins(
			"g", "a" * 16, rendered(events), first_seq=rows[0][0], oldest_seq=1, sent_at=NOON, key=KEY
		)
	except UnicodeEncodeError:
		return
	read = json.loads(payload)
	assert read["events"] == events
	assert payload == messages.sign(read, KEY)
	assert payload == json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

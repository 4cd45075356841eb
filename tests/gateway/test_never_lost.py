"""Whatever happens: every read that got the accepted signal is in the app's database, once."""

import fcntl
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import termios
from contextlib import closing
from pathlib import Path

import pytest

from gateway.messages import badge_digest
from tests.gateway.app_side import AppSide, now, wait_until
from tests.gateway.disks import mounted
from tests.gateway.rig import BADGE_KEY, MAC_KEY, Broker, Rig, frame
from tests.seed import SEED

pytestmark = pytest.mark.mosquitto

KILLS = int(os.environ.get("VSV_GATEWAY_KILLS", "6"))


def arrived(app: AppSide) -> list[tuple[str, int]]:
	return [(epoch, seq) for epoch, seq, *_ in app.check_ins()]


def all_arrive(rig: Rig, app: AppSide) -> None:
	wait_until(lambda: rig.stored() <= set(arrived(app)), "all stored check-ins reach the app")


def test_a_tap_reaches_the_app_once_with_terminal_time_and_digest(rig: Rig, app: AppSide) -> None:
	rig.start()
	assert rig.tap_and_wait(0x1234567)["signal"] in {"recorded", "recorded-offline"}
	all_arrive(rig, app)
	((_, seq, badge, terminal, at, clock),) = app.check_ins()
	assert (seq, terminal, clock) == (1, "door", "synced")
	assert badge == badge_digest(BADGE_KEY, "0001234567")
	assert at.startswith("20")
	assert rig.stop() == 0


@pytest.mark.seeded
def test_kill_9_at_random_moments_loses_nothing_and_counts_nothing_twice(rig: Rig, app: AppSide) -> None:
	moments = random.Random(SEED)
	card, may_be_gone = 1000, set()
	for _ in range(KILLS):
		rig.start()
		before = card
		for _ in range(moments.randrange(1, 12)):
			card += 1
			heard = len(rig.signals())
			rig.terminals["door"].tap(card)
			if moments.random() < 0.7:
				wait_until(lambda heard=heard: len(rig.signals()) > heard, "an answer")
		pause = moments.random() * 0.2
		with pytest.raises(subprocess.TimeoutExpired):
			rig.process.wait(pause)
		rig.kill()
		may_be_gone |= taken_and_not_stored(rig, app, range(before + 1, card + 1))
	rig.start()
	rig.tap_and_wait(0xFEED)
	all_arrive(rig, app)
	badges = [badge for _, _, badge, *_ in app.check_ins()]
	assert len(badges) == len(set(badges)), f"a card counted twice; seed {SEED}"
	held = {digest_of(card) for card in (*range(1001, card + 1), 0xFEED)}
	assert held - set(badges) <= may_be_gone, f"a card lost although its bytes waited; seed {SEED}"


def digest_of(card: int) -> str:
	return badge_digest(BADGE_KEY, f"{card:010X}")


def taken_and_not_stored(rig: Rig, app: AppSide, cards: range) -> set[str]:
	"""Of cards held in this order: those that the gateway, when it was killed, had from the port and not yet in its store."""
	waiting = struct.unpack("i", fcntl.ioctl(rig.terminals["door"].far_end, termios.FIONREAD, bytes(4)))[0]
	# Each card came as two frames, and the second alone is enough.
	each = len(frame(0))
	untouched = (waiting + each) // (2 * each)
	with closing(sqlite3.connect(rig.data_dir / "outbox.db")) as store:
		stored = {badge for (badge,) in store.execute("SELECT badge FROM check_in")}
	stored |= {badge for _, _, badge, *_ in app.check_ins()}
	return {digest_of(card) for card in cards[: max(0, len(cards) - untouched)]} - stored


def test_a_broker_that_restarts_and_forgets_everything_loses_nothing(
	rig: Rig, app: AppSide, broker: Broker
) -> None:
	rig.start()
	for card in range(1, 6):
		rig.tap_and_wait(card)
	broker.stop(signal.SIGKILL)
	broker.forget()
	for card in range(6, 11):
		assert rig.tap_and_wait(card)["signal"].startswith("recorded")
	broker.start()
	all_arrive(rig, app)
	assert len(arrived(app)) == 10


def test_taps_without_any_broker_wait_over_a_restart_of_the_gateway(
	rig: Rig, app: AppSide, broker: Broker
) -> None:
	broker.stop()
	rig.start()
	assert [rig.tap_and_wait(card)["signal"] for card in range(1, 4)] == ["recorded-offline"] * 3
	rig.stop()
	broker.start()
	rig.start()
	all_arrive(rig, app)
	assert app.has_all_in_order(3)


def test_an_app_that_stores_and_dies_before_its_acknowledgement_gets_it_again(rig: Rig, app: AppSide) -> None:
	app.acknowledges = False
	rig.start()
	rig.tap_and_wait(1)
	wait_until(lambda: bool(arrived(app)), "the first sending")
	rig.kill()
	app.acknowledges = True
	rig.start()
	wait_until(lambda: app.re_sent > 0, "the second sending")
	wait_until(lambda: rig.ask("outbox", "count").stdout.strip() == "0", "confirmed")
	assert len(arrived(app)) == 1


def test_what_nobody_acknowledged_stays_however_often_the_broker_took_it(rig: Rig, app: AppSide) -> None:
	app.acknowledges = False
	rig.start()
	rig.tap_and_wait(1)
	wait_until(lambda: bool(arrived(app)), "the app has it")
	assert rig.stop() == 0
	assert rig.ask("outbox", "count").stdout.strip() == "1"


def test_a_broker_with_nobody_behind_it_is_an_alarm_until_somebody_listens(
	rig: Rig, broker: Broker, tmp_path: Path
) -> None:
	rig.start()
	rig.tap_and_wait(1)
	wait_until(lambda: "alarm nobody_listens" in rig.output.read_text(), "the alarm")
	assert rig.ask("outbox", "count").stdout.strip() == "1"
	with AppSide(broker.port, tmp_path / "late.db", MAC_KEY) as late:
		all_arrive(rig, late)
		wait_until(lambda: "alarm nobody_listens is over" in rig.output.read_text(), "its end")


def test_a_forged_acknowledgement_confirms_nothing(rig: Rig, app: AppSide) -> None:
	app.acknowledges = False
	rig.start()
	epoch = rig.tap_and_wait(1)["epoch"]
	wait_until(lambda: bool(arrived(app)), "the app has it")
	app.acknowledge(epoch, 1, key=b"x" * 32)
	wait_until(lambda: "message_refused" in rig.output.read_text(), "the refusal is shown")
	assert rig.ask("outbox", "count").stdout.strip() == "1"
	app.acknowledge(epoch, 1)
	wait_until(lambda: rig.ask("outbox", "count").stdout.strip() == "0", "the genuine one counts")
	wait_until(lambda: "alarm message_refused is over" in rig.output.read_text(), "the alarm ends")
	assert "message_refused" not in rig.ask("status").stdout


def test_an_acknowledgement_of_another_gateway_confirms_nothing(rig: Rig, app: AppSide) -> None:
	app.acknowledges = False
	rig.start()
	epoch = rig.tap_and_wait(1)["epoch"]
	rig.wait_connected()
	app.publish("ack", {"v": 1, "gateway": "back-door", "epoch": epoch, "seq": 1, "at": now()})
	wait_until(lambda: "message_refused" in rig.output.read_text(), "the refusal is shown")
	assert rig.ask("outbox", "count").stdout.strip() == "1"


def test_an_oversize_message_is_refused_and_the_gateway_goes_on(rig: Rig, app: AppSide) -> None:
	rig.start()
	rig.tap_and_wait(1)
	rig.wait_connected()
	app.publish("command", {"v": 1, "gateway": "front-door", "padding": "x" * (256 * 1024)})
	rig.tap_and_wait(2)
	all_arrive(rig, app)


def test_a_stopped_process_goes_on_where_it_was(rig: Rig, app: AppSide) -> None:
	rig.start()
	rig.tap_and_wait(1)
	rig.signal(signal.SIGSTOP)
	rig.terminals["door"].tap(2)
	rig.signal(signal.SIGCONT)
	wait_until(lambda: len(rig.stored()) == 2, "the tap that came while it was stopped")
	all_arrive(rig, app)


@pytest.mark.xdist_group("measures")
def test_a_cable_pulled_and_put_back_is_picked_up_without_a_restart(rig: Rig, app: AppSide) -> None:
	rig.terminal("back")
	rig.configure()
	rig.start()
	rig.tap_and_wait(1, "back")
	rig.terminals["back"].pull()
	wait_until(
		lambda: "trying again until it works" in rig.output.read_text(), "the loss is noticed", within_s=2
	)
	rig.tap_and_wait(2, "door")
	rig.terminals["back"].plug()
	wait_until(
		lambda: rig.output.read_text().count("back: open on") == 2, "the port is open again", within_s=10
	)
	rig.tap_and_wait(3, "back")
	all_arrive(rig, app)
	assert {terminal for *_, terminal, _, _ in app.check_ins()} == {"door", "back"}


def test_nonsense_on_the_line_is_counted_and_answered_and_kills_nothing(rig: Rig, app: AppSide) -> None:
	rig.start()
	rig.terminals["door"].send(frame(5)[:-2] + b"\xff\x03" + bytes(range(256)) * 8)
	wait_until(
		lambda: {"try-again"} == {each["signal"] for each in rig.signals()}, "the learner hears: try again"
	)
	assert rig.tap_and_wait(7)["signal"].startswith("recorded")
	all_arrive(rig, app)
	assert "faults: none" not in rig.ask("status").stdout


def test_a_line_of_nothing_but_noise_is_an_alarm_that_ends_when_badges_are_read(
	rig: Rig, app: AppSide
) -> None:
	rig.configure('[clock]\ntrust = "always"', "[health]", "every_s = 1")
	rig.start()
	bad = frame(5).replace(b"\x03", b"z\x03")
	rig.terminals["door"].send(bad * 60)
	wait_until(lambda: "alarm terminal_noisy at door" in rig.output.read_text(), "the alarm")
	recent = [line for line in rig.ask("status", "--recent").stdout.splitlines() if " door: " in line]
	assert 0 < len(recent) <= 100
	for card in range(1, 110):
		rig.tap_and_wait(card)
	wait_until(lambda: "alarm terminal_noisy at door is over" in rig.output.read_text(), "its end")


def test_a_tap_repeated_is_told_so_and_counts_once_even_over_a_crash(rig: Rig, app: AppSide) -> None:
	rig.start()
	rig.tap_and_wait(1)
	rig.kill()
	rig.terminals["door"].flush()
	rig.start()
	assert rig.tap_and_wait(1)["signal"] == "already"
	assert rig.tap_and_wait(2)["signal"].startswith("recorded")
	all_arrive(rig, app)
	assert len(arrived(app)) == 2


def test_a_backlog_goes_out_in_batches(rig: Rig, app: AppSide, broker: Broker) -> None:
	broker.stop()
	rig.start()
	for card in range(1, 61):
		rig.tap_and_wait(card)
	broker.start()
	all_arrive(rig, app)
	assert app.has_all_in_order(60)
	assert max(len(message["events"]) for message in app.of_kind("checkins")) > 1


def test_an_old_store_put_back_begins_a_new_epoch_and_loses_nothing(
	rig: Rig, app: AppSide, tmp_path: Path
) -> None:
	rig.start()
	rig.tap_and_wait(1)
	all_arrive(rig, app)
	rig.stop()
	store = rig.data_dir / "outbox.db"
	kept = tmp_path / "backup.db"
	with closing(sqlite3.connect(store)) as connection:
		connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
	shutil.copy(store, kept)
	rig.start()
	for card in (2, 3, 4):
		rig.tap_and_wait(card)
	all_arrive(rig, app)
	wait_until(lambda: rig.ask("outbox", "count").stdout.strip() == "0", "confirmed")
	rig.stop()
	# Into the same inode, so that nothing but the acknowledgement of the app tells
	for ending in ("-wal", "-shm"):
		Path(f"{store}{ending}").unlink(missing_ok=True)
	store.write_bytes(kept.read_bytes())
	rig.start()
	for card in (5, 6):
		rig.tap_and_wait(card)
	wait_until(lambda: len(app.check_ins()) == 6, "the taps after the restore arrive as well")
	badges = [badge for _, _, badge, *_ in app.check_ins()]
	assert badges == [badge_digest(BADGE_KEY, f"{card:010X}") for card in range(1, 7)]
	assert len({epoch for epoch, *_ in app.check_ins()}) == 2


def test_a_full_disk_refuses_without_a_false_green_and_recovers(
	tmp_path: Path, rig: Rig, app: AppSide
) -> None:
	app.acknowledges = False
	rig.configure('[clock]\ntrust = "always"', "[store]", "max_bytes = 131072", "reserve_bytes = 65536")
	rig.start()
	card = 1
	while rig.tap_and_wait(card)["signal"].startswith("recorded"):
		card += 1
		assert card < 5000, "the cap does not hold"
	assert rig.signals()[-1] == {"terminal": "door", "signal": "out-of-service"}
	assert len(rig.rows()) == card - 1 == len(rig.stored())
	app.acknowledges = True
	app.acknowledge(rig.signals()[0]["epoch"], card - 1)
	wait_until(lambda: rig.ask("outbox", "count").stdout.strip() == "0", "confirmed")
	assert rig.tap_and_wait(9999)["signal"].startswith("recorded"), "room is made of what is confirmed"


def test_a_disk_that_is_really_full(rig: Rig, app: AppSide) -> None:
	with mounted(rig.data_dir, "size=1m", rig.kill):
		app.acknowledges = False
		rig.configure('[clock]\ntrust = "always"', "[store]", "reserve_bytes = 131072")
		rig.start()
		rig.tap_and_wait(1)
		hog = rig.data_dir / "hog"
		with pytest.raises(OSError, match="No space left"):
			hog.write_bytes(bytes(2**20))
		card = 1
		while rig.tap_and_wait(card := card + 1)["signal"].startswith("recorded"):
			assert card < 5000, "the disk never fills"
		stored = rig.stored()
		assert set(rig.rows()) == stored
		hog.unlink()
		assert rig.tap_and_wait(9998)["signal"].startswith("recorded")
		app.acknowledges = True
		rig.stop()
		rig.start()
		all_arrive(rig, app)


@pytest.mark.parametrize("reserve_bytes", [262144, 0], ids=["reserve", "no reserve"])
def test_a_full_disk_costs_no_connection_and_the_apps_word_is_taken_on_the_reserve(
	rig: Rig, app: AppSide, reserve_bytes: int
) -> None:
	with mounted(rig.data_dir, "size=2m", rig.kill):
		app.acknowledges = False
		rig.configure('[clock]\ntrust = "always"', "[store]", f"reserve_bytes = {reserve_bytes}")
		rig.start()
		last = rig.tap_and_wait(1)
		wait_until(lambda: bool(arrived(app)), "the app has it")
		with pytest.raises(OSError, match="No space left"):
			(rig.data_dir / "hog").write_bytes(bytes(2**21))
		app.acknowledges = True
		app.acknowledge(last["epoch"], last["seq"])
		if reserve_bytes:
			wait_until(lambda: rig.ask("outbox", "count").stdout.strip() == "0", "confirmed")
		else:
			wait_until(lambda: "alarm store_stuck" in rig.output.read_text(), "said to be the disk")
		assert "no broker" not in rig.output.read_text()
		assert "Traceback" not in rig.output.read_text()


def test_a_store_that_does_not_open_is_told_at_the_door_until_it_does(rig: Rig, app: AppSide) -> None:
	with mounted(rig.data_dir, "size=4m,ro", rig.kill):
		rig.start(wait=False)
		assert rig.tap_and_wait(1) == {"terminal": "door", "signal": "out-of-service"}
		assert "Read-only file system" in rig.output.read_text()
		subprocess.run(["mount", "-o", "remount,rw", str(rig.data_dir)], check=True)
		wait_until(lambda: "runs with 1" in rig.output.read_text(), "it goes on by itself")
		assert rig.tap_and_wait(2)["signal"].startswith("recorded")
		all_arrive(rig, app)
		assert rig.stop() == 0


def test_no_card_number_in_any_output(rig: Rig, app: AppSide, broker: Broker) -> None:
	cards = [0x0A1B2C3D4E, 0x62E3086CED, 0x7788990011]
	rig.start("--log-level", "DEBUG")
	for card in cards:
		rig.tap_and_wait(card)
	rig.terminals["door"].send(frame(cards[0])[:-3] + b"zz\x03")
	all_arrive(rig, app)
	shown = rig.ask("status", "--recent").stdout + rig.ask("outbox", "export").stdout
	wait_until(lambda: bool(app.of_kind("health")), "a health message")
	rig.stop()
	everything = b"".join(app.payloads) + shown.encode() + rig.output.read_bytes() + broker.log().encode()
	everything += b"".join(path.read_bytes() for path in rig.data_dir.iterdir() if path.is_file())
	everything += rig.feedback_log.read_bytes()
	everything = everything.upper()
	for card in cards:
		raw = card.to_bytes(5, "big")
		for secret in (raw.hex(), raw[::-1].hex(), raw[1:].hex(), str(card), str(card & 0xFFFFFFFF)):
			assert secret.upper().encode() not in everything
		assert raw not in everything


def test_files_of_the_gateway_are_for_its_user_alone(rig: Rig, app: AppSide) -> None:
	rig.start()
	rig.tap_and_wait(1)
	assert rig.data_dir.stat().st_mode & 0o777 == 0o700
	for path in rig.data_dir.iterdir():
		assert path.stat().st_mode & 0o077 == 0, path.name

"""Outages that last, brokers that come and go, and a gateway that hangs: real processes, shortened by count, not by kind.

VSV_OUTAGE_READS and VSV_FLAPS with VSV_FLAP_S make them as long as the contract states (R3: three days at 2,000
reads a day; R15: each 5 s for an hour, VSV_FLAPS=720 VSV_FLAP_S=5).
"""

import os
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from gateway.config import load, load_secrets
from gateway.drain import BATCH, WINDOW
from gateway.service import STALL_S, Service
from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import Broker, Rig, frame

pytestmark = pytest.mark.mosquitto

OUTAGE_READS = int(os.environ.get("VSV_OUTAGE_READS", "6000"))
FLAPS = int(os.environ.get("VSV_FLAPS", "8"))
FLAP_S = float(os.environ.get("VSV_FLAP_S", "1"))
BACKLOG = 30_000
BURST = 20
WARM_READS = 1000
MAY_GROW_MIB = 5
CPU_SHARE = 0.2
ARRIVE_WITHIN_S = 150
WATCHDOG_S = 30


def answers(rig: Rig) -> int:
	return rig.feedback_log.read_bytes().count(b"\n") if rig.feedback_log.exists() else 0


def resident_mib(pid: int) -> float:
	lines = Path(f"/proc/{pid}/status").read_text().splitlines()
	return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def processor_s(pid: int) -> float:
	fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def all_arrive_once(rig: Rig, app: AppSide) -> None:
	expected = rig.stored()
	wait_until(lambda: len(app.check_ins()) >= len(expected), "all at the app", within_s=ARRIVE_WITHIN_S)
	assert sorted((epoch, seq) for epoch, seq, *_ in app.check_ins()) == sorted(expected)


@pytest.mark.long
@pytest.mark.xdist_group("measures")
@pytest.mark.timeout(900)
def test_three_days_of_reads_without_a_broker_stay_and_memory_stays_flat(
	rig: Rig, app: AppSide, broker: Broker
) -> None:
	broker.stop()
	rig.start()
	assert rig.process is not None
	before = None
	for first in range(0, OUTAGE_READS, BURST):
		cards = range(first + 1, min(first + BURST, OUTAGE_READS) + 1)
		rig.terminals["door"].send(b"".join(frame(card) * 2 for card in cards))
		wait_until(lambda cards=cards: answers(rig) >= cards[-1], f"answers up to {cards[-1]}")
		if before is None and cards[-1] >= WARM_READS:
			before = resident_mib(rig.process.pid)
	after = resident_mib(rig.process.pid)
	assert {each["signal"] for each in rig.signals()} == {"recorded-offline"}
	assert len(rig.rows()) == OUTAGE_READS
	assert before is not None
	assert after - before < MAY_GROW_MIB, f"{before:.1f} MiB grew to {after:.1f} MiB"
	broker.start()
	all_arrive_once(rig, app)
	assert app.has_all_in_order(OUTAGE_READS)


@pytest.mark.xdist_group("measures")
def test_learners_are_answered_while_a_large_backlog_drains(rig: Rig, app: AppSide) -> None:
	app.acknowledges = False
	rig.start()
	epoch = rig.tap_and_wait(1)["epoch"]
	rig.kill()
	with closing(sqlite3.connect(rig.data_dir / "outbox.db")) as store, store:
		store.execute(
			"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO check_in"
			" SELECT epoch_no, i, terminal, printf('%032x', i), at, clock, direction, boot_id, boottime_ns, 0"
			" FROM n, check_in",
			(BACKLOG,),
		)
	rig.start()
	# The window is full, and more waits behind it
	wait_until(lambda: len(app.check_ins()) >= WINDOW * BATCH, "a window of messages")
	assert len(app.check_ins()) < BACKLOG
	for card in range(2, 22):
		assert rig.tap_and_wait(card)["signal"].startswith("recorded")
	app.acknowledges = True
	app.acknowledge(epoch, app.check_ins()[-1][1])
	wait_until(lambda: len(app.check_ins()) == BACKLOG + 20, "all at the app", within_s=ARRIVE_WITHIN_S)
	assert app.has_all_in_order(BACKLOG + 20)


@pytest.mark.xdist_group("measures")
@pytest.mark.timeout(int(600 + FLAPS * FLAP_S * 2))
def test_a_broker_that_comes_and_goes_costs_nothing(rig: Rig, app: AppSide, broker: Broker) -> None:
	rig.start()
	rig.tap_and_wait(1)
	assert rig.process is not None
	pid, card = rig.process.pid, 1
	cpu, began = processor_s(pid), time.monotonic()
	for number in range(FLAPS):
		turn_ends = began + (number + 1) * 2 * FLAP_S
		broker.stop(signal.SIGKILL if number % 2 else signal.SIGTERM)
		if number % 4 == 3:
			broker.forget()
		assert rig.tap_and_wait(card := card + 1)["signal"].startswith("recorded")
		time.sleep(max(0.0, turn_ends - FLAP_S - time.monotonic()))
		broker.start()
		assert rig.tap_and_wait(card := card + 1)["signal"].startswith("recorded")
		time.sleep(max(0.0, turn_ends - time.monotonic()))
	share = (processor_s(pid) - cpu) / (time.monotonic() - began)
	all_arrive_once(rig, app)
	assert len(app.check_ins()) == card
	assert app.has_all_in_order(card), "out of order"
	assert share < CPU_SHARE, f"{share:.0%} of a core while the broker came and went"


def test_a_listener_that_dies_between_commit_and_acknowledgement_and_a_broker_that_forgets(
	rig: Rig, app: AppSide, broker: Broker
) -> None:
	"""The worst of both: the app holds the check-ins but never said so, and the broker lost its persistence file."""
	app.acknowledges = False
	rig.start()
	for card in range(1, 4):
		rig.tap_and_wait(card)
	wait_until(lambda: len(app.check_ins()) == 3, "committed, and not acknowledged")
	broker.stop(signal.SIGKILL)
	broker.forget()
	rig.kill()
	app.acknowledges = True
	rig.start()
	rig.tap_and_wait(4)
	broker.start()
	wait_until(lambda: rig.ask("outbox", "count").stdout.strip() == "0", "all confirmed")
	assert app.re_sent >= 3
	all_arrive_once(rig, app)
	assert len(app.check_ins()) == 4


def test_systemd_hears_ready_and_then_that_work_goes_on(rig: Rig, tmp_path: Path) -> None:
	with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
		systemd.bind(str(tmp_path / "notify"))
		systemd.settimeout(WATCHDOG_S)
		rig.start(
			environment={"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": f"{WATCHDOG_S * 10**6:.0f}"}
		)
		assert systemd.recv(200) == b"READY=1"
		assert systemd.recv(200).startswith(b"WATCHDOG=1\nSTATUS=1 terminals")


def test_a_thread_that_died_or_hangs_is_named_and_starves_the_watchdog(rig: Rig) -> None:
	config = load(rig.config)
	mask = os.umask(0o077)
	service = Service(config, load_secrets(config))
	try:
		assert service.stalled() == "publisher", "its thread does not run"
		service.publisher.start()
		service.watch.start()
		for terminal in service.terminals:
			terminal.start()
		wait_until(lambda: service.stalled() is None, "all threads run")
		(door,) = service.terminals
		door.stop()
		door.join(10)
		assert service.stalled() == "door", "its thread ended"
		service.publisher.stop()
		assert service.stalled() == "publisher"
		# The unit's WatchdogSec is as long, so that systemd restarts what has stood still for a minute at most
		assert STALL_S == WATCHDOG_S
	finally:
		service.watch.stop()
		service.publisher.stop()
		service.outbox.close()
		os.umask(mask)

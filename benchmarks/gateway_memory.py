"""A gateway with four terminals: resident memory, processor time when idle, time from start to the first stored read.

Runs the real process against a real Mosquitto, without and with TLS, with taps before the figures are read. Ends with 1 on a miss.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import MAC_KEY, Broker, Rig, free_port
from tests.gateway.school import School
from tests.gateway.test_broker_security import make_authority, make_certificate

TERMINALS = ("a", "b", "c", "d")
TAPS = 200
IDLE_S = 20.0
PEAK_AIM_MB, IDLE_AIM, START_AIM_S = 40, 0.01, 1.0


def status(pid: int, field: str) -> float:
	"""A field of /proc/PID/status in MB."""
	lines = Path(f"/proc/{pid}/status").read_text().splitlines()
	return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))


def processor_s(pid: int) -> float:
	fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_broker(directory: Path, *, tls: bool) -> tuple[Broker, int, list[str]]:
	"""A broker, the gateway's port at it, and the gateway's settings; the app's side always goes in plain."""
	broker = directory / "broker"
	if not tls:
		made = Broker(broker)
		return made, made.port, ["insecure = true"]
	authority = make_authority(directory, "school")
	key, certificate = make_certificate(directory, authority, "127.0.0.1")
	port = free_port()
	own = (f"listener {port} 127.0.0.1", f"keyfile {key}", f"certfile {certificate}")
	return Broker(broker, "allow_anonymous true", *own), port, [f'ca_file = "{authority[1]}"']


def measure(directory: Path, *, tls: bool) -> tuple[float, float, float, float]:
	"""MB now, MB at most, share of a core when idle, seconds from start to the first stored read."""
	broker, port, settings = make_broker(directory, tls=tls)
	broker.start()
	rig = Rig(directory, port)
	for name in TERMINALS:
		rig.terminal(name)
	school = School()
	# With a server, because fetching the roster is what takes most memory
	server = ("[server]", f'url = "{school.url}"', "refresh_s = 10")
	rig.configure('[clock]\ntrust = "always"', *server, broker=settings)
	app = AppSide(broker.port, directory / "app.db", MAC_KEY)
	app.wait_subscribed()
	try:
		rig.terminals["a"].tap(1)
		began = time.perf_counter()
		rig.start(wait=False)
		wait_until(lambda: bool(rig.stored()), "the first stored read", every_s=0.002)
		first_s = time.perf_counter() - began
		for number in range(TAPS):
			rig.tap_and_wait(100 + number, TERMINALS[number % len(TERMINALS)])
		wait_until(lambda: len(app.check_ins()) == TAPS + 1, "all at the app")
		assert rig.process is not None
		pid = rig.process.pid
		before = processor_s(pid)
		time.sleep(IDLE_S)
		idle = (processor_s(pid) - before) / IDLE_S
		figures = status(pid, "VmRSS"), status(pid, "VmHWM"), idle, first_s
		rig.stop()
		return figures
	finally:
		rig.close()
		app.close()
		broker.stop()
		school.close()


def main() -> int:
	missed = False
	for tls in (False, True):
		with tempfile.TemporaryDirectory() as place:
			now_mb, peak_mb, idle, first_s = measure(Path(place), tls=tls)
		print(f"{len(TERMINALS)} terminals, {'TLS to the broker' if tls else 'without TLS'}:")
		print(f"  resident memory: {now_mb:.1f} MB, peak {peak_mb:.1f} MB (aim: at most {PEAK_AIM_MB})")
		print(f"  idle processor time: {idle:.2%} of one core (aim: below {IDLE_AIM:.0%})")
		print(f"  start to first stored read: {first_s:.2f} s (aim: below {START_AIM_S:.0f} s)")
		missed |= peak_mb > PEAK_AIM_MB or idle >= IDLE_AIM or first_s >= START_AIM_S
	return 1 if missed else 0


if __name__ == "__main__":
	sys.exit(main())

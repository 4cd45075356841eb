"""A gateway with four terminals: resident memory, processor time when idle, time from start to the first stored read.

Runs the real process against a real Mosquitto, with taps before the figures are read.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.gateway.app_side import AppSide, wait_until
from tests.gateway.rig import MAC_KEY, Broker, Rig
from tests.gateway.school import School

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


def main() -> None:
	with tempfile.TemporaryDirectory() as place:
		directory = Path(place)
		broker = Broker(directory / "broker")
		broker.start()
		rig = Rig(directory, broker.port)
		for name in TERMINALS:
			rig.terminal(name)
		school = School()
		# With a server, because fetching the roster is what takes most memory
		rig.configure('[clock]\ntrust = "always"', "[server]", f'url = "{school.url}"', "refresh_s = 10")
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
			now_mb, peak_mb = status(pid, "VmRSS"), status(pid, "VmHWM")
			rig.stop()
		finally:
			rig.close()
			app.close()
			broker.stop()
			school.close()
	print(
		f"resident memory, {len(TERMINALS)} terminals: {now_mb:.1f} MB, peak {peak_mb:.1f} MB (aim: at most {PEAK_AIM_MB})"
	)
	print(f"idle processor time: {idle:.2%} of one core (aim: below {IDLE_AIM:.0%})")
	print(f"start to first stored read: {first_s:.2f} s (aim: below {START_AIM_S:.0f} s)")


if __name__ == "__main__":
	sys.exit(main())

"""`make bench-speed`: every benchmark in turn, each in a process of its own; 1 when one of them fails.

The site benchmarks run where VSV_BENCH and VSV_SITE name a bench and a site (`make bench-speed BENCH=... SITE=...`), with
that bench's own Python and the code of this checkout, whatever the bench links to; the study of rules against learners who
left runs where VSV_LEARNERS names a CSV of them (`python -m benchmarks.validity --help`).
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEED_A_SITE, A_SITE = "site_", ("VSV_BENCH", "VSV_SITE")
LEARNERS = "VSV_LEARNERS"


def main() -> int:
	failed = []
	for path in sorted(HERE.glob("[a-z]*.py")):
		if path.stem.startswith(NEED_A_SITE) and not all(map(os.environ.get, A_SITE)):
			print(f"== {path.stem}: left out, as {' and '.join(A_SITE)} name no site\n")
		elif not _passes(path.stem, _command(path), _folder(path)):
			failed.append(path.stem)
	learners = os.environ.get(LEARNERS)
	if not learners:
		print(f"== validity: left out, as {LEARNERS} names no CSV of learners\n")
	elif not _passes("validity", [sys.executable, "-m", "benchmarks.validity", learners], HERE.parent):
		failed.append("validity")
	if failed:
		print(f"failed: {', '.join(failed)}")
	return 1 if failed else 0


def _passes(name: str, command: Sequence[str], folder: Path) -> bool:
	print(f"== {name}", flush=True)
	environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
	passed = subprocess.run([*command], check=False, cwd=folder, env=environment).returncode == 0
	print(flush=True)
	return passed


def _command(path: Path) -> list[str]:
	if path.stem.startswith(NEED_A_SITE):
		return [str(_bench() / "env/bin/python"), str(path)]
	return [sys.executable, "-m", f"benchmarks.{path.stem}"]


def _folder(path: Path) -> Path:
	if path.stem.startswith(NEED_A_SITE):
		return _bench() / "sites"
	return HERE.parent


def _bench() -> Path:
	return Path(os.environ["VSV_BENCH"]).resolve()


if __name__ == "__main__":
	sys.exit(main())

"""`make bench-speed`: every benchmark in turn, each in a process of its own; 1 when one of them fails.

The site benchmarks run where VSV_BENCH and VSV_SITE name a bench and a site, and with that bench's own Python.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NEED_A_SITE = "site_"


def main() -> int:
	failed = []
	for path in sorted(HERE.glob("[a-z]*.py")):
		if path.stem.startswith(NEED_A_SITE) and not os.environ.get("VSV_BENCH"):
			print(f"== {path.stem}: left out, as VSV_BENCH and VSV_SITE name no site\n")
			continue
		print(f"== {path.stem}", flush=True)
		if subprocess.run([*_command(path)], check=False, cwd=_folder(path)).returncode:
			failed.append(path.stem)
		print(flush=True)
	if failed:
		print(f"failed: {', '.join(failed)}")
	return 1 if failed else 0


def _command(path: Path) -> list[str]:
	if path.stem.startswith(NEED_A_SITE):
		return [str(Path(os.environ["VSV_BENCH"]) / "env/bin/python"), str(path)]
	return [sys.executable, "-m", f"benchmarks.{path.stem}"]


def _folder(path: Path) -> Path:
	if path.stem.startswith(NEED_A_SITE):
		return Path(os.environ["VSV_BENCH"]) / "sites"
	return HERE.parent


if __name__ == "__main__":
	sys.exit(main())

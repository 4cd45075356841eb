"""Disks of their own for tests: small ones that fill, and one that cannot be written."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, options: str, leave: Callable[[], None] = lambda: None) -> Iterator[None]:
	"""A disk in memory at a folder, which is made; `leave` is done before it goes. Skips, and says why, where none can be mounted."""
	if os.geteuid():
		pytest.skip("mounting a disk needs root")
	folder.mkdir()
	mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
	if subprocess.run(mount, capture_output=True, check=False).returncode:
		pytest.skip("this machine may not mount")
	try:
		yield
	finally:
		leave()
		subprocess.run(["umount", str(folder)], check=True)

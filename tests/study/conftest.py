"""A file of learners on disk, and a run of the program over it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.study import made
from vsv_app.study.program import main

Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
	path = tmp_path / "learners.csv"
	path.write_text(made.text(), encoding="utf-8")
	return path


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Ran:
	"""(exit code, what it printed, what it said went wrong) of the program with these arguments."""

	def run(*arguments: object) -> tuple[int, str, str]:
		code = main([str(one) for one in arguments])
		said = capsys.readouterr()
		return code, said.out, said.err

	return run

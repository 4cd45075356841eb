"""`make test` on a machine that misses what the tests need: it installs where it may, and else says what to run; it never fails."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "script/install_test_tools.sh"
ROOT_USER, ORDINARY = 0, 1000


@pytest.fixture
def set_up(tmp_path: Path) -> Callable[..., str]:
	"""set_up(user, apt=..., sudo=..., **environment): what the script says where nothing is installed. `apt` and `sudo` are shell lines."""
	programs = tmp_path / "bin"
	programs.mkdir()

	def program(name: str, line: str) -> None:
		(programs / name).write_text(f"#!{shutil.which('bash')}\n{line}\n")
		(programs / name).chmod(0o755)

	def run(user: int, apt: str | None = None, sudo: str | None = None, **environment: str) -> str:
		for name in ("env", "mktemp", "rm", "tail", "true"):
			(programs / name).symlink_to(shutil.which(name) or name)
		program("id", f"echo {user}")
		for name, line in (("apt-get", apt), ("sudo", sudo)):
			if line is not None:
				program(name, line)
		done = subprocess.run(
			[shutil.which("bash") or "bash", SCRIPT],
			cwd=tmp_path,
			env={"PATH": str(programs), "PYTHON": sys.executable, "ASKED": str(tmp_path / "asked"), **environment},
			capture_output=True, text=True, check=False,
		)  # fmt: skip
		assert done.returncode == 0, done.stderr
		return done.stdout

	return run


ASKED = 'echo "$@" >> "$ASKED"'


def test_root_installs_each_and_says_so(set_up: Callable[..., str], tmp_path: Path) -> None:
	said = set_up(ROOT_USER, apt=ASKED)
	assert "installing" in said
	assert said.count("\n") == 1
	asked = (tmp_path / "asked").read_text().splitlines()
	assert asked[0].endswith(" update")
	assert [line for line in asked if line.endswith(" install -y --no-install-recommends chromium")]


def test_sudo_without_a_password_will_do(set_up: Callable[..., str], tmp_path: Path) -> None:
	said = set_up(ORDINARY, apt=ASKED, sudo='[ "$1" = -n ] && shift && exec "$@"')
	assert "installing" in said
	assert "install -y --no-install-recommends chromium" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
	("user", "more", "why", "remedy"),
	[
		(ORDINARY, {"apt": ASKED}, "root or a sudo", "sudo apt-get install"),
		(ORDINARY, {"apt": ASKED, "sudo": "exit 1"}, "root or a sudo", "sudo apt-get install"),
		(ROOT_USER, {"apt": ASKED, "VSV_INSTALL": "no"}, "VSV_INSTALL=no", ": apt-get install"),
		(ROOT_USER, {}, "no apt-get", ": apt-get install"),
		(ROOT_USER, {"apt": "exit 100"}, "apt-get failed", ": apt-get install"),
	],
	ids=["no sudo", "sudo asks", "switched off", "no apt-get", "offline"],
)
def test_where_it_may_not_it_says_the_one_command(
	set_up: Callable[..., str], tmp_path: Path, user: int, more: dict[str, str], why: str, remedy: str
) -> None:
	*_before, last = set_up(user, **more).splitlines()
	assert why in last
	assert f"{remedy} --no-install-recommends" in last
	assert "chromium" in last
	assert not (tmp_path / "asked").exists()

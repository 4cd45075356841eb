"""The package that docs/gateway/write-a-reader.md makes is a reader, and a broken one stops nobody else."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/gateway/write-a-reader.md"


def blocks(language: str) -> list[str]:
	return re.findall(
		rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
	)


def installed(place: Path, module: str, points: dict[str, str]) -> dict[str, str]:
	"""The package as pip leaves it: modules, and a dist-info with the entry points. Returns the environment."""
	info = place / f"{module}-1.0.dist-info"
	info.mkdir(parents=True)
	(info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
	lines = [f"{name} = {where}\n" for name, where in points.items()]
	(info / "entry_points.txt").write_text("[vsv_gateway.readers]\n" + "".join(lines))
	return {**os.environ, "PYTHONPATH": os.pathsep.join((str(place), str(ROOT)))}


@pytest.fixture
def acme(tmp_path: Path) -> dict[str, str]:
	(project,) = blocks("toml")
	module, tests = blocks("python")
	(tmp_path / "acme_reader.py").write_text(module)
	(tmp_path / "test_acme_reader.py").write_text(tests)
	points = tomllib.loads(project)["project"]["entry-points"]["vsv_gateway.readers"]
	return installed(tmp_path, "acme_reader", points)


def gateway(
	environment: dict[str, str], *arguments: str, given: str = ""
) -> subprocess.CompletedProcess[str]:
	return subprocess.run(
		[sys.executable, "-m", "gateway", *arguments],
		env=environment,
		input=given,
		capture_output=True,
		text=True,
		timeout=120,
		check=False,
	)


def test_the_page_s_reader_decodes_and_is_listed(acme: dict[str, str]) -> None:
	done = gateway(acme, "decode", "--protocol", "acme-gate", "--hex", given="aa55 04 81d83816 ab")
	assert (done.returncode, done.stderr) == (0, "")
	assert json.loads(done.stdout) == {"card": "1638D881", "protocol": "acme-gate"}
	assert "Acme Gate" in gateway(acme, "protocols").stdout
	wrong = gateway(acme, "decode", "--protocol", "acme-gate", "--option", "quite=true")
	assert "did you mean 'quiet'?" in wrong.stderr


def test_the_page_s_own_tests_pass(acme: dict[str, str], tmp_path: Path) -> None:
	done = subprocess.run(
		[
			sys.executable,
			"-m",
			"pytest",
			"-q",
			"-p",
			"no:cacheprovider",
			"--rootdir",
			str(tmp_path),
			str(tmp_path),
		],
		cwd=tmp_path,
		env=acme,
		capture_output=True,
		text=True,
		timeout=120,
		check=False,
	)
	assert done.returncode == 0, done.stdout
	assert "6 passed" in done.stdout


def test_the_page_s_command_lines_are_those_of_the_program(acme: dict[str, str]) -> None:
	shell = "".join(blocks("sh"))
	(given, arguments) = re.search(r"echo '(.*)' \| vsv-gateway (.*)", shell).groups()
	assert json.loads(gateway(acme, *arguments.split(), given=given).stdout)["card"] == "1638D881"
	read = "".join((ROOT / "tests" / name).read_text() for name in ("seed.py", "gateway/readers/conftest.py"))
	for variable in set(re.findall(r"VSV_[A-Z_]+", shell)):
		assert variable in read


def test_a_plug_in_that_cannot_be_loaded_stops_nobody_else(tmp_path: Path) -> None:
	environment = installed(tmp_path, "broken_reader", {"broken": "broken_reader:nothing"})
	(tmp_path / "broken_reader.py").write_text("raise RuntimeError('no such chip')\n")
	asked = gateway(environment, "decode", "--protocol", "broken")
	assert asked.returncode == 2
	assert "no such chip" in asked.stderr
	assert "Traceback" not in asked.stderr
	assert gateway(environment, "decode", "--protocol", "em18", given="4500C5D1E9B8").returncode == 0
	listed = gateway(environment, "protocols")
	assert "em18" in listed.stdout
	assert "no such chip" in listed.stderr

"""Two distributions from one repository, and neither packs the other."""

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import tomllib

from tests.tree import LEFT, files, is_left
from vsv_app.hooks import page_js

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GATEWAY = tomllib.loads((ROOT / "gateway/pyproject.toml").read_text("utf-8"))
DATA = {".json", ".txt", ".csv", ".js", ".css", ".html", ".po", ".toml", ".yaml", ".svg"}
LEFT_OUT = shutil.ignore_patterns(*LEFT)
pytestmark = pytest.mark.xdist_group("packaging")
IMPORTED_AS = {
	"paho-mqtt": "paho",
	"pyserial": "serial",
	"apscheduler": "apscheduler",
	"requests": "requests",
}
OPTIONAL_AS = {"libosdp": {"osdp", "libosdp"}, "gpiozero": {"gpiozero"}, "lgpio": {"lgpio"}}


def run(*command: str, cwd: Path) -> None:
	done = subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True, check=False)
	assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def packed(source: Path, out: Path) -> set[str]:
	"""What a distribution installs: the files of its wheel."""
	run("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "-w", str(out), ".", cwd=source)
	(wheel,) = out.glob("*.whl")
	with zipfile.ZipFile(wheel) as archive:
		return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def app_files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
	return packed(copied(tmp_path_factory.mktemp("source") / "app"), tmp_path_factory.mktemp("out"))


def copied(source: Path) -> Path:
	"""The tree at `source`, without documents."""
	shutil.copytree(ROOT / "vsv_app", source / "vsv_app", ignore=LEFT_OUT)
	shutil.copytree(ROOT / "gateway", source / "gateway", ignore=LEFT_OUT)
	shutil.copytree(ROOT / "tests", source / "tests", ignore=LEFT_OUT)
	for path in ROOT.iterdir():
		if path.is_file():
			shutil.copy(path, source)
	# The build reads README.md through pyproject.toml; what it says is no matter here.
	(source / "README.md").touch()
	return source


def test_the_app_packs_itself_alone(app_files: set[str]) -> None:
	assert {name.partition("/")[0] for name in app_files} == {"vsv_app"}
	assert "vsv_app/engine/gateways/messages.py" in app_files


def test_the_app_packs_all_its_modules_and_data(app_files: set[str]) -> None:
	wanted = {
		path.relative_to(ROOT).as_posix()
		for path in files(ROOT / "vsv_app", "*")
		if path.suffix in (DATA | {".py"})
	}
	assert {Path(name).suffix for name in wanted} >= {".py", ".json", ".txt"}
	assert sorted(wanted - app_files) == []


@pytest.mark.parametrize("folder", [".", "gateway"])
def test_what_a_build_leaves_is_no_part_of_the_tree(tmp_path: Path, folder: str) -> None:
	"""Git, ruff, mypy and the tests that read the tree pass over it."""
	source = copied(tmp_path / "tree")
	before = set(source.rglob("*"))
	packed(source / folder, tmp_path / "out")
	left = {path.relative_to(source) for path in set(source.rglob("*")) - before}
	assert [path for path in left if not is_left(path)] == []
	ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
	assert {f"{pattern}/" for pattern in LEFT} <= set(ignored)
	skipped = PROJECT["tool"]["mypy"]["exclude"]
	assert [path for path in left if path.suffix == ".py" and not re.search(skipped, str(path))] == []
	assert "build" in PROJECT["tool"]["ruff"]["extend-exclude"]


def test_bench_finds_the_app_by_its_name() -> None:
	assert PROJECT["project"]["name"] == "vsv_app"
	for name in ("hooks.py", "modules.txt", "patches.txt"):
		assert (ROOT / "vsv_app" / name).is_file()


def test_each_folder_of_the_gateway_is_packed() -> None:
	packages = {
		".".join(("gateway", *path.parent.relative_to(ROOT / "gateway").parts))
		for path in files(ROOT / "gateway", "__init__.py")
	}
	assert set(GATEWAY["tool"]["setuptools"]["packages"]) == packages
	assert GATEWAY["tool"]["setuptools"]["package-dir"] == {"gateway": "."}


def names(requirements: list[str]) -> set[str]:
	return {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in requirements}


def test_the_gateway_pulls_nothing_of_the_server() -> None:
	assert names(GATEWAY["project"]["dependencies"]) == set(IMPORTED_AS)
	optional = [line for lines in GATEWAY["project"]["optional-dependencies"].values() for line in lines]
	assert names(optional) == set(OPTIONAL_AS)


def test_the_gateway_imports_what_it_declares() -> None:
	"""Third-party modules in its files are those of its requirements."""
	declared = set(IMPORTED_AS.values()) | {name for known in OPTIONAL_AS.values() for name in known}
	for path in files(ROOT / "gateway"):
		for node in ast.walk(ast.parse(path.read_text("utf-8"))):
			found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
			found += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
			strangers = (
				{name.partition(".")[0] for name in found} - set(sys.stdlib_module_names) - {"gateway"}
			)
			assert strangers <= declared, f"{path.name} imports {strangers - declared}"


def test_both_are_of_one_version_and_licence() -> None:
	said = [
		re.search(r'^__version__ = "(.+)"$', (ROOT / name / "__init__.py").read_text("utf-8"), re.M).group(1)
		for name in ("vsv_app", "gateway")
	]
	assert said[0] == said[1]
	assert PROJECT["project"]["license"] == GATEWAY["project"]["license"] == "GPL-3.0-or-later"


def test_a_mentor_gets_every_file_of_the_board() -> None:
	app = ROOT / "vsv_app"
	files = {path.relative_to(app).as_posix() for path in app.glob("public/js/mentor_board/*")}
	assert sorted(page_js["mentor-board"]) == sorted(files)


def test_a_machine_without_pip_and_without_network_is_told_what_to_install(tmp_path: Path) -> None:
	(tmp_path / "ensurepip.py").write_text("raise ImportError")
	done = subprocess.run(
		[sys.executable, ROOT / "script/make_venv.py", tmp_path / "venv"],
		env={"PYTHONPATH": str(tmp_path), "https_proxy": "http://127.0.0.1:1"},
		capture_output=True, text=True, check=False,
	)  # fmt: skip
	assert done.returncode == 1
	assert "Traceback" not in done.stderr
	assert "apt install python3-venv" in done.stderr

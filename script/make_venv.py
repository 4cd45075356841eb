"""Makes a virtual environment, unless it stands already, with nothing but the standard library: `python3 script/make_venv.py FOLDER`.

Debian's python3 comes without ensurepip unless python3-venv is installed; then pip's own wheel starts pip.
"""

import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import venv
from pathlib import Path
from urllib.parse import urljoin

OLDEST = (3, 11)
INDEX = "https://pypi.org/pypi/pip/json"
PAGE = "https://pypi.org/simple/pip/"


def main(folder: Path) -> None:
	if sys.version_info < OLDEST:
		sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
	if (folder / "bin" / "pip").exists():
		return
	try:
		import ensurepip  # noqa: F401, PLC0415 whether it is there is the question
	except ImportError:
		venv.create(folder, with_pip=False, clear=True)
		try:
			_bring_pip(folder)
		except urllib.error.URLError as error:
			sys.exit(
				f"pip is not on this machine and {INDEX} is out of reach ({error.reason}): apt install python3-venv."
			)
	else:
		venv.create(folder, with_pip=True, clear=True)


def _bring_pip(folder: Path) -> None:
	with urllib.request.urlopen(INDEX, timeout=60) as answer:
		files = json.load(answer)["urls"]
	wheel = next(file for file in files if file["packagetype"] == "bdist_wheel")
	with tempfile.TemporaryDirectory() as temporary:
		path = Path(temporary) / wheel["filename"]
		# A mirror may name its files relative to its own page of the package.
		with urllib.request.urlopen(urljoin(PAGE, wheel["url"]), timeout=60) as answer:
			path.write_bytes(answer.read())
		subprocess.run(
			[folder / "bin" / "python", path / "pip", "install", "--quiet", "--no-index", path], check=True
		)


if __name__ == "__main__":
	main(Path(sys.argv[1]))

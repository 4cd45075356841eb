"""The files of a folder of this repository, without what building and running leave between them."""

from fnmatch import fnmatch
from pathlib import Path

LEFT = ("__pycache__", "*.egg-info", "build", "dist", "node_modules")


def is_left(path: Path) -> bool:
	"""Whether a path within the repository is what a build or a run has left."""
	return any(fnmatch(part, pattern) for part in path.parts for pattern in LEFT)


def files(folder: Path, pattern: str = "*.py") -> list[Path]:
	return sorted(path for path in folder.rglob(pattern) if not is_left(path.relative_to(folder)))

"""The Frappe modules of this app, each a folder of doctypes, reports and workspaces: what modules.txt lists."""

from pathlib import Path

APP = Path(__file__).parent
MODULES = tuple((APP / "modules.txt").read_text("utf-8").splitlines())


def folder(module: str) -> Path:
	"""The folder of a module, named as Frappe names it."""
	return APP / module.lower().replace(" ", "_")

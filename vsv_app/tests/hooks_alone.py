"""The hooks on records by themselves: what they refuse they refuse also where nothing stands before them."""

from importlib.util import find_spec
from unittest import TestCase
from unittest.mock import patch

GATE = "vsv_app.site.access.gate"


def without_gate(case: TestCase) -> None:
	"""For the rest of a test, requests come through to the records whatever they name."""
	if find_spec(GATE):
		patcher = patch(f"{GATE}.judgement.judge")
		patcher.start()
		case.addCleanup(patcher.stop)

"""The hooks on records by themselves: what they refuse they refuse also where nothing stands before them."""

from unittest import TestCase
from unittest.mock import patch


def without_gate(case: TestCase) -> None:
	"""For the rest of a test, requests come through to the records whatever they name."""
	patcher = patch("vsv_app.site.access.gate.judgement.judge")
	patcher.start()
	case.addCleanup(patcher.stop)

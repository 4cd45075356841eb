"""The amount of fuzz, which can be set, and its randomness."""

import os
import random

import pytest

from tests.seed import SEED

FUZZ_BYTES = int(os.environ.get("VSV_FUZZ_BYTES", "1000000"))


@pytest.fixture
def fuzz_bytes() -> int:
	"""Bytes of fuzz for each protocol: a million, or as many as VSV_FUZZ_BYTES says."""
	return FUZZ_BYTES


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
	"""Randomness from the seed and the test's name."""
	return random.Random(f"{SEED} {request.node.nodeid}")

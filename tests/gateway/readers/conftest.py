"""The seed and the amount of fuzz; both can be set, and the seed is printed."""

import os
import random

import pytest

SEED = int(os.environ.get("VSV_FUZZ_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
FUZZ_BYTES = int(os.environ.get("VSV_FUZZ_BYTES", "1000000"))


def pytest_report_header() -> str:
	return f"decoders: {FUZZ_BYTES} bytes of fuzz a protocol (VSV_FUZZ_BYTES), VSV_FUZZ_SEED={SEED}"


@pytest.fixture
def fuzz_bytes() -> int:
	"""Bytes of fuzz for each protocol: a million, or as many as VSV_FUZZ_BYTES says."""
	return FUZZ_BYTES


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
	"""Randomness from the printed seed and the test's name."""
	return random.Random(f"{SEED} {request.node.nodeid}")

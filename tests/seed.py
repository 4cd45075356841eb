"""The seed of what tests draw at random: the same in each run, unless VSV_SEED says another, as `make explore` does."""

import os

SEED = int(os.environ.get("VSV_SEED", "20261123"))

"""`python -m benchmarks.validity learners.csv`: how well the rules of packs, and a logistic model, tell who leaves."""

import sys

from vsv_app.study.program import main

if __name__ == "__main__":
	sys.exit(main(name="python -m benchmarks.validity"))

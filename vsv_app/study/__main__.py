"""`python -m vsv_app.study learners.csv`."""

import sys

from vsv_app.study.program import main

if __name__ == "__main__":
	sys.exit(main())

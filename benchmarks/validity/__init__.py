"""How well the rules tell who will leave, over public learner data: `python -m benchmarks.validity learners.csv`.

The study itself is a part of the app, vsv_app/study, so that a school can run it on its own records; here is what turns public data
into its file. Nothing is downloaded; docs/early-warning.md says where data can be had.
"""

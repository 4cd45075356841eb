"""How well rules tell, over records of learners of whom it is known what became of them: `python -m vsv_app.study learners.csv`.

A program for the coordinator of a school, over the file that `bench vsv-study-data` writes, and for a researcher. It reads that one file,
writes what is asked for and nothing else. It needs no bench; docs/early-warning.md says what its figures mean.
"""

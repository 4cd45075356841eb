"""How well the rules tell who will leave, over public learner data: `python -m benchmarks.validity learners.csv`.

Precision, recall, F1, the area under the curve and the lead time of a set of rules, and the same of a plain logistic
model over the same numbers. Nothing is downloaded; docs/early-warning.md says where data can be had.
"""

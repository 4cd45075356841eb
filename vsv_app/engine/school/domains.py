"""What surveys, aims and frameworks are about: a row of the whole-school approach, and whether it is a risk or protects."""

AREAS = {1: 6, 2: 8, 3: 7, 4: 6, 5: 3}
"""The five areas (governance, learners, teachers, families, partners), with how many rows each has."""
DOMAINS = tuple(f"{area}.{row}" for area, rows in AREAS.items() for row in range(1, rows + 1))
RISK, PROTECTIVE, NEITHER = "Risk", "Protective", "Neither"
FACTORS = (RISK, PROTECTIVE, NEITHER)

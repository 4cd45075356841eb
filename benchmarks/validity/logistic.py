"""A plain logistic model: the usual comparison for rules. Fitted by Newton's method, with a little shrinkage."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from random import Random

Row = Sequence[float | None]
"""The numbers of one learner; None is no data, and stands for the mean."""

SHRINKAGE = 1.0
"""Weight of the penalty on squared coefficients of standardised numbers: keeps a separable sample finite."""
MOST_STEPS = 30
SMALL_STEP = 1e-6
FARTHEST = 30.0
"""Beyond, a probability is 0 or 1 to thirteen digits."""


@dataclass(frozen=True)
class Model:
	"""Means and spreads of the numbers it was fitted on, and its coefficients, the first of which is the constant."""

	means: tuple[float, ...]
	spreads: tuple[float, ...]
	coefficients: tuple[float, ...]

	def probability(self, row: Row) -> float:
		"""The chance of the outcome, from 0 to 1."""
		standard = _standard(row, self.means, self.spreads)
		return _logistic(sum(c * x for c, x in zip(self.coefficients, standard, strict=True)))


def fit(rows: Sequence[Row], outcomes: Sequence[bool]) -> Model:
	"""The model of highest penalised likelihood; needs at least one row."""
	means, spreads = zip(*(_mean_and_spread(column) for column in zip(*rows, strict=True)), strict=True)
	standard = [_standard(row, means, spreads) for row in rows]
	size = len(means) + 1
	coefficients = [0.0] * size
	for _step in range(MOST_STEPS):
		# The constant is not shrunk.
		gradient = [0.0, *(-SHRINKAGE * c for c in coefficients[1:])]
		curve = [[SHRINKAGE * (i == j and i > 0) for j in range(size)] for i in range(size)]
		curve[0][0] = 1e-9
		for row, outcome in zip(standard, outcomes, strict=True):
			chance = _logistic(sum(c * x for c, x in zip(coefficients, row, strict=True)))
			off, weight = outcome - chance, chance * (1 - chance)
			for i, x in enumerate(row):
				gradient[i] += off * x
				own, weighted = curve[i], weight * x
				for j in range(i + 1):
					own[j] += weighted * row[j]
		for i in range(size):
			for j in range(i):
				curve[j][i] = curve[i][j]
		change = _solved(curve, gradient)
		coefficients = [c + d for c, d in zip(coefficients, change, strict=True)]
		if max(map(abs, change)) < SMALL_STEP:
			break
	return Model(tuple(means), tuple(spreads), tuple(coefficients))


def out_of_fold(rows: Sequence[Row], outcomes: Sequence[bool], folds: int, chance: Random) -> list[float]:
	"""The probability of each row by a model that was fitted without it; both outcomes are spread over the folds."""
	fold_of = [0] * len(rows)
	for wanted in (False, True):
		members = [at for at, outcome in enumerate(outcomes) if outcome == wanted]
		chance.shuffle(members)
		for place, at in enumerate(members):
			fold_of[at] = place % folds
	found = [0.0] * len(rows)
	for fold in range(folds):
		others = [at for at, own in enumerate(fold_of) if own != fold]
		model = fit([rows[at] for at in others], [outcomes[at] for at in others])
		for at, own in enumerate(fold_of):
			if own == fold:
				found[at] = model.probability(rows[at])
	return found


def _logistic(x: float) -> float:
	return 1 / (1 + exp(-max(-FARTHEST, min(FARTHEST, x))))


def _mean_and_spread(column: Sequence[float | None]) -> tuple[float, float]:
	known = [value for value in column if value is not None]
	if not known:
		return 0.0, 1.0
	mean = sum(known) / len(known)
	return mean, (sum((value - mean) ** 2 for value in known) / len(known)) ** 0.5 or 1.0


def _standard(row: Row, means: Sequence[float], spreads: Sequence[float]) -> list[float]:
	return [1.0, *(0.0 if v is None else (v - m) / s for v, m, s in zip(row, means, spreads, strict=True))]


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
	"""x of matrix x = right, by elimination with the largest pivot; the matrix is positive definite."""
	rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
	size = len(rows)
	for at in range(size):
		pivot = max(range(at, size), key=lambda other: abs(rows[other][at]))
		rows[at], rows[pivot] = rows[pivot], rows[at]
		for below in range(at + 1, size):
			share = rows[below][at] / rows[at][at]
			rows[below] = [x - share * y for x, y in zip(rows[below], rows[at], strict=True)]
	found = [0.0] * size
	for at in reversed(range(size)):
		known = sum(rows[at][other] * found[other] for other in range(at + 1, size))
		found[at] = (rows[at][size] - known) / rows[at][at]
	return found

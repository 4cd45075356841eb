"""A plain logistic model: the usual comparison for rules. Fitted by Newton's method, with a little shrinkage.

Numbers come by column, as all arithmetic is on columns: a year of a large college is fitted in seconds without a library.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from math import exp, isnan
from operator import mul, sub
from random import Random

Column = Sequence[float]
"""One number of each learner; NaN is no data, and stands for the mean."""

SHRINKAGE = 1.0
"""Weight of the penalty on squared coefficients of standardised numbers: keeps a separable sample finite."""
MOST_STEPS = 30
SMALL_STEP = 1e-4
"""Of a standardised coefficient: no order of learners hangs on less."""
FARTHEST = 30.0
"""Beyond, a probability is 0 or 1 to thirteen digits."""


@dataclass(frozen=True)
class Model:
	"""Means and spreads of the columns it was fitted on, and its coefficients, the first of which is the constant."""

	means: tuple[float, ...]
	spreads: tuple[float, ...]
	coefficients: tuple[float, ...]

	def probabilities(self, columns: Sequence[Column]) -> list[float]:
		"""The chance of the outcome of each row, from 0 to 1."""
		standard = [
			_standard(column, mean, spread)
			for column, mean, spread in zip(columns, self.means, self.spreads, strict=True)
		]
		return list(map(_logistic, _sums(standard, self.coefficients, len(columns[0]) if columns else 0)))


def fit(columns: Sequence[Column], outcomes: Sequence[bool], start: Sequence[float] | None = None) -> Model:
	"""The model of highest penalised likelihood; needs at least one column and row. `start`: coefficients to begin from."""
	means, spreads = zip(*map(_mean_and_spread, columns), strict=True)
	standard = [_standard(*one) for one in zip(columns, means, spreads, strict=True)]
	cases, size = len(outcomes), len(columns) + 1
	happened = list(map(float, outcomes))
	coefficients = list(start or [0.0] * size)
	for _step in range(MOST_STEPS):
		chances = list(map(_logistic, _sums(standard, coefficients, cases)))
		off = list(map(sub, happened, chances))
		weights = [chance * (1 - chance) for chance in chances]
		# The constant is not shrunk.
		gradient = [sum(off)]
		curve = [[0.0] * size for _ in range(size)]
		curve[0][0] = sum(weights) + 1e-9
		for i, column in enumerate(standard, start=1):
			gradient.append(sum(map(mul, off, column)) - SHRINKAGE * coefficients[i])
			weighted = list(map(mul, weights, column))
			curve[i][0] = curve[0][i] = sum(weighted)
			for j in range(1, i + 1):
				curve[i][j] = curve[j][i] = sum(map(mul, weighted, standard[j - 1])) + SHRINKAGE * (i == j)
		change = _solved(curve, gradient)
		coefficients = [c + d for c, d in zip(coefficients, change, strict=True)]
		if max(map(abs, change)) < SMALL_STEP:
			break
	return Model(tuple(means), tuple(spreads), tuple(coefficients))


def folds_of(outcomes: Sequence[bool], folds: int, chance: Random) -> list[int]:
	"""The fold of each row; both outcomes are spread over all of them."""
	fold_of = [0] * len(outcomes)
	for wanted in (False, True):
		members = [at for at, outcome in enumerate(outcomes) if outcome == wanted]
		chance.shuffle(members)
		for place, at in enumerate(members):
			fold_of[at] = place % folds
	return fold_of


def out_of_fold(
	columns: Sequence[Column], outcomes: Sequence[bool], fold_of: Sequence[int], folds: int
) -> list[float]:
	"""The probability of each row by a model that was fitted without its fold."""
	found = [0.0] * len(outcomes)
	whole = fit(columns, outcomes)
	for fold in range(folds):
		others = [own != fold for own in fold_of]
		kept = [list(compress(column, others)) for column in columns]
		model = fit(kept, list(compress(outcomes, others)), whole.coefficients)
		here = [at for at, own in enumerate(fold_of) if own == fold]
		for at, chance in zip(
			here, model.probabilities([[column[at] for at in here] for column in columns]), strict=True
		):
			found[at] = chance
	return found


def telling(columns: Iterable[Column]) -> list[Column]:
	"""The columns that differ between learners, each once: what is the same for all, or said before, tells nothing."""
	found: dict[tuple[float | None, ...], Column] = {}
	for column in columns:
		key = tuple(None if isnan(value) else value for value in column)
		if len(set(key)) > 1:
			found.setdefault(key, column)
	return list(found.values())


def _sums(columns: Sequence[Column], coefficients: Sequence[float], cases: int) -> list[float]:
	total = [coefficients[0]] * cases
	for column, coefficient in zip(columns, coefficients[1:], strict=True):
		if coefficient:
			total = [t + coefficient * x for t, x in zip(total, column, strict=True)]
	return total


def _logistic(x: float) -> float:
	return 1 / (1 + exp(-max(-FARTHEST, min(FARTHEST, x))))


def _mean_and_spread(column: Column) -> tuple[float, float]:
	known = [value for value in column if not isnan(value)]
	if not known:
		return 0.0, 1.0
	mean = sum(known) / len(known)
	return mean, (sum((value - mean) ** 2 for value in known) / len(known)) ** 0.5 or 1.0


def _standard(column: Column, mean: float, spread: float) -> list[float]:
	return [0.0 if isnan(value) else (value - mean) / spread for value in column]


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

"""Who left early: what a school counts as that, as it has set it.

A date of leaving alone says nothing of it: somebody may have left with a qualification, or for another school.
"""

from dataclasses import dataclass
from datetime import date

from vsv_app.engine.care.plans import age_on

EARLY, QUALIFIED, ELSEWHERE, OTHER_AGE = "early", "qualified", "elsewhere", "other age"


@dataclass(frozen=True)
class Leaver:
	"""A learner who left: when, why (as it was written, or ""), born when, and the number of a certificate, where known."""

	student: str
	on: date
	reason: str = ""
	born: date | None = None
	certificate: str = ""


@dataclass(frozen=True)
class Definition:
	"""Whom a school counts as an early leaver. Ages are whole years on the day of leaving, both included; 0: no bound.

	certificate_counts   the number of a leaving certificate stands for a qualification
	qualified, elsewhere reasons that mean a qualification, and reasons that are no leaving early, such as another school
	"""

	age_from: int = 0
	age_to: int = 0
	certificate_counts: bool = True
	qualified: frozenset[str] = frozenset()
	elsewhere: frozenset[str] = frozenset()

	def of(self, leaver: Leaver) -> str:
		"""EARLY, QUALIFIED, ELSEWHERE or OTHER_AGE. Whose age is not known is of no other age."""
		reason = leaver.reason.strip().casefold()
		if (self.certificate_counts and leaver.certificate.strip()) or reason in _folded(self.qualified):
			return QUALIFIED
		if reason and reason in _folded(self.elsewhere):
			return ELSEWHERE
		if leaver.born is not None:
			age = age_on(leaver.born, leaver.on)
			if age < self.age_from or (self.age_to and age > self.age_to):
				return OTHER_AGE
		return EARLY


def _folded(reasons: frozenset[str]) -> set[str]:
	return {reason.strip().casefold() for reason in reasons} - {""}

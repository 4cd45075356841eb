"""A ballot that counts and remembers nobody: what was chosen is a number, and who has voted is kept apart from it.

BallotError(ValueError)   a ballot or a vote that cannot be; its sentence says what to change
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

BLANK = "No Preference"
"""A vote that chooses nothing, and is counted as given."""
NOT_ANONYMOUS = "There are fewer than {0} voters: this vote is not anonymous. Say so, or ask in a talk."


class BallotError(ValueError):
	"""The sentence says what to change."""


@dataclass(frozen=True)
class Ballot:
	"""What is voted on, by how many, from a day to a day, both included. `counts`: votes by option, no row for a voter."""

	options: tuple[str, ...]
	voters: int
	opens: date
	closes: date
	counts: Mapping[str, int] = field(default_factory=dict)

	def __post_init__(self) -> None:
		named = [option.strip() for option in self.options]
		if len(set(named)) < 2 or not all(named) or len(set(named)) < len(named) or BLANK in named:
			raise BallotError("Give at least two options with different names.")
		if self.voters < 1:
			raise BallotError("Say who may vote.")
		if self.closes < self.opens:
			raise BallotError("The vote closes before it opens. Change its dates.")
		if any(option not in (*self.options, BLANK) or count < 0 for option, count in self.counts.items()):
			raise BallotError("A count is for one of the options, and 0 or more.")
		if self.cast > self.voters:
			raise BallotError("There are more votes than voters.")

	@property
	def cast(self) -> int:
		return sum(self.counts.values())

	def is_open(self, today: date) -> bool:
		return self.opens <= today <= self.closes


@dataclass(frozen=True)
class Outcome:
	"""What a ballot came to. `chosen` empty: no option has the most votes. `counts` None: so few votes that they would name who gave them."""

	chosen: str
	cast: int
	voters: int
	counts: Mapping[str, int] | None


def warning(ballot: Ballot, smallest: int = SMALLEST_GROUP) -> str:
	"""What the form says before the first vote; empty where there are enough voters for nobody to be known by the vote."""
	return "" if ballot.voters >= smallest else say(NOT_ANONYMOUS, str(smallest))


def vote(ballot: Ballot, option: str, *, today: date) -> Ballot:
	"""The ballot with one vote more. Whether this voter has voted before is the caller's to know. Raises BallotError."""
	if not ballot.is_open(today):
		raise BallotError(say("One can vote from {0} to {1}.", str(ballot.opens), str(ballot.closes)))
	if option not in (*ballot.options, BLANK):
		raise BallotError(say("Choose one of: {0}.", (*ballot.options, BLANK)))
	if ballot.cast >= ballot.voters:
		raise BallotError("All votes have been given.")
	return replace(ballot, counts={**ballot.counts, option: ballot.counts.get(option, 0) + 1})


def result(ballot: Ballot, *, today: date, smallest: int = SMALLEST_GROUP) -> Outcome:
	"""The outcome, once nobody can vote any more. Raises BallotError before: a count that grows says who just voted."""
	if today <= ballot.closes:
		raise BallotError(
			say("The outcome is shown after {0}, when the vote has closed.", str(ballot.closes))
		)
	most = max((ballot.counts.get(option, 0) for option in ballot.options), default=0)
	first = [option for option in ballot.options if ballot.counts.get(option, 0) == most]
	chosen = first[0] if most and len(first) == 1 else ""
	counts = {option: ballot.counts.get(option, 0) for option in (*ballot.options, BLANK)}
	# A ballot that was said not to be anonymous hides nothing; of many voters a few who came would be known by their votes.
	hidden = ballot.voters >= smallest > ballot.cast
	return Outcome(chosen, ballot.cast, ballot.voters, None if hidden else counts)

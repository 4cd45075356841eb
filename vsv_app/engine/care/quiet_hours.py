"""When mails and text messages wait: between two times of day, over midnight too, and on days without school."""

from dataclasses import dataclass

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class QuietHours:
	"""From minute `since` up to and without minute `until` of the day; equal ones mean never. Raises ValueError."""

	since: int
	until: int

	def __post_init__(self) -> None:
		if not (0 <= self.since < MINUTES_A_DAY and 0 <= self.until < MINUTES_A_DAY):
			raise ValueError("A time of day lies between 00:00 and 23:59.")

	def hold(self, minute: int) -> bool:
		"""Whether a minute of the day is quiet."""
		if self.since <= self.until:
			return self.since <= minute < self.until
		return minute >= self.since or minute < self.until


def may_disturb(quiet: QuietHours, minute: int, *, school_day: bool) -> bool:
	"""Whether somebody may be written to now."""
	return school_day and not quiet.hold(minute)

"""A gateway's time, which carries its offset, in the school's own time, which does not."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class SchoolClock:
	"""Turns RFC 3339 times into the school's local time. Not for sharing between threads: it remembers days."""

	def __init__(self, zone: ZoneInfo) -> None:
		self.zone = zone
		self._plain: dict[tuple[str, str], bool] = {}

	def local(self, at: str) -> str:
		"""`at` as "YYYY-MM-DD HH:MM:SS.ffffff" in the school's zone. `at` must be valid RFC 3339 with an offset."""
		end = len(at) - (1 if at[-1] == "Z" else 6)
		day, offset = at[:10], at[end:]
		plain = self._plain.get((day, offset))
		if plain is None:
			plain = self._plain[day, offset] = self._is_local(day, offset)
		if plain:
			return f"{day} {at[11:19]}.{at[20:end]:0<6}"
		return self.moment(at).isoformat(" ", "microseconds")

	def moment(self, at: str) -> datetime:
		"""`at` as a naive datetime in the school's zone."""
		end = len(at) - (1 if at[-1] == "Z" else 6)
		offset = "+00:00" if at[end:] == "Z" else at[end:]
		exact = datetime.fromisoformat(f"{at[:19]}.{at[20:end]:0<6}{offset}")
		return exact.astimezone(self.zone).replace(tzinfo=None)

	def aware(self, local: datetime) -> datetime:
		"""A local time with the offset that holds then; the first of the two where the clock goes back."""
		return local.replace(tzinfo=self.zone)

	def _is_local(self, day: str, offset: str) -> bool:
		"""Whether the school has this very offset during the whole of that day."""
		if offset == "Z":
			offset = "+00:00"
		shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6])) * (-1 if offset[0] == "-" else 1)
		midnight = datetime.combine(date.fromisoformat(day), time())
		ends = (midnight, midnight + timedelta(days=1))
		return all(end.replace(tzinfo=self.zone).utcoffset() == shift for end in ends)

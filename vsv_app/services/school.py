"""What the services need to know of the school as a whole: its code, its zone, and what it has set."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vsv_app.engine.care.early_leavers import Definition
from vsv_app.stores.store import Store

SETTINGS = "Early Warning Settings"
DEFAULT_ZONE = "Europe/Amsterdam"


@dataclass(frozen=True)
class School:
	"""The settings of one school. Times of day are minutes since midnight.

	coordinator, leader   None where nobody is set, or who is set has left: nobody waits for an answer of theirs
	"""

	code: str
	zone: ZoneInfo
	enabled: bool
	close_day_at: int
	coordinator: str | None
	leader: str | None
	escalate_after_days: int
	consent_age: int = 16

	def local(self, moment: datetime) -> datetime:
		"""An aware moment as the naive local time that records are kept in."""
		return moment.astimezone(self.zone).replace(tzinfo=None)


def load(store: Store) -> School:
	"""The school as it is set now."""
	values = store.single(SETTINGS)
	return School(
		code=values["school_code"] or "school",
		zone=ZoneInfo(values["time_zone"] or DEFAULT_ZONE),
		enabled=bool(values["enabled"]),
		close_day_at=minute_of(values["close_day_at"]),
		coordinator=_here(store, values["coordinator"]),
		leader=_here(store, values["leader"]),
		escalate_after_days=values["escalate_after_days"] or 0,
		consent_age=int(values["consent_age"] or 0),
	)


def early_leavers(store: Store) -> Definition:
	"""Whom the school counts as an early leaver."""
	values = store.single(SETTINGS)
	return Definition(
		age_from=int(values.get("leaver_age_from") or 0),
		age_to=int(values.get("leaver_age_to") or 0),
		certificate_counts=bool(values.get("leaver_certificate_counts")),
		qualified=frozenset(_lines(values.get("leaver_qualified_reasons"))),
		elsewhere=frozenset(_lines(values.get("leaver_elsewhere_reasons"))),
	)


def _lines(text: str | None) -> list[str]:
	return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _here(store: Store, user: str | None) -> str | None:
	return user if user and store.is_here(user) else None


def minute_of(time_of_day: timedelta | None) -> int:
	"""Minutes since midnight of a Time field; 0 where it is empty."""
	return int(time_of_day.total_seconds()) // 60 if time_of_day is not None else 0

"""The time that a door wrote on a tap is evidence: Monday's taps do not become Friday's."""

from datetime import date, datetime, time, timedelta, timezone

import pytest

from vsv_app.engine.attendance.tap_time import CERTAIN, DAY_CERTAIN, HELD, Dated, TapDating, Written

UTC = timezone.utc
MONDAY, FRIDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 20), date(2026, 11, 24)


def at(day: date, text: str) -> datetime:
	return datetime.combine(day, time.fromisoformat(text), UTC)


NOW = at(MONDAY, "08:30")
OLDEST = MONDAY - timedelta(days=400)


def dated(tap: Written, *, certain_until: datetime | None = None, now: datetime = NOW) -> Dated:
	return TapDating(lambda moment: moment.replace(tzinfo=None), certain_until, now).date(tap)


@pytest.mark.parametrize(
	("tap", "certain_until", "expected"),
	[
		(Written(at(MONDAY, "08:20"), "synced"), None, Dated(CERTAIN, MONDAY, MONDAY)),
		(Written(at(MONDAY, "08:20"), "holdover"), at(FRIDAY, "15:00"), Dated(CERTAIN, MONDAY, MONDAY)),
		# It was carried here after days, late is not wrong.
		(Written(at(FRIDAY, "08:20"), "synced"), at(FRIDAY, "08:19"), Dated(CERTAIN, FRIDAY, FRIDAY)),
		# A Pi without a clock wakes up at the time of its last shutdown, it was after that, and before now.
		(Written(at(FRIDAY, "15:01"), "unsynced"), at(FRIDAY, "15:00"), Dated(HELD, FRIDAY, MONDAY)),
		(Written(at(FRIDAY, "15:01"), "unsynced", at(MONDAY, "07:59"), at(MONDAY, "08:25")), None, Dated(DAY_CERTAIN, MONDAY, MONDAY)),
		(Written(at(FRIDAY, "15:01"), "unsynced"), at(MONDAY, "07:55"), Dated(DAY_CERTAIN, MONDAY, MONDAY)),
		# Ahead of the app's clock by a day, and said to be right.
		(Written(at(TUESDAY, "08:30"), "synced"), at(MONDAY, "08:00"), Dated(DAY_CERTAIN, MONDAY, MONDAY)),
		(Written(at(TUESDAY, "08:30"), "synced"), None, Dated(HELD, MONDAY, MONDAY)),
		(Written(at(MONDAY, "08:34"), "synced"), None, Dated(CERTAIN, MONDAY, MONDAY)),
		# Before the door's own last known time.
		(Written(at(FRIDAY, "08:20"), "synced"), at(MONDAY, "08:10"), Dated(DAY_CERTAIN, MONDAY, MONDAY)),
		(Written(at(FRIDAY, "08:20"), "synced"), at(FRIDAY, "15:00"), Dated(HELD, FRIDAY, MONDAY)),
		(Written(at(MONDAY, "08:07"), "synced"), at(MONDAY, "08:10"), Dated(CERTAIN, MONDAY, MONDAY)),
		# Never set, and nothing known before. It may be as long ago as a gateway holds anything.
		(Written(datetime(1970, 1, 1, tzinfo=UTC), "unsynced"), None, Dated(HELD, OLDEST, MONDAY)),
		(Written(at(OLDEST, "08:31"), "synced"), None, Dated(CERTAIN, OLDEST, OLDEST)),
		# Said to be right and cannot be, long ago or in a thousand years. Nothing of it is believed.
		(Written(datetime(1970, 1, 1, tzinfo=UTC), "synced"), None, Dated(HELD, OLDEST, MONDAY)),
		(Written(at(OLDEST, "08:29"), "synced"), None, Dated(HELD, OLDEST, MONDAY)),
		(Written(datetime(2999, 12, 31, tzinfo=UTC), "synced"), None, Dated(HELD, OLDEST, MONDAY)),
		(Written(datetime(2999, 12, 31, tzinfo=UTC), "holdover"), at(MONDAY, "08:00"), Dated(DAY_CERTAIN, MONDAY, MONDAY)),
		# Bounds that cannot be bound nothing.
		(Written(at(MONDAY, "08:20"), "unsynced", datetime(1970, 1, 1, tzinfo=UTC), datetime(1971, 1, 1, tzinfo=UTC)), None, Dated(HELD, OLDEST, MONDAY)),
		(Written(at(MONDAY, "08:20"), "unsynced", datetime(2999, 1, 1, tzinfo=UTC), datetime(2999, 1, 2, tzinfo=UTC)), None, Dated(HELD, MONDAY, MONDAY)),
	],
)  # fmt: skip
def test_the_day_of_a_tap(tap: Written, certain_until: datetime | None, expected: Dated) -> None:
	assert dated(tap, certain_until=certain_until) == expected


def test_what_is_certain_goes_forward_alone() -> None:
	dating = TapDating(lambda moment: moment.replace(tzinfo=None), at(MONDAY, "08:00"), at(MONDAY, "08:30"))
	for tap in (Written(at(TUESDAY, "08:00"), "synced"), Written(at(MONDAY, "08:10"), "unsynced"), Written(at(MONDAY, "07:58"), "synced")):  # fmt: skip
		dating.date(tap)
	assert dating.certain_until == at(MONDAY, "08:00")
	dating.date(Written(at(MONDAY, "08:05"), "synced"))
	assert dating.certain_until == at(MONDAY, "08:00") + timedelta(minutes=5)

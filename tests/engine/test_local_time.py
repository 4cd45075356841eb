"""Times with an offset in the school's own time, through the nights in which the clock is changed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.local_time import SchoolClock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = (
	"Europe/Amsterdam",
	"UTC",
	"America/St_Johns",  # half an hour off
	"Australia/Lord_Howe",  # moves by half an hour
	"Asia/Beirut",  # changes at midnight
	"America/Havana",  # as above, and back to 0:00
	"Africa/Casablanca",
	"Pacific/Kiritimati",
)
moments = st.datetimes(
	datetime.fromisoformat("1971-01-01"),
	datetime.fromisoformat("2100-01-01"),
	timezones=st.just(ZoneInfo("UTC")),
)


def reference(at: str, zone: ZoneInfo) -> datetime:
	return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(zone).replace(tzinfo=None)


def nights_of_change(zone: ZoneInfo, year: int) -> list[datetime]:
	"""The whole hours, in UTC, after which the school's offset is another one."""
	start = datetime(year, 1, 1, tzinfo=ZoneInfo("UTC"))
	hours = [start + timedelta(minutes=30 * n) for n in range(2 * 24 * 365)]
	offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
	return [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


@given(moments, st.sampled_from(ZONES), st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
def test_any_time_with_any_offset(moment: datetime, zone: str, offset: timedelta) -> None:
	minutes = round(offset.total_seconds() / 60)
	sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
	wall = moment.replace(tzinfo=None) + timedelta(minutes=minutes if sign == "+" else -minutes)
	at = f"{wall.isoformat(timespec='microseconds')}{sign}{minutes // 60:02}:{minutes % 60:02}"
	expected = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
	clock = SchoolClock(ZoneInfo(zone))
	assert clock.moment(at) == expected
	# The second time the day is remembered.
	assert clock.local(at) == clock.local(at) == expected.isoformat(" ", "microseconds")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2026, 2027])
def test_every_quarter_around_each_change_of_the_clock(zone: str, year: int) -> None:
	clock = SchoolClock(ZoneInfo(zone))
	for change in nights_of_change(ZoneInfo(zone), year):
		for quarter in range(-4 * 30, 4 * 30):
			moment = (change + timedelta(minutes=15 * quarter)).astimezone(ZoneInfo(zone))
			at = moment.isoformat(timespec="milliseconds")
			assert clock.local(at) == moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def test_the_zones_change_as_said() -> None:
	assert len(nights_of_change(AMSTERDAM, 2026)) == 2
	assert nights_of_change(ZoneInfo("UTC"), 2026) == []


@pytest.mark.parametrize(
	("at", "local"),
	[
		("2026-11-23T08:29:58.123+01:00", "2026-11-23 08:29:58.123000"),
		("2026-11-23T07:29:58Z", "2026-11-23 08:29:58.000000"),
		("2026-11-23T07:29:58.5Z", "2026-11-23 08:29:58.500000"),
		("2026-06-01T08:29:58.123456+02:00", "2026-06-01 08:29:58.123456"),
		# Winter time kept by a gateway in summer is an hour behind.
		("2026-06-01T08:29:58+01:00", "2026-06-01 09:29:58.000000"),
		# The night forward, from 2 to 3.
		("2026-03-29T01:59:59+01:00", "2026-03-29 01:59:59.000000"),
		("2026-03-29T02:00:00+01:00", "2026-03-29 03:00:00.000000"),
		# The night back, in which 2 comes twice.
		("2026-10-25T02:30:00+02:00", "2026-10-25 02:30:00.000000"),
		("2026-10-25T02:30:00+01:00", "2026-10-25 02:30:00.000000"),
		# Another day.
		("2026-11-23T23:30:00Z", "2026-11-24 00:30:00.000000"),
		("2026-12-31T23:30:00-00:00", "2027-01-01 00:30:00.000000"),
	],
)
def test_amsterdam(at: str, local: str) -> None:
	assert SchoolClock(AMSTERDAM).local(at) == local


@given(moments, st.sampled_from(ZONES))
def test_a_local_time_gets_the_offset_that_holds(moment: datetime, zone: str) -> None:
	there = moment.astimezone(ZoneInfo(zone))
	aware = SchoolClock(ZoneInfo(zone)).aware(there.replace(tzinfo=None, fold=0))
	assert aware.replace(tzinfo=None) == there.replace(tzinfo=None)
	# Where the clock goes back, a local time is the first of two.
	assert aware.astimezone(ZoneInfo("UTC")) == (there.replace(fold=0)).astimezone(ZoneInfo("UTC"))


def test_the_first_of_two_where_the_clock_goes_back() -> None:
	twice = datetime.fromisoformat("2026-10-25 02:30:00")
	assert SchoolClock(AMSTERDAM).aware(twice).isoformat() == "2026-10-25T02:30:00+02:00"


def test_order_is_kept_but_where_the_clock_goes_back() -> None:
	clock = SchoolClock(AMSTERDAM)
	told = [f"2026-11-23T{hour:02}:00:00+01:00" for hour in range(24)]
	assert [clock.local(at) for at in told] == sorted(clock.local(at) for at in told)

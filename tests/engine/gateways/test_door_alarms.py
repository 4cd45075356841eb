"""A door that cannot read is told once while it stands, and once when it is over."""

from datetime import datetime, timedelta

from vsv_app.engine.gateways.door_alarms import AGAIN_AFTER, State, Told, to_tell

NOW = datetime.fromisoformat("2031-11-24T08:00")
LONG_AGO, JUST_NOW = NOW - timedelta(minutes=3), NOW - timedelta(minutes=1)


def test_a_fault_is_told_once_and_only_when_it_lasts() -> None:
	assert to_tell({"side": State("closed", JUST_NOW)}, {}, NOW) == ([], {})
	news, told = to_tell({"side": State("closed", LONG_AGO)}, {}, NOW)
	assert news == [("side", "closed")]
	assert to_tell({"side": State("closed", LONG_AGO)}, told, NOW + timedelta(hours=9))[0] == []


def test_the_end_is_told_once_to_who_heard_of_the_fault() -> None:
	told = {"side": Told("closed", NOW - timedelta(hours=2))}
	news, after = to_tell({"side": State("", LONG_AGO)}, told, NOW)
	assert news == [("side", "")]
	assert to_tell({"side": State("", LONG_AGO)}, after, NOW)[0] == []
	assert to_tell({"side": State("", LONG_AGO)}, {}, NOW)[0] == []


def test_a_loose_cable_is_one_fault_and_another_fault_is_news() -> None:
	over = {"side": Told("closed", NOW - timedelta(minutes=20), over=True)}
	assert to_tell({"side": State("closed", LONG_AGO)}, over, NOW)[0] == []
	assert to_tell({"side": State("silent", LONG_AGO)}, over, NOW)[0] == [("side", "silent")]
	later = NOW + AGAIN_AFTER
	assert to_tell({"side": State("closed", LONG_AGO)}, over, later)[0] == [("side", "closed")]

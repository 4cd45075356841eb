"""Aims that can be told to be reached, and values that tell on nobody."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.care.plans import MET, NOT_MET, OPEN
from vsv_app.engine.school.domains import DOMAINS, PROTECTIVE, RISK
from vsv_app.engine.school.improvement import aims
from vsv_app.engine.school.improvement.aims import (
	COUNTED,
	INDICATOR,
	JUDGEMENT,
	SCALE,
	SHARE,
	Aim,
	AimError,
	Point,
)

STARTS, DUE = date(2026, 9, 1), date(2027, 6, 28)
TODAY = STARTS + timedelta(days=150)
"""Half of the 300 days."""
AIM = Aim(
	"Fewer lessons missed",
	"2.3",
	RISK,
	"Figure of last year",
	INDICATOR,
	"absence_rate",
	9.0,
	6.0,
	DUE,
	"Attendance",
)
HEARD = replace(AIM, factor=PROTECTIVE, measured_by=SCALE, measure="Being heard", baseline=2.7, target=3.5)


def test_the_thirty_rows() -> None:
	assert len(DOMAINS) == 30
	assert DOMAINS[0] == "1.1"
	assert DOMAINS[-1] == "5.3"


@pytest.mark.parametrize(
	("change", "told"),
	[
		({"what": " "}, "Say what the aim is"),
		({"domain": "1.7"}, "from 1.1 to 5.3"),
		({"factor": "Luck"}, "what it is about"),
		({"measured_by": "Feeling"}, "how it is measured"),
		({"measure": ""}, "which indicator"),
		({"target": float("nan")}, "as numbers"),
		({"target": 9.0}, "is the value now"),
		({"due": None}, "by which day"),
		({"status": "Nearly"}, "open, met, not met"),
		({"measured_by": JUDGEMENT, "baseline": 0.0}, "from 1, not yet, to 4"),
		({"measured_by": JUDGEMENT, "baseline": 1.0, "target": 5.0}, "from 1, not yet, to 4"),
	],
)
def test_an_aim_that_nobody_could_tell_to_be_reached(change: dict[str, object], told: str) -> None:
	with pytest.raises(AimError) as refused:
		replace(AIM, **change)  # type: ignore[arg-type]
	assert [told in sentence for sentence in refused.value.missing] == [True], refused.value.missing
	assert replace(AIM, measured_by=JUDGEMENT, baseline=1.0, target=3.0).progress(2) == 0.5


@pytest.mark.parametrize(
	("value", "progress"), [(9.0, 0.0), (7.5, 0.5), (6.0, 1.0), (4.0, 1.0), (12.0, -1.0)]
)
def test_progress(value: float, progress: float) -> None:
	assert AIM.progress(value) == progress


def test_a_mean_over_people() -> None:
	values = {"a": 4.0, "b": 6.0, "c": None, "d": 8.0, "e": 10.0, "f": 12.0}
	assert aims.population_value(values, on=TODAY) == Point(TODAY, 8.0, 5)
	assert aims.population_value({**values, "f": None}, on=TODAY) == Point(TODAY, None, 4)


@given(hits=st.integers(0, 12), others=st.integers(0, 12), unknown=st.integers(0, 3))
def test_a_share_tells_on_nobody(hits: int, others: int, unknown: int) -> None:
	values: dict[str, float | None] = {f"h{n}": 1.0 for n in range(hits)}
	values |= {f"o{n}": 0.0 for n in range(others)} | {f"u{n}": None for n in range(unknown)}
	point = aims.population_value(values, on=TODAY, how=SHARE)
	assert point.of == hits + others
	if point.value is None:
		assert hits + others < 5 or 0 < hits < 5 or 0 < others < 5
	else:
		assert point.value == pytest.approx(100 * hits / (hits + others))
		assert hits in (0, *range(5, 13))
		assert others in (0, *range(5, 13))


def test_no_other_way_to_sum_up() -> None:
	with pytest.raises(ValueError, match="Median"):
		aims.population_value({}, on=TODAY, how="Median")


def days(*values: tuple[float | None, int | None]) -> list[Point]:
	return [Point(STARTS + timedelta(days=30 * n), value, of) for n, (value, of) in enumerate(values)]


def test_the_line_leaves_out_what_tells_on_somebody() -> None:
	points = days((9.0, 200), (8.0, 4), (7.5, 199))
	shown = aims.line(AIM, reversed(points), until=TODAY)
	assert shown == (points[0], Point(points[1].on, None, None), points[2])
	assert aims.line(AIM, points, until=points[0].on) == (points[0],)


def test_two_rounds_that_differ_by_a_few_people_are_not_shown_side_by_side() -> None:
	points = days((2.7, 40), (2.9, 42), (3.1, 45), (3.2, 45), (3.0, 3))
	assert [point.value for point in aims.line(HEARD, points, until=TODAY)] == [2.7, None, 3.1, 3.2, None]
	assert [point.of for point in aims.line(HEARD, points, until=TODAY)] == [40, 42, 45, 45, None]


def test_what_is_counted_is_about_nobody() -> None:
	counted = replace(AIM, measured_by=COUNTED, measure="Staff who did the course", baseline=0.0, target=40.0)
	points = days((3.0, None), (12.0, None))
	assert aims.line(counted, points, until=TODAY) == tuple(points)


def test_of_one_day_the_last_value() -> None:
	assert aims.line(AIM, [Point(STARTS, 9.0, 50), Point(STARTS, 8.0, 50)], until=TODAY) == (
		Point(STARTS, 8.0, 50),
	)


@pytest.mark.parametrize(
	("values", "progress", "behind", "suggests"),
	[
		([(9.0, 200), (8.5, 200)], 1 / 6, True, OPEN),
		([(9.0, 200), (8.1, 200)], 0.3, False, OPEN),
		([(9.0, 200), (6.0, 200), (5.0, 4)], 1.0, False, MET),
		([(9.0, 4)], None, False, OPEN),
		([], None, False, OPEN),
	],
)
def test_where_it_stands(
	values: list[tuple[float | None, int | None]], progress: float | None, behind: bool, suggests: str
) -> None:
	stands = aims.standing(AIM, days(*values), starts=STARTS, today=TODAY)
	assert stands.expected == 0.5
	assert stands.progress == (None if progress is None else pytest.approx(progress))
	assert stands.behind == behind
	assert aims.suggested(AIM, stands, TODAY) == suggests


def test_after_its_day_it_is_met_or_not_or_nobody_knows() -> None:
	late = DUE + timedelta(days=1)
	for values, suggests in (([(6.5, 200)], NOT_MET), ([(6.0, 200)], MET), ([], OPEN)):
		stands = aims.standing(AIM, days(*values), starts=STARTS, today=late)
		assert stands.expected == 1
		assert aims.suggested(AIM, stands, late) == suggests

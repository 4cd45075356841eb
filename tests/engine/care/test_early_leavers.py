"""Who counts as an early leaver: ages to the day, qualifications, and leaving for elsewhere."""

from datetime import date

import pytest

from vsv_app.engine.care.early_leavers import (
	EARLY,
	ELSEWHERE,
	OTHER_AGE,
	QUALIFIED,
	Definition,
	Leaver,
)

DUTCH = Definition(12, 26, False, frozenset({"Diploma mbo 2"}), frozenset({"Moved to another school"}))
BORN = date(1999, 11, 30)


@pytest.mark.parametrize(
	("leaver", "counted"),
	[
		(Leaver("A", date(2026, 11, 29), "Work", BORN), EARLY),
		# On the 27th birthday.
		(Leaver("A", date(2026, 11, 30), "Work", BORN), OTHER_AGE),
		(Leaver("A", date(2011, 11, 29), "Work", BORN), OTHER_AGE),
		(Leaver("A", date(2011, 11, 30), "Work", BORN), EARLY),
		# Who was born on a leap day turns 27 on the first of March.
		(Leaver("A", date(2027, 2, 28), "", date(2000, 2, 29)), EARLY),
		(Leaver("A", date(2027, 3, 1), "", date(2000, 2, 29)), OTHER_AGE),
		(Leaver("A", date(2026, 11, 29), "Work"), EARLY),
		(Leaver("A", date(2026, 11, 29), " diploma MBO 2 ", BORN), QUALIFIED),
		(Leaver("A", date(2026, 11, 29), "moved to another school", BORN), ELSEWHERE),
		(Leaver("A", date(2026, 11, 29), "Work", BORN, "C-1"), EARLY),
	],
)
def test_by_example(leaver: Leaver, counted: str) -> None:
	assert DUTCH.of(leaver) == counted


def test_where_nothing_is_set_who_left_without_a_certificate_left_early() -> None:
	as_installed = Definition()
	assert as_installed.of(Leaver("A", date(2026, 11, 29), "Moved", date(1950, 1, 1))) == EARLY
	assert as_installed.of(Leaver("A", date(2026, 11, 29), "", None, "C-1")) == QUALIFIED
	assert as_installed.of(Leaver("A", date(2026, 11, 29), "", None, "  ")) == EARLY

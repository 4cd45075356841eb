"""The life of a concern, and how restricted it begins."""

from dataclasses import replace

import pytest

from vsv_app.engine.care import concerns
from vsv_app.engine.care.concerns import (
	ALWAYS_RESTRICTED,
	CLOSED,
	IN_HAND,
	KINDS,
	OPEN,
	RESTRICTED,
	TEAM,
	Concern,
)
from vsv_app.engine.lifecycle import IllegalStep, NotYet


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wanted", [TEAM, RESTRICTED])
def test_some_kinds_begin_with_the_fewest_readers(kind: str, wanted: str) -> None:
	expected = RESTRICTED if kind in ALWAYS_RESTRICTED or wanted == RESTRICTED else TEAM
	assert concerns.first_visibility(kind, wanted) == expected


def test_a_restricted_concern_is_taken_in_hand_by_somebody() -> None:
	concern = Concern("Safety", visibility=RESTRICTED)
	with pytest.raises(NotYet, match="Name at least one person"):
		concerns.step(concern, IN_HAND)
	concerns.step(replace(concern, named=frozenset({"nurse@school.example"})), IN_HAND)
	concerns.step(replace(concern, visibility=TEAM), IN_HAND)


def test_it_is_closed_with_what_was_done_and_stays_closed() -> None:
	with pytest.raises(NotYet, match="what was done"):
		concerns.step(Concern("Home", what_was_done=" "), CLOSED)
	concerns.step(Concern("Home", what_was_done="A talk at home"), CLOSED)
	for after in (OPEN, IN_HAND):
		with pytest.raises(IllegalStep):
			concerns.step(Concern("Home", status=CLOSED, what_was_done="A talk at home"), after)

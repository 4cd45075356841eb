"""A number counts when the reader says it twice within the window, once for each tap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readers import BadgeRead, Confirmation, Fault


def read(card: str, at: int = 0) -> BadgeRead:
	return BadgeRead(card, "rdm6300", at)


def test_the_second_equal_read_passes_with_the_offset_of_the_first():
	confirmation = Confirmation()
	assert confirmation.judge(read("A1", 0), 10.0) is None
	assert confirmation.judge(read("A1", 14), 10.06) == read("A1", 0)._replace(reads=2)
	assert confirmation.expired(11.0) == []


def test_a_held_card_passes_once_however_long_it_is_held():
	confirmation = Confirmation()
	passed = [confirmation.judge(read("A1"), 10 + i * 0.06) for i in range(500)]
	assert [item is not None for item in passed] == [False, True] + [False] * 498
	assert confirmation.expired(100.0) == []


def test_a_card_taken_away_and_shown_again_is_confirmed_anew():
	confirmation = Confirmation(window_s=0.25)
	for start in (10.0, 12.0):
		assert confirmation.judge(read("A1"), start) is None
		assert confirmation.judge(read("A1"), start + 0.06) is not None


def test_a_ghost_never_passes_and_is_counted_once():
	confirmation = Confirmation(window_s=0.25)
	assert confirmation.judge(read("F000060007", 3), 10.0) is None
	assert confirmation.expired(10.25) == []
	assert confirmation.expired(10.26) == [Fault("unconfirmed", 3)]
	assert confirmation.expired(10.27) == []
	assert confirmation.judge(read("F000060007", 17), 10.3) is None


def test_another_card_between_two_reads_displaces_the_first():
	confirmation = Confirmation()
	assert confirmation.judge(read("A1", 0), 10.0) is None
	assert confirmation.judge(read("B2", 14), 10.05) is None
	assert confirmation.judge(read("A1", 28), 10.1) is None
	assert confirmation.expired(10.1) == [Fault("unconfirmed", 0), Fault("unconfirmed", 14)]
	assert confirmation.judge(read("A1", 42), 10.15) == read("A1", 28)._replace(reads=2)


@pytest.mark.parametrize("window", [0, -1, float("nan")])
def test_a_window_that_can_never_hold_is_refused(window):
	with pytest.raises(ValueError, match="longer than 0"):
		Confirmation(window_s=window)


@given(
	st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0.001, 1.0)), max_size=40),
	st.floats(0.05, 0.5),
)
def test_every_read_is_passed_confirmed_repeated_or_counted(steps, window):
	"""Each run of equal reads within the window gives one pass, or one fault when it is one read long."""
	confirmation = Confirmation(window_s=window)
	now, passed, faults, runs, last = 0.0, 0, 0, [], None
	for card, wait in steps:
		before, now = now, now + wait
		if last == card and now - before <= window:
			runs[-1] += 1
		else:
			runs.append(1)
		last = card
		passed += confirmation.judge(read(card), now) is not None
		faults += len(confirmation.expired(now))
	faults += len(confirmation.expired(now + window + 1))
	assert passed == sum(run > 1 for run in runs)
	assert faults == sum(run == 1 for run in runs)

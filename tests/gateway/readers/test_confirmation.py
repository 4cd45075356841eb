"""A number counts when the reader says it twice within the window, once for each tap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readers import BadgeRead, Confirmation, Fault
from gateway.readers.confirmation import WAITING_LIMIT


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


def test_ghosts_between_two_reads_keep_nobody_waiting():
	confirmation = Confirmation()
	assert confirmation.judge(read("A1", 0), 10.0) is None
	assert confirmation.judge(read("F0", 14), 10.05) is None
	assert confirmation.judge(read("A1", 28), 10.1) == read("A1", 0)._replace(reads=2)
	assert confirmation.expired(10.1) == [Fault("unconfirmed", 14)]


def test_a_ghost_does_not_count_a_held_card_twice():
	confirmation = Confirmation()
	cards = [card for i in range(20) for card in ("A1", "A1", f"F{i}")]
	passed = [confirmation.judge(read(card), 10 + i * 0.06) for i, card in enumerate(cards)]
	assert [item.card for item in passed if item] == ["A1"]
	assert len(confirmation.expired(100.0)) == 20


def test_another_card_that_is_confirmed_ends_the_first_ones_presence():
	confirmation = Confirmation()
	cards = ["A1", "A1", "B2", "B2", "A1", "A1"]
	passed = [confirmation.judge(read(card), 10 + i * 0.06) for i, card in enumerate(cards)]
	assert [item.card if item else None for item in passed] == [None, "A1", None, "B2", None, "A1"]


def test_no_more_wait_than_can_be_cards():
	confirmation = Confirmation(window_s=1000)
	for i in range(100):
		assert confirmation.judge(read(f"F{i}", i), 10.0) is None
	assert [fault.at for fault in confirmation.expired(10.0)] == list(range(100 - WAITING_LIMIT))
	assert [fault.at for fault in confirmation.end()] == list(range(100 - WAITING_LIMIT, 100))


@pytest.mark.parametrize("window", [0, -1, float("nan")])
def test_a_window_that_can_never_hold_is_refused(window):
	with pytest.raises(ValueError, match="longer than 0"):
		Confirmation(window_s=window)


@given(
	st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0.001, 1.0)), max_size=40),
	st.floats(0.05, 0.5),
)
def test_every_read_is_passed_confirmed_repeated_or_counted(steps, window):
	confirmation = Confirmation(window_s=window)
	now, times, firsts, faults, repeats, present, seen = 0.0, [], [], [], 0, None, 0.0
	for index, (card, wait) in enumerate(steps):
		now += wait
		times.append(now)
		held = card == present and now - seen <= window
		passed = confirmation.judge(read(card, index), now)
		if passed:
			assert (passed.card, passed.reads) == (card, 2)
			assert steps[passed.at][0] == card
			assert now - times[passed.at] <= window
			assert not held
			firsts.append(passed.at)
			present = card
		repeats += held
		seen = now if held or passed else seen
		faults += [fault.at for fault in confirmation.expired(now)]
	faults += [fault.at for fault in confirmation.expired(now + window + 1)]
	assert len({*firsts, *faults}) == len(firsts) + len(faults)
	assert len(steps) == 2 * len(firsts) + len(faults) + repeats

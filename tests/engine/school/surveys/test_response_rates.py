"""Whom we have not heard yet, while a round is open, and under which name answers are counted."""

from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.school.surveys.questionnaires import (
	AUDIENCES,
	FAMILIES,
	LEARNERS,
	OTHER_STAFF,
	PARTNERS,
	TEACHING_STAFF,
)
from vsv_app.engine.school.surveys.response_rates import (
	STAFF,
	Response,
	counting_places,
	in_audiences,
	response,
	smallest_cell,
	voices,
)


def test_who_has_answered_least_stands_first() -> None:
	invited = {(LEARNERS, ("A",)): 25, (LEARNERS, ("B",)): 24, (LEARNERS, ("C",)): 3, (FAMILIES, ()): 60}
	answered = {(LEARNERS, ("A",)): 22, (LEARNERS, ("B",)): 6, (LEARNERS, ("C",)): 1, (FAMILIES, ()): 12}
	assert response(invited, answered, breakdowns=1) == [
		Response(LEARNERS, (), 52, 30),
		Response(LEARNERS, (("B",), ("C",)), 27, 5),
		Response(LEARNERS, (("A",),), 25, 20),
		Response(FAMILIES, (), 60, 10),
	]
	assert [one.audience for one in response(invited, answered)] == [LEARNERS, FAMILIES]


def test_never_more_than_all() -> None:
	(one,) = response({(LEARNERS, ()): 23}, {(LEARNERS, ()): 23})
	assert (one.answered, one.share) == (25, 1.0)
	(one,) = response({(LEARNERS, ()): 10}, {})
	assert (one.answered, one.share) == (0, 0.0)


def test_who_is_shown_as_whom() -> None:
	assert voices({TEACHING_STAFF: 20, OTHER_STAFF: 5}) == {
		TEACHING_STAFF: TEACHING_STAFF,
		OTHER_STAFF: OTHER_STAFF,
	}
	assert voices({TEACHING_STAFF: 20, OTHER_STAFF: 4}) == {TEACHING_STAFF: STAFF, OTHER_STAFF: STAFF}
	assert voices({TEACHING_STAFF: 3, OTHER_STAFF: 1, PARTNERS: 4, LEARNERS: 5}) == {LEARNERS: LEARNERS}
	assert voices({OTHER_STAFF: 4}) == {}
	assert [smallest_cell(breakdowns) for breakdowns in (0, 1, 2)] == [5, 5, 10]
	assert smallest_cell(2, 12) == 12


def test_five_caretakers_are_counted_as_staff_from_the_start() -> None:
	invited = {
		(TEACHING_STAFF, ("North",)): 20, (TEACHING_STAFF, ("South",)): 2, (OTHER_STAFF, ("North",)): 4,
		(LEARNERS, ("North",)): 90, (LEARNERS, ("South",)): 80, (PARTNERS, ("North",)): 3,
	}  # fmt: skip
	assert counting_places(invited, breakdowns=1) == {
		(TEACHING_STAFF, ("North",)): (STAFF, ("North + South",)),
		(TEACHING_STAFF, ("South",)): (STAFF, ("North + South",)),
		(OTHER_STAFF, ("North",)): (STAFF, ("North + South",)),
		(LEARNERS, ("North",)): (LEARNERS, ("North",)),
		(LEARNERS, ("South",)): (LEARNERS, ("South",)),
	}
	assert set(counting_places(invited).values()) == {(STAFF, ()), (LEARNERS, ())}


PLACES = st.tuples(st.sampled_from(AUDIENCES), st.tuples(st.sampled_from("PQR"), st.sampled_from("abcd")))


@given(st.dictionaries(PLACES, st.integers(1, 20)))
def test_no_count_is_kept_of_fewer_than_can_be_shown(invited: dict[tuple[str, tuple[str, str]], int]) -> None:
	places = counting_places(invited, breakdowns=2)
	counted: dict[object, int] = {}
	for place, name in places.items():
		counted[name] = counted.get(name, 0) + invited[place]
	by_voice = in_audiences({name: people for name, people in counted.items()})  # type: ignore[misc]
	for (voice, _group), people in counted.items():  # type: ignore[misc]
		assert people >= 10 or people == by_voice[voice]
	assert all(people >= 5 for people in counted.values())

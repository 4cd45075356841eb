"""The life of a round: what is promised is kept, and nothing changes under those who have answered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.engine.school.surveys.made import question, questionnaire, section
from vsv_app.engine.lifecycle import IllegalStep, NotYet, StepRefused
from vsv_app.engine.school.surveys import rounds
from vsv_app.engine.school.surveys.questionnaires import (
	FAMILIES,
	LEARNERS,
	OTHER_STAFF,
	PARTNERS,
	TEACHING_STAFF,
)
from vsv_app.engine.school.surveys.rounds import (
	ANNOUNCED,
	CLOSED,
	COUNTED,
	DRAFT,
	LIFE,
	NAMED,
	OPEN,
	PUBLISHED,
	TOLD_BACK,
	Frozen,
	SurveyRound,
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
ASKED = questionnaire(
	section(
		"S", question("L", [LEARNERS, FAMILIES]), question("S", [TEACHING_STAFF, OTHER_STAFF], parallel="L")
	),
	section("W", question("W", [LEARNERS], scale="")),
)
READY = SurveyRound(
	questionnaire=ASKED,
	audiences=(LEARNERS, TEACHING_STAFF),
	breakdowns=("Programme",),
	purpose="To know where we stand",
	readers="The care team",
	remarks_reader="the coordinator",
	opens=TODAY,
	closes=TODAY + 10 * DAY,
	tell_back_by=TODAY + 30 * DAY,
	invited={LEARNERS: 400, TEACHING_STAFF: 30},
)


def asks_for(round_: SurveyRound, after: str, today: date = TODAY) -> str:
	with pytest.raises(NotYet) as refused:
		rounds.step(round_, after, today=today)
	return str(refused.value)


def test_the_whole_life() -> None:
	day, after_it = TODAY, TODAY + 11 * DAY
	for before, after, today in (
		(DRAFT, ANNOUNCED, day), (ANNOUNCED, OPEN, day), (OPEN, CLOSED, after_it), (CLOSED, PUBLISHED, after_it),
	):  # fmt: skip
		rounds.step(replace(READY, status=before, answered=300), after, today=today)
	rounds.step(
		replace(READY, status=PUBLISHED, told="A quiet room opens in March."), TOLD_BACK, today=after_it
	)


@pytest.mark.parametrize(
	("change", "says"),
	[
		({"questionnaire": None}, "Choose a questionnaire"),
		({"audiences": ()}, "a round that asks nobody has no answer"),
		({"audiences": (LEARNERS, "Neighbours")}, "There is no audience 'Neighbours'"),
		({"audiences": (LEARNERS, PARTNERS)}, "asks Partners nothing"),
		({"audiences": (LEARNERS, LEARNERS)}, "Choose each audience once"),
		({"mode": "Secret"}, "A round is one of these: Anonymous, Named"),
		({"mode": NAMED}, "Only learners are asked by name"),
		({"breakdowns": ("Programme", "Group", "Gender")}, "at most two breakdowns"),
		({"breakdowns": ("Group", "Group")}, "Choose each breakdown once"),
		({"purpose": " "}, "Say what the answers are for"),
		({"readers": ""}, "Say who will read the results"),
		({"remarks_reader": ""}, "Name the one person who reads remarks first"),
		({"opens": None}, "Say from when to when"),
		({"closes": TODAY - DAY}, "It closes before it opens. Change its days. Its last day is past"),
		({"tell_back_by": None}, "by which day people hear what came of it"),
		({"tell_back_by": TODAY + 10 * DAY}, "by which day people hear what came of it"),
	],
)
def test_what_an_announcement_takes(change: dict[str, object], says: str) -> None:
	assert says in asks_for(replace(READY, **change), ANNOUNCED)  # type: ignore[arg-type]


def test_only_who_may_write_needs_a_reader_of_remarks() -> None:
	rounds.step(replace(READY, audiences=(TEACHING_STAFF,), remarks_reader=""), ANNOUNCED, today=TODAY)


@pytest.mark.parametrize(
	("change", "says"),
	[
		({"opens": TODAY + DAY}, "People were told that it opens on 2026-11-24"),
		({"invited": {LEARNERS: 400}}, "Nobody is invited of Teaching Staff"),
		({"invited": {LEARNERS: 400, TEACHING_STAFF: 4}}, "Fewer than 5 are invited of Teaching Staff"),
		({"purpose": ""}, "Say what the answers are for"),
	],
)
def test_what_opening_takes(change: dict[str, object], says: str) -> None:
	assert says in asks_for(replace(READY, status=ANNOUNCED, **change), OPEN)  # type: ignore[arg-type]


def test_a_few_of_the_staff_are_asked_with_the_others() -> None:
	staff = replace(
		READY,
		status=ANNOUNCED,
		audiences=(TEACHING_STAFF, OTHER_STAFF),
		invited={TEACHING_STAFF: 30, OTHER_STAFF: 2},
	)
	rounds.step(staff, OPEN, today=TODAY)
	named = replace(READY, status=ANNOUNCED, mode=NAMED, audiences=(LEARNERS,), invited={LEARNERS: 2})
	rounds.step(named, OPEN, today=TODAY)  # it says that it is no secret


def test_back_to_the_draft_only_while_nobody_has_answered() -> None:
	rounds.step(replace(READY, status=OPEN), DRAFT, today=TODAY)
	assert "Somebody has answered already" in asks_for(replace(READY, status=OPEN, answered=1), DRAFT)
	with pytest.raises(IllegalStep):
		rounds.step(replace(READY, status=CLOSED), OPEN, today=TODAY)


def test_nobody_is_shut_out_on_the_last_day() -> None:
	open_ = replace(READY, status=OPEN)
	last = TODAY + 10 * DAY
	assert [open_.takes_answers(day) for day in (TODAY - DAY, TODAY, last, last + DAY)] == [
		False,
		True,
		True,
		False,
	]
	assert not replace(open_, status=ANNOUNCED).takes_answers(TODAY)
	assert "Its last day is not over" in asks_for(open_, CLOSED, last)
	rounds.step(open_, CLOSED, today=last + DAY)


def test_names_are_taken_out_and_people_told() -> None:
	assert "3 remarks were not read yet" in asks_for(
		replace(READY, status=CLOSED, remarks_waiting=3), PUBLISHED
	)
	assert "Write down what came of it" in asks_for(replace(READY, status=PUBLISHED, told=" "), TOLD_BACK)
	promised = READY.tell_back_by
	assert promised is not None
	late = [replace(READY, status=status).tell_back_overdue(promised + DAY) for status in LIFE.states]
	assert late == [False, True, True, True, True, False]
	assert not replace(READY, status=PUBLISHED).tell_back_overdue(promised)


@pytest.mark.parametrize(
	("field", "other", "until"),
	[
		("mode", NAMED, DRAFT),
		("breakdowns", (), DRAFT),
		("purpose", "Something else", DRAFT),
		("readers", "Everybody", DRAFT),
		("questionnaire", None, ANNOUNCED),
		("audiences", (LEARNERS,), ANNOUNCED),
		("opens", TODAY - DAY, ANNOUNCED),
		("closes", TODAY + 20 * DAY, OPEN),
		("tell_back_by", TODAY + 40 * DAY, PUBLISHED),
		("remarks_reader", "a colleague", TOLD_BACK),
	],
)
def test_what_freezes_when(field: str, other: object, until: str) -> None:
	"""`until`: the last status in which it may change; those of a draft before the first invitation alone."""
	for at, status in enumerate(LIFE.states):
		before = replace(READY, status=status, invited={} if status == DRAFT else READY.invited)
		after = replace(before, **{field: other})  # type: ignore[arg-type]
		if at <= LIFE.states.index(until):
			rounds.edited(before, after, TODAY)
		else:
			with pytest.raises(Frozen) as frozen:
				rounds.edited(before, after, TODAY)
			assert frozen.value.fields == (field,)


def test_going_back_to_the_draft_takes_back_no_promise() -> None:
	invited = replace(READY, status=DRAFT)
	with pytest.raises(Frozen, match="mode, breakdowns cannot change any more"):
		rounds.edited(invited, replace(invited, mode=NAMED, breakdowns=()), TODAY)


def test_an_open_round_ends_today_at_the_earliest() -> None:
	open_ = replace(READY, status=OPEN)
	rounds.edited(open_, replace(open_, closes=TODAY), TODAY)
	for closes in (None, TODAY - DAY):
		with pytest.raises(Frozen, match="choose today or a later day"):
			rounds.edited(open_, replace(open_, closes=closes), TODAY)


class LifeOfARound(RuleBasedStateMachine):
	"""Whatever people try, in whatever order."""

	def __init__(self) -> None:
		super().__init__()
		self.round, self.today, self.promised = replace(READY, invited={}), TODAY, READY

	@rule(after=st.sampled_from(LIFE.states))
	def step(self, after: str) -> None:
		try:
			rounds.step(self.round, after, today=self.today)
		except StepRefused:
			return
		self.round = replace(self.round, status=after)

	@rule(
		change=st.fixed_dictionaries(
			{},
			optional={
				"mode": st.sampled_from(rounds.MODES), "breakdowns": st.sampled_from([(), ("Programme",)]),
				"audiences": st.sampled_from([(), (LEARNERS,)]), "questionnaire": st.sampled_from([None, ASKED]),
				"closes": st.sampled_from([None, TODAY, TODAY + 5 * DAY]), "told": st.just("A quiet room"),
			},
		)
	)  # fmt: skip
	def edit(self, change: dict[str, object]) -> None:
		after = replace(self.round, **change)  # type: ignore[arg-type]
		try:
			rounds.edited(self.round, after, self.today)
		except Frozen:
			return
		self.round = after

	@rule(people=st.integers(0, 30))
	def invite(self, people: int) -> None:
		if self.round.status == ANNOUNCED:
			if people and not self.round.invitations:
				self.promised = self.round
			self.round = replace(
				self.round,
				invited=dict.fromkeys(self.round.audiences, people) if people else self.round.invited,
			)

	@rule()
	def answer(self) -> None:
		if self.round.takes_answers(self.today):
			self.round = replace(self.round, answered=self.round.answered + 1)

	@rule()
	def next_day(self) -> None:
		self.today += DAY

	@invariant()
	def promises_hold(self) -> None:
		if self.round.invitations:
			assert (self.round.mode, self.round.breakdowns) == (self.promised.mode, self.promised.breakdowns)
		if self.round.answered:
			assert self.round.status not in (DRAFT, ANNOUNCED)
			assert self.round.audiences
			assert self.round.questionnaire
		if self.round.status in COUNTED:
			assert self.round.closes is not None
			assert not self.round.takes_answers(self.today)
		if self.round.status == TOLD_BACK:
			assert self.round.told


TestLifeOfARound = LifeOfARound.TestCase

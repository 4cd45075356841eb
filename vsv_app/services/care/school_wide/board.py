"""The board for who coordinates care: the learners of the whole school, of a group or of a mentor, with who looks after each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vsv_app.engine.signals.explanation.findings import Say
from vsv_app.services import mentors
from vsv_app.services.attendance import roll
from vsv_app.services.care import mentor_board, plans
from vsv_app.services.school import School
from vsv_app.stores.queries import learners
from vsv_app.stores.queries.learners import Membership
from vsv_app.stores.queries.signals import signals
from vsv_app.stores.store import Store

MINE, SCHOOL = "mine", "school"


@dataclass(frozen=True)
class Wanted:
	"""Which learners the board shows: a group's, a mentor's, or of the whole school those something stands about; one of them in any case."""

	group: str = ""
	mentor: str = ""
	student: str = ""


def everybody(store: Store, day: date) -> Mapping[str, Membership]:
	"""The learners of the school on a day, each with the group of their own."""
	return roll.own_groups(learners.memberships(store, day, day))


def overview(
	store: Store,
	school: School,
	user: str,
	now: datetime,
	language: str = "en",
	say: Say = str,
	wanted: Wanted = Wanted(),  # noqa: B008 frozen
) -> dict[str, Any]:
	"""The board as a mentor has it, of other learners; whether the user may see them is the caller's to say."""
	today = now.date()
	of_school = everybody(store, today)
	people = mentors.load(store, today)
	chosen = _chosen(store, of_school, people, wanted)
	shown = mentor_board.overview(store, school, user, now, language, say, chosen)
	looked_after = {student: people.of(student) for student in of_school}
	names = learners.full_names(store, sorted({one for some in looked_after.values() for one in some}))
	for learner in shown["learners"]:
		learner["mentors"] = [names.get(one, one) for one in looked_after.get(learner["student"], ())]
	return {
		**shown,
		"scopes": [MINE, SCHOOL],
		"scope": SCHOOL,
		"group": wanted.group,
		"of_mentor": wanted.mentor,
		"groups": sorted({one.group for one in of_school.values()}),
		"mentors": [
			{"user": one, "name": name}
			for one, name in sorted(names.items(), key=lambda item: item[1].casefold())
		],
		"left_out": len(of_school) - len(chosen),
	}


def _chosen(
	store: Store, of_school: Mapping[str, Membership], people: mentors.Mentors, wanted: Wanted
) -> dict[str, Membership]:
	found = {
		student: one
		for student, one in of_school.items()
		if (not wanted.group or one.group == wanted.group)
		and (not wanted.mentor or wanted.mentor in people.of(student))
	}
	if not wanted.group and not wanted.mentor:
		students = sorted(found)
		about = {one.student for one in signals.listed(store, students)} if students else set()
		about |= set(plans.shown(store, students))
		found = {student: one for student, one in found.items() if student in about}
	if wanted.student in of_school:
		found[wanted.student] = of_school[wanted.student]
	return found

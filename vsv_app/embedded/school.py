"""A made-up school of 600 learners: who they are, their habits, and the days that follow from them.

Everything comes from one seed. Each learner has one habit, in these shares:

| habit | share | what it does |
| --- | --- | --- |
| steady | 77 % | ill on 1 day in 60, late once in 60 days, both as a rule reported |
| late riser | 5 % | late on 1 day in 4, by 6 to 25 minutes |
| ill once | 6 % | one spell of 2 to 4 school days, reported by the family |
| sliding away | 4 % | unreported absence that grows from 1 day in 40 to 1 day in 2 over the weeks |
| skips Mondays | 3 % | away without report on 1 Monday in 2 |
| leaves early | 3 % | out an hour or two before the end on 1 day in 4 |
| newcomer | 2 % | steady, enrolled halfway |

Nobody in it exists; the names are drawn from lists of first and last names.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FIRST_BELL, LAST_BELL = time(8, 30), time(15, 30)
SESSIONS = (
	("Lesson 1", "08:30", "09:30"),
	("Lesson 2", "09:30", "10:30"),
	("Lesson 3", "10:45", "11:45"),
	("Lesson 4", "12:15", "13:15"),
	("Lesson 5", "13:15", "14:15"),
	("Lesson 6", "14:30", "15:30"),
)
GROUP_SIZE = 25
SHARES = {
	"steady": 0.77,
	"late riser": 0.05,
	"ill once": 0.06,
	"sliding away": 0.04,
	"skips Mondays": 0.03,
	"leaves early": 0.03,
	"newcomer": 0.02,
}
FIRST_NAMES = (
	"Adam Aisha Amber Anouk Bilal Bram Britt Casper Daan Dilara Elif Emma Fatima Fleur Finn Hamza Hanna Ilse Imane"
	" Jasmijn Jesse Jonas Julia Kaan Kim Lars Lieke Lina Lotte Lucas Maja Mees Milan Mira Mohamed Naomi Niels Nora"
	" Omar Pien Rayan Ruben Salma Sem Sofie Stijn Tess Thijs Tim Yara Yusuf Zoë"
).split()
LAST_NAMES = (
	"Aalders Achterberg Bakker Benali Bos Brouwer Chahid Dekker Demir Dijkstra Doorn Evers Faber Gerritsen Haddad"
	" Hendriks Hoekstra Jansen Kaya Kok Koster Kowalski Kuipers Lammers Meijer Mulder Nguyen Oosterhuis Peeters"
	" Postma Prins Sahin Schouten Silva Smit Tahiri Timmer Veenstra Verhoeven Visser Vos Wagenaar Willems Yilmaz"
	" Zijlstra"
).split()


@dataclass(frozen=True)
class Learner:
	"""One made-up learner. `card` is what the reader reads: ten hex digits."""

	number: int
	name: str
	group: str
	habit: str
	card: str
	born: date
	enrolled: date

	@property
	def door(self) -> int:
		"""The terminal at which this learner comes in: each fifth at the side door, the others at one of the main door."""
		return 2 if self.number % 5 == 0 else self.number % 2

	@property
	def student(self) -> str:
		return f"EDU-STU-{self.enrolled.year}-{self.number:05}"


@dataclass(frozen=True)
class LearnerDay:
	"""What a learner does on one school day. No `arrives`: stays away; `reported`: the family told the school."""

	learner: Learner
	day: date
	arrives: datetime | None
	leaves: datetime | None
	reported: bool


@dataclass(frozen=True)
class MadeUpSchool:
	"""The school, its school days up to and with `today`, and how learners behave on them."""

	seed: int
	today: date
	learners: tuple[Learner, ...]
	school_days: tuple[date, ...]

	@property
	def groups(self) -> dict[str, str]:
		"""Mentor's e-mail address by group."""
		names = sorted({learner.group for learner in self.learners})
		return {name: f"mentor{at:02}@school.example" for at, name in enumerate(names, start=1)}

	def day(self, day: date) -> Iterator[LearnerDay]:
		"""Everybody's day, in the order of the learners."""
		at = self.school_days.index(day)
		for learner in self.learners:
			if learner.enrolled <= day:
				yield self._learner_day(learner, day, at)

	def _learner_day(self, learner: Learner, day: date, at: int) -> LearnerDay:
		chance = random.Random(f"{self.seed}/{learner.number}/{day}")  # noqa: S311 a model, not a secret
		away, reported = self._away(learner, day, at, chance)
		if away:
			return LearnerDay(learner, day, None, None, reported)
		late = 0.25 if learner.habit == "late riser" else 1 / 60
		minutes = (
			chance.uniform(6, 25) if chance.random() < late else -min(28.0, max(1.0, chance.gauss(11, 5)))
		)
		arrives = datetime.combine(day, FIRST_BELL) + timedelta(minutes=minutes)
		early = learner.habit == "leaves early" and chance.random() < 0.25
		stays = -chance.uniform(60, 120) if early else chance.uniform(1, 15)
		return LearnerDay(
			learner, day, arrives, datetime.combine(day, LAST_BELL) + timedelta(minutes=stays), False
		)

	def _away(self, learner: Learner, day: date, at: int, chance: random.Random) -> tuple[bool, bool]:
		"""(is away, family reported it)."""
		if learner.habit == "sliding away":
			progress = at / max(1, len(self.school_days) - 1)
			return chance.random() < 1 / 40 + progress * (1 / 2 - 1 / 40), chance.random() < 0.1
		if learner.habit == "skips Mondays" and day.weekday() == 0:
			return chance.random() < 0.5, False
		if learner.habit == "ill once":
			once = random.Random(f"{self.seed}/{learner.number}/ill")  # noqa: S311 a model, not a secret
			begins, length = once.randrange(0, len(self.school_days)), once.randint(2, 4)
			return begins <= at < begins + length, True
		return chance.random() < 1 / 60, chance.random() < 0.9


def make_school(*, seed: int, today: date, learners: int = 600, weeks: int = 8) -> MadeUpSchool:
	"""A school with `weeks` school weeks behind it and `today` as its running day."""
	days = _school_days(today, weeks)
	chance = random.Random(seed)  # noqa: S311 a model, not a secret
	habits = _habits(learners, chance)
	cards = chance.sample(range(0x01000000, 0xFE000000), learners)
	made = tuple(
		Learner(
			number=number,
			name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
			group=f"{1 + at // GROUP_SIZE // 6}{'ABCDEF'[at // GROUP_SIZE % 6]}",
			habit=habits[at],
			card=f"{chance.randrange(0x10, 0xFF):02X}{cards[at]:08X}",
			born=date(
				days[0].year - 12 - at // GROUP_SIZE // 6, chance.randint(1, 12), chance.randint(1, 28)
			),
			enrolled=days[len(days) // 2] if habits[at] == "newcomer" else days[0],
		)
		for at, number in enumerate(range(1, learners + 1))
	)
	return MadeUpSchool(seed=seed, today=today, learners=made, school_days=days)


def _school_days(today: date, weeks: int) -> tuple[date, ...]:
	first = today - timedelta(days=today.weekday(), weeks=weeks)
	span = (first + timedelta(days=n) for n in range((today - first).days + 1))
	return tuple(day for day in span if day.weekday() < 5)


def _habits(learners: int, chance: random.Random) -> list[str]:
	habits = [habit for habit, share in SHARES.items() for _ in range(round(share * learners))]
	habits = (habits + ["steady"] * learners)[:learners]
	chance.shuffle(habits)
	return habits

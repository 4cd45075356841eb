"""The preview of a rule beside the one query that fetches the year's absences, from the same database in one run.

5,000 learners, 200 school days, thirty rules in use; SQLite here, MariaDB by `site_preview.py`. One preview is the whole of it:
whom the rule would have flagged, its line at every other place, the load of each mentor, who is flagged by the thirty too, and
what leavers say. Wanted: within 5 x for a rule on any of the indicators, under 200 MB. SQLite works in this process, so that
its ratios are of processor time, which what else the machine does hardly changes; MariaDB works in one of its own, so that
its ratios are of time on the clock.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import Any

from benchmarks import evaluation
from benchmarks.evaluation import GROUP_SIZE, LEARNERS, STANDARD
from vsv_app.engine.signals.indicators.windows import Window
from vsv_app.engine.signals.rules import AT_LEAST, AT_MOST, Condition, Rule
from vsv_app.services.signals import preview
from vsv_app.stores.queries.sql import VALUE, table, update
from vsv_app.stores.sqlite_store import SqliteStore
from vsv_app.stores.store import Store

WANTED, WANTED_MB, IN_USE, ROUNDS = 5.0, 200, 30, 3
COURSES, RESULTS_A_COURSE = ("Dutch", "English", "Mathematics", "Biology"), 3
ONE_LEAVES_OF = 40
OTHERS = (
	("failed_courses", AT_LEAST, 1, "Year To Date", 0),
	("average_result", AT_MOST, 55, "School Weeks", 20),
	("incidents", AT_LEAST, 2, "School Weeks", 8),
	("absence_rate", AT_LEAST, 10, "Rolling Days", 28),
)
"""Beside the kinds of `evaluation`: records of two sources, and a window of calendar days."""


def main() -> int:
	with tempfile.TemporaryDirectory() as folder:
		path = Path(folder) / "school.sqlite"
		store = SqliteStore(path)
		days = make_school(store)
		failed = measure(store, days[-1], "SQLite", time.process_time)
		store.close()
		failed |= memory([sys.executable, "-m", "benchmarks.preview", str(path), days[-1].isoformat()])
	return int(failed)


def make_school(store: Store) -> list[date]:
	"""The school of `evaluation`, with results, incidents and leavers, and thirty rules in use."""
	days = evaluation.make_school(store, LEARNERS, exceptions_alone=True)
	chance = Random(2032)
	with store.transaction():
		_results(store, days, chance)
		_incidents(store, days, chance)
		student = table("Student")
		for number in range(0, LEARNERS, ONE_LEAVES_OF):
			change = update(student, "date_of_leaving", "reason_for_leaving").where(student.name == VALUE)
			store.run(change, [chance.choice(days[40:]), "Left", evaluation._name(number)])
	evaluation.switch_on(store, IN_USE)
	return days


def _results(store: Store, days: Sequence[date], chance: Random) -> None:
	groups = range((LEARNERS - 1) // GROUP_SIZE + 1)
	plans = [
		(
			f"BENCH-A-{group:04}-{course}-{number}",
			group,
			course,
			days[(number + 1) * len(days) // (RESULTS_A_COURSE + 1)],
		)
		for group in groups
		for course in COURSES
		for number in range(RESULTS_A_COURSE)
	]
	store.insert_rows(
		"Assessment Plan", (*STANDARD, "student_group", "course", "schedule_date"),
		[(name, *evaluation._stamps(1), f"BENCH-G-{group:04}", course, day) for name, group, course, day in plans],
	)  # fmt: skip
	store.insert_rows(
		"Assessment Result", (*STANDARD, "assessment_plan", "student", "course", "total_score", "maximum_score"),
		[
			(f"{plan}-{student}", *evaluation._stamps(1), plan, student, course, round(chance.gauss(65, 15), 1), 100)
			for plan, group, course, _day in plans
			for student in _members(group)
		],
	)  # fmt: skip


def _members(group: int) -> Iterator[str]:
	return (evaluation._name(group * GROUP_SIZE + number) for number in range(GROUP_SIZE))


def _incidents(store: Store, days: Sequence[date], chance: Random) -> None:
	store.insert_rows(
		"Student Log", (*STANDARD, "student", "date", "vsv_severity"),
		[
			(f"BENCH-L-{number:05}", *evaluation._stamps(), evaluation._name(chance.randrange(LEARNERS)),
			chance.choice(days), "Minor")
			for number in range(LEARNERS)
		],
	)  # fmt: skip


def measure(store: Store, on: date, database: str, clock: Callable[[], float] = time.perf_counter) -> bool:
	"""Ratios of previews to the one query, in the seconds of `clock`. True: too slow."""
	failed = False
	for rule in looked_at():
		# In turns, so that what else the machine does hits both alike.
		rounds = [
			(_seconds(clock, evaluation.one_query, store, on), _seconds(clock, _preview, store, on, rule))
			for _ in range(ROUNDS)
		]
		ratio = median(took / query for query, took in rounds)
		failed |= ratio > WANTED
		print(
			f"{database}: {rule.title}: {median(took for _query, took in rounds):.2f} s, the one query"
			f" {median(query for query, _took in rounds):.2f} s: {ratio:.2f} x (wanted {WANTED:.0f} or less)",
			flush=True,
		)
	return failed


def looked_at() -> Iterator[Rule]:
	kinds = [(kind[0], AT_LEAST, *kind[1:]) for kind in evaluation.KINDS]
	for indicator, comparison, threshold, kind, length in (*kinds, *OTHERS):
		window = Window(kind, length)
		condition = Condition(indicator, comparison, threshold, window)
		yield Rule("PREVIEWED", f"{indicator} {comparison} {threshold}, {window}", (condition,))


def _preview(store: Store, on: date, rule: Rule) -> str:
	return json.dumps(preview.as_json(preview.preview(store, rule, on, talks=25)))


def _seconds(clock: Callable[[], float], what: Any, *arguments: Any) -> float:
	began = clock()
	what(*arguments)
	return clock() - began


def memory(command: Sequence[str], **options: Any) -> bool:
	"""Peak memory of a process that does one preview and nothing else. True: too much."""
	done = subprocess.run([*command], check=True, capture_output=True, text=True, **options)
	peak = json.loads(done.stdout.splitlines()[-1])["mb"]
	print(f"one preview in one process: {peak:.0f} MB at most (wanted {WANTED_MB} or less)")
	return bool(peak > WANTED_MB)


def peak_of_one(store: Store, on: date) -> None:
	"""Do one preview, of the rule that asks for most, and print the most memory that this process ever had."""
	_preview(store, on, next(rule for rule in looked_at() if "failed_courses" in rule.title))
	print(json.dumps({"mb": getrusage(RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
	if len(sys.argv) > 1:
		peak_of_one(SqliteStore(sys.argv[1]), date.fromisoformat(sys.argv[2]))
	else:
		sys.exit(main())

"""`make demo`: a made-up school's morning, from the bytes of a badge terminal to the alert of a mentor.

Every part is the real one: pseudo-terminals that pyserial opens, the gateway with its outbox, a broker, the
listener, the services, and a school in one SQLite file. It ends by itself, and not well unless all counts agree.
"""

import argparse
import shutil
import signal
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from vsv_app.embedded import asked, broker, clock, evening, history, morning, page, processes, records, report
from vsv_app.embedded.school import MadeUpSchool, make_school
from vsv_app.embedded.terminals import LineReader, PtyTerminal, Rdm6300
from vsv_app.engine.attendance.door_watch import READING
from vsv_app.services import school as schools
from vsv_app.services.dispatch import daily, nightly
from vsv_app.stores.queries.attendance import check_ins
from vsv_app.stores.queries.gateways import door_watches
from vsv_app.stores.sqlite_store import SqliteStore

DATABASE = "school.sqlite"
SIDE = "side"
BEGINS, ENDS = timedelta(hours=8), timedelta(hours=9, minutes=32)
CABLE_OUT, CABLE_IN = timedelta(hours=8, minutes=12), timedelta(hours=8, minutes=40)
"""When the cable of the side door's terminal is out."""
EVENING = timedelta(hours=17, minutes=30)
DRAINS_WITHIN_S = 30.0
SHOWN_EVIDENCE = 2
WIDTH = 150
"""Columns where the output is no terminal."""


def main() -> int:
	"""Run the demo; 0 when nothing was lost and nothing counted twice."""
	options = _options()
	console = Console(width=None if sys.stdout.isatty() else WIDTH)
	folder = options.folder
	_make_room(folder)
	store = SqliteStore(folder / DATABASE)
	started = time.monotonic()
	school = make_school(seed=options.seed, today=_school_day(options.today), learners=options.learners)
	main, other, side = (folder / name for name in records.TERMINALS)
	terminals: list[PtyTerminal] = [Rdm6300(main), Rdm6300(other), LineReader(side)]
	begins = datetime.combine(school.today, datetime.min.time()) + BEGINS
	keys = records.found(store, school, [(t.path.name, t.protocol) for t in terminals], begins)
	with _progress(console) as progress:
		_play_history(store, school, keys, progress)
		sent, kind = _play_morning(store, school, keys, terminals, folder, options.speed, progress)
	counts = report.count(store, school.today, sent.expected, keys.badge_key)
	rows = report.rows(store, school.today)
	console.print(_table(rows, school.today))
	midnight = datetime.combine(school.today, datetime.min.time())
	settled = evening.settle(store, school, sent.unseen, midnight + ENDS, midnight + EVENING)
	if busiest := next(iter(report.mentors_at_work(store, school.today)), None):
		asked.ask(store, busiest, {row.student for row in rows}, report.last_moment(store))
	written = page.write(folder / "index.html", school, counts, sent, rows, kind, settled)
	_tell_of_held_days(console, settled)
	_sum_up(console, counts, sent, rows, written, time.monotonic() - started)
	for terminal in terminals:
		terminal.close()
	store.close()
	return 0 if counts.agree else 1


def _make_room(folder: Path) -> None:
	"""An empty folder; an earlier demo goes for it, and nothing else does."""
	try:
		if folder.exists():
			if any(folder.iterdir()) and not (folder / DATABASE).exists():
				sys.exit(f"{folder} holds something else than an earlier demo: name another --folder.")
			shutil.rmtree(folder)
		folder.mkdir(parents=True)
	except OSError as error:
		sys.exit(f"{folder} cannot be used ({error.strerror}): name another --folder.")


def _play_history(store: SqliteStore, school: MadeUpSchool, keys: records.Keys, progress: Progress) -> None:
	"""Eight weeks, with a look at everybody at the end of each."""
	task = progress.add_task("Eight school weeks of history", total=len(school.school_days) - 1)
	here = schools.load(store)
	done = 0

	def after_a_day() -> None:
		nonlocal done
		day = school.school_days[done]
		done += 1
		if day.weekday() == 4 or done == len(school.school_days) - 1:
			evening = datetime.combine(day, datetime.min.time()) + timedelta(hours=22)
			if done < len(school.school_days) - 1:
				history.mentors_answer(store, school, evening - timedelta(hours=6))
			daily.nightly(store, here, evening)
			nightly.look_again(store, here, evening)
		progress.advance(task)

	history.play(store, school, keys, after_a_day)


def _play_morning(
	store: SqliteStore,
	school: MadeUpSchool,
	keys: records.Keys,
	terminals: list[PtyTerminal],
	folder: Path,
	speed: float,
	progress: Progress,
) -> tuple[morning.Sent, str]:
	"""(what was held to the terminals, the broker's kind)."""
	midnight = datetime.combine(school.today, datetime.min.time())
	records.report_absences(store, school.day(school.today), midnight + BEGINS)
	blind = morning.Blind(
		records.TERMINALS.index(SIDE),
		midnight + CABLE_OUT,
		midnight + CABLE_IN,
		lambda: _state_of(store, SIDE) not in (None, READING),
	)
	taps = morning.plan(school, until=midnight + ENDS, blind=blind)
	begins = (midnight + BEGINS).replace(tzinfo=ZoneInfo(records.ZONE))
	simulated = f"{begins.isoformat()}@{speed:g}@{time.time():.3f}"
	now = clock.simulated(simulated)
	task = progress.add_task(f"{school.today:%A} morning, live, {speed:g} times as fast", total=len(taps))
	with processes.running(folder, folder / DATABASE, keys, terminals, simulated_clock=simulated) as path:
		sent = morning.play(
			taps, terminals, now, each=lambda: progress.advance(task), check=path.check, blind=blind
		)
		ends = begins + (ENDS - BEGINS)
		last = progress.add_task("Until the cut-off has passed and all is acknowledged", total=None)
		morning.wait(
			lambda: (
				now() >= ends
				and _stored(store, school.today) >= sent.reads
				and _state_of(store, SIDE) == READING
			),
			DRAINS_WITHIN_S + _seconds(ends, now, speed),
			path.check,
		)
		progress.update(last, total=1, completed=1)
		return sent, path.broker.kind


def _seconds(moment: datetime, now: clock.Clock, speed: float) -> float:
	return max(0.0, (moment - now()).total_seconds() / speed)


def _stored(store: SqliteStore, day: date) -> int:
	return len(check_ins.digests(store, day))


def _state_of(store: SqliteStore, terminal: str) -> str | None:
	"""What a terminal sees, as the gateway has told it last; None where it has told nothing yet."""
	return door_watches.newest(store, records.GATEWAY).get(terminal, (None, None))[1]


def _table(rows: list[report.Row], today: date) -> Table:
	table = Table(
		title=f"Signals that ask for attention on {today:%A %d %B %Y}", title_style="bold", show_lines=False
	)
	for heading in ("Learner", "Group", "Rule", "Observed", "Evidence", "Mentor"):
		table.add_column(heading, no_wrap=heading in ("Learner", "Group"))
	for row in rows:
		facts = [f"{item.date:%d %b} {item.fact}" for item in row.evidence[-SHOWN_EVIDENCE:]]
		more = len(row.evidence) - len(facts)
		shown = "; ".join(facts) + (f" (+{more} more)" if more > 0 else "")
		table.add_row(
			row.learner, row.group, row.rule, row.value, shown or "not seen at any terminal", row.mentor
		)
	return table


def _tell_of_held_days(console: Console, settled: evening.Evening) -> None:
	"""What the evening held, what the officer said of it, and that the day adds up."""
	console.print("[bold]Days to settle[/], in the evening:")
	for held in settled.held:
		console.print(
			f"  {held.sentence} {held.learners} learners were not seen: no record, no alarm, until a person says so."
		)
	console.print(
		f"  The officer asks their teachers, and settles them: {settled.there} there, {settled.away} away. "
		f"{settled.expected} learners had school = {settled.by_machine} by badge + {settled.by_person} by a person + {settled.left} held."
	)


def _sum_up(
	console: Console,
	counts: report.Counts,
	sent: morning.Sent,
	rows: list[report.Row],
	written: Path,
	seconds: float,
) -> None:
	verdict = "[green]all agree[/]" if counts.agree else "[bold red]they differ[/]"
	console.print(
		f"reads sent {counts.sent} = check-ins stored {counts.stored} = expected {counts.sent}; "
		f"lost {counts.lost}; double {counts.double}: {verdict}"
	)
	console.print(
		f"held twice {sent.repeated} (counted once), damaged frames {sent.damaged} (dropped and counted), "
		f"signals {len(rows)}, {seconds:.0f} s in all"
	)
	console.print(f"The page: {written}")
	console.print("Next: `make board` serves the mentor board from the same school.")


def _progress(console: Console) -> Progress:
	return Progress(
		TextColumn("{task.description}"),
		BarColumn(),
		MofNCompleteColumn(),
		TimeElapsedColumn(),
		console=console,
	)


def _school_day(day: date) -> date:
	"""The day itself, or the Friday before a weekend."""
	return day - timedelta(days=max(0, day.weekday() - 4))


def _options() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description="From badge to alert, in a made-up school.")
	parser.add_argument(
		"--folder", type=Path, default=Path("build/demo"), help="where everything of the run goes"
	)
	parser.add_argument("--seed", type=int, default=1, help="another seed makes another school")
	parser.add_argument("--learners", type=int, default=600, help="how many, at least one")
	parser.add_argument("--speed", type=float, default=60.0, help="how much faster the morning passes")
	parser.add_argument(
		"--today",
		type=date.fromisoformat,
		default=datetime.now(ZoneInfo(records.ZONE)).date(),
		help="the day to play, as 2026-11-24; of a weekend, the Friday before",
	)
	options = parser.parse_args()
	if options.learners < 1 or not 0 < options.speed < float("inf"):
		parser.error("--learners and --speed are numbers above 0")
	options.folder = options.folder.resolve()
	return options


def stopped_by_signal(number: int, _frame: object) -> NoReturn:
	"""A closed terminal and a time-out end the demo as Ctrl-C does: by leaving the blocks that stop its processes."""
	sys.exit(128 + number)


if __name__ == "__main__":
	for number in (signal.SIGTERM, signal.SIGHUP):
		signal.signal(number, stopped_by_signal)
	try:
		sys.exit(main())
	except KeyboardInterrupt:
		sys.stderr.write("\nThe demo was interrupted; nothing of it runs any more.\n")
		sys.exit(128 + signal.SIGINT)
	except (processes.ProcessEnded, broker.BrokerError) as error:
		sys.exit(f"The demo stopped: {error}")

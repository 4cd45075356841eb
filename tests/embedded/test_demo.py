"""The demo as it is run by hand, small and fast, on the broker that PyPI gives; and that it fails when counts differ."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from vsv_app.embedded import broker, demo, evening, morning, page, processes, records, report, terminals
from vsv_app.embedded.school import make_school
from vsv_app.stores.queries.signals.signals import EvidenceRow, Listed

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def run_demo(tmp_path, monkeypatch):
	"""Runs the demo of a small school without Mosquitto; returns (exit code, its folder)."""

	def run(*options: str) -> tuple[int, Path]:
		folder = tmp_path / "demo"
		arguments = ["--learners", "50", "--speed", "400", "--today", str(TUESDAY), "--folder", str(folder)]
		monkeypatch.setattr(sys, "argv", ["demo", *arguments, *options])
		return demo.main(), folder

	monkeypatch.setattr(broker, "find_mosquitto", lambda: None)
	monkeypatch.setattr(demo, "DRAINS_WITHIN_S", 200.0)
	return run


@pytest.mark.amqtt
def test_every_read_is_one_check_in_on_the_broker_from_pypi(run_demo, capsys) -> None:
	code, folder = run_demo()
	said = capsys.readouterr().out
	assert code == 0
	sent, stored, expected, lost, double = map(
		int,
		re.search(
			r"reads sent (\d+) = check-ins stored (\d+) = expected (\d+);\s+lost (\d+);\s+double (\d+)", said
		).groups(),
	)
	assert (stored, expected, lost, double) == (sent, sent, 0, 0)
	assert sent > 30
	assert re.search(r"Door\s+side\s+of\s+front-door\s+was\s+not\s+reading\s+from\s+\d\d:\d\d\s+to", said), (
		said
	)
	there, away, school, badge, person, held = map(
		int,
		re.search(
			r"settles them: (\d+) there, (\d+)\s+away\.\s+(\d+) learners had school = (\d+) by badge \+ (\d+) by a person \+\s+(\d+) held",
			said,
		).groups(),
	)
	assert there > 0
	assert (person, held, school) == (there + away, 0, badge + person)
	with closing(sqlite3.connect(folder / demo.DATABASE)) as database:
		(today,) = database.execute(
			"SELECT count(*) FROM `tabBadge Check In` WHERE school_day = ?", [str(TUESDAY)]
		).fetchone()
	assert today == sent
	written = (folder / "index.html").read_text()
	assert "amqtt" in written
	assert "Every read is a check-in, and each counts once." in written
	assert not re.search(r"{{\w+}}|(src|href)=.https?:", written), "self-contained, with every place filled"


def test_where_no_broker_can_be_had_it_says_what_to_install(run_demo, monkeypatch) -> None:
	monkeypatch.setattr(broker, "find_spec", lambda _name: None)
	with pytest.raises(broker.BrokerError, match="apt install mosquitto"):
		run_demo()


@pytest.mark.amqtt
def test_it_ends_badly_when_a_read_is_lost(run_demo, monkeypatch, capsys) -> None:
	held, stored = morning.play, demo._stored

	def one_more(*arguments, **options):
		sent = held(*arguments, **options)
		sent.expected["0A0B0C0D0E"] += 1
		return sent

	monkeypatch.setattr(morning, "play", one_more)
	# What never comes is not waited for.
	monkeypatch.setattr(demo, "_stored", lambda *of: stored(*of) + 1)
	code, folder = run_demo()
	assert code == 1
	assert re.search(r"lost 1;\s+double 0:\s+they differ", capsys.readouterr().out)
	assert "The counts differ" in (folder / "index.html").read_text()


def test_a_cable_stays_out_until_the_school_knows(tmp_path, monkeypatch) -> None:
	monkeypatch.setattr(terminals, "IS_READ_WITHIN_S", 0.0)
	eight = datetime(2026, 11, 24, 8)
	terminal, asked = terminals.LineReader(tmp_path / "side"), []

	def is_noticed() -> bool:
		asked.append(terminal.plugged_in)
		return len(asked) > 2

	taps = [morning.Tap(eight + timedelta(minutes=minute), 0, f"card {minute}") for minute in (1, 3, 5)]
	blind = morning.Blind(0, eight + timedelta(minutes=2), eight + timedelta(minutes=4), is_noticed)
	sent = morning.play(
		taps,
		[terminal],
		lambda: datetime(2026, 11, 24, 9, tzinfo=ZoneInfo(records.ZONE)),
		each=lambda: None,
		check=lambda: None,
		blind=blind,
	)
	terminal.close()
	assert asked == [False, False, False]
	assert (list(sent.expected), sent.unseen) == (["card 1", "card 5"], ["card 3"])


def test_a_folder_of_somebody_else_is_not_emptied(run_demo, tmp_path) -> None:
	(tmp_path / "demo").mkdir()
	(tmp_path / "demo" / "thesis.txt").write_text("the only copy")
	with pytest.raises(SystemExit, match="something else"):
		run_demo()
	assert (tmp_path / "demo" / "thesis.txt").read_text() == "the only copy"


@pytest.mark.parametrize("taken", ["demo", "demo/below"])
def test_a_folder_that_cannot_be_made_is_named(run_demo, tmp_path, taken) -> None:
	(tmp_path / "demo").write_text("a file")
	with pytest.raises(SystemExit, match=r"demo\S* cannot be used \(.+\): name another --folder"):
		run_demo("--folder", str(tmp_path / taken))
	assert (tmp_path / "demo").read_text() == "a file"


@pytest.mark.parametrize("option", [("--learners", "0"), ("--speed", "-1"), ("--speed", "nan")])
def test_a_number_that_means_nothing_is_refused(run_demo, capsys, option) -> None:
	with pytest.raises(SystemExit):
		run_demo(*option)
	assert "are numbers above 0" in capsys.readouterr().err


@pytest.mark.broker
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_however_it_is_stopped_nothing_of_it_runs_on(tmp_path: Path, number: signal.Signals) -> None:
	folder = tmp_path / "demo"
	# A program that is started in the background is told to ignore some of them.
	command = ["env", f"--default-signal={number}", sys.executable, "-m", "vsv_app.embedded.demo"]
	command += ["--learners", "20", "--folder", str(folder)]
	with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as demo_run:
		try:
			deadline = time.monotonic() + 200
			while not (folder / processes.FEEDBACK).exists():
				assert demo_run.poll() is None, demo_run.stderr.read()
				assert time.monotonic() < deadline
				time.sleep(0.05)
			demo_run.send_signal(number)
			_out, said = demo_run.communicate(timeout=200)
			assert demo_run.returncode == 128 + number
			assert "Traceback" not in said
			assert running_in(folder) == {}
		finally:
			demo_run.kill()
			for process in running_in(folder):
				os.kill(process, signal.SIGKILL)


def running_in(folder: Path) -> dict[int, str]:
	"""The processes that name the folder, with their command lines."""
	found = {}
	for path in Path("/proc").glob("[0-9]*/cmdline"):
		try:
			command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
		except OSError:  # it has just ended
			continue
		if str(folder) in command:
			found[int(path.parent.name)] = command
	return found


def test_the_same_seed_makes_the_same_school() -> None:
	one, same, other = (make_school(seed=seed, today=TUESDAY, learners=60) for seed in (1, 1, 2))
	assert one.learners == same.learners
	assert list(one.day(TUESDAY)) == list(same.day(TUESDAY))
	assert one.learners != other.learners


def test_habits_come_in_the_documented_shares() -> None:
	school = make_school(seed=3, today=TUESDAY, learners=600)
	habits = Counter(learner.habit for learner in school.learners)
	assert habits["steady"] > 400
	assert min(habits[habit] for habit in ("sliding away", "late riser", "ill once", "skips Mondays")) >= 5


ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&"


def written_page(tmp_path: Path, *rows: report.Row) -> str:
	counts, sent = report.Counts(1, 1, 0, 0), morning.Sent(Counter(a=1))
	held = evening.Evening((evening.HeldLearners(ATTACK, 3),), 2, 1, 40, 37, 3, 0)
	school = make_school(seed=1, today=TUESDAY, learners=10)
	return page.write(tmp_path / "page.html", school, counts, sent, rows, ATTACK, held).read_text()


def row(learner: str, severity: str = "Watch", text: str = "text", **more: Any) -> report.Row:
	return report.Row(
		learner=learner, group=text, mentor=text, severity=severity, rule=text, value=text, explanation=text,
		raised_on=report.datetime(2026, 11, 24, 9), **{"evidence": (), **more},
	)  # fmt: skip


def test_text_from_records_is_escaped_on_the_page(tmp_path) -> None:
	fact = EvidenceRow("Student Attendance", ATTACK, TUESDAY, ATTACK, 1)
	written = written_page(tmp_path, row(ATTACK, text=ATTACK, evidence=(fact,), mentor_name=ATTACK))
	assert "<script" not in written
	assert "<img" not in written
	assert written.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 8


def test_a_learner_has_one_card_and_who_weighs_most_comes_first(tmp_path) -> None:
	rows = [row("One"), row("Two", "Concern"), row("One"), row("Three", "Urgent"), row("One")]
	written = written_page(tmp_path, *rows)
	assert re.findall(r"<h3>(\w+)</h3>", written) == ["Three", "One", "Two"]
	assert written.count("class='signal") == len(rows)


def test_a_value_that_has_fallen_since_says_from_where() -> None:
	def late(days: float) -> str:
		values = dict.fromkeys(Listed.__dataclass_fields__)
		return report.observed(
			Listed(**{**values, "indicator": "times_late", "observed_value": days, "threshold": 3.0})
		)

	assert (late(3), late(2)) == ("3 days", "2 days, was at least 3 days")


def test_a_card_counted_twice_is_double_and_one_missing_is_lost() -> None:
	assert not report.Counts(2, 2, 1, 1).agree
	assert not report.Counts(2, 3, 0, 1).agree
	assert report.Counts(2, 2, 0, 0).agree

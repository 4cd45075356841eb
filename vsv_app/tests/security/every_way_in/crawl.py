"""The crawl: which calls are made, in worker processes that may die, and what comes of each."""

import json
import os
import re
import select
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import frappe
import pymysql

from vsv_app.tests.security.every_way_in.arguments import HIT, MISS, WHOLE, guesses
from vsv_app.tests.security.every_way_in.canaries import Aviary, Canary
from vsv_app.tests.security.every_way_in.people import Caller
from vsv_app.tests.security.every_way_in.sandbox import Answered, Sandbox
from vsv_app.tests.security.every_way_in.traces import Eye, Rows, Trace
from vsv_app.tests.security.every_way_in.ways import MADE, Way

MOVES = re.compile(r"[0-9a-f]{10,}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?|\b[a-z0-9]{10}\b|\d+\.\d+ ?s")
"""What differs between two answers whatever is asked: times and made-up names."""
WORKERS = 2


@dataclass(frozen=True)
class Task:
	"""A way in, as somebody, after a record that is hidden from them."""

	way: Way
	caller: Caller
	canary: Canary

	@property
	def guessing(self) -> bool:
		return any(guesses([one.path, one.values]) for one in self.way.requests)


@dataclass(frozen=True)
class Finding:
	"""Something that came out: by which way, as whom, of which record, how, and what it looks like."""

	label: str
	kind: str
	how: str
	doctype: str
	field: str
	request: str
	excerpt: str

	@property
	def key(self) -> tuple[str, str, str]:
		return (self.label, self.how, self.doctype)

	@property
	def told(self) -> str:
		return f"{self.kind}: {self.how} ({self.doctype}.{self.field})\n\t{self.request}\n\t{self.excerpt}"


@dataclass
class Outcome:
	"""What a crawl found, and how far its calls got."""

	findings: list[Finding] = field(default_factory=list)
	statuses: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
	refused: Counter = field(default_factory=Counter)
	lost: list[str] = field(default_factory=list)
	calls: int = 0
	seconds: float = 0


def crawl(
	tasks: list[Task],
	aviary: Aviary,
	rows: Rows,
	without: tuple[str, ...] = (),
	say: Callable[[str], None] | None = None,
) -> Outcome:
	"""All tasks, shared out over child processes; one that dies is replaced, and a task that killed two is named.

	`without` names modules whose hooks are not called: a door that is opened on purpose.
	"""
	began, outcome = time.monotonic(), Outcome()
	eye = Eye(aviary, rows)
	frappe.db.rollback()
	sys.stdout.flush()
	places = [[position for position in range(start, len(tasks), WORKERS)] for start in range(WORKERS)]
	running = [_Worker(tasks, place, eye, without) for place in places if place]
	tried: set[int] = set()
	while running:
		ready, _w, _x = select.select([one.pipe for one in running], [], [], 60)
		for worker in [one for one in running if one.pipe in ready]:
			for told in worker.read():
				found = _note(outcome, tasks, told)
				if say:
					for finding in found:
						say(finding.told)
					if outcome.calls % 500 == 0:
						say(
							f"{outcome.calls} calls to task {told['task']} of {len(tasks)}, {len(outcome.findings)} findings, {time.monotonic() - began:.0f} s"
						)
			if worker.over:
				running.remove(worker)
				if worker.left:
					lost, left = worker.left[0], worker.left
					if lost in tried:
						outcome.lost.append(f"{tasks[lost].way.label} as {tasks[lost].caller.kind}")
						left = left[1:]
					tried.add(lost)
					if left:
						running.append(_Worker(tasks, left, eye, without))
	outcome.seconds = time.monotonic() - began
	return outcome


def _note(outcome: Outcome, tasks: list[Task], told: dict[str, Any]) -> list[Finding]:
	task = tasks[told["task"]]
	outcome.calls += told["calls"]
	for status in told["statuses"]:
		outcome.statuses[task.way.label][status] += 1
	for what in told["refused"]:
		outcome.refused[what] += 1
	found = [Finding(**one) for one in told["findings"]]
	outcome.findings += found
	return found


class _Worker:
	"""A child process that does some of the tasks, and tells of each through a pipe."""

	def __init__(self, tasks: list[Task], place: list[int], eye: Eye, without: tuple[str, ...]) -> None:
		self.left = list(place)
		self.over = False
		self._rest = b""
		self.pipe, end = os.pipe()
		self.process = os.fork()
		if not self.process:
			try:
				os.close(self.pipe)
				_work(tasks, place, eye, without, end)
			except pymysql.err.InterfaceError:
				pass  # what it called has closed the connection: another child goes on
			except BaseException:  # noqa: BLE001 a child never goes on as its parent
				os.write(end, json.dumps({"died": traceback.format_exc()}).encode() + b"\n")
			finally:
				os._exit(0)
		os.close(end)

	def read(self) -> Iterator[dict[str, Any]]:
		data = os.read(self.pipe, 1 << 20)
		if not data:
			os.close(self.pipe)
			os.waitpid(self.process, 0)
			self.over = True
			return
		*lines, self._rest = (self._rest + data).split(b"\n")
		for line in lines:
			told = json.loads(line)
			if "died" in told:
				raise CrawlBroken(told["died"])
			if self.left and self.left[0] == told["task"]:
				self.left.pop(0)
			yield told


class CrawlBroken(Exception):
	"""The crawl itself failed, and not what it called."""


def _work(tasks: list[Task], place: list[int], eye: Eye, without: tuple[str, ...], end: int) -> None:
	sandbox = Sandbox(frappe.local.site, frappe.local.sites_path, without)
	nowhere = os.open(os.devnull, os.O_RDWR)
	os.dup2(nowhere, 1)
	os.dup2(nowhere, 2)
	for position in place:
		told = {"task": position, **do(tasks[position], sandbox, eye)}
		os.write(end, json.dumps(told, default=str).encode() + b"\n")


def do(task: Task, sandbox: Sandbox, eye: Eye) -> dict[str, Any]:
	"""A task with the guess that is right; where it guesses, with one that is wrong as well."""
	right, traces = _run(task, sandbox, eye, task.canary.word[:-1])
	calls = len(right)
	findings = [_finding(task, trace) for trace in traces]
	if task.guessing and task.canary.words and not findings:
		calls += len(right)
		if told := _differs(task, sandbox, eye, right):
			calls += 2 * len(right)
			findings = [_finding(task, Trace("oracle", task.canary.doctype, task.canary.field, told))]
	return {
		"calls": calls,
		"statuses": [one.status or one.failed for one in right],
		"refused": [what for one in right for what in one.refused],
		"findings": [asdict(one) for one in findings],
	}


def _run(task: Task, sandbox: Sandbox, eye: Eye, guess: str) -> tuple[list[Answered], list[Trace]]:
	answers, traces, made, sent = [], [], "", ""
	words = {HIT: guess, WHOLE: task.canary.told_first}
	sandbox.begin()
	try:
		for request in task.way.requests:
			if MADE in f"{request.path}{request.values}" and not made:
				break
			asked = request.filled({**words, MADE: made})
			sent += f" {asked.path} {json.dumps(asked.values, default=str)}"
			answer = sandbox.ask(dict(task.caller.headers), asked)
			answers.append(answer)
			traces += eye.look(task.caller, answer, f"{sent} {sent.lower()}", sandbox.cursor)
			made = made or _made(answer)
	finally:
		sandbox.end()
	return answers, traces


def _made(answer: Answered) -> str:
	"""The name of what a request made."""
	try:
		body = json.loads(answer.body)
		data = body.get("data") or body.get("message")
		return str(data.get("name") or "") if isinstance(data, dict) else ""
	except (ValueError, AttributeError):
		return ""


def _differs(task: Task, sandbox: Sandbox, eye: Eye, right: list[Answered]) -> str:
	"""Where the answers tell the right guess from a wrong one, and do so twice; empty where they do not."""
	guess, name = task.canary.word[:-1], task.canary.name

	def ask(guess: str) -> str:
		return _said(_run(task, sandbox, eye, guess)[0], name, guess)

	yes, no = _said(right, name, guess), ask(MISS)
	if yes == no or (ask(guess), ask(MISS)) != (yes, no):
		return ""
	at = next(
		(place for place, (one, other) in enumerate(zip(yes, no, strict=False)) if one != other),
		min(len(yes), len(no)),
	)
	at = max(0, at - 40)
	return f"{yes[at : at + 100]} / {no[at : at + 100]}"


def _said(answers: Iterable[Answered], *sent: str) -> str:
	"""What was answered, without what differs each time, and without an echo of what was sent."""
	said = "\n".join(f"{one.status} {one.body.decode(errors='replace')}" for one in answers)
	for word in sent:
		said = said.replace(word, "?")
	return MOVES.sub("#", said)


def _finding(task: Task, trace: Trace) -> Finding:
	said = " → ".join(str(one) for one in task.way.requests)
	return Finding(
		task.way.label,
		task.caller.kind,
		trace.how,
		trace.doctype,
		trace.field,
		said[:900],
		" ".join(trace.excerpt.split()),
	)

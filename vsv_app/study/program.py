"""What a person asks of a study, and how it is answered: arguments, files, a bar of progress. 0: done; 2: it says why not."""

import argparse
import hashlib
import json
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from math import nan
from pathlib import Path
from typing import TextIO

import vsv_app
from vsv_app.engine.signals.indicators.facts import PASS_MARK
from vsv_app.engine.signals.rules import Rule
from vsv_app.services.signals import rule_packs
from vsv_app.study import cohorts, judging, learner_file, signals, table
from vsv_app.study.cohorts import Cohort
from vsv_app.study.judging import Asked, Study
from vsv_app.study.learner_file import LearnerFile, Reading
from vsv_app.study.report import data, page, text
from vsv_app.study.report.cells import Told

WEEKS = (4, 8, 12, 20)
BAR = 30
SAID_AS = {
	learner_file.LEFT: "left",
	learner_file.FAILED: "failed the year",
	learner_file.REPEATED: "repeat the year",
}
MINE_ALONE = 0o600
"""What is written is about learners: for whoever ran the study, and nobody else of the machine."""


class Refused(ValueError):
	"""Says in a sentence what cannot be done."""


def main(arguments: Sequence[str] | None = None, name: str = "python -m vsv_app.study") -> int:
	"""The whole run; `name` is what the help calls it."""
	asked = _parser(name).parse_args(arguments)
	try:
		_run(asked)
	except (OSError, ValueError) as error:
		_say(_sentence(error))
		return 2
	return 0


def _sentence(error: Exception) -> str:
	if isinstance(error, FileNotFoundError):
		return f"There is no file {error.filename}."
	if isinstance(error, IsADirectoryError):
		return f"{error.filename} is a folder. Name the CSV of learners in it."
	if isinstance(error, PermissionError):
		return f"{error.filename}: whoever runs this may not read or write it."
	return str(error)


def _run(asked: argparse.Namespace) -> None:
	rules = _rules(asked.pack, asked.rules)
	outputs = [path for path in (asked.html, asked.json, asked.list) if path]
	if len({asked.file, *outputs}) <= len(outputs):
		raise Refused("One file is named twice: it would be written over. Name another.")
	file, digest = _read(asked)
	outcomes = asked.outcome or [learner_file.LEFT]
	years = cohorts.of(file, outcomes, asked.year_starts, asked.pass_mark)
	if not any(cohort.outcomes for cohort in years):
		raise Refused(
			"\n".join((*map(str, file.notes), f"Of nobody in the file it came true: there is nothing to tell. Add lines of the fact {' or '.join(outcomes)}."))
		)  # fmt: skip
	notes = file.notes
	del file
	question = Asked(tuple(sorted(set(asked.week or WEEKS))), asked.horizon, asked.capacity)
	studies: list[Study] = []
	firsts: list[tuple[Cohort, Mapping[int, int]]] = []
	with _writable(asked.list) if asked.list else nullcontext() as listed:
		for cohort in years:
			study, first = _judged(cohort, rules, question, listed, head=not studies)
			studies.append(study)
			firsts.append((cohort, first))
	together = judging.together(studies, firsts, question) if len(studies) > 1 else None
	told = Told(
		asked.file.name, digest, vsv_app.__version__, _options(asked), " or ".join(SAID_AS[one] for one in outcomes), notes,
		studies, together,
	)  # fmt: skip
	for line in text.lines(told):
		print(line)  # noqa: T201 what was asked for
	if asked.json:
		with _writable(asked.json) as out:
			out.write(json.dumps(data.as_json(told), indent=1, ensure_ascii=False) + "\n")
	if asked.html:
		with _writable(asked.html) as out:
			out.write(page.page(told))


def _read(asked: argparse.Namespace) -> tuple[LearnerFile, str]:
	"""The file as it says it, and its SHA-256."""
	encoding = table.encoding_of(asked.file)
	reading = Reading(asked.scale, frozenset(asked.excused or ()), asked.dates)
	with _Bar("reading") as bar:
		file = learner_file.read(table.lines_of(asked.file, encoding, bar), reading)
	if encoding.guessed:
		file.notes.say(
			f"The file is not in UTF-8 (line {encoding.guessed}); it is read as Windows writes western European languages."
		)
	with asked.file.open("rb") as content:
		digest = hashlib.sha256()
		while block := content.read(table.BLOCK):
			digest.update(block)
	return file, digest.hexdigest()


def _judged(
	cohort: Cohort, rules: Sequence[Rule], question: Asked, listed: TextIO | None, *, head: bool
) -> tuple[Study, Mapping[int, int]]:
	"""The figures of one year, and the first warning of each learner."""
	judged, out = signals.usable(rules, cohort)
	if not judged:
		raise Refused(
			"\n".join((*(f"left out: {code}, as {why}" for code, why in out.items()), f"No rule can be judged by what the file has of {cohort.name}."))
		)  # fmt: skip
	moments, _beyond = judging.moments_of(cohort, question)
	with _Bar(cohort.name) as bar:
		found = signals.look(judged, cohort, moments, bar)
	for member in cohort.members:
		member.facts = array("i")
	with _Bar(f"{cohort.name}, beside a model") as bar:
		study = judging.judge(cohort, judged, out, found, question, bar)
	if listed is not None:
		talks = judging.spoken_with(cohort, judged, found, question.capacity) if question.capacity else {}
		data.write_list(listed, judging.warned(cohort, judged, found, talks), head=head)
	return study, found.first(one.code for one in judged)


def _rules(packs: Sequence[str] | None, own: Path | None) -> list[Rule]:
	"""The rules to judge; raises Refused, with the name of the file, for a file of rules that cannot be used."""
	known = rule_packs.available()
	chosen = [
		pack for pack in known if pack["pack"] in (packs or ([] if own else [p["pack"] for p in known]))
	]
	rules = [rule for pack in chosen for rule in rule_packs.made(pack)]
	if own is None:
		return rules
	try:
		mine = rule_packs.made(json.loads(own.read_text(encoding="utf-8-sig")))
	except json.JSONDecodeError as error:
		raise Refused(
			f"{own}: line {error.lineno}, sign {error.colno}: this is no JSON ({error.msg})."
		) from None
	except UnicodeDecodeError:
		raise Refused(f"{own}: it is not in UTF-8. Save it so.") from None
	except ValueError as error:
		raise Refused(f"{own}: {error}") from None
	if double := {rule.code for rule in rules} & {rule.code for rule in mine}:
		raise Refused(
			f"{own}: a pack has a rule of the code {', '.join(sorted(double))} too. Give yours another."
		)
	return [*rules, *mine]


def _options(asked: argparse.Namespace) -> dict[str, object]:
	"""What was asked for beside the usual, for whoever reads the figures later."""
	options: dict[str, object] = {
		"packs": asked.pack, "rules": asked.rules.name if asked.rules else None, "weeks": asked.week, "horizon": asked.horizon,
		"capacity": asked.capacity, "outcomes": asked.outcome, "pass mark": asked.pass_mark, "scale": asked.scale,
		"excused": asked.excused, "dates": asked.dates, "year starts": "{:02}-{:02}".format(*asked.year_starts),
	}  # fmt: skip
	return {name: value for name, value in options.items() if value is not None}


def _writable(path: Path) -> TextIO:
	out = path.open("w", encoding="utf-8", newline="")
	path.chmod(MINE_ALONE)
	return out


class _Bar:
	"""How far it is, on the terminal of whoever waits; in a log nothing."""

	def __init__(self, label: str) -> None:
		self.label, self.shown = label, -1

	def __enter__(self) -> Callable[[float], None]:
		return self._show

	def __exit__(self, *_error: object) -> None:
		if self.shown >= 0:
			sys.stderr.write("\r" + " " * (BAR + len(self.label) + 12) + "\r")
			sys.stderr.flush()

	def _show(self, done: float) -> None:
		percent = int(100 * done)
		if percent == self.shown or not sys.stderr.isatty():
			return
		self.shown = percent
		full = BAR * percent // 100
		sys.stderr.write(f"\r{self.label} [{'#' * full}{'.' * (BAR - full)}] {percent:3} %")
		sys.stderr.flush()


def _say(sentence: str) -> None:
	print(sentence, file=sys.stderr)  # noqa: T201 a program's own words


def _parser(name: str) -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(prog=name, description=learner_file.__doc__)
	parser.formatter_class = argparse.RawDescriptionHelpFormatter
	parser.add_argument("file", type=Path, help="the CSV of learners")
	known = [pack["pack"] for pack in rule_packs.available()]
	asks = parser.add_argument_group("what is asked")
	asks.add_argument(
		"--pack", action="append", choices=known, help="a pack whose rules to judge; all, if none"
	)
	asks.add_argument("--rules", type=Path, help="a file of rules of your own, in the form of a pack")
	asks.add_argument(
		"--week", type=_whole, action="append", help=f"a school week to stand in; {WEEKS}, if none"
	)
	asks.add_argument(
		"--horizon",
		type=_whole,
		metavar="WEEKS",
		help="weeks within which a warning must come true; the rest of the year, if none",
	)
	asks.add_argument(
		"--capacity",
		type=_whole,
		metavar="N",
		help="learners whom the school can speak with in a week: the most serious signals go first",
	)
	asks.add_argument(
		"--outcome",
		action="append",
		choices=learner_file.OUTCOMES,
		help="what is to be told; left, if none; several: any of them",
	)
	reads = parser.add_argument_group("how the file is read")
	reads.add_argument("--scale", type=_scale, metavar="HIGHEST", help="the highest mark: 10, 20, 100 ...")
	reads.add_argument(
		"--pass-mark",
		type=_percent,
		default=PASS_MARK,
		help="percent of the highest mark from which a result is a pass",
	)
	reads.add_argument(
		"--excused", action="append", metavar="LABEL", help="a further label of an excused absence"
	)
	reads.add_argument(
		"--dates",
		choices=(learner_file.DMY, learner_file.MDY),
		help="the order of day and month in dates such as 03/04/2025",
	)
	reads.add_argument(
		"--year-starts",
		type=_year_starts,
		default=(8, 1),
		metavar="MM-DD",
		help="when a school year begins; 08-01, if not said",
	)
	writes = parser.add_argument_group("what is written beside the text")
	writes.add_argument(
		"--html", type=Path, metavar="FILE", help="one page with plots, to be opened in a browser"
	)
	writes.add_argument("--json", type=Path, metavar="FILE", help="all figures for a program")
	writes.add_argument("--list", type=Path, metavar="FILE", help="who was warned of and when, as CSV")
	return parser


def _whole(text_: str) -> int:
	try:
		number = int(text_)
	except ValueError:
		number = 0
	if number < 1:
		raise argparse.ArgumentTypeError("a whole number from 1 on is asked for")
	return number


def _scale(text_: str) -> float:
	number = _number(text_)
	if not 1 < number <= 1000:
		raise argparse.ArgumentTypeError("the highest mark is asked for, as 10 or 100")
	return number


def _percent(text_: str) -> float:
	number = _number(text_)
	if not 0 <= number <= 100:
		raise argparse.ArgumentTypeError("percent from 0 to 100 are asked for")
	return number


def _number(text_: str) -> float:
	"""Not a number where it is none, which lies within no bounds."""
	try:
		return float(text_)
	except ValueError:
		return nan


def _year_starts(text_: str) -> tuple[int, int]:
	month, _dash, day = text_.partition("-")
	if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28):
		raise argparse.ArgumentTypeError("a month and a day up to 28 are asked for, as 08-01")
	return int(month), int(day)

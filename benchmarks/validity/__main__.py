"""`python -m benchmarks.validity learners.csv`: print how well the rules of packs, and a logistic model, tell who leaves."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.validity import learners, study
from vsv_app.engine.signals.indicators.facts import PASS_MARK
from vsv_app.engine.signals.warning_quality import Validity
from vsv_app.services.signals import rule_packs

WEEKS = (4, 8, 12, 20)
HEADS = ("warned", "left", "both", "precision", "recall", "F1")


def main(arguments: Sequence[str] | None = None) -> int:
	asked = _parser().parse_args(arguments)
	try:
		with asked.file.open(encoding="utf-8-sig", newline="") as lines:
			cohort = learners.read(lines, asked.pass_mark)
		rules = [rule for pack in _packs(asked.pack, asked.rules) for rule in rule_packs.made(pack)]
	except (OSError, ValueError) as error:
		print(error, file=sys.stderr)
		return 2
	if not cohort.left:
		print(
			"Nobody in the file left: there is nothing to tell. Add lines of the fact 'left'.",
			file=sys.stderr,
		)
		return 2
	usable, out = study.usable(rules, cohort)
	for code, why in out.items():
		print(f"left out: {code}, as {why}")
	if not usable:
		print("No rule can be judged by what the file has.", file=sys.stderr)
		return 2
	warned = study.warnings(usable, cohort)
	print(
		f"\n{len(cohort.enrolments):,} learners, {len(cohort.left):,} left; {len(cohort.days)} school days from"
		f" {cohort.days[0]} to {cohort.days[-1]}\n\nOver the whole time, each night"
	)
	print(_line("", [*HEADS, "lead days"]))
	for one in study.over_time(usable, cohort, warned):
		print(_line(one.title, [*_figures(one.validity), _number(one.validity.lead_days, 0)]))
	print("\nWho of those still there leaves later? The model names as many as the rules")
	print(_line("", [*HEADS, "AUC"]))
	for week in asked.week or WEEKS:
		found = study.at_a_moment(usable, cohort, warned, week)
		if found is None:
			print(f"week {week}: the file ends before")
			continue
		print(f"week {week}, {found.day}: {found.learners:,} learners, {found.leavers:,} leave later")
		print(_line("  rules", [*_figures(found.rules), _number(found.rules_area, 3)]))
		if found.model is not None:
			print(_line("  logistic model", [*_figures(found.model), _number(found.model_area, 3)]))
		else:
			print("  logistic model: too few who leave, or stay, to fit one")
	return 0


def _parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(prog="python -m benchmarks.validity", description=learners.__doc__)
	parser.formatter_class = argparse.RawDescriptionHelpFormatter
	parser.add_argument("file", type=Path, help="the CSV of learners")
	known = [pack["pack"] for pack in rule_packs.available()]
	parser.add_argument(
		"--pack", action="append", choices=known, help="a pack whose rules to judge; all, if none"
	)
	parser.add_argument("--rules", type=Path, help="a file of rules of your own, in the form of a pack")
	parser.add_argument(
		"--week", type=_week, action="append", help=f"a school week to stand in; {WEEKS}, if none"
	)
	parser.add_argument(
		"--pass-mark", type=float, default=PASS_MARK, help="percent from which a result is a pass"
	)
	return parser


def _week(text: str) -> int:
	if (week := int(text)) < 1:
		raise argparse.ArgumentTypeError("weeks are counted from 1")
	return week


def _packs(names: Sequence[str] | None, own: Path | None) -> list[dict[str, object]]:
	chosen = [pack for pack in rule_packs.available() if pack["pack"] in (names or ([] if own else _all()))]
	return [*chosen, json.loads(own.read_text(encoding="utf-8"))] if own else chosen


def _all() -> list[str]:
	return [pack["pack"] for pack in rule_packs.available()]


def _figures(found: Validity) -> list[str]:
	counts = [found.warned, found.left, found.warned_and_left]
	return [*map(str, counts), *(_number(rate, 3) for rate in (found.precision, found.recall, found.f1))]


def _number(value: float | None, digits: int) -> str:
	return "-" if value is None else f"{value:.{digits}f}"


def _line(title: str, cells: Sequence[str]) -> str:
	return f"{title[:60]:60}" + "".join(f"{cell:>10}" for cell in cells)


if __name__ == "__main__":
	sys.exit(main())

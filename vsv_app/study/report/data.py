"""A study as JSON, and its list of who was warned of and when as CSV."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from vsv_app.engine.proportions import Proportion
from vsv_app.study.judging import Area, Study, Tally, Warned
from vsv_app.study.report import cells
from vsv_app.study.report.cells import Told
from vsv_app.study.report.text import LIMITS

HEADS = ("year", "learner", "rule", "title", "raised", "cleared", "spoken_with", "outcome", "days_before")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(told: Told) -> dict[str, Any]:
	"""Everything that the report says. A share that the numbers do not carry has its counts, and null for share and interval."""
	return {
		"file": told.file,
		"sha256": told.digest,
		"version": told.version,
		"options": told.options,
		"outcome": told.outcome,
		"notes": [{"said": note.said, "count": note.count, "lines": note.lines} for note in told.notes],
		"years": [_study(study, told) for study in told.studies],
		"together": _study(told.together, told) if told.together else None,
		"cannot_say": list(LIMITS),
	}


def _study(study: Study, told: Told) -> dict[str, Any]:
	return {
		"name": study.name,
		"learners": study.learners,
		"happened": study.happened,
		"first_day": study.first.isoformat(),
		"last_day": study.last.isoformat(),
		"school_days": study.school_days,
		"warning": cells.carries(study, told.outcome) or None,
		"left_out": dict(study.left_out),
		"over_time": [
			{
				"code": one.code, "title": one.title, "caveats": list(one.caveats), "unjudged": one.unjudged,
				**_tally(one.tally),
			}
			for one in study.over_time
		],
		"spoken_with": _tally(study.talks) if study.talks else None,
		"moments": [
			{
				"week": one.week,
				"day": one.day.isoformat() if one.day else None,
				"rules": {**_tally(one.rules), "auc": _area(one.rules_area)},
				"model": {**_tally(one.model), "auc": _area(one.model_area)} if one.model else None,
				"says": cells.beside(one),
			}
			for one in study.moments
		],
		"not_judged": study.beyond,
		"groups": [
			{
				"kind": one.kind, "group": one.group, "learners": one.learners, "base_rate": _share(one.base),
				"false_alarms": _share(one.false_alarms), "misses": _share(one.misses),
			}
			for one in study.groups
		],
		"weeks": [
			{"monday": one.monday.isoformat(), "new": one.new, "standing": one.standing} for one in study.weeks
		],
	}  # fmt: skip


def _tally(tally: Tally) -> dict[str, Any]:
	return {
		"learners": tally.learners, "named": tally.named, "happened": tally.happened, "hits": tally.hits,
		"base_rate": _share(tally.base), "precision": _share(tally.precision), "recall": _share(tally.recall),
		"f1": _rounded(tally.f1), "by_chance": _rounded(tally.by_chance), "lift": _rounded(tally.lift), "lead_days": tally.lead_days, "says": cells.verdict(tally),
	}  # fmt: skip


def _share(found: Proportion | None) -> dict[str, Any] | None:
	if found is None:
		return None
	interval = found.interval if found.can_be_told else None
	return {
		"hits": found.hits,
		"of": found.of,
		"share": _rounded(found.share) if interval else None,
		"low": _rounded(interval.low) if interval else None,
		"high": _rounded(interval.high) if interval else None,
	}


def _area(found: Area | None) -> dict[str, Any] | None:
	if found is None:
		return None
	return {"mean": _rounded(found.mean), "low": _rounded(found.low), "high": _rounded(found.high)}


def _rounded(value: float | None) -> float | None:
	return None if value is None else round(value, 4)


def write_list(out: TextIO, warned: Iterable[Warned], *, head: bool = True) -> None:
	"""One line for each signal. What a spreadsheet would run as a formula begins with an apostrophe."""
	writer = csv.writer(out)
	if head:
		writer.writerow(HEADS)
	writer.writerows(_rows(warned))


def _rows(warned: Iterable[Warned]) -> Iterator[list[str]]:
	for one in warned:
		before = (one.outcome - one.raised).days if one.outcome else ""
		days = (one.raised, one.cleared, one.talk, one.outcome)
		yield [
			one.year, _harmless(one.learner), _harmless(one.rule), _harmless(one.title),
			*(day.isoformat() if day else "" for day in days), str(before),
		]  # fmt: skip


def _harmless(text: str) -> str:
	return f"'{text}" if text.startswith(FORMULA) else text

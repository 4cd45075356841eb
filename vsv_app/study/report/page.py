"""A study as one HTML page that needs nothing else: the text beside its plots. It loads nothing and runs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from vsv_app.study.judging import Study, Tally
from vsv_app.study.report import cells, plots
from vsv_app.study.report.cells import Told
from vsv_app.study.report.plots import Bar, Dot
from vsv_app.study.report.text import LIMITS

STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6672; --grid: #d9dee4; --a: #1f6fb2; --b: #c8d7e6; --c: #b3541e; --paper: #fff; }
@media (prefers-color-scheme: dark) {
 :root { --ink: #e6ebf0; --soft: #a4afba; --grid: #3a444f; --a: #6fb1e8; --b: #37516a; --c: #e89a66; --paper: #171c22; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 66rem; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 2px solid var(--grid); padding-top: 1rem; } h3 { font-size: 1.05rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; } caption { text-align: left; color: var(--soft); }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 12rem; font-weight: normal; }
.notes { border-left: 4px solid var(--c); padding: .5rem 1rem; } .soft { color: var(--soft); }
svg { width: 100%; height: auto; max-width: 48rem; display: block; margin: .5rem 0; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .axis { fill: var(--soft); } svg .grid { stroke: var(--grid); }
svg .chance { stroke: var(--c); stroke-width: 3; }
svg .base { stroke: var(--c); stroke-width: 2; stroke-dasharray: 5 4; }
svg .a circle, svg rect.a { fill: var(--a); } svg .a line { stroke: var(--a); stroke-width: 2; }
svg .c circle { fill: var(--c); } svg .c line { stroke: var(--c); stroke-width: 2; } svg rect.b { fill: var(--b); }
@media print { body { max-width: none; } h2 { break-before: page; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
HEADS = ("named", "of whom true", "all true", "precision", "chance", "lift", "recall", "lead days")


def page(told: Told) -> str:
	"""The whole page."""
	return "\n".join(_page(told))


def _page(told: Told) -> Iterator[str]:
	title = f"How well the rules tell who {told.outcome}"
	yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
	yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><meta name="viewport" content="width=device-width">'
	yield f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
	yield (
		f'<p class="soft">From {escape(told.file)} (SHA-256 <code>{told.digest[:16]}</code>), version {escape(told.version)}.'
		f" {escape(_options(told))}</p>"
	)
	if len(told.notes):
		yield '<section class="notes"><h3>Look at this before you read the figures</h3>'
		yield _list(str(note) for note in told.notes)
		yield "</section>"
	for study in told.every:
		yield from _study(study, told)
	yield "<h2>What these figures cannot say</h2>"
	yield _list(LIMITS)
	yield "<h2>How to read them</h2>"
	yield _list(READ_SO)
	yield "</main></body></html>"


READ_SO = (
	"Base rate: of any hundred learners, of how many it came true. A rule that names at random has this as its precision.",
	"Precision: of those named, of how many it came true. 0.20 says that of five talks one is with somebody of whom it came true.",
	"Recall: of all of whom it came true, how many were named before. What is left another rule, or a person, must see.",
	"Chance: what naming anybody who was there on the same days would find; late in a year fewer are still to leave.",
	"Lift: how many times chance the precision is. 1 is no better than drawing lots.",
	"In brackets: the 95 % interval. With other learners of the same kind the figure could as well have been any of these.",
	"AUC: the chance that of two learners the one of whom it came true was ranked higher; 0.5 is chance. In brackets the lowest and highest of five parts.",
	"False alarms and misses by group: where the intervals of two groups do not overlap, the rules treat them differently. Find out why before you use them.",
)


def _options(told: Told) -> str:
	given = (
		f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"
		for name, value in told.options.items()
	)
	return f"Options: {'; '.join(given)}."


def _study(study: Study, told: Told) -> Iterator[str]:
	base = Tally(study.learners, 0, study.happened, 0).base
	yield f"<h2>{escape(study.name)}</h2>"
	yield (
		f"<p>{study.learners:,} learners, of whom {study.happened:,} {escape(told.outcome)}; {study.school_days} school days from"
		f" {study.first} to {study.last}. Base rate: {cells.share(base)}.</p>"
	)
	if weak := cells.carries(study, told.outcome):
		yield f"<p><strong>{escape(weak)}</strong></p>"
	out = [f"{code} is left out, as {why}." for code, why in study.left_out.items()]
	out += [f"{one.code} is {caveat}." for one in study.judged for caveat in one.caveats]
	if out:
		yield f"<details><summary>Rules that are left out, or judged otherwise ({len(out)})</summary>{_list(out)}</details>"
	if not study.happened:
		return
	yield "<h3>Over the whole year</h3><p>Precision of each rule with its 95 % interval; the stroke is what naming anybody there on the same days would find.</p>"
	rows = [(_title(one.code, one.title), one.tally) for one in study.over_time]
	if study.talks is not None:
		rows.append(("spoken with, as far as the capacity goes", study.talks))
	yield plots.shares(
		"Precision of each rule, beside chance",
		[_dot(title, tally) for title, tally in rows],
	)
	yield _table(
		"A warning is true where it came before.", HEADS, [(title, _tally(tally)) for title, tally in rows]
	)
	lead = study.over_time[-1].tally.lead if study.over_time else ()
	if len(lead) >= 5:
		yield "<h3>How early</h3><p>Days from the first warning on, of those who were warned of in time.</p>"
		yield plots.bars("Days between the first warning and the outcome", plots.early(lead))
	if study.weeks:
		yield "<h3>How many a week</h3><p>Learners for whom a signal stood; dark: those who were signalled for the first time.</p>"
		capacity = told.options.get("capacity")
		yield plots.bars(
			"Learners for whom a signal stood, by week", [Bar(f"{w.monday:%d %b}", w.standing, w.new) for w in study.weeks],
			capacity if isinstance(capacity, int) else None, "capacity",
		)  # fmt: skip
	yield from _moments(study)
	yield from _groups(study)


def _moments(study: Study) -> Iterator[str]:
	if not study.moments and not study.beyond:
		return
	yield "<h3>On one day: rules and a logistic model, on the same footing</h3>"
	yield "<p>Both know the same, are asked of the same learners, and name as many.</p>"
	dots, rows = [], []
	for one in study.moments:
		when = f"week {one.week}" + (f", {one.day}" if one.day else "")
		dots.append(_dot(f"{when}: rules", one.rules))
		rows.append((f"{when}: rules", [*_tally(one.rules)[:-1], cells.area(one.rules_area)]))
		if one.model is not None:
			dots.append(_dot(f"{when}: model", one.model, "c"))
			rows.append((f"{when}: model", [*_tally(one.model)[:-1], cells.area(one.model_area)]))
	if dots:
		yield plots.shares("Precision of rules and model at each moment", dots)
		yield _table("", (*HEADS[:-1], "AUC"), rows)
	said = [*study.beyond, *(f"week {one.week}: {cells.beside(one)}" for one in study.moments)]
	yield _list(said)


def _groups(study: Study) -> Iterator[str]:
	for kind in dict.fromkeys(one.kind for one in study.groups):
		own = [one for one in study.groups if one.kind == kind]
		yield f"<h3>By group: {escape(kind)}</h3>"
		dots = []
		for one in own:
			dots.append(Dot(f"{one.group}: false alarms", one.false_alarms, "a", "few, or too few to say"))
			dots.append(Dot(f"{one.group}: misses", one.misses, "c", "few, or too few to say"))
		yield plots.shares(f"False alarms and misses by {kind}", dots)
		yield _table(
			"All rules together; figures about few are left out.", ("learners", "base rate", "false alarms", "misses"),
			[
				(
					one.group,
					[
						cells.HIDDEN if one.learners is None else f"{one.learners:,}",
						*(cells.HIDDEN if s is None else cells.share(s) for s in (one.base, one.false_alarms, one.misses)),
					],
				)
				for one in own
			],
		)  # fmt: skip


def _dot(title: str, tally: Tally, kind: str = "a") -> Dot:
	said = "too few to say" if tally.named else "nobody named"
	return Dot(title, tally.precision, kind, said, tally.by_chance)


def _title(code: str, title: str) -> str:
	return title if code == title else f"{code}: {title}"


def _tally(tally: Tally) -> list[str]:
	counts = [f"{count:,}" for count in (tally.named, tally.hits, tally.happened)]
	return [
		*counts, cells.share(tally.precision), cells.chance(tally), cells.lift(tally), cells.share(tally.recall), cells.number(tally.lead_days, 0)
	]  # fmt: skip


def _list(sentences: Iterable[str]) -> str:
	return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in sentences)}</ul>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
	head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
	body = "".join(
		f'<tr><th scope="row">{escape(title)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row)}</tr>'
		for title, row in rows
	)
	said = f"<caption>{escape(caption)}</caption>" if caption else ""
	return f'<div class="wide" tabindex="0"><table>{said}<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>'

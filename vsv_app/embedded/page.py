"""One self-contained HTML page about a run: the counts, the path, and every signal with what it rests on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from vsv_app.embedded.evening import Evening
from vsv_app.embedded.morning import Sent
from vsv_app.embedded.report import Counts, Row
from vsv_app.embedded.school import MadeUpSchool
from vsv_app.services.care.mentor_board import WEIGHT

TEMPLATE = Path(__file__).parent / "page.html"


def write(
	path: Path,
	school: MadeUpSchool,
	counts: Counts,
	sent: Sent,
	rows: Sequence[Row],
	broker: str,
	settled: Evening,
) -> Path:
	"""Write the page; returns its path. All text from records is escaped."""
	by_mentor = Counter(row.mentor for row in rows)
	busiest = by_mentor.most_common(1)
	values = {
		"day": f"{school.today:%A %d %B %Y}",
		"learners": str(len(school.learners)),
		"verdict": "Every read is a check-in, and each counts once."
		if counts.agree
		else "The counts differ: something is wrong.",
		"state": "good" if counts.agree else "bad",
		"sent": str(counts.sent),
		"stored": str(counts.stored),
		"lost": str(counts.lost),
		"double": str(counts.double),
		"repeated": str(sent.repeated),
		"damaged": str(sent.damaged),
		"broker": escape(broker),
		"signals": str(len(rows)),
		"concerned": str(len({(row.learner, row.group) for row in rows})),
		"mentors": str(len(by_mentor)),
		"most": str(busiest[0][1]) if busiest else "0",
		"held": "\n".join(
			f"<p>{escape(one.sentence)} {one.learners} learners were not seen.</p>" for one in settled.held
		)
		or "<p>Nobody is held.</p>",
		"there": str(settled.there),
		"away": str(settled.away),
		"expected": str(settled.expected),
		"by_machine": str(settled.by_machine),
		"by_person": str(settled.by_person),
		"left": str(settled.left),
		"rows": "\n".join(_cards(rows)),
	}
	text = TEMPLATE.read_text(encoding="utf-8")
	for name, value in values.items():
		text = text.replace(f"{{{{{name}}}}}", value)
	path.write_text(text, encoding="utf-8")
	return path


def _cards(rows: Sequence[Row]) -> Iterator[str]:
	"""A card for each learner, those with the most weight first; a card has the colour of its first signal."""
	by_learner: dict[tuple[str, str], list[Row]] = {}
	for row in rows:
		by_learner.setdefault((row.learner, row.group), []).append(row)
	ordered = sorted(by_learner.items(), key=lambda one: -sum(WEIGHT[row.severity] for row in one[1]))
	for (learner, group), signals in ordered:
		yield (
			f"<article class='card {signals[0].severity.lower()}'><div class='head'><h3>{escape(learner)}</h3>"
			f"<small>{escape(group)}</small><span class='mentor muted'>{escape(signals[0].mentor_name or signals[0].mentor)}</span></div>"
			f"{''.join(map(_signal, signals))}</article>"
		)


def _signal(row: Row) -> str:
	facts = "".join(
		f"<li><time datetime='{item.date}'>{item.date:%a %d %b}</time> {escape(item.fact)} <small>{escape(item.reference_name)}</small></li>"
		for item in row.evidence
	)
	evidence = (
		f"<details><summary>{len(row.evidence)} record{'s' if len(row.evidence) != 1 else ''}</summary><ul>{facts}</ul></details>"
		if facts
		else "<p class='muted'>not seen at any terminal today</p>"
	)
	return (
		f"<div class='signal {row.severity.lower()}'><p><span class='tag'>{escape(row.severity)}</span> <b>{escape(row.rule)}</b> "
		f"<span class='value'>{escape(row.value)}</span></p><p>{escape(row.explanation)}</p>"
		f"<small>since {row.raised_on:%d %b %H:%M}</small>{evidence}</div>"
	)

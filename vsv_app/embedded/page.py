"""One self-contained HTML page about a run: the counts, the path, and every signal with what it rests on."""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from vsv_app.embedded.morning import Sent
from vsv_app.embedded.report import Counts, Row
from vsv_app.embedded.school import MadeUpSchool

TEMPLATE = Path(__file__).parent / "page.html"


def write(
	path: Path, school: MadeUpSchool, counts: Counts, sent: Sent, rows: Sequence[Row], broker: str
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
		"rows": "\n".join(_row(row) for row in rows),
	}
	text = TEMPLATE.read_text(encoding="utf-8")
	for name, value in values.items():
		text = text.replace(f"{{{{{name}}}}}", value)
	path.write_text(text, encoding="utf-8")
	return path


def _row(row: Row) -> str:
	facts = "".join(
		f"<li><time datetime='{item.date}'>{item.date:%a %d %b}</time> {escape(item.fact)} <small>{escape(item.reference_name)}</small></li>"
		for item in row.evidence
	)
	evidence = (
		f"<details><summary>{len(row.evidence)} record{'s' if len(row.evidence) != 1 else ''}</summary><ul>{facts}</ul></details>"
		if facts
		else "not seen at any terminal today"
	)
	return (
		f"<tr><td><b>{escape(row.learner)}</b><br><small>{escape(row.group)}</small></td>"
		f"<td><span class='tag {row.severity.lower()}'>{escape(row.severity)}</span></td>"
		f"<td>{escape(row.rule)}<br><small>{escape(row.explanation)}</small></td>"
		f"<td class='number'>{escape(row.value)}</td><td>{evidence}</td>"
		f"<td>{escape(row.mentor)}<br><small>since {row.raised_on:%d %b %H:%M}</small></td></tr>"
	)

"""Small plots as SVG text: shares with their doubt, a year week by week, how early warnings came. Drawn here, so that a page needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from vsv_app.engine.proportions import Proportion

LABEL, WIDE, ROW, TOP = 330, 780, 24, 16
"""Pixels of a drawing: room for the labels, its width, a row, and above the first."""
HIGH, BOTTOM, LEFT = 180, 34, 60
WEEK_BINS = (7, 14, 28, 56, 84, 126, 168, 365)
"""Days; upper ends, but the last, of how early warnings came."""


@dataclass(frozen=True)
class Dot:
	"""One line of a plot of shares. `kind` is a class of the style sheet; `share` None or too few: said in words."""

	label: str
	share: Proportion | None
	kind: str = "a"
	said: str = ""
	chance: float | None = None
	"""What naming at random would find, shown as a stroke beside the dot."""


def shares(title: str, dots: Sequence[Dot]) -> str:
	"""A dot with its 95 % interval for each line, from 0 to 1, and a stroke where chance would lie."""
	height = TOP + ROW * len(dots) + BOTTOM
	known = [dot.share.interval.high for dot in dots if _told(dot.share)]  # type: ignore[union-attr]
	known += [dot.chance for dot in dots if dot.chance is not None]
	top = min(1.0, _round_up(max(known, default=1.0)))
	room = WIDE - LABEL - 20

	def x(share: float) -> float:
		return LABEL + room * min(share, top) / top

	parts = [_open(title, height)]
	for step in range(6):
		at, value = x(top * step / 5), top * step / 5
		parts.append(
			f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 6}" y2="{height - BOTTOM}"/>'
		)
		parts.append(
			f'<text class="axis" x="{at:.1f}" y="{height - 12}" text-anchor="middle">{100 * value:.0f} %</text>'
		)
	for place, dot in enumerate(dots):
		y = TOP + ROW * place + ROW / 2
		parts.append(
			f'<text class="label" x="{LABEL - 10}" y="{y + 4:.1f}" text-anchor="end">{escape(_short(dot.label))}</text>'
		)
		if dot.share is None or not _told(dot.share) or dot.share.interval is None or dot.share.share is None:
			said = dot.said or "too few to say"
			parts.append(f'<text class="axis" x="{LABEL + 6}" y="{y + 4:.1f}">{escape(said)}</text>')
			continue
		interval, share = dot.share.interval, dot.share.share
		if dot.chance is not None:
			at = x(dot.chance)
			parts.append(
				f'<line class="chance" x1="{at:.1f}" x2="{at:.1f}" y1="{y - 8:.1f}" y2="{y + 8:.1f}"/>'
			)
		parts.append(
			f'<g class="{dot.kind}"><title>{escape(dot.label)}: {share:.2f} ({interval.low:.2f}-{interval.high:.2f}),'
			f" {dot.share.hits} of {dot.share.of}</title>"
			f'<line x1="{x(interval.low):.1f}" x2="{x(interval.high):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
			f'<circle cx="{x(share):.1f}" cy="{y:.1f}" r="5"/></g>'
		)
	return "".join([*parts, "</svg>"])


@dataclass(frozen=True)
class Bar:
	"""One bar: what stands under it, how high it is, and of that the part in a second colour."""

	label: str
	value: int
	part: int = 0


def bars(title: str, given: Sequence[Bar], line: int | None = None, line_label: str = "") -> str:
	"""Bars from 0 up; `line`: one across all of them, such as what a school can take in a week."""
	height = HIGH + BOTTOM + TOP
	most = max([1, *(bar.value for bar in given), line or 0])
	room = WIDE - LEFT - 10
	each = room / max(1, len(given))

	def y(value: float) -> float:
		return TOP + HIGH * (1 - value / most)

	parts = [_open(title, height)]
	for value in sorted({0, most // 2, most}):
		parts.append(
			f'<line class="grid" x1="{LEFT}" x2="{WIDE - 10}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
		)
		parts.append(
			f'<text class="axis" x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,}</text>'
		)
	every = max(1, len(given) // 12)
	for place, bar in enumerate(given):
		at = LEFT + each * place
		said = f"{escape(bar.label)}: {bar.value:,}" + (f", {bar.part:,} of them new" if bar.part else "")
		parts.append(f"<g><title>{said}</title>")
		parts.append(_rect("b", at + each * 0.1, y(bar.value), each * 0.8, y(0) - y(bar.value)))
		if bar.part:
			parts.append(_rect("a", at + each * 0.1, y(bar.part), each * 0.8, y(0) - y(bar.part)))
		parts.append("</g>")
		if place % every == 0:
			middle = at + each / 2
			parts.append(
				f'<text class="axis" x="{middle:.1f}" y="{height - 12}" text-anchor="middle">{escape(bar.label)}</text>'
			)
	if line is not None:
		parts.append(
			f'<line class="base" x1="{LEFT}" x2="{WIDE - 10}" y1="{y(line):.1f}" y2="{y(line):.1f}"/>'
		)
		parts.append(
			f'<text class="axis" x="{WIDE - 12}" y="{y(line) - 4:.1f}" text-anchor="end">{escape(line_label)}</text>'
		)
	return "".join([*parts, "</svg>"])


def early(lead: Sequence[int]) -> list[Bar]:
	"""How many days before it came true the first warning came, in steps that a school thinks in."""
	found, below = [], 0
	for end in WEEK_BINS:
		found.append(Bar(f"{below + 1}-{end} d", sum(below < days <= end for days in lead)))
		below = end
	return found


def _told(found: Proportion | None) -> bool:
	return found is not None and found.can_be_told


def _round_up(share: float) -> float:
	return next(top for top in (0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 1.0) if share <= top)


def _short(text: str) -> str:
	return text if len(text) <= 45 else f"{text[:44]}…"


def _open(title: str, height: int) -> str:
	return f'<svg role="img" viewBox="0 0 {WIDE} {height}" aria-label="{escape(title)}">'


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
	return (
		f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(0.0, height):.1f}"/>'
	)

"""A study as plain text, for a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from vsv_app.study.judging import OverTime, Study, Tally
from vsv_app.study.report import cells
from vsv_app.study.report.cells import Told

HEADS = ("named", "true", "all true", "precision", "chance", "lift", "recall")
WIDTH, COLUMN = 50, 18
MOST_OUT = 40


def lines(told: Told) -> Iterator[str]:
	"""The report, line by line."""
	if len(told.notes):
		yield "Look at this before you read the figures"
		yield from (f"  {note}" for note in told.notes)
		yield ""
	for study in told.every:
		yield from _study(study, told)
	yield from told_last(told)


def told_last(told: Told) -> Iterator[str]:
	"""What these figures cannot say."""
	yield "What these figures cannot say"
	yield from (f"  {sentence}" for sentence in LIMITS)


LIMITS = (
	"Of those who were warned of and stayed, some stayed because of help: a good school makes its own warnings look false.",
	"They are of these learners in these years. They do not carry over to another school, nor to groups that are not in the file.",
	"A signal does not say why. Nothing about a learner is decided by it; somebody looks and talks.",
	"Many rules were tried at once: of twenty that tell nothing, one looks better than chance. Preview on another year before you rely on one.",
)


def _study(study: Study, told: Told) -> Iterator[str]:
	base = Tally(study.learners, 0, study.happened, 0).base
	yield (
		f"== {study.name}: {study.learners:,} learners, {study.happened:,} {told.outcome}; {study.school_days} school days from"
		f" {study.first} to {study.last}"
	)
	yield f"base rate {cells.share(base)}: of any so many learners whom one names, so many {told.outcome}"
	if weak := cells.carries(study, told.outcome):
		yield weak
	out = list(study.left_out.items())
	yield from (f"left out: {code}, as {why}" for code, why in out[:MOST_OUT])
	yield from (f"note: {one.code} is {caveat}" for one in study.judged for caveat in one.caveats)
	if not study.happened:
		yield ""
		return
	yield ""
	yield "Over the whole year, each night: a warning is true where it came before"
	yield _line("", [*HEADS, "lead days"])
	for one in study.over_time:
		yield _line(_title(one), [*_tally(one.tally), cells.number(one.tally.lead_days, 0)])
		if one.unjudged:
			yield f"  {one.unjudged} were warned of so late that the file ends before the horizon; they are not counted"
	if study.talks is not None:
		yield _line(
			"spoken with, as far as the capacity goes",
			[*_tally(study.talks), cells.number(study.talks.lead_days, 0)],
		)
	yield "chance: what naming anybody who was there on the same days would find; lift: how many times that the precision is"
	yield ""
	yield from _moments(study)
	yield from _groups(study)


def _title(one: OverTime) -> str:
	return one.title if one.code == one.title else f"{one.code}: {one.title}"


def _moments(study: Study) -> Iterator[str]:
	yield "On one day, of those still there: rules by what stands that day, and a logistic model over the same numbers, which names as many"
	yield _line("", [*HEADS, "AUC (folds)"])
	yield from study.beyond
	for one in study.moments:
		tally = one.rules
		when = f", {one.day}" if one.day else ""
		yield f"week {one.week}{when}: {tally.learners:,} learners, base rate {cells.share(tally.base)}"
		yield _line("  rules", [*_tally(tally), cells.area(one.rules_area)])
		if one.model is not None:
			yield _line("  logistic model", [*_tally(one.model), cells.area(one.model_area)])
		yield f"  {cells.beside(one)}"
	yield ""


def _groups(study: Study) -> Iterator[str]:
	if not study.groups:
		return
	yield "By group, all rules together; figures about few are left out"
	yield _line("", ["learners", "base rate", "false alarms", "misses"])
	for one in study.groups:
		learners = cells.HIDDEN if one.learners is None else f"{one.learners:,}"
		shares = (one.base, one.false_alarms, one.misses)
		told = [cells.HIDDEN if found is None else cells.share(found) for found in shares]
		yield _line(f"{one.kind}: {one.group}", [learners, *told])
	yield "false alarms: of those of whom it did not come true, warned of; misses: of those of whom it did, not warned of in time"
	yield ""


def _tally(tally: Tally) -> list[str]:
	counts = [tally.named, tally.hits, tally.happened]
	return [
		*(f"{count:,}" for count in counts),
		cells.share(tally.precision),
		cells.chance(tally),
		cells.lift(tally),
		cells.share(tally.recall),
	]


def _line(title: str, cells_: Sequence[str]) -> str:
	narrow: Iterable[str] = (f"{cell:>{COLUMN if '(' in cell or cell in WIDE else 10}}" for cell in cells_)
	return f"{title[:WIDTH]:{WIDTH}}" + "".join(narrow)


WIDE = (
	"precision",
	"recall",
	"AUC (folds)",
	"base rate",
	"false alarms",
	"misses",
	cells.TOO_FEW,
	cells.HIDDEN,
)

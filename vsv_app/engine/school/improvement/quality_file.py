"""The quality file: what a school shows an inspector, its board or another school, as one JSON document frozen at a date.

Numbers with how many they are of, judgements with their evidence, what was aimed at and how far it came, trials with those that failed.
Never a remark of a survey, a finding that was for the school's own use, or a figure of a few. docs/contract/quality-file.schema.json
says the same of its form.

QualityFileError(ValueError)   something that does not belong in it; the sentence says what, and what to do
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vsv_app.engine.school.improvement import frameworks, trials
from vsv_app.engine.school.improvement.aims import OF_PEOPLE, Aim, Standing
from vsv_app.engine.school.improvement.frameworks import Finding
from vsv_app.engine.school.improvement.school_plans import TookPart
from vsv_app.engine.school.improvement.trials import Trial
from vsv_app.engine.sentences import say
from vsv_app.engine.small_groups import SMALLEST_GROUP

VERSION = 1
"""Of the form of the document: raised when what is there changes its name or meaning."""
FORMAT = "vsv-quality-file"
REMARKS = ("remark", "remarks", "comment", "comments", "free_text", "note", "notes")
"""Names under which somebody might put what people wrote, or what was noted for the school's own use."""
PEOPLE = ("learners", "people", "families", "staff")
"""Units in which a figure counts people."""

Document = dict[str, Any]


class QualityFileError(ValueError):
	"""The sentence says what does not belong in it, and what to do."""


@dataclass(frozen=True)
class Figure:
	"""A number of the school. `of`: over how many people; None: it is about none. `value` None: left out, as the group is too small.

	reference   a figure to hold it against, with `reference_source`: who says so, for which year
	"""

	name: str
	value: float | None
	unit: str
	of: int | None = None
	group: str = ""
	period: str = ""
	reference: float | None = None
	reference_source: str = ""


@dataclass(frozen=True)
class Voice:
	"""A scale of a survey as one audience answered it: its mean, how many answered, of how many who were asked."""

	round: str
	audience: str
	scale: str
	value: float | None
	answered: int
	asked: int
	lowest: float
	highest: float


@dataclass(frozen=True)
class AimMovement:
	"""An aim and where it stands on the day of the file."""

	aim: Aim
	standing: Standing


def made(
	school: str,
	period: tuple[date, date],
	frozen_on: date,
	*,
	context: Sequence[Figure] = (),
	outcomes: Sequence[Figure] = (),
	voices: Sequence[Voice] = (),
	findings: Sequence[Finding] = (),
	aims: Sequence[AimMovement] = (),
	tried: Sequence[Trial] = (),
	took_part: Sequence[TookPart] = (),
	smallest: int = SMALLEST_GROUP,
) -> Document:
	"""The document of what it is given, checked. Raises QualityFileError for what does not belong in it, and makes nothing then.

	findings   a formative one is refused: choose with `frameworks.for_others`
	tried      every trial of the period that was agreed, whatever came of it; a draft is left out
	"""
	for finding in findings:
		if finding.formative:
			raise QualityFileError(
				say(
					"The finding on {0} is for the school's own use. Leave it out, or decide first that others may read it.",
					finding.question,
				)
			)
	document: Document = {
		"format": FORMAT,
		"version": VERSION,
		"school": school.strip(),
		"period": {"from": str(period[0]), "to": str(period[1])},
		"frozen_on": str(frozen_on),
		"smallest_group": smallest,
		"context": [_figure(one) for one in context],
		"outcomes": [_figure(one) for one in outcomes],
		"voices": [_voice(one) for one in voices],
		"judgements": [_judgement(one) for one in frameworks.standing(findings).values()],
		"aims": [_aim(one, smallest) for one in aims],
		"trials": [_trial(one, smallest) for one in tried if one.status != trials.DRAFT],
		"took_part": [
			{
				"audience": one.audience,
				"number": one.number if one.number >= smallest else None,
				"how": one.how,
			}
			for one in took_part
		],
	}
	check(document)
	return document


def check(document: Mapping[str, Any]) -> None:
	"""Raises QualityFileError for a document of another form, and for what a quality file never holds."""
	if document.get("format") != FORMAT or document.get("version") != VERSION:
		raise QualityFileError(say("This is no quality file of version {0}.", str(VERSION)))
	_check_names(document)
	_check_form(document)
	smallest = document["smallest_group"]
	if not isinstance(smallest, int) or smallest < SMALLEST_GROUP:
		raise QualityFileError(
			say(
				"Groups of fewer than {0} are in no quality file. Set the limit to that or more.",
				str(SMALLEST_GROUP),
			)
		)
	for row in (*document["context"], *document["outcomes"]):
		_check_figure(row, smallest)
	for row in document["outcomes"]:
		if row["of"] is None:
			raise QualityFileError(say("{0}: say of how many people it is.", str(row["name"])))
	for row in document["voices"]:
		_check_voice(row, smallest)
	for row in document["aims"]:
		_check_aim(row, smallest)
	for row in document["trials"]:
		_check_trial(row, smallest)
	for row in document["judgements"]:
		if not row["evidence"]:
			raise QualityFileError(say("The judgement on {0} has no evidence.", str(row["question"])))
	for row in document["took_part"]:
		_check_group(str(row["audience"]), row["number"], row["number"], smallest)


FIELDS: Mapping[str, Sequence[str]] = {
	"": (
		"format", "version", "school", "period", "frozen_on", "smallest_group", "context", "outcomes", "voices", "judgements",
		"aims", "trials", "took_part",
	),
	"period": ("from", "to"),
	"context": ("name", "value", "unit", "of", "group", "period", "reference", "reference_source"),
	"outcomes": ("name", "value", "unit", "of", "group", "period", "reference", "reference_source"),
	"voices": ("round", "audience", "scale", "value", "answered", "asked", "lowest", "highest"),
	"judgements": ("framework", "question", "judgement", "evidence", "on"),
	"aims": (
		"what", "domain", "factor", "measured_by", "measure", "baseline", "target", "due", "status", "learned", "value", "progress",
		"line",
	),
	"line": ("on", "value", "of"),
	"trials": (
		"question", "differs", "comparison", "indicator", "starts", "stops", "status", "verdict", "sentence", "difference", "range",
		"learners_tried", "learners_compared", "decision", "reasons",
	),
	"took_part": ("audience", "number", "how"),
}  # fmt: skip
"""What stands in each part: all of it, and nothing else."""


def _figure(one: Figure) -> Document:
	return {name: getattr(one, name) for name in FIELDS["context"]}


def _voice(one: Voice) -> Document:
	return {name: getattr(one, name) for name in FIELDS["voices"]}


def _judgement(one: Finding) -> Document:
	return {
		"framework": one.framework,
		"question": one.question,
		"judgement": one.judgement,
		"evidence": [{"kind": evidence.kind, "what": evidence.what} for evidence in one.evidence],
		"on": str(one.on),
	}


def _aim(moved: AimMovement, smallest: int) -> Document:
	aim, standing = moved.aim, moved.standing
	return {
		**{name: getattr(aim, name) for name in FIELDS["aims"] if hasattr(aim, name)},
		"due": str(aim.due),
		"value": standing.now.value if standing.now else None,
		"progress": standing.progress,
		# How many were too few is left out with what they said.
		"line": [
			{
				"on": str(point.on),
				"value": point.value,
				"of": point.of if (point.of or 0) >= smallest else None,
			}
			for point in standing.line
		],
	}


def _trial(trial: Trial, smallest: int) -> Document:
	design, result = trial.design, trial.result
	found = result.comparison if result else None
	return {
		"question": design.question,
		"differs": design.differs,
		"comparison": design.comparison,
		"indicator": design.indicator,
		"starts": str(design.starts),
		"stops": str(design.stops),
		"status": trial.status,
		"verdict": result.verdict if result else None,
		"sentence": str(result.why) if result else None,
		"difference": found.difference if found else None,
		"range": found.reach if found else None,
		"learners_tried": found.learners_tried if found else None,
		"learners_compared": found.learners_compared if found else None,
		"decision": trial.decision or None,
		"reasons": trial.reasons or None,
	}


def _check_form(document: Mapping[str, Any]) -> None:
	_check_fields(document, "", FIELDS[""])
	if not str(document["school"]).strip():
		raise QualityFileError("Say of which school it is.")
	period = document["period"]
	_check_fields(period, "period", FIELDS["period"])
	if not str(period["from"]) <= str(period["to"]) <= str(document["frozen_on"]):
		raise QualityFileError("The file is frozen on the last day of its period or later. Change its dates.")
	for part in ("context", "outcomes", "voices", "judgements", "aims", "trials", "took_part"):
		if not isinstance(document[part], list):
			raise QualityFileError(say("{0} is a list.", part))
		for row in document[part]:
			_check_fields(row, part, FIELDS[part])
	for row in document["aims"]:
		for point in row["line"]:
			_check_fields(point, "line", FIELDS["line"])


def _check_names(value: Any) -> None:
	"""Wherever in the document: no place for what people wrote in a survey, or for what was noted inside."""
	if isinstance(value, Mapping):
		for name, inner in value.items():
			if str(name).lower() in REMARKS:
				raise QualityFileError(
					say(
						"{0} is no part of a quality file: what people wrote stays in the school. Leave it out.",
						str(name),
					)
				)
			if name == "formative":
				raise QualityFileError("A formative finding is for the school's own use. Leave it out.")
			_check_names(inner)
	elif isinstance(value, list | tuple):
		for inner in value:
			_check_names(inner)


def _check_fields(row: Any, where: str, fields: Iterable[str]) -> None:
	known = set(fields)
	if not isinstance(row, Mapping):
		raise QualityFileError(say("{0}: each entry is a JSON object.", where))
	if strange := sorted(map(str, row.keys() - known)):
		raise QualityFileError(
			say(
				"{0} is no field of a quality file. Leave it out.",
				".".join(filter(None, (where, strange[0]))),
			)
		)
	if missing := sorted(known - row.keys()):
		raise QualityFileError(say("{0} is missing.", ".".join(filter(None, (where, missing[0])))))


def _check_figure(row: Mapping[str, Any], smallest: int) -> None:
	name, value, of = str(row["name"]), row["value"], row["of"]
	_check_group(name, value, of, smallest)
	if row["reference"] is not None and not str(row["reference_source"]).strip():
		raise QualityFileError(say("{0}: say where the figure to compare with comes from.", name))
	if value is None:
		return
	# As much is told by all but two as by two, so both what is counted and the rest of the group are nobody or enough.
	counted = value if row["unit"] in PEOPLE else round(value * of / 100) if row["unit"] == "%" and of else 0
	rest = (of or counted) - counted
	if 0 < counted < smallest or 0 < rest < smallest:
		raise QualityFileError(
			say("{0}: it holds for fewer than {1}, or for all but so few. Leave it out.", name, str(smallest))
		)


def _check_voice(row: Mapping[str, Any], smallest: int) -> None:
	_check_group(f"{row['scale']} ({row['audience']})", row["value"], row["answered"], smallest)
	if row["answered"] > row["asked"]:
		raise QualityFileError(say("{0}: more people answered than were asked.", str(row["scale"])))


def _check_aim(row: Mapping[str, Any], smallest: int) -> None:
	for point in row["line"] if row["measured_by"] in OF_PEOPLE else ():
		if point["value"] is not None and point["of"] is None:
			raise QualityFileError(say("{0}: say of how many people it is.", str(row["what"])))
		_check_group(str(row["what"]), point["value"], point["of"], smallest)


def _check_trial(row: Mapping[str, Any], smallest: int) -> None:
	for of in ("learners_tried", "learners_compared"):
		if row["difference"] is not None and row[of] is None:
			raise QualityFileError(say("{0}: say of how many people it is.", str(row["question"])))
		_check_group(str(row["question"]), row["difference"], row[of], smallest)


def _check_group(name: str, value: Any, of: Any, smallest: int) -> None:
	"""A group is told of from the limit on, its size as well as what is measured over it; that nobody is there may be told."""
	if of is not None and 0 < of < smallest:
		raise QualityFileError(
			say(
				"{0}: a group of fewer than {1}. Take it together with another group, or leave it out.",
				name,
				str(smallest),
			)
		)
	if of == 0 and value:
		raise QualityFileError(say("{0}: a figure of nobody. Leave it out.", name))

"""What is known to remain: each with why it is no breach of what docs/data-protection.md promises."""

import re
from dataclasses import dataclass

from vsv_app.tests.security.every_way_in.crawl import Finding


@dataclass(frozen=True)
class Remains:
	"""A way in, how it shows, of which kind of record (patterns), and why it stays."""

	label: str
	how: str
	doctype: str
	why: str


REMAINS = (
	Remains(
		".*",
		"name in error",
		".*",
		"Frappe refuses a comment, a version or a file with the name of the record that it is of, to whoever gives its own name.",
	),
	Remains(
		".* made.*",
		"answer",
		"Student",
		"A form shows the titles of what it links to: who is given a learner's number by somebody is told the learner's name.",
	),
	Remains(
		".*",
		"changed row of Early Warning Signal|row of Signal Step",
		"Early Warning Signal|Signal Step",
		"What is entered about a learner is evaluated: the app itself writes the signal and its step, which are read by the table alone.",
	),
)


def accepted(finding: Finding) -> bool:
	shown = (finding.label, finding.how, finding.doctype)
	return any(all(map(re.fullmatch, (one.label, one.how, one.doctype), shown)) for one in REMAINS)

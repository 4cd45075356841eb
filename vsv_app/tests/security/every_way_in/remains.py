"""What is known to remain: each with why it is no breach of what docs/data-protection.md promises."""

import re
from dataclasses import dataclass

from vsv_app.tests.security.every_way_in.crawl import Finding


@dataclass(frozen=True)
class Remains:
	"""A way in, how it shows (patterns), and why it stays."""

	label: str
	how: str
	why: str


REMAINS = (
	Remains(
		".*",
		"name in error",
		"Frappe refuses a comment, a version or a file with the name of the record that it is of, to whoever gives its own name.",
	),
)


def accepted(finding: Finding) -> bool:
	return any(
		re.fullmatch(one.label, finding.label) and re.fullmatch(one.how, finding.how) for one in REMAINS
	)

"""The tables of access as they stand in docs/data-protection.md."""

from collections.abc import Iterable

from vsv_app.engine.access.portal import PORTAL
from vsv_app.engine.access.reports import REPORTS
from vsv_app.engine.access.table import SETUP, TABLE


def at_a_desk() -> str:
	"""Who may do what at a desk."""
	return _table(
		("role", "document", "actions", "condition"),
		((row.role, row.document, ", ".join(row.actions), row.condition) for row in TABLE),
	)


def with_what_a_school_sets_up() -> str:
	"""Who may do what with what a school sets up: these rows have no conditions."""
	return _table(
		("role", "document", "actions"), ((row.role, row.document, ", ".join(row.actions)) for row in SETUP)
	)


def in_reports() -> str:
	"""Whose learners the reports name."""
	return _table(("report", "role", "learners"), ((row.report, row.role, row.learners) for row in REPORTS))


def in_the_portal() -> str:
	"""Who may do what in the portal."""
	return _table(
		("person", "document", "action", "condition"),
		((row.person, row.document, row.action, row.condition) for row in PORTAL),
	)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
	lines = [head, tuple("---" for _column in head), *rows]
	return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

"""What the engine refuses, said to a person at a desk or in the portal."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils.data import cast

from vsv_app.engine.care.plans import GoalError
from vsv_app.engine.lifecycle import IllegalStep, NotYet
from vsv_app.engine.partners.agreements import TermsError
from vsv_app.engine.partners.consent import ConsentError
from vsv_app.engine.sentences import Sentence
from vsv_app.engine.signals.explanation.findings import fact_in


class StepNotPossible(frappe.ValidationError):
	"""A step that the life of a document does not know."""


class StepTooEarly(frappe.ValidationError):
	"""A step whose preconditions are not met."""


class NotMeasurable(frappe.ValidationError):
	"""A goal that nobody could tell to be reached, or by when."""


class NotAgreeable(frappe.ValidationError):
	"""Terms or a consent that cannot be as they are."""


class NotByPortal(frappe.ValidationError):
	"""Only who is signed in to the portal says something there."""


class WrittenOnce(frappe.ValidationError):
	"""Something that stays as it was written."""


@contextmanager
def in_words() -> Iterator[None]:
	"""Turn what the engine raises into what a person reads, with all that is missing as a list."""
	try:
		yield
	except IllegalStep as illegal:
		frappe.throw(
			_("{0} cannot become {1}. Possible: {2}.").format(
				_(illegal.before), _(illegal.after), ", ".join(_(state) for state in illegal.possible) or _("nothing, it is closed")
			),
			exc=StepNotPossible,
			title=_("Step Not Possible"),
		)  # fmt: skip
	except NotYet as early:
		frappe.throw(
			[said(sentence) for sentence in early.missing],
			exc=StepTooEarly,
			title=_("Not Yet"),
			as_list=True,
		)
	except GoalError as goal:
		frappe.throw(
			[said(sentence) for sentence in goal.missing],
			exc=NotMeasurable,
			title=_("Goal: {0}").format(frappe.utils.escape_html(goal.what) or _("without a name")),
			as_list=True,
		)
	except (TermsError, ConsentError) as wrong:
		frappe.throw(said(wrong.args[0]), exc=NotAgreeable, title=_("Not Possible"))


def check_how(how: str | None, *, from_portal: bool, title: str) -> None:
	"""Raises NotByPortal where somebody at a desk writes that something was said in the portal."""
	if how == "Portal" and not from_portal:
		frappe.throw(
			_("Choose how it was said: in person, on paper or by phone."), exc=NotByPortal, title=title
		)


def keep_rows(before: list, after: list, fields: tuple[str, ...], title: str) -> None:
	"""Refuse when a row that was written before is gone or says something else; new rows may follow."""
	now = {row.name: row for row in after}
	for row in before:
		kept = now.get(row.name)
		if kept is None or any(_written(kept, field) != _written(row, field) for field in fields):
			frappe.throw(
				_("What was recorded here stays as it was written. Add a new row instead."),
				exc=WrittenOnce,
				title=title,
			)


def _written(row: Document, field: str) -> object:
	"""A form sends back as text what the database gives as a date or a number."""
	value = row.get(field)
	return None if value in (None, "") else cast(row.meta.get_field(field).fieldtype, value)


def said(sentence: str) -> str:
	"""A sentence of the engine in the reader's language, its places filled with words of that language."""
	if not isinstance(sentence, Sentence):
		return _(sentence)
	words = (
		word(part) if isinstance(part, str) else ", ".join(word(one) for one in part)
		for part in sentence.parts
	)
	return _(sentence.text).format(*words)


def word(text: str) -> str:
	"""What fills a place: a sentence of its own, words that are known as they are, or words around a number."""
	if isinstance(text, Sentence):
		return said(text)
	known = _(text)
	return known if known != text else fact_in(text, _)

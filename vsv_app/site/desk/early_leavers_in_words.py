"""Whom the school counts as an early leaver, in a sentence beside the figures."""

from frappe import _

from vsv_app.engine.care.early_leavers import Definition


def in_words(counts: Definition) -> str:
	"""The school's definition, for whoever reads a figure of leavers."""
	return " ".join([_("Counted as leaving early:"), _ages(counts), _qualified(counts), *_elsewhere(counts)])


def _ages(counts: Definition) -> str:
	if counts.age_from and counts.age_to:
		return _("who left at an age from {0} up to and including {1},").format(
			counts.age_from, counts.age_to
		)
	if counts.age_to:
		return _("who left up to and including the age of {0},").format(counts.age_to)
	if counts.age_from:
		return _("who left at the age of {0} or older,").format(counts.age_from)
	return _("who left at any age,")


def _qualified(counts: Definition) -> str:
	reasons = ", ".join(sorted(counts.qualified))
	if counts.certificate_counts and reasons:
		return _("without a certificate number and for another reason than: {0}.").format(reasons)
	if counts.certificate_counts:
		return _("without a certificate number.")
	return (
		_("for another reason than: {0}.").format(reasons) if reasons else _("with or without a certificate.")
	)


def _elsewhere(counts: Definition) -> list[str]:
	reasons = ", ".join(sorted(counts.elsewhere))
	return [_("Not counted: {0}.").format(reasons)] if reasons else []

"""Numbers as the spreadsheets of a school read them."""

import pytest

from vsv_app.engine.numbers import decimal, decimal_mark


@pytest.mark.parametrize(
	("number_format", "mark"),
	[
		("#,###.##", "."), ("#.###,##", ","), ("# ###.##", "."), ("# ###,##", ","), ("#'###.##", "."), ("#, ###.##", "."),
		("#,##,###.##", "."), ("#,###.###", "."), ("#.###", ","), ("#,###", "."), ("", "."), (None, "."),
	],
)  # fmt: skip
def test_the_mark_of_every_number_format_that_frappe_offers(number_format, mark):
	assert decimal_mark(number_format, "en") == mark


@pytest.mark.parametrize("language", ["nl", "nl-BE", "NL"])
def test_dutch_has_a_comma_whatever_the_format_says(language):
	"""Frappe sets up a Dutch school with a point."""
	assert decimal_mark("#,###.##", language) == ","


def test_hours_have_one_digit_after_the_mark():
	assert (decimal(16, ","), decimal(1.25, ".")) == ("16,0", "1.2")

"""A kind of document is found wherever a request names it, however it is written, and a word in a sentence is none."""

import json
from urllib.parse import quote

import pytest

from vsv_app.engine.access.gate.naming import folded, of_kinds

KINDS = ("Concern", "Support Plan", "Named Reader")
NAMES = of_kinds(KINDS)
CONCERN = frozenset({"Concern"})


@pytest.mark.parametrize(
	"said",
	[
		"Concern",
		"concern",
		"CONCERN",
		"Concérn",
		"Ｃｏｎｃｅｒｎ",
		"Con\u200bcern",
		"Con\u00adcern",
		"Concern ",
		" Concern",
		"/api/resource/Concern/VSV-CON-1",
		"/Concern/VSV-CON-1",
		'{"doctype": "Concern"}',
		'{"doctype":"concern"}',
		'["Concern","name","like","%a%"]',
		'{"doctype": "\\u0043oncern"}',
		json.dumps({"args": json.dumps({"args": json.dumps({"doctype": "Concern"})})}),
		json.dumps({"args": '{"doctype": "\\u0043oncern"}'}),
		"`tabConcern`.`details`",
		"select details from tabConcern where 1",
		"(SELECT details FROM `tabConcern`)",
		"Concern.details",
		'{"doctype": "Con<!-- -->cern"}',
		"Student,Concern",
		"Student\nConcern",
		"doc:Concern/VSV-CON-1",
		quote('{"doctype": "Concern"}'),
		'{"Concern": ["VSV-CON-1"]}',
		"dt=Concern&dn=1",
		"['Concern', 'x']",
	],
)  # fmt: skip
def test_named_anywhere(said: str) -> None:
	assert NAMES.named(said) == CONCERN


@pytest.mark.parametrize(
	"said",
	[
		"",
		"He has a concern about the timetable.",
		"concerning",
		"Concerned Parents",
		"support planning",
		'{"concern": "VSV-CON-1"}',
		'{"doc": "{\\"concern\\": 1}"}',
		"tabConcerns",
		"no concern: none",
	],
)
def test_no_name(said: str) -> None:
	assert NAMES.named(said) == frozenset()


def test_several() -> None:
	said = '{"doctype": "Support Plan", "fields": "[\\"`tabNamed Reader`.user\\"]"}'
	assert NAMES.named(said) == {"Support Plan", "Named Reader"}


def test_the_name_that_a_database_takes_it_for() -> None:
	assert NAMES.exact("support plan  ") == "Support Plan"
	assert NAMES.exact("Support Plan") == "Support Plan"
	assert NAMES.exact("Supportplan") is None


def test_folded_is_as_a_collation_compares() -> None:
	assert folded("ÉCOLE\x00 ﬁn ①") == "ecole fin 1"

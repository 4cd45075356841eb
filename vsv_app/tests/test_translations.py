"""Everything that people read at a desk or in the portal has a Dutch translation, with the same places to fill."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

from frappe.tests.utils import FrappeTestCase
from frappe.translate import get_all_translations

from vsv_app.api.portal import writing
from vsv_app.engine.access import roles
from vsv_app.engine.care import agenda
from vsv_app.engine.signals.indicators import windows
from vsv_app.engine.signals.indicators.catalogue import INDICATORS
from vsv_app.engine.signals.statutory_reports import words_of
from vsv_app.modules import APP, MODULES, folder
from vsv_app.services.care import reminders
from vsv_app.services.care.board import timeline, waiting
from vsv_app.services.signals import statutory_reports

TRANSLATIONS = APP / "translations" / "nl.csv"
SPOKEN_BY_THE_ENGINE = ("plans", "agreements", "referrals", "concerns", "consent")
"""Modules whose refusals reach a person as they are written there."""
SUBJECTS = (
	"services/signals/alerting.py", "services/substitutes.py", "api/portal/writing.py", "services/care/meetings/decisions.py",
	"services/care/board/waiting.py", "vsv_app/doctype/care_meeting/care_meeting.py", "vsv_app/doctype/consent_record/consent_record.py",
)  # fmt: skip
IN_TABLES = (
	"engine/attendance/explanation.py", "services/attendance/settling.py", "services/attendance/witness.py",
	"services/gateways/door_alarms.py", "services/care/board/contesting.py", "services/care/meetings/decisions.py",
	*(f"engine/school/governance/{name}.py" for name in ("teams", "decisions", "ballots")),
	*(
		f"engine/school/improvement/{name}.py"
		for name in ("school_plans", "aims", "frameworks", "trials", "quality_file", "practice_cards")
	),
)  # fmt: skip
"""Modules that keep whole sentences in tables, or tell them to people."""
LAYOUT = ("Column Break",)
PLACE = re.compile(r"\{\w*\}")
IN_SCRIPTS = re.compile(r"""__\(\s*(["'`])((?:\\.|(?!\1).)+)\1""", re.DOTALL)
IN_PAGES = re.compile(r"""\b_\(\s*(["'])((?:\\.|(?!\1).)+)\1""", re.DOTALL)
IN_SUBJECTS = re.compile(
	r'^(?:SUBJECT|SEVERAL|(?:SEVERAL_)?(?:ESCALATED|BACK)|ANSWERED|STANDS_IN|IS_AWAY|IS_BACK|ENDED|INVITED|MOVED|CALLED_OFF|NOT_ANY_MORE|TAKEN_BACK|NO_LONGER_AGREES) = "(.+)"$',
	re.MULTILINE,
)
SENTENCE = re.compile(r"^[A-Z][^\n]+ [^\n]+[.?]$")


def ours() -> list[list[str]]:
	"""(English, Dutch, context) of our own file."""
	with TRANSLATIONS.open(encoding="utf-8", newline="") as file:
		return list(csv.reader(file))


def said() -> dict[str, str]:
	"""What people read, with where it is written."""
	found: dict[str, str] = {}
	for source in (
		of_doctypes,
		of_desk,
		of_python,
		of_scripts,
		of_the_board,
		of_pages,
		of_the_engine,
		of_subjects,
		of_lists,
		of_packs,
		of_reports,
		of_windows,
	):
		for text, where in source():
			if re.search(r"[A-Za-z]{2}", text):
				found.setdefault(text, where)
	return found


def in_modules(pattern: str) -> list[Path]:
	return sorted(path for module in MODULES for path in folder(module).glob(pattern))


def of_doctypes() -> Iterator[tuple[str, str]]:
	for path in in_modules("doctype/*/*.json"):
		described = json.loads(path.read_text("utf-8"))
		if described.get("doctype") == "DocType":
			yield described["name"], path.name
			if described.get("description"):
				yield described["description"], path.name
			yield from of_fields(described["fields"], path.name)
	yield from of_fields(json.loads((APP / "fixtures/custom_field.json").read_text("utf-8")), "custom_field")
	yield from ((role, "role") for role in roles.OURS)


def of_fields(fields: list[dict[str, str]], where: str) -> Iterator[tuple[str, str]]:
	for field in fields:
		if field.get("hidden") or field["fieldtype"] in LAYOUT:
			continue
		yield from ((field[key], where) for key in ("label", "description") if field.get(key))
		if field["fieldtype"] == "Select":
			options = [option for option in (field.get("options") or "").split("\n") if option]
			yield from ((option, where) for option in options if option not in INDICATORS)


def of_desk() -> Iterator[tuple[str, str]]:
	"""Reports, cards, charts, workspaces and pages."""
	for path in in_modules("report/*/*.json"):
		yield json.loads(path.read_text("utf-8"))["report_name"], path.name
	for path in [*in_modules("number_card/*/*.json"), *in_modules("dashboard_chart/*/*.json")]:
		described = json.loads(path.read_text("utf-8"))
		yield described.get("label") or described["chart_name"], path.name
	for path in in_modules("workspace/*/*.json"):
		described = json.loads(path.read_text("utf-8"))
		rows = [*described["links"], *described["shortcuts"], described]
		yield from ((row["label"], path.name) for row in rows if row["label"] != "Student Attendance")
		blocks = json.loads(described["content"])
		yield from ((block["data"]["text"], path.name) for block in blocks if block["type"] == "paragraph")
	for path in in_modules("page/*/*.json"):
		yield json.loads(path.read_text("utf-8"))["title"], path.name


def of_python() -> Iterator[tuple[str, str]]:
	for path in sorted(APP.rglob("*.py")):
		if "tests" in path.relative_to(APP).parts:
			continue
		for node in ast.walk(ast.parse(path.read_text("utf-8"))):
			if (
				isinstance(node, ast.Call)
				and spoken_by(node.func)
				and node.args
				and isinstance(node.args[0], ast.Constant)
			):
				yield str(node.args[0].value), path.name


def spoken_by(function: ast.expr) -> bool:
	"""Whether what is called translates."""
	if isinstance(function, ast.Attribute):
		return function.attr == "say"
	return isinstance(function, ast.Name) and function.id in ("_", "_lt", "say")


def of_the_board() -> Iterator[tuple[str, str]]:
	"""Titles that the board is told in tables."""
	for table in (waiting.TITLES, timeline.WITH, timeline.NOT_REACHED):
		yield from ((text, "board") for text in table.values())


def of_scripts() -> Iterator[tuple[str, str]]:
	for path in [*in_modules("**/*.js"), *sorted(APP.glob("public/js/**/*.js"))]:
		for _quote, text in IN_SCRIPTS.findall(path.read_text("utf-8")):
			yield json.loads(f'"{text}"'), path.name


def of_pages() -> Iterator[tuple[str, str]]:
	for path in [*in_modules("**/*.html"), *APP.glob("www/**/*.html"), *APP.glob("templates/**/*.html")]:
		for _quote, text in IN_PAGES.findall(path.read_text("utf-8")):
			yield text, path.name


def of_the_engine() -> Iterator[tuple[str, str]]:
	for module in SPOKEN_BY_THE_ENGINE:
		yield from sentences(next(APP.glob(f"engine/*/{module}.py")))
	for name in IN_TABLES:
		yield from sentences(APP / name)
	yield from ((why, "agenda.py") for why in agenda.WHY)
	for indicator in INDICATORS.values():
		yield from ((text, "indicators.py") for text in (indicator.label, indicator.unit))


def of_subjects() -> Iterator[tuple[str, str]]:
	for name in SUBJECTS:
		for subject in IN_SUBJECTS.findall((APP / name).read_text("utf-8")):
			yield subject, name
	for subjects in reminders.SUBJECTS.values():
		yield from ((subject, "reminders.py") for subject in subjects)
	yield from ((subject, "writing.py") for subject in writing.SUBJECTS.values())


def of_lists() -> Iterator[tuple[str, str]]:
	"""Lists that ship with the app and that families read too."""
	for name, field in (("intervention_types", "intervention"), ("absence_reasons", "reason")):
		for row in json.loads((APP / "data" / f"{name}.json").read_text("utf-8")):
			yield row[field], name


def of_reports() -> Iterator[tuple[str, str]]:
	"""What goes to the authority, in the language of who sends it."""
	yield from (
		(text, "statutory.py") for text in (*statutory_reports.COLUMNS.values(), statutory_reports.CORRECTED)
	)


def of_windows() -> Iterator[tuple[str, str]]:
	"""How refusals name a window: the words of a kind, and those around a length."""
	for kind in windows.KINDS:
		yield kind.lower(), "windows.py"
	for kind in windows.WITH_LENGTH:
		yield f"{{0}} {kind.lower()}", "windows.py"


def of_packs() -> Iterator[tuple[str, str]]:
	"""What a mentor reads of a rule that ships with the app."""
	for path in sorted(APP.glob("data/packs/*.json")):
		for rule in json.loads(path.read_text("utf-8"))["rules"]:
			yield from ((rule[key], path.name) for key in ("title", "advice", "basis") if rule.get(key))
			yield from ((kind, path.name) for kind in words_of(rule.get("report_kinds")))


def sentences(path: Path) -> Iterator[tuple[str, str]]:
	"""The sentences of a module that are not its documentation."""
	tree = ast.parse(path.read_text("utf-8"))
	documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
	parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
	left_out = documentation | parts
	for node in ast.walk(tree):
		if isinstance(node, ast.Constant) and id(node) not in left_out and SENTENCE.match(str(node.value)):
			yield str(node.value), path.name


class TestTranslations(FrappeTestCase):
	def test_everything_is_found_in_dutch(self) -> None:
		"""In our file, or where the word is Frappe's own, in Frappe's."""
		resolved = {text for text, dutch in get_all_translations("nl").items() if dutch}
		resolved |= {row[0] for row in ours() if row[1]}
		missing = {text: where for text, where in said().items() if text not in resolved}
		self.assertEqual(missing, {})

	def test_the_places_to_fill_are_the_same(self) -> None:
		for text, dutch, _context in ours():
			self.assertEqual(sorted(PLACE.findall(text)), sorted(PLACE.findall(dutch)), text)

	def test_each_stands_once_and_in_order(self) -> None:
		keys = [(row[0], row[2]) for row in ours()]
		self.assertEqual(keys, sorted(set(keys)))

	def test_what_is_gathered_is_what_people_read(self) -> None:
		found = said()
		self.assertGreater(len(found), 900)
		for text in (
			"Support Plan",
			"Quiet From",
			"Asks For A Change",
			"Say what the plan answers to.",
			"Not seen yet",
		):
			self.assertIn(text, found)

"""What a test may need of the machine, and the list at the end of what could not run here."""

import os
import shutil
from collections import Counter
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

from tests.seed import SEED
from vsv_app.embedded.broker import find_mosquitto

# How long an example takes says more of the machine's other work than of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("unhurried"), derandomize=True)
settings.register_profile(
	"explore",
	settings.get_profile("unhurried"),
	max_examples=int(os.environ.get("VSV_EXAMPLES", "1000")),
	print_blob=True,
)
settings.load_profile("same")

# The stories in a browser are tests of a site, as those in vsv_app/tests are.
collect_ignore = [] if os.environ.get("VSV_SITE") else ["browser"]

NEEDS = {
	"mosquitto": (find_mosquitto, "Mosquitto is not installed: apt-get install mosquitto"),
	"openssl": (lambda: shutil.which("openssl"), "OpenSSL is not installed: apt-get install openssl"),
	"broker": (
		lambda: find_mosquitto() or find_spec("amqtt"),
		"there is no broker, and none from PyPI for this Python: apt-get install mosquitto",
	),
	"amqtt": (lambda: find_spec("amqtt"), "amqtt is not there for this Python: the broker from PyPI"),
	"chromium": (lambda: shutil.which("chromium"), "Chromium is not installed: apt-get install chromium"),
}


MARKERS = (
	"long: takes a minute or more, and is begun first",
	"seeded: draws at random from the seed that VSV_SEED sets",
	"xdist_group(name): tests that share what is costly to make, or that measure, run one after another",
)


def pytest_report_header() -> str:
	return f"seed: {SEED} (VSV_SEED)"


def pytest_configure(config: pytest.Config) -> None:
	for line in MARKERS:
		config.addinivalue_line("markers", line)
	for name, (_find, remedy) in NEEDS.items():
		config.addinivalue_line("markers", f"{name}: left out where it is missing ({remedy})")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	absent = {name: remedy for name, (find, remedy) in NEEDS.items() if not find()}
	for item in items:
		for name, remedy in absent.items():
			if item.get_closest_marker(name):
				item.add_marker(pytest.mark.skip(reason=remedy))
		if "rng" in getattr(item, "fixturenames", ()):
			item.add_marker(pytest.mark.seeded)
	items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
	write = terminalreporter.write_line
	terminalreporter.section("not run here")
	reasons = Counter(
		str(report.longrepr[2]).removeprefix("Skipped: ")
		for report in terminalreporter.stats.get("skipped", ())
	)
	for reason, count in reasons.items():
		write(f"{count} tests: {reason}")
	if not reasons:
		write("nothing: all tests that need no Frappe site ran")
	write("(the site tests run by `make test-bench BENCH=<dir> SITE=<site>`, on a bench with the app)")

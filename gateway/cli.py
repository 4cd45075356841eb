"""The command `vsv-gateway`."""

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway import __version__
from gateway.config import ConfigError

DEFAULT_CONFIG = "/etc/vsv-gateway/gateway.toml"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h: systemd does not restart on it


def main(arguments: Sequence[str] | None = None) -> int:
	"""Run a command; the exit status."""
	options = _parser().parse_args(arguments)
	try:
		return int(options.do(options))
	except ConfigError as error:
		sys.stderr.write(f"{error.detail}\n")
		return EXIT_CONFIG
	except KeyboardInterrupt:
		return 130


def _parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(prog="vsv-gateway", description="Badge terminals in, check-ins out.")
	parser.add_argument("--version", action="version", version=__version__)
	commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
	run = commands.add_parser("run", help="read the terminals and publish check-ins, until stopped")
	_with_config(run)
	run.add_argument("--log-level", choices=LEVELS, default="INFO")
	run.add_argument(
		"--feedback-log", type=Path, metavar="FILE", help="add a line of JSON for each signal given"
	)
	run.add_argument(
		"--simulated-clock", metavar="START@SPEED", help="play a day, such as 2026-11-23T08:00:00+01:00@60"
	)
	run.set_defaults(do=_run)
	return parser


def _with_config(parser: argparse.ArgumentParser) -> None:
	parser.add_argument("--config", type=Path, default=Path(DEFAULT_CONFIG), metavar="FILE")


def _run(options: argparse.Namespace) -> int:
	from gateway.clock import parse_simulated  # noqa: PLC0415  # each command loads only what it needs
	from gateway.config import load, load_secrets  # noqa: PLC0415
	from gateway.outbox import OutboxError  # noqa: PLC0415
	from gateway.service import Service  # noqa: PLC0415

	logging.basicConfig(
		level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
	)
	logging.getLogger("apscheduler").setLevel(logging.WARNING)
	config = load(options.config)
	try:
		clock = parse_simulated(options.simulated_clock) if options.simulated_clock else None
	except ValueError as error:
		raise ConfigError(f"--simulated-clock: {error}") from None
	try:
		service = Service(config, load_secrets(config), clock=clock, feedback_log=options.feedback_log)
	except OutboxError as error:
		sys.stderr.write(f"{error.detail}\n")
		return 1
	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, lambda _number, _frame: service.stop())
	service.run()
	return 0

"""The command `vsv-gateway`. Each command loads only what it needs, so that a Pi Zero starts quickly."""

import argparse
import getpass
import io
import json
import logging
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway import __version__, decode
from gateway.config import DAY_S, ConfigError
from gateway.control import MAX_ENROL_S

DEFAULT_CONFIG = "/etc/vsv-gateway/gateway.toml"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
EXIT_FAILED, EXIT_CONFIG = 1, 78  # 78 is EX_CONFIG of sysexits.h, on which systemd does not start again
EXIT_INTERRUPTED = 130
SHOWN_BYTES = 32


def main(arguments: Sequence[str] | None = None) -> int:
	"""Run a command; the exit status."""
	options = _parser().parse_args(arguments)
	for stream in (sys.stdout, sys.stderr):
		# A name that the terminal cannot show is no reason to say nothing
		if isinstance(stream, io.TextIOWrapper):
			stream.reconfigure(errors="backslashreplace")
	try:
		return int(options.run(options))
	except ConfigError as error:
		return _complain(error.detail, EXIT_CONFIG)
	except BrokenPipeError:
		return EXIT_FAILED
	except KeyboardInterrupt:
		return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(prog="vsv-gateway", description="Badge terminals in, check-ins out.")
	parser.add_argument("--version", action="version", version=__version__)
	commands = parser.add_subparsers(required=True, metavar="COMMAND")

	def command(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
		added = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
		added.set_defaults(run=run)
		return added

	run = command("run", _run, "read the terminals and publish check-ins, until stopped")
	run.add_argument("--log-level", choices=LEVELS, default="INFO")
	run.add_argument(
		"--feedback-log", type=Path, metavar="FILE", help="add a line of JSON for each signal given"
	)
	run.add_argument(
		"--simulated-clock", metavar="START@SPEED", help="play a day, such as 2026-11-23T08:00:00+01:00@60"
	)
	check = command("check", _check, "test everything the gateway depends on; says what to do")
	listen = command("listen", _listen, "show what a reader says; guesses protocol and speed")
	listen.add_argument("port", metavar="PORT")
	listen.add_argument(
		"--protocol", default="auto", metavar="NAME", help="auto, raw, or a name from `protocols`"
	)
	listen.add_argument("--baud", type=int, default=0)
	listen.add_argument("--seconds", type=_seconds(DAY_S), default=30.0)
	decode.add_option_argument(listen)
	status = command("status", _status, "ask the running gateway how it fares")
	status.add_argument("--json", action="store_true")
	status.add_argument(
		"--recent", action="store_true", help="also the last reads and faults, without numbers"
	)
	outbox = command(
		"outbox", _outbox, "look into the store: how many check-ins wait, the oldest, all of them"
	)
	outbox.add_argument("what", choices=("count", "oldest", "export"))
	enrol = command(
		"enrol", _enrol, "show the digests of badges held to a terminal, instead of checking them in"
	)
	enrol.add_argument("terminal")
	enrol.add_argument("--seconds", type=_seconds(MAX_ENROL_S), default=60.0)
	init = command("init", _init, "make the configuration: from a one-time code, or from a few questions")
	init.add_argument("--server", metavar="URL")
	init.add_argument("--gateway", metavar="NAME")
	init.add_argument("--code", metavar="CODE", help="from the Attendance Gateway form")
	init.add_argument(
		"--ca-file", default="", metavar="FILE", help="where the server has a certificate of your own"
	)
	init.add_argument("--insecure", action="store_true", help="allow http://, in the clear: for a test bench")
	init.add_argument(
		"--serial-server",
		action="append",
		default=[],
		metavar="URL",
		help="a port on the network that the form may name, as socket://10.0.0.5:4001",
	)
	init.add_argument("--data-dir", default="/var/lib/vsv-gateway", metavar="DIR")
	install = command(
		"install", _install, "write the systemd unit, the udev rules and the drivers to load, make the user"
	)
	install.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="write below DIR only")
	for each in (run, check, status, outbox, enrol, init):
		each.add_argument("--config", type=Path, default=Path(DEFAULT_CONFIG), metavar="FILE")
	decode.add_parsers(commands)
	return parser


def _seconds(most: int) -> Callable[[str], float]:
	"""What reads a number of seconds."""

	def read(text: str) -> float:
		try:
			seconds = float(text)
		except ValueError:
			seconds = 0.0
		if not 0 < seconds <= most:
			raise argparse.ArgumentTypeError(f"a number above 0 and up to {most}, not {text!r}")
		return seconds

	return read


def _run(options: argparse.Namespace) -> int:
	from gateway.clock import parse_simulated  # noqa: PLC0415
	from gateway.config import load, load_secrets  # noqa: PLC0415
	from gateway.outbox import OutboxError, OutboxInUse  # noqa: PLC0415
	from gateway.service import Service  # noqa: PLC0415

	logging.basicConfig(
		level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
	)
	logging.getLogger("apscheduler").setLevel(logging.WARNING)
	config = load(options.config)
	secrets = load_secrets(config)
	try:
		clock = parse_simulated(options.simulated_clock) if options.simulated_clock else None
	except ValueError as error:
		raise ConfigError(f"--simulated-clock: {error}") from None
	stopping = threading.Event()
	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, lambda _number, _frame: stopping.set())
	while not stopping.is_set():
		try:
			service = Service(
				config, secrets, clock=clock, feedback_log=options.feedback_log, stopping=stopping
			)
		except OutboxInUse as error:
			return _complain(error.detail)
		except OutboxError as error:
			from gateway.out_of_service import wait_for_store  # noqa: PLC0415

			wait_for_store(config, error.detail, stopping, options.feedback_log)
			continue
		service.run()
	return 0


def _check(options: argparse.Namespace) -> int:
	from gateway.check import check  # noqa: PLC0415

	failed = False
	for finding in check(options.config):
		failed |= bool(finding.remedy)
		_say(f"{'FAIL' if finding.remedy else 'ok':4} {finding.subject}: {finding.said}")
		if finding.remedy:
			_say(f"     -> {finding.remedy}")
	return EXIT_FAILED if failed else 0


def _listen(options: argparse.Namespace) -> int:
	from gateway import listen, readers  # noqa: PLC0415
	from gateway.terminal import PORT_TROUBLE  # noqa: PLC0415

	try:
		if options.protocol == "auto":
			return _listen_auto(options.port)
		if options.protocol == "raw":
			for chunk in listen.raw(options.port, options.baud or listen.BAUDS[0], options.seconds):
				_say(chunk.hex(" "))
			return 0
		chosen = decode.options_of(options)
		for item in listen.watch(options.port, options.protocol, options.baud, options.seconds, chosen):
			_say(json.dumps(decode.as_json(item)))
	except readers.ReaderError as error:
		return _complain(str(error))
	except PORT_TROUBLE as error:
		return _complain(f"{options.port}: {error}; {listen.remedy(error)}")
	return 0


def _listen_auto(port: str) -> int:
	from gateway import listen  # noqa: PLC0415

	_say("Hold a badge to the reader, and keep taking it away and back.")
	for found in listen.guess(port, round_s=listen.ROUND_S):
		if isinstance(found, listen.Trying):
			asking = f", asking as {found.protocol}" if found.protocol else ""
			_say(f"trying {found.baud} baud{asking} ...")
		elif isinstance(found, listen.Guess):
			_say(f'protocol = "{found.protocol}"')
			_say(f"baud = {found.baud}")
			_say(f"badges read: {', '.join(found.cards) or 'none yet'}; faults: {found.faults}")
			return 0
		elif not found.heard:
			return _complain("not one byte came: is the reader powered, and are RX and TX crossed?")
		else:
			for baud, heard in found.heard.items():
				_say(f"at {baud} baud came {len(heard)} bytes: {heard[:SHOWN_BYTES].hex(' ')}")
	return _complain("nothing that any known protocol explains; see docs/gateway/troubleshooting.md")


def _status(options: argparse.Namespace) -> int:
	from gateway import control  # noqa: PLC0415
	from gateway.config import load  # noqa: PLC0415

	directory = load(options.config).data_dir
	try:
		(facts,) = control.ask(directory, {"ask": "status"})
		recent = list(control.ask(directory, {"ask": "recent"})) if options.recent else []
	except control.NotRunning as error:
		return _complain(str(error))
	if options.json:
		_say(json.dumps({**facts, "recent": recent} if options.recent else facts))
		return 0
	for name, value in facts.items():
		if not isinstance(value, list):
			_say(f"{name}: {'unknown' if value is None else value}")
	for terminal in facts["terminals"]:
		faults = ", ".join(f"{kind} {count}" for kind, count in terminal["faults"].items()) or "none"
		_say(
			f"terminal {terminal['terminal']} ({terminal['protocol']}): {terminal['state']}, {terminal['reads']} reads,"
			f" faults: {faults}, last read {terminal['last_read_at'] or 'never'}"
		)
	for alarm in facts["alarms"]:
		_say(f"ALARM {alarm['kind']} {alarm['terminal'] or ''}: {alarm['detail']}")
	for noted in recent:
		_say(f"{noted['at']} {noted['terminal']}: {noted['what']}")
	return 0


def _outbox(options: argparse.Namespace) -> int:
	from gateway.config import load  # noqa: PLC0415
	from gateway.inspect_outbox import NoOutbox, look  # noqa: PLC0415

	try:
		for line in look(load(options.config).data_dir, options.what):
			_say(line)
	except NoOutbox as error:
		return _complain(str(error))
	return 0


def _enrol(options: argparse.Namespace) -> int:
	from gateway import control  # noqa: PLC0415
	from gateway.config import load  # noqa: PLC0415

	question = {"ask": "enrol", "terminal": options.terminal, "seconds": options.seconds}
	try:
		for answer in control.ask(load(options.config).data_dir, question, patience_s=options.seconds + 10):
			if "error" in answer:
				return _complain(answer["error"])
			if "badge" in answer:
				_say(f"badge {answer['badge']}")
			else:
				_say(f"Hold badges to {answer['terminal']}, one by one.")
	except control.NotRunning as error:
		return _complain(str(error))
	return 0


def _init(options: argparse.Namespace) -> int:
	from gateway import provision  # noqa: PLC0415

	try:
		provision.make_way(options.config)
		if options.code:
			if not (options.server and options.gateway):
				return _complain("--code needs --server and --gateway as well")
			given = provision.fetch(
				options.server,
				options.gateway,
				options.code,
				ca_file=options.ca_file,
				insecure=options.insecure,
				serial_servers=options.serial_server,
			)
		else:
			# From a pipe there is nothing to hide, and getpass would ask the terminal of whoever made the pipe
			secret = getpass.getpass if sys.stdin.isatty() else input
			given = provision.ask(input, secret, gateway=options.gateway, server=options.server)
		provision.write(
			options.config,
			given,
			data_dir=options.data_dir,
			ca_file=options.ca_file,
			insecure=options.insecure,
		)
	except provision.ProvisionError as error:
		return _complain(error.detail)
	_say(f"wrote {options.config}; next: vsv-gateway check")
	return 0


def _install(options: argparse.Namespace) -> int:
	from gateway.install import InstallError, install  # noqa: PLC0415

	executable = shutil.which("vsv-gateway") or f"{sys.executable} -m gateway"
	try:
		for done in install(executable, options.root):
			_say(done)
	except (InstallError, OSError) as error:
		return _complain(getattr(error, "detail", str(error)))
	return 0


def _say(line: str) -> None:
	sys.stdout.write(f"{line}\n")
	sys.stdout.flush()


def _complain(line: str, status: int = EXIT_FAILED) -> int:
	sys.stderr.write(f"{line}\n")
	return status

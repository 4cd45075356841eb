"""The listener on one SQLite file: `python -m vsv_app.embedded.listen --database FILE --port N`."""

import argparse
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from vsv_app.embedded import clock
from vsv_app.engine.gateways.broker_files import listener_account
from vsv_app.listener import BrokerAddress, Listener
from vsv_app.services.school import SETTINGS
from vsv_app.stores.sqlite_store import SqliteStore


def main(arguments: Sequence[str] | None = None) -> None:
	"""Listen until SIGTERM or SIGINT. The broker's password comes from the school's own settings."""
	options = _options(arguments)
	logging.basicConfig(level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
	store = SqliteStore(options.database)
	settings = store.single(SETTINGS)
	password = store.secret(SETTINGS, SETTINGS, "mqtt_password")
	store.close()
	address = BrokerAddress(
		host="127.0.0.1",
		port=options.port,
		school=settings["school_code"],
		client_id=listener_account(settings["school_code"]),
		username=listener_account(settings["school_code"]),
		password=password,
		tls=False,
	)
	now = clock.simulated(options.simulated_clock) if options.simulated_clock else clock.system
	listener = Listener(address, sessions(options.database), now, closes_days=True)
	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, lambda *_: listener.stop())
	listener.run()


def sessions(path: Path) -> Callable[[], AbstractContextManager[SqliteStore]]:
	"""One connection for each piece of work would cost more than the work; the worker keeps one while it holds."""
	kept: list[SqliteStore] = []

	@contextmanager
	def session() -> Iterator[SqliteStore]:
		store = kept.pop() if kept else SqliteStore(path)
		try:
			yield store
		except BaseException:
			store.close()
			raise
		kept.append(store)

	return session


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
	parser = argparse.ArgumentParser(description="Check-ins from the broker into a school's SQLite file.")
	parser.add_argument("--database", type=Path, required=True)
	parser.add_argument("--port", type=int, required=True, help="of the broker on this machine")
	parser.add_argument(
		"--simulated-clock", metavar="START@SPEED@BEGAN", help="play a day faster than it passes"
	)
	parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
	return parser.parse_args(arguments)


if __name__ == "__main__":
	main()

"""amqtt as a process of its own, for machines without Mosquitto: `python -m vsv_app.embedded.amqtt_broker FILE`.

FILE is JSON: `port`, `users` (password by name), `write` and `read` (topics by name). It speaks MQTT 3.1.1.
"""

import asyncio
import json
import logging
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from amqtt.broker import Broker
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher


async def serve(settings: dict[str, Any], passwords: Path) -> None:
	"""Run until SIGTERM or SIGINT."""
	hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
	passwords.write_text(
		"".join(f"{name}:{hasher.hash(password)}\n" for name, password in settings["users"].items()),
		encoding="utf-8",
	)
	broker = Broker(
		{
			"listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{settings['port']}"}},
			"plugins": {
				"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(passwords)},
				"amqtt.plugins.topic_checking.TopicAccessControlListPlugin": {
					"publish_acl": settings["write"],
					"acl": settings["read"],
				},
			},
		}
	)
	await broker.start()
	stopping = asyncio.Event()
	loop = asyncio.get_running_loop()
	for number in (signal.SIGTERM, signal.SIGINT):
		loop.add_signal_handler(number, stopping.set)
	await stopping.wait()
	await broker.shutdown()


def main() -> None:
	logging.basicConfig(level=logging.WARNING)
	settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
	with tempfile.TemporaryDirectory(prefix="vsv-broker-") as folder:
		asyncio.run(serve(settings, Path(folder) / "passwords"))


if __name__ == "__main__":
	main()

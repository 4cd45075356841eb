"""From the outbox to the broker, and the app's answers back. One thread; paho's thread and the terminals only leave it notes."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from gateway import __version__, messages
from gateway.alarms import Alarms
from gateway.backoff import Backoff
from gateway.clock import Clock
from gateway.drain import Drain
from gateway.link import (
	BAD_ACCOUNT,
	SESSION_TAKEN_OVER,
	Address,
	Connected,
	Link,
	LinkEvent,
	Lost,
	Reached,
	Received,
	Taken,
	Unreachable,
)
from gateway.outbox import Batch, Outbox, OutboxError

log = logging.getLogger("vsv_gateway.publisher")

TICK_S = 1.0
TIDY_EVERY_S = 30.0
REACH_PATIENCE_S = (
	120.0  # name servers, addresses and the handshake have shorter patience of their own, one after the other
)
ANSWER_PATIENCE_S = 6.0
PROOF_WAIT_S = 0.5  # the broker sends a retained acknowledgement right behind the subscription
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.5, 60.0
NAME_IN_USE_PAUSE_S = 300.0
STEADY_S = 60.0
SHORT_LIVED_LIMIT = 4
FLUSH_S, GOODBYE_S = 4.0, 2.0
ASIDE_LIMIT = 64


class Replayed(Exception):
	"""A genuine message that somebody sent again: it is not believed twice."""


class Publisher:
	"""Runs from `start` until `stop`. `obey` is called with each command that is genuine, new and in time."""

	def __init__(
		self,
		*,
		school: str,
		gateway: str,
		address: Address,
		mac_key: bytes,
		outbox: Outbox,
		clock: Clock,
		alarms: Alarms,
		hold_undated_s: float,
		obey: Callable[[messages.Command], None],
	) -> None:
		self._school, self._gateway, self._address, self._key = school, gateway, address, mac_key
		self._outbox, self._clock, self._alarms, self._obey = outbox, clock, alarms, obey
		self._drain = Drain(outbox, publish=self._publish_batch, may_still_be_dated=self._may_still_be_dated)
		self._hold_until_ns = hold_undated_s * 1e9
		self._notes: queue.SimpleQueue[tuple[Link, LinkEvent] | None] = queue.SimpleQueue()
		self._woken = threading.Event()
		self._stopping = threading.Event()
		self._aside: deque[tuple[str, bytes]] = deque(maxlen=ASIDE_LIMIT)
		self._acknowledged: dict[str, int] = {}
		self._backoff = Backoff(FIRST_BACKOFF_S, LONGEST_BACKOFF_S)
		self._link: Link | None = None
		self._five = True
		self._reached = False
		self._connected = False
		self._proven = False
		self._prove_at = 0.0
		self._attempt_at = time.monotonic()
		self._answer_by = 0.0
		self._tidy_at = time.monotonic() + TIDY_EVERY_S
		self._check_in_mids: set[int] = set()
		self._greeted_at = 0.0
		self._short_lived = 0
		self._goodbye_mid: int | None = None
		self._newest_ack: datetime | None = None
		self.refused = 0
		self.last_ack_at: datetime | None = None
		self.alive_at = time.monotonic()
		self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

	def start(self) -> None:
		self._thread.start()

	def stop(self) -> None:
		"""Send what can be sent in a few seconds, say goodbye, and end."""
		self._stopping.set()
		self.wake()
		self._thread.join(FLUSH_S + GOODBYE_S + ANSWER_PATIENCE_S)

	def wake(self) -> None:
		"""There is something new in the outbox."""
		if not self._woken.is_set():
			self._woken.set()
			self._notes.put(None)

	def send_aside(self, kind: str, payload: bytes) -> None:
		"""A message that is no check-in. It waits for a connection only as long as few others wait."""
		self._aside.append((kind, payload))
		self.wake()

	@property
	def connected(self) -> bool:
		return self._connected

	def is_alive(self) -> bool:
		return self._thread.is_alive()

	# the thread

	def _run(self) -> None:
		while not self._stopping.is_set():
			try:
				self._step()
				self._alarms.end("store_stuck")
			except OutboxError as error:
				# The disk is at fault and not the broker; what waits is sent again, and then answered again
				self._alarms.begin("store_stuck", error.detail)
				self._stopping.wait(TICK_S)
			except Exception as error:
				# The outbox keeps everything; a new connection begins from there.
				log.exception("unexpected; connecting anew")
				self._drop(Lost(None, f"internal: {type(error).__name__}"))
				self._stopping.wait(TICK_S)
		try:
			with suppress(OutboxError):
				self._flush()
			self._say_goodbye()
		finally:
			if self._link is not None:
				self._link.close()

	def _step(self) -> None:
		self.alive_at = time.monotonic()
		self._keep_connected()
		self._read_notes(self._patience())
		self._send()
		if time.monotonic() >= self._tidy_at:
			self._tidy_at = time.monotonic() + TIDY_EVERY_S
			self._outbox.tidy()

	def _send(self) -> None:
		if not self._connected:
			return
		if self._is_steady():
			self._backoff.reset()
			self._short_lived = 0
			self._alarms.end("name_in_use")
		if not self._proven:
			if not self._acknowledged and time.monotonic() < self._prove_at:
				return
			self._prove()
		quality = self._clock.quality()
		if quality != "unsynced":
			now, boottime_ns = self._clock.now(), self._clock.boottime_ns()
			self._outbox.redate(now, self._clock.boot_id, boottime_ns, quality)
		self._drain.fill()
		while self._aside and self._publish(*self._aside[0]) is not None:
			self._aside.popleft()

	def _prove(self) -> None:
		self._outbox.prove(self._acknowledged)
		self._proven = True
		for epoch, seq in self._acknowledged.items():
			self._outbox.confirm(epoch, seq)

	def _patience(self) -> float:
		moments = [time.monotonic() + TICK_S]
		if self._link is None:
			moments.append(self._attempt_at)
		if self._connected and not self._proven:
			moments.append(self._prove_at)
		if self._drain.resend_at is not None and self._connected:
			moments.append(self._drain.resend_at)
		return max(min(moments) - time.monotonic(), 0.0)

	def _read_notes(self, patience: float) -> None:
		acknowledged: dict[str, int] = {}
		try:
			note = self._notes.get(timeout=patience)
			while True:
				self._read(note, acknowledged)
				note = self._notes.get_nowait()
		except queue.Empty:
			pass
		for epoch, seq in acknowledged.items():
			self._confirm(epoch, seq)

	def _read(self, note: tuple[Link, LinkEvent] | None, acknowledged: dict[str, int]) -> None:
		if note is None:
			self._woken.clear()
			return
		link, event = note
		if link is not self._link:
			return
		match event:
			case Unreachable():
				self._give_up(event.why)
			case Reached():
				self._reached = True
				self._answer_by = time.monotonic() + ANSWER_PATIENCE_S
			case Connected():
				self._greet()
			case Lost():
				self._drop(event)
			case Taken():
				self._judge_taken(event)
			case Received():
				self._read_message(event, acknowledged)

	def _read_message(self, received: Received, acknowledged: dict[str, int]) -> None:
		kind = received.topic.rpartition("/")[2]
		try:
			if kind == "ack":
				ack = messages.decode_ack(received.payload, key=self._key, gateway=self._gateway)
				self._take_ack(ack, acknowledged, again=received.again)
			elif kind == "command":
				command = messages.decode_command(received.payload, key=self._key, gateway=self._gateway)
				self._take_command(command, again=received.again)
			self._alarms.end("message_refused")
		except (messages.MessageError, Replayed) as error:
			self.refused += 1
			self._alarms.begin("message_refused", f"{kind}: {error}")

	def _take_ack(self, ack: messages.Ack, acknowledged: dict[str, int], *, again: bool) -> None:
		known = max(self._acknowledged.get(ack.epoch, 0), acknowledged.get(ack.epoch, 0))
		newer = ack.at is None or self._newest_ack is None or ack.at > self._newest_ack
		if newer:
			self._newest_ack = ack.at
		elif ack.seq <= known:
			if again:
				return
			raise Replayed("it is not newer than one that came before, and says no more")
		acknowledged[ack.epoch] = max(ack.seq, acknowledged.get(ack.epoch, 0))

	def _confirm(self, epoch: str, seq: int) -> None:
		self._acknowledged[epoch] = max(seq, self._acknowledged.get(epoch, 0))
		last = self._outbox.last_seq(epoch)
		if last is None or not self._proven:
			return
		if seq > last:
			self._alarms.begin(
				"ack_ahead", "the app acknowledges what this gateway never sent: is there a copy of it?"
			)
			return
		if (confirmed := self._outbox.confirm(epoch, seq)) is not None:
			self._drain.answered(confirmed)
		self.last_ack_at = self._clock.now()
		self._alarms.end("publish_refused")
		self._alarms.end("nobody_listens")

	def _take_command(self, command: messages.Command, *, again: bool) -> None:
		now = self._clock.now()
		if self._clock.quality() == "unsynced":
			log.warning(
				"command %s not obeyed: the clock is not set, so its expiry cannot be judged", command.command
			)
		elif now > command.expires_at:
			log.warning("command %s not obeyed: it expired", command.command)
		elif not self._outbox.command_is_new(command.id, command.expires_at, now):
			log.warning("command %s not obeyed: it was done before", command.command)
			if not again:
				raise Replayed(f"{command.command} was done before")
		else:
			self._obey(command)

	# the connection

	def _keep_connected(self) -> None:
		moment = time.monotonic()
		if self._link is None:
			if moment >= self._attempt_at:
				self._connect()
		elif not self._connected and moment >= self._answer_by:
			self._drop(Lost(None, "the broker does not answer"))
		elif self._reached and not self._link.is_alive():
			link = self._link
			self._read_notes(0.0)  # where it could still say why, that is among them
			if self._link is link:
				self._drop(Lost(None, "the network thread ended"))

	def _connect(self) -> None:
		epoch = self._outbox.epoch
		self._reached = False
		will = self._topic("status"), self._status(epoch, "offline")
		try:
			self._link = Link(
				self._address,
				five=self._five,
				will=will,
				subscribe=(self._topic("ack"), self._topic("command")),
				report=lambda link, event: self._notes.put((link, event)),
			)
			self._link.open()
			self._answer_by = time.monotonic() + REACH_PATIENCE_S
		except (OSError, ValueError) as error:
			self._give_up(f"{type(error).__name__}: {error}")

	def _give_up(self, why: str) -> None:
		self._link = None
		self._wait_before_next(why, None)

	def _greet(self) -> None:
		link = self._link
		assert link is not None  # noqa: S101  # an event of this link brought us here
		log.info(
			"connected to broker %s:%s with MQTT %s",
			self._address.host,
			self._address.port,
			"5" if link.five else "3.1.1",
		)
		self._connected = True
		self._greeted_at = time.monotonic()
		self._prove_at = self._greeted_at + PROOF_WAIT_S
		for kind in ("broker_unreachable", "broker_refuses"):
			self._alarms.end(kind)
		self._publish("status", self._status(self._outbox.epoch, "online"), retain=True)
		self._check_in_mids.clear()
		self._drain.start_over()

	def _drop(self, lost: Lost) -> None:
		link, self._link = self._link, None
		was_connected, self._connected = self._connected, False
		if link is None:
			return
		link.close()
		if was_connected:
			self._five = True  # a handshake that once failed for another reason is no reason to do without it
			self._short_lived = 0 if self._is_steady() else self._short_lived + 1
		elif self._reached and lost.code not in BAD_ACCOUNT:
			self._five = not self._five
		self._wait_before_next(lost.why, lost.code)

	def _wait_before_next(self, why: str, code: int | None) -> None:
		pause = self._backoff.next()
		if self._short_lived >= SHORT_LIVED_LIMIT:
			# Not every broker gives the reason 0x8E, but two of one name also show by pushing each other off
			self._alarms.begin(
				"name_in_use",
				f"lost again and again: does another gateway call itself {self._gateway}, or does the broker restart?",
			)
		if code == SESSION_TAKEN_OVER:
			pause = NAME_IN_USE_PAUSE_S
			self._alarms.begin("name_in_use", f"another gateway calls itself {self._gateway}; this one waits")
		elif code in BAD_ACCOUNT:
			self._alarms.begin("broker_refuses", why)
		else:
			self._alarms.begin("broker_unreachable", f"{self._address.host}:{self._address.port}: {why}")
		log.info("no broker (%s); next try in %.1f s", why, pause)
		self._attempt_at = time.monotonic() + pause

	def _is_steady(self) -> bool:
		return time.monotonic() - self._greeted_at >= STEADY_S

	def _judge_taken(self, taken: Taken) -> None:
		if taken.mid == self._goodbye_mid:
			self._goodbye_mid = None
		if taken.refused:
			self._alarms.begin("publish_refused", f"the broker does not take our messages: {taken.why}")
		elif taken.unheard and taken.mid in self._check_in_mids:
			self._drain.unheard()
			self._alarms.begin(
				"nobody_listens", "the broker has nobody to give our messages to: is the listener running?"
			)
		self._check_in_mids.discard(taken.mid)

	def _publish(self, kind: str, payload: bytes, *, retain: bool = False) -> int | None:
		return (
			self._link.publish(self._topic(kind), payload, retain=retain) if self._link is not None else None
		)

	def _publish_batch(self, batch: Batch) -> bool:
		payload = messages.encode_check_ins(
			self._gateway,
			batch.epoch,
			batch.events,
			first_seq=batch.first_seq,
			oldest_seq=batch.oldest_seq,
			sent_at=self._clock.now(),
			key=self._key,
		)
		mid = self._publish("checkins", payload)
		if mid is not None:
			self._check_in_mids.add(mid)
		return mid is not None

	def _may_still_be_dated(self) -> bool:
		# From the boot of the machine on, not of this process, because it is the boot that asks the network for the time
		return self._clock.quality() == "unsynced" and self._clock.boottime_ns() < self._hold_until_ns

	def _topic(self, kind: str) -> str:
		return messages.topic(self._school, self._gateway, kind)

	def _status(self, epoch: str, state: str) -> bytes:
		return messages.encode_status(
			self._gateway,
			epoch,
			state,
			version=__version__,
			at=self._clock.now(),
			key=self._key,
			clock=self._clock.quality(),
		)

	# the end

	def _flush(self) -> None:
		deadline = time.monotonic() + FLUSH_S
		self._hold_until_ns = 0.0
		while self._connected and time.monotonic() < deadline:
			self._send()
			if self._proven and self._drain.idle:
				return
			self._read_notes(min(TICK_S, max(deadline - time.monotonic(), 0.0)))

	def _say_goodbye(self) -> None:
		if not self._connected:
			return
		self._goodbye_mid = self._publish("status", self._status(self._outbox.epoch, "offline"), retain=True)
		deadline = time.monotonic() + GOODBYE_S
		while self._goodbye_mid is not None and self._connected and time.monotonic() < deadline:
			self._read_notes(max(deadline - time.monotonic(), 0.0))

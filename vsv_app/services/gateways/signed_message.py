"""A message of a gateway as it came in."""

from dataclasses import dataclass
from datetime import datetime

from vsv_app.engine.gateways.messages import MessageError
from vsv_app.engine.sentences import say
from vsv_app.services.gateways import set_aside
from vsv_app.services.school import School
from vsv_app.stores.queries.gateways.accounts import GatewayAccount
from vsv_app.stores.store import Store


@dataclass(frozen=True)
class Incoming:
	"""One message, under the topic of a `gateway` that need not exist. `now` is aware."""

	school: School
	gateway: str
	topic: str
	payload: bytes
	now: datetime
	again: bool = False
	"""It came before, and is given once more by the broker, or by a person who finds it set aside."""

	@property
	def local_now(self) -> datetime:
		"""Naive, the school's own."""
		return self.school.local(self.now)

	def set_aside(self, store: Store, reason: str, explanation: str) -> None:
		"""List it for a person."""
		with store.transaction():
			set_aside.message(
				store,
				self.topic,
				self.payload,
				gateway=self.gateway,
				reason=reason,
				explanation=explanation,
				now=self.local_now,
			)

	def refuse(self, store: Store, error: MessageError) -> None:
		"""List it as one that cannot be accepted as it is."""
		self.set_aside(store, set_aside.REASONS[type(error)], error.detail)

	def refuse_gateway(self, store: Store, account: GatewayAccount | None) -> None:
		"""List it where nothing of its gateway can be accepted: `account` is None, or switched off."""
		if account is None:
			self.set_aside(
				store,
				"Unknown Gateway",
				say(
					"No Attendance Gateway has this name. Create it, or correct the name in the gateway's configuration; it sends again by itself."
				),
			)
		else:
			self.set_aside(
				store,
				"Disabled Gateway",
				say(
					"This Attendance Gateway is switched off or has no key. Switch it on, or provision it; it sends again by itself."
				),
			)


class Refused(PermissionError):
	"""A gateway that cannot show that it is one of ours."""

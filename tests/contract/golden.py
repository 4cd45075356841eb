"""The golden messages: files that hold a message, the bytes it travels as, and what a receiver makes of it.

| member | meaning |
| --- | --- |
| topic, mac_key | where it travels, and the key of the gateway of that topic |
| message | what is said, without `mac`; null where there is no message to speak of |
| payload | the very text that travels |
| outcome | accepted, or the name of the error |
| refused | `seq` of the single events that are set aside |
| fits | false where the payload does not fit the document's schema |
| canonical | false where the payload travels in another form than the canonical one |
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Golden:
	name: str
	topic: str
	mac_key: bytes
	message: Any
	payload: bytes
	outcome: str
	refused: tuple[int | None, ...] = ()
	fits: bool = True
	canonical: bool = True

	@property
	def gateway(self) -> str:
		return self.topic.split("/")[3]

	@property
	def kind(self) -> str:
		return self.topic.split("/")[4]


def load(path: Path) -> Golden:
	told = json.loads(path.read_text("utf-8"))
	del told["about"]
	return Golden(
		name=path.stem,
		mac_key=bytes.fromhex(told.pop("mac_key")),
		payload=told.pop("payload").encode(),
		refused=tuple(told.pop("refused", ())),
		**told,
	)


ALL = [load(path) for path in sorted(FOLDER.glob("*.json"))]
ACCEPTED = [golden for golden in ALL if golden.outcome == "accepted"]
AS_SENT = [golden for golden in ACCEPTED if golden.canonical and not golden.refused]


def of(kind: str, among: list[Golden]) -> list[Golden]:
	return [golden for golden in among if golden.kind == kind]


def signed(message: dict[str, Any], key: bytes) -> bytes:
	"""The contract once more, in as few words as it has and without either side's code."""

	def text(value: dict[str, Any]) -> str:
		return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

	mac = hmac.new(key, text(message).encode("utf-8"), hashlib.sha256).hexdigest()
	return text({**message, "mac": mac}).encode("utf-8")

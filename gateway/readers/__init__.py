"""Badge terminals: bytes of a serial line in, badge reads out. One module a family of readers."""

from gateway.readers.catalogue import reader, reader_names
from gateway.readers.confirmation import Confirmation
from gateway.readers.frames import Bad, FrameDecoder, Good
from gateway.readers.reads import FAULT_KINDS, HELD_LIMIT, BadgeRead, Card, Decoder, Fault
from gateway.readers.settings import SIGNALS, Options, Reader, ReaderError

__all__ = [
	"FAULT_KINDS",
	"HELD_LIMIT",
	"SIGNALS",
	"Bad",
	"BadgeRead",
	"Card",
	"Confirmation",
	"Decoder",
	"Fault",
	"FrameDecoder",
	"Good",
	"Options",
	"Reader",
	"ReaderError",
	"reader",
	"reader_names",
]

"""What somebody should know of a file before they read its figures: counted, with the lines it is about."""

from collections.abc import Iterator
from dataclasses import dataclass, field

LINES_SHOWN = 8


@dataclass
class Note:
	"""One kind of thing that was found, how often, and on which lines first."""

	said: str
	count: int = 0
	lines: list[int] = field(default_factory=list)

	def __str__(self) -> str:
		if not self.count:
			return self.said
		more = ", ..." if self.count > len(self.lines) else ""
		where = "line" if len(self.lines) == 1 and not more else "lines"
		at = f" ({where} {', '.join(map(str, self.lines))}{more})" if self.lines else ""
		return f"{self.said[0].upper()}{self.said[1:]}: {self.count:,}{at}"


class Notes:
	"""Notes in the order in which they first came up; the same sentence is one note."""

	def __init__(self) -> None:
		self._notes: dict[str, Note] = {}

	def add(self, said: str, line: int | None = None, count: int = 1) -> None:
		"""`said` says what was found, and how it counts; the number follows. `line` 0 or None: no line of its own."""
		note = self._notes.setdefault(said, Note(said))
		note.count += count
		if line and len(note.lines) < LINES_SHOWN:
			note.lines.append(line)

	def say(self, sentence: str) -> None:
		"""A sentence by itself, without a count."""
		self._notes.setdefault(sentence, Note(sentence))

	def __iter__(self) -> Iterator[Note]:
		return iter(self._notes.values())

	def __len__(self) -> int:
		return len(self._notes)

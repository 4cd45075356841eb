"""Which calls a crawl makes: a sample that fits into a test run, always the same one; or the whole, which takes hours.

In the sample each method is called twice at least: as whoever gets furthest with it and has the least business there, after the
record that the fewest may read; and as somebody else, after something else, in another shape. Both go round with the seed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from vsv_app.engine.access.table import PARENTS
from vsv_app.tests.security.every_way_in import ways
from vsv_app.tests.security.every_way_in.arguments import Aim, Surroundings
from vsv_app.tests.security.every_way_in.canaries import Aviary, Canary
from vsv_app.tests.security.every_way_in.crawl import Task
from vsv_app.tests.security.every_way_in.known import Known, past_education, past_the_gate, past_the_hooks
from vsv_app.tests.security.every_way_in.methods import Method, every_method
from vsv_app.tests.security.every_way_in.people import GUARDIAN, GUEST, KINDS, LEARNER, OFFICE, Caller

SHAPES = 12
"""Of each method in the whole."""
TEACHER, SITE = "teacher", "site"


@dataclass(frozen=True)
class Scene:
	"""Who is there, which records are hidden from each, and what calls may name beside them."""

	aviary: Aviary
	people: dict[str, Caller]
	around: Surroundings

	def aim(self, caller: Caller, canary: Canary) -> Aim:
		return Aim(canary, replace(self.around, me=caller.user))

	def most_hidden(self, caller: Caller) -> Canary:
		"""The restricted concern: with a file, a comment, a task and the like beside it."""
		return next(
			one for one in self.aviary.hidden_from(caller) if one.doctype == "Concern" and one.file_id
		)

	def one_of_each_kind(self, caller: Caller) -> list[Canary]:
		kinds: dict[str, Canary] = {}
		for canary in self.aviary.hidden_from(caller):
			kinds.setdefault(canary.doctype, canary)
		return list(kinds.values())


def sample(scene: Scene, seed: int) -> Iterator[Task]:
	"""Each method twice, each address, page and spelling once, each way that is known."""
	for number, method in enumerate(every_method()):
		caller = scene.people[least_business_with(method)]
		canary = scene.most_hidden(caller)
		yield from _of(ways.to_method(method, scene.aim(caller, canary), 1, seed), caller, canary)
		other = scene.people[KINDS[(number + seed) % len(KINDS)]]
		hidden = scene.one_of_each_kind(other)
		canary = hidden[(number // len(KINDS) + seed) % len(hidden)]
		shape = 1 + (number + seed) % 2
		found = ways.to_method(method, scene.aim(other, canary), shape + 1, seed)
		yield from _of(islice(found, shape, shape + 1), other, canary)
	for number, caller in enumerate(scene.people.values()):
		hidden, most = scene.one_of_each_kind(caller), scene.most_hidden(caller)
		canary = hidden[(number * 3 + seed) % len(hidden)]
		yield from _of(_every(3, ways.to_document(scene.aim(caller, canary)), number), caller, canary)
		yield from _of(_every(4, ways.to_page(scene.aim(caller, most)), number), caller, most)
	for number, kind in enumerate((GUEST, LEARNER, GUARDIAN, TEACHER)):
		caller = scene.people[kind]
		canary = scene.most_hidden(caller)
		yield from _of(_every(4, ways.to_file(scene.aim(caller, canary)), number), caller, canary)
	for number, doctype in enumerate(ways.looking_glasses()):
		caller = scene.people[(OFFICE, SITE)[(number + seed) % 2]]
		canary = scene.most_hidden(caller)
		yield from _of(
			islice(ways.to_look_through(doctype, scene.aim(caller, canary), 1, seed), 3), caller, canary
		)
	yield from by_the_gate(scene)
	yield from by_hooks(scene)


def whole(scene: Scene, seed: int) -> Iterator[Task]:
	"""Everybody, by each way, in many shapes; after each kind of record by Frappe's own addresses."""
	for caller in scene.people.values():
		canary = scene.most_hidden(caller)
		rows = next((one for one in scene.aviary.hidden_from(caller) if one.doctype in PARENTS), canary)
		aim = scene.aim(caller, canary)
		for method in every_method():
			for number, way in enumerate(
				ways.to_method(method, aim, SHAPES if method.parameters else 1, seed)
			):
				yield Task(way, caller, rows if number == SHAPES - 1 else canary)
		for hidden in scene.one_of_each_kind(caller):
			yield from _of(ways.to_document(scene.aim(caller, hidden)), caller, hidden)
		yield from _of(ways.to_page(aim), caller, canary)
		yield from _of(ways.to_file(aim), caller, canary)
		for doctype in ways.looking_glasses():
			yield from _of(ways.to_look_through(doctype, aim, 2, seed), caller, canary)
	yield from by_the_gate(scene)
	yield from by_hooks(scene)


def by_the_gate(scene: Scene) -> Iterator[Task]:
	"""Ways found by hand that the gate alone closes."""
	learner = next(one for one in scene.aviary.canaries if one.doctype == "Student")
	for caller in scene.people.values():
		hidden = scene.most_hidden(caller)
		yield from _known(past_the_gate, scene, caller, hidden)
		yield from _known(past_education, scene, caller, learner)


def by_hooks(scene: Scene) -> Iterator[Task]:
	"""Ways found by hand that hooks of other kinds of records close."""
	for caller in scene.people.values():
		yield from _known(past_the_hooks, scene, caller, scene.most_hidden(caller))


def _known(
	found: Callable[[Aim], Iterator[Known]], scene: Scene, caller: Caller, canary: Canary
) -> Iterator[Task]:
	for one in found(scene.aim(caller, canary)):
		if caller.kind in one.people:
			yield Task(one.way, caller, canary)


def least_business_with(method: Method) -> str:
	"""Who gets far with a method and should not: guests where they may call it, who keeps the books in ERPNext, families in Education."""
	if method.guest:
		return GUEST
	if method.app == "erpnext":
		return OFFICE
	if method.app == "education":
		return LEARNER
	return SITE if method.doctype else TEACHER


def _every(nth: int, found: Iterator[ways.Way], start: int) -> Iterator[ways.Way]:
	"""One of so many, so that several people have them all between them."""
	return islice(found, start % nth, None, nth)


def _of(found: Iterator[ways.Way], caller: Caller, canary: Canary) -> Iterator[Task]:
	for way in found:
		yield Task(way, caller, canary)

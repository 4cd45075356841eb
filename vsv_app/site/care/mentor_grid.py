"""The mentors of all groups at once: who it is, from when, who it was last year, and what a list says."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from vsv_app.engine.access import roles
from vsv_app.site import table_files
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries import learners

DOCTYPE, MENTOR = "Mentor Assignment", "Mentor"
SAME_CLASS, SAME_LEARNERS = "class", "learners"
YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-/]\s*(?:(?:19|20)\d\d|\d\d))?")
"""What groups of two years differ by in their names: "1A 2026-27" is the class of "1A 2025-26"."""
GROUP_HEAD = re.compile(r"group|class|klas|groep", re.IGNORECASE)
MENTOR_HEAD = re.compile(r"mentor|coach|teacher|docent|user|mail", re.IGNORECASE)
FROM_HEAD = re.compile(r"from|since|begin|start|vanaf|sinds|van\b", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
	"""A group of this school year and its mentor. `others`: further mentors of the same group."""

	group: str
	learners: int
	mentor: str | None = None
	mentor_name: str | None = None
	since: date | None = None
	assignment: str | None = None
	others: int = 0


@dataclass(frozen=True)
class Proposal:
	"""Who could be the mentor of a group, and why."""

	group: str
	mentor: str
	mentor_name: str
	why: str


def rows(today: date) -> list[Row]:
	"""The groups of this school year in the order of their names, each with its mentor."""
	counts = Counter(one.group for one in _members(today))
	standing = _standing(today)
	found = []
	for group in sorted(counts):
		own = standing.get(group, [])
		first = own[0] if own else None
		found.append(
			Row(group, counts[group], first.mentor, first.mentor_name or first.mentor, first.from_date, first.name, len(own) - 1)
			if first
			else Row(group, counts[group])
		)  # fmt: skip
	return found


def people() -> dict[str, str]:
	"""Name by user, of those who have the role School Mentor."""
	store = FrappeStore()
	users = learners.people_with_role(store, roles.MENTOR)
	names = learners.full_names(store, users)
	return dict(
		sorted(((user, names.get(user) or user) for user in users), key=lambda one: one[1].casefold())
	)


def save(group: str, mentor: str | None, since: date, today: date) -> None:
	"""Make somebody the mentor of a group from a day on; who it was until then sees it to the day before."""
	known = _standing(today).get(group, [])
	before = frappe.get_doc(DOCTYPE, known[0].name) if known else None
	if before is not None and before.mentor == mentor:
		if getdate(before.from_date) != since:
			before.from_date = since
			before.save()
		return
	if before is not None and mentor and getdate(before.from_date) >= since:
		before.update(
			{"mentor": mentor, "from_date": since}
		).save()  # it had not begun: there is nothing to keep
		return
	if before is not None:
		last = max(since - timedelta(days=1), getdate(before.from_date))
		before.update({"to_date": last}).save()
		since = last + timedelta(days=1)
	if mentor:
		values = {"mentor": mentor, "task": MENTOR, "student_group": group, "from_date": since}
		frappe.get_doc({"doctype": DOCTYPE, **values}).insert()


def last_year(how: str, today: date) -> list[Proposal]:
	"""For groups without a mentor, who it was last year: of the same class, or of most of the learners."""
	store = FrappeStore()
	years = [
		year for year in learners.academic_years(store) if year[2] < today and not year[1] <= today <= year[2]
	]
	if not years:
		return []
	_name, first, last = max(years, key=lambda year: year[2])
	were = {}
	for one in learners.mentorings(store, last) or []:
		if one.group and one.task == MENTOR:
			were.setdefault(one.group, (one.mentor, one.mentor_name or one.mentor))
	before: dict[str, list[str]] = {}
	for member in learners.memberships(store, first, last, former_too=True):
		before.setdefault(member.student, []).append(member.group)
	now: dict[str, list[str]] = {}
	for member in _members(today):
		now.setdefault(member.group, []).append(member.student)
	here, known = people(), _standing(today)
	found = []
	for group, students in sorted(now.items()):
		if group in known:
			continue
		source = _same_class(group, were) if how == SAME_CLASS else _same_learners(students, before, were)
		if source and were[source][0] in here:
			found.append(Proposal(group, *were[source], source))
	return found


def from_list(content: str, today: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
	"""(rows to fill in, rows that are not understood) of a list of group, mentor and from; writes nothing."""
	table = table_files.read(content)
	group_at, mentor_at, from_at = _columns(table.columns)
	groups = {one.group.casefold(): one.group for one in rows(today)}
	by_name: dict[str, list[str]] = {}
	for user, name in people().items():
		for key in {user, name}:
			by_name.setdefault(key.casefold(), []).append(user)
	taken, refused = [], []
	for number, cells in table.rows:
		group, mentor = table.cell(cells, group_at), table.cell(cells, mentor_at)
		since = _date(table.cell(cells, from_at) if from_at is not None else "", today)
		users = by_name.get(mentor.casefold(), [])
		if group.casefold() not in groups:
			refused.append(
				{"row": number, "who": group, "why": _("no group of this school year is called so")}
			)
		elif len(users) != 1:
			why = (
				_("nobody with the role School Mentor is called so")
				if not users
				else _("several are called so: write the mail address")
			)
			refused.append({"row": number, "who": mentor, "why": why})
		elif since is None:
			refused.append({"row": number, "who": group, "why": _("this is no date: write it as 2026-08-24")})
		else:
			taken.append({"group": groups[group.casefold()], "mentor": users[0], "since": str(since)})
	return taken, refused


def _members(today: date) -> list[learners.Membership]:
	"""Who is in a group of this year; courses have teachers, not mentors."""
	return [one for one in learners.memberships(FrappeStore(), today, today) if one.based_on != "Course"]


def _standing(today: date) -> dict[str, list[Any]]:
	"""By group, the mentors of today and of days to come, earliest first."""
	known = frappe.get_all(
		DOCTYPE,
		{"task": MENTOR, "student_group": ("is", "set")},
		["name", "mentor", "mentor_name", "student_group", "from_date", "to_date"],
		order_by="from_date, creation",
	)
	found: dict[str, list[Any]] = {}
	for one in known:
		if one.to_date is None or one.to_date >= today:
			found.setdefault(one.student_group, []).append(one)
	return found


def _same_class(group: str, were: Mapping[str, object]) -> str | None:
	return next((other for other in were if _class_of(other) == _class_of(group)), None)


def _class_of(group: str) -> str:
	return " ".join(re.sub(r"[()\[\]]", " ", YEARS.sub(" ", group)).casefold().split())


def _same_learners(
	students: Sequence[str], before: Mapping[str, Sequence[str]], were: Mapping[str, object]
) -> str | None:
	"""The group of last year in which most of some learners were, if that is more than half of them."""
	came = Counter(group for student in students for group in before.get(student, ()) if group in were)
	group, count = max(came.items(), key=lambda one: (one[1], one[0]), default=("", 0))
	return group if 2 * count > len(students) else None


def _columns(heads: Sequence[str]) -> tuple[int, int, int | None]:
	def find(pattern: re.Pattern[str], otherwise: int | None) -> int | None:
		return next((at for at, head in enumerate(heads) if pattern.search(head)), otherwise)

	return find(GROUP_HEAD, 0) or 0, find(MENTOR_HEAD, 1) or 0, find(FROM_HEAD, None)


def _date(text: str, today: date) -> date | None:
	if not text:
		return today
	try:
		return getdate(text)
	except (ValueError, frappe.ValidationError):
		return None

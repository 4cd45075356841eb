from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, get_datetime, getdate, now_datetime, nowdate

from vsv_app.engine.care import plans
from vsv_app.engine.care.goals import FOLLOWED, measure_of, unit_of
from vsv_app.engine.care.plans import Action, Agreement, Goal, Plan, Review
from vsv_app.services import school
from vsv_app.services.care.meetings import decisions
from vsv_app.services.care.plans import ENDED, give_back, tell_given, tell_who_gave
from vsv_app.services.signals import signal_steps
from vsv_app.site import learners
from vsv_app.site.documents import one_at_a_time, refusals, server_fields
from vsv_app.site.documents.learner_document import LearnerDocument
from vsv_app.site.portal import pages
from vsv_app.site.school_clock import school_now
from vsv_app.stores.frappe_store import FrappeStore
from vsv_app.stores.queries.attendance import calendar
from vsv_app.stores.queries.care.deadlines import WITHDRAWS as NO_LONGER_AGREES
from vsv_app.stores.queries.care.support_plans import Action as Given

OF_A_PLAN = ("Change To A Plan", NO_LONGER_AGREES)
"""Kinds of a family's messages that a plan proposed anew answers."""
SAID = (
	"party",
	"person",
	"person_name",
	"decision",
	"how",
	"note",
	"agreed_on",
	"version",
	"fingerprint",
	"recorded_by",
)
REVIEWED = ("reviewed_on", "present", "what_moved", "decision")


class BeginsAsDraft(frappe.ValidationError):
	"""A new plan that claims to be further than a draft."""


class SecondPlan(frappe.ValidationError):
	"""A learner has one plan at a time."""


class ClosedNotDeleted(frappe.PermissionError):
	"""A plan that somebody deletes, with what was agreed in it and what waits for it."""


class SupportPlan(LearnerDocument):
	def before_insert(self) -> None:
		server_fields.clear(self)
		self.begin_as_draft()
		self.set_student_group()

	def before_validate(self) -> None:
		server_fields.restore(self)

	def validate(self) -> None:
		self.name_measures()
		self.validate_no_other_plan()
		self.validate_same_learner()
		self.ask_again_when_goals_change()
		self.needed_party = self.who_agrees()
		self.keep_what_was_said()
		self.stamp_agreements()
		self.take_step()
		self.give_actions()

	def on_update(self) -> None:
		self.move_signals()
		self.tell_who_acts()
		self.answer_decisions()
		self.answer_family()

	def on_trash(self) -> None:
		"""A plan goes past its time, or with its learner, and never by hand."""
		if not self.flags.past_its_time:
			frappe.throw(
				_(
					"A support plan is closed, not deleted, so that what was agreed in it can be read later, its signals come back "
					"and what a care meeting decided is not forgotten. Close it, with an outcome and a reason."
				),
				exc=ClosedNotDeleted,
				title=_("Close It Instead"),
			)

	def begin_as_draft(self) -> None:
		if self.status != plans.DRAFT:
			frappe.throw(_("A plan begins as a draft."), exc=BeginsAsDraft, title=_("Begins As Draft"))
		self.version = 1
		self.responsible = self.responsible or frappe.session.user

	def set_student_group(self) -> None:
		own = {"student": self.student, "active": 1, "parenttype": "Student Group"}
		self.student_group = self.student_group or frappe.db.get_value("Student Group Student", own, "parent")

	def who_agrees(self) -> str:
		"""Beside the school; as long as it is asked, by the learner's age today and not of when the plan was last saved."""
		if self.needed_party and self.status not in (plans.DRAFT, plans.PROPOSED):
			return self.needed_party
		return plans.needed_parties(learners.age(self.student), learners.consent_age())[0]

	def name_measures(self) -> None:
		before = self.get_doc_before_save()
		indicators = {row.name: row.indicator for row in before.goals} if before else {}
		for goal in self.goals:
			if goal.name in indicators and goal.indicator != indicators[goal.name]:
				# It no longer counts what the rule counted.
				goal.window_kind, goal.window_length = None, 0
			goal.unit = unit_of(goal.indicator or "")
			if goal.indicator in FOLLOWED and not goal.measure:
				goal.measure = refusals.said(measure_of(goal.indicator))

	def validate_no_other_plan(self) -> None:
		if not self.is_new():
			return  # a plan that is closed does not begin again
		one_at_a_time.wait_for("Student", self.student)
		known = one_at_a_time.found("Support Plan", {"student": self.student, "status": ("!=", plans.CLOSED)})
		if known:
			frappe.throw(
				_("{0} has a plan already: {1}. Go on with that one, or close it first.").format(
					frappe.bold(self.student_name or self.student), known
				),
				exc=SecondPlan,
				title=_("One Plan At A Time"),
			)

	def validate_same_learner(self) -> None:
		learners.check_same(self.student, *(("Early Warning Signal", row.signal) for row in self.signals))

	def ask_again_when_goals_change(self) -> None:
		before = self.get_doc_before_save()
		if before is None:
			self.facts()
			return
		with refusals.in_words():
			status, self.version = plans.edited(before.facts(), self.facts())
		if self.version != before.version:
			self.status = status

	def keep_what_was_said(self) -> None:
		before = self.get_doc_before_save()
		if before is not None:
			refusals.keep_rows(before.agreements, self.agreements, SAID, _("Agreement"))
			if before.status != plans.DRAFT:
				refusals.keep_rows(before.reviews, self.reviews, REVIEWED, _("Review"))

	def stamp_agreements(self) -> None:
		"""When, by whom and about which text: the server says so, whatever was sent."""
		before = self.get_doc_before_save()
		known = {row.name for row in before.agreements} if before else set()
		for row in self.agreements:
			if row.name in known:
				continue
			refusals.check_how(row.how, from_portal=bool(self.flags.from_portal), title=_("Agreement"))
			row.agreed_on, row.recorded_by = now_datetime(), frappe.session.user
			row.version, row.fingerprint = self.version, self.facts().fingerprint
			if row.how != "Portal":
				row.person = (row.person_name or "").strip().casefold()

	def take_step(self) -> None:
		before = self.get_doc_before_save()
		if before is None:
			return
		if self.status == before.status or self.version != before.version:
			self.status = plans.decided(self.facts())
			return
		wanted, self.status = self.status, before.status
		facts = self.facts()
		with refusals.in_words():
			plans.step(
				facts,
				wanted,
				today=getdate(nowdate()),
				outcome=self.outcome or "",
				reason=self.closing_reason or "",
			)
		self.status = wanted
		if wanted == plans.IN_REVIEW:
			self.in_review_since = nowdate()
		if wanted == plans.CLOSED:
			self.closed_on, self.closed_by = now_datetime(), frappe.session.user

	def give_actions(self) -> None:
		"""Who gives an action to somebody is told what came of it; one without a day comes back within a school week."""
		before = self.get_doc_before_save()
		known = {row.name: row for row in before.actions} if before else {}
		running = self.status in (plans.ACTIVE, plans.IN_REVIEW)
		for row in self.actions:
			old = known.get(row.name)
			row.given_by = old.given_by if old and old.who == row.who else frappe.session.user
			if running and not row.to_date and row.status not in ENDED:
				today = school_now().date()
				begins = max(today, getdate(row.from_date)) if row.from_date else today
				row.to_date = calendar.load(FrappeStore()).school_weeks_after(begins, 1)

	def tell_who_acts(self) -> None:
		"""Whoever has an action of a running plan hears of it when it is given, and who gave it what came of it."""
		store, by, before = FrappeStore(), frappe.session.user, self.get_doc_before_save()
		running = (plans.ACTIVE, plans.IN_REVIEW)
		if self.status not in running:
			return
		known = {row.name: row for row in before.actions} if before else {}
		began = before is None or before.status not in running
		new = [
			row.who
			for row in self.actions
			if row.status not in ENDED and (began or row.name not in known or known[row.name].who != row.who)
		]
		tell_given(store, self.name, new, by)
		for row in self.actions:
			if row.status in ENDED and row.name in known and known[row.name].status not in ENDED:
				ended = Given(
					row.name, self.name, self.status, self.student, row.what, row.who, row.given_by,
					self.responsible, row.status,
				)  # fmt: skip
				if not frappe.db.exists("Care Decision", row.name):
					tell_who_gave(store, ended, by)

	def move_signals(self) -> None:
		"""The signals that a plan answers to are in a plan; one that closes gives them back."""
		store, before = FrappeStore(), self.get_doc_before_save()
		if self.status != plans.CLOSED:
			named = [row.signal for row in self.signals if row.signal]
			signal_steps.put_in_plan(store, named, self.name, frappe.session.user, now_datetime())
		elif before is not None and before.status != plans.CLOSED:
			here = school.load(store)
			give_back(store, here, self.name, self.student, frappe.session.user, school_now(here))

	def answer_decisions(self) -> None:
		"""What a care meeting decided is answered by the action that it became; what is left undone is a promise again."""
		decisions.follow_plan(
			FrappeStore(),
			self.name,
			{row.name: row.status or "" for row in self.actions},
			frappe.session.user,
			now_datetime(),
			closed=self.status == plans.CLOSED,
		)

	def answer_family(self) -> None:
		"""What a family wished to change or no longer agreed with is answered by proposing again, by agreeing again, or by noting what was said."""
		before = self.get_doc_before_save()
		waiting = before and frappe.get_all(
			"Family Message", {"plan": self.name, "status": "Open"}, ["name", "kind", "capacity"]
		)
		if not waiting:
			return
		known = {row.name for row in before.agreements}
		noted = [row for row in self.agreements if row.name not in known and row.how != "Portal" and row.note]
		again = self.status == plans.PROPOSED and (
			self.version > before.version or before.status == plans.DRAFT
		)
		still_open = plans.open_parties(self.facts())
		for one in waiting:
			words = [row.note for row in noted if row.party in (one.capacity, plans.SCHOOL)]
			agrees = one.kind == NO_LONGER_AGREES and one.capacity not in still_open
			if words or (one.kind in OF_A_PLAN and (again or agrees)):
				settled = {
					"status": "Answered",
					"answered_by": frappe.session.user,
					"answered_on": now_datetime(),
				}
				frappe.db.set_value(
					"Family Message", one.name, {**settled, "answer": "\n".join(words) or None}
				)

	def in_words(self) -> dict[str, Any]:
		"""As the family reads it on paper."""
		return pages.plan_in_words(self)

	def facts(self) -> Plan:
		"""The plan as the engine sees it; refuses goals that nobody could tell to be met."""
		with refusals.in_words():
			goals = tuple(
				Goal(
					row.what or "",
					row.measure or "",
					flt(row.baseline),
					flt(row.target),
					getdate(row.due_on) if row.due_on else None,
					row.status or plans.OPEN,
				)
				for row in self.goals
			)
		return Plan(
			status=self.status,
			version=self.version or 1,
			needed=(self.who_agrees(), plans.SCHOOL),
			cause=self.cause or "",
			responsible=self.responsible or "",
			goals=goals,
			actions=tuple(
				Action(
					row.what,
					row.who or "",
					getdate(row.to_date) if row.to_date else None,
					row.status in ("Done", "Dropped"),
					row.who_else or "",
				)
				for row in self.actions
			),
			agreements=tuple(
				Agreement(
					row.party,
					row.person,
					get_datetime(row.agreed_on),
					row.how,
					row.version,
					row.fingerprint,
					row.decision,
				)
				for row in self.agreements
				if row.agreed_on
			),
			reviews=tuple(Review(getdate(row.reviewed_on), row.decision) for row in self.reviews),
			starts=getdate(self.starts_on) if self.starts_on else None,
			next_review=getdate(self.next_review) if self.next_review else None,
			in_review_since=getdate(self.in_review_since) if self.in_review_since else None,
		)

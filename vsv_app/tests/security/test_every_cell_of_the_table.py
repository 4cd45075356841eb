"""Threat: somebody with a role in the school sees or does more with a record than the table of engine/access says.

Every role, on every kind of document, in every circumstance that the table tells apart, through every way in that Frappe's
REST API has. What is expected comes from the table alone; how a user stands to each record is written down here as it is made.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, nowdate

from vsv_app.engine.access import rights, table
from vsv_app.engine.access.conditions import Circumstances
from vsv_app.engine.access.roles import ROLES
from vsv_app.engine.access.table import ABOUT_LEARNERS, DOCUMENTS
from vsv_app.engine.care.concerns import RESTRICTED
from vsv_app.site.access import linked_records
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.rest import Answer, Person

OK, CREATED, DELETED, FORBIDDEN = 200, 200, 202, 403
OWN, OTHER = Circumstances(own_learner=True), Circumstances()
ALSO_MADE = ("Early Warning Rule", "Mentor Assignment", "File", "User", "Student", "Student Group")
SECRET = "Xylophonist"
"""A word that stands in every record, for the searches."""


@dataclass
class Record:
	"""One document, and how the holder of each role stands to it."""

	doctype: str
	name: str
	at: Circumstances
	by_role: dict[str, Circumstances] = field(default_factory=dict)

	def circumstances(self, role: str) -> Circumstances:
		return self.by_role.get(role, self.at)


class TestEveryCellOfTheTable(FrappeTestCase):
	records: ClassVar[list[Record]]
	people: ClassVar[dict[str, Person]]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.before = {
			doctype: set(frappe.get_all(doctype, pluck="name")) for doctype in (*DOCUMENTS, *ALSO_MADE)
		}
		# A coordinator would be named as a reader of every restricted concern.
		cls.coordinator = frappe.db.get_single_value("Early Warning Settings", "coordinator")
		frappe.db.set_single_value("Early Warning Settings", "coordinator", None)
		cls.users = {role: factories.make_user(role) for role in ROLES}
		cls.someone = factories.make_user("Care Team Member")
		groups = [care.make_learner(date_of_birth=care.ADULT) for _index in range(3)]
		cls.own, cls.other, cls.of_team = (student for _group, student in groups)
		cls.records = []
		for role, user in cls.users.items():
			task = factories.make_assignment(user, student=cls.own)
			cls.add("Mentor Assignment", task, OWN, **{role: Circumstances(own_learner=True, addressed=True)})
		cls.make_records()
		cls.make_warnings()
		cls.people = {role: Person(user) for role, user in cls.users.items()}
		frappe.db.commit()

	@classmethod
	def tearDownClass(cls) -> None:
		"""The requests had to see the records, so they are committed, and go by hand: just those that were not there."""
		frappe.set_user("Administrator")
		frappe.db.rollback()
		for doctype, known in cls.before.items():
			fresh = sorted(set(frappe.get_all(doctype, pluck="name")) - known) or [""]
			for rows in frappe.get_meta(doctype).get_table_fields():
				frappe.db.delete(rows.options, {"parenttype": doctype, "parent": ("in", fresh)})
			frappe.db.delete(doctype, {"name": ("in", fresh)})
		frappe.db.set_single_value("Early Warning Settings", "coordinator", cls.coordinator)
		frappe.db.commit()
		super().tearDownClass()

	@classmethod
	def make_records(cls) -> None:
		partner = care.make_stakeholder()
		agreement = care.make_agreement(partner)
		cls.partner, cls.agreement = partner, agreement.name
		cls.add("Stakeholder", partner, OTHER)
		cls.add("Stakeholder Agreement", agreement.name, OTHER)
		cls.add("Intervention Type", care.make_intervention(), OTHER)
		for student, at in ((cls.own, OWN), (cls.other, OTHER)):
			cls.add("Support Plan", care.make_plan(student, strengths=SECRET).name, at)
			cls.add("Contact Log", care.make_contact(student, note=SECRET).name, at)
			cls.add("Consent Record", care.make_consent(student, partner).name, at)
			cls.add("Referral", care.make_referral(student, partner, agreement.name).name, at)
			cls.add("Family Message", care.make_message(student, message=SECRET).name, at)
			cls.add("Family Invitation", care.make_invitation(student, person_name=SECRET).name, at)
			cls.make_concerns(student, at)
		meeting = care.make_meeting()
		cls.add("Care Meeting", meeting.name, OTHER)
		for student, at in ((cls.own, OWN), (cls.other, OTHER)):
			cls.add("Care Meeting Learner", care.put_on_agenda(meeting.name, student), at)
		for role, user in cls.users.items():
			decision = care.make_decision(cls.other, user, what=SECRET)
			cls.add("Care Decision", decision, OTHER, **{role: Circumstances(addressed=True)})
		cls.meeting = meeting.name
		team = [{"part": "Specialist", "person_name": "_Test", "user": user} for user in cls.users.values()]
		on_team = care.make_plan(cls.of_team, team=team)
		cls.add("Support Plan", on_team.name, Circumstances(on_team=True))
		for role, user in cls.users.items():
			reminder = cls.insert(
				"Care Reminder", recipient=user, kind="Review", reminder_key=f"_Test {user}"
			)
			cls.add("Care Reminder", reminder, OTHER, **{role: Circumstances(addressed=True)})
		text = cls.insert("Guardian Text", kind="Answer", status="Sent", text_key="_Test")
		cls.add("Guardian Text", text, OTHER)
		read = cls.insert(
			"Restricted Read", user=cls.someone, reference_doctype="Concern", reference_name="_Test"
		)
		cls.add("Restricted Read", read, OTHER)

	@classmethod
	def make_warnings(cls) -> None:
		for student, at in ((cls.own, OWN), (cls.other, OTHER)):
			signal = factories.make_signal(student)
			cls.add("Early Warning Signal", signal, at)
			cls.add("Signal Step", f"{signal}-1", at)
			cls.add("Early Warning Alert", factories.make_alert(signal, student, cls.someone), at)
			cls.add("Badge Check In", factories.make_check_in(student), at)
			cls.add("Student Badge", factories.make_badge(student), at)
			held = {
				"student": student,
				"school_day": frappe.utils.nowdate(),
				"cause": "Few Came In",
				"note": SECRET,
			}
			hold = cls.insert("Attendance Hold", name=f"_test-{student}", **held)
			cls.add("Attendance Hold", hold, at)
			contested = {"student": student, "school_day": frappe.utils.nowdate(), "words": SECRET}
			cls.add("Contested Record", cls.insert("Contested Record", **contested), at)
			call = {"student": student, "school_day": frappe.utils.nowdate(), "outcome": "Not Reached"}
			cls.add("Absence Call", cls.insert("Absence Call", **call), at)
			circumstance = {"student": student, "circumstance": "Newcomer", "purpose": SECRET}
			cls.add("Learner Circumstance", cls.insert("Learner Circumstance", **circumstance), at)
			report = {"student": student, "rule": factories.make_rule(), "report_key": f"_Test {student}"}
			cls.add("Statutory Report", cls.insert("Statutory Report", **report), at)
		told = factories.make_signal(cls.other)
		for doctype, name in (("Early Warning Signal", told), ("Signal Step", f"{told}-1")):
			cls.add(doctype, name, Circumstances(addressed=True))
		for role, user in cls.users.items():
			alert = factories.make_alert(told, cls.other, user)
			cls.add("Early Warning Alert", alert, OTHER, **{role: Circumstances(addressed=True)})

	@classmethod
	def make_concerns(cls, student: str, at: Circumstances) -> None:
		own = at.own_learner
		cls.add("Concern", care.make_concern(student, what=SECRET).name, at)
		restricted = {"what": SECRET, "visibility": RESTRICTED}
		hidden = care.make_concern(student, readers=[{"user": cls.someone}], **restricted)
		cls.add("Concern", hidden.name, Circumstances(own_learner=own, restricted=True))
		everybody = [{"user": user} for user in cls.users.values()]
		named = care.make_concern(student, readers=everybody, **restricted)
		cls.add("Concern", named.name, Circumstances(own_learner=own, restricted=True, named=True))
		for role, user in cls.users.items():
			noted = care.make_concern(student, what=SECRET)
			noted.db_set("noted_by", user)
			cls.add("Concern", noted.name, at, **{role: Circumstances(own_learner=own, noted=True)})
			passed_on = care.make_concern(student, readers=[{"user": cls.someone}], **restricted)
			passed_on.db_set("noted_by", user)
			closed = Circumstances(own_learner=own, restricted=True)
			own_one = Circumstances(own_learner=own, restricted=True, noted=True)
			cls.add("Concern", passed_on.name, closed, **{role: own_one})

	@classmethod
	def add(cls, doctype: str, name: str, at: Circumstances, **by_role: Circumstances) -> None:
		cls.records.append(Record(doctype, name, at, by_role))

	@classmethod
	def insert(cls, doctype: str, **values: Any) -> str:
		return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_links=True).name

	def cells(self, action: str):
		"""(role, person, record, whether the table allows the action)."""
		for role, person in self.people.items():
			for record in self.records:
				allowed = table.may(record.doctype, {role}, action, record.circumstances(role))
				yield role, person, record, allowed

	def assert_cell(self, answer: Answer, allowed: bool, success: int, *what: str) -> None:
		self.assertEqual(answer.status, success if allowed else FORBIDDEN, (*what, str(answer.body)[:400]))

	def readable(self, role: str, doctype: str) -> set[str]:
		return {
			record.name
			for record in self.records
			if record.doctype == doctype
			and table.may(doctype, {role}, rights.READ, record.circumstances(role))
		}

	def known(self, doctype: str) -> set[str]:
		return {record.name for record in self.records if record.doctype == doctype}

	def test_read(self) -> None:
		counted = 0
		for role, person, record, allowed in self.cells(rights.READ):
			answer = person.get(f"/api/resource/{record.doctype}/{record.name}")
			self.assert_cell(answer, allowed, OK, role, record.doctype, str(record.circumstances(role)))
			counted += 1
		self.assertGreater(counted, 600)

	def test_form_value_and_subscription(self) -> None:
		for role, person, record, allowed in self.cells(rights.READ):
			form = person.get(
				"/api/method/frappe.desk.form.load.getdoc", doctype=record.doctype, name=record.name
			)
			self.assert_cell(form, allowed, OK, "form", role, record.doctype)
			realtime = person.follow(record.doctype, record.name)
			self.assert_cell(realtime, allowed, OK, "realtime", role, record.doctype)

	def test_lists_reports_and_link_search(self) -> None:
		for role, person in self.people.items():
			for doctype in DOCUMENTS:
				may = bool(table.rows_of(doctype, {role}, rights.READ))
				expected = self.readable(role, doctype)
				within = [["name", "in", sorted(self.known(doctype))]]
				listed = person.get(f"/api/resource/{doctype}", filters=within, limit_page_length=500)
				self.assert_cell(listed, may, OK, "list", role, doctype)
				counted = person.get(
					"/api/method/frappe.desk.reportview.get",
					doctype=doctype, filters=[[doctype, *within[0]]], fields=[f"`tab{doctype}`.`name`"], page_length=500,
				)  # fmt: skip
				self.assert_cell(counted, may, OK, "report view", role, doctype)
				search = person.get(
					"/api/method/frappe.desk.search.search_link", doctype=doctype, txt="", page_length=1000
				)
				if may:
					self.assertEqual({row["name"] for row in listed.data}, expected, (role, doctype))
					self.assertEqual({row[0] for row in counted.data.get("values", [])} if counted.data else set(), expected, (role, doctype))  # fmt: skip
				found = {row["value"] for row in search.data or []} & self.known(doctype)
				self.assertLessEqual(found, expected, ("link search", role, doctype))

	def test_counts_and_figures_are_of_what_may_be_read(self) -> None:
		for role, person in self.people.items():
			for doctype in DOCUMENTS:
				if not table.rows_of(doctype, {role}, rights.READ):
					continue
				expected = len(self.readable(role, doctype))
				within = [[doctype, "name", "in", sorted(self.known(doctype))]]
				counted = person.get(
					"/api/method/frappe.desk.reportview.get_count", doctype=doctype, filters=within
				)
				self.assertEqual(counted.data, expected, ("count", role, doctype))
				grouped = person.get(
					"/api/method/frappe.desk.reportview.get",
					doctype=doctype, filters=within, group_by=f"`tab{doctype}`.`docstatus`",
					fields=[f"`tab{doctype}`.`docstatus`"], order_by="_aggregate_column desc",
					aggregate_function="count", aggregate_on_field="name", aggregate_on_doctype=doctype,
				)  # fmt: skip
				column = grouped.data["keys"].index("_aggregate_column") if expected else 0
				found = [row[column] for row in grouped.data["values"]] if expected else grouped.data
				self.assertEqual(found, [expected] if expected else found, ("group by", role, doctype))
				self.assertTrue(expected or not found, ("group by", role, doctype, found))
				card = {"document_type": doctype, "function": "Count", "filters_json": frappe.as_json(within)}
				shown = person.call(
					"frappe.desk.doctype.number_card.number_card.get_result",
					doc=frappe.as_json(card),
					filters=within,
				)
				self.assertEqual(int(shown.data or 0), expected, ("number card", role, doctype))

	def test_who_has_no_row_is_refused(self) -> None:
		outsiders = [Person(factories.make_user(role)) for role in ("System Manager", "Academics User")]
		outsiders += [Person(care.make_portal_user()), Person.guest()]
		frappe.db.commit()
		for person in outsiders:
			for doctype in ABOUT_LEARNERS:
				name = min(self.known(doctype))
				for answer in (
					person.get(f"/api/resource/{doctype}/{name}"),
					person.get(f"/api/resource/{doctype}"),
					person.get("/api/method/frappe.desk.form.load.getdoc", doctype=doctype, name=name),
					person.get("/api/method/frappe.client.get_value", doctype=doctype, fieldname="name", filters=name),
					person.get("/api/method/frappe.www.printview.get_html_and_style", doc=doctype, name=name),
					person.get("/api/method/frappe.utils.print_format.download_pdf", doctype=doctype, name=name),
					person.put(f"/api/resource/{doctype}/{name}", idx=0),
					person.delete(f"/api/resource/{doctype}/{name}"),
					person.post(f"/api/resource/{doctype}", student=self.own),
					person.call(
						"frappe.desk.reportview.export_query",
						doctype=doctype, title=doctype, fields=["name"], filters=[], file_format_type="CSV",
					),
				):  # fmt: skip
					self.assertEqual(answer.status, FORBIDDEN, (person.user, doctype, str(answer.body)[:300]))

	def test_rows_of_child_tables(self) -> None:
		children = [
			(doctype, df.options)
			for doctype in ABOUT_LEARNERS
			for df in frappe.get_meta(doctype).get_table_fields()
		]
		self.assertGreater(len(children), 7)
		for role, person in self.people.items():
			for doctype, child in children:
				answer = person.get(
					f"/api/resource/{child}",
					parent=doctype,
					fields=["name", "parent"],
					filters=[["parenttype", "=", doctype]],
					limit_page_length=1000,
				)
				seen = {row["parent"] for row in answer.data or []} & self.known(doctype)
				self.assertLessEqual(seen, self.readable(role, doctype), (role, doctype, child))

	def test_write(self) -> None:
		for role, person, record, allowed in self.cells(rights.WRITE):
			answer = person.put(f"/api/resource/{record.doctype}/{record.name}", idx=0)
			self.assert_cell(answer, allowed, OK, role, record.doctype, str(record.circumstances(role)))

	def test_naming_oneself_a_reader_or_a_member_opens_nothing(self) -> None:
		for role, person, record, allowed in self.cells(rights.WRITE):
			rows = {"Concern": "readers", "Support Plan": "team"}.get(record.doctype)
			if rows and not allowed:
				me = {"user": person.user, "part": "Specialist", "person_name": "me"}
				answer = person.put(f"/api/resource/{record.doctype}/{record.name}", **{rows: [me]})
				self.assertEqual(answer.status, FORBIDDEN, (role, record))

	def test_create(self) -> None:
		for role, person in self.people.items():
			for student, own in ((self.own, True), (self.other, False)):
				for doctype, values in self.new(student).items():
					at = Circumstances(own_learner=own, noted=True)
					allowed = table.may(doctype, {role}, rights.CREATE, at)
					answer = person.post(f"/api/resource/{doctype}", **values)
					self.assert_cell(answer, allowed, CREATED, role, doctype, student)
					if allowed and doctype == "Support Plan":
						frappe.db.rollback()
						frappe.db.set_value("Support Plan", answer.data["name"], "status", "Closed")
						frappe.db.commit()

	def new(self, student: str) -> dict[str, dict[str, Any]]:
		"""What somebody would send to make a document of each kind."""
		fresh = frappe.generate_hash(length=8)
		day = add_days(nowdate(), -int(fresh, 36) % 20000 - 1)
		plan = self.free_of_plans(student)
		return {
			"Early Warning Signal": {"student": student},
			"Early Warning Alert": {"student": student},
			"Signal Step": {"student": student},
			"Badge Check In": {"student": student, "name": fresh},
			"Learner Circumstance": {"student": student, "circumstance": "Newcomer", "purpose": "x"},
			"Statutory Report": {"student": student},
			"Mentor Assignment": {
				"student": student, "mentor": self.someone, "task": "Care Team", "from_date": day, "to_date": day,
			},
			"Student Badge": {"student": student, "badge_digest": frappe.generate_hash(length=32)},
			"Concern": {"student": student, "kind": "Home", "what": SECRET},
			"Support Plan": {"student": plan},
			"Contact Log": {"student": student, "contact_by": self.someone, "contact_on": str(now_datetime())},
			"Consent Record": {
				"student": student, "stakeholder": self.partner, "given_by": "Learner", "person_name": "x", "purpose": "x",
				"since": nowdate(), "fields_shown": [{"field": "Name"}],
			},
			"Referral": {
				"student": student, "stakeholder": self.partner, "agreement": self.agreement, "question": frappe.generate_hash(length=6),
				"fields_shown": [{"field": "Name"}],
			},
			"Family Message": {"student": student, "kind": "Feedback"},
			"Care Meeting": {"meeting_on": nowdate()},
			"Care Meeting Learner": {"student": student, "meeting": self.meeting},
			"Care Decision": {"student": student, "who": self.someone, "what": "x", "due_on": nowdate()},
			"Family Invitation": {"student": student, "kind": "Learner", "person_name": "x"},
			"Care Reminder": {"recipient": self.someone, "kind": "Goal", "reminder_key": fresh},
			"Stakeholder": {"stakeholder_name": f"_Test {fresh}", "kind": "Sport"},
			"Stakeholder Agreement": {"title": f"_Test {fresh}", "ends_on": add_days(nowdate(), 9)},
			"Intervention Type": {"intervention": f"_Test {fresh}"},
			"Restricted Read": {"user": self.someone, "reference_name": "x"},
		}  # fmt: skip

	def free_of_plans(self, student: str) -> str:
		"""The learner, whose other plans are closed for the while that a new one is tried."""
		frappe.db.rollback()
		for name in frappe.get_all("Support Plan", {"student": student}, pluck="name"):
			frappe.db.set_value("Support Plan", name, "status", "Closed")
		frappe.db.commit()
		return student

	def test_delete(self) -> None:
		for role, person, record, allowed in self.cells(rights.DELETE):
			if not allowed:
				answer = person.delete(f"/api/resource/{record.doctype}/{record.name}")
				self.assertEqual(answer.status, FORBIDDEN, (role, record.doctype))
		for row in table.TABLE:
			if rights.DELETE in row.actions:
				values = self.new(self.own)[row.document]
				made = self.insert(row.document, **values)
				frappe.db.commit()
				answer = self.people[row.role].delete(f"/api/resource/{row.document}/{made}")
				self.assertEqual(answer.status, DELETED, (row, answer.body))

	def test_print(self) -> None:
		"""In Frappe 15 who may read may print."""
		for role, person, record, allowed in self.cells(rights.READ):
			if not allowed or record.doctype in ("Support Plan", "Referral", "Early Warning Signal"):
				answer = person.get(
					"/api/method/frappe.www.printview.get_html_and_style",
					doc=record.doctype,
					name=record.name,
				)
				self.assert_cell(answer, allowed, OK, role, record.doctype)

	def test_export(self) -> None:
		for role, person in self.people.items():
			for doctype in DOCUMENTS:
				allowed = bool(table.rows_of(doctype, {role}, rights.EXPORT))
				answer = person.call(
					"frappe.desk.reportview.export_query",
					doctype=doctype,
					title=doctype,
					fields=[f"`tab{doctype}`.`name`"],
					filters=[],
					file_format_type="CSV",
				)
				self.assert_cell(answer, allowed, OK, "export", role, doctype)

	def test_reports_on_a_kind(self) -> None:
		for doctype in DOCUMENTS:
			report = self.insert(
				"Report", report_name=f"_Test {doctype}", ref_doctype=doctype, report_type="Report Builder", is_standard="No"
			)  # fmt: skip
			frappe.db.commit()
			try:
				for role, person in self.people.items():
					allowed = bool(table.rows_of(doctype, {role}, rights.REPORT))
					answer = person.get("/api/method/frappe.desk.query_report.get_script", report_name=report)
					self.assert_cell(answer, allowed, OK, "report", role, doctype)
			finally:
				frappe.delete_doc("Report", report, force=True)
				frappe.db.commit()

	def test_attachments(self) -> None:
		for record in self.records:
			if record.doctype not in ("Concern", "Support Plan", "Stakeholder", "Early Warning Signal"):
				continue
			attached = frappe.get_doc(
				doctype="File",
				file_name=f"_test-{frappe.generate_hash(length=8)}.txt",
				content=f"{SECRET} {frappe.generate_hash(length=8)}",
				is_private=1,
				attached_to_doctype=record.doctype,
				attached_to_name=record.name,
			).insert()
			frappe.db.commit()
			try:
				for role, person in self.people.items():
					allowed = table.may(record.doctype, {role}, rights.READ, record.circumstances(role))
					answer = person.get(attached.file_url)
					self.assert_cell(answer, allowed, OK, "file", role, record.doctype)
					listed = person.get("/api/resource/File", filters=[["name", "=", attached.name]])
					self.assertTrue(allowed or not listed.data, ("list of files", role, record))
			finally:
				attached.delete()
				frappe.db.commit()

	def test_global_search_tells_nothing(self) -> None:
		for role, person in self.people.items():
			found = person.get("/api/method/frappe.utils.global_search.search", text=SECRET)
			self.assertFalse([hit for hit in found.data or [] if hit["doctype"] in ABOUT_LEARNERS], role)

	def test_what_stands_beside_a_record_is_for_its_readers(self) -> None:
		"""Comments, earlier versions and copies of what was deleted: to those, too, whom Frappe shows all of them."""
		kinds = ("Concern", "Support Plan", "Learner Circumstance", "Guardian Text", "Restricted Read")
		about = [record for record in self.records if record.doctype in kinds]
		beside = {
			"Comment": {"comment_type": "Comment", "content": SECRET},
			"Version": {"data": f'{{"changed": [["what", "", "{SECRET}"]]}}'},
			"Communication": {"communication_type": "Communication", "content": SECRET, "subject": SECRET},
			"Deleted Document": {"data": SECRET},
		}
		made = []
		for kind, values in beside.items():
			of_kind, of_name = linked_records.OF_RECORD[kind]
			for record in about:
				given = {of_kind: record.doctype, of_name: record.name, **values}
				made.append(
					(frappe.get_doc({"doctype": kind, **given}).insert(ignore_permissions=True), record)
				)
		keepers = {
			"System Manager": Person(factories.make_user("System Manager")),
			"Care Team Member": self.people["Care Team Member"],
		}
		frappe.get_doc("User", self.users["Care Team Member"]).add_roles("System Manager")
		frappe.db.commit()
		try:
			for role, person in keepers.items():
				for kind in beside:
					listed = person.get(f"/api/resource/{kind}", limit_page_length=0)
					self.assertEqual(listed.status, OK, (role, kind))
					shown = {row["name"] for row in listed.data}
					for one, record in made:
						if one.doctype != kind:
							continue
						may = table.may(record.doctype, {role}, rights.READ, record.circumstances(role))
						self.assertEqual(one.name in shown, may, (role, kind, record))
						answer = person.get(f"/api/resource/{kind}/{one.name}")
						self.assert_cell(answer, may, OK, role, kind, record.doctype, record.name)
		finally:
			frappe.get_doc("User", self.users["Care Team Member"]).remove_roles("System Manager")
			for one, _record in made:
				frappe.db.delete(one.doctype, {"name": one.name})
			frappe.db.commit()

	def test_sharing_and_assigning_open_nothing(self) -> None:
		for role, person in self.people.items():
			for record in self.records:
				if record.doctype == "Support Plan":
					answer = person.call(
						"frappe.share.add",
						doctype=record.doctype,
						name=record.name,
						user=self.someone,
						read=1,
					)
					self.assertEqual(answer.status, FORBIDDEN, (role, record))
		self.assertFalse(frappe.get_all("DocShare", {"share_doctype": ("in", ABOUT_LEARNERS)}))

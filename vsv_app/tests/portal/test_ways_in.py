"""How families and partners come to their page: invited with a code, signed in, and led there by every menu."""

import io
import re
from unittest.mock import patch

import frappe
from frappe.apps import get_default_path
from frappe.email.receive import InboundMail
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate, set_request
from frappe.website.serve import get_response_content
from frappe.website.utils import get_home_page
from pypdf import PdfReader

from vsv_app.api.portal import family, writing
from vsv_app.api.portal import invitations as api
from vsv_app.site.portal import invitations, landing, pages
from vsv_app.site.portal.people import NotYours
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories

PASSWORD = "grey-otter-walks-7"
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")


class WaysInTestCase(FrappeTestCase):
	def setUp(self) -> None:
		self.group, self.student = care.make_learner(date_of_birth=care.child_born())
		self.officer = factories.make_user("Attendance Officer")

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.local.flags.home_page = None
		frappe.db.rollback()

	def invited(self, **about: str) -> list[str]:
		return frappe.get_all("Family Invitation", about or {"student": self.student}, pluck="name")


class TestHome(WaysInTestCase):
	def test_after_signing_in_everybody_without_a_desk_is_at_the_own_page(self) -> None:
		learner, guardian, partner, nobody = (care.make_portal_user() for _one in range(4))
		frappe.db.set_value("Student", self.student, "user", learner)
		care.make_guardian(self.student, user=guardian)
		care.make_stakeholder(partner)
		homes = {}
		for user in (learner, guardian, partner, nobody):
			frappe.set_user(user)
			homes[user] = (get_default_path() or "/" + get_home_page(), landing.home_of(user))
		self.assertEqual(
			list(homes.values()),
			[("/family", "family"), ("/family", "family"), ("/partner", "partner"), ("/me", None)],
		)

	def test_a_mentor_who_is_a_parent_stays_at_the_desk(self) -> None:
		mentor = factories.make_user("School Mentor")
		care.make_guardian(self.student, user=mentor)
		frappe.set_user(mentor)
		self.assertFalse(landing.at_home_in_family())
		self.assertEqual(landing.pages_of(mentor), ["family"], "the menu leads there all the same")

	def test_the_account_page_and_the_menu_lead_there(self) -> None:
		user = care.make_portal_user()
		guardian = care.make_guardian(self.student)
		frappe.set_user(user)
		self.assertEqual(landing.pages_of(user), [])
		frappe.set_user("Administrator")
		document = frappe.get_doc("Guardian", guardian)
		document.user = user
		document.save()
		frappe.set_user(user)
		set_request(method="GET", path="/me")
		page = get_response_content("/me")
		self.assertGreaterEqual(page.count("/family"), 2)
		self.assertIn("School and me", page)


class TestInvitations(WaysInTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.mother = care.make_guardian(
			self.student, email_address=f"{frappe.generate_hash(length=8)}@family.example"
		)
		self.father = care.make_guardian(self.student, vsv_language="nl")

	def invite(self, **how: str) -> dict:
		with patch.object(invitations.frappe, "sendmail") as self.mail:
			return api.invite(student_group=self.group, **how)

	def code(self, **about: str) -> str:
		"""Of the letter that is printed now."""
		sheet = invitations.letters(self.invited(**about))
		return CODE.search("".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages))[0]

	def redeem(self, code: str, **values: str) -> str:
		frappe.set_user("Guest")
		manager = frappe._dict(login_as=frappe.set_user)
		with patch.object(frappe.local, "login_manager", manager, create=True):
			return api.redeem(code, **values)["page"]

	def test_a_group_is_invited_by_mail_and_the_others_by_letter(self) -> None:
		frappe.set_user(self.officer)
		begins = api.begins(student_group=self.group)
		self.assertEqual((begins["people"], begins["with_address"], begins["without_address"]), (2, 1, 1))
		done = self.invite(language="en")
		self.assertEqual((done["mailed"], len(done["letters"])), (1, 1))
		sent = self.mail.call_args.kwargs
		self.assertEqual(sent["recipients"], [frappe.db.get_value("Guardian", self.mother, "email_address")])
		code = sent["args"]["code"]
		self.assertTrue(sent["args"]["link"].endswith(f"#{code}"), "no server sees what stands behind the #")
		body = frappe.render_template("templates/emails/vsv_invitation.html", sent["args"])
		self.assertNotIn(self.student, body)
		self.assertEqual(self.invite()["mailed"], 0, "nobody twice")
		self.assertEqual(api.begins(student_group=self.group)["states"], {"Invited": 2})

	def test_a_mistyped_address_gets_a_letter_and_stops_nobody_else(self) -> None:
		frappe.db.set_value("Guardian", self.father, "email_address", "father of 1B@family.example")
		frappe.db.set_value("Student", self.student, "student_email_id", "no mail yet")
		frappe.set_user(self.officer)
		begins = api.begins(student_group=self.group, who="Both")
		self.assertEqual((begins["with_address"], begins["without_address"]), (1, 2))
		done = self.invite(who="Both")
		self.assertEqual((done["mailed"], len(done["letters"])), (1, 2))
		kept = frappe.get_doc("Family Invitation", {"guardian": self.father})
		self.assertEqual((kept.how, kept.email), ("Letter", None))

	def test_everybody_gets_a_letter_where_letters_are_asked_for(self) -> None:
		frappe.set_user(self.officer)
		done = self.invite(who="Both", how="Letter")
		self.assertEqual((done["mailed"], len(done["letters"])), (0, 3))
		self.mail.assert_not_called()

	def test_a_letter_is_one_page_in_its_readers_language_with_the_code(self) -> None:
		done = self.invite(how="Letter", language="en")
		pages = PdfReader(io.BytesIO(invitations.letters(done["letters"]))).pages
		texts = [" ".join(page.extract_text().split()) for page in pages]
		self.assertEqual([bool(CODE.search(text)) for text in texts], [True, True])
		self.assertEqual(sum("Kies je eigen wachtwoord" in text for text in texts), 1)

	def test_no_code_is_kept_in_the_database(self) -> None:
		done = self.invite(how="Letter")
		code = self.code(guardian=self.mother)
		row = frappe.db.get_value("Family Invitation", {"guardian": self.mother}, "*")
		self.assertNotIn(code, str(row))
		self.assertNotIn(code.replace("-", ""), str(row))
		self.assertEqual(len(done["letters"]), 2)

	def test_a_code_makes_the_account_and_its_language_once(self) -> None:
		self.invite(how="Letter")
		code = self.code(guardian=self.father)
		address = f"{frappe.generate_hash(length=8)}@family.example"
		self.assertEqual(
			self.redeem(code.lower().replace("-", " "), email=address, password=PASSWORD, language="nl"),
			"/family",
		)
		self.assertEqual(frappe.session.user, address)
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.get_value("Guardian", self.father, "user"), address)
		self.assertEqual(
			frappe.db.get_value("User", address, ["user_type", "language"]), ("Website User", "nl")
		)
		self.assertEqual(
			self.invited(guardian=self.father, status="Signed In"), self.invited(guardian=self.father)
		)
		with self.assertRaises(writing.NotPossible):
			self.redeem(code, email="other@family.example", password=PASSWORD)

	def test_an_old_or_unknown_code_is_answered_alike_and_a_late_one_says_so(self) -> None:
		self.invite(how="Letter")
		first = self.code(guardian=self.mother)
		second = self.code(guardian=self.mother)
		said = set()
		for code in (first, "AAAA-AAAA-AAAA", "", "x" * 300):
			with self.assertRaises(writing.NotPossible) as refused:
				self.redeem(code, email="a@family.example", password=PASSWORD)
			said.add(str(refused.exception))
		frappe.set_user("Administrator")
		frappe.db.set_value(
			"Family Invitation", {"guardian": self.mother}, "expires_on", add_days(nowdate(), -1)
		)
		self.assertEqual(len(said), 1)
		self.assertRegex(said.pop(), "the newest counts.+ask the school for a new one")
		for _before_the_night_and_after in range(2):
			with self.assertRaises(writing.NotPossible) as late:
				self.redeem(second, email="a@family.example", password=PASSWORD)
			self.assertRegex(str(late.exception), r"This code ended on \d+ \w+ \d{4}. Ask the school")
			frappe.set_user("Administrator")
			invitations.expire()
		self.assertEqual(len(self.invited(guardian=self.mother, status="Expired")), 1)
		third = self.code(guardian=self.mother)
		self.assertEqual(
			self.redeem(third, email=f"{frappe.generate_hash(length=8)}@family.example", password=PASSWORD),
			"/family",
		)

	def test_a_letter_opens_no_account_of_somebody_else(self) -> None:
		"""Who has a code types the address of a member of staff, or of another family."""
		self.invite(how="Letter")
		code = self.code(guardian=self.father)
		for other in (factories.make_user("School Mentor"), care.make_portal_user()):
			with self.assertRaises(writing.NotPossible):
				self.redeem(code, email=other, password=PASSWORD)
		frappe.set_user("Administrator")
		self.assertIsNone(frappe.db.get_value("Guardian", self.father, "user"))

	def test_who_has_an_account_signs_in_and_types_the_code(self) -> None:
		self.invite(how="Letter")
		code, parent = self.code(guardian=self.father), care.make_portal_user()
		frappe.set_user(parent)
		api.redeem(code)
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.get_value("Guardian", self.father, "user"), parent)

	def test_who_invited_or_works_here_uses_a_code_only_where_it_names_them(self) -> None:
		mentor, parent = factories.make_user("School Mentor"), care.make_portal_user()
		frappe.db.set_value("Guardian", self.father, "email_address", mentor.upper())
		self.invite(how="Letter")
		fathers, mothers = self.code(guardian=self.father), self.code(guardian=self.mother)
		frappe.db.set_value("Family Invitation", {"guardian": self.mother}, "invited_by", parent)
		for user in (parent, mentor, factories.make_user("Instructor")):
			frappe.set_user(user)
			with self.assertRaises(writing.NotPossible) as refused:
				api.redeem(mothers)
			self.assertIn("Sign out first", str(refused.exception))
		frappe.set_user(mentor)
		api.redeem(fathers)
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.get_value("Guardian", self.father, "user"), mentor)
		self.assertIsNone(frappe.db.get_value("Guardian", self.mother, "user"))

	def test_the_coordinator_or_who_invited_hears_that_a_printed_code_was_used(self) -> None:
		coordinator = factories.make_user("Care Team Coordinator")
		frappe.set_user(self.officer)
		self.invite(how="Letter")
		codes = [self.code(guardian=one) for one in (self.mother, self.father)]
		frappe.set_user("Administrator")
		for told, code in zip((coordinator, self.officer), codes, strict=True):
			chosen = coordinator if told == coordinator else None
			frappe.db.set_single_value("Early Warning Settings", "coordinator", chosen)
			self.redeem(code, email=f"{frappe.generate_hash(length=8)}@family.example", password=PASSWORD)
			frappe.set_user("Administrator")
			about = {"for_user": told, "document_type": "Family Invitation"}
			self.assertEqual(
				frappe.get_all("Notification Log", about, pluck="subject"), ["A printed invitation was used"]
			)

	def test_whoever_printed_it_is_not_the_only_one_who_hears(self) -> None:
		coordinator, leader = (
			factories.make_user("Care Team Coordinator"),
			factories.make_user("School Leader"),
		)
		for field, user in (("coordinator", coordinator), ("leader", leader)):
			frappe.db.set_single_value("Early Warning Settings", field, user)
		frappe.set_user(coordinator)
		self.invite(how="Letter")
		self.redeem(
			self.code(guardian=self.father),
			email=f"{frappe.generate_hash(length=8)}@family.example",
			password=PASSWORD,
		)
		frappe.set_user("Administrator")
		self.assertTrue(
			frappe.db.exists("Notification Log", {"for_user": leader, "document_type": "Family Invitation"})
		)

	def test_whom_a_letter_was_for_is_told_at_the_address_that_the_school_had(self) -> None:
		self.invite(how="Letter")
		code = self.code(guardian=self.mother)
		with patch.object(invitations.frappe, "sendmail") as mail:
			self.redeem(code, email=f"{frappe.generate_hash(length=8)}@elsewhere.example", password=PASSWORD)
		frappe.set_user("Administrator")
		sent = mail.call_args.kwargs
		self.assertEqual(sent["recipients"], [frappe.db.get_value("Guardian", self.mother, "email_address")])
		body = frappe.render_template("templates/emails/vsv_access_set_up.html", sent["args"])
		self.assertIn("another address than this one", body)
		self.assertNotIn("elsewhere.example", body)
		code = self.code(guardian=self.father)
		with patch.object(invitations.frappe, "sendmail") as mail:
			self.redeem(code, email=f"{frappe.generate_hash(length=8)}@elsewhere.example", password=PASSWORD)
		mail.assert_not_called()

	def test_the_wrong_ones_access_is_taken_back_at_once_and_the_right_one_comes_in(self) -> None:
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student_group=self.group)
		frappe.set_user(mentor)
		self.invite(how="Letter")
		code, wrong = self.code(guardian=self.mother), f"{frappe.generate_hash(length=8)}@elsewhere.example"
		self.redeem(code, email=wrong, password=PASSWORD)
		family.send_message(self.student, "Hello")
		(name,) = self.invited(guardian=self.mother)
		frappe.set_user(mentor)
		with self.assertRaises(frappe.PermissionError):
			api.take_access_back(name)
		frappe.set_user(factories.make_user("Care Team Coordinator"))
		done = api.take_access_back(name)
		self.assertEqual((done["user"], done["did"]), (wrong, ["Family Message: 1"]))
		row = frappe.db.get_value("Family Invitation", name, ["status", "user", "taken_back_by"])
		self.assertEqual(row, ("Withdrawn", wrong, frappe.session.user))
		with self.assertRaises(writing.NotPossible):
			api.take_access_back(name)
		frappe.set_user(wrong)
		self.assertEqual(pages.family(), [])
		with self.assertRaises(NotYours):
			family.send_message(self.student, "Hello again")
		self.assertNotIn("Guardian", frappe.get_roles())
		frappe.set_user(self.officer)
		self.assertEqual(
			self.invite(how="Letter")["letters"], self.invited(guardian=self.mother, status="Invited")
		)
		right = f"{frappe.generate_hash(length=8)}@family.example"
		self.redeem(self.code(guardian=self.mother, status="Invited"), email=right, password=PASSWORD)
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.get_value("Guardian", self.mother, "user"), right)

	def test_whose_access_was_taken_by_mistake_signs_in_and_types_a_new_code(self) -> None:
		self.invite(how="Letter")
		own = f"{frappe.generate_hash(length=8)}@family.example"
		self.redeem(self.code(guardian=self.father), email=own, password=PASSWORD)
		frappe.set_user(self.officer)
		api.take_access_back(self.invited(guardian=self.father)[0])
		self.invite(how="Letter")
		code = self.code(guardian=self.father, status="Invited")
		frappe.set_user(own)
		api.redeem(code)
		self.assertEqual([one["student"] for one in pages.family()], [self.student])

	def test_a_guardian_of_two_is_invited_once_and_sees_both(self) -> None:
		group, other = care.make_learner(date_of_birth=care.child_born())
		frappe.get_doc(
			doctype="Student Guardian", parent=other, parenttype="Student", parentfield="guardians", guardian=self.father
		).db_insert()  # fmt: skip
		self.invite(how="Letter")
		with patch.object(invitations.frappe, "sendmail"):
			self.assertEqual(api.invite(student_group=group, how="Letter")["letters"], [])
		self.redeem(
			self.code(guardian=self.father),
			email=f"{frappe.generate_hash(length=8)}@family.example",
			password=PASSWORD,
		)
		self.assertEqual({one["student"] for one in pages.family()}, {self.student, other})

	def test_a_guardian_who_stands_twice_in_the_books_types_the_second_code_when_signed_in(self) -> None:
		"""Many schools write a parent down anew with each child."""
		group, other = care.make_learner(date_of_birth=care.child_born())
		address = frappe.db.get_value("Guardian", self.mother, "email_address")
		again = care.make_guardian(other, email_address=address)
		found = []
		for of in (self.group, group):
			with patch.object(invitations.frappe, "sendmail") as mail:
				api.invite(student_group=of)
			found.append(mail.call_args_list[0].kwargs["args"]["code"])
		first, second = found
		self.assertEqual(self.redeem(first, password=PASSWORD), "/family")
		frappe.db.set_value("User", address, "last_active", frappe.utils.now())
		with self.assertRaises(writing.NotPossible) as refused:
			self.redeem(second, password=PASSWORD)
		self.assertIn("Sign in first, and type the code then", str(refused.exception))
		frappe.set_user(address)
		self.assertEqual(api.redeem(second)["page"], "/family")
		self.assertEqual({one["student"] for one in pages.family()}, {self.student, other})
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.get_value("Guardian", again, "user"), address)

	def bounce(self, sender: str, subject: str, named: str) -> str:
		"""What a mail server sends to the mailbox that the mail went from, as Frappe takes it in."""
		body = f"Your message to <{named}> was rejected: 550 5.1.1 no such user"
		raw = f"""From: Mail Delivery System <{sender}>
To: school@example.org
Subject: {subject}
Message-ID: <{frappe.generate_hash()}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain; charset=utf-8

{body}
--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {named}
Action: failed
Status: 5.1.1

--xx
Content-Type: message/rfc822

From: school@example.org
To: {named}
Subject: Your access to the school's page
Content-Type: text/plain; charset=utf-8

Type this code: ABCD-EFGH-JKMN
--xx--
"""
		account = frappe.new_doc("Email Account")
		account.update({"name": frappe.generate_hash(), "email_id": f"{frappe.generate_hash()}@example.org"})
		account.db_insert()
		return InboundMail(raw, account).process().name

	def test_a_mail_that_comes_back_later_marks_its_invitation(self) -> None:
		address = frappe.db.get_value("Guardian", self.mother, "email_address")
		self.invite()
		(name,) = self.invited(guardian=self.mother)
		status = lambda: frappe.db.get_value("Family Invitation", name, "status")  # noqa: E731
		for sender, subject, named in (
			("somebody@example.org", "Undelivered Mail Returned to Sender", address),
			("MAILER-DAEMON@mx.example", "Delayed Mail (still being retried)", address),
			("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", "another@family.example"),
		):
			self.bounce(sender, subject, named)
			self.assertEqual(status(), "Invited", subject)
		came = self.bounce("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", address.upper())
		self.assertEqual(status(), "Bounced")
		kept = frappe.db.get_value("Communication", came, ["content", "text_content"])
		self.assertNotIn("ABCD-EFGH-JKMN", str(kept), "who reads the mailbox finds no code in it")
		self.assertIn("550 5.1.1", str(kept))
		with patch.object(invitations.frappe, "sendmail"):
			api.once_more([name])
		self.assertEqual(status(), "Invited")
		frappe.db.set_value("Family Invitation", name, "invited_on", add_days(nowdate(), -8))
		self.bounce("postmaster@mx.example", "Undeliverable: Your access", address)
		self.assertEqual(status(), "Invited", "another mail, of long after, came back")

	def test_a_letter_sets_no_password_of_an_address_to_which_a_mail_went(self) -> None:
		account = care.make_portal_user()
		frappe.db.set_value("Guardian", self.mother, "email_address", account)
		self.invite()
		code, about = self.code(guardian=self.mother), {"guardian": self.mother}
		self.assertEqual(frappe.db.get_value("Family Invitation", about, "how"), "Letter")
		with self.assertRaises(writing.NotPossible):
			self.redeem(code, email=account, password=PASSWORD)
		frappe.set_user("Administrator")
		with patch.object(invitations.frappe, "sendmail") as mail:
			api.once_more(self.invited(**about))
		self.assertEqual(frappe.db.get_value("Family Invitation", about, "how"), "Mail")
		self.assertEqual(self.redeem(mail.call_args.kwargs["args"]["code"], password=PASSWORD), "/family")
		self.assertEqual(frappe.session.user, account)

	def test_no_code_replaces_an_account_that_is_in_use(self) -> None:
		self.invite(how="Letter")
		code, owner = self.code(guardian=self.father), care.make_portal_user()
		frappe.db.set_value("Guardian", self.father, "user", owner)
		frappe.db.set_value("User", owner, "last_active", frappe.utils.now())
		for user in ("Guest", care.make_portal_user()):
			frappe.set_user(user)
			with self.assertRaises(writing.NotPossible) as refused:
				api.redeem(code, email="new@family.example", password=PASSWORD)
			self.assertIn("This code does not work", str(refused.exception))
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.get_value("Guardian", self.father, "user"), owner)
		with patch.object(invitations, "letters", return_value=b"") as printed:
			api.letters(self.invited())
			printed.assert_called_once_with(self.invited(guardian=self.mother))
			with self.assertRaises(writing.NotPossible):
				api.letters(self.invited(guardian=self.father))

	def test_a_password_that_anybody_guesses_is_refused(self) -> None:
		self.invite(how="Letter")
		code = self.code(guardian=self.father)
		for weak in ("", "short", "password"):
			with self.assertRaises(writing.NotPossible):
				self.redeem(code, email="weak@family.example", password=weak)

	def test_once_more_goes_to_the_corrected_address_and_ends_the_first_code(self) -> None:
		self.invite(how="Letter")
		old = self.code(guardian=self.father)
		frappe.db.set_value("Guardian", self.father, "email_address", "right@family.example")
		names = self.invited(guardian=self.father)
		api.came_back(names)
		self.assertEqual(len(self.invited(guardian=self.father, status="Bounced")), 1)
		with patch.object(invitations.frappe, "sendmail") as mail:
			self.assertEqual(api.once_more(names), {"mailed": 1, "letters": []})
		self.assertEqual(mail.call_args.kwargs["recipients"], ["right@family.example"])
		row = frappe.db.get_value("Family Invitation", names[0], ["status", "times", "email"])
		self.assertEqual(row, ("Invited", 2, "right@family.example"))
		self.assertIsNone(invitations.by_code(old))

	def test_a_mail_that_did_not_arrive_is_seen_and_its_text_is_emptied(self) -> None:
		self.invite()
		(name,) = self.invited(guardian=self.mother)
		queued = frappe.get_doc(
			doctype="Email Queue", sender="school@example.org", message="the code", status="Error",
			reference_doctype="Family Invitation", reference_name=name, recipients=[{"recipient": "a@family.example"}],
		).insert()  # fmt: skip
		self.assertEqual(invitations.follow_mails(), 1)
		self.assertEqual(frappe.db.get_value("Family Invitation", name, "status"), "Bounced")
		self.assertEqual(frappe.db.get_value("Email Queue", queued.name, "message"), "")

	def test_mentors_invite_their_own_learners_and_nobody_elses(self) -> None:
		mentor = factories.make_user("School Mentor")
		frappe.set_user(mentor)
		with self.assertRaises(frappe.PermissionError):
			self.invite()
		frappe.set_user("Administrator")
		factories.make_assignment(mentor, student_group=self.group)
		frappe.set_user(mentor)
		self.assertEqual(len(self.invite()["letters"]), 1)

	def test_with_the_role_alone_one_chooses_from_the_groups_that_one_invites(self) -> None:
		other, _students = factories.make_group(1)
		mentor = factories.make_user("School Mentor")
		factories.make_assignment(mentor, student_group=self.group)
		frappe.set_user(mentor)
		self.assertEqual(api.groups(), [self.group])
		for role in ("Care Team Coordinator", "Attendance Officer", "Early Warning Administrator"):
			frappe.set_user("Administrator")
			frappe.set_user(factories.make_user(role))
			self.assertLessEqual({self.group, other}, set(api.groups()), role)
		frappe.set_user("Administrator")
		frappe.set_user(factories.make_user("School Leader"))
		with self.assertRaises(frappe.PermissionError):
			api.groups()

	def test_partners_are_invited_with_a_code_too(self) -> None:
		name = care.make_stakeholder()
		partner = frappe.get_doc("Stakeholder", name)
		partner.append(
			"contacts", {"person_name": "Sam", "email": f"{frappe.generate_hash(length=8)}@partner.example"}
		)
		partner.save()
		with patch.object(invitations.frappe, "sendmail") as mail:
			self.assertEqual(api.invite(stakeholder=name)["mailed"], 1)
		code = mail.call_args.kwargs["args"]["code"]
		self.assertEqual(self.redeem(code, password=PASSWORD), "/partner")
		frappe.set_user("Administrator")
		self.assertEqual(
			frappe.db.get_value("Stakeholder Contact", {"parent": name}, "user"), partner.contacts[0].email
		)

	def test_a_partners_code_is_renewed_only_by_who_may_write_the_partner(self) -> None:
		partner = frappe.get_doc("Stakeholder", care.make_stakeholder())
		partner.append("contacts", {"person_name": "Sam"})
		partner.save()
		names = api.invite(stakeholder=partner.name)["letters"]
		self.assertEqual(len(names), 1)
		frappe.set_user(self.officer)
		for method in (api.letters, api.once_more, api.came_back, api.withdraw):
			with self.assertRaises(frappe.PermissionError):
				method(names)

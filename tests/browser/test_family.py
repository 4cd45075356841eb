"""Families and partners on a telephone: invited with a code, at home on their page, asked, answered, and told in their own language."""

import io
import re
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, Visit, assert_accessible
from tests.browser.test_care import NOOR, Learner, form

SAM = "Sam Story"
NEW_PASSWORD = "grey-otter-walks-7"
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")
TELEPHONE = "+31 20 1234567"


def sign_in(seen: Visit, user: str, password: str, path: str = "/login") -> Page:
	page = seen.go(path)
	page.locator("#login_email").fill(user)
	page.locator("#login_password").fill(password)
	page.locator(".form-login .btn-login").click()
	return page


def fits(page: Page) -> bool:
	return bool(page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0])


def guardian_of(site: ModuleType, noor: Learner, language: str = "nl", **data: Any) -> tuple[str, str]:
	"""(user, guardian) of Noor's mother, who reads this language."""
	user = site.user()
	site.frappe.db.set_value("User", user, "language", language)
	return user, noor.care.make_guardian(noor.student, user=user, **data)


@pytest.fixture(autouse=True)
def _telephone(site: ModuleType) -> None:
	site.frappe.db.set_single_value("Early Warning Settings", "school_phone", TELEPHONE)


def test_after_signing_in_a_guardian_and_a_partner_are_at_their_page(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=False)
	guardian, _named = guardian_of(site, noor)
	contact = site.user()
	noor.care.make_stakeholder(contact)
	for user, path, heading in (
		(guardian, "/family", "School en ik"),
		(contact, "/partner", "Partners of the school"),
	):
		seen = visit("", PHONE, bypass_csp=True)
		page = sign_in(seen, user, site.PASSWORD)
		page.wait_for_url(f"**{path}")
		expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
		assert fits(page)
		seen.picture(f"portal-home-{path[1:]}-390")
		page = seen.go("/me")
		expect(page.locator(f"a[href$='{path}']").first).to_be_attached()
		expect(
			page.locator(f".sidebar-items a[href$='{path}'], .web-sidebar a[href$='{path}']").first
		).to_be_attached()
		page = seen.go("/apps")
		page.locator(f".app-logo[app-route$='{path}']").click()
		page.wait_for_url(f"**{path}")


@pytest.mark.desk
def test_an_officer_invites_a_group_and_a_mother_sets_up_her_access(site: ModuleType, visit: Opener) -> None:
	from pypdf import PdfReader

	noor = Learner(site, of_age=False)
	mother = noor.care.make_guardian(noor.student, vsv_language="nl")
	noor.care.make_guardian(noor.student)
	seen = visit(site.user("Attendance Officer", "Academics User", name="Officer Story"))
	page = seen.go(f"student-group/{noor.group}")
	page.get_by_role("button", name="Early Warning").click()
	page.get_by_role("link", name="Invite", exact=True).or_(
		page.locator(".dropdown-item", has_text=re.compile("^Invite$"))
	).first.click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("To invite: 2, of them without an address: 2")
	dialog.locator("[data-fieldname=how] select").select_option("Letter")
	seen.picture("invite-group")
	dialog.get_by_role("button", name="Invite", exact=True).click()
	expect(page.locator(".modal.show", has_text="Letters to print: 2")).to_be_visible()
	with (
		page.expect_popup() as printed,
		page.context.expect_event("response", lambda answer: "invitations.letters" in answer.url) as got,
	):
		page.locator(".modal.show").get_by_role("button", name="Print Letters").click()
	assert got.value.status == 200
	assert got.value.headers["content-type"] == "application/pdf"
	printed.value.close()

	page = seen.go(f"family-invitation?student_group={noor.group}")
	expect(page.locator(".list-row-container .indicator-pill", has_text="Invited").first).to_be_visible()
	seen.picture("invitations-list")
	site.fresh()
	from vsv_app.site.portal import invitations

	names = site.frappe.get_all("Family Invitation", {"guardian": mother}, pluck="name")
	sheet = PdfReader(io.BytesIO(invitations.letters(names)))
	code = CODE.search(sheet.pages[0].extract_text())
	assert code
	site.commit()

	set_up_access(visit, code[0], f"{site.frappe.generate_hash(length=8)}@family.example")
	late = visit("", PHONE, bypass_csp=True)
	page = late.go(f"/invitation?_lang=en#{code[0]}")
	page.locator("#email").fill("other@family.example")
	page.locator("#password").fill(NEW_PASSWORD)
	page.get_by_role("button", name="Open my page").click()
	expect(page.get_by_role("status")).to_contain_text("This code does not work, or no longer.")
	page = seen.go(f"family-invitation?student_group={noor.group}&status=Signed+In")
	expect(page.locator(".list-row-container .indicator-pill", has_text="Signed In").first).to_be_visible()


@pytest.mark.desk
def test_a_mentor_with_that_role_alone_invites_the_own_group(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=False)
	noor.care.make_guardian(noor.student)
	other, _students = site.named_learners(SAM)
	page = visit(noor.mentor).go("family-invitation")
	page.get_by_role("button", name="Invite A Group").click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=student_group] input").fill("_Test Group")
	offered = dialog.locator(".awesomplete li")
	expect(offered.filter(has_text=noor.group)).to_have_count(1)
	expect(offered.filter(has_text=other)).to_have_count(0)
	offered.filter(has_text=noor.group).click()
	dialog.get_by_role("button", name="Next", exact=True).click()
	expect(
		page.locator(".modal.show", has_text="To invite: 1, of them without an address: 1")
	).to_be_visible()


@pytest.mark.desk
def test_a_code_that_the_wrong_person_used_is_taken_back_and_a_late_one_says_so(
	site: ModuleType, visit: Opener
) -> None:
	from vsv_app.api.portal import invitations as api
	from vsv_app.site.portal import invitations

	noor = Learner(site, of_age=False)
	mother = noor.care.make_guardian(noor.student, vsv_language="en")
	coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
	site.frappe.db.set_single_value("Early Warning Settings", "coordinator", coordinator)
	(name,) = api.invite(student=noor.student, how="Letter")["letters"]

	def printed() -> str:
		sheet = invitations._fresh_code(site.frappe.get_doc("Family Invitation", name), "Letter")
		site.commit()
		return str(sheet)

	wrong = f"{site.frappe.generate_hash(length=8)}@elsewhere.example"
	stranger = visit("", PHONE, bypass_csp=True)
	page = stranger.go(f"/invitation?_lang=en#{printed()}")
	page.locator("#email").fill(wrong)
	page.locator("#password").fill(NEW_PASSWORD)
	page.get_by_role("button", name="Open my page").click()
	page.wait_for_url("**/family")
	expect(page.get_by_role("heading", name=NOOR)).to_be_visible()

	seen = visit(coordinator)
	desk = seen.go("user-profile")
	desk.locator(".dropdown-notifications .notifications-icon, .notifications-icon").first.click()
	desk.locator(".notification-item", has_text="A printed invitation was used").click()
	expect(
		desk.locator("[data-fieldname=user] .control-value, [data-fieldname=user] .like-disabled-input")
	).to_contain_text(wrong)
	seen.picture("invitation-used")
	desk.get_by_role("button", name="Take Access Back").click()
	ask = desk.locator(".modal.show")
	expect(ask).to_contain_text(f"{wrong} has the access of")
	seen.picture("invitation-take-back")
	ask.get_by_role("button", name="Yes").click()
	expect(desk.locator(".modal.show", has_text="It wrote nothing meanwhile.")).to_be_visible()
	assert site.value("Guardian", mother, "user") is None
	assert site.value("Family Invitation", name, ["status", "taken_back_by"]) == ("Withdrawn", coordinator)
	page = stranger.go("/family")
	expect(page.get_by_role("heading", name=NOOR)).to_have_count(0)

	site.fresh()
	site.frappe.db.set_value("Family Invitation", name, "status", "Invited")
	late = printed()
	site.frappe.db.set_value("Family Invitation", name, "expires_on", site.days_ahead(-1))
	site.commit()
	page = visit("", PHONE, bypass_csp=True).go(f"/invitation?_lang=nl#{late}")
	page.locator("#email").fill("mother@family.example")
	page.locator("#password").fill(NEW_PASSWORD)
	page.locator("form.vsv-form button[type=submit]").last.click()
	expect(page.get_by_role("status").last).to_contain_text("Vraag de school om een nieuwe.")
	expect(page.get_by_role("status").last).to_contain_text("Deze code was geldig tot en met")
	expect(page.get_by_role("link", name=TELEPHONE)).to_be_visible()


@pytest.mark.desk
def test_what_did_not_arrive_stands_in_the_list_and_is_sent_again(site: ModuleType, visit: Opener) -> None:
	from vsv_app.site.portal import invitations

	noor = Learner(site, of_age=False)
	noor.care.make_guardian(noor.student, email_address="gone@family.example")
	officer = site.user("Attendance Officer", name="Officer Story")
	site.frappe.set_user(officer)
	(person,) = invitations.family_of([(noor.student, noor.group)], ["Guardian"])
	name = invitations.invite(person, "Mail", "en")
	first = invitations._fresh_code(site.frappe.get_doc("Family Invitation", name), "Mail")
	site.frappe.set_user("Administrator")
	site.frappe.get_doc(
		doctype="Communication", communication_type="Communication", sent_or_received="Received",
		sender="MAILER-DAEMON@mx.example", subject="Undelivered Mail Returned to Sender",
		content="<gone@family.example>: 550 5.1.1 no such user", text_content=f"<gone@family.example>: 550. {first}",
	).insert()  # fmt: skip
	site.commit()
	seen = visit(officer)
	page = seen.go(f"family-invitation?student_group={noor.group}")
	pill = page.locator(".list-row-container .indicator-pill")
	expect(pill.filter(has_text="Bounced").first).to_be_visible()
	seen.picture("invitations-bounced")
	page.locator(".list-row-checkbox").first.check()
	page.get_by_role("button", name="Actions").click()
	page.locator(".dropdown-item", has_text="Invite Once More").click()
	expect(
		page.locator(".modal.show", has_text="no account to send mail from").or_(
			page.get_by_text("Mails on their way: 1")
		)
	).to_be_visible()


def set_up_access(visit: Opener, code: str, address: str) -> None:
	"""A mother opens the link of her letter on her telephone, in Dutch."""
	family = visit("", PHONE, bypass_csp=True)
	page = family.go(f"/invitation?_lang=nl#{code}")
	expect(page.get_by_role("heading", name="Mijn toegang instellen")).to_be_visible()
	expect(page.locator("#code")).to_have_value(code)
	assert_accessible(page, ".vsv-portal")
	assert fits(page)
	page.locator("#email").fill(address)
	page.locator("#password").fill("password")
	page.get_by_role("button", name="Open mijn pagina").click()
	expect(page.get_by_role("status")).to_contain_text("langer wachtwoord")
	family.picture("invitation-nl-390", whole=True)
	page.locator("#password").fill(NEW_PASSWORD)
	page.get_by_role("button", name="Open mijn pagina").click()
	page.wait_for_url("**/family")
	expect(page.get_by_role("heading", name="School en ik")).to_be_visible()
	expect(page.get_by_role("heading", name=NOOR)).to_be_visible()
	family.picture("invitation-opened-nl-390")


def test_an_absence_is_refused_listed_taken_back_and_reported_for_two(
	site: ModuleType, visit: Opener
) -> None:
	noor = Learner(site, of_age=False)
	guardian, named = guardian_of(site, noor)
	born = site.frappe.db.get_value("Student", noor.student, "date_of_birth")
	group, (sam,) = site.named_learners(SAM, date_of_birth=born)
	noor.factories.make_bell_schedule(student_group=group)
	site.frappe.get_doc(
		doctype="Student Guardian", parent=sam, parenttype="Student", parentfield="guardians", guardian=named
	).db_insert()
	seen = visit(guardian, PHONE, bypass_csp=True)
	page = seen.go("/family")
	assert_accessible(page, ".vsv-portal")
	part = page.locator("article", has=page.get_by_role("heading", name=NOOR))
	absence = part.locator('form[data-method$="family.report_absence"]')
	day = date.fromisoformat(absence.locator("[name=from_date]").input_value())
	assert day.weekday() < 5, "it begins on a school day"
	saturday = day + timedelta(days=(5 - day.weekday()))
	fill(absence, str(saturday))
	expect(absence.get_by_role("status")).to_contain_text("De volgende schooldag is maandag")
	seen.picture("absence-no-school-nl-390")

	absence.locator("summary").click()
	absence.locator("[name=from_time]").fill("10:00")
	absence.locator("[name=to_time]").fill("12:00")
	absence.get_by_label(SAM).check()
	fill(absence, str(day))
	expect(absence.get_by_role("status")).to_have_text("Bedankt. De school weet het.")
	reported = page.locator(".vsv-reported li")
	expect(reported).to_have_count(2)
	expect(reported.first).to_contain_text("van 10:00 tot 12:00")
	absence.scroll_into_view_if_needed()
	seen.picture("absence-reported-nl-390", whole=True)
	assert fits(page)
	assert site.value("Student Leave Application", {"student": sam}, "docstatus") == 1

	part.locator(".vsv-reported").get_by_role("button", name="Dit terugnemen").click()
	expect(part.locator(".vsv-reported li")).to_have_count(0)
	expect(reported).to_have_count(1)
	assert site.value("Student Leave Application", {"student": noor.student}, "docstatus") == 2

	following = day + timedelta(days=1 if day.weekday() < 4 else 3)
	fill(absence, str(following))
	expect(part.locator(".vsv-reported li")).to_have_count(1)


def fill(absence: Any, day: str) -> None:
	"""Report a day with the form that is there, without loading the page anew."""
	absence.locator("[name=from_date]").fill(day)
	absence.locator("[name=to_date]").fill(day)
	absence.locator("[name=reason]").select_option("Ill")
	absence.locator("button").click()


@pytest.mark.desk
def test_a_referral_is_one_path_from_the_plan_to_the_answer(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=False)
	guardian, _named = guardian_of(site, noor)
	contact = site.user()
	site.frappe.db.set_value("User", contact, "language", "en")
	stakeholder = noor.care.make_stakeholder(contact)
	noor.care.make_agreement(stakeholder)
	plan = noor.plan("Proposed")
	desk = visit(site.user("Care Team Coordinator", name="Coordinator Story"))
	refer(desk, plan.name, stakeholder)
	name = site.value("Referral", {"student": noor.student}, "name")
	assert site.value("Referral", name, ["status", "consent_status", "plan"]) == ("Draft", "Asked", plan.name)
	family = visit(guardian, PHONE, bypass_csp=True)
	say_yes(family)
	assert site.value("Referral", name, ["status", "consent_status"]) == ("Sent", "Given")
	consent = site.value("Consent Record", {"student": noor.student}, ["how", "given_by", "language"])
	assert consent == ("Portal", "Guardian", "nl")
	partner = visit(contact, PHONE, bypass_csp=True)
	reply = form(partner.go("/partner"), "partner.reply")
	expect(reply.locator("select")).to_have_value("")
	reply.locator("textarea").fill("Come on Monday at four")
	reply.locator("button").click()
	assert site.value("Referral", name, "status") == "Sent", "nothing is said before somebody says yes or no"
	reply.locator("select").select_option("1")
	reply.get_by_label("The family may read this reply").check()
	partner.picture("partner-reply-en-390", whole=True)
	reply.locator("button").click()
	expect(reply.get_by_role("status")).to_have_text("Thank you. The school has your reply.")

	page = desk.go(f"referral/{name}")
	expect(page.get_by_text("The partner answered.")).to_be_visible()
	desk.picture("referral-answered")
	page.get_by_role("button", name="I Have Seen It").click()
	expect(page.get_by_role("button", name="I Have Seen It")).to_have_count(0)
	assert site.value("Referral", name, "answer_seen_on") is not None
	page = family.go("/family")
	expect(page.get_by_text("Zij pakken het op.")).to_be_visible()
	expect(page.get_by_text("Come on Monday at four")).to_be_visible()
	family.picture("referral-answered-nl-390", whole=True)


def refer(desk: Visit, plan: str, stakeholder: str) -> None:
	page = desk.go(f"support-plan/{plan}")
	page.locator(".inner-group-button", has_text="Early Warning").locator("button").first.click()
	page.get_by_role("link", name="Refer To A Partner", exact=True).click()
	dialog = page.locator(".modal.show")
	page.wait_for_function("cur_dialog && cur_dialog.display")  # until then Desk still moves the focus
	partners = dialog.locator("[data-fieldname=partner] select")
	partners.select_option(partners.locator("option", has_text=stakeholder).get_attribute("value"))
	dialog.locator("[data-fieldname=question] textarea").fill("Is there a place in the evening group?")
	for field in ("Name", "Question"):
		dialog.locator("[data-fieldname=fields]").get_by_label(field).check()
	dialog.locator("[data-fieldname=purpose] textarea").fill("Iemand om na school mee te praten")
	desk.picture("referral-path")
	dialog.get_by_role("button", name="Refer", exact=True).click()
	expect(page.get_by_text("The family is asked on its page.").first).to_be_visible()


def say_yes(family: Visit) -> None:
	page = family.go("/family")
	asks = page.locator(".vsv-asks")
	expect(asks).to_contain_text("Iemand om na school mee te praten")
	assert_accessible(page, ".vsv-portal")
	assert fits(page)
	family.picture("consent-asked-nl-390")
	asks.get_by_role("button", name="Ja, dat mag").click()
	expect(asks.get_by_role("status").first).to_have_text("Bedankt. De school heeft je antwoord.")
	expect(asks.locator("details button")).to_be_disabled()


def test_a_family_says_no_and_the_school_knows(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	stakeholder = noor.care.make_stakeholder()
	agreement = noor.care.make_agreement(stakeholder)
	referral = noor.care.make_draft_referral(noor.student, stakeholder, agreement.name)
	referral.ask_family()
	seen = visit(user, PHONE, bypass_csp=True)
	page = seen.go("/family")
	asks = page.locator(".vsv-asks")
	asks.locator("summary").click()
	asks.locator("textarea").fill("I would rather talk to my mentor")
	asks.get_by_role("button", name="No", exact=True).click()
	expect(asks.get_by_role("status").last).to_have_text("Thank you. The school has your answer.")
	assert site.value("Referral", referral.name, ["status", "consent_status"]) == ("Draft", "Refused")
	told = {"document_type": "Referral", "document_name": referral.name}
	assert site.value("Notification Log", told, "name") is not None


@pytest.mark.desk
def test_who_referred_sees_that_consent_was_taken_back(site: ModuleType, visit: Opener) -> None:
	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	coordinator = site.user("Care Team Coordinator", name="Coordinator Story")
	stakeholder = noor.care.make_stakeholder()
	agreement, consent = (
		noor.care.make_agreement(stakeholder),
		noor.care.make_consent(noor.student, stakeholder),
	)
	site.frappe.set_user(coordinator)
	referral = noor.care.make_referral(noor.student, stakeholder, agreement.name)
	site.frappe.set_user("Administrator")
	page = visit(user, PHONE, bypass_csp=True).go("/family")
	back = page.locator("details", has_text="Take this back").filter(has=page.locator('[name="consent"]'))
	back = back if back.count() else page.locator("details", has_text=stakeholder)
	back.locator("summary").first.click()
	back.get_by_role("button", name="Take this back").click()
	expect(page.get_by_text("Done. They see nothing any more.").first).to_be_visible()
	assert site.value("Consent Record", consent.name, "withdrawn_by") == user
	assert site.value("Referral", referral.name, ["status", "answer_seen_on"]) == ("Withdrawn", None)
	told = {"for_user": coordinator, "document_name": referral.name}
	assert (
		site.value("Notification Log", told, "subject")
		== "Consent was withdrawn, and a referral ended with it"
	)

	seen = visit(coordinator)
	board = seen.go("mentor-board")
	waits = board.get_by_text("Consent was withdrawn, the referral has ended").first
	expect(waits).to_be_visible()
	seen.picture("consent-withdrawn-board")
	desk = seen.go(f"referral/{referral.name}")
	expect(desk.locator(".form-message", has_text="the partner sees nothing any more")).to_be_visible()
	seen.picture("consent-withdrawn-referral")
	desk.get_by_role("button", name="I Have Seen It").click()
	expect(desk.get_by_role("button", name="I Have Seen It")).to_have_count(0)
	assert site.value("Referral", referral.name, "answer_seen_on") is not None
	seen.go("mentor-board")
	expect(board.locator("h1, h2").first).to_be_visible()
	expect(waits).to_have_count(0)


def test_a_learner_reads_the_plan_in_two_languages_and_what_became_of_the_call_for_help(
	site: ModuleType, visit: Opener
) -> None:
	from vsv_app.services.care import plans
	from vsv_app.stores.frappe_store import FrappeStore

	noor = Learner(site, of_age=True)
	user = site.user()
	site.frappe.db.set_value("Student", noor.student, "user", user)
	record = site.absence(noor.student, noor.group, back=3)
	signal = site.signal(noor.student, NOOR, record, noor.mentor)
	made = plans.start(FrappeStore(), noor.student, NOOR, noor.mentor, site.school_now(), [signal], "nl")
	plan = site.frappe.get_doc("Support Plan", made["plan"])
	plan.append("actions", {"what": "Elke dag samen beginnen", "who": noor.mentor})
	plan.save()
	site.frappe.db.set_value("Support Plan", plan.name, "status", "Proposed")
	seen = visit(user, PHONE, bypass_csp=True)
	page = seen.go("/family")
	expect(page.get_by_text("Your mentor: Mentor Story")).to_be_visible()
	expect(page.locator(".vsv-portal").get_by_role("link", name=TELEPHONE).first).to_have_attribute(
		"href", "tel:+31201234567"
	)
	shown = page.locator(".vsv-plan")
	expect(shown).to_contain_text("Away without a known reason for 12 hours")
	expect(shown.locator(".vsv-goals")).to_contain_text("Unexcused absence: at most")
	expect(shown.locator("[lang=nl]", has_text="Elke dag samen beginnen")).to_be_visible()
	expect(shown).to_contain_text("What people wrote here is in this language: Nederlands.")
	seen.picture("portal-plan-en-390", whole=True)

	help_ = form(page, "family.ask_for_help")
	help_.locator("textarea").fill("I am afraid to come")
	help_.locator("button").click()
	helped = page.locator("[data-part=helped]")
	expect(helped).to_contain_text("No answer yet.")
	site.fresh()
	concern = site.frappe.get_doc("Concern", {"student": noor.student})
	concern.answer = "Come to me at ten"
	concern.save()
	site.commit()
	page = seen.go("/family")
	expect(page.locator("[data-part=helped]")).to_contain_text("Come to me at ten")

	language = page.locator(".vsv-language")
	language.locator("select").select_option("nl")
	language.locator("button").click()
	expect(page.get_by_role("heading", name="School en ik")).to_be_visible()
	shown = page.locator(".vsv-plan")
	expect(shown).to_contain_text("12 uur afwezig zonder bekende reden")
	expect(shown.locator(".vsv-goals")).to_contain_text("hoogstens")
	expect(shown.locator("[lang=nl]")).to_have_count(0)
	assert_accessible(page, ".vsv-portal")
	assert fits(page)
	seen.picture("portal-plan-nl-390", whole=True)
	mails = form(page, "account.choose_mails")
	mails.locator("button").click()
	expect(mails.get_by_role("status")).to_have_text("Bedankt. Je antwoord is opgeslagen.")
	assert site.value("Email Unsubscribe", {"reference_name": user}, "name") is not None


@pytest.mark.desk
def test_a_partners_contact_is_invited_by_mail_and_signs_in(site: ModuleType, visit: Opener) -> None:
	site.make_mail_account()
	address = f"{site.frappe.generate_hash(length=8)}@partner.example"
	partner = site.frappe.get_doc(
		doctype="Stakeholder",
		stakeholder_name=f"_Test Evening Group {site.frappe.generate_hash(length=6)}",
		kind="Youth Work",
		contacts=[{"person_name": "Pia Partner", "email": address}],
	).insert()
	seen = visit(site.user("Care Team Coordinator", name="Coordinator Story"))
	page = seen.go(f"stakeholder/{partner.name}")
	page.get_by_role("button", name="Early Warning").click()
	page.locator(".dropdown-item", has_text=re.compile("^Invite$")).first.click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("To invite: 1, of them without an address: 0")
	dialog.locator("[data-fieldname=language] select").select_option("en")
	seen.picture("invite-partner")
	dialog.get_by_role("button", name="Invite", exact=True).click()
	expect(page.get_by_text("Mails on their way: 1")).to_be_visible()
	code = CODE.search(site.text_of(site.mail_to(address)))
	assert code

	contact = visit("", PHONE, bypass_csp=True)
	there = contact.go(f"/invitation?_lang=en#{code[0]}")
	there.locator("#password").fill(NEW_PASSWORD)
	there.get_by_role("button", name="Open my page").click()
	there.wait_for_url("**/partner")
	expect(there.get_by_role("heading", name="Partners of the school")).to_be_visible()
	assert fits(there)
	contact.picture("partner-signed-in-390", whole=True)
	page = seen.go(f"family-invitation?stakeholder={quote(partner.name)}")
	expect(page.locator(".list-row-container .indicator-pill", has_text="Signed In").first).to_be_visible()
	assert site.value("Stakeholder Contact", {"parent": partner.name}, "user") == address


@pytest.mark.desk
def test_learners_are_invited_and_once_more_who_has_not_signed_in(site: ModuleType, visit: Opener) -> None:
	from vsv_app.site.portal import invitations

	site.make_mail_account()
	names = ("Iris Story", "Bram Story", "Lot Story")
	group, students = site.named_learners(*names)
	for student in students:
		address = f"{site.frappe.generate_hash(length=8)}@learner.example"
		site.frappe.db.set_value("Student", student, "student_email_id", address)
	seen = visit(site.user("Attendance Officer", "Academics User", name="Officer Story"))
	page = seen.go(f"student-group/{group}")
	page.get_by_role("button", name="Early Warning").click()
	page.locator(".dropdown-item", has_text=re.compile("^Invite$")).first.click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=who] select").select_option("Learners")
	expect(dialog).to_contain_text("To invite: 3, of them without an address: 0")
	dialog.locator("[data-fieldname=how] select").select_option("Letter")
	seen.picture("invite-learners")
	dialog.get_by_role("button", name="Invite", exact=True).click()
	expect(page.locator(".modal.show", has_text="Letters to print: 3")).to_be_visible()
	site.fresh()
	made = {
		one.student: one.name
		for one in site.frappe.get_all("Family Invitation", {"student_group": group}, ["name", "student"])
	}
	assert set(made) == set(students)
	codes = {
		student: invitations._fresh_code(site.frappe.get_doc("Family Invitation", name), "Letter")
		for student, name in made.items()
	}
	site.commit()
	iris = students[0]
	phone = visit("", PHONE, bypass_csp=True)
	there = phone.go(f"/invitation?_lang=nl#{codes[iris]}")
	there.locator("#email").fill(f"{site.frappe.generate_hash(length=8)}@learner.example")
	there.locator("#password").fill(NEW_PASSWORD)
	there.get_by_role("button", name="Open mijn pagina").click()
	there.wait_for_url("**/family")
	assert fits(there)
	phone.picture("learner-signed-in-nl-390")

	page = seen.go(f"family-invitation?student_group={group}")
	rows = page.locator(".list-row-container")

	def choose(*people: str) -> None:
		for row in people:
			rows.filter(has_text=row).locator(".list-row-checkbox").check()
		page.get_by_role("button", name="Actions").click()

	choose(names[1])
	page.locator(".dropdown-item", has_text="Mark As Not Arrived").click()
	for name, state in zip(names, ("Signed In", "Bounced", "Invited"), strict=True):
		expect(rows.filter(has_text=name).locator(".indicator-pill").first).to_have_text(state)
	seen.picture("invitations-learners")
	choose(*names)
	page.locator(".dropdown-item", has_text="Invite Once More").click()
	expect(page.get_by_text("Mails on their way: 2")).to_be_visible()
	expect(rows.filter(has_text=names[0]).locator(".indicator-pill").first).to_have_text("Signed In")

"""The short list for whoever has no desk: what learners, guardians, partners and guests call of Frappe and Education."""

from vsv_app.engine.access.gate.declaration import Way

ALLOWED = frozenset(
	{
		"frappe.ping",
		"frappe.auth.get_logged_user",
		"frappe.handler.logout",
		"frappe.handler.web_logout",
		"frappe.api.v2.login",
		"frappe.api.v2.logout",
		"frappe.core.doctype.user.user.update_password",
		"frappe.core.doctype.user.user.reset_password",
		"frappe.core.doctype.user.user.test_password_strength",
		"frappe.core.doctype.user.user.verify_password",
		"frappe.client.get_time_zone",
		"frappe.translate.get_all_languages",
		"frappe.translate.get_app_translations",
		"frappe.website.doctype.web_page_view.web_page_view.make_view_log",
		"frappe.www.login.login_via_key",
		"frappe.www.login.login_via_token",
		"frappe.www.login.send_login_link",
		"frappe.realtime.get_user_info",
		"frappe.apps.get_apps",
		"frappe.apps.get_incomplete_setup_route",
		"frappe.apps.set_app_as_default",
		"frappe.integrations.oauth2.approve",
		"frappe.integrations.oauth2.openid_profile",
		"frappe.website.doctype.web_form.web_form.delete",
		"frappe.website.doctype.web_form.web_form.delete_multiple",
		"frappe.www.third_party_apps.delete_client",
		"page:login",
		"page:app",
		"education.education.api.get_user_info",
		"education.education.api.get_student_info",
		"education.education.api.get_course_schedule_for_student",
		"education.education.api.get_school_abbr_logo",
		"frappe.utils.print_format.download_pdf",
	}
)
MAY_NAME = frozenset(
	{
		"page:login",
		"page:app",
		"page:family",
		"page:partner",
		"page:invitation",
		"page:private",
		"page:files",
		"page:search",
		"page:web page",
	}
)
"""Pages whose address may hold a name of ours and that show nothing by it; those of the app ask by themselves, the search finds pages, and a page of the school's own is what it wrote."""

OF_EDUCATION = (
	"Student", "Guardian", "Student Group", "Student Attendance", "Student Leave Application", "Student Log",
	"Program Enrollment", "Course Enrollment", "Assessment Result",
)  # fmt: skip
"""Education's documents about learners. It gives its role for learners the right to read those of everybody, so Frappe's pages and methods show them to nobody without a desk."""

WEB_FORM = Way(
	"frappe.website.doctype.web_form.web_form.accept",
	"stores what a form of the website asks for; a word in an answer is no kind",
	("form is not about ours",),
	of="",
	name="web_form",
)
WAYS = {
	f"education.education.api.{method}": Way(
		f"education.education.api.{method}",
		"a list, asked here for oneself alone",
		("one's own learner",),
		of="",
		name="student",
	)
	for method in ("get_student_programs", "get_student_attendance", "get_student_invoices")
}
"""Education's student portal, for the learner who asks."""

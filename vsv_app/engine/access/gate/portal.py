"""The short list for whoever has no desk: what learners, guardians, partners and guests call of Frappe and Education."""

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
		"page:login",
		"page:app",
		"education.education.api.get_user_info",
		"education.education.api.get_student_info",
		"education.education.api.get_student_programs",
		"education.education.api.get_student_attendance",
		"education.education.api.get_student_invoices",
		"education.education.api.get_course_schedule_for_student",
		"education.education.api.get_school_abbr_logo",
		"frappe.utils.print_format.download_pdf",
	}
)
MAY_NAME = frozenset(
	{"page:login", "page:app", "page:family", "page:partner", "page:invitation", "page:private", "page:files"}
)
"""Pages whose address may hold a name of ours and that show nothing by it; those of the app ask by themselves."""

"""What Frappe asks of this app, as data: where its jobs, permissions, pages and events are found."""

from vsv_app.engine.access import table as _table
from vsv_app.engine.access.gate.declaration import STANDS_FOR_A_KIND as _NAMED_FOR_A_KIND
from vsv_app.modules import MODULES as _MODULES

try:
	from vsv_app.site.desk.routes import ROOT as _DESK
except ImportError:  # the embedded server and the tests of the engine read this file without Frappe
	_DESK = ""

app_name = "vsv_app"
app_title = "Early Warning"
app_publisher = "The VSV project"
app_description = (
	"Early warning, support plans and stakeholder agreements for schools on Frappe/ERPNext Education"
)
app_email = "vsv@example.org"
app_license = "gpl-3.0"

# With the organisation in the name, Frappe needs no look-up on the network.
required_apps = ["frappe/erpnext", "frappe/education"]

export_python_type_annotations = True
require_type_annotated_api_methods = True

add_to_apps_screen = [
	{
		"name": "vsv_app",
		"logo": "/assets/vsv_app/images/early-warning.svg",
		"title": "Early Warning",
		"route": f"{_DESK}/early-warning",
		"has_permission": "vsv_app.site.desk.home.is_the_workspace",
	},
	# Those whose home is the mentor board. Frappe turns the route of a tile to a page into one to a workspace.
	{
		"name": "vsv_app",
		"logo": "/assets/vsv_app/images/early-warning.svg",
		"title": "Early Warning",
		"route": _DESK,
		"has_permission": "vsv_app.site.desk.home.is_the_board",
	},
	{
		"name": "vsv_app",
		"logo": "/assets/vsv_app/images/early-warning.svg",
		"title": "School and me",
		"route": "/family",
		"has_permission": "vsv_app.site.portal.landing.at_home_in_family",
	},
	{
		"name": "vsv_app",
		"logo": "/assets/vsv_app/images/early-warning.svg",
		"title": "Partners of the school",
		"route": "/partner",
		"has_permission": "vsv_app.site.portal.landing.at_home_with_partners",
	},
]

# Learners, guardians and partners have no desk: this is where they are after signing in, and how they find back.
get_website_user_home_page = "vsv_app.site.portal.landing.home_of"
update_website_context = ["vsv_app.site.portal.landing.add_ways"]
app_include_js = ["/assets/vsv_app/js/time_picker.js", "/assets/vsv_app/js/home.js"]
extend_bootinfo = ["vsv_app.site.desk.home.lead_home"]

before_install = "vsv_app.install.before_install"
after_sync = "vsv_app.install.set_up"
after_migrate = "vsv_app.install.set_up"
setup_wizard_complete = "vsv_app.install.follow_setup_wizard"
before_uninstall = "vsv_app.install.before_uninstall"
after_uninstall = "vsv_app.install.after_uninstall"
before_tests = "vsv_app.tests.first_company.make"

# A fixture overwrites at each migrate, so these alone are one: everything that a school may change is seeded once instead.
fixtures = [{"dt": "Custom Field", "filters": [["module", "in", list(_MODULES)]]}]

# Documents by whose names a request may mean one of our kinds: the gate learns of their names anew.
_forgets = dict.fromkeys(("on_update", "on_trash", "after_rename"), "vsv_app.site.access.gate.ours.forget")

doc_events = {
	**dict.fromkeys(_NAMED_FOR_A_KIND, _forgets),
	"*": {
		"before_validate": [
			"vsv_app.site.privacy.plain_text.keep",
			"vsv_app.site.access.attachments.check_fields",
			"vsv_app.site.access.gate.templates.check",
		],
		**dict.fromkeys(("on_update", "on_update_after_submit"), "vsv_app.site.access.gate.templates.check"),
	},
	"Student Attendance": {
		"before_insert": "vsv_app.site.attendance.recorded_by.note_who_recorded",
		"before_validate": "vsv_app.site.attendance.recorded_by.let_the_reason_decide",
		"before_update_after_submit": [
			"vsv_app.site.attendance.recorded_by.let_the_status_decide",
			"vsv_app.site.attendance.recorded_by.let_the_reason_decide",
		],
		"on_submit": [
			"vsv_app.site.attendance.waiting_days.record_changed",
			"vsv_app.site.signals.reevaluation.reevaluate",
		],
		"on_update_after_submit": [
			"vsv_app.site.attendance.recorded_by.note_who_changed",
			"vsv_app.site.attendance.waiting_days.record_changed",
			"vsv_app.site.signals.reevaluation.reevaluate",
		],
		"on_cancel": [
			"vsv_app.site.attendance.waiting_days.record_changed",
			"vsv_app.site.signals.reevaluation.reevaluate",
		],
	},
	# Education writes attendance from these by set_value, which no event of the record tells of.
	"Student Leave Application": {
		"before_insert": [
			"vsv_app.site.attendance.recorded_by.leave_hours_empty",
			"vsv_app.site.attendance.recorded_by.refuse_a_second_at_once",
		],
		"onload": "vsv_app.site.attendance.recorded_by.say_who_reported",
		"on_submit": [
			"vsv_app.site.attendance.recorded_by.leave_a_part_of_the_day_open",
			"vsv_app.site.attendance.waiting_days.leave_changed",
		],
		**dict.fromkeys(
			("on_update_after_submit", "on_cancel", "on_trash"),
			"vsv_app.site.attendance.waiting_days.leave_changed",
		),
	},
	**{
		doctype: {"on_update": "vsv_app.site.attendance.waiting_days.roll_changed"}
		for doctype in ("Student Group", "Bell Schedule", "Holiday List", "Academic Year")
	},
	"Student": {
		"validate": "vsv_app.site.portal.people.check_own_link",
		"on_update": [
			"vsv_app.site.attendance.waiting_days.roll_changed",
			"vsv_app.site.portal.landing.forget",
		],
	},
	"Guardian": {
		"validate": "vsv_app.site.portal.people.check_own_link",
		"on_update": "vsv_app.site.portal.landing.forget",
	},
	"Stakeholder": {"on_update": "vsv_app.site.portal.landing.forget"},
	"Program Enrollment": dict.fromkeys(
		("on_submit", "on_update_after_submit", "on_cancel"),
		"vsv_app.site.attendance.waiting_days.roll_changed",
	),
	"File": {
		"before_insert": "vsv_app.site.access.attachments.hang",
		"before_validate": "vsv_app.site.access.attachments.stay",
		"validate": "vsv_app.site.access.attachments.keep_private",
		"on_update": "vsv_app.site.access.attachments.leave_to_record",
	},
	"Tag Link": {
		"before_validate": [
			"vsv_app.site.access.linked_records.check_author",
			"vsv_app.site.privacy.notification_redaction.redact_tag_title",
		]
	},
	"Comment": {"before_validate": "vsv_app.site.access.linked_records.check_author"},
	"Communication": {
		"before_validate": "vsv_app.site.access.linked_records.check_author",
		"validate": "vsv_app.site.portal.bounces.notice",
	},
	"Event": {"before_validate": "vsv_app.site.access.linked_records.check_rows"},
	"ToDo": {
		"before_validate": [
			"vsv_app.site.access.linked_records.check_author",
			"vsv_app.site.access.linked_records.check_assignment",
		]
	},
	"Prepared Report": {
		"before_insert": "vsv_app.site.access.report_runs.check_preparing",
		"before_validate": "vsv_app.site.privacy.error_redaction.redact_report_error",
	},
	"Auto Email Report": {"before_validate": "vsv_app.site.access.report_runs.check_mailing", **_forgets},
	"Property Setter": {"before_validate": "vsv_app.site.privacy.search_rows.check_setter"},
	"Custom Field": {"before_validate": "vsv_app.site.privacy.search_rows.check_field"},
	"Assignment Rule": {"validate": "vsv_app.site.access.linked_records.check_rule", **_forgets},
	"Document Follow": {"after_insert": "vsv_app.site.privacy.notification_redaction.refuse_following"},
	"Notification Log": {
		"before_insert": [
			"vsv_app.site.privacy.notification_redaction.redact_notification",
			"vsv_app.site.care.board_links.lead_to_the_board",
		]
	},
	"Assessment Result": {
		"on_submit": "vsv_app.site.signals.reevaluation.reevaluate",
		"on_update_after_submit": "vsv_app.site.signals.reevaluation.reevaluate",
		"on_cancel": "vsv_app.site.signals.reevaluation.reevaluate",
	},
	"Student Log": {
		"on_update": "vsv_app.site.signals.reevaluation.reevaluate",
		"on_trash": "vsv_app.site.signals.reevaluation.reevaluate",
	},
	"Concern": {"on_update": "vsv_app.site.signals.reevaluation.reevaluate"},
	"Personal Data Download Request": {
		"after_insert": "vsv_app.site.privacy.personal_data_requests.add_copy"
	},
	"Personal Data Deletion Request": {"on_change": "vsv_app.site.privacy.personal_data_requests.erase"},
	"Error Log": {"before_insert": "vsv_app.site.privacy.error_redaction.redact_error_log"},
}

# Where Frappe has done it before any event tells of it: read what the address of a new file leads to, run a report, write a log.
override_doctype_class = {
	"File": "vsv_app.site.access.attachments.File",
	"Prepared Report": "vsv_app.site.access.report_runs.PreparedReport",
	"Auto Email Report": "vsv_app.site.access.report_runs.AutoEmailReport",
	"Access Log": "vsv_app.site.privacy.access_logs.AccessLog",
}

# Cron keys alone: what "all" means differs between versions. The last two parts of a path name the job's record.
scheduler_events = {
	"cron": {
		"*/5 * * * *": [
			"vsv_app.site.jobs.attendance_jobs.write_due_days",
			"vsv_app.site.jobs.gateway_jobs.watch_gateways",
		],
		"20 4 * * *": ["vsv_app.site.jobs.signal_jobs.evaluate_everybody"],
		"40 3 * * *": [
			"vsv_app.site.jobs.signal_jobs.clear_old_records",
			"vsv_app.site.jobs.care_jobs.clear_old_records",
		],
		"40 4 * * *": [
			"vsv_app.site.jobs.attendance_jobs.ask_for_held_days",
			"vsv_app.site.jobs.care_jobs.remind",
		],
		"*/10 * * * *": [
			"vsv_app.site.jobs.care_jobs.climb_with_calls_for_help",
			"vsv_app.site.jobs.care_jobs.write_to_people",
		],
	}
}

# Documents about learners, and the rows of their tables, are declared in engine/access. Beside them stands what Frappe keeps about a record.
permission_query_conditions = {
	**dict.fromkeys(_table.ABOUT_LEARNERS, "vsv_app.site.access.permission_hooks.listed"),
	# Frappe lists rows of child tables by the right on the parent's kind alone.
	**dict.fromkeys(_table.PARENTS, "vsv_app.site.access.permission_hooks.rows_listed"),
	"File": "vsv_app.site.access.linked_records.listed",
	"Version": "vsv_app.site.access.linked_records.listed",
	"Comment": "vsv_app.site.access.linked_records.listed",
	"Communication": "vsv_app.site.access.linked_records.listed",
	"Deleted Document": "vsv_app.site.access.linked_records.listed",
	"ToDo": "vsv_app.site.access.linked_records.listed",
	"Tag Link": "vsv_app.site.access.linked_records.listed",
	"Prepared Report": "vsv_app.site.access.report_runs.listed",
	"Auto Email Report": "vsv_app.site.access.report_runs.listed",
}

has_permission = {
	**dict.fromkeys(_table.ABOUT_LEARNERS, "vsv_app.site.access.permission_hooks.allowed"),
	"File": "vsv_app.site.access.attachments.allowed",
	"Version": "vsv_app.site.access.linked_records.allowed",
	"Comment": "vsv_app.site.access.linked_records.allowed",
	"Communication": "vsv_app.site.access.linked_records.allowed",
	"Deleted Document": "vsv_app.site.access.linked_records.allowed",
	"Notification Log": "vsv_app.site.privacy.notification_redaction.for_oneself",
	"ToDo": "vsv_app.site.access.linked_records.allowed",
	"Tag Link": "vsv_app.site.access.linked_records.allowed",
	"Prepared Report": "vsv_app.site.access.report_runs.allowed",
	"Auto Email Report": "vsv_app.site.access.report_runs.allowed",
}

doctype_js = {
	"Student": ["public/js/student.js", "public/js/refer.js", "public/js/invite.js"],
	"Student Group": "public/js/invite.js",
	"Stakeholder": "public/js/invite.js",
	"Support Plan": ["public/js/desk_ask.js", "public/js/support_plan_dialogs.js", "public/js/refer.js"],
	"Contested Record": "public/js/desk_ask.js",
	"Student Attendance": "public/js/student_attendance.js",
	"Student Leave Application": "public/js/student_leave_application.js",
}

# Each file uses the ones above it. The embedded server gives its page the same list.
page_js = {
	"mentor-board": [
		"public/js/mentor_board/words_en.js",
		"public/js/mentor_board/words_nl.js",
		"public/js/mentor_board/dates.js",
		"public/js/mentor_board/language.js",
		"public/js/mentor_board/dom.js",
		"public/js/mentor_board/icons.js",
		"public/js/mentor_board/heatmap.js",
		"public/js/mentor_board/trend.js",
		"public/js/mentor_board/waiting_style.js",
		"public/js/mentor_board/style.js",
		"public/js/mentor_board/api.js",
		"public/js/mentor_board/overview.js",
		"public/js/mentor_board/state.js",
		"public/js/mentor_board/keyboard.js",
		"public/js/mentor_board/part.js",
		"public/js/mentor_board/view.js",
		"public/js/mentor_board/signal_view.js",
		"public/js/mentor_board/about_view.js",
		"public/js/mentor_board/waiting_view.js",
		"public/js/mentor_board/timeline_view.js",
		"public/js/mentor_board/card_view.js",
		"public/js/mentor_board/scope_view.js",
		"public/js/mentor_board/bands.js",
		"public/js/mentor_board/forms.js",
		"public/js/mentor_board/talk_forms.js",
		"public/js/mentor_board/actions.js",
		"public/js/mentor_board/promises.js",
		"public/js/mentor_board/keys.js",
		"public/js/mentor_board/page.js",
		"public/js/mentor_board/board.js",
		"public/js/mentor_board/element.js",
	],
	"care-meetings": [
		"public/js/desk_dom.js",
		"public/js/care_meetings/api.js",
		"public/js/care_meetings/words.js",
		"public/js/care_meetings/agenda_view.js",
		"public/js/care_meetings/known_view.js",
		"public/js/care_meetings/decide_view.js",
		"public/js/care_meetings/screen.js",
	],
	"asked-of-you": ["public/js/desk_dom.js", "public/js/desk_ask.js", "public/js/asked_of_you.js"],
	"school-at-a-glance": [
		"public/js/desk_dom.js",
		"public/js/desk_ask.js",
		"public/js/asked_of_you.js",
		"public/js/school_at_a_glance/table.js",
		"public/js/school_at_a_glance/words.js",
		"public/js/school_at_a_glance/screen.js",
	],
	"days-to-settle": [
		"public/js/desk_dom.js",
		"public/js/days_to_settle/api.js",
		"public/js/days_to_settle/words.js",
		"public/js/days_to_settle/held_view.js",
		"public/js/days_to_settle/tap_view.js",
		"public/js/days_to_settle/screen.js",
	],
	"mentors": ["public/js/desk_dom.js", "public/js/mentors/grid.js"],
	"hand-out-badges": [
		"public/js/desk_dom.js",
		"public/js/badges/choice.js",
		"public/js/badges/api.js",
		"public/js/badges/words.js",
		"public/js/badges/people_view.js",
		"public/js/badges/list_view.js",
		"public/js/badges/reading.js",
		"public/js/badges/screen.js",
	],
	"not-in-today": [
		"public/js/desk_dom.js",
		"public/js/desk_ask.js",
		"public/js/asked_of_you.js",
		"public/js/not_in_today/api.js",
		"public/js/not_in_today/words.js",
		"public/js/not_in_today/row_view.js",
		"public/js/not_in_today/check_in_view.js",
		"public/js/not_in_today/keys.js",
		"public/js/not_in_today/screen.js",
	],
}

override_doctype_dashboards = {
	"Student": "vsv_app.site.desk.dashboards.student",
	"Student Group": "vsv_app.site.desk.dashboards.student_group",
}

override_whitelisted_methods = {
	"frappe.desk.notifications.get_open_count": "vsv_app.site.access.connection_counts.get_open_count",
	"frappe.desk.listview.get_group_by_count": "vsv_app.site.access.connection_counts.get_group_by_count",
	# The addresses that the contract with gateways names; they sign them.
	"vsv_app.api.gateway.roster": "vsv_app.api.gateways.device.roster",
	"vsv_app.api.gateway.provision": "vsv_app.api.gateways.device.provision",
}

before_request = [
	"vsv_app.site.privacy.error_redaction.hide_values",
	"vsv_app.site.access.gate.csrf.ask",
]
# After Frappe knows who asks, by a session or by a key, and before it does what is asked.
auth_hooks = [
	"vsv_app.site.access.gate.doorkeeper.request",
	"vsv_app.site.access.attachments.check_download",
]
before_job = ["vsv_app.site.access.gate.doorkeeper.job"]
# What was read has been read, also where the request is rolled back or fails.
after_request = [
	"vsv_app.site.access.restricted_reads.write",
	"vsv_app.site.desk.browser_cache.keep_nothing",
]
after_job = ["vsv_app.site.access.restricted_reads.write"]

default_log_clearing_doctypes = {"Badge Check In": 400, "Door Watch": 400}

# What names a user. What is about a learner or guardian goes with the same requests: see personal_data_requests.
user_data_fields = [
	{
		"doctype": document.kind,
		"filter_by": document.of_user.field,
		"redact_fields": list(document.of_user.redact),
	}
	for document in _table.DECLARED
	if document.of_user
]

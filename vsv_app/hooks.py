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
		"route": "/app/early-warning",
		"has_permission": "vsv_app.site.access.caseload.may_open_app",
	}
]

before_install = "vsv_app.install.before_install"
after_sync = "vsv_app.install.set_up"
after_migrate = "vsv_app.install.set_up"
setup_wizard_complete = "vsv_app.install.follow_setup_wizard"
before_uninstall = "vsv_app.install.before_uninstall"
after_uninstall = "vsv_app.install.after_uninstall"
before_tests = "vsv_app.tests.first_company.make"

# Closed lists that are ours. Everything that a school edits is seeded once instead: a fixture overwrites at each migrate.
fixtures = [
	{
		"dt": "Role",
		"filters": [
			[
				"name",
				"in",
				[
					"School Mentor",
					"Care Team Coordinator",
					"Care Team Member",
					"Attendance Officer",
					"Early Warning Administrator",
					"School Leader",
					"Gateway Installer",
				],
			]
		],
	},
	{"dt": "Custom Field", "filters": [["module", "=", "VSV App"]]},
]

doc_events = {
	"*": {"before_validate": "vsv_app.site.privacy.plain_text.keep"},
	"Student Attendance": {
		"before_insert": "vsv_app.site.signals.reevaluation.note_who_recorded",
		"on_submit": "vsv_app.site.signals.reevaluation.look_again",
		"on_update_after_submit": [
			"vsv_app.site.signals.reevaluation.note_who_changed",
			"vsv_app.site.signals.reevaluation.look_again",
		],
		"on_cancel": "vsv_app.site.signals.reevaluation.look_again",
	},
	"File": {"validate": "vsv_app.site.access.attachments.keep_private"},
	"Tag Link": {"before_insert": "vsv_app.site.privacy.notification_redaction.leave_out_title"},
	"Document Follow": {"after_insert": "vsv_app.site.privacy.notification_redaction.follow_nothing"},
	"Notification Log": {
		"before_insert": "vsv_app.site.privacy.notification_redaction.leave_out_what_it_says"
	},
	"Assessment Result": {
		"on_submit": "vsv_app.site.signals.reevaluation.look_again",
		"on_update_after_submit": "vsv_app.site.signals.reevaluation.look_again",
		"on_cancel": "vsv_app.site.signals.reevaluation.look_again",
	},
	"Student Log": {
		"on_update": "vsv_app.site.signals.reevaluation.look_again",
		"on_trash": "vsv_app.site.signals.reevaluation.look_again",
	},
	"Concern": {"on_update": "vsv_app.site.signals.reevaluation.look_again"},
	"Personal Data Download Request": {
		"after_insert": "vsv_app.site.privacy.personal_data_requests.add_copy"
	},
	"Personal Data Deletion Request": {"on_change": "vsv_app.site.privacy.personal_data_requests.erase"},
	"Error Log": {"before_insert": "vsv_app.site.privacy.error_redaction.leave_out_learners"},
}

# Cron keys alone: what "all" means differs between versions. The last two parts of a path name the job's record.
scheduler_events = {
	"cron": {
		"*/5 * * * *": [
			"vsv_app.site.jobs.early_warning_jobs.close_due_days",
			"vsv_app.site.jobs.gateway_jobs.look_after_gateways",
		],
		"20 4 * * *": ["vsv_app.site.jobs.early_warning_jobs.look_at_everybody"],
		"40 3 * * *": [
			"vsv_app.site.jobs.early_warning_jobs.forget_what_is_old",
			"vsv_app.site.jobs.care_jobs.forget_what_is_old",
		],
		"40 4 * * *": ["vsv_app.site.jobs.care_jobs.remind"],
		"*/10 * * * *": ["vsv_app.site.jobs.care_jobs.write_to_people"],
	}
}

permission_query_conditions = {
	"Early Warning Signal": "vsv_app.site.access.permission_hooks.listed",
	"Early Warning Alert": "vsv_app.site.access.permission_hooks.listed",
	"Signal Step": "vsv_app.site.access.permission_hooks.listed",
	"Badge Check In": "vsv_app.site.access.permission_hooks.listed",
	"Learner Circumstance": "vsv_app.site.access.permission_hooks.listed",
	"Mentor Assignment": "vsv_app.site.access.permission_hooks.listed",
	"Statutory Report": "vsv_app.site.access.permission_hooks.listed",
	"Student Badge": "vsv_app.site.access.permission_hooks.listed",
	"Concern": "vsv_app.site.access.permission_hooks.listed",
	"Support Plan": "vsv_app.site.access.permission_hooks.listed",
	"Contact Log": "vsv_app.site.access.permission_hooks.listed",
	"Consent Record": "vsv_app.site.access.permission_hooks.listed",
	"Referral": "vsv_app.site.access.permission_hooks.listed",
	"Family Message": "vsv_app.site.access.permission_hooks.listed",
	"Care Reminder": "vsv_app.site.access.permission_hooks.listed",
	# Frappe lists rows of child tables by the right on the parent's kind alone.
	"Early Warning Evidence": "vsv_app.site.access.permission_hooks.rows_listed",
	"Support Plan Goal": "vsv_app.site.access.permission_hooks.rows_listed",
	"Support Plan Action": "vsv_app.site.access.permission_hooks.rows_listed",
	"Support Plan Member": "vsv_app.site.access.permission_hooks.rows_listed",
	"Support Plan Agreement": "vsv_app.site.access.permission_hooks.rows_listed",
	"Support Plan Review": "vsv_app.site.access.permission_hooks.rows_listed",
	"Support Plan Signal": "vsv_app.site.access.permission_hooks.rows_listed",
	"Named Reader": "vsv_app.site.access.permission_hooks.rows_listed",
	"Shared Field": "vsv_app.site.access.permission_hooks.rows_listed",
	"File": "vsv_app.site.access.linked_records.listed",
	"Version": "vsv_app.site.access.linked_records.listed",
	"Comment": "vsv_app.site.access.linked_records.listed",
	"Communication": "vsv_app.site.access.linked_records.listed",
	"Deleted Document": "vsv_app.site.access.linked_records.listed",
}

has_permission = {
	"Early Warning Signal": "vsv_app.site.access.permission_hooks.allowed",
	"Early Warning Alert": "vsv_app.site.access.permission_hooks.allowed",
	"Signal Step": "vsv_app.site.access.permission_hooks.allowed",
	"Badge Check In": "vsv_app.site.access.permission_hooks.allowed",
	"Learner Circumstance": "vsv_app.site.access.permission_hooks.allowed",
	"Mentor Assignment": "vsv_app.site.access.permission_hooks.allowed",
	"Statutory Report": "vsv_app.site.access.permission_hooks.allowed",
	"Student Badge": "vsv_app.site.access.permission_hooks.allowed",
	"Concern": "vsv_app.site.access.permission_hooks.allowed",
	"Support Plan": "vsv_app.site.access.permission_hooks.allowed",
	"Contact Log": "vsv_app.site.access.permission_hooks.allowed",
	"Consent Record": "vsv_app.site.access.permission_hooks.allowed",
	"Referral": "vsv_app.site.access.permission_hooks.allowed",
	"Family Message": "vsv_app.site.access.permission_hooks.allowed",
	"Care Reminder": "vsv_app.site.access.permission_hooks.allowed",
	"File": "vsv_app.site.access.attachments.allowed",
	"Version": "vsv_app.site.access.linked_records.allowed",
	"Comment": "vsv_app.site.access.linked_records.allowed",
	"Deleted Document": "vsv_app.site.access.linked_records.allowed",
}

doctype_js = {"Student": "public/js/student.js"}

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
		"public/js/mentor_board/style.js",
		"public/js/mentor_board/api.js",
		"public/js/mentor_board/overview.js",
		"public/js/mentor_board/state.js",
		"public/js/mentor_board/keyboard.js",
		"public/js/mentor_board/part.js",
		"public/js/mentor_board/view.js",
		"public/js/mentor_board/signal_view.js",
		"public/js/mentor_board/about_view.js",
		"public/js/mentor_board/card_view.js",
		"public/js/mentor_board/forms.js",
		"public/js/mentor_board/actions.js",
		"public/js/mentor_board/keys.js",
		"public/js/mentor_board/page.js",
		"public/js/mentor_board/board.js",
		"public/js/mentor_board/element.js",
	],
}

override_doctype_dashboards = {
	"Student": "vsv_app.site.desk.dashboards.student",
	"Student Group": "vsv_app.site.desk.dashboards.student_group",
}

override_whitelisted_methods = {
	"frappe.desk.notifications.get_open_count": "vsv_app.site.access.connection_counts.get_open_count",
}

before_request = ["vsv_app.site.privacy.error_redaction.say_no_values"]
# What was read has been read, also where the request is rolled back or fails.
after_request = ["vsv_app.site.access.restricted_reads.write"]
after_job = ["vsv_app.site.access.restricted_reads.write"]

default_log_clearing_doctypes = {"Badge Check In": 400}

# What hangs on a user. What hangs on a learner or guardian goes with the same requests: see personal_data_requests.
user_data_fields = [
	{"doctype": "Mentor Assignment", "filter_by": "mentor", "redact_fields": ["mentor_name"]},
	{"doctype": "Early Warning Alert", "filter_by": "recipient", "partial": True},
	{"doctype": "Signal Step", "filter_by": "taken_by", "partial": True},
	{"doctype": "Signal Step", "filter_by": "recipient", "partial": True},
	{"doctype": "Care Reminder", "filter_by": "recipient", "partial": True},
	{"doctype": "Restricted Read", "filter_by": "user", "partial": True},
	{"doctype": "Family Message", "filter_by": "sent_by", "redact_fields": ["person_name"]},
]

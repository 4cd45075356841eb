"""The allow-list for a desk: each method of Frappe, ERPNext and Education that may name our kinds, and how it may be asked.

Read at Frappe 15.72.4 and 16.4.1, ERPNext 15.71.1 and Education 15.5.2; a method that one of them has not is called by nobody there. What is not here is refused, and so is what a later version adds.
"""

from collections.abc import Iterator
from typing import Any

from vsv_app.engine.access.gate.declaration import Way

QUERY, AT_ONCE, NAMES = "plain query", "not in the background", "links stay names"
READ, WRITE = "record may be read", "record may be written"
FILES, OWN_PREPARED, OWN_MAIL = "each file may be read", "one's own", "one's own mail"
HOOKED = "a list of Frappe's, which asks the conditions of the kind"
RECORD = "asks the right on the record"
GATE = "asks nothing, or of the kind alone: the gate asks"
META = "tells of fields and settings, of no record"
OWN = "keeps something of the user's own, of no record"
ADMIN = "for System Managers alone, and tells of no record"
BOARD = "changes a board, not a record, and asks whose board it is"
TO_COUNT = "keeps what is to be counted, and no figure"


def ways(module: str, methods: str, because: str, *if_: str, **more: Any) -> Iterator[Way]:
	"""Methods of a module that are alike."""
	for method in methods.split():
		yield Way(f"{module}.{method}", because, if_, **more)


LISTS = (
	*ways("frappe.desk.reportview", "get get_list get_count get_sidebar_stats get_stats", HOOKED, QUERY),
	*ways("frappe.desk.reportview", "export_query", "a list, with the right to export", QUERY, AT_ONCE),
	*ways("frappe.desk.reportview", "delete_items", "deletes one by one, and asks each", name="items"),
	*ways("frappe.client", "get_list get_value", HOOKED, QUERY),
	*ways("frappe.api.v1", "document_list", HOOKED, QUERY),
	*ways("frappe.api.v2", "document_list count", HOOKED, QUERY),
	*ways("frappe.desk.search", "search_link search_widget", HOOKED, QUERY, "known query"),
	*ways("frappe.desk.calendar", "get_events", HOOKED, QUERY, "plain calendar"),
	*ways("frappe.desk.form.utils", "get_next", HOOKED, QUERY, READ, name="value"),
	*ways("frappe.desk.query_report", "get_data_for_custom_field", HOOKED, QUERY),
)
FORMS = (
	*ways("frappe.desk.form.load", "getdoc get_communications", RECORD),
	*ways("frappe.desk.form.load", "get_docinfo", RECORD, READ),
	*ways("frappe.desk.form.load", "getdoctype", META),
	*ways("frappe.desk.form.save", "savedocs", RECORD, of="doc", name=""),
	*ways("frappe.desk.form.save", "cancel", RECORD),
	*ways("frappe.desk.form.utils", "add_comment", RECORD, of="reference_doctype", name="reference_name"),
	*ways("frappe.desk.form.utils", "update_comment", "asks whose comment it is, and the record", of=""),
	*ways("frappe.desk.form.assign_to", "add add_multiple", RECORD, of="doctype args"),
	*ways("frappe.desk.form.assign_to", "remove close", RECORD),
	*ways("frappe.desk.form.assign_to", "remove_multiple", RECORD, name="names"),
	*ways("frappe.desk.form.linked_with", "get", RECORD, name="docname"),
	*ways("frappe.desk.form.linked_with", "get_submitted_linked_docs", RECORD, READ),
	*ways("frappe.desk.form.document_follow", "get_follow_users", GATE, READ, name="doc_name"),
	*ways("frappe.desk.calendar", "update_event", "saves the record, which asks", of="args", name=""),
	*ways("frappe.desk.gantt", "update_task", "saves the record, which asks", of="args", name=""),
	*ways("frappe.desk.like", "toggle_like", GATE, READ),
	*ways("frappe.desk.link_preview", "get_preview_data", HOOKED, name="docname"),
	*ways("frappe.desk.search", "get_link_title", GATE, READ, name="docname"),
	*ways("frappe.desk.doctype.tag.tag", "add_tag remove_tag", RECORD, WRITE, of="dt", name="dn"),
	*ways("frappe.desk.doctype.tag.tag", "add_tags", RECORD, WRITE, of="dt", name="docs"),
	*ways("frappe.desk.doctype.tag.tag", "get_tags", "lists tags, of no record"),
	*ways("frappe.model.rename_doc", "update_document_title", RECORD, WRITE, name="docname"),
	*ways("frappe.model.workflow", "get_transitions apply_workflow", RECORD, of="doc", name=""),
	*ways("frappe.core.doctype.communication.email", "make", "asks to mail the record, which nobody may", FILES, always=True),
	*ways("frappe.utils.file_manager", "add_attachments", GATE, WRITE, FILES, always=True),
	*ways("frappe.handler", "upload_file", "asks to write the record", name="docname"),
	*ways("frappe.desk.form.utils", "remove_attach", "deletes the file, which asks to write its record", WRITE, of="dt", name="dn"),
	*ways("frappe.automation.doctype.reminder.reminder", "create_new_reminder", GATE, READ, of="reminder_doctype", name="reminder_docname"),
)  # fmt: skip
PROGRAMS = (
	*ways("frappe.client", "get", RECORD, "by name"),
	*ways("frappe.client", "save insert submit", RECORD, of="doc", name=""),
	*ways("frappe.client", "insert_many", RECORD, of="docs", name=""),
	*ways("frappe.client", "cancel delete set_value", RECORD),
	*ways("frappe.client", "rename_doc", RECORD, name="old_name"),
	*ways("frappe.client", "has_permission get_doc_permissions", "says one's own rights", name="docname"),
	*ways("frappe.client", "validate_link", GATE, QUERY, "record may be chosen", name="docname"),
	*ways("frappe.client", "validate_link_and_fetch", HOOKED, QUERY, "known query", "record may be chosen", name="docname"),
	*ways("frappe.client", "get_single_value", "asks the right on the settings"),
	*ways("frappe.client", "attach_file", RECORD, WRITE, name="docname"),
	# Frappe 16 puts the records that links lead to in their place, and asks whose they are in lists alone.
	*ways("frappe.api.v1", "read_doc", RECORD, NAMES, always=True),
	*ways("frappe.api.v1", "create_doc update_doc delete_doc", RECORD),
	*ways("frappe.api.v2", "read_doc create_doc update_doc delete_doc copy_doc", RECORD),
	*ways("frappe.api.v2", "get_meta", META),
	# What these run is a call of its own, and judged as one.
	*ways("frappe.handler", "run_doc_method", RECORD, of="dt docs", name="dn"),
	*ways("frappe.api.v1", "execute_doc_method", RECORD),
	*ways("frappe.api.v2", "execute_doc_method", RECORD),
	*ways("frappe.api.v2", "run_doc_method", RECORD, of="document", name=""),
	*ways("frappe.desk.doctype.bulk_update.bulk_update", "submit_cancel_or_update_docs", RECORD, name="docnames"),
	*ways("frappe.realtime", "can_subscribe_doc", RECORD, name="docname"),
	*ways("frappe.realtime", "can_subscribe_doctype", "asks the right on the kind"),
	*ways("frappe.realtime", "has_permission", RECORD),
)  # fmt: skip
PRINTS = (
	Way("page:printview", RECORD),
	*ways("frappe.www.printview", "get_html_and_style get_rendered_raw_commands", RECORD, of="doc"),
	*ways("frappe.utils.print_format", "download_pdf download_multi_pdf download_multi_pdf_async", RECORD),
	*ways("frappe.utils.print_format", "report_to_pdf", "draws what is sent, and reads no record", of=""),
	*ways("frappe.utils.weasyprint", "download_pdf", RECORD),
	*ways(
		"frappe.utils.print_format",
		"render_letterhead_for_print",
		"puts a letter head round what was sent, of no record",
		of="",
	),
	*ways("frappe.printing.page.print.print", "get_print_settings_to_show", GATE, READ, name="docname"),
)
PREPARED = "frappe.core.doctype.prepared_report.prepared_report"
REPORTS = (
	*ways("frappe.desk.query_report", "run", "asks the right to the report, which asks the rest", "as oneself", "made by rights", of="", name="report_name"),
	*ways("frappe.desk.query_report", "export_query", "as run does", "as oneself", "made by rights", AT_ONCE, of="", name="report_name"),
	*ways("frappe.desk.query_report", "get_script", "gives the code of a report, of no record", of=""),
	*ways("frappe.desk.query_report", "save_report", "keeps columns and filters of a report", of=""),
	*ways("frappe.desk.reportview", "save_report", "keeps columns and filters of a list"),
	*ways("frappe.desk.reportview", "delete_report", "asks whose report it is", of=""),
	*ways(PREPARED, "make_prepared_report", GATE, "report may be run", of="", name="report_name"),
	*ways(PREPARED, "get_reports_in_queued_state", "lists one's own", of=""),
	*ways(PREPARED, "download_attachment", GATE, OWN_PREPARED, of="", name="dn", always=True),
	*ways(PREPARED, "enqueue_json_to_csv_conversion", GATE, OWN_PREPARED, of="", name="prepared_report_name", always=True),
	*ways("frappe.email.doctype.auto_email_report.auto_email_report", "download send_now", GATE, OWN_MAIL, of=""),
)  # fmt: skip
CHART, CARD = (
	"frappe.desk.doctype.dashboard_chart.dashboard_chart",
	"frappe.desk.doctype.number_card.number_card",
)
FIGURES = (
	*ways(CHART, "get", HOOKED, "stored chart", of="", name="chart_name"),
	*ways(CHART, "create_dashboard_chart create_report_chart", TO_COUNT, of=""),
	*ways(CARD, "get_result get_percentage_difference", HOOKED, "plain card", of=""),
	*ways(CARD, "create_number_card create_report_number_card", TO_COUNT, of=""),
	*ways("frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source", "get_config", META, of=""),
	*ways("frappe.desk.doctype.dashboard_settings.dashboard_settings", "save_chart_config", OWN, of=""),
)
KANBAN = "frappe.desk.doctype.kanban_board.kanban_board"
BOARDS = (
	*ways(KANBAN, "get_kanban_boards", META),
	*ways(KANBAN, "update_order_for_single_card", "saves the record, which asks", of="", name="docname"),
	*ways(KANBAN, "update_order", "saves what changed, which asks", "cards may be read", of="", name="board_name"),
	*ways(KANBAN, "add_column archive_restore_column set_indicator update_column_order save_settings", BOARD, of=""),
	*ways(KANBAN, "add_card", "keeps the order of a board, of no record", of="", name="docname"),
	*ways(KANBAN, "quick_kanban_board", "makes a board of one's own"),
)  # fmt: skip
SCREENS = (
	*ways("frappe.desk.listview", "get_list_settings set_list_settings", META),
	*ways("frappe.desk.doctype.list_view_settings.list_view_settings", "get_default_listview_fields save_listview_settings", META),
	*ways("frappe.model.utils.user_settings", "get save", OWN),
	*ways("frappe.desk.doctype.route_history.route_history", "deferred_insert", OWN, of=""),
	*ways("frappe.core.doctype.access_log.access_log", "make_access_log", "notes who printed or exported what"),
	*ways("frappe.desk.desktop", "get_desktop_page", META, of=""),
	*ways("frappe.desk.doctype.workspace_sidebar.workspace_sidebar", "add_sidebar_items", OWN, of=""),
	*ways("frappe.desk.doctype.workspace.workspace", "save_page", "keeps a workspace, of no record", of=""),
	*ways("frappe.desk.doctype.onboarding_step.onboarding_step", "get_onboarding_steps", META, of=""),
	*ways("frappe.desk.desk_page", "getpage", META, of=""),
	*ways("frappe.core.doctype.user_permission.user_permission", "get_user_permissions", OWN, of=""),
	*ways("frappe.utils.global_search", "search", "has no rows of ours: the word that is looked for may be a kind's", of=""),
	*ways("frappe.desk.search", "get_names_for_mentions", "lists users by a word", of=""),
	*ways("frappe.email", "get_contact_list", "lists contacts by a word", of=""),
	*ways("frappe.desk.doctype.todo.todo", "new_todo", OWN, of=""),
	*ways("frappe.core.api.file", "get_files_by_search_text", HOOKED, of=""),
	*ways("frappe.core.api.file", "create_new_folder", OWN, of=""),
	*ways("frappe.core.doctype.session_default_settings.session_default_settings", "set_session_default_values", OWN, of=""),
)  # fmt: skip
DATA_IMPORT = "frappe.core.doctype.data_import.data_import"
IMPORTS = (
	*ways(DATA_IMPORT, "download_template", "a list, with the right to export", QUERY),
	*ways(DATA_IMPORT, "form_start_import", "asks the right on each record", of="", name="data_import"),
	*ways(DATA_IMPORT, "get_preview_from_template", "shows what was uploaded", of="", name="data_import"),
)
CUSTOM = "frappe.custom.doctype"
RIGHTS = "frappe.core.doctype.role_permission_for_page_and_report.role_permission_for_page_and_report"
NAMING = "frappe.core.doctype.document_naming_settings.document_naming_settings"
ADMINISTRATION = (
	*ways("frappe.core.page.permission_manager.permission_manager", "get_permissions get_standard_permissions remove reset update", ADMIN),
	*ways("frappe.core.page.permission_manager.permission_manager", "add", ADMIN, of="parent"),
	*ways(f"{CUSTOM}.customize_form.customize_form.CustomizeForm", "fetch_to_customize save_customization reset_to_defaults", ADMIN, of="docs"),
	*ways(f"{CUSTOM}.customize_form.customize_form", "get_link_filters_from_doc_without_customisations", META),
	*ways(f"{CUSTOM}.customize_form.customize_form", "get_orphaned_columns", ADMIN),
	*ways(f"{CUSTOM}.custom_field.custom_field", "get_fields_label", META),
	*ways("frappe.core.doctype.doctype.doctype", "get_row_size_utilization", META),
	*ways("frappe.printing.page.print_format_builder.print_format_builder", "create_custom_format", "makes a print format, which asks the right to it"),
	*ways("frappe.printing.doctype.print_format.print_format", "make_default", "asks the right to the print format", of=""),
	*ways("frappe.translate", "update_translations_for_source", "makes a translation, which asks the right to it", of=""),
	*ways("frappe.core.doctype.user_permission.user_permission", "add_user_permissions", ADMIN, of=""),
	*ways("frappe.core.doctype.user_permission.user_permission", "clear_user_permissions", ADMIN, of="for_doctype"),
	*ways("frappe.core.doctype.user_permission.user_permission", "check_applicable_doc_perm", ADMIN, name="docname"),
	*ways(f"{RIGHTS}.RolePermissionforPageandReport", "reset_roles set_report_page_data update_report_page_data", ADMIN, of="docs"),
	*ways(f"{NAMING}.DocumentNamingSettings", "get_options preview_series update_series", ADMIN, of="docs"),
)  # fmt: skip
LEARNER, CHOSEN, GROUP = "learner may be read", "learner may be chosen", "group may be read"
OF_EDUCATION = "education.education.doctype"
EDUCATION = (
	*ways("education.education.api", "get_student_guardians get_result", GATE, LEARNER, of="", name="student", always=True),
	*ways("education.education.api", "get_student_group_students get_assessment_students", GATE, GROUP, of="", name="student_group", always=True),
	*ways(
		"education.education.doctype.student_attendance_tool.student_attendance_tool", "get_student_attendance_records",
		GATE, "attendance may be read", of="", name="student_group", always=True,
	),
	*ways("education.education.api", "get_current_enrollment", GATE, CHOSEN, of="", name="student", always=True),
	*ways(f"{OF_EDUCATION}.student_leave_application.student_leave_application", "get_student_groups", GATE, CHOSEN, of="", name="student", always=True),
	*ways(f"{OF_EDUCATION}.student_group.student_group", "get_students", GATE, "groups may be made", of="", name="", always=True),
	*ways(f"{OF_EDUCATION}.student_report_generation_tool.student_report_generation_tool", "preview_report_card", GATE, "learner of the card may be read", of="", name="", always=True),
	*ways(f"{OF_EDUCATION}.guardian.guardian", "invite_guardian", GATE, "guardian may be changed", of="", name="guardian", always=True),
)  # fmt: skip
"""Of Education's own records: what these hand out, whoever asks may read one by one."""

PARTS = {
	"lists": LISTS,
	"forms": FORMS,
	"programs": PROGRAMS,
	"prints": PRINTS,
	"reports": REPORTS,
	"figures": FIGURES,
	"boards": BOARDS,
	"screens": SCREENS,
	"imports": IMPORTS,
	"administration": ADMINISTRATION,
	"education": EDUCATION,
}
WAYS: dict[str, Way] = {way.method: way for part in PARTS.values() for way in part}

QUERIES = frozenset(
	{
		"frappe.core.doctype.user.user.user_query",
		"frappe.core.doctype.role.role.role_query",
		"frappe.email.get_communication_doctype",
		"frappe.core.doctype.log_settings.log_settings.get_log_doctypes",
		"frappe.core.doctype.user_permission.user_permission.get_applicable_for_doctype_list",
	}
)
"""Functions that a search may name in a request about our kinds: they list users, roles and kinds of documents."""

JOBS = frozenset(
	{
		"frappe.desk.reportview.delete_bulk",
		"frappe.desk.doctype.bulk_update.bulk_update._bulk_action",
		"frappe.model.delete_doc.delete_dynamic_links",
		"frappe.model.document.execute_action",
		"frappe.desk.doctype.notification_log.notification_log.make_notification_logs",
		"frappe.core.doctype.data_import.data_import.start_import",
		"frappe.core.doctype.prepared_report.prepared_report.generate_report",
		"frappe.utils.global_search.rebuild_for_doctype",
		"frappe.utils.print_format._download_multi_pdf",
		"frappe.utils.background_jobs.run_doc_method",
	}
)
"""What may run in the background for somebody and name our kinds: each record is asked as it would be in a request, or none is shown."""

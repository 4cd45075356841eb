"""The allow-list for a desk: each method of Frappe, ERPNext and Education that may name our kinds, and what it must be asked like.

Read at Frappe 15.72.4, ERPNext 15.71.1 and Education 15.5.2. What is not here is refused.
"""

from vsv_app.engine.access.gate.declaration import Way

QUERY, READ, WRITE = "plain query", "record may be read", "record may be written"
HOOKED = "a list of Frappe's, which asks the conditions of the kind"
RECORD = "asks the right on the record"
META = "tells of fields and settings, of no record"
OWN = "keeps something of the user's own, of no record"
ADMIN = "of the site's administration: asks for System Manager, and tells of no record"

LISTS = (
	Way("frappe.desk.reportview.get", HOOKED, (QUERY,)),
	Way("frappe.desk.reportview.get_list", HOOKED, (QUERY,)),
	Way("frappe.desk.reportview.get_count", HOOKED, (QUERY,)),
	Way("frappe.desk.reportview.export_query", "a list, with the right to export", (QUERY,)),
	Way("frappe.desk.reportview.get_sidebar_stats", HOOKED, (QUERY,)),
	Way("frappe.desk.reportview.get_stats", HOOKED, (QUERY,)),
	Way("frappe.desk.reportview.delete_items", "deletes one by one, asking each", of="doctype", name="items"),
	Way("frappe.desk.listview.get_group_by_count", HOOKED, (QUERY, "not by assignee")),
	Way("frappe.client.get_list", HOOKED, (QUERY,)),
	Way("frappe.client.get_value", "a list of one", (QUERY,)),
	Way("frappe.api.v1.document_list", HOOKED, (QUERY,)),
	Way("frappe.api.v2.document_list", HOOKED, (QUERY,)),
	Way("frappe.api.v2.count", HOOKED, (QUERY,)),
	Way("frappe.desk.search.search_link", HOOKED, (QUERY, "no query function")),
	Way("frappe.desk.search.search_widget", HOOKED, (QUERY, "no query function")),
	Way("frappe.desk.form.utils.get_next", HOOKED, (QUERY, READ), name="value"),
	Way("frappe.desk.query_report.get_data_for_custom_field", HOOKED, (QUERY,)),
)
FORMS = (
	Way("frappe.desk.form.load.getdoc", RECORD),
	Way("frappe.desk.form.load.getdoctype", META),
	Way("frappe.desk.form.load.get_docinfo", RECORD, (READ,)),
	Way("frappe.desk.form.load.get_communications", RECORD),
	Way("frappe.desk.form.save.savedocs", RECORD, of="doc", name=""),
	Way("frappe.desk.form.save.cancel", RECORD),
	Way("frappe.desk.form.utils.add_comment", RECORD, of="reference_doctype", name="reference_name"),
	Way("frappe.desk.form.assign_to.add", RECORD),
	Way("frappe.desk.form.assign_to.add_multiple", RECORD),
	Way("frappe.desk.form.assign_to.remove", RECORD),
	Way("frappe.desk.form.assign_to.remove_multiple", RECORD, name="names"),
	Way("frappe.desk.form.assign_to.close", RECORD),
	Way("frappe.desk.form.linked_with.get", RECORD, name="docname"),
	Way("frappe.desk.form.linked_with.get_submitted_linked_docs", RECORD, (READ,)),
	Way("frappe.desk.form.document_follow.get_follow_users", RECORD, (READ,), name="doc_name"),
	Way("frappe.desk.like.toggle_like", "the gate asks", (READ,)),
	Way("frappe.desk.link_preview.get_preview_data", HOOKED),
	Way("frappe.desk.search.get_link_title", "the gate asks", (READ,), name="docname"),
	Way("frappe.desk.doctype.tag.tag.add_tag", "asks to write the record", (WRITE,), of="dt", name="dn"),
	Way("frappe.desk.doctype.tag.tag.add_tags", "asks to write the record", (WRITE,), of="dt", name="docs"),
	Way("frappe.desk.doctype.tag.tag.remove_tag", "asks to write the record", (WRITE,), of="dt", name="dn"),
	Way("frappe.desk.doctype.tag.tag.get_tags", "lists tags, of no record"),
	Way("frappe.model.rename_doc.update_document_title", RECORD, (WRITE,), name="docname"),
	Way("frappe.client.get", RECORD, ("by name",)),
	Way("frappe.client.save", RECORD, of="doc", name=""),
	Way("frappe.client.insert", RECORD, of="doc", name=""),
	Way("frappe.client.insert_many", RECORD, of="docs", name=""),
	Way("frappe.client.submit", RECORD, of="doc", name=""),
	Way("frappe.client.cancel", RECORD),
	Way("frappe.client.delete", RECORD),
	Way("frappe.client.set_value", RECORD),
	Way("frappe.client.rename_doc", RECORD, name="old_name"),
	Way("frappe.client.has_permission", "says yes or no to one's own right", name="docname"),
	Way("frappe.client.get_doc_permissions", "says one's own rights", name="docname"),
	Way("frappe.client.validate_link", "the gate asks", ("record may be chosen",), name="docname"),
	Way("frappe.client.get_single_value", "asks the right on the kind"),
	Way("frappe.client.attach_file", RECORD, (WRITE,), name="docname"),
	Way("frappe.api.v1.read_doc", RECORD),
	Way("frappe.api.v1.create_doc", RECORD),
	Way("frappe.api.v1.update_doc", RECORD),
	Way("frappe.api.v1.delete_doc", RECORD),
	Way("frappe.api.v2.read_doc", RECORD),
	Way("frappe.api.v2.create_doc", RECORD),
	Way("frappe.api.v2.update_doc", RECORD),
	Way("frappe.api.v2.delete_doc", RECORD),
	Way("frappe.api.v2.copy_doc", RECORD),
	Way("frappe.api.v2.get_meta", META),
	# What these run is a call of its own, and judged as one.
	Way("frappe.handler.run_doc_method", RECORD, of="dt docs", name="dn"),
	Way("frappe.api.v1.execute_doc_method", RECORD),
	Way("frappe.api.v2.execute_doc_method", RECORD),
	Way("frappe.api.v2.run_doc_method", RECORD, of="document", name=""),
	Way("frappe.handler.upload_file", "asks to write the record", (), of="doctype", name="docname"),
	Way("frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", RECORD, name="docnames"),
	Way("frappe.realtime.can_subscribe_doc", RECORD, name="docname"),
	Way("frappe.realtime.can_subscribe_doctype", "asks the right on the kind"),
)
PRINTS = (
	Way("page:printview", RECORD),
	Way("frappe.www.printview.get_html_and_style", RECORD, of="doc"),
	Way("frappe.www.printview.get_rendered_raw_commands", RECORD, of="doc"),
	Way("frappe.utils.print_format.download_pdf", RECORD),
	Way("frappe.utils.print_format.download_multi_pdf", RECORD),
	Way("frappe.utils.weasyprint.download_pdf", RECORD),
	Way("frappe.printing.page.print.print.get_print_settings_to_show", RECORD, (READ,), name="docname"),
)
REPORTS = (
	Way(
		"frappe.desk.query_report.run",
		"asks the right to the report, which asks the rest",
		("as oneself", "made by rights"),
		of="",
		name="report_name",
	),
	Way(
		"frappe.desk.query_report.export_query",
		"as the report",
		("as oneself", "made by rights"),
		of="",
		name="report_name",
	),
	Way("frappe.desk.query_report.get_script", "gives the code of a report, of no record", of=""),
	Way("frappe.desk.query_report.save_report", "keeps columns and filters of a report", of=""),
	Way("frappe.desk.reportview.save_report", "keeps columns and filters of a list"),
	Way("frappe.desk.reportview.delete_report", "asks whose report it is", of=""),
	Way(
		"frappe.core.doctype.prepared_report.prepared_report.get_reports_in_queued_state", "one's own", of=""
	),
	Way("frappe.desk.doctype.dashboard_chart.dashboard_chart.get", HOOKED, ("stored chart",), of=""),
	Way("frappe.desk.doctype.number_card.number_card.get_result", HOOKED, ("plain card",), of=""),
	Way(
		"frappe.desk.doctype.number_card.number_card.get_percentage_difference",
		HOOKED,
		("plain card",),
		of="",
	),
	Way("frappe.desk.doctype.dashboard_settings.dashboard_settings.save_chart_config", OWN, of=""),
	Way("frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source.get_config", META, of=""),
)
BOARDS = (
	Way("frappe.desk.doctype.kanban_board.kanban_board.get_kanban_boards", META),
	Way(
		"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card",
		"saves the record, which asks",
		of="",
		name="",
	),
	Way("frappe.desk.doctype.kanban_board.kanban_board.save_settings", "asks whose board it is", of=""),
	Way("frappe.desk.doctype.kanban_board.kanban_board.quick_kanban_board", "makes a board of one's own"),
)
SCREENS = (
	Way("frappe.desk.listview.get_list_settings", META),
	Way("frappe.desk.listview.set_list_settings", META),
	Way("frappe.desk.doctype.list_view_settings.list_view_settings.get_default_listview_fields", META),
	Way("frappe.desk.doctype.list_view_settings.list_view_settings.save_listview_settings", META),
	Way("frappe.model.utils.user_settings.get", OWN),
	Way("frappe.model.utils.user_settings.save", OWN),
	Way("frappe.desk.doctype.route_history.route_history.deferred_insert", OWN, of=""),
	Way("frappe.core.doctype.access_log.access_log.make_access_log", "notes who exported what"),
	Way("frappe.desk.desktop.get_desktop_page", "gives a workspace, of no record", of=""),
	Way("frappe.desk.doctype.workspace.workspace.save_page", "keeps a workspace, of no record", of=""),
	Way("frappe.desk.doctype.onboarding_step.onboarding_step.get_onboarding_steps", META, of=""),
	Way("frappe.desk.desk_page.getpage", META, of=""),
	Way("frappe.core.doctype.user_permission.user_permission.get_user_permissions", OWN, of=""),
	Way(
		"frappe.core.doctype.session_default_settings.session_default_settings.set_session_default_values",
		OWN,
		of="",
	),
	Way("frappe.desk.doctype.notification_settings.notification_settings.set_seen_value", OWN, of=""),
)
IMPORTS = (
	Way(
		"frappe.core.doctype.data_import.data_import.download_template",
		"a list, with the right to export",
		("kind may be read",),
	),
	Way(
		"frappe.core.doctype.data_import.data_import.form_start_import",
		"asks the right to import on the record",
		of="",
	),
	Way(
		"frappe.core.doctype.data_import.data_import.get_preview_from_template",
		"reads what was uploaded",
		of="",
	),
	Way("frappe.core.doctype.data_import.data_import.get_import_status", "counts of one's own import", of=""),
	Way("frappe.core.doctype.data_import.data_import.get_import_logs", "asks the right on the import", of=""),
)
ADMINISTRATION = (
	Way("frappe.core.page.permission_manager.permission_manager.get_permissions", ADMIN),
	Way("frappe.core.page.permission_manager.permission_manager.get_standard_permissions", ADMIN),
	Way("frappe.core.page.permission_manager.permission_manager.add", ADMIN, of="parent"),
	Way("frappe.core.page.permission_manager.permission_manager.remove", ADMIN),
	Way("frappe.core.page.permission_manager.permission_manager.reset", ADMIN),
	Way("frappe.core.page.permission_manager.permission_manager.update", ADMIN),
	Way(
		"frappe.custom.doctype.customize_form.customize_form.CustomizeForm.fetch_to_customize",
		ADMIN,
		of="docs",
	),
	Way(
		"frappe.custom.doctype.customize_form.customize_form.CustomizeForm.save_customization",
		ADMIN,
		of="docs",
	),
	Way(
		"frappe.custom.doctype.customize_form.customize_form.CustomizeForm.reset_to_defaults",
		ADMIN,
		of="docs",
	),
)
EDUCATION = (
	Way("education.education.api.get_student_guardians", "the gate asks", ("learner may be read",), of="", name="student", always=True),
	Way("education.education.api.get_student_group_students", "the gate asks", ("group may be read",), of="", name="student_group", always=True),
	Way("education.education.api.get_result", "the gate asks", ("learner may be read",), of="", name="student", always=True),
	Way("education.education.api.get_assessment_students", "the gate asks", ("group may be read",), of="", name="student_group", always=True),
	Way(
		"education.education.doctype.student_attendance_tool.student_attendance_tool.get_student_attendance_records",
		"the gate asks", ("attendance may be read",), of="", name="student_group", always=True,
	),
)  # fmt: skip

WAYS: dict[str, Way] = {
	way.method: way
	for part in (LISTS, FORMS, PRINTS, REPORTS, BOARDS, SCREENS, IMPORTS, ADMINISTRATION, EDUCATION)
	for way in part
}
QUERIES = frozenset(
	{
		"frappe.core.doctype.user.user.user_query",
		"frappe.core.doctype.role.role.role_query",
	}
)
"""Functions that a search of ours may name: none tells of our kinds."""
JOBS = frozenset(
	{
		"frappe.desk.reportview.delete_bulk",
		"frappe.model.delete_doc.delete_dynamic_links",
		"frappe.desk.doctype.notification_log.notification_log.make_notification_logs",
		"frappe.core.doctype.data_import.data_import.start_import",
		"frappe.utils.global_search.rebuild_for_doctype",
		"frappe.core.doctype.prepared_report.prepared_report.generate_report",
		"frappe.desk.doctype.bulk_update.bulk_update._bulk_action",
		"frappe.utils.print_format._download_multi_pdf",
	}
)

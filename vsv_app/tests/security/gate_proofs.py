"""Proofs of the gate's allow-list, as data: how each of its methods is called on a plan, and what who may see it gets.

In the arguments "{plan}" stands for a plan of a learner, "{mine}" for one of whoever calls, and so on: see the test beside it.
"""

from dataclasses import dataclass, field
from typing import Any

KIND = "Support Plan"
COORDINATOR, MANAGER = "coordinator", "manager"


@dataclass(frozen=True)
class Proof:
	"""One call. Whoever has no right gets nothing of the record by it and changes nothing.

	args     what it is called with
	path     where it is no method by its own name; {plan} as in the arguments
	verb     how it is called
	by       who may do it, and does: it then answers
	shows    whether that answer then has the text of the record
	"""

	args: dict[str, Any] = field(default_factory=dict)
	path: str = ""
	verb: str = "post"
	by: str = COORDINATOR
	shows: bool = False


LISTED = {"doctype": KIND, "fields": ["name", "cause"], "filters": [[KIND, "name", "=", "{plan}"]]}
OF = {"doctype": KIND, "name": "{plan}"}
OF_DOCNAME = {"doctype": KIND, "docname": "{plan}"}
TAGGED = {"dt": KIND, "dn": "{plan}", "tag": "_Test Gate"}
WHOLE = {"{whole}": {"strengths": "{new}"}}
NEW = {"doctype": KIND, "student": "{fresh}", "cause": "{new}", "starts_on": "{today}"}
REPORT = {"report_name": "Overdue", "filters": {}}
BOARD = {"board_name": "Support Plans"}
CHART = {"chart_name": "Talks Each Week"}
CARD = {"doc": {"name": "Plans In Hand", "document_type": KIND, "function": "Count"}, "filters": []}
RESOURCE, DOCUMENT = "/api/resource/Support Plan", "/api/v2/document/Support Plan"
A, B = "frappe.desk.doctype", "frappe.core.doctype"
KANBAN, IMPORT = f"{A}.kanban_board.kanban_board", f"{B}.data_import.data_import"
PREPARED = f"{B}.prepared_report.prepared_report"
RIGHTS = f"{B}.role_permission_for_page_and_report.role_permission_for_page_and_report.RolePermissionforPageandReport"
NAMING = f"{B}.document_naming_settings.document_naming_settings.DocumentNamingSettings"
CUSTOMIZE = "frappe.custom.doctype.customize_form.customize_form"
MANAGE = "frappe.core.page.permission_manager.permission_manager"
LIST_SETTINGS = f"{A}.list_view_settings.list_view_settings"
EDUCATION, OF_EDUCATION = "education.education.api", "education.education.doctype"
RUN = "/api/method/run_doc_method"


def of_single(kind: str, method: str, **values: Any) -> Proof:
	"""A method of a document that a form sends along whole."""
	docs = {"doctype": kind, "name": kind, "modified": "{modified of " + kind + "}", **values}
	return Proof({"docs": docs, "method": method}, path=RUN, by=MANAGER)


PROOFS: dict[str, Proof] = {
	# Lists
	"frappe.desk.reportview.get": Proof(LISTED, shows=True),
	"frappe.desk.reportview.get_list": Proof(LISTED, shows=True),
	"frappe.desk.reportview.get_count": Proof({**LISTED, "filters": [[KIND, "cause", "like", "%{text}%"]]}),
	"frappe.desk.reportview.get_sidebar_stats": Proof({"doctype": KIND, "stats": '["_user_tags"]', "filters": "[]"}),
	"frappe.desk.reportview.get_stats": Proof({"doctype": KIND, "stats": '["_user_tags"]', "filters": "[]"}),
	"frappe.desk.reportview.export_query": Proof({**LISTED, "file_format_type": "CSV", "title": "x"}, shows=True),
	"frappe.desk.reportview.delete_items": Proof({"doctype": KIND, "items": ["{plan}"]}),
	"frappe.client.get_list": Proof(LISTED, shows=True),
	"frappe.client.get_value": Proof({"doctype": KIND, "fieldname": "cause", "filters": {"name": "{plan}"}}, shows=True),
	"frappe.api.v1.document_list": Proof({"fields": ["cause"], "filters": {"name": "{plan}"}}, RESOURCE, "get", shows=True),
	"frappe.api.v2.document_list": Proof({"fields": ["cause"], "filters": {"name": "{plan}"}}, DOCUMENT, "get", shows=True),
	"frappe.api.v2.count": Proof({"filters": {"name": "{plan}"}}, "/api/v2/doctype/Support Plan/count", "get"),
	"frappe.desk.search.search_link": Proof({"doctype": KIND, "txt": "{plan}"}),
	"frappe.desk.search.search_widget": Proof({"doctype": KIND, "txt": "{plan}", "filter_fields": '["cause"]'}, shows=True),
	"frappe.desk.form.utils.get_next": Proof({"doctype": KIND, "value": "{plan}", "prev": "0"}),
	"frappe.desk.query_report.get_data_for_custom_field": Proof({"doctype": KIND, "field": "cause", "names": ["{plan}"]}, shows=True),
	"frappe.desk.calendar.get_events": Proof({"doctype": KIND, "start": "2020-01-01", "end": "2099-01-01", "field_map": '{"start": "starts_on", "end": "starts_on", "title": "cause"}'}, shows=True),
	# Forms
	"frappe.desk.calendar.update_event": Proof({"args": '{"doctype": "Support Plan", "name": "{plan}", "starts_on": "{today}"}', "field_map": '{"start": "starts_on", "end": "starts_on"}'}),
	"frappe.desk.gantt.update_task": Proof({"args": '{"doctype": "Support Plan", "name": "{plan}", "start": "{today}", "end": "{today}"}', "field_map": '{"start": "starts_on", "end": "starts_on"}'}),
	"frappe.desk.form.load.getdoc": Proof(OF, verb="get", shows=True),
	"frappe.desk.form.load.get_communications": Proof(OF, verb="get"),
	"frappe.desk.form.load.get_docinfo": Proof(OF, verb="get"),
	"frappe.desk.form.load.getdoctype": Proof({"doctype": KIND}, verb="get"),
	"frappe.desk.form.save.savedocs": Proof({"doc": WHOLE, "action": "Save"}),
	"frappe.desk.form.save.cancel": Proof(OF),
	"frappe.desk.form.utils.add_comment": Proof({"reference_doctype": KIND, "reference_name": "{plan}", "content": "x", "comment_email": "x@school.example", "comment_by": "x"}),
	"frappe.desk.form.utils.update_comment": Proof({"name": "{comment}", "content": "{new} 'Support Plan'"}),
	"frappe.desk.form.assign_to.add": Proof({**OF, "assign_to": ["{coordinator}"], "description": "x"}),
	"frappe.desk.form.assign_to.add_multiple": Proof({"doctype": KIND, "name": '["{plan}"]', "assign_to": ["{coordinator}"], "description": "x"}),
	"frappe.desk.form.assign_to.remove": Proof({**OF, "assign_to": "{coordinator}"}),
	"frappe.desk.form.assign_to.close": Proof({**OF, "assign_to": "{self}"}),
	"frappe.desk.form.assign_to.remove_multiple": Proof({"doctype": KIND, "names": '["{plan}"]'}),
	"frappe.desk.form.linked_with.get": Proof(OF_DOCNAME, verb="get"),
	"frappe.desk.form.linked_with.get_submitted_linked_docs": Proof(OF, verb="get"),
	"frappe.desk.form.document_follow.get_follow_users": Proof({"doctype": KIND, "doc_name": "{plan}"}, verb="get"),
	"frappe.desk.like.toggle_like": Proof({**OF, "add": "Yes"}),
	"frappe.desk.link_preview.get_preview_data": Proof(OF_DOCNAME, verb="get"),
	"frappe.desk.search.get_link_title": Proof(OF_DOCNAME, verb="get"),
	f"{A}.tag.tag.add_tag": Proof(TAGGED),
	f"{A}.tag.tag.remove_tag": Proof(TAGGED),
	f"{A}.tag.tag.add_tags": Proof({"tags": ["_Test Gate"], "dt": KIND, "docs": ["{plan}"]}),
	f"{A}.tag.tag.get_tags": Proof({"doctype": KIND, "txt": "_Test"}, verb="get"),
	"frappe.model.rename_doc.update_document_title": Proof({**OF_DOCNAME, "title": None}),
	"frappe.model.workflow.get_transitions": Proof({"doc": WHOLE}),
	"frappe.model.workflow.apply_workflow": Proof({"doc": WHOLE, "action": "x"}),
	f"{B}.communication.email.make": Proof({"content": "x", "subject": "x", "recipients": "x@school.example", "attachments": ["{file}"]}),
	"frappe.utils.file_manager.add_attachments": Proof({"doctype": KIND, "name": "{mine}", "attachments": ["{file}"]}),
	"frappe.handler.upload_file": Proof({"doctype": KIND, "docname": "{plan}", "file_url": "https://school.example/x", "file_name": "x", "is_private": 1}, path="/api/method/upload_file"),
	# What programs call
	"frappe.client.get": Proof(OF, verb="get", shows=True),
	"frappe.client.save": Proof({"doc": WHOLE}),
	"frappe.client.insert": Proof({"doc": {"{json}": NEW}}),
	"frappe.client.submit": Proof({"doc": WHOLE}),
	"frappe.client.insert_many": Proof({"docs": {"{json}": [NEW]}}),
	"frappe.client.cancel": Proof(OF),
	"frappe.client.delete": Proof(OF),
	"frappe.client.set_value": Proof({**OF, "fieldname": "strengths", "value": "{new}"}, shows=True),
	"frappe.client.rename_doc": Proof({"doctype": KIND, "old_name": "{plan}", "new_name": "_Test x"}),
	"frappe.client.has_permission": Proof(OF_DOCNAME, verb="get"),
	"frappe.client.get_doc_permissions": Proof(OF_DOCNAME, verb="get"),
	"frappe.client.validate_link": Proof({**OF_DOCNAME, "fields": ["cause"]}, verb="get", shows=True),
	"frappe.client.validate_link_and_fetch": Proof({**OF_DOCNAME, "fields_to_fetch": '["cause"]'}, verb="get", shows=True),
	"frappe.client.get_single_value": Proof({"doctype": "Early Warning Settings", "field": "coordinator"}, by=MANAGER),
	"frappe.client.attach_file": Proof({**OF_DOCNAME, "filename": "_test_gate.txt", "filedata": "x", "is_private": 1}),
	"frappe.api.v1.read_doc": Proof(path=f"{RESOURCE}/{{plan}}", verb="get", shows=True),
	"frappe.api.v1.create_doc": Proof(NEW, RESOURCE),
	"frappe.api.v1.update_doc": Proof({"strengths": "{new}"}, f"{RESOURCE}/{{plan}}", "put"),
	"frappe.api.v1.delete_doc": Proof(path=f"{RESOURCE}/{{plan}}", verb="delete"),
	"frappe.api.v1.execute_doc_method": Proof({"run_method": "none"}, f"{RESOURCE}/{{plan}}"),
	"frappe.api.v2.read_doc": Proof(path=f"{DOCUMENT}/{{plan}}", verb="get", shows=True),
	"frappe.api.v2.create_doc": Proof(NEW, DOCUMENT),
	"frappe.api.v2.update_doc": Proof({"strengths": "{new}"}, f"{DOCUMENT}/{{plan}}", "put"),
	"frappe.api.v2.delete_doc": Proof(path=f"{DOCUMENT}/{{plan}}", verb="delete"),
	"frappe.api.v2.copy_doc": Proof(path=f"{DOCUMENT}/{{plan}}/copy", verb="get", shows=True),
	"frappe.api.v2.get_meta": Proof(path="/api/v2/doctype/Support Plan/meta", verb="get"),
	"frappe.api.v2.execute_doc_method": Proof(path=f"{DOCUMENT}/{{plan}}/method/none"),
	"frappe.api.v2.run_doc_method": Proof({"document": WHOLE, "method": "none"}, "/api/v2/method/run_doc_method"),
	"frappe.handler.run_doc_method": Proof({"dt": KIND, "dn": "{plan}", "method": "none"}, RUN),
	f"{A}.bulk_update.bulk_update.submit_cancel_or_update_docs": Proof({"doctype": KIND, "docnames": ["{plan}"], "action": "update", "data": {"{json}": {"strengths": "{new}"}}}),
	"frappe.realtime.can_subscribe_doc": Proof(OF_DOCNAME, verb="get"),
	"frappe.realtime.can_subscribe_doctype": Proof({"doctype": KIND}, verb="get"),
	"frappe.realtime.has_permission": Proof(OF, verb="get"),
	# Print
	"page:printview": Proof(OF, path="/printview", verb="get", shows=True),
	"frappe.www.printview.get_html_and_style": Proof({"doc": KIND, "name": "{plan}"}, verb="get", shows=True),
	"frappe.www.printview.get_rendered_raw_commands": Proof({"doc": KIND, "name": "{plan}", "print_format": "Support Plan for the Family"}, verb="get"),
	"frappe.utils.print_format.download_pdf": Proof(OF, verb="get"),
	"frappe.utils.print_format.download_multi_pdf": Proof({"doctype": KIND, "name": '["{plan}"]'}, verb="get"),
	"frappe.utils.print_format.render_letterhead_for_print": Proof({"doc": {"{json}": OF}}),
	"frappe.utils.weasyprint.download_pdf": Proof({**OF, "print_format": "x"}, verb="get"),
	"frappe.printing.page.print.print.get_print_settings_to_show": Proof(OF_DOCNAME, verb="get"),
	# Reports
	"frappe.desk.query_report.run": Proof(REPORT, verb="get"),
	"frappe.desk.query_report.export_query": Proof({"report_name": "Effect of Interventions", "filters": {}, "file_format_type": "CSV", "visible_idx": "[]"}, by="administrator"),
	"frappe.desk.query_report.get_script": Proof({"report_name": "Overdue"}, verb="get"),
	"frappe.desk.query_report.save_report": Proof({"reference_report": "Overdue", "report_name": "_Test Gate Columns", "columns": "[]", "filters": "{}"}),
	"frappe.desk.reportview.save_report": Proof({"name": "_Test Gate List", "doctype": KIND, "report_settings": "{}"}),
	"frappe.desk.reportview.delete_report": Proof({"name": "_Test Gate List"}),
	f"{PREPARED}.make_prepared_report": Proof({"report_name": "Overdue", "filters": "{}"}),
	f"{PREPARED}.get_reports_in_queued_state": Proof(REPORT),
	f"{PREPARED}.download_attachment": Proof({"dn": "{prepared}"}, verb="get", shows=True),
	f"{PREPARED}.enqueue_json_to_csv_conversion": Proof({"prepared_report_name": "{prepared}"}),
	"frappe.email.doctype.auto_email_report.auto_email_report.download": Proof({"name": "{mail}"}, verb="get"),
	"frappe.email.doctype.auto_email_report.auto_email_report.send_now": Proof({"name": "{mail}"}),
	# Figures
	f"{A}.dashboard_chart.dashboard_chart.get": Proof(CHART),
	f"{A}.dashboard_chart.dashboard_chart.create_dashboard_chart": Proof({"args": {"chart_name": "_Test Gate Chart", "chart_type": "Count", "document_type": KIND, "based_on": "starts_on", "timeseries": 1, "filters_json": "[]"}}),
	f"{A}.dashboard_chart.dashboard_chart.create_report_chart": Proof({"args": {"chart_name": "_Test Gate Report", "chart_type": "Report", "report_name": "Overdue", "filters_json": "{}"}}),
	f"{A}.number_card.number_card.get_result": Proof(CARD),
	f"{A}.number_card.number_card.get_percentage_difference": Proof({**CARD, "result": "1"}),
	f"{A}.number_card.number_card.create_number_card": Proof({"args": {"label": "_Test Gate Card", "document_type": KIND, "function": "Count", "type": "Document Type", "filters_json": "[]"}}),
	f"{A}.number_card.number_card.create_report_number_card": Proof({"args": {"label": "_Test Gate Report Card", "report_name": "Overdue", "report_field": "x", "function": "Sum", "report_function": "Sum", "type": "Report", "filters_json": "{}"}}),
	f"{A}.dashboard_chart_source.dashboard_chart_source.get_config": Proof({"name": "Plans By Status"}, verb="get"),
	f"{A}.dashboard_settings.dashboard_settings.save_chart_config": Proof({"reset": 0, "config": "{}", "chart_name": "Talks Each Week"}),
	# Boards
	f"{KANBAN}.get_kanban_boards": Proof({"doctype": KIND}, verb="get"),
	f"{KANBAN}.update_order_for_single_card": Proof({**BOARD, "docname": "{plan}", "from_colname": "Draft", "to_colname": "Draft", "old_index": 0, "new_index": 0}),
	f"{KANBAN}.update_order": Proof({**BOARD, "order": '{"Draft": ["{plan}"]}'}),
	f"{KANBAN}.add_column": Proof({**BOARD, "column_title": "Draft"}, by=MANAGER),
	f"{KANBAN}.archive_restore_column": Proof({**BOARD, "column_title": "Draft", "status": "Active"}, by=MANAGER),
	f"{KANBAN}.set_indicator": Proof({**BOARD, "column_name": "Draft", "indicator": "Gray"}, by=MANAGER),
	f"{KANBAN}.update_column_order": Proof({**BOARD, "order": "[]"}, by=MANAGER),
	f"{KANBAN}.save_settings": Proof({**BOARD, "settings": '{"fields": [], "show_labels": 0}'}, by=MANAGER),
	f"{KANBAN}.add_card": Proof({**BOARD, "docname": "{plan}", "colname": "Draft"}),
	f"{KANBAN}.quick_kanban_board": Proof({"doctype": KIND, "board_name": "_Test Gate Board", "field_name": "status"}),
	# Screens
	"frappe.desk.listview.get_list_settings": Proof({"doctype": KIND}, verb="get"),
	"frappe.desk.listview.set_list_settings": Proof({"doctype": KIND, "values": "{}"}, by=MANAGER),
	f"{LIST_SETTINGS}.get_default_listview_fields": Proof({"doctype": KIND}, verb="get"),
	f"{LIST_SETTINGS}.save_listview_settings": Proof({"doctype": KIND, "listview_settings": '{"fields": "[]"}', "removed_listview_fields": "[]"}, by=MANAGER),
	"frappe.model.utils.user_settings.get": Proof({"doctype": KIND}, verb="get"),
	"frappe.model.utils.user_settings.save": Proof({"doctype": KIND, "user_settings": "{}"}),
	f"{A}.route_history.route_history.deferred_insert": Proof({"routes": '[{"route": "Form/Support Plan/{plan}", "creation": "{today}"}]'}),
	f"{B}.access_log.access_log.make_access_log": Proof({"doctype": KIND, "document": "{plan}", "method": "Print"}),
	"frappe.desk.desktop.get_desktop_page": Proof({"page": '{"name": "Early Warning", "title": "Early Warning", "public": 1, "x": "Support Plan"}'}),
	f"{A}.workspace.workspace.save_page": Proof({"title": "_Test none", "public": 0, "new_widgets": "{}", "blocks": '["Support Plan"]'}),
	f"{A}.onboarding_step.onboarding_step.get_onboarding_steps": Proof({"ob_steps": "[]", "x": "Support Plan"}),
	"frappe.desk.desk_page.getpage": Proof({"name": "mentor-board", "x": "Support Plan"}, verb="get"),
	f"{B}.user_permission.user_permission.get_user_permissions": Proof({"x": "Support Plan"}, verb="get"),
	f"{B}.session_default_settings.session_default_settings.set_session_default_values": Proof({"default_values": '{"x": "Support Plan"}'}),
	# Import
	f"{IMPORT}.download_template": Proof({"doctype": KIND, "export_fields": {KIND: ["name", "cause"]}, "export_records": "all", "export_filters": [], "file_type": "CSV"}, shows=True),
	f"{IMPORT}.form_start_import": Proof({"data_import": "none", "x": "Support Plan"}),
	f"{IMPORT}.get_preview_from_template": Proof({"data_import": "none", "x": "Support Plan"}),
	# Administration
	f"{MANAGE}.get_permissions": Proof({"doctype": KIND}, verb="get", by=MANAGER),
	f"{MANAGE}.get_standard_permissions": Proof({"doctype": KIND}, verb="get", by=MANAGER),
	f"{MANAGE}.add": Proof({"parent": KIND, "role": "Report Manager", "permlevel": 0}, by=MANAGER),
	f"{MANAGE}.update": Proof({"doctype": KIND, "role": "Report Manager", "permlevel": 0, "ptype": "print", "value": 0}, by=MANAGER),
	f"{MANAGE}.remove": Proof({"doctype": KIND, "role": "Report Manager", "permlevel": 0}, by=MANAGER),
	f"{MANAGE}.reset": Proof({"doctype": KIND}, by=MANAGER),
	f"{CUSTOMIZE}.CustomizeForm.fetch_to_customize": of_single("Customize Form", "fetch_to_customize", doc_type=KIND),
	f"{CUSTOMIZE}.CustomizeForm.save_customization": of_single("Customize Form", "save_customization", doc_type="_none", x=KIND),
	f"{CUSTOMIZE}.CustomizeForm.reset_to_defaults": of_single("Customize Form", "reset_to_defaults", doc_type=KIND),
	f"{CUSTOMIZE}.get_link_filters_from_doc_without_customisations": Proof({"doctype": KIND, "fieldname": "student"}, by=MANAGER),
	"frappe.custom.doctype.custom_field.custom_field.get_fields_label": Proof({"doctype": KIND}, by=MANAGER),
	f"{B}.user_permission.user_permission.add_user_permissions": Proof({"data": '{"user": "{self}", "doctype": "Support Plan", "docname": "{plan}", "is_default": 0, "apply_to_all_doctypes": 0, "applicable_doctypes": [], "hide_descendants": 0}'}, by=MANAGER),
	f"{B}.user_permission.user_permission.check_applicable_doc_perm": Proof({"user": "{self}", **OF_DOCNAME}, by=MANAGER),
	f"{B}.user_permission.user_permission.clear_user_permissions": Proof({"user": "{self}", "for_doctype": KIND}, by=MANAGER),
	f"{RIGHTS}.set_report_page_data": of_single("Role Permission for Page and Report", "set_report_page_data", set_role_for="Report", report="Overdue"),
	f"{RIGHTS}.update_report_page_data": of_single("Role Permission for Page and Report", "update_report_page_data", set_role_for="Report", report="Overdue"),
	f"{RIGHTS}.reset_roles": of_single("Role Permission for Page and Report", "reset_roles", set_role_for="Report", report="Overdue"),
	f"{NAMING}.get_options": of_single("Document Naming Settings", "get_options", transaction_type=KIND),
	f"{NAMING}.preview_series": of_single("Document Naming Settings", "preview_series", transaction_type=KIND, try_naming_series="X-.###"),
	f"{NAMING}.update_series": of_single("Document Naming Settings", "update_series", transaction_type=KIND),
	f"{A}.workspace_sidebar.workspace_sidebar.add_sidebar_items": Proof({"sidebar_title": "Early Warning", "sidebar_items": {"{json}": [{"label": KIND, "type": "Link", "link_type": "DocType", "link_to": KIND}]}}, by=MANAGER),
	"frappe.desk.form.utils.remove_attach": Proof({"fid": "{file}", "dt": KIND, "dn": "{plan}"}),
	"frappe.utils.print_format.download_multi_pdf_async": Proof({"doctype": KIND, "name": '["{plan}"]', "format": "Standard"}),
	"frappe.utils.print_format.report_to_pdf": Proof({"html": f"<td>{KIND}</td>"}),
	"frappe.email.get_contact_list": Proof({"txt": KIND}),
	"frappe.core.api.file.get_files_by_search_text": Proof({"text": KIND}),
	"frappe.core.api.file.create_new_folder": Proof({"file_name": KIND, "folder": "Home"}),
	f"{CUSTOMIZE}.get_orphaned_columns": Proof({"doctype": KIND}, by=MANAGER),
	f"{B}.doctype.doctype.get_row_size_utilization": Proof({"doctype": KIND}, by=MANAGER),
	"frappe.printing.page.print_format_builder.print_format_builder.create_custom_format": Proof({"doctype": KIND, "name": "_Test Gate"}, by=MANAGER),
	"frappe.printing.doctype.print_format.print_format.make_default": Proof({"name": "_Test Gate"}, by=MANAGER),
	"frappe.translate.update_translations_for_source": Proof({"source": KIND, "translation_dict": '{"nl": "x"}'}, by=MANAGER),
	"frappe.utils.global_search.search": Proof({"text": KIND}),
	"frappe.desk.search.get_names_for_mentions": Proof({"search_term": KIND}),
	f"{A}.todo.todo.new_todo": Proof({"description": KIND}),
	"frappe.automation.doctype.reminder.reminder.create_new_reminder": Proof({"remind_at": "2999-01-01 08:00:00", "description": "x", "reminder_doctype": KIND, "reminder_docname": "{plan}"}),
	# Education
	f"{EDUCATION}.get_student_guardians": Proof({"student": "{other}"}, verb="get", by="academics"),
	f"{EDUCATION}.get_result": Proof({"student": "{other}", "assessment_plan": "none"}, verb="get", by="academics"),
	f"{EDUCATION}.get_student_group_students": Proof({"student_group": "{group}"}, verb="get", by="academics", shows=True),
	f"{EDUCATION}.get_assessment_students": Proof({"assessment_plan": "none", "student_group": "{group}"}, verb="get", by="academics", shows=True),
	"education.education.doctype.student_attendance_tool.student_attendance_tool.get_student_attendance_records": Proof({"based_on": "Student Group", "student_group": "{group}", "date": "{today}"}, verb="get", by="academics", shows=True),
	f"{EDUCATION}.get_current_enrollment": Proof({"student": "{other}", "academic_year": "{year}"}, verb="get", by="academics", shows=True),
	f"{OF_EDUCATION}.student_leave_application.student_leave_application.get_student_groups": Proof({"student": "{other}"}, verb="get", by="academics"),
	f"{OF_EDUCATION}.student_group.student_group.get_students": Proof({"academic_year": "{year}", "group_based_on": "Activity"}, verb="get", by="academics", shows=True),
	f"{OF_EDUCATION}.student_report_generation_tool.student_report_generation_tool.preview_report_card": Proof({"doc": {"{json}": {"doctype": "Student Report Generation Tool", "student": "{other}", "academic_year": "{year}", "program": "none"}}}, by="academics"),
	f"{OF_EDUCATION}.guardian.guardian.invite_guardian": Proof({"guardian": "{guardian}"}, by="academics"),
}  # fmt: skip

BUT_REFUSED = {
	"frappe.utils.print_format.download_multi_pdf_async": "it is made later, and answered so",
	f"{OF_EDUCATION}.student_report_generation_tool.student_report_generation_tool.preview_report_card": "its pictures are drawn from an address that a test has not",
	f"{B}.communication.email.make": "a file of a learner's record is attached to nothing else",
	f"{RIGHTS}.update_report_page_data": "its form sends more",
	f"{RIGHTS}.reset_roles": "its form sends more",
	f"{NAMING}.update_series": "its form sends more",
	"frappe.handler.upload_file": "what lies elsewhere cannot be private, and a plan has private files alone",
	"frappe.email.doctype.auto_email_report.auto_email_report.send_now": "there is no mail account",
	f"{A}.dashboard_settings.dashboard_settings.save_chart_config": "the user has no dashboard yet",
	f"{KANBAN}.add_column": "the board has this column",
	"frappe.desk.reportview.delete_items": "nobody deletes a plan: the answer tells which were not deleted",
	"frappe.desk.form.save.cancel": "a plan is not cancelled",
	"frappe.client.submit": "a plan is not submitted",
	"frappe.client.cancel": "a plan is not cancelled",
	"frappe.client.delete": "nobody deletes a plan",
	"frappe.client.rename_doc": "a plan keeps its number",
	"frappe.api.v1.delete_doc": "nobody deletes a plan",
	"frappe.api.v2.delete_doc": "nobody deletes a plan",
	"frappe.api.v1.execute_doc_method": "a plan has no such method",
	"frappe.api.v2.execute_doc_method": "a plan has no such method",
	"frappe.api.v2.run_doc_method": "a plan has no such method",
	"frappe.handler.run_doc_method": "a plan has no such method",
	"frappe.model.workflow.get_transitions": "plans have no workflow",
	"frappe.model.workflow.apply_workflow": "plans have no workflow",
	"frappe.www.printview.get_rendered_raw_commands": "a plan is not printed raw",
	"frappe.utils.print_format.download_pdf": "needs a program that makes PDF files",
	"frappe.utils.print_format.download_multi_pdf": "needs a program that makes PDF files",
	"frappe.desk.query_report.save_report": "Frappe lets Script Managers alone keep one",
	"frappe.utils.weasyprint.download_pdf": "there is no such print format",
	f"{A}.workspace.workspace.save_page": "there is no such page",
	f"{IMPORT}.form_start_import": "there is no such import",
	f"{IMPORT}.get_preview_from_template": "there is no such import",
	f"{CUSTOMIZE}.CustomizeForm.save_customization": "there is no such kind",
	f"{A}.number_card.number_card.create_report_number_card": "the report has no such figure",
}
"""What answers nobody here with what was asked, and why: it gets past the gate, and is refused by Frappe or the plan itself."""

SIDEBAR = f"{A}.workspace_sidebar.workspace_sidebar"
REFUSED_BY_16 = {
	f"{A}.todo.todo.new_todo": "Frappe 16 lets only who is named in a note make it, and names nobody",
}
"""What Frappe 16 itself refuses who has no role but those that everybody has."""
UP_TO_15 = frozenset(
	{
		"frappe.client.validate_link",
		"frappe.realtime.can_subscribe_doc",
		"frappe.realtime.can_subscribe_doctype",
	}
)
FROM_16 = frozenset(
	{
		"frappe.client.validate_link_and_fetch",
		"frappe.realtime.has_permission",
		"frappe.utils.print_format.render_letterhead_for_print",
		f"{SIDEBAR}.add_sidebar_items",
	}
)
"""Of the methods on the list, those that one version of Frappe has and the other has not."""

frappe.listview_settings["Concern"] = {
	add_fields: ["status", "severity", "visibility"],
	hide_name_column: true,
	formatters: { severity: (value) => frappe.utils.escape_html(__(value || "", null, "Concern")) },
};

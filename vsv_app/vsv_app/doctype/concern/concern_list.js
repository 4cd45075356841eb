frappe.listview_settings["Concern"] = {
	add_fields: ["status", "severity", "visibility"],
	hide_name_column: true,
};

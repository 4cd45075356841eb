frappe.listview_settings["Family Message"] = {
	add_fields: ["status"],
	hide_name_column: true,
};

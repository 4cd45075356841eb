frappe.listview_settings["Contested Record"] = {
	add_fields: ["status"],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],
};

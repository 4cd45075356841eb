frappe.listview_settings["Stakeholder Agreement"] = {
	add_fields: ["status"],
	hide_name_column: true,
};

frappe.listview_settings["Stakeholder"] = {
	hide_name_column: true,
};

frappe.listview_settings["Attendance Gateway"] = {
	hide_name_column: true,
};

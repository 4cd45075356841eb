frappe.listview_settings["Attendance Gateway"] = {
	hide_name_column: true,
	formatters: { location: (value) => frappe.utils.escape_html(value || "") },
};

frappe.listview_settings["Referral"] = {
	add_fields: ["status"],
	hide_name_column: true,
};

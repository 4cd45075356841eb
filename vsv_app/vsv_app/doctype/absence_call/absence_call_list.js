frappe.listview_settings["Absence Call"] = {
	add_fields: ["outcome"],
	hide_name_column: true,
	onload: (list) => list.page.set_primary_action(__("Not In Today"), () => frappe.set_route("not-in-today")),
};

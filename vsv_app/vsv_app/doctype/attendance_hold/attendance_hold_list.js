// From the list, and from a notification that leads to it, to the screen where days are settled.
frappe.listview_settings["Attendance Hold"] = {
	hide_name_column: true,
	onload(list) {
		if (!frappe.user.has_role(["Attendance Officer", "Early Warning Administrator"])) return;
		list.page.set_primary_action(__("Days To Settle"), () => frappe.set_route("days-to-settle"));
	},
};

frappe.listview_settings["Student Badge"] = {
	add_fields: ["status", "student_name"],
	hide_name_column: true,
	onload(list) {
		if (!frappe.user.has_role(["Attendance Officer", "Early Warning Administrator"])) return;
		const open = (options) => {
			frappe.route_options = options;
			frappe.set_route("hand-out-badges");
		};
		list.page.add_inner_button(__("Hand Out To a Group"), () => open(null));
		list.page.add_inner_button(__("Bring In Card Numbers"), () => open({ bring_in: 1 }));
	},
	get_indicator(doc) {
		if (!doc.student_name) return [__("In Stock"), "blue", "student,is,not set"];
		const colours = { Active: "green", Blocked: "red", Lost: "orange", Returned: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};

frappe.listview_settings["Student Badge"] = {
	add_fields: ["status", "student_name"],
	hide_name_column: true,
	get_indicator(doc) {
		if (!doc.student_name) return [__("In Stock"), "blue", "student,is,not set"];
		const colours = { Active: "green", Blocked: "red", Lost: "orange", Returned: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};

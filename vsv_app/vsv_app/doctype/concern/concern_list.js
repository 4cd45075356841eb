frappe.listview_settings["Concern"] = {
	add_fields: ["status", "severity", "visibility"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Open: "orange", "In Hand": "blue", Closed: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};

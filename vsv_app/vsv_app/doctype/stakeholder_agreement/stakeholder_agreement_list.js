frappe.listview_settings["Stakeholder Agreement"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Draft: "gray", "Under Discussion": "orange", Signed: "blue", Active: "green", "In Review": "purple", Ended: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};

frappe.listview_settings["Early Warning Alert"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Sent: "orange", Seen: "blue", "Acted On": "green", Escalated: "red" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};

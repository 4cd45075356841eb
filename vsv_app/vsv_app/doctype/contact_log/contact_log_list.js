frappe.listview_settings["Contact Log"] = {
	add_fields: ["channel", "with_whom"],
	hide_name_column: true,
	get_indicator(doc) {
		return [__(doc.channel), doc.with_whom === "Learner" ? "green" : "blue", `channel,=,${doc.channel}`];
	},
};

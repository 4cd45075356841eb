// The colours are the doctype's own states, which Frappe shows by itself for a field named status only.
frappe.listview_settings["Badge Check In"] = {
	add_fields: ["outcome"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = {
			Recognised: "green",
			"Unknown Badge": "orange",
			"Blocked Badge": "red",
			"Learner Left": "gray",
			"No Student Group": "yellow",
			"Outside Academic Year": "yellow",
		};
		return [__(doc.outcome), colours[doc.outcome] || "gray", `outcome,=,${doc.outcome}`];
	},
};

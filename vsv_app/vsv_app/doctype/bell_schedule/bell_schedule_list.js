frappe.listview_settings["Bell Schedule"] = {
	add_fields: ["enabled", "valid_from", "valid_to"],
	hide_name_column: true,
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (!doc.enabled) return [__("Switched Off"), "gray", "enabled,=,0"];
		if (doc.valid_to && doc.valid_to < today) return [__("Ended"), "gray", `valid_to,<,${today}`];
		if (doc.valid_from && doc.valid_from > today) return [__("Begins Later"), "blue", `valid_from,>,${today}`];
		return [__("Holds Now"), "green", "enabled,=,1"];
	},
};

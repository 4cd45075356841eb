frappe.listview_settings["Early Warning Rule"] = {
	add_fields: ["enabled", "unit"],
	hide_name_column: true,
	get_indicator(doc) {
		return doc.enabled ? [__("On"), "green", "enabled,=,1"] : [__("Off"), "gray", "enabled,=,0"];
	},
	formatters: {
		threshold: (value, _field, doc) => `${format_number(value, null, 0)} ${__(doc.unit || "")}`,
	},
};

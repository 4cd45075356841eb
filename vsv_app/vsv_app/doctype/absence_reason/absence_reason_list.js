frappe.listview_settings["Absence Reason"] = {
	add_fields: ["enabled", "excused"],
	hide_name_column: true,
	get_indicator(doc) {
		if (!doc.enabled) return [__("Switched Off"), "gray", "enabled,=,0"];
		return doc.excused ? [__("Excused"), "green", "excused,=,1"] : [__("Unexcused"), "orange", "excused,=,0"];
	},
};

frappe.listview_settings["Early Warning Signal"] = {
	add_fields: ["status", "severity", "unit", "rule_title"],
	hide_name_column: true,
	filters: [["status", "in", ["Open", "Acknowledged", "In Plan"]]],
	formatters: {
		severity: (value) => frappe.utils.escape_html(__(value || "", null, "Early Warning Signal")),
		rule: (value, _field, doc) => frappe.utils.escape_html(__(doc.rule_title || value)),
		observed_value: (value, _field, doc) => `${format_number(value, null, 0)} ${__(doc.unit || "")}`,
	},
};

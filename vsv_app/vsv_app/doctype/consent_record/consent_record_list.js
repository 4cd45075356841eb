frappe.listview_settings["Consent Record"] = {
	add_fields: ["since", "until", "withdrawn_on"],
	hide_name_column: true,
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.withdrawn_on) return [__("Withdrawn"), "red", "withdrawn_on,is,set"];
		if (doc.until && doc.until < today) return [__("Ended"), "gray", `until,<,${today}`];
		return [__("Holds Now"), "green", "withdrawn_on,is,not set"];
	},
};

frappe.listview_settings["Mentor Assignment"] = {
	add_fields: ["from_date", "to_date"],
	hide_name_column: true,
	onload(list) {
		if (frappe.model.can_create("Mentor Assignment")) list.page.add_inner_button(__("By Group"), () => frappe.set_route("mentors"));
	},
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.to_date && doc.to_date < today) return [__("Ended"), "gray", `to_date,<,${today}`];
		if (doc.from_date > today) return [__("Begins Later"), "blue", `from_date,>,${today}`];
		return [__("Holds Now"), "green", `from_date,<=,${today}`];
	},
};

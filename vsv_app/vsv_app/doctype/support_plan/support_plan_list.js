frappe.listview_settings["Support Plan"] = {
	add_fields: ["status", "next_review"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Draft: "gray", Proposed: "orange", Agreed: "blue", Active: "green", "In Review": "purple" };
		const today = frappe.datetime.get_today();
		if (doc.status === "Active" && doc.next_review && doc.next_review < today)
			return [__("Review Overdue"), "red", `status,=,Active|next_review,<,${today}`];
		return [__(doc.status), colours[doc.status] || "light-blue", `status,=,${doc.status}`];
	},
};

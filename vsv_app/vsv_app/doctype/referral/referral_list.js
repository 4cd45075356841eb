frappe.listview_settings["Referral"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Draft: "gray", Sent: "orange", Accepted: "green", Declined: "red", Closed: "gray", Withdrawn: "red" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};

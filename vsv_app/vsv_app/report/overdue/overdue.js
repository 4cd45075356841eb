frappe.query_reports["Overdue"] = {
	filters: [
		{
			fieldname: "kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: ["", "Action", "Goal", "Review", "Agreement", "Renewal", "Message", "Consent"],
		},
	],
};

frappe.query_reports["Effect of Interventions"] = {
	filters: [
		{ fieldname: "closed_from", label: __("Closed From"), fieldtype: "Date" },
		{ fieldname: "closed_to", label: __("Closed To"), fieldtype: "Date" },
	],
};

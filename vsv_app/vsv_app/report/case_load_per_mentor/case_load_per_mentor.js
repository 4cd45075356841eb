frappe.query_reports["Case Load per Mentor"] = {
	filters: [
		{ fieldname: "without_contact_days", label: __("No Contact For (days)"), fieldtype: "Int", default: 28 },
	],
};

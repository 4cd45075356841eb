frappe.query_reports["Gateway Health"] = {
	filters: [
		{ fieldname: "only_trouble", label: __("Only With Trouble"), fieldtype: "Check" },
	],
};

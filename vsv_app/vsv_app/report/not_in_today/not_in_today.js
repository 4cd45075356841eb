frappe.query_reports["Not In Today"] = {
	filters: [
		{ fieldname: "day", label: __("Day"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "student_group", label: __("Student Group"), fieldtype: "Data" },
	],
};

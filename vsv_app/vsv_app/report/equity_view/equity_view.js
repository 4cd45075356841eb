frappe.query_reports["Equity View"] = {
	filters: [
		{
			fieldname: "by",
			label: __("Compare By"),
			fieldtype: "Select",
			options: ["Gender", "Program", "Student Group", "Age", "Circumstance"],
			default: "Gender",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -3),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	],
};

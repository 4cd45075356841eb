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
			fieldname: "academic_year",
			label: __("Academic Year"),
			fieldtype: "Link",
			options: "Academic Year",
			description: __("Empty: the running one."),
		},
	],
};

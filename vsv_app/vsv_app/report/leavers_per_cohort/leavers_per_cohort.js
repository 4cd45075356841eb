frappe.query_reports["Leavers per Cohort"] = {
	filters: [
		{ fieldname: "program", label: __("Program"), fieldtype: "Data" },
		{ fieldname: "academic_year", label: __("Academic Year"), fieldtype: "Data" },
	],
};

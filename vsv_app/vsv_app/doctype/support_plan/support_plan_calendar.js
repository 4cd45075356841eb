// Reviews of plans, on the day that they are due.
frappe.views.calendar["Support Plan"] = {
	field_map: {
		start: "next_review",
		end: "next_review",
		id: "name",
		title: "student_name",
		allDay: "allDay",
	},
	order_by: "next_review",
	get_events_method: "frappe.desk.calendar.get_events",
};

frappe.query_reports["Overdue"] = {
	filters: [
		{
			fieldname: "kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: [
				"", "Call For Help", "Message", "Look Again", "Next Step", "Action", "Goal", "Review", "Absence Reported",
				"Contested", "Contest Answered", "Referral", "Decision", "Agreement", "Renewal", "Consent",
				"Concern Noted", "Report To File", "Meeting To Close",
				"Agreement Signature", "Agreement Feedback",
			],
		},
	],
};

// A partner's feedback is answered beside the words; the partner reads the answer on its page and is told by mail.
frappe.ui.form.on("Stakeholder Agreement", {
	refresh(frm) {
		const waiting = (frm.doc.feedback || []).filter((row) => row.stakeholder && !(row.answer || "").trim());
		if (frm.is_new() || !waiting.length || !frm.perm[0].write) return;
		frm.dashboard.add_comment(
			waiting.length === 1 ? __("Feedback of a partner has no answer.") : __("Feedback of partners without an answer: {0}", [waiting.length]),
			"orange",
			true
		);
		frm.add_custom_button(__("Answer Feedback"), () => answer(frm, waiting[0]));
	},
});

function answer(frm, row) {
	frappe.prompt(
		[
			{ fieldname: "said", fieldtype: "Small Text", label: [row.stakeholder, row.person_name].filter(Boolean).join(", "), default: row.feedback, read_only: 1 },
			{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer"), reqd: 1, description: __("The partner reads it on its page.") },
		],
		async (values) => {
			await frappe.model.set_value(row.doctype, row.name, "answer", values.answer);
			await frm.save();
		},
		__("Answer Feedback"),
		__("Send")
	);
}

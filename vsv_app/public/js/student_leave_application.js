// On a leave application that a learner reported: submitting accepts it; or it is not accepted, and the learner reads why.
frappe.ui.form.on("Student Leave Application", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.docstatus || !frm.doc.__onload?.by_learner) return;
		frm.set_intro(__("The learner reported this. Submit it to accept it, or say that it is not accepted; the learner sees either on the own page."), "blue");
		if (!frm.perm[0]?.submit || !frappe.user.has_role(["Attendance Officer", "Care Team Coordinator"])) return;
		frm.add_custom_button(__("Not Accepted"), () =>
			frappe.prompt(
				{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer To The Learner"), reqd: 1, default: frm.doc.vsv_answer },
				({ answer }) =>
					frappe
						.call({ method: "vsv_app.api.attendance.reported_absences.decline", type: "POST", args: { leave: frm.doc.name, answer } })
						.then(() => frm.reload_doc()),
				__("Not Accepted"),
				__("Answer")
			)
		);
	},
});

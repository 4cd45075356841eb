frappe.ui.form.on("Consent Record", {
	refresh(frm) {
		if (!frm.is_new() && !frm.doc.withdrawn_on && frm.doc.__onload && frm.doc.__onload.ask_anew) {
			frm.set_intro(
				__("A guardian gave it, and the learner is of an age to be asked. Record the learner's own consent, or withdraw this one."),
				"orange"
			);
		}
		if (frm.is_new() || frm.doc.withdrawn_on || !frm.perm[0].write) return;
		frm.add_custom_button(__("Withdraw Consent"), () =>
			frappe.prompt(
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason, if one was given") },
				({ reason }) => frm.call("withdraw", { reason: reason || "" }).then(() => frm.reload_doc()),
				__("From this moment the partner sees nothing more that rests on it."),
				__("Withdraw Consent")
			)
		);
	},
});

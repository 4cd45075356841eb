// What a care meeting asks of somebody: done, or why not. Who asked is told.
frappe.ui.form.on("Care Decision", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status !== "Open") return;
		frm.add_custom_button(__("Done"), () => answer_decision(frm, 1)).removeClass("btn-default").addClass("btn-primary");
		frm.add_custom_button(__("Could Not Be Done"), () => answer_decision(frm, 0));
	},
});

function answer_decision(frm, done) {
	frappe.prompt(
		[{ fieldname: "words", fieldtype: "Small Text", label: done ? __("What came of it?") : __("Why was it not done?"), reqd: !done }],
		({ words }) =>
			frappe
				.call({ method: "vsv_app.api.care.meetings.answer", type: "POST", args: { decision: frm.doc.name, done, words: words || "" }, freeze: true })
				.then(() => {
					frappe.show_alert({ message: __("Thank you. Who asked was told."), indicator: "green" });
					frm.reload_doc();
				}),
		done ? __("Done") : __("Could Not Be Done"),
		__("Save")
	);
}

frappe.ui.form.on("Early Warning Signal", {
	refresh(frm) {
		frm.disable_save();
		const intro = (frappe.boot.lang || "").startsWith("nl") ? frm.doc.explanation_nl : frm.doc.explanation;
		if (intro) frm.set_intro(frappe.utils.escape_html(intro), "blue");
		frm.add_custom_button(__("Mentor Board"), () => frappe.set_route("mentor-board"));
	},
});

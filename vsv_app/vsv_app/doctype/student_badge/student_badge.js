frappe.ui.form.on("Student Badge", {
	refresh(frm) {
		if (frm.is_new() || !frm.doc.student || !frappe.user.has_role(["Attendance Officer", "Early Warning Administrator"])) return;
		const mark = (status) =>
			frappe
				.call({ method: "vsv_app.api.attendance.badges.mark", type: "POST", args: { badge: frm.doc.name, status }, freeze: true })
				.then(() => frm.reload_doc());
		if (frm.doc.status === "Active") {
			frm.add_custom_button(__("Lost"), () => mark("Lost"));
			frm.add_custom_button(__("Replace"), () => {
				frappe.route_options = { student: frm.doc.student };
				frappe.set_route("hand-out-badges");
			});
		} else frm.add_custom_button(frm.doc.status === "Lost" ? __("Found") : __("Make Active"), () => mark("Active"));
	},
});

// On a learner's form: the card on the board, the next care meeting, and what the learner may ask the coordinator for.
frappe.ui.form.on("Student", {
	refresh(frm) {
		if (frm.is_new()) return;
		const group = __("Early Warning");
		if (["Care Team Coordinator", "School Mentor", "Care Team Member"].some((role) => frappe.user.has_role(role))) {
			frm.add_custom_button(__("Card On The Board"), () => frappe.set_route("mentor-board", "learner", frm.doc.name), group);
			frm.add_custom_button(__("Put On The Agenda"), () => vsv_put_on_agenda(frm.doc.name), group);
		}
		if (!frappe.user.has_role("Care Team Coordinator")) return;
		frm.add_custom_button(__("Hand Over Data"), () => vsv_hand_over(frm.doc.name), group);
		frm.add_custom_button(__("Erase Care Data"), () => vsv_ask_to_erase(frm.doc.name), group);
	},
});

function vsv_put_on_agenda(student) {
	frappe
		.call({ method: "vsv_app.api.care.meetings.put_on", type: "POST", args: { student } })
		.then(({ message }) => frappe.show_alert({ message: __("On the agenda of {0}", [message.date]), indicator: "green" }));
}

function vsv_hand_over(student) {
	frappe
		.call({ method: "vsv_app.site.privacy.personal_data.export_learner", type: "GET", args: { student } })
		.then(({ message }) => {
			const file = new Blob([JSON.stringify(message, null, 1)], { type: "application/json" });
			const link = document.createElement("a");
			link.href = URL.createObjectURL(file);
			link.download = `${student}.json`;
			link.click();
			URL.revokeObjectURL(link.href);
			if (message.left_out)
				frappe.msgprint(
					__("Left out, as only named people read them: {0}. They hand those over themselves.", [
						message.left_out,
					])
				);
		});
}

function vsv_ask_to_erase(student) {
	const method = "vsv_app.site.privacy.personal_data.erase_learner";
	frappe.call({ method, args: { student, dry_run: 1 } }).then(({ message }) => {
		const kinds = Object.entries(message || {}).map(([kind, count]) => `${__(kind)}: ${count}`);
		if (!kinds.length) return frappe.msgprint(__("Nothing is kept about this learner."));
		frappe.confirm(
			[__("This deletes for good:"), ...kinds, __("Attendance stays.")].join("<br>"),
			() =>
				frappe
					.call({ method, args: { student, dry_run: 0 } })
					.then(() => frappe.show_alert({ message: __("Erased"), indicator: "green" }))
		);
	});
}

// On an attendance record: why it says what it says, in sentences.
frappe.ui.form.on("Student Attendance", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Why This Mark"), () => vsv_why_this_mark(frm));
	},
});

function vsv_why_this_mark(frm) {
	frappe
		.call({ method: "vsv_app.api.attendance.explanation.why", type: "GET", args: { record: frm.doc.name }, freeze: true })
		.then(({ message: parts }) => {
			const page = document.createElement("div");
			page.className = "vsv-why";
			for (const { heading, sentences } of parts) {
				page.appendChild(document.createElement("h5")).textContent = heading;
				const list = page.appendChild(document.createElement("ul"));
				for (const sentence of sentences) list.appendChild(document.createElement("li")).textContent = sentence;
			}
			const dialog = new frappe.ui.Dialog({ title: __("Why This Mark"), size: "large" });
			dialog.body.append(page);
			dialog.show();
		});
}

// On an attendance record: why it says what it says, in sentences; what somebody contests; and a reason that says whether it is excused.
frappe.ui.form.on("Student Attendance", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Why This Mark"), () => vsv_why_this_mark(frm));
		if (frm.doc.vsv_contested && frappe.user.has_role(["Attendance Officer", "Care Team Coordinator"])) vsv_show_contested(frm);
	},
	async vsv_reason(frm) {
		if (!frm.doc.vsv_reason || !frappe.model.can_read("Absence Reason")) return;
		const { message: reason } = await frappe.db.get_value("Absence Reason", frm.doc.vsv_reason, "excused");
		if (!reason) return;
		frm.vsv_by_reason = true;
		await frm.set_value("vsv_excused", reason.excused ? "Excused" : "Unexcused");
		frm.vsv_by_reason = false;
		delete frm.doc.__vsv_excused_said;
	},
	vsv_excused(frm) {
		// What a person chooses stays, also where the reason is changed in the same step.
		if (!frm.vsv_by_reason) frm.doc.__vsv_excused_said = 1;
	},
	after_save: (frm) => delete frm.doc.__vsv_excused_said,
});

async function vsv_show_contested(frm) {
	const { message } = await frappe.call({ method: "vsv_app.api.attendance.contesting.of_record", type: "GET", args: { record: frm.doc.name } });
	const [first, ...others] = message?.waiting || [];
	if (!first) return;
	const more = others.length ? ` (+${others.length})` : "";
	const escaped = frappe.utils.escape_html;
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline_alert(`${__("Contested by {0}", [escaped(first.person)])}${more}: ${escaped(first.words) || __("without a word")}`, "orange");
	frm.add_custom_button(__("Answer"), () => frappe.set_route("Form", "Contested Record", first.name)).addClass("btn-primary");
}

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

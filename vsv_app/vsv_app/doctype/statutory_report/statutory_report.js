frappe.ui.form.on("Statutory Report", {
	refresh(frm) {
		offer(frm, "kind", frm.doc.__onload?.kinds);
		offer(frm, "register_status", frm.doc.__onload?.register_statuses);
		if (frm.is_new() || frm.doc.status === "Reported") return;
		if (frm.doc.status === "To Check") {
			frm.add_custom_button(__("Mark As Reported"), () => move(frm, "Reported"));
			frm.add_custom_button(__("Not Needed"), () => ask_why(frm));
			const days = frappe.datetime.get_diff(frm.doc.due_on, frappe.datetime.get_today());
			const late = days < 0 ? __("The report is overdue since {0}.", [frappe.datetime.str_to_user(frm.doc.due_on)]) : "";
			const due = __("The report is due on {0}.", [frappe.datetime.str_to_user(frm.doc.due_on)]);
			frm.dashboard.set_headline_alert(late || due, days < 0 ? "red" : days < 2 ? "orange" : "blue");
		} else {
			frm.add_custom_button(__("Check Again"), () => move(frm, "To Check"));
		}
		frm.add_custom_button(__("PDF"), () => download([frm.doc.name]));
	},
});

// The words of the authority come with the rule; what stands there already stays a choice.
function offer(frm, field, words = []) {
	const own = frm.doc[field];
	const known = [...words, ...(own && !words.includes(own) ? [own] : [])];
	frm.set_df_property(field, "options", [{ value: "", label: "" }, ...known.map((value) => ({ value, label: __(value) }))]);
	frm.toggle_display(field, known.length > 0);
}

function move(frm, status) {
	frm.set_value("status", status);
	frm.save().catch(() => frm.reload_doc());
}

function ask_why(frm) {
	frappe.prompt(
		{ fieldname: "why", fieldtype: "Small Text", label: __("Why is no report needed?"), reqd: 1 },
		({ why }) => {
			frm.set_value("not_needed_because", why);
			move(frm, "Not Needed");
		},
		__("Not Needed")
	);
}

function download(names) {
	window.open(`/api/method/vsv_app.api.signals.statutory_reports.statutory_pdf?names=${encodeURIComponent(JSON.stringify(names))}`);
}

frappe.ui.form.on("Early Warning Settings", {
	refresh(frm) {
		frappe.call({ method: "vsv_app.api.attendance.school_day.what_is_missing", type: "GET" }).then(({ message }) => {
			frm.dashboard.clear_headline();
			if (!message?.length) return;
			const list = document.createElement("ul");
			for (const sentence of message) list.appendChild(document.createElement("li")).textContent = sentence;
			frm.dashboard.set_headline_alert(`<b>${__("Still to do")}</b>${list.outerHTML}`, "orange");
		});
		show_ledger(frm);
	},
});

// Written down in English; each reader sees it in their own language, and whether it adds up at a glance.
function show_ledger(frm) {
	const { ledger_checked_on: checked, ledger_expected: expected, ledger_by_machine: machine, ledger_by_person: person } = frm.doc;
	const { ledger_held: held, ledger_missing: missing } = frm.doc;
	const said = (part) => (Array.isArray(part) ? __(part[0], part.slice(1).map(said)) : __(part));
	frm.get_field("ledger_words").df.formatter = (english, _df, _options, doc) => {
		const parts = JSON.parse(doc?.ledger_words_parts || "[]");
		const sentences = Array.isArray(parts[0]) ? parts.map(said) : parts.length ? [said(parts)] : [english || ""];
		return sentences.map((one) => frappe.utils.escape_html(one)).join("<br>");
	};
	frm.refresh_field("ledger_words");
	if (!checked) return;
	frm.dashboard.add_indicator(__("{0} school days = {1} by badge + {2} by people + {3} held", [expected, machine, person, held]), missing ? "red" : "green");
	if (missing) frm.dashboard.add_indicator(__("{0} missing", [missing]), "red");
	if (held && frappe.user.has_role(["Attendance Officer", "Early Warning Administrator"]))
		frm.add_custom_button(__("Days To Settle"), () => frappe.set_route("days-to-settle"));
}

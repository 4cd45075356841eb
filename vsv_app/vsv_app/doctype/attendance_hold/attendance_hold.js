frappe.ui.form.on("Attendance Hold", {
	refresh(frm) {
		// Written down in English; each reader sees it in their own language.
		const said = (part) => (Array.isArray(part) ? __(part[0], part.slice(1).map(said)) : __(part));
		frm.get_field("explanation").df.formatter = (english, _df, _options, doc) =>
			frappe.utils.escape_html(doc?.explanation_words ? said(JSON.parse(doc.explanation_words)) : english || "");
		frm.refresh_field("explanation");
		if (frm.doc.status === "Open" && frappe.user.has_role(["Attendance Officer", "Early Warning Administrator"]))
			frm.add_custom_button(__("Days To Settle"), () => frappe.set_route("days-to-settle")).addClass("btn-primary");
	},
});

function in_own_words(doc, english) {
	const said = (part) => (Array.isArray(part) ? __(part[0], part.slice(1).map(said)) : __(part));
	return frappe.utils.escape_html(doc?.explanation_words ? said(JSON.parse(doc.explanation_words)) : english || "");
}

frappe.ui.form.on("Set Aside Message", {
	refresh(frm) {
		// Written down in English; each reader sees it in their own language.
		frm.get_field("explanation").df.formatter = (english, _df, _options, doc) => in_own_words(doc, english);
		frm.refresh_field("explanation");
		if (frm.doc.status !== "Open" || !frm.perm[0]?.write) return;
		const act = (method) =>
			frappe.call({ method, type: "POST", args: { names: [frm.doc.name] }, freeze: true }).then(() => frm.reload_doc());
		frm.add_custom_button(__("Try Again"), () => act("vsv_app.api.gateways.set_aside.try_again")).addClass("btn-primary");
		frm.add_custom_button(__("Dismiss"), () => act("vsv_app.api.gateways.set_aside.dismiss"));
	},
});

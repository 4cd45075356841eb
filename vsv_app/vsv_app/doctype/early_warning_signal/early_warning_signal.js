frappe.ui.form.on("Early Warning Signal", {
	setup(frm) {
		const said = (value) => frappe.utils.escape_html(__(value || ""));
		["rule_title", "unit"].forEach((field) => (frm.get_docfield(field).formatter = said));
		// As a severity it is another word than as a document, in languages that tell them apart.
		frm.get_docfield("severity").formatter = (value) => frappe.utils.escape_html(__(value || "", null, frm.doctype));
		frm.get_docfield("indicator").formatter = (value) => frappe.utils.escape_html(frm.doc.__onload?.indicator_label || value || "");
		frm.get_docfield("evidence", "fact").formatter = (value) => frappe.utils.escape_html(fact_in_words(value || ""));
	},

	refresh(frm) {
		frm.disable_save();
		const dutch = (frappe.boot.lang || "").startsWith("nl");
		frm.toggle_display("explanation", !dutch);
		frm.toggle_display("explanation_nl", dutch);
		const intro = dutch ? frm.doc.explanation_nl : frm.doc.explanation;
		if (intro) frm.set_intro(frappe.utils.escape_html(intro), "blue");
		show_history(frm);
		frm.add_custom_button(__("Mentor Board"), () => frappe.set_route("mentor-board"));
	},
});

// What happened to the signal, the newest first; the server says only what the reader may see.
async function show_history(frm) {
	const field = frm.get_field("history");
	field.$wrapper.empty();
	if (frm.is_new()) return;
	const method = "vsv_app.api.signals.signals.history";
	const { message: entries } = await frappe.call({ method, type: "GET", args: { signal: frm.doc.name } });
	const said = (entry) => {
		const note = entry.note ? `<div class="text-muted">“${frappe.utils.escape_html(entry.note)}”</div>` : "";
		return `<li class="mb-2">${frappe.utils.escape_html(entry.text)}${note}</li>`;
	};
	field.$wrapper.html(`<ol reversed class="pl-4 mb-0">${(entries || []).map(said).join("")}</ol>`);
	frm.toggle_display("history_section", Boolean(entries?.length));
}

// A fact is kept in English: said as a whole, else phrase by phrase, numbers in their places.
function fact_in_words(fact) {
	const whole = phrase_in_words(fact);
	return whole === fact ? fact.split(/(, |: )/).map(phrase_in_words).join("") : whole;
}

function phrase_in_words(text) {
	const numbers = text.match(/\d+/g) || [];
	let place = 0;
	const template = text.replace(/\d+/g, () => `{${place++}}`);
	const said = __(template);
	return said === template ? text : said.replace(/\{(\d+)\}/g, (_whole, n) => numbers[n]);
}

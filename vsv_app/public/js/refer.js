// Referring a learner to a partner on one path: to whom, what is asked, what is shown, and the family's word.
frappe.provide("vsv");

vsv.refer = async function (student, plan) {
	const method = (name) => `vsv_app.api.partners.referring.${name}`;
	const { message: known } = await frappe.call({ method: method("begins"), type: "GET", args: { student } });
	if (!known.partners.length)
		return frappe.msgprint(__("There is no agreement in force with a partner. A referral needs one."));
	const choices = known.partners.map(({ stakeholder, agreement }, at) => ({ value: String(at), label: `${stakeholder} (${agreement})` }));
	const chosen = () => known.partners[Number(dialog.get_value("partner") || 0)];
	let shown;
	const dialog = new frappe.ui.Dialog({
		title: __("Refer {0} To A Partner", [known.student_name]),
		fields: [
			{ fieldname: "partner", fieldtype: "Select", label: __("To"), options: choices, reqd: 1, default: choices.length === 1 ? "0" : "", onchange: show },
			{ fieldname: "question", fieldtype: "Small Text", label: __("What is asked of the partner?"), reqd: 1 },
			{ fieldname: "fields", fieldtype: "MultiCheck", label: __("What the partner sees"), columns: 2, options: [] },
			{ fieldname: "purpose", fieldtype: "Small Text", label: __("For what? As the family reads it"), reqd: 1 },
			{ fieldname: "ask", fieldtype: "Check", label: __("Ask the family on its page"), default: 1 },
			{ fieldname: "send_when_given", fieldtype: "Check", label: __("Send it once the family says yes"), default: 1, depends_on: "ask" },
			{ fieldname: "about", fieldtype: "HTML" },
		],
		primary_action_label: __("Refer"),
		primary_action: (values) => {
			const fields = dialog.get_value("fields");
			if (!fields.length) return frappe.msgprint(__("Choose what the partner may see."));
			const { stakeholder, agreement } = chosen();
			const args = { ...values, fields, student, stakeholder, agreement, plan: plan || known.plan };
			delete args.partner;
			frappe.call({ method: method("refer"), args, freeze: true }).then(({ message }) => {
				dialog.hide();
				const said = { Sent: __("Sent. The partner can see it."), Asked: __("The family is asked on its page.") };
				frappe.show_alert({ message: said[message.status] || said[message.consent] || __("Kept as a draft."), indicator: "green" });
				frappe.set_route("Form", "Referral", message.name);
			});
		},
	});
	function show() {
		const partner = dialog.get_value("partner") ? chosen() : null;
		if (partner !== shown) {
			const checks = dialog.fields_dict.fields;
			checks.df.options = (partner ? partner.fields : []).map((field) => ({ ...field, checked: 0 }));
			checks.refresh();
			shown = partner;
		}
		const who = known.asked === "Learner" ? __("The learner is asked, who is of the age to consent.") : __("A guardian is asked.");
		const lines = [who];
		if (!known.has_page) lines.push(__("Nobody of the family has an account yet: invite them, or record a consent that was given on paper."));
		if (partner && partner.consented.length) lines.push(__("A consent is recorded for: {0}", [partner.consented.map((field) => __(field)).join(", ")]));
		dialog.fields_dict.about.$wrapper.html(lines.map((line) => `<p>${frappe.utils.escape_html(line)}</p>`).join(""));
	}
	dialog.show();
	show();
};

function vsv_offer_referral(frm, student, plan) {
	if (frm.is_new() || !frappe.model.can_create("Referral")) return;
	frm.add_custom_button(__("Refer To A Partner"), () => vsv.refer(student, plan), __("Early Warning"));
}

frappe.ui.form.on("Student", { refresh: (frm) => vsv_offer_referral(frm, frm.doc.name) });
frappe.ui.form.on("Support Plan", {
	refresh: (frm) => frm.doc.status !== "Closed" && vsv_offer_referral(frm, frm.doc.student, frm.doc.name),
});

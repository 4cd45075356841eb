frappe.ui.form.on("Referral", {
	refresh(frm) {
		if (frm.is_new()) return;
		const does = (label, method, kind) =>
			frm.add_custom_button(label, () => frm.call(method).then(() => frm.reload_doc())).toggleClass("btn-primary", Boolean(kind));
		const { status, consent_status, answer_seen_on, replied_on } = frm.doc;
		if (status === "Draft" && frm.perm[0].write && !frm.is_dirty()) {
			if (consent_status !== "Given") does(consent_status === "Not Asked" ? __("Ask The Family") : __("Ask The Family Again"), "ask_family", consent_status === "Not Asked");
			does(__("Send"), "send", consent_status === "Given");
		}
		if (status === "Withdrawn" && !answer_seen_on) {
			frm.set_intro(__("Consent was withdrawn, and this referral ended with it: the partner sees nothing any more. Say that you have seen it."), "orange");
			does(__("I Have Seen It"), "seen", true);
		} else if (replied_on && !answer_seen_on) {
			frm.set_intro(__("The partner answered. Say that you have seen it, and it no longer waits for you."), "blue");
			does(__("I Have Seen It"), "seen", true);
		}
		if (status === "Draft" && consent_status === "Asked") frm.set_intro(__("The family is asked on its page."), "orange");
		if (status === "Draft" && consent_status === "Refused") frm.set_intro(__("The family said no. Talk with them, or withdraw this referral."), "red");
	},
});

frappe.ui.form.on("Attendance Gateway", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.enabled && frm.doc.last_seen && frm.doc.status !== "Online") {
			const since = frappe.datetime.str_to_user(frm.doc.last_seen);
			frm.dashboard.set_headline_alert(__("Not heard since {0}", [since]), "red");
		} else if (frm.doc.alarm) frm.dashboard.set_headline_alert(frappe.utils.escape_html(frm.doc.alarm), "red");
		if (!frm.perm[0]?.write) return;
		frm.add_custom_button(__("Provision"), () => provision(frm));
	},
});

// The code is shown once; what is kept of it is a hash.
function provision(frm) {
	frappe
		.call({ method: "vsv_app.api.gateway.make_code", type: "POST", args: { gateway: frm.doc.name }, freeze: true })
		.then(({ message: code }) => {
			const command = `vsv-gateway init --server ${window.location.origin} --gateway ${frm.doc.name} --code ${code}`;
			frappe.msgprint({
				title: __("One-Time Code"),
				message: `<p>${__("On the gateway, type within one hour:")}</p>
					<pre>${frappe.utils.escape_html(command)}</pre>
					<p>${__("The code works once. A new one makes it worthless.")}</p>`,
			});
			frm.reload_doc();
		});
}

frappe.ui.form.on("Set Aside Message", {
	refresh(frm) {
		if (frm.doc.status !== "Open" || !frm.perm[0]?.write) return;
		const act = (method) =>
			frappe.call({ method, type: "POST", args: { names: [frm.doc.name] }, freeze: true }).then(() => frm.reload_doc());
		frm.add_custom_button(__("Try Again"), () => act("vsv_app.api.set_aside.try_again")).addClass("btn-primary");
		frm.add_custom_button(__("Dismiss"), () => act("vsv_app.api.set_aside.dismiss"));
	},
});

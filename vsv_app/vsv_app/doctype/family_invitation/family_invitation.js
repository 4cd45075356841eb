// Whose account came of a code is named here; where it is the wrong one, it loses its access with one button.
frappe.ui.form.on("Family Invitation", {
	refresh(frm) {
		if (frm.doc.status !== "Signed In" || !frappe.user.has_role(["Care Team Coordinator", "Attendance Officer", "Early Warning Administrator"]))
			return;
		frm.add_custom_button(__("Take Access Back"), () => ask(frm));
	},
});

function ask(frm) {
	const said = (text) => frappe.utils.escape_html(text || "");
	frappe.confirm(
		[
			__("{0} has the access of {1}. The code was made by {2}.", [frm.doc.user, frm.doc.person_name, frm.doc.invited_by].map(said)),
			__("The account is signed out and sees nothing more. Whom the code was for can be invited anew."),
		].join("<br>"),
		() =>
			frappe
				.call({ method: "vsv_app.api.portal.invitations.take_access_back", type: "POST", args: { name: frm.doc.name }, freeze: true })
				.then(({ message }) => {
					frm.reload_doc();
					frappe.msgprint({
						title: __("Access Taken Back"),
						message: [
							__("The account {0} sees nothing of {1} any more.", [said(message.user), said(frm.doc.person_name)]),
							message.did.length ? __("Look at what it wrote meanwhile: {0}", [said(message.did.join(", "))]) : __("It wrote nothing meanwhile."),
						].join("<br>"),
					});
				})
	);
}

// Inviting families and partners to their page, from a student group, a learner, a partner, and the list of invitations.
frappe.provide("vsv");

const VSV_INVITE = "vsv_app.api.portal.invitations";

// A dialog that says who there is to invite, and how; `about` names a student_group, a student or a stakeholder.
vsv.invite = async function (about, done) {
	const of_family = !about.stakeholder;
	const ask = (who) =>
		frappe.call({ method: `${VSV_INVITE}.begins`, type: "GET", args: { ...about, who } }).then(({ message }) => message);
	const first = await ask("Guardians");
	const dialog = new frappe.ui.Dialog({
		title: __("Invite"),
		fields: [
			...(of_family
				? [{
						fieldname: "who", fieldtype: "Select", label: __("Who"), default: "Guardians", reqd: 1,
						options: [
							{ value: "Guardians", label: __("Guardians") },
							{ value: "Learners", label: __("Learners") },
							{ value: "Both", label: __("Guardians and learners") },
						],
						onchange: () => ask(dialog.get_value("who")).then(show),
				  }]
				: []),
			{
				fieldname: "how", fieldtype: "Select", label: __("How"), default: "Mail", reqd: 1,
				options: [
					{ value: "Mail", label: __("By mail, and a letter where there is no address") },
					{ value: "Letter", label: __("A printed letter for everybody") },
				],
			},
			{
				fieldname: "language", fieldtype: "Select", label: __("Language"), reqd: 1,
				description: __("For whom no language is known yet. Everybody can choose another on the page."),
				options: first.languages, default: frappe.boot.lang in Object.fromEntries(first.languages.map((one) => [one.value, 1])) ? frappe.boot.lang : "en",
			},
			{ fieldname: "counted", fieldtype: "HTML" },
		],
		primary_action_label: __("Invite"),
		primary_action: (values) => {
			dialog.hide();
			frappe.call({ method: `${VSV_INVITE}.invite`, args: { ...about, ...values }, freeze: true }).then(({ message }) => vsv.invited(message, done));
		},
	});
	function show(counted) {
		const fresh = counted.with_address + counted.without_address;
		const lines = [
			fresh
				? __("To invite: {0}, of them without an address: {1}", [fresh, counted.without_address])
				: __("Everybody was invited already. Those who have not signed in are invited once more from the list."),
			...Object.entries(counted.states).map(([state, count]) => `${__(state)}: ${count}`),
		];
		dialog.fields_dict.counted.$wrapper.html(lines.map((line) => `<p>${frappe.utils.escape_html(line)}</p>`).join(""));
		dialog.get_primary_btn().prop("disabled", !fresh);
	}
	show(first);
	dialog.show();
};

// Chooses a group first, of those that the reader may invite.
vsv.invite_a_group = async function (done) {
	const { message: options } = await frappe.call({ method: `${VSV_INVITE}.groups`, type: "GET" });
	frappe.prompt(
		{ fieldname: "student_group", fieldtype: "Autocomplete", options, label: __("Group"), reqd: 1 },
		(values) => vsv.invite(values, done),
		__("Invite A Group"),
		__("Next")
	);
};

// Says what went out; letters are printed from here.
vsv.invited = function ({ mailed, letters }, done) {
	if (done) done();
	if (!letters.length) return frappe.show_alert({ message: __("Mails on their way: {0}", [mailed]), indicator: "green" });
	const dialog = frappe.msgprint({
		title: __("Letters"),
		message: [
			mailed ? __("Mails on their way: {0}", [mailed]) : "",
			__("Letters to print: {0}", [letters.length]),
			__("The codes are made as they are printed. Printing once more ends the codes of earlier letters."),
		].filter(Boolean).join("<br>"),
		primary_action: { label: __("Print Letters"), action: () => (vsv.print_letters(letters), frappe.hide_msgprint()) },
	});
	return dialog;
};

vsv.print_letters = (names) =>
	open_url_post(`/api/method/${VSV_INVITE}.letters`, { names: JSON.stringify(names) }, true);

function vsv_offer_invite(frm, field) {
	if (frm.is_new() || !frappe.model.can_write("Family Invitation")) return;
	const group = __("Early Warning");
	frm.add_custom_button(__("Invite"), () => vsv.invite({ [field]: frm.doc.name }), group);
	if (field !== "stakeholder")
		frm.add_custom_button(__("Invitations"), () => frappe.set_route("List", "Family Invitation", { [field]: frm.doc.name }), group);
}

frappe.ui.form.on("Student Group", { refresh: (frm) => vsv_offer_invite(frm, "student_group") });
frappe.ui.form.on("Student", { refresh: (frm) => vsv_offer_invite(frm, "student") });
frappe.ui.form.on("Stakeholder", {
	refresh: (frm) => frm.perm[0].write && vsv_offer_invite(frm, "stakeholder"),
});

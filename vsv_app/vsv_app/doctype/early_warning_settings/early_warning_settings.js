frappe.ui.form.on("Early Warning Settings", {
	refresh(frm) {
		frappe.call({ method: "vsv_app.api.attendance.school_day.what_is_missing", type: "GET" }).then(({ message }) => {
			frm.dashboard.clear_headline();
			if (!message?.length) return;
			const list = document.createElement("ul");
			list.className = "vsv-to-do";
			list.append(...message.map((one) => to_do(frm, one)));
			frm.dashboard.set_headline_alert(`<b>${__("Still to do")}</b>`, "orange");
			frm.layout.message.find(".form-message").last().append(list);
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

// A sentence, and the button that does it: a place to go to, a field, a tick, a command to copy, or a dialog.
function to_do(frm, { sentence, label, route, filters, field, tick, command, dialog, role }) {
	const made = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
	const item = made("li", "", { style: "margin:6px 0" });
	item.append(made("span", `${sentence} `));
	if (!label) return item;
	const button = made("button", label, { type: "button", className: "btn btn-default btn-xs" });
	button.setAttribute("aria-label", `${label}: ${sentence}`);
	button.addEventListener("click", () => {
		if (command) frappe.utils.copy_to_clipboard(command);
		else if (field) frm.scroll_to_field(field);
		else if (dialog) DIALOGS[dialog](frm, role);
		else if (tick) frm.set_value(tick, 1).then(() => frm.save());
		else {
			frappe.route_options = Object.keys(filters).length ? filters : null;
			const [kind, doctype, name] = route;
			if (kind === "Form" && name?.startsWith("new-")) frappe.new_doc(doctype);
			else frappe.set_route(route);
		}
	});
	item.append(button);
	return item;
}

const DIALOGS = {
	invite: (frm) => frappe.require("/assets/vsv_app/js/invite.js", () => vsv.invite_a_group(() => frm.reload_doc())),
	role: give_role,
};

// Chooses who has a role. Users are the site administrator's: to anybody else their list is shown, to ask from.
function give_role(frm, role) {
	if (!frappe.model.can_write("User")) return frappe.set_route("List", "User", { enabled: 1 });
	frappe.prompt(
		[
			{
				fieldname: "user", fieldtype: "Link", options: "User", label: __("Who"), reqd: 1,
				get_query: () => ({ filters: { enabled: 1, user_type: "System User" } }),
			},
		],
		async ({ user }) => {
			const { message: doc } = await frappe.call({ method: "frappe.client.get", type: "GET", args: { doctype: "User", name: user } });
			doc.roles = [...(doc.roles || []), { doctype: "Has Role", parenttype: "User", parentfield: "roles", parent: user, role }];
			await frappe.call({ method: "frappe.client.save", args: { doc }, freeze: true });
			frappe.show_alert({ message: __("{0} has the role {1}.", [user, __(role)].map(frappe.utils.escape_html)), indicator: "green" });
			frm.reload_doc();
		},
		__(role),
		__("Give The Role")
	);
}

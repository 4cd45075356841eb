frappe.ui.form.on("Attendance Gateway", {
	setup(frm) {
		frm.get_docfield("alarm").formatter = (value) => frappe.utils.escape_html(value || "");
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.enabled && frm.doc.last_seen && frm.doc.status !== "Online") {
			const since = frappe.datetime.str_to_user(frm.doc.last_seen);
			frm.dashboard.set_headline_alert(__("Not heard since {0}", [since]), "red");
		} else if (frm.doc.alarm) frm.dashboard.set_headline_alert(frappe.utils.escape_html(frm.doc.alarm), "red");
		show_doors(frm);
		if (!frm.perm[0]?.write) return;
		frm.add_custom_button(__("Provision"), () => provision(frm));
		if (frm.doc.status === "Online") offer_orders(frm);
	},
});

// A line a day for each terminal: green while it read, red while it could not. Said in words below it.
function show_doors(frm) {
	frappe.call({ method: "vsv_app.api.gateways.doors.watched", type: "GET", args: { gateway: frm.doc.name } }).then(({ message: doors }) => {
		if (!doors?.length) return;
		const made = (tag, style = "", text = "") => Object.assign(document.createElement(tag), { style, textContent: text });
		const within = (parent, ...children) => (parent.append(...children), parent);
		const stretch = ({ from, to, why }, colour) => {
			const part = made("span", `position:absolute;inset-block:0;left:${from}%;width:${Math.max(to - from, why ? 0.5 : 0)}%;background:${colour}`);
			part.title = why || "";
			return part;
		};
		const line = (day) =>
			within(
				made("div", "display:flex;gap:8px;align-items:center"),
				made("small", "flex:0 0 6.5rem", day.label),
				within(
					made("span", "position:relative;flex:1;height:10px;border-radius:5px;overflow:hidden;background:var(--gray-200)"),
					stretch(day, "var(--green-500)"),
					...day.blind.map((part) => stretch(part, "var(--red-500)"))
				)
			);
		const said = (spans) => within(made("ul", "margin:4px 0 0;padding-inline-start:1.2rem"), ...spans.slice(0, 12).map((one) => made("li", "", one)));
		const blocks = doors.map(({ terminal, days, spans }) =>
			within(made("div", "margin-bottom:12px"), made("b", "", terminal), ...days.map(line), spans.length ? said(spans) : made("small", "", __("It could read all the time.")))
		);
		frm.dashboard.add_section(within(made("div"), ...blocks), __("What the Doors Could See"));
		frm.dashboard.show();
	});
}

function offer_orders(frm) {
	const group = __("At the Door");
	const offer = (label, act) => frm.add_custom_button(label, act, group);
	offer(__("Read New Badges"), () => read_badges(frm));
	offer(__("Stop Reading New Badges"), () => order(frm, { command: "stop-enrol" }));
	offer(__("Show Which Gateway This Is"), () => order(frm, { command: "identify" }));
	offer(__("Fetch the Badges Now"), () => order(frm, { command: "refresh-roster" }));
}

function order(frm, args) {
	return frappe
		.call({ method: "vsv_app.api.gateways.doors.order", type: "POST", args: { gateway: frm.doc.name, ...args }, freeze: true })
		.then(() => frappe.show_alert({ message: __("The gateway has been asked."), indicator: "green" }));
}

function read_badges(frm) {
	const terminals = frm.doc.terminals.filter((row) => row.enabled).map((row) => row.terminal);
	frappe.prompt(
		[
			{ fieldname: "terminal", fieldtype: "Select", label: __("Terminal"), options: terminals, default: terminals[0], reqd: 1 },
			{
				fieldname: "minutes",
				fieldtype: "Int",
				label: __("Minutes"),
				default: 10,
				reqd: 1,
				description: __("Hold new badges to it, one by one. Meanwhile it checks nobody in. Each is listed under Student Badge, in stock: open it and choose the learner."),
			},
		],
		({ terminal, minutes }) => order(frm, { command: "enrol", terminal, seconds: 60 * minutes }),
		__("Read New Badges"),
		__("Start")
	);
}

// The code is shown once; what is kept of it is a hash.
function provision(frm) {
	frappe
		.call({ method: "vsv_app.api.gateways.doors.make_code", type: "POST", args: { gateway: frm.doc.name }, freeze: true })
		.then(({ message: made }) => {
			if (!made) return;
			const dialog = new frappe.ui.Dialog({ title: __("One-Time Code"), size: "large", fields: [{ fieldname: "told", fieldtype: "HTML" }] });
			dialog.fields_dict.told.$wrapper.append(provisioning(made));
			dialog.show();
			frm.reload_doc();
		});
}

function provisioning({ command, qr, broker, host_is_missing }) {
	const made = (tag, text = "", more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
	const within = (parent, ...children) => (parent.append(...children.filter(Boolean)), parent);
	const to_copy = (text, about) => {
		const button = made("button", __("Copy"), { type: "button", className: "btn btn-default btn-xs" });
		button.setAttribute("aria-label", `${__("Copy")}: ${about}`);
		button.addEventListener("click", () => frappe.utils.copy_to_clipboard(text));
		const lines = made("pre", text, { style: "white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;color:var(--text-color)", tabIndex: 0 });
		return within(made("div", "", { style: "margin-bottom:12px" }), lines, button);
	};
	return within(
		made("div", "", { className: "vsv-provisioning" }),
		host_is_missing && made("p", __("Gateways would look for the broker on themselves: fill in Broker Host For Gateways in Early Warning Settings first."), { style: "padding:8px 12px;border-inline-start:4px solid var(--orange-500);background:var(--bg-light-gray);color:var(--text-color)" }),
		made("p", __("1. On the gateway, type within one hour (or read it with a phone):")),
		to_copy(command, __("On the gateway")),
		made("img", "", { src: qr, alt: __("The command as a QR code"), style: "display:block;width:220px;max-width:100%;margin-bottom:12px" }),
		made("p", __("2. On the broker's machine, so that it knows this gateway:")),
		to_copy(broker.join("\n"), __("On the broker's machine")),
		made("p", __("The code works once. A new one makes it worthless."), { style: "color:var(--text-color)" })
	);
}

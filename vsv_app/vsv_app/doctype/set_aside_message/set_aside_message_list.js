frappe.listview_settings["Set Aside Message"] = {
	hide_name_column: true,
	add_fields: ["explanation_words"],
	formatters: {
		// Written down in English; each reader sees it in their own language.
		explanation(english, _df, doc) {
			const said = (part) => (Array.isArray(part) ? __(part[0], part.slice(1).map(said)) : __(part));
			return frappe.utils.escape_html(doc.explanation_words ? said(JSON.parse(doc.explanation_words)) : english || "");
		},
	},
	filters: [["status", "=", "Open"]],
	onload(list) {
		const act = (method) => () => {
			const names = list.get_checked_items(true);
			const shown = () => {
				list.clear_checked_items();
				list.last_args = null; // Frappe drops a refresh that asks the same within three seconds.
				list.refresh();
			};
			frappe.call({ method, type: "POST", args: { names }, freeze: true }).then(shown);
		};
		list.page.add_actions_menu_item(__("Try Again"), act("vsv_app.api.gateways.set_aside.try_again"), false);
		list.page.add_actions_menu_item(__("Dismiss"), act("vsv_app.api.gateways.set_aside.dismiss"), false);
	},
};

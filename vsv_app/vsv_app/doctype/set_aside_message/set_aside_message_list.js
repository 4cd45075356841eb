frappe.listview_settings["Set Aside Message"] = {
	hide_name_column: true,
	filters: [["status", "=", "Open"]],
	onload(list) {
		const act = (method) => () => {
			const names = list.get_checked_items(true);
			frappe.call({ method, type: "POST", args: { names }, freeze: true }).then(() => list.refresh());
		};
		list.page.add_actions_menu_item(__("Try Again"), act("vsv_app.api.set_aside.try_again"), false);
		list.page.add_actions_menu_item(__("Dismiss"), act("vsv_app.api.set_aside.dismiss"), false);
	},
};

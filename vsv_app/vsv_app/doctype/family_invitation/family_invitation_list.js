frappe.listview_settings["Family Invitation"] = {
	add_fields: ["status", "how"],
	hide_name_column: true,

	onload(list) {
		frappe.require("/assets/vsv_app/js/invite.js", () => {
			const method = (name) => `vsv_app.api.portal.invitations.${name}`;
			const names = () => list.get_checked_items(true);
			const call = (name, args) => frappe.call({ method: method(name), args: { names: names(), ...args }, freeze: true });
			const again = () => {
				list.last_args = null; // Frappe drops a refresh that asks the same within three seconds.
				list.clear_checked_items();
				list.refresh();
			};
			list.page.add_inner_button(__("Invite A Group"), () => vsv.invite_a_group(again));
			list.page.add_actions_menu_item(__("Invite Once More"), () =>
				call("once_more").then(({ message }) => vsv.invited(message, again))
			);
			list.page.add_actions_menu_item(__("Print Letters"), () => vsv.print_letters(names()));
			list.page.add_actions_menu_item(__("Mark As Not Arrived"), () => call("came_back").then(again));
			list.page.add_actions_menu_item(__("Withdraw The Code"), () => call("withdraw").then(again));
		});
	},
};

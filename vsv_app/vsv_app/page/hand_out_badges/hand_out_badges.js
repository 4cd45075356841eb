// Badges of a group, one by one, and card numbers from a list. The screen comes with this page, by `page_js` in hooks.py.
frappe.pages["hand-out-badges"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Hand Out Badges"), single_column: true });
	wrapper.screen = new HandOutBadges.Screen(page.main.get(0));
	page.add_inner_button(__("Bring In Card Numbers"), () => wrapper.screen.bringIn());
	page.set_secondary_action(__("Refresh"), () => wrapper.screen.refresh(), "refresh");
};

frappe.pages["hand-out-badges"].on_page_show = (wrapper) => wrapper.screen.show(frappe.route_options);
frappe.pages["hand-out-badges"].on_page_hide = (wrapper) => wrapper.screen.leave();

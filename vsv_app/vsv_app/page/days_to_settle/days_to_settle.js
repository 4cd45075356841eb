// Days that wait for the attendance officer. The screen comes with this page, by `page_js` in hooks.py.
frappe.pages["days-to-settle"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Days To Settle"), single_column: true });
	wrapper.screen = new DaysToSettle.Screen(page.main.get(0));
	page.set_secondary_action(__("Refresh"), () => wrapper.screen.refresh(), "refresh");
};

frappe.pages["days-to-settle"].on_page_show = (wrapper) => wrapper.screen.refresh();

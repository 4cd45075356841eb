// Who is not in. The screen comes with this page, by `page_js` in hooks.py.
frappe.pages["not-in-today"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Not In Today"), single_column: true });
	wrapper.screen = new NotInToday.Screen(page.main.get(0));
	page.set_secondary_action(__("Refresh"), () => wrapper.screen.refresh(), "refresh");
	page.add_menu_item(__("Print or export"), () => frappe.set_route("query-report", "Not In Today", { day: wrapper.screen.day }));
	setInterval(() => frappe.get_route()[0] === "not-in-today" && wrapper.screen.refreshIfIdle(), 60000);
};

frappe.pages["not-in-today"].on_page_show = (wrapper) => wrapper.screen.refresh();

// Meetings of the care team. The screen comes with this page, by `page_js` in hooks.py.
frappe.pages["care-meetings"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Care Meetings"), single_column: true });
	wrapper.screen = new CareMeetings.Screen(page.main.get(0), page);
};

frappe.pages["care-meetings"].on_page_show = (wrapper) => wrapper.screen.show(frappe.get_route());

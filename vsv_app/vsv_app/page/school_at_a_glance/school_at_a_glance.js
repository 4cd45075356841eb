// How the school does, for who leads it. The screen comes with this page, by `page_js` in hooks.py.
frappe.pages["school-at-a-glance"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("The School At A Glance"), single_column: true });
	wrapper.screen = new SchoolAtAGlance.Screen(page.main.get(0));
	page.set_secondary_action(__("Refresh"), () => wrapper.screen.refresh(), "refresh");
};

frappe.pages["school-at-a-glance"].on_page_show = (wrapper) => wrapper.screen.refresh();

// The mentors of all groups in one grid. The screen comes with this page, by `page_js` in hooks.py.
frappe.pages["mentors"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Mentors"), single_column: true });
	wrapper.screen = new MentorGrid.Screen(page.main.get(0));
	page.set_primary_action(__("Save"), () => wrapper.screen.save());
	page.add_inner_button(__("Copy Last Year"), () => wrapper.screen.copyLastYear());
	page.add_inner_button(__("From a List"), () => wrapper.screen.fromList());
	page.add_inner_button(__("All Assignments"), () => frappe.set_route("List", "Mentor Assignment"));
};

frappe.pages["mentors"].on_page_show = (wrapper) => wrapper.screen.refresh();

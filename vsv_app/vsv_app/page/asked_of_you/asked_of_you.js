// What is asked of somebody without a board. The section comes with this page, by `page_js` in hooks.py.
frappe.pages["asked-of-you"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Asked Of You"), single_column: true });
	wrapper.section = new AskedOfYou.Section(__("Nothing is asked of you now."));
	wrapper.section.element.style.padding = "var(--padding-md)";
	page.main.get(0).append(wrapper.section.element);
	page.set_secondary_action(__("Refresh"), () => wrapper.section.refresh(), "refresh");
};

frappe.pages["asked-of-you"].on_page_show = (wrapper) => wrapper.section.refresh();

frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Plans By Status"] = {
	method: "vsv_app.api.care.plans.plans_by_status",
	filters: [],
};

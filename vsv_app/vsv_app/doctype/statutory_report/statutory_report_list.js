frappe.listview_settings["Statutory Report"] = {
	add_fields: ["status", "due_on"],
	hide_name_column: true,
	filters: [["status", "=", "To Check"]],
	get_indicator(doc) {
		if (doc.status === "To Check" && doc.due_on < frappe.datetime.get_today()) {
			return [__("Overdue"), "red", `status,=,To Check|due_on,<,${frappe.datetime.get_today()}`];
		}
		const colours = { "To Check": "orange", Reported: "green", "Not Needed": "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		for (const [kind, label] of [["csv", __("Export CSV")], ["pdf", __("Export PDF")]]) {
			list.page.add_action_item(label, () => {
				const names = encodeURIComponent(JSON.stringify(list.get_checked_items(true)));
				window.open(`/api/method/vsv_app.api.signals.statutory_reports.statutory_${kind}?names=${names}`);
			});
		}
	},
};

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
		offer_words(list);
		for (const [kind, label] of [["csv", __("Export CSV")], ["pdf", __("Export PDF")]]) {
			list.page.add_action_item(label, () => {
				const names = encodeURIComponent(JSON.stringify(list.get_checked_items(true)));
				window.open(`/api/method/vsv_app.api.signals.statutory_reports.statutory_${kind}?names=${names}`);
			});
		}
	},
};

// The kinds and the words of the register are those of the rules in use.
function offer_words(list) {
	const asked = { filters: { statutory: 1 }, fields: ["report_kinds", "register_statuses"], limit: 0 };
	frappe.db.get_list("Early Warning Rule", asked).then((rules) => {
		for (const [field, lines] of [["kind", "report_kinds"], ["register_status", "register_statuses"]]) {
			const filter = list.page.fields_dict[field];
			if (!filter) continue;
			const words = [...new Set(rules.flatMap((rule) => (rule[lines] || "").split("\n").filter(Boolean)))];
			filter.df.options = [{ value: "", label: "" }, ...words.map((value) => ({ value, label: __(value) }))];
			filter.refresh();
		}
	});
}

let labels = {};

frappe.listview_settings["Early Warning Rule"] = {
	add_fields: ["enabled", "unit"],
	hide_name_column: true,
	onload(list) {
		if (frappe.model.can_write("Early Warning Rule")) {
			list.page.add_inner_button(__("Packs"), () => choose_packs(list));
		}
		frappe.call({ method: "vsv_app.api.signals.rules.indicators", type: "GET" }).then(({ message: found }) => {
			labels = Object.fromEntries(found.map(({ value, label }) => [value, label]));
			list.refresh();
		});
	},
	get_indicator(doc) {
		return doc.enabled ? [__("Switched On"), "green", "enabled,=,1"] : [__("Switched Off"), "gray", "enabled,=,0"];
	},
	// What a pack brought is stored in English, and read in the language of each reader.
	formatters: {
		title: (value) => __(value),
		indicator: (code) => labels[code] || code,
		threshold: (value, _field, doc) => `${format_number(value, null, 0)} ${__(doc.unit || "")}`,
	},
};

// Only what a person changes is switched: in a pack that is on, single rules may be off.
function choose_packs(list) {
	frappe.call({ method: "vsv_app.api.signals.rules.packs", type: "GET" }).then(({ message: packs }) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Packs"),
			fields: packs.flatMap(fields_of_pack),
			primary_action_label: __("Save"),
			primary_action(chosen) {
				const changed = packs.filter((pack) => Boolean(chosen[pack.pack]) !== Boolean(pack.enabled));
				const switched = changed.map((pack) =>
					frappe.xcall("vsv_app.api.signals.rules.switch_pack", { pack: pack.pack, enabled: chosen[pack.pack] ? 1 : 0 })
				);
				Promise.all(switched).then((rules) => {
					dialog.hide();
					frappe.show_alert({ message: __("{0} rules changed.", [rules.flat().length]), indicator: "green" });
					list.last_args = null; // Frappe drops a refresh that asks the same within three seconds.
					list.refresh();
				});
			},
		});
		dialog.show();
		for (const pack of packs) offer_preview(dialog.fields_dict[`preview_${pack.pack}`].$wrapper, pack);
	});
}

/** What a pack would bring with the next night, before anybody switches it on. */
function offer_preview(area, pack) {
	if (pack.enabled === pack.rules) return;
	const label = __("What Would It Bring Tomorrow?");
	const button = $(`<button class="btn btn-default btn-xs" type="button"></button>`).text(label).attr("aria-label", `${label} ${__(pack.title)}`);
	const result = $(`<div class="mt-2 mb-3" role="status"></div>`);
	area.append(button, result);
	button.on("click", () =>
		frappe.call({ method: "vsv_app.api.signals.rules.preview_pack", type: "GET", args: { pack: pack.pack }, btn: button }).then(({ message }) => message && result.empty().append(preview_of(message)))
	);
}

function preview_of(found) {
	const line = (text) => $("<p class='mb-1'></p>").text(text);
	const list = (items) => $("<ul class='mb-1'></ul>").append(items.map((text) => $("<li></li>").text(text)));
	const parts = [line(found.learners === 1 ? __("1 learner would get a signal, by the records up to {0}.", [found.day]) : __("{0} learners would get a signal, by the records up to {1}.", [found.learners, found.day]))];
	if (found.rules.length) parts.push(list(found.rules.map(({ title, signals }) => `${title}: ${signals}`)));
	if (found.mentors.length) parts.push(line(__("On whose desk, in learners:")), list(found.mentors.map(({ mentor, learners }) => `${mentor || __("nobody's: they have no mentor")}: ${learners}`)));
	for (const title of found.live) parts.push(line(__("{0} looks at the running day: what it brings shows in the morning.", [title])));
	for (const why of found.broken) parts.push(line(why));
	return parts;
}

function fields_of_pack(pack) {
	const state = __("{0} of {1} rules are on.", [pack.enabled, pack.rules]);
	return [
		{
			fieldname: pack.pack,
			fieldtype: "Check",
			label: __(pack.title),
			description: `${frappe.utils.escape_html(__(pack.description))} ${state}`,
			default: pack.enabled ? 1 : 0,
		},
		{ fieldname: `preview_${pack.pack}`, fieldtype: "HTML" },
	];
}

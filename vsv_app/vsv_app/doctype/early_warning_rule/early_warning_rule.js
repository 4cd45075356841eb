frappe.ui.form.on("Early Warning Rule", {
	refresh(frm) {
		show_button(frm);
		name_indicators(frm);
		tell_state(frm);
	},
	indicator(frm) {
		tell_indicator(frm);
		frm.set_value("unit", indicator_of(frm.doc.indicator)?.unit || "");
	},
});

function tell_state(frm) {
	const reason = frm.doc.__onload?.not_used_because;
	if (reason) {
		frm.dashboard.set_headline_alert(frappe.utils.escape_html(__("This rule is switched on and looks at nobody. {0}", [reason])), "red");
	} else if (frm.doc.pack_update) {
		const values = frm.doc.pack_update.split("\n").map((line) => `<li>${frappe.utils.escape_html(with_label(frm, line))}</li>`);
		frm.dashboard.set_headline_alert(`${__("A newer version of the pack has other values than the school:")}<ul>${values.join("")}</ul>`, "blue");
	}
}

// "threshold: 450" as the form calls it.
function with_label(frm, line) {
	const [field, ...value] = line.split(": ");
	const label = frm.meta.fields.find((one) => one.fieldname === field)?.label;
	return `${label ? __(label) : field}: ${__(value.join(": "))}`;
}

frappe.ui.form.on("Early Warning Rule Condition", {
	indicator(_frm, doctype, name) {
		const row = locals[doctype][name];
		frappe.model.set_value(doctype, name, "unit", indicator_of(row.indicator)?.unit || "");
	},
});

let known_indicators = [];

function indicator_of(code) {
	return known_indicators.find((one) => one.value === code);
}

// People choose by name; what is stored is the code.
function name_indicators(frm) {
	frappe.call({ method: "vsv_app.api.early_warning.indicators", type: "GET" }).then(({ message: found }) => {
		known_indicators = found;
		const options = [{ value: "", label: "" }, ...found.map(({ value, label }) => ({ value, label }))];
		frm.set_df_property("indicator", "options", options);
		frm.fields_dict.conditions.grid.update_docfield_property("indicator", "options", options);
		frm.fields_dict.conditions.grid.refresh();
		tell_indicator(frm);
	});
}

function tell_indicator(frm) {
	const found = indicator_of(frm.doc.indicator);
	const definition = found ? frappe.utils.escape_html(found.definition) : "";
	const link = found?.source ? ` <a href="${frappe.utils.escape_html(found.source)}" target="_blank" rel="noopener">${__("Source")}</a>` : "";
	frm.set_df_property("indicator", "description", definition + link);
}

function show_button(frm) {
	const area = frm.get_field("preview").$wrapper.empty();
	const intro = __("Whom this rule would have flagged in each week of the past year, as it stands in the form, saved or not.");
	$(`<p class="text-muted"></p>`).text(intro).appendTo(area);
	const button = $(`<button class="btn btn-default btn-sm" type="button"></button>`).text(__("Show The Past Year")).appendTo(area);
	const result = $(`<div class="mt-4" aria-live="polite"></div>`).appendTo(area);
	button.on("click", () => {
		result.empty();
		frappe.call({
			method: "vsv_app.api.early_warning.preview_rule",
			args: { rule: JSON.stringify(frm.doc) },
			btn: button,
			callback: ({ message }) => message && show(result, message),
		});
	});
}

function show(area, found) {
	line(area, __("{0} of {1} learners would have been flagged.", [found.flagged_total, found.learners]));
	if (found.busiest) {
		line(area, __("Busiest desk: {0}, with {1} alerts in the week of {2}.", [found.busiest.mentor, found.busiest.alerts, frappe.datetime.str_to_user(found.busiest.monday)]));
	}
	line(area, __("Learners flagged in each week, and new alerts among them:"));
	const chart = $(`<div></div>`).appendTo(area);
	// Drawn at once: a chart that moves breaks when the form changes its width meanwhile.
	new frappe.Chart(chart[0], {
		type: "bar",
		height: 240,
		animate: 0,
		disableEntryAnimation: 1,
		colors: ["#145f68", "#c98a2b"],
		axisOptions: { xIsSeries: found.weeks.length > 16 ? 1 : 0 },
		data: {
			labels: found.weeks.map((week) => short_day(week.monday)),
			datasets: [
				{ name: __("Flagged"), values: found.weeks.map((week) => week.flagged) },
				{ name: __("New"), values: found.weeks.map((week) => week.raised) },
			],
		},
	});
	table(area, __("Alerts per mentor"), [__("Mentor"), __("Alerts in the year"), __("Most in a week")],
		found.mentors.map((one) => [one.mentor || __("Nobody yet"), one.alerts, one.most_in_a_week]));
	table(area, __("Also flagged by rules in use"), [__("Rule"), __("Learners"), __("Share of them")],
		found.overlap.map((one) => [__(one.title), one.both, percent(one.share)]));
	if (found.validity) {
		const v = found.validity;
		table(area, __("Against recorded leavers"), [__("Measure"), __("Value")], [
			[__("Left with a recorded reason"), v.left],
			...Object.entries(v.reasons).map(([reason, count]) => [__("Among them: {0}", [reason]), count]),
			[__("Of those flagged, left (precision)"), percent(v.precision)],
			[__("Of those who left, flagged before (recall)"), percent(v.recall)],
			[__("Both in one figure (F1)"), percent(v.f1)],
			[__("Days from flag to leaving, in the median (lead time)"), v.lead_days ?? "–"],
		]);
	}
	table(area, __("Learners"), [__("Learner"), __("First flagged")],
		found.flagged.map((one) => [one.name, frappe.datetime.str_to_user(one.first)]));
}

function percent(share) {
	return share === null ? "–" : `${Math.round(100 * share)} %`;
}

function line(area, text) {
	$(`<p></p>`).text(text).appendTo(area);
}

function table(area, title, heads, rows) {
	if (!rows.length) return;
	$(`<h5 class="mt-4"></h5>`).text(title).appendTo(area);
	const made = $(`<table class="table table-bordered table-sm"><thead><tr></tr></thead><tbody></tbody></table>`).appendTo(area);
	heads.forEach((head) => $(`<th scope="col"></th>`).text(head).appendTo(made.find("thead tr")));
	rows.forEach((row) => {
		const tr = $(`<tr></tr>`).appendTo(made.find("tbody"));
		row.forEach((cell) => $(`<td></td>`).text(cell).appendTo(tr));
	});
}

function short_day(date) {
	const language = (frappe.boot.lang || "en").split("-")[0];
	return new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }).format(frappe.datetime.str_to_obj(date));
}

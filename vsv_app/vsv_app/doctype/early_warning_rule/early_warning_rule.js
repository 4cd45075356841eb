frappe.ui.form.on("Early Warning Rule", {
	refresh(frm) {
		show_button(frm);
		name_indicators(frm);
		speak_language(frm);
		tell_state(frm);
		// As a severity it is another word than as a document, in languages that tell them apart.
		frm.get_docfield("severity").formatter = (value) => frappe.utils.escape_html(__(value || "", null, frm.doctype));
		frm.refresh_field("severity");
	},
	indicator(frm) {
		tell_indicator(frm);
		frm.set_value("unit", indicator_of(frm.doc.indicator)?.unit || "");
	},
});

// What a pack brought is stored in English, and read in the language of each reader.
function speak_language(frm) {
	frm.get_field("unit").df.formatter = in_own_language;
	frm.refresh_field("unit");
	for (const field of ["title", "basis", "advice"]) {
		const english = frm.doc[field];
		const own = english ? __(english) : english;
		if (own !== english) frm.set_df_property(field, "description", frappe.utils.escape_html(__("Reads in your language: {0}", [own])));
	}
}

function in_own_language(english) {
	return frappe.utils.escape_html(__(english || ""));
}

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
	frappe.call({ method: "vsv_app.api.signals.rules.indicators", type: "GET" }).then(({ message: found }) => {
		known_indicators = found;
		const options = [{ value: "", label: "" }, ...found.map(({ value, label }) => ({ value, label }))];
		frm.set_df_property("indicator", "options", options);
		const { grid } = frm.fields_dict.conditions;
		grid.update_docfield_property("indicator", "options", options);
		grid.update_docfield_property("indicator", "formatter", (code) => frappe.utils.escape_html(indicator_of(code)?.label || code || ""));
		grid.update_docfield_property("unit", "formatter", in_own_language);
		grid.refresh();
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
	button.on("click", () => look_back(frm, button, result));
}

// `reasons`: leavers with one of these alone count as early leavers; without them each that has a reason.
function look_back(frm, button, result, reasons) {
	frappe.call({
		method: "vsv_app.api.signals.rules.preview_rule",
		args: { rule: JSON.stringify(frm.doc), ...(reasons && { reasons: JSON.stringify(reasons) }) },
		btn: button,
		callback: ({ message }) => message && show(result.empty(), message, reasons, (chosen) => look_back(frm, button, result, chosen)),
		error: () => result.empty(),
	});
}

function show(area, found, reasons, count_anew) {
	line(area, __("{0} of {1} learners would have been flagged.", [found.flagged_total, found.learners]));
	if (found.busiest) {
		line(area, __("Busiest desk: {0}, with {1} alerts in the week of {2}.", [found.busiest.mentor, found.busiest.alerts, frappe.datetime.str_to_user(found.busiest.monday)]));
	}
	line(area, __("Learners flagged in each week, and new alerts among them:"));
	draw(area, found.weeks);
	folded(area, __("Whom in each week"), [__("Week of"), __("Flagged"), __("New"), __("Learners")],
		found.weeks.filter((week) => week.flagged).map((week) => [short_day(week.monday), week.flagged, week.raised, listed(week)]));
	const name = (one) => one.mentor || __("Nobody yet");
	table(area, __("Alerts per mentor"), [__("Mentor"), __("Alerts in the year"), __("Most in a week")],
		found.mentors.map((one) => [name(one), one.alerts, one.most_in_a_week]));
	const busy = found.weeks.map((week) => week.monday).filter((monday) => found.mentors.some((one) => one.by_week[monday]));
	folded(area, __("Alerts per mentor and week"), [__("Mentor"), ...busy.map(short_day)],
		found.mentors.map((one) => [name(one), ...busy.map((monday) => one.by_week[monday] || "")]));
	table(area, __("Also flagged by rules in use"), [__("Rule"), __("Learners"), __("Share of them")],
		found.overlap.map((one) => [__(one.title), one.both, percent(one.share)]));
	show_validity(area, found, reasons, count_anew);
	table(area, __("Learners"), [__("Learner"), __("First flagged")],
		found.flagged.map((one) => [one.name, frappe.datetime.str_to_user(one.first)]));
	if (found.flagged_total > found.flagged.length) line(area, __("and {0} more", [found.flagged_total - found.flagged.length]));
}

function draw(area, weeks) {
	const chart = $(`<div></div>`).appendTo(area);
	// Drawn at once: a chart that moves breaks when the form changes its width meanwhile.
	new frappe.Chart(chart[0], {
		type: "bar",
		height: 240,
		animate: 0,
		disableEntryAnimation: 1,
		colors: ["#145f68", "#c98a2b"],
		axisOptions: { xIsSeries: weeks.length > 16 ? 1 : 0 },
		data: {
			labels: weeks.map((week) => short_day(week.monday)),
			datasets: [
				{ name: __("Flagged"), values: weeks.map((week) => week.flagged) },
				{ name: __("New"), values: weeks.map((week) => week.raised) },
			],
		},
	});
}

function show_validity(area, found, reasons, count_anew) {
	const recorded = Object.entries(found.reasons);
	if (!recorded.length) return;
	const v = found.validity;
	if (v) {
		table(area, __("Against recorded leavers"), [__("Measure"), __("Value")], [
			[__("Early leavers counted"), v.left],
			[__("Of those flagged, left (precision)"), percent(v.precision)],
			[__("Of those who left, flagged before (recall)"), percent(v.recall)],
			[__("Both in one figure (F1)"), percent(v.f1)],
			[__("Days from flag to leaving, in the median (lead time)"), v.lead_days === null ? "–" : format_number(v.lead_days, null, v.lead_days % 1 ? 1 : 0)],
		]);
	} else {
		$(`<h5 class="mt-4"></h5>`).text(__("Against recorded leavers")).appendTo(area);
	}
	// Who moved to another school has left too, and is no early leaver.
	const chosen = new Set(found.counted);
	const set = $(`<fieldset><legend class="small text-muted"></legend></fieldset>`).appendTo(area);
	set.find("legend").text(__("Count as early leavers those who left with this reason:"));
	for (const [reason, count] of recorded) {
		const label = $(`<label class="mr-4"><input type="checkbox"> <span></span></label>`).appendTo(set);
		label.find("span").text(`${reason}: ${count}`);
		label.find("input").prop("checked", chosen.has(reason)).on("change", (event) => {
			chosen[event.target.checked ? "add" : "delete"](reason);
			count_anew([...chosen]);
		});
	}
}

function listed(week) {
	const more = week.flagged - week.names.length;
	return week.names.join(", ") + (more ? ` ${__("and {0} more", [more])}` : "");
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
	fill(area, heads, rows);
}

function folded(area, title, heads, rows) {
	if (!rows.length) return;
	const details = $(`<details class="mt-3"><summary></summary></details>`).appendTo(area);
	details.find("summary").text(title);
	fill($(`<div class="mt-2" style="overflow-x: auto" tabindex="0" role="region"></div>`).attr("aria-label", title).appendTo(details), heads, rows);
}

function fill(area, heads, rows) {
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

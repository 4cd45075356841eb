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
	threshold(frm) {
		frm.moved_line?.follow();
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
	threshold(frm) {
		frm.moved_line?.follow();
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
	frm.moved_line = null;
	const area = frm.get_field("preview").$wrapper.empty();
	const intro = __("Whom this rule would have flagged in each week of the past year, as it stands in the form, saved or not.");
	$(`<p class="text-muted"></p>`).text(intro).appendTo(area);
	const button = $(`<button class="btn btn-default btn-sm" type="button"></button>`).text(__("Show The Past Year")).appendTo(area);
	const result = $(`<div class="mt-4" aria-live="polite"></div>`).appendTo(area);
	button.on("click", () => look_back(frm, button, result));
}

// `asked.reasons`: leavers with one of these alone count as early leavers; without them each that has a reason. `asked.condition`:
// whose line can be moved; `asked.talks`: how many learners a week the school can talk to.
function look_back(frm, button, result, asked = {}) {
	frappe.call({
		method: "vsv_app.api.signals.rules.preview_rule",
		args: {
			rule: JSON.stringify(frm.doc),
			...(asked.reasons && { reasons: JSON.stringify(asked.reasons) }),
			...(asked.condition && { condition: asked.condition }),
			...(asked.talks !== undefined && { talks: asked.talks }),
		},
		btn: button,
		callback: ({ message }) => message && show(frm, result.empty(), message, asked, (more) => look_back(frm, button, result, { ...asked, ...more })),
		error: () => result.empty(),
	});
}

function show(frm, area, found, asked, ask_anew) {
	const flagged = line(area, flagged_in_all(found.flagged_total, found.learners));
	const busiest = line(area, busiest_desk(found.busiest));
	line(area, __("Learners flagged in each week, and new alerts among them:"));
	const chart = draw(area, found.weeks);
	move_the_line(frm, area, found, { flagged, busiest, chart }, ask_anew);
	folded(area, __("Whom in each week"), [__("Week of"), __("Flagged"), __("New"), __("Learners")],
		found.weeks.filter((week) => week.flagged).map((week) => [short_day(week.monday), week.flagged, week.raised, listed(week)]));
	const name = (one) => one.mentor || __("Nobody yet");
	table(area, __("Alerts per mentor"), [__("Mentor"), __("Alerts in the year"), __("Most in a week")],
		found.mentors.map((one) => [name(one), one.alerts, one.most_in_a_week]));
	const busy = found.weeks.map((week) => week.monday).filter((monday) => found.mentors.some((one) => one.by_week[monday]));
	folded(area, __("Alerts per mentor and week"), [__("Mentor"), ...busy.map(short_day)],
		found.mentors.map((one) => [name(one), ...busy.map((monday) => one.by_week[monday] || "")]));
	show_reach(area, found, asked, ask_anew);
	table(area, __("Also flagged by rules in use"), [__("Rule"), __("Learners"), __("Share of them")],
		found.overlap.map((one) => [__(one.title), one.both, percent(one.share)]));
	show_validity(area, found, asked, ask_anew);
	table(area, __("Learners"), [__("Learner"), __("First flagged")],
		found.flagged.map((one) => [one.name, frappe.datetime.str_to_user(one.first)]));
	if (found.flagged_total > found.flagged.length) line(area, __("and {0} more", [found.flagged_total - found.flagged.length]));
}

function flagged_in_all(flagged, learners) {
	return __("{0} of {1} learners would have been flagged.", [flagged, learners]);
}

function busiest_desk(desk) {
	return desk ? __("Busiest desk: {0}, with {1} alerts in the week of {2}.", [desk.mentor, desk.alerts, frappe.datetime.str_to_user(desk.monday)]) : "";
}

// A slider under the chart. What each place of the line comes to was sent along: nothing is asked for while it moves.
function move_the_line(frm, area, found, told, ask_anew) {
	const { line: moved } = found;
	const row = condition_row(frm, moved.condition);
	const unit = __(indicator_of(row.indicator)?.unit || "");
	const order = moved.places.map((_value, place) => place).sort((one, other) => moved.places[one] - moved.places[other]);
	const block = $(`<div class="rule-line mt-3 mb-4"></div>`).appendTo(area);
	choose_condition(frm, block, moved, ask_anew);
	const id = frappe.dom.get_unique_id();
	$(`<label class="control-label"></label>`).attr("for", id).text(__("Move the threshold and see what changes")).appendTo(block);
	const slider = $(`<input type="range" class="w-100" min="0" step="1">`).attr({ id, max: order.length - 1 }).appendTo(block);
	const value = $(`<output class="d-block font-weight-bold"></output>`).attr("for", id).appendTo(block);
	const most = line(block, "");
	const outcomes = $(`<div></div>`).appendTo(block);
	const stale = $(`<p class="text-muted"></p>`).appendTo(block);
	const position_of = (threshold) => order.findIndex((place) => moved.places[place] === threshold);

	function show_place(place) {
		const [flagged, raised] = [moved.flagged[place], moved.raised[place]];
		told.chart.update(bars(found.weeks.map((week, n) => ({ monday: week.monday, flagged: flagged[n], raised: raised[n] }))));
		told.flagged.text(flagged_in_all(moved.at_all[place], found.learners));
		told.busiest.text(busiest_desk(moved.desks[place]));
		const text = `${__(row.comparison)} ${format_number(moved.places[place], null, moved.places[place] % 1 ? 1 : 0)} ${unit}`;
		value.text(text);
		slider.attr("aria-valuetext", text);
		most.text(__("At most {0} flagged in one week, and {1} new alerts.", [Math.max(0, ...flagged), Math.max(0, ...raised)]));
		outcomes.empty();
		if (moved.outcomes.length) [precision_of, recall_of].forEach((say) => line(outcomes, say(moved.outcomes[place])));
		stale.text(place === moved.place ? "" : __("The lists below are still those of {0} {1}. Press \"Show The Past Year\" to have them for this threshold.",
			[format_number(moved.places[moved.place], null, moved.places[moved.place] % 1 ? 1 : 0), unit]));
	}

	slider.val(position_of(moved.places[moved.place]));
	slider.on("input", () => show_place(order[slider.val()]));
	slider.on("change", () => {
		const threshold = moved.places[order[slider.val()]];
		if (row.parent) frappe.model.set_value(row.doctype, row.name, "threshold", threshold);
		else frm.set_value("threshold", threshold);
	});
	// Typed in the form, the line follows to where it lies, or stays where the slider has no such place.
	frm.moved_line = {
		chart: told.chart,
		follow() {
			const position = position_of(condition_row(frm, moved.condition)?.threshold);
			if (position < 0 || !document.contains(block[0])) return;
			slider.val(position);
			show_place(order[position]);
		},
	};
	show_place(moved.place);
	block.toggle(order.length > 1);
}

function condition_row(frm, at) {
	return frm.doc.combination === "Single" ? frm.doc : (frm.doc.conditions || [])[at] || frm.doc;
}

function choose_condition(frm, block, moved, ask_anew) {
	if (frm.doc.combination === "Single" || (frm.doc.conditions || []).length < 2) return;
	const id = frappe.dom.get_unique_id();
	$(`<label class="control-label"></label>`).attr("for", id).text(__("Whose threshold")).appendTo(block);
	const choice = $(`<select class="form-control input-sm mb-2"></select>`).attr("id", id).appendTo(block);
	frm.doc.conditions.forEach((row, at) => $(`<option></option>`).val(at).text(indicator_of(row.indicator)?.label || row.indicator).appendTo(choice));
	choice.val(moved.condition).on("change", () => ask_anew({ condition: Number(choice.val()) }));
}

function draw(area, weeks) {
	const chart = $(`<div></div>`).appendTo(area);
	// Drawn at once: a chart that moves breaks when the form changes its width meanwhile.
	return new frappe.Chart(chart[0], {
		type: "bar",
		height: 240,
		animate: 0,
		disableEntryAnimation: 1,
		colors: ["#145f68", "#c98a2b"],
		axisOptions: { xIsSeries: weeks.length > 16 ? 1 : 0 },
		data: bars(weeks),
	});
}

function bars(weeks) {
	return {
		labels: weeks.map((week) => short_day(week.monday)),
		datasets: [
			{ name: __("Flagged"), values: weeks.map((week) => week.flagged) },
			{ name: __("New"), values: weeks.map((week) => week.raised) },
		],
	};
}

function show_reach(area, found, asked, ask_anew) {
	$(`<h5 class="mt-4"></h5>`).text(__("What the school can do")).appendTo(area);
	const id = frappe.dom.get_unique_id();
	const label = $(`<label class="control-label mr-2"></label>`).attr("for", id).text(__("Talks a week that the school can hold")).appendTo(area);
	const field = $(`<input type="number" min="0" step="1" class="form-control input-xs d-inline-block" style="width: 6em">`).attr("id", id).insertAfter(label);
	field.val(asked.talks ?? found.reach?.a_week ?? "").on("change", () => ask_anew({ talks: Math.max(0, Number(field.val()) || 0) }));
	const reach = found.reach;
	if (!reach) return;
	line(area, __("With {0} talks a week, {1} of {2} alerts lead to a talk, the highest values first; in {3} of {4} weeks somebody has to wait.",
		[reach.a_week, reach.talked, reach.asked, reach.waited, reach.weeks]));
	if (found.validity) line(area, __("Of {0} who left, {1} would have had a talk before the week in which they left.", [found.validity.left, reach.reached]));
}

function precision_of(shares) {
	const { hits, of, ...share } = shares.precision;
	return share.share === null
		? __("Of {0} flagged, {1} left: too few to give a share.", [of, hits])
		: __("Of {0} flagged, {1} left: {2}, likely between {3} and {4}.", [of, hits, ...in_percent(share)]);
}

function recall_of(shares) {
	const { hits, of, ...share } = shares.recall;
	return share.share === null
		? __("Of {0} who left, {1} were flagged before: too few to give a share.", [of, hits])
		: __("Of {0} who left, {1} were flagged before: {2}, likely between {3} and {4}.", [of, hits, ...in_percent(share)]);
}

function base_of(shares) {
	const { hits, of, ...share } = shares.base;
	return share.share === null
		? __("Of all {0} learners, {1} left: too few to give a share.", [of, hits])
		: __("Of all {0} learners, {1} left: {2}, likely between {3} and {4}.", [of, hits, ...in_percent(share)]);
}

function in_percent({ share, low, high }) {
	return [percent(share), percent(low), percent(high)];
}

function show_validity(area, found, asked, ask_anew) {
	const recorded = Object.entries(found.reasons);
	if (!recorded.length) return;
	$(`<h5 class="mt-4"></h5>`).text(__("Against recorded leavers")).appendTo(area);
	const { shares, validity: v } = found;
	if (v) {
		[base_of, precision_of, recall_of].forEach((say) => line(area, say(shares)));
		if (shares.lift !== null) line(area, __("Those flagged left {0} times as often as learners do on the whole.", [format_number(shares.lift, null, 1)]));
		if (v.lead_days !== null) {
			line(area, __("Half of those flagged who left were flagged {0} days or more before.", [format_number(v.lead_days, null, v.lead_days % 1 ? 1 : 0)]));
		}
		show_groups(area, found);
	}
	// Who moved to another school has left too, and is no early leaver.
	const chosen = new Set(found.counted);
	const set = $(`<fieldset class="mt-3"><legend class="small text-muted"></legend></fieldset>`).appendTo(area);
	set.find("legend").text(__("Count as early leavers those who left with this reason:"));
	for (const [reason, count] of recorded) {
		const label = $(`<label class="mr-4"><input type="checkbox"> <span></span></label>`).appendTo(set);
		label.find("span").text(`${reason}: ${count}`);
		label.find("input").prop("checked", chosen.has(reason)).on("change", (event) => {
			chosen[event.target.checked ? "add" : "delete"](reason);
			ask_anew({ reasons: [...chosen] });
		});
	}
}

// Whether the rule is wrong about some learners more often than about others.
function show_groups(area, found) {
	const cell = (share) => {
		if (!share) return "–";
		if (share.share === null) return __("{0} of {1}: too few", [share.hits, share.of]);
		const [told, low, high] = in_percent(share);
		return __("{0} ({1} to {2})", [told, low, high]);
	};
	for (const { kind, groups } of found.groups) {
		table(area, __("Errors by group: {0}", [__(kind)]), [__("Group"), __("Stayed and were flagged"), __("Left and were not flagged before")],
			groups.map((one) => [__(one.group), cell(one.false_alarms), cell(one.misses)]));
	}
	if (found.groups.length) line(area, __("–: left out, as a number about fewer than {0} learners would tell on somebody.", [found.smallest_group]));
}

function listed(week) {
	const more = week.flagged - week.names.length;
	return week.names.join(", ") + (more ? ` ${__("and {0} more", [more])}` : "");
}

function percent(share) {
	return share === null ? "–" : `${Math.round(100 * share)} %`;
}

function line(area, text) {
	return $(`<p></p>`).text(text).appendTo(area);
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

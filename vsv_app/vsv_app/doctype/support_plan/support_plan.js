frappe.ui.form.on("Support Plan", {
	setup(frm) {
		frm.set_query("signal", "signals", () => ({ filters: { student: frm.doc.student } }));
		frm.set_query("intervention_type", "actions", () => ({ filters: { enabled: 1 } }));
		frm.get_docfield("goals", "unit").formatter = (value) => frappe.utils.escape_html(__(value || ""));
	},

	refresh(frm) {
		name_goal_indicators(frm);
		if (frm.is_new()) return;
		show_plan_progress(frm);
		SupportPlanDialogs.close_grids(frm);
		if (frm.doc.status !== "Closed" && frm.perm[0].write) offer_plan_steps(frm);
	},
});

frappe.ui.form.on("Support Plan Goal", {
	indicator(frm, doctype, name) {
		begin_goal(frm, locals[doctype][name]);
	},
});

// People choose by name; what is stored is the code.
function name_goal_indicators(frm) {
	const offered = frappe.meta.get_docfield("Support Plan Goal", "indicator").options;
	if (typeof offered !== "string") return;
	frappe.call({ method: "vsv_app.api.signals.rules.indicators", type: "GET" }).then(({ message: found }) => {
		const options = found.filter(({ value }) => offered.split("\n").includes(value)).map(({ value, label }) => ({ value, label }));
		frm.fields_dict.goals.grid.update_docfield_property("indicator", "options", [{ value: "", label: "" }, ...options]);
	});
}

// Where the learner stands today is where a new goal begins.
function begin_goal(frm, goal) {
	if (!goal.indicator) return frappe.model.set_value(goal.doctype, goal.name, "unit", "");
	if (!frm.doc.student) return;
	const args = { indicator: goal.indicator, student: frm.doc.student };
	if (!frm.is_new()) args.plan = frm.doc.name;
	frappe.call({ method: "vsv_app.api.care.plans.goal_begins", type: "GET", args }).then(({ message: { baseline, ...known } }) => {
		const values = baseline === null || baseline === undefined ? known : { ...known, baseline };
		frappe.model.set_value(goal.doctype, goal.name, values);
	});
}

// What comes next, as a button; the server decides whether it may.
function next_plan_step(status) {
	return { Agreed: ["Active", __("Begin")] }[status];
}

function offer_plan_steps(frm) {
	const first = (label, act) => frm.add_custom_button(label, act).removeClass("btn-default").addClass("btn-primary");
	const next = next_plan_step(frm.doc.status);
	if (next) {
		const [status, label] = next;
		first(label, () => take_plan_step(frm, { status }));
	}
	const { propose, note_agreement, review, add_action, close } = SupportPlanDialogs;
	if (frm.doc.status === "Proposed") first(__("Note An Agreement"), () => note_agreement(frm));
	if (frm.doc.status === "Draft") first(__("Propose"), () => propose(frm));
	if (["Active", "In Review"].includes(frm.doc.status)) first(__("Write Down The Review"), () => review(frm));
	frm.add_custom_button(__("Add An Action"), () => add_action(frm));
	frm.add_custom_button(__("Close The Plan"), () => close(frm));
}

function take_plan_step(frm, values) {
	// What the server refuses is not left behind in the form.
	return frm
		.set_value(values)
		.then(() => frm.save())
		.catch(() => frm.reload_doc());
}

function show_plan_progress(frm) {
	const holder = frm.get_field("progress").$wrapper.empty();
	frappe
		.call({
			method: "vsv_app.api.care.plans.plan_progress",
			type: "GET",
			args: { plan: frm.doc.name },
		})
		.then(({ message }) => (message || []).forEach((goal) => draw_plan_goal(holder, goal)));
}

function draw_plan_goal(holder, goal) {
	const points = [...goal.before, ...goal.since];
	const section = $("<section>").appendTo(holder);
	$("<h5>").text(goal.what).appendTo(section);
	$("<p>").text(goal_in_words(goal)).appendTo(section);
	if (points.length < 2) return;
	new frappe.Chart($("<div aria-hidden='true'>").appendTo(section).get(0), {
		type: "line",
		height: 180,
		animate: 0,
		disableEntryAnimation: 1,
		colors: ["#145f68"],
		data: {
			labels: points.map((point) => frappe.datetime.str_to_user(point.on)),
			datasets: [{ name: __(goal.unit || goal.measure), values: points.map((point) => point.value) }],
			yMarkers: [
				{ label: __("At the start"), value: goal.baseline },
				{ label: __("To reach"), value: goal.target },
			],
		},
		lineOptions: { hideDots: points.length > 30 ? 1 : 0 },
		axisOptions: { xIsSeries: 1 },
	});
}

// What the chart shows, for those who do not see it.
function goal_in_words(goal) {
	const { baseline, target, before, now } = goal.in_words;
	return [
		__("From {0} to {1}.", [baseline, target]),
		__("The plan began on {0}.", [frappe.datetime.str_to_user(goal.starts)]),
		before && __("Eight weeks before the plan: {0}.", [before]),
		now && __("Now: {0}.", [now]),
	]
		.filter(Boolean)
		.join(" ");
}

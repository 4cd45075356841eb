frappe.ui.form.on("Support Plan", {
	setup(frm) {
		frm.set_query("signal", "signals", () => ({ filters: { student: frm.doc.student } }));
		frm.set_query("intervention_type", "actions", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (!frm.is_new()) show_plan_progress(frm);
	},
});

function show_plan_progress(frm) {
	const holder = frm.get_field("progress").$wrapper.empty();
	frappe
		.call({
			method: "vsv_app.api.care.plan_progress",
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
		colors: ["#98a1a9", "#29cd42"],
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
	const last = goal.since.length ? goal.since[goal.since.length - 1].value : goal.value;
	const before = goal.before.length ? goal.before[0].value : null;
	return [
		__("From {0} to {1}.", [goal.baseline, goal.target]),
		__("The plan began on {0}.", [frappe.datetime.str_to_user(goal.starts)]),
		before === null ? "" : __("Eight weeks before the plan: {0}.", [before]),
		last === null || last === undefined ? "" : __("Now: {0}.", [last]),
	]
		.filter(Boolean)
		.join(" ");
}

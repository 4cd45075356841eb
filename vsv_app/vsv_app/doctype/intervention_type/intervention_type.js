frappe.ui.form.on("Intervention Type", {
	refresh(frm) {
		const holder = frm.get_field("effect").$wrapper.empty();
		if (frm.is_new()) return;
		frappe
			.call({
				method: "vsv_app.api.care.plans.intervention_effect",
				type: "GET",
				args: { intervention: frm.doc.name },
			})
			.then(({ message }) => $("<p>").text(effect_in_words(message)).appendTo(holder));
	},
});

function effect_in_words(effect) {
	if (!effect.plans) return __("No plan with this intervention was closed yet.");
	if (effect.goals === null)
		return __("Closed plans: {0}. No figure about fewer than {1} learners.", [effect.plans, effect.smallest]);
	return __("Closed plans: {0}. Goals met: {1} of {2} ({3} %). Together with it, not because of it.", [
		effect.plans,
		effect.met,
		effect.goals,
		Math.round(effect.share || 0),
	]);
}

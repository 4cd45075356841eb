// A choice from a list, with its label.
window.HandOutBadges = { ...DeskDom };
(() => {
	"use strict";

	const { el, field } = HandOutBadges;

	/** A field with its label above it; options are {value, label}. */
	function choice(label, options, chosen, onchange) {
		const select = el(
			"select",
			{ class: "form-control", onchange: () => onchange(select.value) },
			options.map((one) => el("option", { value: one.value, selected: String(one.value) === String(chosen) }, one.label))
		);
		return field(label, select, { class: "field" });
	}

	HandOutBadges.choice = choice;
})();

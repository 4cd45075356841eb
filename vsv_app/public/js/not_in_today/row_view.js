// A learner who is not in: what is known, whom to call, and what can be noted in place.
(() => {
	"use strict";
	const { el, button, called, outcome } = NotInToday;
	const IN_PLACE = 4;

	/** A row. `acts` are what the screen does with learners; `chosen` holds those that are ticked. */
	function rowOf(row, { reasons, mayNote, today, chosen, acts }) {
		return el(
			"li",
			{ class: "missing", tabindex: "-1", "data-student": row.student, "aria-label": `${row.name}, ${row.group}, ${row.what}` },
			mayNote
				? el("input", {
						type: "checkbox",
						class: "choose",
						"aria-label": __("Choose {0}", [row.name]),
						checked: chosen.has(row.student),
						onchange: (event) => acts.choose(row.student, event.target.checked),
				  })
				: null,
			el(
				"div",
				{ class: "who" },
				el("b", {}, row.name),
				el("small", {}, row.group),
				el("span", { class: "what" }, ...what(row)),
				row.call ? el("span", { class: "called" }, called(row)) : null,
				row.came ? el("span", { class: "came" }, __("Came in at {0}", [row.came])) : null
			),
			el("div", { class: "call" }, ...numbers(row)),
			mayNote ? el("div", { class: "answers" }, ...answers(row, { reasons, today, acts })) : null
		);
	}

	function what(row) {
		const said = [row.what, row.reason].filter(Boolean).join(": ");
		const contested = row.contested ? [" · ", el("em", {}, __("contested"))] : [];
		if (!row.record || !frappe.model.can_read("Student Attendance")) return [said, ...contested];
		return [el("a", { href: frappe.utils.get_form_link("Student Attendance", row.record) }, said), ...contested];
	}

	/** Families with their numbers, to be called at a touch, and the mentors. */
	function numbers(row) {
		const family = row.family.map(({ name, number }) =>
			number ? el("a", { class: "number", href: `tel:${number.replace(/[^+\d]/g, "")}` }, `${name} ${number}`) : el("span", {}, __("{0}: no number", [name]))
		);
		const mentors = row.mentors.length ? [el("small", {}, __("Mentor: {0}", [row.mentors.join(", ")]))] : [];
		return [...(family.length ? family : [el("span", {}, __("Nobody to call is known."))]), ...mentors];
	}

	function answers(row, { reasons, today, acts }) {
		const one = [row.student];
		const about = row.name;
		if (row.came && row.by_officer) return [button(__("Came after all"), () => acts.came(one), { about, small: true })];
		return [
			...reasonButtons(reasons, (reason) => acts.reason(one, reason), about),
			button(outcome("Not Reached"), () => acts.call(one, "Not Reached"), { about, small: true }),
			button(outcome("On The Way"), () => acts.call(one, "On The Way"), { about, small: true }),
			today ? button(__("Is here"), () => acts.here(row.student), { about, small: true }) : null,
		];
	}

	/** The reasons that are used most as buttons, with the keys that give them, and all others in a list. */
	function reasonButtons(reasons, choose, about) {
		const buttons = reasons.slice(0, IN_PLACE).map(({ value, label }, index) => {
			const made = button(label, () => choose(value), { about, small: true });
			made.prepend(el("kbd", { "aria-hidden": "true" }, index + 1));
			made.classList.add("reason");
			return made;
		});
		if (reasons.length <= IN_PLACE) return buttons;
		const more = el(
			"select",
			{ class: "form-control input-xs", "aria-label": `${__("Another reason")}: ${about}`, onchange: (event) => event.target.value && choose(event.target.value) },
			el("option", { value: "" }, __("Another reason")),
			reasons.slice(IN_PLACE).map(({ value, label }) => el("option", { value }, label))
		);
		return [...buttons, more];
	}

	Object.assign(NotInToday, { rowOf, reasonButtons });
})();

// Held days of one date and cause: settled together, or learner by learner.
(() => {
	"use strict";
	const { el, button, answers, notSeen } = DaysToSettle;

	/**
	 * A card; `settle(holds, answer, reason)` is called for one learner or for all of them. `open` holds the cards whose
	 * learners are shown, so that they still are after one of them was settled.
	 */
	function heldGroup(group, reasons, settle, open) {
		const holds = group.held.map((one) => one.hold);
		const reason = reasonField(reasons);
		const only = group.held.length === 1 ? el("span", { class: "who" }, el("b", {}, group.held[0].name), el("small", {}, group.held[0].group)) : null;
		const act = (some, answer) => settle(some, answer, reason.value());
		return el(
			"article",
			{ class: "held" },
			el("h3", {}, group.sentence),
			el("p", { class: "how-many" }, notSeen(group.held), only),
			el(
				"div",
				{ class: "answers", role: "group", "aria-label": __("All of them") },
				answers().map(({ answer, label }) => button(label, () => act(holds, answer)))
			),
			reason.element,
			group.held.length > 1 ? oneByOne(group, act, open) : null
		);
	}

	function reasonField(reasons) {
		const select = el(
			"select",
			{ class: "form-control input-sm" },
			el("option", { value: "" }, __("not known")),
			reasons.map(({ value, label }) => el("option", { value }, label))
		);
		const element = el("label", { class: "reason" }, __("Reason, where they were away"), " ", select);
		return { element, value: () => select.value };
	}

	/** The learners, shown once somebody wants to see them: there may be hundreds. */
	function oneByOne(group, act, open) {
		const key = `${group.day} ${group.sentence}`;
		const list = el("ul", {});
		const details = el("details", {}, el("summary", {}, __("One by one")), list);
		const show = () => list.children.length || list.append(...group.held.map((one) => learner(one, act)));
		details.addEventListener("toggle", () => {
			if (details.open) show();
			open[details.open ? "add" : "delete"](key);
		});
		if (open.has(key)) {
			details.open = true;
			show();
		}
		return details;
	}

	function learner(one, act) {
		return el(
			"li",
			{},
			el("span", { class: "who" }, el("b", {}, one.name), el("small", {}, one.group)),
			el(
				"span",
				{ class: "answers" },
				answers().map(({ answer, short }) => button(short, () => act([one.hold], answer), { about: one.name, small: true }))
			)
		);
	}

	Object.assign(DaysToSettle, { heldGroup });
})();

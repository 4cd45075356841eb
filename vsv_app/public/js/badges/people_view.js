// The learners of a group: who has a badge, and what can be done about it.
(() => {
	"use strict";
	const { el, button, words } = HandOutBadges;

	/** `act(what, person)`: give, replace, lost, found. */
	function peopleList(people, current, act) {
		return el(
			"ul",
			{ class: "people" },
			people.map((person) => row(person, person === current, act))
		);
	}

	function row(person, isCurrent, act) {
		const [label, colour] = words.state(person);
		return el(
			"li",
			{ "aria-current": isCurrent ? "true" : null },
			el("span", { class: "who" }, el("b", {}, person.name), el("span", { class: `indicator-pill no-indicator-dot ${colour}` }, label)),
			el("span", { class: "answers" }, answers(person).map(([what, text]) => button(text, () => act(what, person), { about: person.name, small: true })))
		);
	}

	function answers(person) {
		if (person.has) return [["lost", __("Lost")], ["replace", __("Replace")]];
		if (person.lost) return [["found", __("Found")], ["give", __("Give Now")]];
		return [["give", __("Give Now")]];
	}

	Object.assign(HandOutBadges, { peopleList });
})();

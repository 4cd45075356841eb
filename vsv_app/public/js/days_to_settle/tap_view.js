// Taps of which nobody knows the day: given one, together or one by one.
(() => {
	"use strict";
	const { el, button } = DaysToSettle;
	const MOST_BUTTONS = 7;

	/** A card; `date(taps, day)` is called for one tap or for all of them. */
	function tapGroup(group, date) {
		const taps = group.taps.map((one) => one.tap);
		const many = taps.length === 1 ? __("1 tap at {0}", [group.door]) : __("{0} taps at {1}", [taps.length, group.door]);
		const list = el("ul", {});
		const details = el("details", {}, el("summary", {}, __("One by one")), list);
		details.addEventListener("toggle", () => {
			if (details.open && !list.children.length) list.append(...group.taps.map((one) => tap(one, group, date)));
		});
		return el(
			"article",
			{ class: "held" },
			el("h3", {}, many),
			el("p", { class: "how-many" }, __("Between {0} and {1}. The clock of the door was not right.", [group.first, group.last])),
			taps.length === 1 ? who(group.taps[0]) : null,
			days(group.days, (day) => date(taps, day), taps.length === 1 ? group.taps[0].name : many),
			taps.length > 1 ? details : null
		);
	}

	function tap(one, group, date) {
		return el(
			"li",
			{},
			who(one),
			days(group.days, (day) => date([one.tap], day), one.name)
		);
	}

	const who = (one) => el("p", { class: "who" }, el("b", {}, one.name), el("small", {}, __("the door wrote {0}", [one.written])));

	/** A button for each day, or a list where there are many. */
	function days(possible, choose, about) {
		if (possible.length <= MOST_BUTTONS)
			return el("span", { class: "answers" }, possible.map(({ day, label }) => button(label, () => choose(day), { about })));
		const select = el(
			"select",
			{ class: "form-control input-sm", "aria-label": `${__("Day")}: ${about}` },
			possible.map(({ day, label }) => el("option", { value: day }, label))
		);
		return el("span", { class: "answers" }, select, button(__("It was this day"), () => choose(select.value), { about }));
	}

	Object.assign(DaysToSettle, { tapGroup });
})();

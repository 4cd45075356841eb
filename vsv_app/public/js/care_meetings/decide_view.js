// What the meeting writes down about one learner: the conclusion, and who does what by when.
(() => {
	"use strict";
	const { el, button, field, outcome } = CareMeetings;
	const TWO_WEEKS = 14;

	/** `act` has decide(values), takeBack(name), conclude(note, status); `next`: somebody follows; `draft` keeps what is not written down yet. */
	function decideView(learner, known, { lead, act, next, draft }) {
		const decided = el("div", { class: "decided" }, learner.decisions.map((one) => decision(one, lead ? act.takeBack : null)));
		if (!lead)
			return el(
				"section",
				{ class: "writing" },
				el("h3", {}, __("Conclusion and decisions")),
				learner.note ? el("p", {}, learner.note) : null,
				learner.decisions.length ? decided : el("p", { class: "quiet" }, __("Nothing is written down yet."))
			);
		const note = el("textarea", { class: "form-control", rows: 2, maxlength: 500, oninput: () => draft.set(learner.student, note.value) });
		note.value = draft.get(learner.student) ?? learner.note;
		return el(
			"section",
			{ class: "writing" },
			el("h3", {}, __("Decisions")),
			decided,
			form(known, act.decide),
			field(__("Conclusion, in words that learner and family may read"), note),
			el(
				"div",
				{ class: "answers" },
				button(next ? __("Discussed, next learner") : __("Discussed"), () => act.conclude(note.value, "Discussed"), { main: true }),
				button(__("Next time"), () => act.conclude(note.value, "Next Time"))
			)
		);
	}

	function decision(one, takeBack) {
		const told = [one.who, one.due, one.in_plan ? __("in the plan") : "", one.done === null ? "" : outcome(one.done), one.answer];
		return el(
			"p",
			{},
			el("b", {}, one.what),
			el("br"),
			el("small", {}, told.filter(Boolean).join(" · ")),
			takeBack && one.may_take_back ? button(__("Take back"), () => takeBack(one.name), { small: true, about: one.what }) : null
		);
	}

	function form({ people, plan }, decide) {
		const what = el("input", { type: "text", class: "form-control", maxlength: 500, required: true });
		const who = el(
			"select",
			{ class: "form-control", required: true },
			el("option", { value: "" }, ""),
			people.map(({ user, name, own }) => el("option", { value: user }, own ? __("{0}, mentor", [name]) : name))
		);
		const day = el("input", { type: "date", class: "form-control", required: true, min: frappe.datetime.get_today() });
		day.value = frappe.datetime.add_days(frappe.datetime.get_today(), TWO_WEEKS);
		const inPlan = plan && plan.running ? el("input", { type: "checkbox", checked: true }) : null;
		const made = el(
			"form",
			{
				class: "decide",
				onsubmit: (event) => {
					event.preventDefault();
					decide({ what: what.value, who: who.value, due_on: day.value, in_plan: inPlan && inPlan.checked ? 1 : 0 });
				},
			},
			field(__("What"), what),
			field(__("Who"), who),
			field(__("By"), day),
			inPlan ? el("label", { class: "in-plan" }, inPlan, " ", __("as an action of the plan")) : null,
			el("button", { type: "submit", class: "btn btn-default btn-sm" }, __("Write down"))
		);
		return made;
	}

	Object.assign(CareMeetings, { decideView });
})();

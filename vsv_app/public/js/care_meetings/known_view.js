// What is known about a learner: signals, attendance, plan, talks, what was said, what was decided before.
(() => {
	"use strict";
	const { el, outcome } = CareMeetings;

	function knownView({ signals, attendance, plan, talks, concerns, decided }) {
		return el("div", { class: "known" }, [
			block(__("Signals"), signals.map(signal), __("No signal stands.")),
			block(__("Attendance this school year"), attendance.days ? [attendanceLine(attendance), weeks(attendance.weeks)] : [], __("Nothing is on record.")),
			block(__("Plan"), plan ? planLines(plan) : [], __("There is no plan.")),
			block(__("Last talks"), talks.map(talk), __("No talk is on record.")),
			concerns.length ? block(__("Concerns"), concerns.map(concern)) : null,
			decided.length ? block(__("Decided before"), decided.map(before)) : null,
		]);
	}

	function block(title, lines, nothing = "") {
		return el("section", {}, el("h3", {}, title), lines.length ? lines : el("p", { class: "quiet" }, nothing));
	}

	const signal = (one) =>
		el(
			"p",
			{ class: `signal ${one.level.toLowerCase()}` },
			el("a", { href: frappe.utils.get_form_link("Early Warning Signal", one.name) }, one.title),
			el("small", {}, ` ${[one.severity, one.status, one.since].join(" · ")}`),
			el("br"),
			one.text
		);

	function attendanceLine({ percent, days, present, unexcused, late }) {
		const parts = [__("{0} % there: {1} of {2} school days in full", [percent, present, days])];
		if (unexcused) parts.push(unexcused === 1 ? __("1 day away without a known reason") : __("{0} days away without a known reason", [unexcused]));
		if (late) parts.push(late === 1 ? __("1 time late") : __("{0} times late", [late]));
		return el("p", {}, `${parts.join("; ")}.`);
	}

	/** Missed days by week: a bar each, with the same in words. */
	function weeks(some) {
		if (!some.length) return null;
		return el(
			"ul",
			{ class: "weeks", "aria-label": __("School days missed, by week") },
			some.map(({ week, missed, days }) =>
				el(
					"li",
					{ title: __("Week of {0}: {1} of {2} days missed", [week, missed, days]) },
					el("span", { class: "bar", style: `height: ${Math.round((100 * missed) / days)}%` }),
					el("span", { class: "sr-only" }, __("Week of {0}: {1} of {2} days missed", [week, missed, days]))
				)
			)
		);
	}

	function planLines(plan) {
		return [
			el(
				"p",
				{},
				el("a", { href: frappe.utils.get_form_link("Support Plan", plan.name) }, plan.status),
				plan.responsible ? ` · ${plan.responsible}` : "",
				plan.review ? ` · ${__("looked at on {0}", [plan.review])}` : ""
			),
			el("ul", {}, [
				...plan.goals.map((goal) => el("li", {}, written(goal), ` (${goal.from} → ${goal.to}) · ${goal.status}`)),
				...plan.actions.map((action) => el("li", {}, written(action), ["", action.who, action.until, action.status].filter((part, n) => part || !n).join(" · "))),
			]),
		];
	}

	/** What a plan says, marked with its language where that is not the reader's. */
	const written = ({ what, lang }) => el("span", lang ? { lang } : {}, what);
	const talk = (one) => el("p", {}, el("small", {}, [one.on, one.how, one.with, one.by].join(" · ")), el("br"), one.note || __("Nothing was written down."));
	const concern = (one) => el("p", {}, el("small", {}, [one.kind, one.severity, one.on].filter(Boolean).join(" · ")), el("br"), one.what);
	const before = (one) => el("p", {}, one.what, el("br"), el("small", {}, [one.on, one.who, one.due, outcome(one.done), one.answer].filter(Boolean).join(" · ")));

	Object.assign(CareMeetings, { knownView });
})();

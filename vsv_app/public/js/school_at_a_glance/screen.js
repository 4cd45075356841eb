// The page: six figures with what they are compared with, and where each comes from.
(() => {
	"use strict";
	const { el, table, number, percent, few, count, before } = SchoolAtAGlance;

	class Screen {
		#root = el("div", { class: "school-at-a-glance" });

		/** The page is the coordinator's too, who has the board for what is asked. */
		asked = new AskedOfYou.Section();

		constructor(root) {
			this.asked.element.style.padding = "var(--padding-md)";
			root.append(this.asked.element, this.#root);
		}

		async refresh() {
			if (frappe.user.has_role("School Leader")) this.asked.refresh();
			const { message } = await frappe.call({ method: "vsv_app.api.care.leader.overview", type: "GET" });
			this.#root.replaceChildren(...(message.year ? this.#shown(message) : [el("p", {}, __("No school year is running today."))]));
		}

		#shown(all) {
			return [
				el("p", { class: "about" }, __("{0}, up to {1}. Today is not counted yet.", [all.year, all.until])),
				el("div", { class: "cards" }, [attendance(all), signals(all), plans(all), leavers(all)]),
				stalls(all),
				equity(all),
			];
		}
	}

	/** A figure with what it says, what it is compared with, and where it comes from. */
	function card(title, figure, says, source, ...more) {
		return el(
			"section",
			{ class: "figure" },
			el("h2", {}, title),
			el("p", { class: "number" }, figure),
			says.filter(Boolean).map((one) => el("p", {}, one)),
			...more,
			el("p", { class: "source" }, source)
		);
	}

	function attendance({ attendance: found, last_year: year }) {
		return card(
			__("Attendance"),
			percent(found.percent),
			[found.percent === null ? __("Too few learners, or nothing on record yet.") : __("of the planned time learners were there."), before(found.before, year)],
			found.since ? __("From the attendance records since {0}; absence with and without a reason counts alike.", [found.since]) : "",
			weeks(found.weeks, year)
		);
	}

	/** Attendance by week: a line beside last year's, and the same as a table. */
	function weeks(some, year) {
		if (some.length < 2) return null;
		const drawn = el("div", { class: "drawn", "aria-hidden": "true" });
		const values = (key) => some.map((week) => week[key]);
		const lines = [{ name: __("This year"), values: values("now") }];
		// The chart knows no gaps: a week of which nothing is known would be drawn as none.
		if (some.every((week) => week.before !== null)) lines.push({ name: year, values: values("before") });
		setTimeout(() =>
			new frappe.Chart(drawn, {
				type: "line",
				height: 160,
				animate: 0,
				disableEntryAnimation: 1,
				colors: ["#145f68", "#b0752c"],
				data: { labels: some.map((week) => week.week), datasets: lines },
				lineOptions: { hideDots: some.length > 20 ? 1 : 0 },
				axisOptions: { xIsSeries: 1 },
			})
		);
		return [
			drawn,
			el(
				"details",
				{},
				el("summary", {}, __("By week")),
				table(
					__("Attendance by week"),
					[__("Week of"), __("This year"), year || __("Last year")],
					some.map((week) => [week.week, percent(week.now), percent(week.before)])
				)
			),
		];
	}

	function signals({ signals: found, last_year: year }) {
		return card(
			__("Signals answered"),
			found.percent === null ? "–" : percent(found.percent),
			[
				__("of the signals were answered within {0} school days.", [found.days]),
				before(found.before, year),
				__("Raised: {0}. In time: {1}, later: {2}, not at all: {3}; {4} still have time.", [found.raised, found.in_time, found.late, found.never, found.waiting].map(number)),
			],
			__("From the steps of each signal: it is answered when somebody acknowledges, dismisses or puts it in a plan.")
		);
	}

	function plans({ plans: found, plans_before: earlier, smallest, last_year: year }) {
		return card(
			__("Goals met"),
			found.closed === 0 ? "–" : found.percent === null ? few(smallest) : percent(found.percent),
			[
				found.closed === 0 ? __("No plan has ended yet.") : found.percent === null ? __("learners had a plan that ended, too few to say.") : __("of the goals of plans that ended: {0} of {1}.", [found.met, found.goals].map(number)),
				before(earlier && earlier.percent, year),
				__("Plans begun: {0}. Ended after they were agreed: {1}.", [count(found.begun, smallest), count(found.closed, smallest)]),
			],
			__("From the plans; goals that were dropped or stayed open count for nothing.")
		);
	}

	function leavers({ leavers: found, leavers_before: earlier, leavers_counted: counted, smallest, last_year: year }) {
		const says = found.without === null ? __("learners left early.") : __("of {0} learners left early: {1}.", [found.learners, found.without].map(number));
		const then = earlier && (earlier.without === null ? few(smallest) : __("{0} ({1})", [number(earlier.without), percent(earlier.percent)]));
		return card(
			__("Left early"),
			found.without === null ? few(smallest) : percent(found.percent),
			[says, then ? __("In the same weeks of {0}: {1}.", [year, then]) : before(null, null)],
			`${counted} ${__("By programme: the report Leavers per Cohort.")}`
		);
	}

	function stalls({ stalls: found, groups, smallest }) {
		return el(
			"section",
			{},
			el("h2", {}, __("Where it stalls")),
			found.length
				? table(
						__("Where it stalls"),
						[__("What waits past its day"), __("How many"), __("The oldest since")],
						found.map((one) => [one.kind, count(one.count, smallest), one.oldest])
				  )
				: el("p", {}, __("Nothing waits past its day.")),
			groups.length
				? table(
						__("By group"),
						[__("Group"), __("Learners with a signal that nobody answered in time")],
						groups.map((one) => [one.group, count(one.learners, smallest)])
				  )
				: null,
			el("p", { class: "source" }, __("From everything that is asked of somebody and stands unanswered: signals, calls for help, messages, plans, referrals, decisions, agreements."))
		);
	}

	function equity({ equity: found, smallest }) {
		return el(
			"section",
			{},
			el("h2", {}, __("Whom the school notices and helps")),
			found
				.filter(({ groups }) => groups.length)
				.map(({ by, groups }) =>
					table(
						by,
						[by, __("Learners"), __("Share With A Signal"), __("Share With A Plan")],
						groups.map((one) => [one.group, count(one.learners, smallest), share(one.signal_share), share(one.plan_share)])
					)
				),
			el("p", { class: "source" }, __("From the learners of the school year so far. Numbers about fewer than {0} are left out, and others that would give them away.", [smallest]))
		);
	}

	const share = (value) => (value === null || value === undefined ? "–" : percent(value));

	Object.assign(SchoolAtAGlance, { Screen });
})();

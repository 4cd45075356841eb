// What the screen says in numbers.
(() => {
	"use strict";

	const OUTCOMES = { "Not Reached": () => __("Called, not reached"), "On The Way": () => __("On the way") };
	const outcome = (name) => OUTCOMES[name]?.() || name;

	/** "790 of 812 are in." */
	function howMany({ expected, here }) {
		if (expected === null || !expected) return "";
		return expected === 1 ? __("{0} of 1 learner is in.", [here]) : __("{0} of {1} learners are in.", [here, expected]);
	}

	/** What is known of calls about a learner. */
	function called({ call, called_at: at, called: times }) {
		if (!call) return "";
		if (call === "On The Way") return __("On the way, noted at {0}", [at]);
		return times > 1 ? __("Called {0} times, not reached, last at {1}", [times, at]) : __("Called, not reached, at {0}", [at]);
	}

	const reasons = (count, label) => (count === 1 ? __("1 learner: {0}.", [label]) : __("{0} learners: {1}.", [count, label]));
	const chosen = (count) => (count === 1 ? __("1 chosen") : __("{0} chosen", [count]));

	Object.assign(NotInToday, { outcome, howMany, called, reasons, chosen });
})();

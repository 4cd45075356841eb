// What the screen says in numbers and names.
(() => {
	"use strict";

	const STATUS = () => ({
		"To Discuss": __("to discuss"),
		Discussed: __("discussed"),
		"Next Time": __("next time"),
	});

	const statusOf = (status) => STATUS()[status] || status;

	/** "3 of 8 discussed" */
	function progress(learners) {
		const ended = learners.filter((one) => one.status !== "To Discuss").length;
		return __("{0} of {1} discussed", [ended, learners.length]);
	}

	/** What became of something that was promised. */
	function outcome(done) {
		if (done === true) return __("done");
		if (done === false) return __("not done");
		return __("still open");
	}

	/** A reason, in one line: why, what, by whom and when. */
	function reasonLine(reason) {
		const told = reason.why === "Promised Last Time";
		const parts = [reason.what, told ? reason.who : "", reason.day, told ? outcome(reason.done) : "", reason.answer];
		return parts.filter(Boolean).join(" · ");
	}

	Object.assign(CareMeetings, { statusOf, progress, outcome, reasonLine });
})();

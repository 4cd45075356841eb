// What is said in numbers, and the names of the four answers.
(() => {
	"use strict";

	const answers = () => [
		{ answer: "There", label: __("There"), short: __("There") },
		{ answer: "Away", label: __("Away"), short: __("Away") },
		{ answer: "School Closed", label: __("School was closed"), short: __("No school") },
		{ answer: "On A Trip", label: __("On a trip"), short: __("Trip") },
	];

	const labelOf = (answer) => answers().find((one) => one.answer === answer)?.label || answer;

	const learners = (n) => (n === 1 ? __("1 learner") : __("{0} learners", [n]));

	/** "43 learners were not seen." */
	function notSeen(held) {
		const parts = held.filter((one) => one.seen).length;
		if (parts === held.length) return held.length === 1 ? __("1 learner was seen for a part of the day.") : __("{0} learners were seen for a part of the day.", [held.length]);
		return held.length === 1 ? __("1 learner was not seen.") : __("{0} learners were not seen.", [held.length]);
	}

	/** What an answer came to. */
	function settled({ count, answered_by_now: byNow }, answer) {
		const said = [count === 1 ? __("1 learner settled: {0}.", [labelOf(answer)]) : __("{0} learners settled: {1}.", [count, labelOf(answer)])];
		if (byNow) said.push(__("Somebody had recorded {0} of them meanwhile; that stays.", [byNow]));
		return said.join(" ");
	}

	/** What closing the school means, before anybody does it. */
	function meansClosed(closings) {
		return closings.map(({ schedules, held, taken_back: back, kept }) =>
			[
				__("No school on this day, for everybody of {0}.", [schedules.join(", ")]),
				__("{0} held days are settled.", [held]),
				back ? __("{0} records of the doors are taken back.", [back]) : "",
				kept ? __("{0} records of people stay.", [kept]) : "",
			]
				.filter(Boolean)
				.join(" ")
		);
	}

	Object.assign(DaysToSettle, { answers, labelOf, learners, notSeen, settled, meansClosed });
})();

// What is said in numbers.
(() => {
	"use strict";

	const badges = (n) => (n === 1 ? __("1 badge") : __("{0} badges", [n]));
	const rows = (n) => (n === 1 ? __("1 row") : __("{0} rows", [n]));

	/** "1A: 24 learners, 3 without a badge" */
	function group({ group: name, learners, without }) {
		if (!without) return __("{0}: {1} learners, all with a badge", [name, learners]);
		return __("{0}: {1} learners, {2} without a badge", [name, learners, without]);
	}

	function state(person) {
		if (person.given) return [__("given now"), "green"];
		if (person.skipped) return [__("skipped"), "orange"];
		if (person.has) return [__("has a badge"), "green"];
		return person.lost ? [__("lost theirs"), "red"] : [__("without a badge"), "gray"];
	}

	/** What a list would come to, in sentences. */
	function looked(found) {
		const said = [__("{0} read.", [rows(found.rows)])];
		said.push(found.ready ? __("{0} can be brought in.", [badges(found.ready)]) : __("No badge can be brought in."));
		if (found.already) said.push(__("Known already, with the same learner: {0}.", [badges(found.already)]));
		if (found.refused_total) said.push(__("Left out, see below: {0}.", [rows(found.refused_total)]));
		return said.join(" ");
	}

	function broughtIn({ learners, returned }) {
		const said = [learners === 1 ? __("1 learner has the badge of the list.") : __("{0} learners have the badge of the list.", [learners])];
		if (returned) said.push(__("Given back: {0}.", [badges(returned)]));
		said.push(__("The numbers were kept nowhere."));
		return said.join(" ");
	}

	Object.assign(HandOutBadges, { words: { group, state, looked, broughtIn } });
})();

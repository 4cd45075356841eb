// What an answer of the server says about learners, and who needs the mentor first.
(() => {
	"use strict";
	const { BoardError, asDay } = MentorBoard;

	const SEVERITIES = ["Urgent", "Concern", "Watch", "Info"];
	const STANDING = ["Open", "Acknowledged", "In Plan"];
	const NEED = "need";
	const ON_IT = "on_it";
	const QUIET = "quiet";

	/** The overview with what may be left out filled in, ordered by who needs the mentor first; refuses another shape. */
	function readOverview(answer) {
		if (answer?.v !== 1 || !Array.isArray(answer.learners)) throw new BoardError("data");
		const learners = answer.learners.map((learner) => ({
			...learner,
			signals: (learner.signals ?? []).filter((signal) => STANDING.includes(signal.status)).sort(bySeverity),
			heatmap: (learner.heatmap ?? []).filter((day) => asDay(day.date)),
			trend: (learner.trend ?? []).map(({ week, rate }) => ({ week, present: Math.max(0, Math.min(100, 100 - rate)) })),
		}));
		learners.sort((a, b) => b.needs_me - a.needs_me);
		return { ...answer, learners, can: answer.can ?? [], dismiss_reasons: answer.dismiss_reasons ?? [] };
	}

	function bySeverity(a, b) {
		return (
			(b.status === "Open") - (a.status === "Open") || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
		);
	}

	function sectionOf(learner) {
		if (learner.signals.some((signal) => signal.status === "Open")) return NEED;
		return learner.signals.length ? ON_IT : QUIET;
	}

	const firstOpen = (learner) => learner.signals.find((signal) => signal.status === "Open");
	const hasPlan = (learner) => Boolean(learner.plan) && learner.plan.status !== "Closed";

	Object.assign(MentorBoard, { NEED, ON_IT, QUIET, STANDING, bySeverity, firstOpen, hasPlan, readOverview, sectionOf });
})();

// What an answer of the server says about learners, what waits for the mentor, and who needs the mentor first.
(() => {
	"use strict";
	const { BoardError, asDay } = MentorBoard;

	const SEVERITIES = ["Urgent", "Concern", "Watch", "Info"];
	const STANDING = ["Open", "Acknowledged", "In Plan"];
	const HELP = "Call For Help";
	const LOOK_AGAIN = "Look Again";
	const NEXT_STEP = "Next Step";
	const NEED = "need";
	const ON_IT = "on_it";
	const QUIET = "quiet";

	/** The overview with what may be left out filled in, ordered by who needs the mentor first; refuses another shape. */
	function readOverview(answer) {
		if (answer?.v !== 1 || !Array.isArray(answer.learners)) throw new BoardError("data");
		const waiting = (answer.waiting ?? []).map((item) => ({ ...item, key: waitKey(item) }));
		const learners = answer.learners.map((learner) => ({
			...learner,
			signals: (learner.signals ?? []).filter((signal) => STANDING.includes(signal.status)).sort(bySeverity),
			heatmap: (learner.heatmap ?? []).filter((day) => asDay(day.date)),
			trend: (learner.trend ?? []).map(({ week, rate }) => ({ week, present: Math.max(0, Math.min(100, 100 - rate)) })),
		}));
		for (const learner of learners) learner.waiting = waitingFor(learner, waiting);
		learners.push(...others(learners, waiting));
		learners.sort((a, b) => pressing(b) - pressing(a));
		return {
			...answer,
			learners,
			can: answer.can ?? [],
			dismiss_reasons: answer.dismiss_reasons ?? [],
			standing_in: answer.standing_in ?? [],
			colleagues: answer.colleagues ?? [],
		};
	}

	function waitKey(item) {
		return [item.kind, item.name, item.thing].filter(Boolean).join(" ");
	}

	/** What waits about a learner; an open signal shows itself. */
	function waitingFor(learner, waiting) {
		const shown = learner.signals.filter((signal) => signal.status === "Open").map((signal) => signal.name);
		return waiting.filter((item) => item.student === learner.student && !(item.kind === "Signal" && shown.includes(item.name)));
	}

	/** What waits about somebody who is not on this board, or about no learner: a card of its own each. */
	function others(learners, waiting) {
		const known = new Set(learners.map((learner) => learner.student));
		const cards = new Map();
		for (const item of waiting) {
			if (known.has(item.student)) continue;
			const student = item.student || item.key;
			const card = cards.get(student) ?? { student, name: item.student_name || item.title, other: true, needs_me: 0, signals: [], heatmap: [], trend: [], waiting: [] };
			card.waiting.push(item);
			cards.set(student, card);
		}
		return cards.values();
	}

	/** The more, the sooner: calls for help before everything else. */
	function pressing(learner) {
		const weight = (item) => (item.kind === HELP ? 10_000 : item.urgent ? 8 : item.overdue ? 4 : 1);
		return learner.needs_me + learner.waiting.reduce((sum, item) => sum + weight(item), 0);
	}

	function bySeverity(a, b) {
		return (
			(b.status === "Open") - (a.status === "Open") || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
		);
	}

	function sectionOf(learner) {
		if (learner.waiting.length || learner.signals.some((signal) => signal.status === "Open")) return NEED;
		return learner.signals.length ? ON_IT : QUIET;
	}

	const firstOpen = (learner) => learner.signals.find((signal) => signal.status === "Open");
	const hasPlan = (learner) => Boolean(learner.plan) && learner.plan.status !== "Closed";
	const callsForHelp = (learner) => learner.waiting.some((item) => item.kind === HELP);

	Object.assign(MentorBoard, { HELP, LOOK_AGAIN, NEED, NEXT_STEP, ON_IT, QUIET, STANDING, bySeverity, callsForHelp, firstOpen, hasPlan, readOverview, sectionOf });
})();

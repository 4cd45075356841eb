// The list by keyboard: up and down, a digit for a reason, a letter for a call.
(() => {
	"use strict";
	const { el } = NotInToday;
	const TYPING = "input:not([type=checkbox]), select, textarea, [contenteditable]";

	const help = () =>
		el(
			"p",
			{ class: "keys" },
			__("Keys: up and down, 1 to 9 for a reason, N not reached, W on the way, H is here, space to choose, A for all, U to undo, / for a forgotten badge.")
		);

	/** Listens on the screen's own element. `rows()` are the rows as they stand; `acts` what can be done with learners. */
	function listen(root, { rows, reasons, chosen, acts }) {
		root.addEventListener("keydown", (event) => {
			if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
			const all = rows();
			const at = all.indexOf(event.target.closest("li.missing"));
			const student = at >= 0 ? all[at].dataset.student : null;
			const some = chosen.size ? [...chosen] : student ? [student] : [];
			const key = event.key.toLowerCase();
			const step = { arrowdown: 1, j: 1, arrowup: -1, k: -1 }[key];
			const reason = /^[1-9]$/.test(key) ? reasons()[Number(key) - 1] : null;
			const done = () => event.preventDefault();
			if (step && all.length) done(all[Math.min(Math.max(at + step, 0), all.length - 1)].focus());
			else if (key === "/") done(acts.byHand());
			else if (key === "u") done(acts.undo());
			else if (key === "a") done(acts.chooseAll());
			else if (!some.length) return;
			else if (reason) done(acts.reason(some, reason.value));
			else if (key === "n") done(acts.call(some, "Not Reached"));
			else if (key === "w") done(acts.call(some, "On The Way"));
			else if (key === "h" && student) done(acts.here(student));
			else if (key === " " && student && event.target.matches("li.missing")) done(acts.choose(student, !chosen.has(student)));
		});
	}

	Object.assign(NotInToday, { help, listen });
})();

// The screen: what is held, day by day, and what was said last.
(() => {
	"use strict";
	const { el, button, api, heldGroup, tapGroup, learners, labelOf, settled, meansClosed } = DaysToSettle;

	class Screen {
		#root;
		#said = el("div", { class: "said", role: "status", tabindex: "-1" });
		#body = el("div", {});
		#open = new Set();

		constructor(root) {
			this.#root = el("div", { class: "days-to-settle" }, this.#said, this.#body);
			root.append(this.#root);
		}

		async refresh() {
			this.#show(await api.overview());
		}

		#show({ groups, taps, reasons, last }) {
			this.#body.replaceChildren(
				...[
					this.#summary(groups, taps),
					...this.#days(groups, reasons),
					taps.length
						? el("section", {}, el("h2", {}, __("Taps of which nobody knows the day")), taps.map((one) => tapGroup(one, this.#date)))
						: null,
				].filter(Boolean)
			);
			if (!this.#said.childElementCount && last) this.#tell(__("Last: {0} on {1}, {2}.", [learners(last.count), last.date, labelOf(last.answer)]), { undo: true });
		}

		#summary(groups, taps) {
			const held = groups.reduce((sum, group) => sum + group.held.length, 0);
			const days = new Set(groups.map((group) => group.day)).size;
			if (!held && !taps.length) return el("p", { class: "nothing" }, __("Nothing waits: every school day is accounted for."));
			if (!held) return null;
			const many = days === 1 ? __("{0} on one day wait for your word.", [learners(held)]) : __("{0} on {1} days wait for your word.", [learners(held), days]);
			return el("p", { class: "summary" }, `${many} ${__("Until then nothing is written about them, and nobody is called absent.")}`);
		}

		#days(groups, reasons) {
			const days = new Map();
			for (const group of groups) days.set(group.date, [...(days.get(group.date) || []), group]);
			return [...days].map(([date, some]) =>
				el("section", {}, el("h2", {}, date), some.map((group) => heldGroup(group, reasons, this.#settle, this.#open)))
			);
		}

		#settle = async (holds, answer, reason) => {
			if (answer === "School Closed" && !(await this.#confirmed(holds))) return;
			const done = await api.settle(holds, answer, reason);
			this.#tell(settled(done, answer), { undo: done.count > 0, refused: done.refused });
			await this.refresh();
		};

		#date = async (taps, day) => {
			const { count } = await api.dateTaps(taps, day);
			this.#tell(count === 1 ? __("1 tap has its day.") : __("{0} taps have their day.", [count]));
			await this.refresh();
		};

		#undo = async () => {
			const { count } = await api.undo();
			this.#tell(count === 1 ? __("Taken back: 1 learner is held again.") : __("Taken back: {0} learners are held again.", [count]));
			await this.refresh();
		};

		async #confirmed(holds) {
			const means = meansClosed(await api.closing(holds)).map((one) => frappe.utils.escape_html(one));
			return new Promise((answer) => frappe.confirm(means.join("<br>"), () => answer(true), () => answer(false)));
		}

		/** What was done, heard by a screen reader too; the focus is there, as the button that had it may be gone. */
		#tell(sentence, { undo = false, refused = [] } = {}) {
			this.#said.replaceChildren(
				el("span", {}, sentence),
				...(undo ? [button(__("Undo"), this.#undo)] : []),
				...(refused.length
					? [el("div", { class: "refused" }, el("b", {}, __("Not taken by Education")), el("ul", {}, refused.map((one) => el("li", {}, one))))]
					: [])
			);
			if (this.#root.contains(document.activeElement)) this.#said.focus({ preventScroll: true });
		}
	}

	Object.assign(DaysToSettle, { Screen });
})();

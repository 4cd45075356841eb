// The screen: how the day stands, who is not in, and what was noted last.
(() => {
	"use strict";
	const { el, button, api, rowOf, reasonButtons, CheckIn, howMany, outcome, reasons, chosen, help, listen } = NotInToday;

	class Screen {
		day = "";
		#root;
		#said = el("div", { class: "said", role: "status", tabindex: "-1" });
		#top = el("div", { class: "top" });
		#bar = el("div", { class: "bar" });
		#body = el("div", {});
		#chosen = new Set();
		#group = "";
		#shown = { rows: [], unknown: [], reasons: [], sentences: [] };
		#undo = null;
		#closed = new Set(["known", "unknown"]);

		constructor(root) {
			this.#root = el("div", { class: "not-in-today" }, this.#top, this.#said, this.#bar, this.#body);
			root.append(this.#root);
			this.checkIn = new CheckIn(this.#acts.here);
			listen(this.#root, {
				rows: () => [...this.#body.querySelectorAll("li.missing")].filter((row) => row.offsetParent),
				reasons: () => (this.#shown.may_note ? this.#shown.reasons : []),
				chosen: this.#chosen,
				acts: this.#acts,
			});
		}

		async refresh() {
			const route = frappe.route_options?.day;
			if (route) {
				this.day = route;
				frappe.route_options = null;
			}
			this.#show(await api.overview(this.day));
		}

		/** What came in meanwhile is shown by itself where nobody is in the middle of something. */
		refreshIfIdle() {
			const busy = this.#chosen.size || document.activeElement?.matches("select, input");
			if (!document.hidden && this.#shown.today && !busy) this.refresh();
		}

		#acts = {
			choose: (student, on) => {
				this.#chosen[on ? "add" : "delete"](student);
				this.#draw();
			},
			chooseAll: () => {
				const open = this.#open().map((row) => row.student);
				const all = open.every((student) => this.#chosen.has(student));
				for (const student of open) this.#chosen[all ? "delete" : "add"](student);
				this.#draw();
			},
			reason: (students, reason) => this.#note(api.giveReason(students, this.#shown.day, reason), students, this.#label(reason)),
			call: (students, name) => this.#note(api.noteCall(students, this.#shown.day, name), students, outcome(name)),
			came: (students) => this.#note(api.cameAfterAll(students, this.#shown.day), students, __("came after all"), { undo: false }),
			here: async (student) => {
				const done = await api.checkIn(student);
				const marked = done.marked ? ` ${__("A person has written {0} for today; that stays.", [done.marked])}` : "";
				this.#undo = done.undo;
				this.#tell(`${__("{0} is in, by hand, at {1}.", [done.name, done.at])}${marked}`, { undo: true });
				await this.refresh();
			},
			byHand: () => this.checkIn.focus(),
			undo: () => this.#undo && this.#takeBack(),
		};

		asked = new AskedOfYou.Section();

		async #note(asked, students, label, { undo = true } = {}) {
			const next = this.#after(students);
			// Until it is answered there is nothing to undo: what was done before is not meant any more.
			this.#undo = null;
			const done = await asked;
			this.#undo = undo && done.count ? done.undo : null;
			this.#chosen.clear();
			this.#tell(reasons(done.count, label), { undo: Boolean(this.#undo), refused: done.refused });
			await this.refresh();
			this.#focus(next);
		}

		async #takeBack() {
			const what = this.#undo;
			this.#undo = null;
			await api.undo(this.#shown.day, what);
			this.#tell(__("Taken back."));
			await this.refresh();
		}

		#label(reason) {
			return this.#shown.reasons.find((one) => one.value === reason)?.label || reason;
		}

		#open() {
			return this.#ofGroup(this.#shown.rows).filter((row) => row.open);
		}

		#ofGroup(rows) {
			return rows.filter((row) => !this.#group || row.group === this.#group);
		}

		/** Whoever comes below these in the list: where the work goes on. */
		#after(students) {
			const order = [...this.#body.querySelectorAll("li.missing")].map((row) => row.dataset.student);
			const last = Math.max(...students.map((student) => order.indexOf(student)));
			return order.slice(last + 1).concat(order.slice(0, last).reverse()).find((student) => !students.includes(student));
		}

		#focus(student) {
			const row = student && this.#body.querySelector(`li.missing[data-student="${CSS.escape(student)}"]`);
			if (row?.offsetParent) row.focus({ preventScroll: false });
			else this.#said.focus({ preventScroll: true });
		}

		#show(shown) {
			if (shown.today && shown.may_note && !this.asked.element.contains(document.activeElement)) this.asked.refresh();
			this.#shown = shown;
			this.day = shown.today ? "" : shown.day;
			const here = new Set([...shown.rows, ...shown.unknown].map((row) => row.student));
			for (const student of this.#chosen) if (!here.has(student)) this.#chosen.delete(student);
			this.#draw();
		}

		#draw() {
			const focused = document.activeElement?.closest?.("li.missing")?.dataset.student;
			const ticking = document.activeElement?.matches?.("input[type=checkbox]");
			const inBar = this.#bar.contains(document.activeElement);
			const typing = this.checkIn.element.contains(document.activeElement);
			if (!typing) this.#top.replaceChildren(...this.#head().filter(Boolean));
			else this.#top.querySelector(".how-many")?.replaceChildren(howMany(this.#shown));
			this.#bar.replaceChildren(...this.#tools());
			this.#body.replaceChildren(...this.#sections());
			// What had the focus was made anew: it is where it was.
			const row = focused && this.#body.querySelector(`li.missing[data-student="${CSS.escape(focused)}"]`);
			const again = inBar ? this.#bar.querySelector("input") : row && ticking ? row.querySelector(".choose") : row;
			again?.focus({ preventScroll: true });
		}

		#head() {
			const { day, date, now, today, sentences, may_note: mayNote } = this.#shown;
			const groups = [...new Set([...this.#shown.rows, ...this.#shown.unknown].map((row) => row.group))].sort();
			return [
				el(
					"div",
					{ class: "day" },
					el("h2", {}, today ? `${date}, ${now}` : date),
					el("label", {}, __("Day"), " ", el("input", { type: "date", class: "form-control input-sm", value: day, onchange: (event) => this.#goTo(event.target.value) })),
					groups.length > 1 ? this.#groups(groups) : null
				),
				el("p", { class: "how-many" }, howMany(this.#shown)),
				sentences.length ? el("ul", { class: "sentences", "aria-label": __("What is known of this day") }, sentences.map((one) => el("li", {}, one))) : null,
				today && mayNote ? this.checkIn.element : null,
				this.#reported(),
				today && mayNote ? this.asked.element : null,
			];
		}

		/** What learners reported themselves: somebody accepts it or not. */
		#reported() {
			const waiting = this.#shown.reported ?? [];
			if (!waiting.length) return null;
			const one = ({ student_name: name, days, reason, route }) => el("li", {}, el("a", { href: route }, name), `: ${[days, reason].filter(Boolean).join(", ")}`);
			return el("section", { class: "reported" }, el("h3", {}, __("Reported by learners, without an answer: {0}", [waiting.length])), el("ul", {}, waiting.map(one)));
		}

		#groups(groups) {
			return el(
				"label",
				{},
				__("Student Group"),
				" ",
				el(
					"select",
					{ class: "form-control input-sm", onchange: (event) => this.#only(event.target.value) },
					el("option", { value: "" }, __("all")),
					groups.map((group) => el("option", { value: group, selected: group === this.#group }, group))
				)
			);
		}

		#only(group) {
			this.#group = group;
			this.#chosen.clear();
			this.#draw();
		}

		async #goTo(day) {
			if (!day) return;
			this.day = day;
			this.#chosen.clear();
			this.#said.replaceChildren();
			this.#undo = null;
			await this.refresh();
		}

		/** For several at once. */
		#tools() {
			const open = this.#open();
			if (!this.#shown.may_note || !open.length) return [];
			const some = [...this.#chosen];
			const all = el("input", {
				type: "checkbox",
				checked: open.every((row) => this.#chosen.has(row.student)),
				onchange: () => this.#acts.chooseAll(),
			});
			const about = some.length ? chosen(some.length) : "";
			return [
				el("label", { class: "all" }, all, " ", some.length ? about : __("Choose all")),
				...(some.length
					? [
							...reasonButtons(this.#shown.reasons, (reason) => this.#acts.reason(some, reason), about),
							button(outcome("Not Reached"), () => this.#acts.call(some, "Not Reached"), { about, small: true }),
							button(outcome("On The Way"), () => this.#acts.call(some, "On The Way"), { about, small: true }),
					  ]
					: []),
			];
		}

		#sections() {
			const rows = this.#ofGroup(this.#shown.rows);
			const open = rows.filter((row) => row.open);
			const known = rows.filter((row) => !row.open);
			const unknown = this.#ofGroup(this.#shown.unknown);
			return [
				open.length ? el("section", {}, el("h3", {}, __("Not in, reason not known: {0}", [open.length])), this.#list(open)) : null,
				this.#folded("known", __("Reason known: {0}", [known.length]), known),
				this.#folded("unknown", __("Not seen, and no door can tell: {0}", [unknown.length]), unknown),
				this.#shown.may_note && open.length ? help() : null,
			].filter(Boolean);
		}

		#list(rows) {
			const { reasons: possible, may_note: mayNote, today } = this.#shown;
			return el("ul", { class: "rows" }, rows.map((row) => rowOf(row, { reasons: possible, mayNote, today, chosen: this.#chosen, acts: this.#acts })));
		}

		#folded(key, heading, rows) {
			if (!rows.length) return null;
			const details = el("details", { open: !this.#closed.has(key) }, el("summary", {}, heading), this.#list(rows));
			details.addEventListener("toggle", () => this.#closed[details.open ? "delete" : "add"](key));
			return details;
		}

		/** What was done, heard by a screen reader too. */
		#tell(sentence, { undo = false, refused = [] } = {}) {
			this.#said.replaceChildren(
				el("span", {}, sentence),
				...(undo ? [button(__("Undo"), this.#acts.undo)] : []),
				...(refused.length ? [el("ul", { class: "refused" }, refused.map((one) => el("li", {}, one)))] : [])
			);
		}
	}

	Object.assign(NotInToday, { Screen });
})();

// A forgotten badge: a name, Enter, and the learner is in.
(() => {
	"use strict";
	const { el, api } = NotInToday;
	const PAUSE_MS = 150;

	class CheckIn {
		#input = el("input", {
			type: "text",
			class: "form-control",
			id: "check-in-by-hand",
			role: "combobox",
			autocomplete: "off",
			"aria-expanded": "false",
			"aria-controls": "check-in-found",
			"aria-autocomplete": "list",
			placeholder: __("Name of the learner"),
			oninput: () => this.#later(),
			onkeydown: (event) => this.#key(event),
		});
		#list = el("ul", { id: "check-in-found", role: "listbox", "aria-label": __("Learners found"), hidden: true });
		#found = [];
		#at = 0;
		#timer = null;
		#asked = "";

		/** `checkIn(student)` is called for the learner who is chosen. */
		constructor(checkIn) {
			this.checkIn = checkIn;
			this.element = el(
				"div",
				{ class: "check-in" },
				el("label", { for: "check-in-by-hand" }, __("Forgotten badge: a name, then Enter")),
				el("div", { class: "combo" }, this.#input, this.#list)
			);
		}

		focus() {
			this.#input.focus();
		}

		#later() {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#find(), PAUSE_MS);
		}

		async #find() {
			clearTimeout(this.#timer);
			const text = this.#input.value.trim();
			if (text === this.#asked) return;
			this.#asked = text;
			const found = text ? await api.find(text) : [];
			if (this.#asked === text) this.#show(found);
		}

		#show(found) {
			this.#found = found;
			this.#at = 0;
			this.#list.replaceChildren(
				...found.map((one, index) =>
					el(
						"li",
						{ role: "option", id: `check-in-${index}`, "aria-selected": String(index === 0), onmousedown: (event) => this.#choose(event, one) },
						el("b", {}, one.name),
						" ",
						el("small", {}, one.came ? `${one.group} · ${__("in since {0}", [one.came])}` : one.group)
					)
				)
			);
			if (!found.length && this.#asked) this.#list.replaceChildren(el("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, __("Nobody by this name.")));
			const open = Boolean(this.#asked);
			this.#list.hidden = !open;
			this.#input.setAttribute("aria-expanded", String(open));
			this.#mark();
		}

		#mark() {
			[...this.#list.children].forEach((option, index) => option.setAttribute("aria-selected", String(this.#found.length > 0 && index === this.#at)));
			if (this.#found.length) this.#input.setAttribute("aria-activedescendant", `check-in-${this.#at}`);
			else this.#input.removeAttribute("aria-activedescendant");
		}

		async #key(event) {
			const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
			if (step && this.#found.length) {
				this.#at = (this.#at + step + this.#found.length) % this.#found.length;
				this.#mark();
				event.preventDefault();
			} else if (event.key === "Escape") {
				this.#clear();
			} else if (event.key === "Enter") {
				event.preventDefault();
				await this.#find();
				const one = this.#found[this.#at];
				if (one) await this.#take(one);
			}
		}

		#choose(event, one) {
			event.preventDefault();
			this.#take(one);
		}

		async #take(one) {
			this.#clear();
			await this.checkIn(one.student);
			this.#input.focus();
		}

		#clear() {
			clearTimeout(this.#timer);
			this.#input.value = this.#asked = "";
			this.#show([]);
		}
	}

	Object.assign(NotInToday, { CheckIn });
})();

// The page of the board: tools, tally, sections of learners, live region, dialog. Whatever is drawn anew keeps the focus.
(() => {
	"use strict";
	const { Bands, CardView, NEED, ON_IT, QUIET, el, icon, sectionOf } = MentorBoard;

	const TOAST_MS = 6_000;
	const OFFER_MS = 12_000;

	class Page {
		#board;
		#parts;
		#toastTimer = 0;

		constructor(board) {
			this.#board = board;
			this.#parts = this.#frame();
			this.render();
		}

		get dialog() {
			return this.#parts.dialog;
		}

		get search() {
			return this.#parts.search;
		}

		/** What has the focus within the board, or null. */
		get focused() {
			return this.#board.root.activeElement;
		}

		get focusedKey() {
			return this.focused?.dataset.key;
		}

		get #state() {
			return this.#board.state;
		}

		#say(key, values) {
			return this.#board.language.say(key, values);
		}

		/** The parts that stay while learners are drawn anew. */
		#frame() {
			const search = el("input", {
				type: "search",
				"data-key": "search",
				"aria-label": this.#say("search"),
				placeholder: this.#say("search"),
				autocomplete: "off",
				oninput: (event) => {
					this.#state.filter = event.target.value.trim();
					this.renderList();
				},
			});
			search.value = this.#state.filter;
			const parts = {
				title: el("h2", {}, this.#say("title")),
				subtitle: el("p", { class: "muted" }),
				tally: el("ul", { class: "tally" }),
				list: el("div", { class: "list" }),
				banner: el("div", { class: "banner", hidden: true }),
				bands: el("div", { class: "bands" }),
				dialog: el("dialog", { "aria-labelledby": "dialog-title" }),
				toast: el("p", { class: "toast", role: "status", "aria-live": "polite" }),
				tools: el(
					"div",
					{ class: "tools" },
					el("span", { class: "find" }, icon("search"), search),
					this.#tool("away", "away", () => this.#board.promises.goAway()),
					this.#tool("refresh", "refresh", () => this.#refreshed()),
					this.#tool("keys", "keyboard", () => this.#board.keys.help())
				),
				search,
			};
			const { title, subtitle, tally, list, banner, bands, dialog, toast, tools } = parts;
			const top = el("header", { class: "top" }, el("div", {}, title, subtitle), tools);
			this.#board.root.replaceChildren(el("div", { class: "board", lang: this.#board.language.code }, top, tally, banner, bands, list, toast, dialog));
			return parts;
		}

		#tool(word, picture, onclick) {
			const label = el("span", { class: "wide-only" }, this.#say(word));
			return el("button", { class: "button", type: "button", "data-key": word, "aria-label": this.#say(word), onclick }, icon(picture), label);
		}

		async #refreshed() {
			await this.#board.refresh();
			if (!this.#state.failure) this.announce(this.#say("refreshed"));
		}

		render() {
			const { tools, title, subtitle, banner, list } = this.#parts;
			const { overview, failure } = this.#state;
			title.textContent = this.#say(overview?.scope === "school" ? "title_school" : "title");
			tools.hidden = !overview;
			list.setAttribute("aria-busy", String(!overview && !failure));
			subtitle.textContent = overview
				? [this.#board.language.date(overview.today, { weekday: "long", day: "numeric", month: "long", year: "numeric" }), overview.mentor?.name].filter(Boolean).join(" · ")
				: "";
			banner.hidden = !(overview && failure);
			banner.replaceChildren(...(banner.hidden ? [] : [this.#staleNotice()]));
			this.renderBands();
			this.renderList();
		}

		/** Who is away, and the button that says so where it can be said. */
		renderBands() {
			const { overview } = this.#state;
			this.#parts.bands.replaceChildren(...new Bands(this.#board).all());
			const button = this.#parts.tools.querySelector("[data-key=away]");
			button.hidden = !overview?.can.includes("go_away") || Boolean(overview.away) || !overview.colleagues.length;
		}

		/** Moves the clocks of what waits. */
		tick() {
			if (!this.#state.overview) return;
			for (const clock of this.#parts.list.querySelectorAll(".clock")) clock.textContent = this.#board.waited(clock.dataset.since);
		}

		#staleNotice() {
			const { loadedAt, failure } = this.#state;
			const text = `${this.#say("stale", { time: this.#board.language.time(loadedAt) })} ${failure}`;
			return el("div", { class: "problem", role: "alert" }, icon("Concern"), el("p", {}, text), this.#retryButton());
		}

		#retryButton() {
			return el("button", { class: "button main", type: "button", "data-key": "retry", onclick: () => this.#retry() }, this.#say("retry"));
		}

		#retry() {
			this.#state.failure = null;
			this.render();
			return this.#board.refresh();
		}

		renderList() {
			this.#keepingFocus(() => {
				this.#renderTally();
				this.#parts.list.replaceChildren(...this.#contents());
			});
		}

		#contents() {
			const { overview, failure, filter } = this.#state;
			if (!overview && failure) return [this.#notice("Concern", this.#say("error_title"), failure, this.#retryButton(), "alert")];
			if (!overview) {
				const bones = Array.from({ length: 3 }, () => el("div", { class: "bone" }));
				return [el("p", { class: "sr", role: "status" }, this.#say("loading")), el("div", { class: "bones", "aria-hidden": "true" }, bones)];
			}
			const { learners } = overview;
			if (!learners.length) return [this.#notice("calm", this.#say("no_learners_title"), this.#say("no_learners_text"))];
			const matching = this.#matching();
			if (!matching.length) return [this.#notice("search", filter ? this.#say("no_match", { text: filter }) : this.#say("nobody_chosen"), "")];
			const nobody = !filter && !learners.some((learner) => sectionOf(learner) === NEED);
			const notice = nobody && this.#notice("calm", this.#say("empty_title"), this.#say("empty_text"));
			return [notice, ...[NEED, ON_IT, QUIET].map((section) => this.#section(section, matching))].filter(Boolean);
		}

		/** The learners whom the search asks for. */
		#matching() {
			const { code } = this.#board.language;
			const wanted = this.#state.filter.toLocaleLowerCase(code);
			return this.#state.overview.learners.filter(
				(learner) => this.#state.passes(learner) && `${learner.name} ${learner.group ?? ""}`.toLocaleLowerCase(code).includes(wanted)
			);
		}

		#notice(picture, title, text, button = null, role = null) {
			return el("div", { class: "empty", role }, icon(picture), el("h3", {}, title), text && el("p", {}, text), button);
		}

		#section(section, matching) {
			const { sections, quietShown, filter } = this.#state;
			const learners = matching.filter((learner) => sections.get(learner.student) === section);
			if (!learners.length) return null;
			const folded = section === QUIET && !quietShown && !filter;
			const cards = folded ? [] : learners.map((learner) => this.#card(learner));
			const count = countIn(section, matching);
			return el(
				"section",
				{ class: "section", "aria-labelledby": `section-${section}` },
				el("h3", { id: `section-${section}` }, this.#say(`section_${section}`), el("span", { class: "n", "data-n": section }, String(count))),
				cards.length > 0 && el("ol", { class: "cards", role: "list" }, cards),
				section === QUIET && !filter && this.#quietToggle(count)
			);
		}

		#quietToggle(count) {
			const { quietShown } = this.#state;
			const onclick = () => {
				this.#state.quietShown = !quietShown;
				this.renderList();
			};
			return el(
				"button",
				{ class: "button plain", type: "button", "data-key": "quiet", "aria-expanded": String(quietShown), onclick },
				this.#say(quietShown ? "hide_quiet" : "show_quiet", { n: count })
			);
		}

		#card(learner) {
			return new CardView(this.#board).card(learner, this.#state.overview.learners.indexOf(learner));
		}

		renderCard({ student }) {
			const card = this.cardOf(student);
			const learner = this.#state.find(student);
			if (!card || !learner) return this.renderList();
			this.#keepingFocus(() => {
				card.replaceWith(this.#card(learner));
				this.#renderTally();
			});
		}

		#renderTally() {
			const { overview } = this.#state;
			const rows = [
				[NEED, "need"],
				[ON_IT, "on"],
				[QUIET, "quiet"],
			];
			const items = overview
				? rows.map(([section, name]) => el("li", { class: name }, el("span", { class: "dot", "aria-hidden": "true" }), this.#say(`tally_${section}`, { n: countIn(section, overview.learners) })))
				: [];
			// A card that was acted on stays in its place; the numbers above it say what is true now.
			for (const n of this.#parts.list.querySelectorAll("[data-n]")) n.textContent = String(countIn(n.dataset.n, overview ? this.#matching() : []));
			this.#parts.tally.replaceChildren(...items);
			this.#parts.tally.hidden = !items.length;
		}

		/** Shows a learner's card, also one that is folded away, with the focus on the name. */
		reveal(learner) {
			if (!this.cardOf(learner.student)) this.#state.quietShown = true;
			this.renderList();
			this.focus(`name ${learner.student}`);
			this.cardOf(learner.student)?.scrollIntoView({ block: "start" });
		}

		cardOf(student) {
			return this.#board.root.querySelector(`.card[data-student="${CSS.escape(student)}"]`);
		}

		/** The buttons with the learners' names, from the top. */
		get names() {
			return Array.from(this.#board.root.querySelectorAll(".name"));
		}

		/** Draws, then gives the focus back to what had it, or else to the learner it was in. */
		#keepingFocus(draw) {
			const focused = this.#parts.list.contains(this.focused) ? this.focused : null;
			const student = focused?.closest(".card")?.dataset.student;
			draw();
			if (focused && !focused.isConnected) this.focus(focused.dataset.key, student);
		}

		/** Puts the focus on what has this key, or else on the learner's name. */
		focus(key, student) {
			const keyed = (one) => this.#board.root.querySelector(`[data-key="${CSS.escape(one)}"]`);
			const target = (key && keyed(key)) || (student && keyed(`name ${student}`));
			target?.focus();
		}

		/** Says it where it is seen for a while, and to a screen reader. */
		announce(text) {
			const { toast } = this.#parts;
			toast.textContent = text;
			this.#showToast(TOAST_MS);
		}

		/** Adds a way back to what was just said, by button or by key. */
		offer(word, key, onclick) {
			const hint = key && this.#board.keys.on && el("kbd", {}, key);
			const button = el("button", { class: "button", type: "button", "data-key": word, "aria-keyshortcuts": hint ? key : null, onclick }, this.#say(word), hint);
			this.#parts.toast.append(" ", button);
			this.#showToast(OFFER_MS);
		}

		/** It stays as long as its button has the focus. */
		#showToast(ms) {
			const { toast } = this.#parts;
			clearTimeout(this.#toastTimer);
			toast.classList.remove("gone");
			const go = () => (toast.contains(this.focused) ? this.#showToast(ms) : toast.classList.add("gone"));
			this.#toastTimer = setTimeout(go, ms);
		}
	}

	/** How many are in a section now; what waited about somebody else and is answered is in none. */
	function countIn(section, learners) {
		return learners.filter((learner) => sectionOf(learner) === section && !(learner.other && section !== NEED)).length;
	}

	Object.assign(MentorBoard, { Page });
})();

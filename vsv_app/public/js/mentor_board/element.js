/**
 * <mentor-board lang="nl|en" theme="light|dark|auto">: a mentor's learners, ordered by who needs the mentor first.
 *
 * Classic scripts without dependencies, one namespace: the same files serve Frappe Desk and the embedded server, in the
 * order of `page_js` in hooks.py, which is the order in which they use one another.
 *
 *   const board = document.querySelector("mentor-board");
 *   board.api = MentorBoard.httpApi("", { token });      // the embedded server
 *   board.api = MentorBoard.frappeApi();                 // Frappe Desk
 *
 * An api is { overview({lang}), act(action, {lang}), timeline?(student, {lang}), help?(concern, {lang}), subscribe?(onChange) → unsubscribe,
 * link?(kind, name) → URL or null, linkTo?({route, doctype, name}) → URL or null, go?(kind, name) → whether it went there }.
 * `overview` gives what the board shows (needs_me: the more, the sooner; a week's rate: percentage missed), `act` answers {signal, status, …}; both reject with a BoardError
 * or anything else. The board changes what it shows at once and takes it back when `act` rejects.
 *
 * All text from outside goes through text nodes; the styles through adoptedStyleSheets. No request of its own.
 */
(() => {
	"use strict";
	const { Board, styles } = MentorBoard;

	if (customElements.get("mentor-board")) return;

	class MentorBoardElement extends HTMLElement {
		static observedAttributes = ["lang"];

		#board;

		constructor() {
			super();
			const root = this.attachShadow({ mode: "open" });
			root.adoptedStyleSheets = [styles()];
			this.#board = new Board(this, root);
		}

		connectedCallback() {
			this.#board.start(this.#lang);
		}

		disconnectedCallback() {
			this.#board.stop();
		}

		attributeChangedCallback() {
			if (this.isConnected && this.#board.page) this.#board.changeLanguage(this.#lang);
		}

		get api() {
			return this.#board.api;
		}

		set api(api) {
			this.#board.api = api;
		}

		/** Opens the card that a record is about, or a learner's, as soon as the board has it: what a link in the bell does. */
		show({ record = "", learner = "" }) {
			this.#board.show({ record, learner });
		}

		/** Moves the clocks now; the board does so by itself each half minute. */
		tick() {
			this.#board.page.tick();
		}

		/** Asks the api for the overview and shows it; never rejects. */
		refresh() {
			return this.#board.refresh();
		}

		get #lang() {
			return (this.getAttribute("lang") || document.documentElement.lang || "en").slice(0, 2).toLowerCase();
		}
	}

	customElements.define("mentor-board", MentorBoardElement);
})();

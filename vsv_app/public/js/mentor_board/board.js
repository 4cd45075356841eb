// Puts the parts of a board together and keeps it up to date with the server.
(() => {
	"use strict";
	const { Actions, Keys, Language, Page, State, readOverview } = MentorBoard;

	const REFRESH_DELAY_MS = 300; // several signals raised together ask for one refresh
	const STALE_AFTER_MS = 60_000; // a board that comes back into view after this long asks anew

	class Board {
		state = new State();
		actions = new Actions(this);
		keys = new Keys(this);
		language = null;
		page = null;
		#api = null;
		#loading = 0; // number of the newest load: an older answer that comes late is not shown
		#refreshTimer = 0;
		#unsubscribe = null;

		/** `host`: the element; `root`: its shadow root. */
		constructor(host, root) {
			this.host = host;
			this.root = root;
		}

		get api() {
			return this.#api;
		}

		set api(api) {
			this.#api = api;
			this.state.overview = null;
			if (this.host.isConnected) this.#ask();
		}

		start(lang) {
			document.addEventListener("keydown", this.keys.listen);
			document.addEventListener("visibilitychange", this.#onVisible);
			this.#speak(lang);
			if (this.#api) this.#ask();
		}

		stop() {
			document.removeEventListener("keydown", this.keys.listen);
			document.removeEventListener("visibilitychange", this.#onVisible);
			clearTimeout(this.#refreshTimer);
			this.#unsubscribe?.();
			this.#unsubscribe = null;
		}

		changeLanguage(lang) {
			if (new Language(lang).code === this.language.code) return;
			this.#speak(lang);
			if (this.#api) this.refresh(); // explanations come from the server in its language
		}

		#speak(lang) {
			this.language = new Language(lang);
			this.page = new Page(this);
		}

		#ask() {
			this.#unsubscribe?.();
			this.#unsubscribe = this.#api?.subscribe?.(() => this.refreshSoon()) ?? null;
			this.refresh();
		}

		/** Asks the api for the overview and shows it; never rejects. */
		async refresh() {
			const load = ++this.#loading;
			if (!this.state.overview) this.page.render();
			try {
				const overview = readOverview(await this.#api.overview({ lang: this.language.code }));
				if (load !== this.#loading) return;
				if (this.state.pending.size) return this.refreshSoon();
				this.#arrive(overview);
			} catch (error) {
				if (load !== this.#loading) return;
				this.state.failure = this.language.failure(error);
			}
			this.page.render();
		}

		refreshSoon() {
			clearTimeout(this.#refreshTimer);
			this.#refreshTimer = setTimeout(() => this.refresh(), REFRESH_DELAY_MS);
		}

		#arrive(overview) {
			const names = this.state.arrive(overview).map((learner) => learner.name);
			if (names.length) this.page.announce(this.language.say("new_signal", { n: names.length, names: this.language.list(names) }));
		}

		link(kind, name) {
			return this.#api.link?.(kind, name) ?? null;
		}

		#onVisible = () => {
			const { loadedAt } = this.state;
			const stale = loadedAt && Date.now() - loadedAt > STALE_AFTER_MS;
			if (document.visibilityState === "visible" && stale) this.refreshSoon();
		};
	}

	Object.assign(MentorBoard, { Board });
})();

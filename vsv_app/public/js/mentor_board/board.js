// Puts the parts of a board together and keeps it up to date with the server.
(() => {
	"use strict";
	const { Actions, Keys, Language, Page, Promises, State, asMoment, readOverview } = MentorBoard;

	const REFRESH_DELAY_MS = 300; // several signals raised together ask for one refresh
	const CLOCK_MS = 30_000; // how often the clock of a call for help moves
	const STALE_AFTER_MS = 60_000; // a board that comes back into view after this long asks anew

	class Board {
		state = new State();
		actions = new Actions(this);
		promises = new Promises(this);
		keys = new Keys(this);
		language = null;
		page = null;
		#api = null;
		#loading = 0; // number of the newest load: an older answer that comes late is not shown
		#refreshTimer = 0;
		#clock = 0;
		#wanted = null; // {record, learner} that a link asked for, until it is shown
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
			this.#clock = setInterval(() => this.page.tick(), CLOCK_MS);
			this.#speak(lang);
			if (this.#api) this.#ask();
		}

		stop() {
			clearInterval(this.#clock);
			document.removeEventListener("keydown", this.keys.listen);
			document.removeEventListener("visibilitychange", this.#onVisible);
			clearTimeout(this.#refreshTimer);
			this.#unsubscribe?.();
			this.#unsubscribe = null;
		}

		changeLanguage(lang) {
			if (new Language(lang).code === this.language.code) return;
			this.#speak(lang);
			this.state.timelines.clear();
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
				const overview = readOverview(await this.#api.overview({ lang: this.language.code, ...this.state.scope }));
				if (load !== this.#loading) return;
				if (this.state.pending.size) return this.refreshSoon();
				this.#arrive(overview);
			} catch (error) {
				if (load !== this.#loading) return;
				this.state.failure = this.language.failure(error);
			}
			this.page.render();
			this.#showWanted();
		}

		show(wanted) {
			this.#wanted = wanted.record || wanted.learner ? wanted : null;
			if (wanted.learner && !this.state.find(wanted.learner)) return this.showScope({ ...this.state.scope, student: wanted.learner });
			if (this.state.overview) this.#showWanted();
		}

		#showWanted() {
			const { record, learner: student } = this.#wanted ?? {};
			if (!this.#wanted || !this.state.overview) return;
			this.#wanted = null;
			const found = this.state.about(record) ?? this.state.find(student);
			if (found) this.actions.show(found);
			else this.page.announce(this.language.say("waits_no_more"));
		}

		/** Other learners than before: {scope, group, mentor} or {student}, as the api takes them. */
		showScope(scope) {
			this.state.scope = scope;
			this.state.overview = null; // who comes on the board now is not new
			return this.refresh();
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

		linkTo(record) {
			return this.#api.linkTo?.(record) ?? null;
		}

		go(kind, name) {
			return Boolean(name) && Boolean(this.#api.go?.(kind, name));
		}

		/** How long it is since a moment of the school's clock: minutes, or the day where the hour is not known. */
		waited(since) {
			const { overview, loadedAt } = this.state;
			const [then, now] = [asMoment(since), asMoment(overview.now)];
			if (then === null || now === null) return this.language.ago(since, overview.today);
			const minutes = (now - then + Date.now() - loadedAt) / 60_000;
			return this.language.say("waits_for", { time: this.language.waited(Math.max(0, Math.floor(minutes))) });
		}

		#onVisible = () => {
			const { loadedAt } = this.state;
			const stale = loadedAt && Date.now() - loadedAt > STALE_AFTER_MS;
			if (document.visibilityState === "visible" && stale) this.refreshSoon();
		};
	}

	Object.assign(MentorBoard, { Board });
})();

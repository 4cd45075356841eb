// A terminal that reads new badges: asked to, listened to, and let go.
(() => {
	"use strict";
	const { api } = HandOutBadges;
	const LISTEN_MS = 1000;
	const AGAIN_MS = 10 * 60 * 1000;

	class Reading {
		#door;
		#since;
		#timers = [];
		#busy = false;

		/** `on_badge(badge)` for each badge that is read, one at a time; `on_silence(lost)` when the site answers no more, and again. */
		constructor(door, on_badge, on_silence) {
			this.#door = door;
			this.on_badge = on_badge;
			this.on_silence = on_silence;
		}

		async start() {
			this.#since = await api.readNew(this.#door);
			if (!this.#since) throw new Error("refused");
			this.#timers = [setInterval(() => this.#listen(), LISTEN_MS), setInterval(() => api.readNew(this.#door), AGAIN_MS)];
		}

		stop() {
			this.#timers.forEach(clearInterval);
			if (this.#timers.length) api.stop(this.#door).catch(() => {});
			this.#timers = [];
		}

		async #listen() {
			if (this.#busy) return;
			this.#busy = true;
			try {
				for (const badge of await api.read(this.#door, this.#since)) {
					this.#since = badge.at;
					if (this.#timers.length) await this.on_badge(badge);
				}
				this.on_silence(false);
			} catch {
				this.on_silence(true);
			}
			this.#busy = false;
		}
	}

	Object.assign(HandOutBadges, { Reading });
})();

// The board by keyboard. Single keys can be switched off, and the choice is kept in the browser.
(() => {
	"use strict";
	const { CHANNELS, Forms, Part, firstOpen, hasModifier, hasPlan, isTyping } = MentorBoard;

	const KEYS_SETTING = "vsv-board-keys";

	class Keys extends Part {
		get actions() {
			return this.board.actions;
		}

		get on() {
			try {
				return localStorage.getItem(KEYS_SETTING) !== "off";
			} catch {
				return true; // storage is closed to this page: the keys work, and the choice lasts as long as the page
			}
		}

		set on(on) {
			try {
				localStorage.setItem(KEYS_SETTING, on ? "on" : "off");
			} catch {
				this.#announce("help_intro");
			}
		}

		async help() {
			await new Forms(this.page.dialog, this.language).help(this.on, (on) => (this.on = on));
			this.page.focus("keys");
		}

		listen = (event) => {
			if (event.defaultPrevented || hasModifier(event) || this.page.dialog.open || !this.state.overview) return;
			const inside = event.composedPath().includes(this.board.host);
			if (!inside && document.activeElement !== document.body) return;
			if (!this.board.host.checkVisibility()) return;
			const handled = event.key === "Escape" ? this.#escape() : !isTyping(event) && this.#press(event);
			if (!handled) return;
			event.preventDefault();
			event.stopPropagation();
		};

		#press({ key, code, shiftKey }) {
			const arrows = this.page.focused?.matches(".name");
			if (arrows && key === "ArrowDown") return this.#move(1);
			if (arrows && key === "ArrowUp") return this.#move(-1);
			if (!this.on) return false;
			// Shift and a digit gives another character on each keyboard.
			const digit = shiftKey && /^Digit([1-9])$/.exec(code);
			if (digit) return this.#onCurrent("dismiss", (learner, signal) => this.#dismissNow(learner, signal, Number(digit[1])));
			const keys = {
				j: () => this.#move(1),
				k: () => this.#move(-1),
				a: () => this.#onCurrent("acknowledge", (learner, signal) => this.#acknowledgeFirst(learner, signal)),
				d: () => this.#onCurrent("dismiss", (learner, signal) => this.#dismissFirst(learner, signal)),
				t: () => this.#onCurrent("log_talk", (learner, signal) => this.actions.talk(learner, signal ?? firstOpen(learner) ?? null)),
				p: () => this.#onCurrent("start_plan", (learner) => this.#startPlan(learner, () => this.actions.plan(learner))),
				T: () => this.#onCurrent("log_talk", (learner, signal) => this.#talkNow(learner, signal ?? firstOpen(learner))),
				P: () => this.#onCurrent("start_plan", (learner) => this.#startPlan(learner, () => this.#planNow(learner))),
				u: () => this.state.overview.can.includes("take_back") && (this.actions.undo(), true),
				"?": () => (this.help(), true),
				"/": () => (this.page.search.focus(), true),
			};
			return keys[shiftKey ? key : key.toLowerCase()]?.() ?? false; // capitals by Caps Lock are no Shift
		}

		#move(step) {
			const { names } = this.page;
			const at = names.findIndex((name) => name.closest(".card").dataset.student === this.#currentStudent());
			const next = at < 0 ? names[0] : names[Math.max(0, Math.min(names.length - 1, at + step))];
			if (!next) return false;
			next.focus();
			next.closest(".card").scrollIntoView({ block: "nearest" });
			this.state.current = next.closest(".card").dataset.student;
			return true;
		}

		#currentStudent() {
			return this.page.focused?.closest(".card")?.dataset.student ?? this.state.current;
		}

		/** Runs `step` with the learner and the signal that have the focus; the signal may be undefined. */
		#onCurrent(ability, step) {
			if (!this.state.overview.can.includes(ability)) return false;
			const learner = this.page.cardOf(this.#currentStudent() ?? "") && this.state.find(this.#currentStudent());
			if (!learner) {
				this.#announce("choose_first");
				return true;
			}
			const name = this.page.focused?.closest(".signal")?.dataset.signal;
			step(learner, learner.signals.find((signal) => signal.name === name));
			return true;
		}

		#acknowledgeFirst(learner, focused) {
			const signal = focused?.status === "Open" ? focused : firstOpen(learner);
			if (signal) this.actions.acknowledge(learner, signal);
			else this.#announce("nothing_to_acknowledge", learner);
		}

		#dismissFirst(learner, focused) {
			const signal = focused ?? learner.signals[0];
			if (signal) this.actions.dismiss(learner, signal);
			else this.#announce("nothing_to_dismiss", learner);
		}

		/** What still needs words is asked for. */
		#dismissNow(learner, focused, number) {
			const signal = focused ?? learner.signals[0];
			const reason = this.state.overview.dismiss_reasons[number - 1];
			if (!signal || !reason || reason === "Other") this.#dismissFirst(learner, focused);
			else this.actions.dismissFor(learner, signal, { reason });
		}

		#talkNow(learner, signal) {
			this.actions.logTalk(learner, { signal: signal?.name ?? null, channel: CHANNELS[0] });
		}

		#planNow(learner) {
			this.actions.planFrom(learner, learner.signals.map((one) => one.name));
		}

		#startPlan(learner, start) {
			if (hasPlan(learner)) this.#announce("has_plan", learner);
			else if (!learner.signals.length) this.#announce("nothing_to_plan", learner);
			else start();
		}

		#escape() {
			const { page, state } = this;
			if (page.focused === page.search && state.filter) {
				page.search.value = state.filter = "";
				page.renderList();
				return true;
			}
			const student = this.#currentStudent();
			if (!state.open.has(student) || !page.cardOf(student)) return false;
			this.actions.toggle(state.find(student));
			page.focus(`name ${student}`);
			return true;
		}

		#announce(word, learner) {
			this.page.announce(this.say(word, { name: learner?.name }));
		}
	}

	Object.assign(MentorBoard, { Keys });
})();

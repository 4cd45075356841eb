// What a person does: shown at once, sent once, and taken back when the server refuses.
(() => {
	"use strict";
	const { LOOK_AGAIN, Part, STANDING, TalkForms, bySeverity, firstOpen, flip } = MentorBoard;

	class Actions extends Part {
		toggle(learner) {
			flip(this.state.open, learner.student);
			this.state.current = learner.student;
			this.page.renderCard(learner);
			if (this.state.isOpen(learner)) this.loadTimeline(learner);
		}

		/** Opens a learner's card and puts the focus there. */
		show(learner) {
			const { state, page } = this;
			page.search.value = state.filter = "";
			if (learner.other) state.current = learner.student;
			else if (!state.isOpen(learner)) this.toggle(learner);
			page.reveal(learner);
		}

		/** Asks for what happened with a learner, anew each time the card is opened; never rejects. */
		async loadTimeline({ student }) {
			const { api, language } = this.board;
			if (!api.timeline || this.state.find(student)?.other) return;
			const before = this.state.timelines.get(student);
			if (!before?.entries) this.#showTimeline(student, { loading: true });
			try {
				const entries = await api.timeline(student, { lang: language.code });
				this.#showTimeline(student, { entries });
			} catch (error) {
				this.#showTimeline(student, { failure: language.failure(error) });
			}
		}

		#showTimeline(student, known) {
			this.state.timelines.set(student, known);
			const learner = this.state.find(student);
			if (learner && this.state.isOpen(learner)) this.page.renderCard(learner);
		}

		toggleTimeline(learner) {
			flip(this.state.wholeTimelines, learner.student);
			this.page.renderCard(learner);
		}

		toggleEvidence(learner, signal) {
			flip(this.state.evidence, signal.name);
			this.page.renderCard(learner);
		}

		toggleHistory(learner, signal) {
			flip(this.state.histories, signal.name);
			this.page.renderCard(learner);
		}

		toggleTable(learner) {
			flip(this.state.tables, learner.student);
			this.page.renderCard(learner);
		}

		forgive(learner) {
			this.state.problems.delete(learner.student);
			this.page.renderCard(learner);
		}

		/** By one click, with the school's day to look again; another day can be chosen at once. */
		async acknowledge(learner, signal) {
			const done = await this.act(learner, { action: "acknowledge", signal: signal.name }, { rule: signal.rule_title }, (now) => {
				now.signals.find((one) => one.name === signal.name).status = "Acknowledged";
			});
			const taken = done && this.state.find(learner.student)?.signals.find((one) => one.name === signal.name);
			if (!taken?.look_again_on) return;
			this.page.announce(this.say("done_look_again", { rule: signal.rule_title, name: learner.name, when: this.language.date(taken.look_again_on) }));
			if (this.state.overview.can.includes("look_again")) this.page.offer("another_day", null, () => this.board.promises.lookAgain(learner, taken));
		}

		async dismiss(learner, signal) {
			const reasons = this.state.overview.dismiss_reasons;
			const answer = await this.ask(learner, (forms) => forms.dismiss(learner, signal, reasons, this.board.keys.on));
			if (answer) await this.dismissFor(learner, signal, answer);
		}

		async dismissFor(learner, signal, { reason, note = "" }) {
			const done = await this.act(learner, { action: "dismiss", signal: signal.name, reason, note }, { rule: signal.rule_title }, (now) => {
				now.signals = now.signals.filter((one) => one.name !== signal.name);
				now.waiting = now.waiting.filter((one) => one.name !== signal.name);
			});
			if (!done || !this.state.overview.can.includes("take_back")) return;
			this.state.dismissed = { learner, signal };
			this.page.offer("undo", "u", () => this.undo());
		}

		/** Takes the last dismissal back; the server says whether it is too late. */
		async undo() {
			const { learner, signal } = this.state.dismissed ?? {};
			if (!learner || !this.state.find(learner.student)) return this.page.announce(this.say("nothing_to_undo"));
			this.state.dismissed = null;
			this.page.focus(`name ${learner.student}`);
			await this.act(learner, { action: "take_back", signal: signal.name }, { rule: signal.rule_title }, (now) => {
				const others = now.signals.filter((one) => one.name !== signal.name);
				now.signals = [...others, { ...signal, status: "Acknowledged" }].sort(bySeverity);
			});
		}

		/** `item`: what waits and is answered by this talk. */
		async talk(learner, about = firstOpen(learner) ?? null, item = null) {
			const answer = await this.ask(learner, (forms) => forms.talk(learner, about, this.board.promises.days));
			if (answer) await this.logTalk(learner, answer, item);
		}

		async logTalk(learner, answer, item = null) {
			const logged = await this.act(learner, { action: "log_talk", student: learner.student, ...answer }, {}, (now) => {
				const { with_whom = "Learner", reached = true } = answer;
				const on = answer.contact_on ?? this.state.overview.today;
				if (!now.last_contact || on >= now.last_contact.on) now.last_contact = { on, channel: answer.channel, with_whom, reached };
				if (item?.kind === LOOK_AGAIN && reached) now.waiting = now.waiting.filter((one) => one.key !== item.key);
			});
			if (logged && item && answer.reached !== false) await this.board.promises.spoke(learner, item);
		}

		async plan(learner) {
			const answer = await this.ask(learner, (forms) => forms.plan(learner));
			if (answer) await this.planFrom(learner, answer.signals);
		}

		async planFrom(learner, signals) {
			const started = await this.act(learner, { action: "start_plan", student: learner.student, signals }, {}, (now) => {
				for (const signal of now.signals) if (signals.includes(signal.name)) signal.status = "In Plan";
				now.plan = { name: null, status: "Draft", title: "", starting: true };
			});
			if (started && !this.board.go("plan", started.plan)) this.board.refreshSoon(); // for the name of the new plan
		}

		async contest(learner, signal, record) {
			const answer = await this.ask(learner, (forms) => forms.contest(learner, record));
			if (!answer) return;
			const action = { action: "contest", signal: signal.name, record: record.record, note: answer.note };
			await this.act(learner, action, { fact: record.fact }, (now) => {
				for (const one of now.signals) for (const of of one.evidence ?? []) if (of.record === record.record) of.contested = true;
			});
		}

		/** What the server answered, or null where it was not done. */
		async act(learner, action, values, change) {
			const { state, page } = this;
			const key = JSON.stringify(action);
			if (state.pending.has(key)) return null;
			const overview = state.overview;
			const before = structuredClone(state.find(learner.student));
			const words = { name: learner.name, ...values };
			state.pending.add(key);
			state.problems.delete(learner.student);
			state.touched.add(learner.student);
			state.fresh.delete(learner.student);
			change(state.find(learner.student));
			page.renderCard(learner);
			try {
				const answer = await this.board.api.act(action, { lang: this.language.code });
				this.#settle(learner.student, answer);
				this.page.announce(this.say(`done_${action.action}`, words));
				this.board.host.dispatchEvent(new CustomEvent("vsv-action", { bubbles: true, composed: true, detail: action }));
				if (state.isOpen(learner)) this.loadTimeline(learner);
				return answer ?? {};
			} catch (error) {
				if (state.overview === overview) state.replace(before);
				const undone = this.say("not_done", { what: this.say(`undone_${action.action}`) });
				const retry = () => this.act(learner, action, values, change);
				state.problems.set(learner.student, { text: `${undone} ${this.language.failure(error)}`, retry });
				// Somebody else may have been first: show what is true now, beside the sentence that says so.
				if (["refused", "timeout"].includes(error?.kind)) this.board.refreshSoon();
				return null;
			} finally {
				state.pending.delete(key);
				if (state.find(learner.student)) this.page.renderCard(learner);
			}
		}

		/** The server has the last word on a status. */
		#settle(student, answer) {
			const learner = this.state.find(student);
			const signal = learner?.signals.find((one) => one.name === answer?.signal);
			if (!signal || !answer.status) return;
			if (answer.history) signal.history = answer.history;
			if (answer.look_again_on) signal.look_again_on = answer.look_again_on;
			if (STANDING.includes(answer.status)) signal.status = answer.status;
			else learner.signals = learner.signals.filter((one) => one !== signal);
		}

		async ask(learner, show) {
			const { dialog } = this.page;
			if (dialog.open) return null;
			this.state.current = learner.student;
			const back = this.page.focusedKey ?? `name ${learner.student}`;
			const answer = await show(new TalkForms(dialog, this.language));
			this.page.focus(back, learner.student);
			return answer && this.state.find(learner.student) ? answer : null;
		}
	}

	Object.assign(MentorBoard, { Actions });
})();

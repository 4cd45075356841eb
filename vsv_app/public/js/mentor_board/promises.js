// What a mentor promises, keeps and hands over: when to look again, answers to families, next steps, being away.
(() => {
	"use strict";
	const { HELP, NEXT_STEP, Part, TalkForms } = MentorBoard;

	const DAY_MS = 86_400_000;
	const LOOK_AGAIN = 14; // days, where the server says no other day
	const STEP_AGAIN = 7;

	class Promises extends Part {
		/** Days from which dialogs start. */
		get days() {
			const { today } = this.state.overview;
			return { today, tomorrow: later(today, 1), nextStep: later(today, STEP_AGAIN) };
		}

		/** Another day to look at a signal again; `item`: what waits because the day has come. */
		async lookAgain(learner, signal, item = null) {
			const { days } = this;
			const usual = this.state.overview.usual_days?.[signal.severity] ?? later(days.today, LOOK_AGAIN);
			const lookAgain = signal.look_again_on > days.today ? signal.look_again_on : usual;
			const answer = await this.board.actions.ask(learner, (forms) => forms.lookAgain(learner, signal, { ...days, lookAgain }));
			if (!answer) return;
			const action = { action: signal.status === "Open" ? "acknowledge" : "look_again", signal: signal.name, ...answer };
			const values = { rule: signal.rule_title };
			const done = await this.board.actions.act(learner, action, values, (now) => {
				const one = now.signals.find(({ name }) => name === signal.name);
				if (one) Object.assign(one, { status: "Acknowledged", ...answer });
				if (item) drop(now, item);
			});
			if (done) this.page.announce(this.say("done_look_again", { ...values, name: learner.name, when: this.language.date(answer.look_again_on) }));
		}

		async answer(learner, item) {
			const answer = await this.board.actions.ask(learner, (forms) => forms.answer(learner, item));
			if (answer) await this.#settle(learner, item, { action: "answer_message", message: item.name, ...answer });
		}

		/** What a learner wrote in confidence; that it was read is noted down. */
		async read(learner, item) {
			const { api, language } = this.board;
			try {
				const { text = "", in_hand_with = "" } = await api.help(item.name, { lang: language.code });
				this.state.read.set(item.key, text);
				if (in_hand_with) item.in_hand_with = in_hand_with;
				this.page.announce(this.say("done_read_help", { name: learner.name }));
			} catch (error) {
				const text = `${this.say("not_done", { what: this.say("undone_read_help") })} ${language.failure(error)}`;
				this.state.problems.set(learner.student, { text, retry: () => (this.board.actions.forgive(learner), this.read(learner, item)) });
			}
			this.page.renderCard(this.state.find(learner.student) ?? learner);
			this.page.focus(`take_help ${item.key}`, learner.student);
		}

		/** The learner sees who has it in hand. */
		async takeInHand(learner, item) {
			const { name: me, user } = this.state.overview.mentor ?? {};
			const answer = await this.board.actions.act(learner, { action: "take_help", concern: item.name }, {}, (now) => {
				const one = now.waiting.find(({ key }) => key === item.key);
				if (one) one.in_hand_with = me || user;
			});
			if (answer?.text) this.state.read.set(item.key, answer.text);
			if (answer) this.page.renderCard(this.state.find(learner.student) ?? learner);
		}

		async close(learner, item) {
			const answer = await this.board.actions.ask(learner, (forms) => forms.closeHelp(learner));
			if (answer) await this.#settle(learner, item, { action: "close_help", concern: item.name, what_was_done: answer.note, answer: answer.answer });
		}

		/** Somebody was spoken to about what waits: that takes a call for help in hand, and is the next step. */
		async spoke(learner, item) {
			if (item.kind === HELP && !item.in_hand_with) await this.takeInHand(learner, item);
			if (item.kind === NEXT_STEP && item.doctype === "Contact Log") await this.done(learner, item);
		}

		done(learner, item) {
			return this.#settle(learner, item, { action: "next_step_done", contact: item.name });
		}

		/** What a care meeting asked is done. */
		decided(learner, item) {
			return this.#settle(learner, item, { action: "decision_done", decision: item.name });
		}

		/** Or why it is not. */
		async notDecided(learner, item) {
			const answer = await this.board.actions.ask(learner, (forms) => forms.notDone(learner));
			if (answer) await this.#settle(learner, item, { action: "decision_not_done", decision: item.name, ...answer });
		}

		/** An action of a plan that one was given. */
		acted(learner, item) {
			return this.#settle(learner, item, { action: "action_done", thing: item.thing });
		}

		async notActed(learner, item) {
			const answer = await this.board.actions.ask(learner, (forms) => forms.notDone(learner));
			if (answer) await this.#settle(learner, item, { action: "action_not_done", thing: item.thing, ...answer });
		}

		seen(learner, item) {
			return this.#settle(learner, item, { action: "answer_seen", record: item.name });
		}

		#settle(learner, item, action) {
			return this.board.actions.act(learner, action, {}, (now) => drop(now, item));
		}

		async goAway() {
			const { dialog } = this.page;
			if (dialog.open) return;
			const answer = await new TalkForms(dialog, this.language).away(this.state.overview.colleagues, this.days);
			this.page.focus("away");
			if (answer) await this.#handOver({ action: "go_away", ...answer });
		}

		comeBack() {
			return this.#handOver({ action: "come_back" });
		}

		async #handOver(action) {
			const { state, page } = this;
			const key = JSON.stringify(action);
			if (state.pending.has(key)) return;
			state.pending.add(key);
			try {
				const answer = await this.board.api.act(action, { lang: this.language.code });
				state.awayProblem = "";
				page.announce(this.say(`done_${action.action}`));
			} catch (error) {
				state.awayProblem = `${this.say("not_done", { what: this.say(`undone_${action.action}`) })} ${this.language.failure(error)}`;
			} finally {
				state.pending.delete(key);
			}
			page.renderBands();
			await this.board.refresh();
			page.focus(action.action === "go_away" ? "come_back" : "away");
		}
	}

	function drop(learner, item) {
		learner.waiting = learner.waiting.filter((one) => one.key !== item.key);
	}

	function later(today, days) {
		return new Date(Date.parse(`${today.slice(0, 10)}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
	}

	Object.assign(MentorBoard, { Promises });
})();

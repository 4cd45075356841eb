// What waits about a learner beside signals: a call for help, a message, a promise that came due. Each with what can be done.
(() => {
	"use strict";
	const { HELP, LOOK_AGAIN, NEXT_STEP, View, el, icon } = MentorBoard;

	const PICTURES = {
		[HELP]: "help",
		Message: "talk",
		[LOOK_AGAIN]: "clock",
		[NEXT_STEP]: "clock",
		Signal: "flag",
		Contested: "flag",
		"Contest Answered": "flag",
	};
	const IN_HAND = ["read_help", "log_talk", "close_help"]; // of a call for help that somebody has in hand
	const STEPS = {
		[HELP]: ["read_help", "take_help", "log_talk"],
		Message: ["answer_message"],
		[LOOK_AGAIN]: ["log_talk", "look_again", "dismiss"],
		[NEXT_STEP]: ["next_step_done", "log_talk"],
		"Contest Answered": ["answer_seen"],
		Decision: ["decision_done", "decision_not_done", "log_talk"],
		Action: ["action_done", "action_not_done"],
	};

	class WaitingView extends View {
		/** A list, or null where nothing waits. */
		list(learner) {
			if (!learner.waiting.length) return null;
			const label = this.say("waits_label", { name: learner.name });
			return el("ul", { class: "waits", role: "list", "aria-label": label }, learner.waiting.map((item) => this.item(learner, item)));
		}

		item(learner, item) {
			const help = item.kind === HELP;
			const tone = help || item.urgent ? "tone-Urgent" : item.overdue ? "tone-Concern" : "tone-Info";
			return el(
				"li",
				{ class: `wait ${tone} ${help ? "help-call" : ""}`, "data-wait": item.key },
				el(
					"p",
					{ class: "wait-head" },
					icon(PICTURES[item.kind] ?? "plan"),
					el("b", {}, this.titled(item)),
					el("span", { class: "when" }, this.when(item))
				),
				this.words(learner, item),
				help && this.state.overview.emergency_text && this.emergency(),
				this.acts(learner, item)
			);
		}

		/** How long it waits already, or by when it is due. */
		when(item) {
			const { overview } = this.state;
			if (item.kind === HELP) {
				const since = el("span", { class: "clock", "data-since": item.since }, this.board.waited(item.since));
				return [since, this.due(item)].filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
			}
			const since = item.since && this.language.ago(item.since, overview.today);
			return [since, this.due(item)].filter(Boolean).join(" · ");
		}

		due(item) {
			const days = item.days_left;
			if (typeof days !== "number") return "";
			if (days < 0) return this.say("due_past", { n: -days });
			return days < 2 ? this.say(days ? "due_tomorrow" : "due_today") : this.say("due_in", { n: days });
		}

		/** Whether a step is offered beside something that waits about a learner. */
		offers(learner, step) {
			return learner.waiting.some((item) => stepsOf(item).includes(step));
		}

		/** What it is, in the server's words, or in those of its kind. */
		titled(item) {
			return item.title || this.language.codeText("waits", item.kind);
		}

		/** What was written or is to be done; of a signal to look at again, why it is there. */
		words(learner, item) {
			const signal = item.kind === LOOK_AGAIN && learner.signals.find((one) => one.name === item.name);
			const text = this.state.read.get(item.key) ?? (signal ? signal.explanation : item.text);
			return [
				text && text !== item.title && el("p", { class: "said" }, text),
				item.in_hand_with && el("p", { class: "small muted" }, this.say("in_hand_with", { name: item.in_hand_with })),
			];
		}

		emergency() {
			return el("p", { class: "emergency" }, icon("Urgent"), el("span", {}, this.state.overview.emergency_text));
		}

		acts(learner, item) {
			const steps = stepsOf(item).map((step) => this.step(step, learner, item)).filter(Boolean);
			const open = (item.doctype !== "Concern" || item.kind === "Concern Noted") && this.open(learner, item);
			if (open) steps.push(open);
			if (!steps.length) return null;
			(steps.find((one) => !one.dataset.key.startsWith("read_help")) ?? steps[0]).classList.add("main");
			return el("div", { class: "acts" }, steps);
		}

		step(step, learner, item) {
			const { promises, actions } = this.board;
			const signal = learner.signals.find((one) => one.name === item.name);
			if (learner.other && step === "log_talk") return null;
			const steps = {
				log_talk: ["log_talk", () => actions.talk(learner, signal ?? null, item)],
				look_again: ["look_again", () => promises.lookAgain(learner, signal, item)],
				dismiss: ["dismiss", () => actions.dismiss(learner, signal, item)],
				read_help: [this.state.read.has(item.key) ? null : "take_help", () => promises.read(learner, item)],
				take_help: ["take_help", () => promises.takeInHand(learner, item)],
				close_help: ["close_help", () => promises.close(learner, item)],
				answer_message: ["answer_message", () => promises.answer(learner, item)],
				next_step_done: ["next_step_done", () => promises.done(learner, item)],
				decision_done: ["decision_done", () => promises.decided(learner, item)],
				decision_not_done: ["decision_not_done", () => promises.notDecided(learner, item)],
				action_done: ["action_done", () => promises.acted(learner, item)],
				action_not_done: ["action_not_done", () => promises.notActed(learner, item)],
				answer_seen: ["answer_seen", () => promises.seen(learner, item)],
			};
			const [ability, onclick] = steps[step];
			if (!this.can(ability) || (!signal && (step === "look_again" || step === "dismiss"))) return null;
			return this.button(step, `${this.titled(item)}, ${learner.name}`, `${step} ${item.key}`, onclick, {});
		}

		/** The document, where the host can show it. */
		open(learner, item) {
			const href = this.board.linkTo(item);
			if (!href) return null;
			const about = ` ${this.titled(item)}, ${learner.name}`;
			return el("a", { class: "button", href, "data-key": `open ${item.key}` }, el("span", { class: "label" }, this.say(openWord(item)), el("span", { class: "sr" }, about)));
		}
	}

	function stepsOf(item) {
		const inHand = item.in_hand_with || (item.kind === NEXT_STEP && item.doctype === "Concern");
		return (inHand ? IN_HAND : STEPS[item.kind]) ?? [];
	}

	function openWord(item) {
		return item.doctype === "Support Plan" ? "open_plan" : "open_record";
	}

	Object.assign(MentorBoard, { WaitingView });
})();

// A learner in the list: who, why, and what can be done at once.
(() => {
	"use strict";
	const { AboutView, SignalView, TimelineView, View, WaitingView, callsForHelp, el, hasPlan, icon } = MentorBoard;

	class CardView extends View {
		constructor(board) {
			super(board);
			this.signals = new SignalView(board);
			this.about = new AboutView(board);
			this.waiting = new WaitingView(board);
			this.timeline = new TimelineView(board);
		}

		card(learner, index) {
			const open = this.state.isOpen(learner);
			const first = learner.signals[0];
			const quiet = !first && !learner.waiting.length && !this.state.problemOf(learner) && !this.state.isTouched(learner);
			const tone = callsForHelp(learner) ? "tone-Urgent" : first ? `tone-${first.severity}` : "";
			return el(
				"li",
				{ class: `card ${tone} ${quiet ? "slim" : ""}`, "data-student": learner.student },
				el("div", { class: "row" }, this.head(learner, index, open), ...this.summary(learner, open, quiet)),
				open && this.detail(learner, index)
			);
		}

		head(learner, index, open) {
			const [first] = learner.signals;
			if (learner.other) return el("div", { class: "head" }, el("h4", { tabindex: -1, "data-key": `name ${learner.student}` }, learner.name));
			const toggle = el(
				"button",
				{
					class: "name",
					type: "button",
					"aria-expanded": String(open),
					"aria-controls": open ? `learner-${index}` : null,
					"data-key": `name ${learner.student}`,
					onclick: () => this.board.actions.toggle(learner),
				},
				icon("chevron"),
				el("span", {}, learner.name)
			);
			return el(
				"div",
				{ class: "head" },
				el("h4", {}, toggle),
				el("span", { class: "group" }, learner.group ?? ""),
				this.state.isFresh(learner) && el("span", { class: "pill fresh" }, this.say("new_mark")),
				first?.status === "Open" && first.reopened_on && el("span", { class: "pill fresh" }, this.say("back_mark")),
				first && this.severity(first, "end"),
				first && first.status !== "Open" && el("span", { class: "pill quiet" }, this.language.codeText("status", first.status))
			);
		}

		summary(learner, open, quiet) {
			const [first] = learner.signals;
			const more = learner.signals.length - 1;
			const handled = !first && !quiet && !learner.waiting.length;
			if (learner.other) return [this.waiting.list(learner), handled && this.handled(), this.problem(learner)];
			return [
				this.waiting.list(learner),
				first && !open && !learner.waiting.some((item) => item.name === first.name) && el("p", { class: "why" }, first.explanation ?? ""),
				handled && this.handled(),
				!quiet && el("p", { class: "meta" }, this.meta(learner, first, more).map((text) => el("span", {}, text))),
				this.problem(learner),
				this.buttons(learner, open ? null : first),
			];
		}

		handled() {
			return el("p", { class: "handled" }, icon("check"), this.say("handled"));
		}

		meta(learner, first, more) {
			const today = this.state.overview.today;
			return [
				more > 0 && this.say("more_signals", { n: more }),
				learner.mentors?.length > 0 && this.say("mentors_of", { names: this.language.list(learner.mentors) }),
				first?.raised_on && this.say("raised", { when: this.language.since(first.raised_on, today) }),
				first?.status === "Acknowledged" && first.look_again_on && this.say("look_again_meta", { when: this.language.date(first.look_again_on) }),
				learner.last_contact
					? this.say("talk_meta", { when: this.language.ago(learner.last_contact.on, today) })
					: this.say("no_talk_meta"),
				hasPlan(learner) && `${this.say("plan")}: ${this.about.planText(learner.plan)}`,
			].filter(Boolean);
		}

		/** What failed for this learner, with a way to try it again. */
		problem(learner) {
			const problem = this.state.problemOf(learner);
			if (!problem) return null;
			return el(
				"div",
				{ class: "problem", role: "alert" },
				icon("Concern"),
				el("p", {}, problem.text),
				this.button("retry", "", `retry ${learner.student}`, problem.retry, { class: "button main" }),
				this.button("close", "", `close ${learner.student}`, () => this.board.actions.forgive(learner), { class: "button plain" })
			);
		}

		/** What can be done with a learner; with `signal`, the steps of that signal too. */
		buttons(learner, signal) {
			const { student, name } = learner;
			const buttons = [
				...(signal && !learner.waiting.some((item) => item.name === signal.name) ? this.signals.buttons(learner, signal, "card") : []),
				this.can("log_talk") &&
					!this.waiting.offers(learner, "log_talk") &&
					this.button("log_talk", name, `talk ${student}`, () => this.board.actions.talk(learner), {}, "talk"),
				this.can("start_plan") &&
					learner.signals.length > 0 &&
					!hasPlan(learner) &&
					this.button("start_plan", name, `plan ${student}`, () => this.board.actions.plan(learner), {}, "plan"),
			].filter(Boolean);
			return buttons.length > 0 && el("div", { class: "acts" }, buttons);
		}

		detail(learner, index) {
			return el(
				"div",
				{ class: "detail", id: `learner-${index}`, role: "group", "aria-label": learner.name },
				el(
					"div",
					{ class: "signals" },
					el("h5", {}, this.say("signals")),
					learner.signals.length
						? learner.signals.map((signal) => this.signals.signal(learner, signal))
						: this.handled()
				),
				this.about.about(learner),
				this.timeline.timeline(learner)
			);
		}
	}

	Object.assign(MentorBoard, { CardView });
})();

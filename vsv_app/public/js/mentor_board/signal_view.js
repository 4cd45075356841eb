// A signal of an opened learner: figures, advice, the facts behind it.
(() => {
	"use strict";
	const { View, el, icon, table } = MentorBoard;

	class SignalView extends View {
		signal(learner, signal) {
			const buttons = this.buttons(learner, signal, "signal");
			return el(
				"article",
				{ class: "signal", "data-signal": signal.name, "aria-label": signal.rule_title },
				el(
					"div",
					{ class: "head" },
					el("h6", {}, signal.rule_title),
					this.severity(signal, "end"),
					el("span", { class: "pill quiet" }, this.language.codeText("status", signal.status))
				),
				el("p", {}, signal.explanation ?? ""),
				this.figures(learner, signal),
				signal.advice && el("p", { class: "advice" }, el("b", {}, this.say("advice")), signal.advice),
				this.basis(signal),
				this.evidence(learner, signal),
				this.history(learner, signal),
				buttons.length > 0 && el("div", { class: "acts" }, buttons)
			);
		}

		buttons(learner, signal, place) {
			const about = `${signal.rule_title}, ${learner.name}`;
			return [
				this.can("acknowledge") &&
					signal.status === "Open" &&
					this.button("acknowledge", about, `acknowledge ${place} ${signal.name}`, () => this.board.actions.acknowledge(learner, signal), { class: "button main" }, "check"),
				this.can("dismiss") &&
					this.button("dismiss", about, `dismiss ${place} ${signal.name}`, () => this.board.actions.dismiss(learner, signal), {}),
			].filter(Boolean);
		}

		figures(learner, signal) {
			const pairs = [
				["observed", signal.value_text],
				["threshold", signal.threshold_text],
				["raised_on", signal.raised_on && this.language.since(signal.raised_on, this.state.overview.today)],
				["look_on", signal.status === "Acknowledged" && this.lookAgain(learner, signal)],
				["support", [0, 1, 2, 3].includes(signal.tier) && this.say(`tier_${signal.tier}`)],
			].filter(([, shown]) => shown);
			return el("dl", { class: "facts" }, pairs.map(([key, shown]) => el("div", {}, el("dt", {}, this.say(key)), el("dd", {}, shown))));
		}

		/** The day that was promised, and a way to choose another. */
		lookAgain(learner, signal) {
			if (!signal.look_again_on) return null;
			const day = this.language.date(signal.look_again_on);
			if (!this.can("look_again")) return day;
			const about = `${signal.rule_title}, ${learner.name}`;
			return [day, " ", this.button("another_day", about, `look ${signal.name}`, () => this.board.promises.lookAgain(learner, signal), { class: "button plain" })];
		}

		basis(signal) {
			if (!signal.basis) return null;
			const text = this.say("basis", { basis: signal.basis });
			if (!/^https?:\/\//.test(signal.basis_url ?? "")) return el("p", { class: "small muted" }, text);
			const opens = el("span", { class: "sr" }, ` ${this.say("basis_opens")}`);
			return el("p", { class: "small" }, el("a", { href: signal.basis_url, target: "_blank", rel: "noopener noreferrer" }, text, opens));
		}

		evidence(learner, signal) {
			const records = signal.evidence ?? [];
			if (!records.length) return null;
			const shown = this.state.showsEvidence(signal);
			return el(
				"div",
				{},
				this.fold(this.say("evidence", { n: records.length }), shown, `evidence ${signal.name}`, () =>
					this.board.actions.toggleEvidence(learner, signal)
				),
				shown &&
					table(
						this.say("evidence_caption", { rule: signal.rule_title }),
						["evidence_date", "evidence_fact", "evidence_doubt"].map((key) => this.say(key)),
						records.map((record) => this.record(learner, signal, record))
					)
			);
		}

		/** What happened to the signal, the newest first; the server writes the sentences. */
		history(learner, signal) {
			const steps = signal.history ?? [];
			if (!steps.length) return null;
			const shown = this.state.showsHistory(signal);
			return el(
				"div",
				{},
				this.fold(this.say("history", { n: steps.length }), shown, `history ${signal.name}`, () =>
					this.board.actions.toggleHistory(learner, signal)
				),
				shown &&
					el(
						"ol",
						{ class: "history", "aria-label": this.say("history_label", { rule: signal.rule_title }) },
						steps.map((step) => el("li", {}, el("p", {}, step.text), step.note && el("p", { class: "small muted" }, `“${step.note}”`)))
					)
			);
		}

		fold(text, shown, key, onclick) {
			return el(
				"button",
				{ class: "button plain fold", type: "button", "aria-expanded": String(shown), "data-key": key, onclick },
				icon("chevron"),
				text
			);
		}

		record(learner, signal, record) {
			const small = [record.value_text, record.record].filter(Boolean).join(" · ");
			return [
				this.language.date(record.date, { weekday: "short", day: "numeric", month: "short" }),
				[record.fact ?? "", small && el("span", { class: "small muted" }, small)],
				[record.contested ? el("span", { class: "contested" }, icon("flag"), this.say("contested")) : this.contestButton(learner, signal, record)],
			];
		}

		contestButton(learner, signal, record) {
			if (!record.contestable || !this.can("contest")) return "";
			const label = this.say("contest_label", { fact: record.fact, date: this.language.date(record.date) });
			return this.button("contest", `: ${label}`, `contest ${signal.name} ${record.record}`, () => this.board.actions.contest(learner, signal, record), {
				class: "button plain",
			});
		}
	}

	Object.assign(MentorBoard, { SignalView });
})();

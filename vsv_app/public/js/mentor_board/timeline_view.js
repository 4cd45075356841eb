// What happened with a learner, newest first: signals, talks, messages, steps of plans, as far as this reader may see.
(() => {
	"use strict";
	const { View, el, icon } = MentorBoard;

	const FIRST_SHOWN = 6;

	class TimelineView extends View {
		timeline(learner) {
			if (learner.other || !this.board.api.timeline) return null;
			return el("section", { class: "timeline", "aria-label": this.say("timeline_label", { name: learner.name }) }, el("h5", {}, this.say("timeline")), this.contents(learner));
		}

		contents(learner) {
			const known = this.state.timelines.get(learner.student);
			if (!known || known.loading) return el("p", { class: "muted", role: "status" }, this.say("timeline_loading"));
			if (known.failure) return this.failed(learner, known.failure);
			if (!known.entries.length) return el("p", { class: "muted" }, this.say("timeline_empty"));
			const all = this.state.wholeTimelines.has(learner.student);
			const shown = all ? known.entries : known.entries.slice(0, FIRST_SHOWN);
			return [
				el("ol", { class: "history", role: "list" }, shown.map((entry) => this.entry(entry))),
				known.entries.length > FIRST_SHOWN && this.whole(learner, known.entries.length, all),
			];
		}

		entry(entry) {
			const day = this.language.date(entry.on, { day: "numeric", month: "short", year: "numeric" });
			const kind = this.language.codeText("happened", entry.kind);
			return el(
				"li",
				{ "data-kind": entry.kind },
				el("p", { class: "small muted" }, [day, kind, entry.by].filter(Boolean).join(" · ")),
				entry.title && el("p", { class: "entry" }, this.titled(entry)),
				entry.text && entry.text !== entry.title && el("p", { class: "said" }, entry.text),
				entry.note && el("p", { class: "small muted" }, `“${entry.note}”`)
			);
		}

		titled(entry) {
			const href = entry.doctype === "Early Warning Signal" ? null : this.board.linkTo(entry);
			return href ? el("a", { href }, entry.title) : entry.title;
		}

		whole(learner, n, all) {
			const onclick = () => this.board.actions.toggleTimeline(learner);
			return el(
				"button",
				{ class: "button plain fold", type: "button", "aria-expanded": String(all), "data-key": `timeline ${learner.student}`, onclick },
				icon("chevron"),
				this.say(all ? "timeline_less" : "timeline_all", { n })
			);
		}

		failed(learner, failure) {
			const retry = this.button("retry", learner.name, `timeline-retry ${learner.student}`, () => this.board.actions.loadTimeline(learner), { class: "button" });
			return el("div", { class: "problem", role: "alert" }, icon("Concern"), el("p", {}, failure), retry);
		}
	}

	Object.assign(MentorBoard, { TimelineView });
})();

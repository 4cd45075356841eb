// Bands above the list: that one is away and who stands in, and for whom one stands in oneself.
(() => {
	"use strict";
	const { ScopeView, View, el, icon } = MentorBoard;

	class Bands extends View {
		/** What is to be said at the moment, as elements. */
		all() {
			const { overview, awayProblem } = this.state;
			if (!overview) return [];
			return [
				overview.scopes?.includes("school") && new ScopeView(this.board).chooser(overview),
				awayProblem && el("div", { class: "problem", role: "alert" }, icon("Concern"), el("p", {}, awayProblem)),
				overview.away && this.#away(overview.away),
				...overview.standing_in.map((one) => this.#standingIn(one)),
			].filter(Boolean);
		}

		#away({ substitute_name, from, to, note }) {
			const begins = from > this.state.overview.today;
			const values = { name: substitute_name, from: this.language.date(from), to: this.language.date(to) };
			return el(
				"section",
				{ class: "band", "aria-label": this.say("away_band") },
				icon("away"),
				el("div", {}, el("p", {}, this.say(begins ? "away_ahead" : "away_now", values)), note && el("p", { class: "small muted" }, `“${note}”`)),
				this.can("come_back") && this.button(begins ? "away_cancel" : "come_back", "", "come_back", () => this.board.promises.comeBack(), {})
			);
		}

		#standingIn({ for_name, until, note, groups }) {
			const whose = [for_name, groups?.length && `(${this.language.list(groups)})`].filter(Boolean).join(" ");
			const text = until ? this.say("standing_in", { name: whose, to: this.language.date(until) }) : this.say("standing_in_open", { name: whose });
			return el(
				"section",
				{ class: "band", "aria-label": this.say("standing_in_band") },
				icon("away"),
				el("div", {}, el("p", {}, text), note && el("p", { class: "small" }, `“${note}”`))
			);
		}
	}

	Object.assign(MentorBoard, { Bands });
})();

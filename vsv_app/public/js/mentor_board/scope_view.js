// Which learners a coordinator looks at: the own ones or the school's, by group, mentor, severity and age.
(() => {
	"use strict";
	const { View, el } = MentorBoard;

	const SEVERITIES = ["Urgent", "Concern", "Watch", "Info"];
	const AGES = [3, 7, 14, 28]; // days that the oldest open signal waits at least

	class ScopeView extends View {
		chooser(overview) {
			const whole = overview.scope === "school";
			const fields = [this.scope(whole)];
			if (whole) fields.push(this.group(overview), this.mentor(overview));
			fields.push(this.severityChoice(), this.age());
			return el(
				"section",
				{ class: "scope", "aria-label": this.say("scope_title") },
				fields,
				whole && overview.left_out > 0 && el("p", { class: "small muted" }, this.say("scope_left_out", { n: overview.left_out }))
			);
		}

		/** Who is asked for comes from the server; the focus stays on what was chosen. */
		ask(key, scope) {
			return this.board.showScope(scope).then(() => this.board.page.focus(key));
		}

		scope(whole) {
			const options = ["mine", "school"].map((value) => [value, this.say(`scope_${value}`)]);
			return this.select("scope", "scope", options, whole ? "school" : "mine", (scope) => this.ask("scope scope", { scope }));
		}

		group({ groups, group, of_mentor }) {
			const options = [["", this.say("scope_all_groups")], ...groups.map((one) => [one, one])];
			return this.select("group", "scope_group", options, group, (value) => this.ask("scope group", { scope: "school", group: value, mentor: of_mentor }));
		}

		mentor({ mentors, of_mentor, group }) {
			const options = [["", this.say("scope_all_mentors")], ...mentors.map(({ user, name }) => [user, name])];
			return this.select("mentor", "scope_mentor", options, of_mentor, (value) => this.ask("scope mentor", { scope: "school", group, mentor: value }));
		}

		severityChoice() {
			const options = [["", this.say("scope_all")], ...SEVERITIES.map((one) => [one, this.language.codeText("severity", one)])];
			return this.select("severity", "scope_severity", options, this.state.severity, (value) => this.narrow("severity", value));
		}

		age() {
			const options = [["", this.say("scope_all")], ...AGES.map((days) => [String(days), this.say("scope_days", { n: days })])];
			return this.select("age", "scope_age", options, this.state.age ? String(this.state.age) : "", (value) => this.narrow("age", Number(value) || 0));
		}

		narrow(what, value) {
			this.state[what] = value;
			this.board.page.renderList();
		}

		select(name, word, options, chosen, onchange) {
			const field = el(
				"select",
				{ "aria-label": this.say(word), "data-key": `scope ${name}`, onchange: () => onchange(field.value) },
				options.map(([value, label]) => el("option", { value, selected: value === (chosen ?? "") }, label))
			);
			return el("label", {}, el("span", { class: "small muted" }, this.say(word)), field);
		}
	}

	Object.assign(MentorBoard, { ScopeView });
})();

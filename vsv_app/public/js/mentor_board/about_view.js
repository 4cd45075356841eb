// An opened learner beside the signals: the year, the trend, the plan, the last contact.
(() => {
	"use strict";
	const { DAY_KINDS, View, el, glyph, hasPlan, heatmap, icon, isoWeek, svg, table, trendLine } = MentorBoard;

	class AboutView extends View {
		about(learner) {
			const pair = el("div", { class: "pair" }, this.plan(learner), this.contact(learner));
			return el("div", { class: "about" }, this.year(learner), this.trend(learner), pair);
		}

		year(learner) {
			const days = learner.heatmap;
			if (!days.length) return null;
			const kinds = DAY_KINDS.filter((kind) => days.some((day) => day.kind === kind));
			const shown = this.state.showsTable(learner);
			return el(
				"section",
				{},
				el("h5", {}, this.say("year")),
				el("p", {}, this.yearSentence(days)),
				heatmap(days, this.language),
				el("ul", { class: "legend", "aria-hidden": "true" }, kinds.map((kind) => this.legend(kind))),
				el(
					"button",
					{
						class: "button plain fold",
						type: "button",
						"aria-expanded": String(shown),
						"data-key": `table ${learner.student}`,
						onclick: () => this.board.actions.toggleTable(learner),
					},
					icon("chevron"),
					this.say(shown ? "hide_table" : "as_table"),
					el("span", { class: "sr" }, `: ${this.say("year")}, ${learner.name}`)
				),
				shown && this.yearTable(days)
			);
		}

		legend(kind) {
			const shape = svg("svg", { viewBox: "0 0 14 14" }, svg("g", { class: `day ${kind}` }, ...glyph(kind)));
			return el("li", {}, shape, this.say(`kind_${kind}`));
		}

		yearSentence(days) {
			const count = (kind) => days.filter((day) => day.kind === kind).length;
			const present = this.say("year_summary", { start: this.language.date(days[0].date), present: count("present"), total: days.length });
			const others = DAY_KINDS.filter((kind) => kind !== "present" && count(kind)).map((kind) => this.say(`count_${kind}`, { n: count(kind) }));
			return others.length ? `${present} ${this.say("year_also", { list: this.language.list(others) })}` : present;
		}

		yearTable(days) {
			const exceptions = days.filter((day) => day.kind !== "present").reverse();
			if (!exceptions.length) return el("p", { class: "muted" }, this.say("year_all_present"));
			return table(
				this.say("year_caption"),
				["day", "what", "time"].map((key) => this.say(key)),
				exceptions.map((day) => [
					this.language.date(day.date, { weekday: "short", day: "numeric", month: "short" }),
					this.language.codeText("kind", day.kind),
					this.language.duration(day.minutes),
				])
			);
		}

		trend(learner) {
			const weeks = learner.trend;
			if (!weeks.length) return null;
			const last = weeks.at(-1);
			const before = weeks.slice(0, -1);
			const average = before.reduce((sum, week) => sum + week.present, 0) / before.length;
			const values = { last: this.language.percent(last.present), week: Number(String(last.week).split("W")[1]) || last.week };
			const sentence = before.length
				? this.say(last.week === isoWeek(this.state.overview.today) ? "trend_now" : "trend_summary", { ...values, before: this.language.percent(average) })
				: this.say("trend_single", values);
			return el("section", {}, el("h5", {}, this.say("trend")), el("p", {}, sentence), before.length > 0 && trendLine(weeks, this.language));
		}

		plan(learner) {
			const { plan } = learner;
			const href = plan?.name ? this.board.link("plan", plan.name) : null;
			const text = plan ? this.planText(plan) : this.say("plan_none");
			return el("section", {}, el("h5", {}, this.say("plan")), el("p", { class: plan ? "" : "muted" }, href ? el("a", { href }, text) : text));
		}

		planText(plan) {
			return plan.starting ? this.say("plan_starting") : [plan.title, plan.status && this.language.codeText("planned", plan.status)].filter(Boolean).join(", ");
		}

		contact(learner) {
			const contact = learner.last_contact;
			const text = contact
				? [
						this.say("contact_text", { when: this.language.date(contact.on), channel: this.language.codeText("channel", contact.channel).toLowerCase() }),
						contact.with_whom && contact.with_whom !== "Learner" && this.language.codeText("whom", contact.with_whom).toLowerCase(),
						contact.reached === false && this.say("reached_no").toLowerCase(),
				  ]
						.filter(Boolean)
						.join(", ")
				: this.say("contact_none");
			return el("section", {}, el("h5", {}, this.say("contact")), el("p", { class: contact ? "" : "muted" }, text));
		}
	}

	Object.assign(MentorBoard, { AboutView });
})();

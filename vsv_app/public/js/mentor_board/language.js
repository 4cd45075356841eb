// Texts, dates and numbers of one language.
(() => {
	"use strict";
	const { words, asDay } = MentorBoard;

	class Language {
		constructor(code) {
			this.code = code in words ? code : "en";
			this.words = words[this.code];
			this.locale = { en: "en-GB", nl: "nl-NL" }[this.code];
		}

		/** The text of a key, `{placeholders}` filled in; where it has a plural, by `values.n`. */
		say(key, values = {}) {
			let text = this.words[key];
			if (text === undefined) throw new Error(`mentor-board has no text ${key}`);
			if (typeof text === "object") text = values.n === 1 ? text.one : text.other;
			return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
		}

		/** The text of a code from the server, or the code itself where the board does not know it. */
		codeText(family, code) {
			return this.words[`${family}_${code}`] ?? String(code ?? "");
		}

		/** "2026-11-23" or a timestamp as "23 November". */
		date(value, options = { day: "numeric", month: "long" }) {
			const day = asDay(value);
			return day ? new Intl.DateTimeFormat(this.locale, { ...options, timeZone: "UTC" }).format(day) : String(value ?? "");
		}

		/** "today", "yesterday", "5 days ago", and further back the date itself. */
		ago(value, today) {
			const [then, now] = [asDay(value), asDay(today)];
			const days = then && now ? Math.round((then - now) / 86_400_000) : NaN;
			if (!(days <= 0 && days > -14)) return this.date(value);
			return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(days, "day");
		}

		/** How long ago, also in days where that is long: "5 days ago", "2 November, 21 days ago". */
		since(value, today) {
			const [then, now] = [asDay(value), asDay(today)];
			const days = then && now ? Math.round((now - then) / 86_400_000) : 0;
			const text = this.ago(value, today);
			return days < 14 ? text : this.say("since_days", { date: text, n: days });
		}

		/** Minutes as a clock shows them to somebody in a hurry: "25 min", "3 h 10 min", "2 days". */
		waited(minutes) {
			return minutes >= 1_440 ? this.say("days", { n: Math.floor(minutes / 1_440) }) : this.duration(minutes) || this.say("minutes", { m: 0 });
		}

		time(value) {
			return new Intl.DateTimeFormat(this.locale, { hour: "2-digit", minute: "2-digit" }).format(value);
		}

		percent(value) {
			return new Intl.NumberFormat(this.locale, { style: "percent", maximumFractionDigits: 0 }).format(value / 100);
		}

		duration(minutes) {
			if (!minutes) return "";
			const [h, m] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
			return this.say(h && m ? "hours_minutes" : h ? "hours" : "minutes", { h, m });
		}

		list(items) {
			return new Intl.ListFormat(this.locale).format(items);
		}

		/** Why an api call failed: the server's own sentence, or ours for its kind. */
		failure(error) {
			if (error?.sentence) return error.sentence;
			const word = `error_${error?.kind}`;
			return this.say(word in this.words ? word : "error_server");
		}
	}

	Object.assign(MentorBoard, { Language });
})();

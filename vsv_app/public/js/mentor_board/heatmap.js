// The year to date, day by day.
(() => {
	"use strict";
	const { svg, asDay, weekday } = MentorBoard;

	const WEEKS_IN_STRIP = 22; // a longer year is drawn as several strips, so that a day stays a visible square
	const DAY_KINDS = ["present", "late", "part", "absent_unexcused", "absent_excused", "leave", "none"];
	const CELL = 16;
	const SCALE = 1.25; // drawn units to pixels, where there is room

	/** The year to date as strips of weeks: one square a school day, told apart by shape as well as colour. */
	function heatmap(days, language) {
		const weeks = byWeek(days);
		const strips = Math.ceil(weeks.length / WEEKS_IN_STRIP);
		const length = Math.ceil(weeks.length / strips);
		const rows = Math.max(5, ...days.map((day) => weekday(day.date) + 1));
		return Array.from({ length: strips }, (_, n) =>
			strip(weeks.slice(n * length, (n + 1) * length), rows, strips > 1 ? length : 0, language)
		);
	}

	/** [{monday, days: [by weekday]}] without gaps between the first and the last school day. */
	function byWeek(days) {
		const weeks = new Map();
		const mondays = days.map((day) => +asDay(day.date) - weekday(day.date) * 86_400_000);
		for (let at = Math.min(...mondays); at <= Math.max(...mondays); at += 7 * 86_400_000) weeks.set(at, []);
		days.forEach((day, index) => (weeks.get(mondays[index])[weekday(day.date)] = day));
		return Array.from(weeks, ([monday, of]) => ({ monday: new Date(monday), days: of }));
	}

	function strip(weeks, rows, columns, language) {
		const left = 18;
		const width = left + Math.max(columns, weeks.length, 12) * CELL;
		const names = new Intl.DateTimeFormat(language.locale, { weekday: "narrow", timeZone: "UTC" });
		const months = new Intl.DateTimeFormat(language.locale, { month: "short", timeZone: "UTC" });
		const parts = [];
		for (let row = 0; row < rows; row += 2) {
			const label = names.format(new Date(Date.UTC(2024, 0, 1 + row)));
			parts.push(svg("text", { x: 0, y: 14 + row * CELL + 11.5, class: "axis" }, label));
		}
		let shown = null;
		weeks.forEach((week, column) => {
			const x = left + column * CELL;
			const month = week.monday.getUTCMonth();
			const room = column === 0 ? weeks[1]?.monday.getUTCMonth() === month || weeks.length === 1 : true;
			if (month !== shown && room) {
				parts.push(svg("text", { x, y: 9, class: "axis" }, months.format(week.monday)));
				shown = month;
			}
			week.days.forEach((day, row) => parts.push(square(day, x, 14 + row * CELL, language)));
		});
		return svg("svg", { class: "heat", width: width * SCALE, viewBox: `0 0 ${width} ${14 + rows * CELL}`, "aria-hidden": "true" }, parts);
	}

	function square(day, x, y, language) {
		const kind = DAY_KINDS.includes(day.kind) ? day.kind : "none";
		const time = language.duration(day.minutes);
		const title = `${language.date(day.date, { weekday: "long", day: "numeric", month: "long" })}: ${language.say(`kind_${kind}`)}`;
		return svg(
			"g",
			{ class: `day ${kind}`, transform: `translate(${x} ${y})` },
			svg("title", {}, time ? `${title}, ${time}` : title),
			...glyph(kind)
		);
	}

	/** The shape of a kind of day in a box of 14 by 14. */
	function glyph(kind) {
		const box = svg("rect", { class: "box", x: 0.75, y: 0.75, width: 12.5, height: 12.5, rx: 2.5 });
		const marks = {
			late: [svg("path", { class: "fill", d: "M1.5 9h11v2.5a1.2 1.2 0 0 1-1.2 1.2H2.7a1.2 1.2 0 0 1-1.2-1.2z" })],
			part: [svg("path", { class: "fill", d: "M1.3 12.7V1.3L12.7 12.7z" })],
			absent_unexcused: [svg("path", { class: "mark", d: "M4.2 4.2l5.6 5.6M9.8 4.2L4.2 9.8" })],
			absent_excused: [svg("path", { class: "mark", d: "M4 10L10 4" })],
			leave: [svg("circle", { class: "fill", cx: 7, cy: 7, r: 2.4 })],
		};
		if (kind === "none") return [svg("circle", { class: "fill", cx: 7, cy: 7, r: 1.2 })];
		return [box, ...(marks[kind] ?? [])];
	}

	Object.assign(MentorBoard, { DAY_KINDS, glyph, heatmap });
})();

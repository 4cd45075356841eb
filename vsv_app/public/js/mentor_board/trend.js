// The weeks before this one as a line.
(() => {
	"use strict";
	const { svg } = MentorBoard;

	const SCALE = 1.25; // drawn units to pixels, where there is room

	/** A line of the weekly shares present, between a floor and 100 %, with the last one named. */
	function trendLine(trend, language) {
		const [width, height, top, right] = [300, 78, 8, 40];
		const rates = trend.map((week) => week.present);
		const floor = Math.max(0, Math.min(80, Math.floor((Math.min(...rates) - 5) / 20) * 20));
		const x = (index) => 4 + (rates.length > 1 ? (index * (width - right - 8)) / (rates.length - 1) : 0);
		const y = (rate) => top + ((100 - rate) * (height - top - 8)) / (100 - floor);
		const points = rates.map((rate, index) => `${x(index).toFixed(1)},${y(rate).toFixed(1)}`);
		const last = rates.length - 1;
		const guides = [100, floor].map((rate) => [
			svg("path", { class: "guide", d: `M4 ${y(rate)}H${width - right}` }),
			Math.abs(y(rate) - y(rates[last])) > 13 &&
				svg("text", { class: "axis", x: width - right + 8, y: y(rate) + 3.5 }, language.percent(rate)),
		]);
		const area = `M${points[0]} L${points.join(" ")} L${x(last)},${y(floor)} L${x(0)},${y(floor)} Z`;
		return svg(
			"svg",
			{ class: "trend", width: width * SCALE, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
			guides.flat().filter(Boolean),
			svg("path", { class: "area", d: area }),
			svg("polyline", { class: "line", points: points.join(" ") }),
			svg("circle", { class: "end", cx: x(last), cy: y(rates[last]), r: 4 }),
			svg("text", { class: "axis now", x: width - right + 8, y: y(rates[last]) + 3.5 }, language.percent(rates[last]))
		);
	}

	Object.assign(MentorBoard, { trendLine });
})();

// The pictures on buttons and severities.
(() => {
	"use strict";
	const { svg } = MentorBoard;

	const ICONS = {
		Urgent: ["M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z", "M12 7v6", "M12 16.6v.4"],
		Concern: ["M12 3 22 20.5H2z", "M12 9.5v5", "M12 17.3v.3"],
		Watch: ["M1.8 12S5.5 5 12 5s10.2 7 10.2 7-3.7 7-10.2 7S1.8 12 1.8 12z", "M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z"],
		Info: ["M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "M12 11v6", "M12 7.2v.3"],
		chevron: ["M8 5l7 7-7 7"],
		check: ["M4.5 12.5l5 5L19.5 7"],
		talk: ["M4 4.5h16v11H11l-4.5 4v-4H4z"],
		plan: ["M5 3.5h14v17H5z", "M8.5 8.5h7", "M8.5 12h7", "M8.5 15.5h4"],
		refresh: ["M20 11a8 8 0 1 0-2.3 6.3", "M20.5 5v6h-6"],
		close: ["M5.5 5.5l13 13", "M18.5 5.5l-13 13"],
		search: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "M15.5 15.5 20.5 20.5"],
		flag: ["M6 21V4", "M6 4.5h11l-2.5 4 2.5 4H6"],
		calm: ["M12 21v-9", "M12 13c0-4.5 3-7 8-7 0 5-3 7.5-8 7z", "M12 16.5c0-3.6-2.6-5.7-7-5.7 0 4 2.6 6.1 7 5.7z"],
		help: ["M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "M9.2 9.4a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1-1.4 2.1", "M12 17.2v.3"],
		clock: ["M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "M12 6.8V12l3.6 2.2"],
		away: ["M9 4a3.6 3.6 0 1 0 0 7.2A3.6 3.6 0 0 0 9 4z", "M2.5 20c.4-4 2.8-6 6.5-6 1.2 0 2.3.2 3.2.7", "M14.5 17.5h7", "M18.5 14l3.5 3.5-3.5 3.5"],
		keyboard: ["M2.5 6h19v12h-19z", "M6 10h.5M10 10h.5M14 10h.5M18 10h.5M7.5 14.3h9"],
	};

	function icon(name) {
		const paths = (ICONS[name] ?? ICONS.Info).map((d) => svg("path", { d }));
		return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, paths);
	}

	Object.assign(MentorBoard, { icon });
})();
